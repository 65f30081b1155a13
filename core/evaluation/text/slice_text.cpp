// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/text/slice_text.h"

#include <algorithm>
#include <utility>

#include "core/evaluation/text/json_writer.h"

namespace alidade {
namespace {

MetricTable::Cell slice_cell(const MetricColumn& column, const SliceReport& slice) {
  if (!slice.report) {
    return table_cell(column, std::nullopt, {}, slice.reason);
  }
  const MetricRow* row = summary_row(*slice.report);
  const auto index = slice.report->column(column.id);
  if (row == nullptr || !index) {
    return table_cell(column, std::nullopt, {}, "the report has no such number");
  }
  const MetricCell& cell = row->cells[*index];
  return table_cell(column, cell.value, cell.interval, cell.reason);
}

void add_row(MetricTable& table, const SliceReport& slice, const std::string& method, std::size_t group) {
  MetricTable::Row row;
  row.name = slice.name;
  row.method = method;
  row.group = group;
  row.objects = slice.counts.truths;
  for (const MetricColumn& column : table.columns) {
    row.cells.push_back(slice_cell(column, slice));
  }
  table.rows.push_back(std::move(row));
}

void write_count(JsonWriter& json, const char* key, std::size_t count) {
  json.key(key).value(static_cast<std::uint64_t>(count));
}

std::string without_breaks(std::string json) {
  while (!json.empty() && json.back() == '\n') {
    json.pop_back();
  }
  return json;
}

void write_run(JsonWriter& json, const SliceReport& slice) {
  const SliceCounts& counts = slice.counts;
  json.begin_object();
  write_count(json, "truths", counts.truths);
  write_count(json, "predictions", counts.predictions);
  write_count(json, "all_truths", counts.all_truths);
  write_count(json, "all_predictions", counts.all_predictions);
  write_count(json, "undecided_truths", counts.undecided_truths);
  write_count(json, "undecided_predictions", counts.undecided_predictions);
  if (!counts.undecided.empty()) {
    json.key("undecided").value(counts.undecided);
  }
  write_count(json, "predictions_without_class", counts.without_class);
  json.key("report");
  if (slice.report) {
    json.raw(without_breaks(to_json(*slice.report, false)));
  } else {
    json.null().key("reason").value(slice.reason);
  }
  json.end();
}

std::string note_of_slice(const SliceReport& slice, const std::string& run) {
  std::string note = slice.name;
  if (slice.expression != slice.name) {
    note += " (" + shortened(slice.expression, 200) + ")";
  }
  note += (run.empty() ? "" : ", " + run) + ": " + slice_counts_text(slice.counts);
  return note + (slice.reason.empty() ? "" : "; " + slice.reason) + ".";
}

}  // namespace

MetricTable slice_table(MetricTable whole, const std::vector<ComparedSlice>& slices, const std::string& a,
                        const std::string& b, const std::vector<std::string>& others) {
  MetricTable table = std::move(whole);
  table.corner = "slice";
  table.method_title = "model";
  for (MetricTable::Row& row : table.rows) {
    row.method = std::exchange(row.name, kWholeSlice);
    if (!row.published && !slices.empty()) {
      row.objects = slices.front().a.counts.all_truths;
    }
  }
  for (std::size_t i = 0; i < slices.size(); ++i) {
    add_row(table, slices[i].a, a, i + 1);
    if (slices[i].b) {
      add_row(table, *slices[i].b, b, i + 1);
    }
    for (std::size_t other = 0; other < std::min(others.size(), slices[i].others.size()); ++other) {
      add_row(table, slices[i].others[other], others[other], i + 1);
    }
  }
  rank_cells(table);
  return table;
}

std::string slices_json(const std::vector<ComparedSlice>& slices) {
  JsonWriter json;
  json.begin_array();
  for (const ComparedSlice& slice : slices) {
    json.begin_object().key("name").value(slice.a.name).key("expression").value(slice.a.expression);
    json.key("run");
    write_run(json, slice.a);
    if (slice.b) {
      json.key("against");
      write_run(json, *slice.b);
    }
    if (slice.test) {
      json.key("test").raw(without_breaks(to_json(*slice.test)));
    } else if (!slice.no_test.empty()) {
      json.key("test").null().key("no_test").value(slice.no_test);
    }
    json.end();
  }
  return json.end().take();
}

std::vector<std::string> slice_notes(const std::vector<ComparedSlice>& slices, const std::string& a,
                                     const std::string& b) {
  std::vector<std::string> notes;
  for (const ComparedSlice& slice : slices) {
    notes.push_back(note_of_slice(slice.a, slice.b ? a : std::string()));
    if (slice.b) {
      notes.push_back(note_of_slice(*slice.b, b));
    }
  }
  return notes;
}

}  // namespace alidade
