// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/evaluate_output.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <utility>

#include "app/cli/print.h"
#include "core/base/file.h"
#include "core/base/table.h"
#include "core/base/text_escape.h"
#include "core/evaluation/text/json_writer.h"

namespace alidade {
namespace {

Error published_error(const std::string& message) {
  return {ErrorCode::kUsage, "--published: " + message};
}

/// "1,3-5" as row indices from 0.
Expected<std::vector<std::size_t>> row_list(const std::string& text, std::size_t rows) {
  std::vector<std::size_t> list;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto number = [&](std::size_t* value) {
    const auto parsed = std::from_chars(at, end, *value);
    at = parsed.ptr;
    return parsed.ec == std::errc() && *value >= 1 && *value <= rows;
  };
  while (true) {
    std::size_t first = 0, last = 0;
    bool good = number(&first);
    last = first;
    if (good && at < end && *at == '-') {
      ++at;
      good = number(&last) && last >= first;
    }
    if (!good || (at < end && *at != ',')) {
      return published_error("\"" + text + "\" is no list of rows between 1 and " + std::to_string(rows) +
                             ".");
    }
    for (std::size_t row = first; row <= last; ++row) {
      list.push_back(row - 1);
    }
    if (at == end) {
      return list;
    }
    ++at;
  }
}

std::string trimmed(std::string json) {
  while (!json.empty() && json.back() == '\n') {
    json.pop_back();
  }
  return json;
}

/// The report alone, or with what it was compared to and its slices.
std::string json_of(const Evaluated& evaluated, bool samples) {
  const std::string report = to_json(*evaluated.report, samples);
  if (!evaluated.test && evaluated.slices.empty()) {
    return report;
  }
  std::string json = "{\n\"report\": " + trimmed(report);
  if (evaluated.test) {
    json += ",\n\"against\": " + trimmed(to_json(*evaluated.against, samples)) +
            ",\n\"test\": " + trimmed(to_json(*evaluated.test));
  }
  if (!evaluated.slices.empty()) {
    json += ",\n\"slices\": " + trimmed(slices_json(evaluated.slices));
  }
  return json + "\n}\n";
}

/// B's name, empty without B.
std::string name_of_b(const Evaluated& evaluated) {
  return evaluated.against ? evaluated.against->name : std::string();
}

bool compares(const Evaluated& evaluated) {
  return evaluated.against || !evaluated.published.empty();
}

/// Categories as rows, models when there are several, slices and models when slices were asked for.
MetricTable table_of(const Evaluated& evaluated) {
  if (!compares(evaluated) && evaluated.slices.empty()) {
    return metric_table(*evaluated.report);
  }
  std::vector<const EvaluationReport*> reports{evaluated.report.get()};
  if (evaluated.against) {
    reports.push_back(evaluated.against.get());
  }
  MetricTable table = comparison_table(reports);
  for (const PublishedChoice& choice : evaluated.published) {
    table = with_published(std::move(table), choice.table, choice.rows);
  }
  return evaluated.slices.empty()
             ? table
             : slice_table(std::move(table), evaluated.slices, evaluated.report->name, name_of_b(evaluated));
}

/// Notes of both runs, those they share once.
std::vector<std::string> all_notes(const Evaluated& evaluated) {
  std::vector<std::string> notes = evaluated.report->notes;
  if (evaluated.against) {
    for (const std::string& note : evaluated.against->notes) {
      if (std::find(notes.begin(), notes.end(), note) == notes.end()) {
        notes.push_back(evaluated.against->name + ": " + note);
      }
    }
  }
  return notes;
}

void print_report(const Evaluated& evaluated, const Protocol& protocol, const EvaluateArguments& arguments) {
  const EvaluationReport& report = *evaluated.report;
  print("%s (%s)\n%s\n\n%s\n", report.title.c_str(), report.protocol.c_str(), protocol.summary.c_str(),
        visible_text(report.name).c_str());
  print_text(to_text(metric_table(report), arguments.intervals));
  if (compares(evaluated) || !evaluated.slices.empty()) {
    print("\n%s", to_text(table_of(evaluated), arguments.intervals).c_str());
  }
  if (evaluated.test) {
    print("\n%s", to_text(*evaluated.test).c_str());
  }
  if (evaluated.test && !evaluated.slices.empty()) {
    print("\nA against B in the slices\n%s", to_text(slice_tests(evaluated.slices, *evaluated.test)).c_str());
  }
  const char* before = "\n";
  for (const std::string& note :
       slice_notes(evaluated.slices, evaluated.report->name, name_of_b(evaluated))) {
    print("%sslice %s\n", before, visible_text(note).c_str());
    before = "";
  }
  before = "\n";
  for (const std::string& note : all_notes(evaluated)) {
    print("%snote: %s\n", before, visible_text(note).c_str());
    before = "";
  }
}

}  // namespace

Expected<std::vector<PublishedChoice>> published_choices(const std::vector<std::string>& names,
                                                         const std::string& folder) {
  std::vector<PublishedChoice> choices;
  if (names.empty()) {
    return choices;
  }
  std::vector<std::string> problems;
  const auto tables = read_published_tables(folder, &problems);
  for (const std::string& name : names) {
    const std::size_t colon = name.find(':');
    const std::string id = name.substr(0, colon);
    const auto found =
        std::find_if(tables.begin(), tables.end(), [&](const PublishedTable& t) { return t.id == id; });
    if (found == tables.end()) {
      std::string known;
      for (const PublishedTable& table : tables) {
        known += (known.empty() ? "" : ", ") + table.id;
      }
      return published_error("there is no table \"" + id + "\"; there are " + known + ".");
    }
    PublishedChoice choice{*found, {}};
    const std::string all = "1-" + std::to_string(found->rows.size());
    auto rows = row_list(colon == std::string::npos ? all : name.substr(colon + 1), found->rows.size());
    if (!rows) {
      return rows.error();
    }
    choice.rows = std::move(*rows);
    choices.push_back(std::move(choice));
  }
  return choices;
}

Expected<void> write_outputs(const Evaluated& evaluated, const EvaluateArguments& arguments) {
  const MetricTable table = table_of(evaluated);
  const std::pair<const std::string*, std::function<std::string()>> outputs[] = {
      {&arguments.csv, [&] { return to_csv(to_table(table)); }},
      {&arguments.markdown, [&] { return to_markdown(table, arguments.intervals); }},
      {&arguments.latex, [&] { return to_latex(table, arguments.intervals); }},
      {&arguments.output, [&] { return json_of(evaluated, arguments.samples); }}};
  Expected<void> first;
  for (const auto& [path, text] : outputs) {
    const auto written = path->empty() ? Expected<void>() : write_file_atomically(*path, text());
    if (first && !written) {
      first = written;  // the other files may lie elsewhere and be written all the same
    }
  }
  return first;
}

Expected<void> print_evaluated(const Evaluated& evaluated, const Protocol& protocol,
                               const EvaluateArguments& arguments) {
  if (!arguments.explain.empty()) {
    const auto text = explanations(*evaluated.report, arguments.explain, arguments.json);
    if (!text) {
      return text.error();
    }
    print_text(*text);
  } else if (arguments.json) {
    print_text(json_of(evaluated, arguments.samples));
  } else {
    print_report(evaluated, protocol, arguments);
  }
  return {};
}

void print_protocols(const std::string& word, bool json) {
  JsonWriter writer;
  writer.begin_array();
  std::vector<const Protocol*> listed = protocols_of(word);
  for (const Protocol* protocol : listed) {
    if (json) {
      writer.begin_object().key("id").value(protocol->id).key("family").value(protocol->family);
      writer.key("title").value(protocol->title).key("summary").value(protocol->summary).end();
    } else {
      print("%s: %s\n  %s\n\n", protocol->id.c_str(), protocol->title.c_str(), protocol->summary.c_str());
    }
  }
  if (json) {
    print_text(writer.end().take());
  }
}

}  // namespace alidade
