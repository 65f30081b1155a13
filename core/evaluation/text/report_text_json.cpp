// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/provenance.h"
#include "core/evaluation/text/json_writer.h"
#include "core/evaluation/text/report_text.h"

namespace alidade {
namespace {

constexpr int kSchema = 1;

void write_strings(JsonWriter& json, const char* key, const std::vector<std::string>& texts) {
  json.key(key).begin_array();
  for (const std::string& text : texts) {
    json.value(text);
  }
  json.end();
}

void write_columns(JsonWriter& json, const std::vector<MetricColumn>& columns) {
  json.key("columns").begin_array();
  for (const MetricColumn& column : columns) {
    json.begin_object(true).key("id").value(column.id).key("title").value(column.title);
    json.key("unit").value(column.unit).key("higher_is_better").value(column.higher_is_better);
    if (column.best_at) {
      json.key("best_at").value(*column.best_at * column.factor);
    }
    json.key("decimals").value(column.decimals).key("rule").value(column.rule).end();
  }
  json.end();
}

void write_interval(JsonWriter& json, const std::optional<Interval>& interval, double factor) {
  if (interval) {
    json.key("low").value(interval->low * factor).key("high").value(interval->high * factor);
    json.key("level").value(interval->level);
  }
}

void write_reason(JsonWriter& json, const std::string& reason, bool needed) {
  if (needed || !reason.empty()) {
    json.key("reason").value(reason.empty() ? "no value" : reason);
  }
}

void write_rows(JsonWriter& json, const EvaluationReport& report) {
  json.key("rows").begin_array();
  for (const MetricRow& row : report.rows) {
    json.begin_object().key("name").value(row.name).key("mean").value(row.is_mean);
    json.key("truths").value(static_cast<std::uint64_t>(row.truths));
    json.key("predictions").value(static_cast<std::uint64_t>(row.predictions));
    json.key("cells").begin_object();
    for (std::size_t i = 0; i < report.columns.size(); ++i) {
      const MetricCell& cell = row.cells[i];
      const double factor = report.columns[i].factor;
      json.key(report.columns[i].id).begin_object(true);
      json.key("value").value(cell.value ? std::optional(*cell.value * factor) : std::nullopt);
      write_interval(json, cell.interval, factor);
      write_reason(json, cell.reason, !cell.value);
      json.end();
    }
    json.end().end();
  }
  json.end();
}

void write_curves(JsonWriter& json, const EvaluationReport& report) {
  json.key("curves").begin_array();
  for (const Curve& curve : report.curves) {
    json.begin_object().key("id").value(curve.id).key("title").value(curve.title);
    json.key("x_title").value(curve.x_title).key("y_title").value(curve.y_title);
    json.key("x").begin_array(true);
    for (const double x : curve.x) {
      json.value(x);
    }
    json.end().key("y").begin_array();
    for (const std::vector<double>& line : curve.y) {
      json.begin_array(true);
      for (const double y : line) {
        json.value(y);
      }
      json.end();
    }
    json.end().end();
  }
  json.end();
}

const char* name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kCorrect:
      return "correct";
    case Outcome::kWrong:
      return "wrong";
    case Outcome::kIgnored:
      return "ignored";
    case Outcome::kNone:
      break;
  }
  return nullptr;
}

void write_sample(JsonWriter& json, const EvaluationReport& report, const EvaluatedSample& sample) {
  json.begin_object(true).key("image").value(report.images[sample.image]);
  json.key("category").value(report.rows[sample.row].name).key("instance").value(sample.instance);
  json.key("truth").value(sample.truth).key("prediction").value(sample.prediction);
  json.key("score").value(sample.score).key("measures").begin_array();
  for (std::size_t i = 0; i < sample.measures.size() && i < report.measures.size(); ++i) {
    const auto& measure = sample.measures[i];
    json.value(measure ? std::optional(*measure * report.measures[i].factor) : std::nullopt);
  }
  json.end().key("outcomes").begin_array();
  for (const Outcome outcome : sample.outcomes) {
    const char* name = name_of(outcome);
    name != nullptr ? json.value(name) : json.null();
  }
  json.end().end();
}

void write_samples(JsonWriter& json, const EvaluationReport& report) {
  write_strings(json, "images", report.images);
  json.key("measures").begin_array();
  for (const Measure& measure : report.measures) {
    json.begin_object(true).key("id").value(measure.id).key("title").value(measure.title);
    json.key("unit").value(measure.unit).key("higher_is_better").value(measure.higher_is_better).end();
  }
  json.end().key("samples").begin_array();
  for (const EvaluatedSample& sample : report.samples) {
    write_sample(json, report, sample);
  }
  json.end();
}

void write_test_cell(JsonWriter& json, const PairedTest& test, std::size_t row, std::size_t column) {
  const PairedCell& cell = test.cells[row][column];
  const MetricColumn& metric = test.metrics[column];
  const auto shown = [&metric](const std::optional<double>& value) {
    return value ? std::optional(*value * metric.factor) : std::nullopt;
  };
  json.begin_object(true).key("row").value(test.rows[row]).key("column").value(test.columns[column]);
  json.key("unit").value(metric.unit).key("a").value(shown(cell.a)).key("b").value(shown(cell.b));
  json.key("difference").value(shown(cell.difference));
  write_interval(json, cell.interval, metric.factor);
  json.key("p").value(cell.p_value);
  write_reason(json, cell.reason, false);
  json.end();
}

}  // namespace

std::string to_json(const EvaluationReport& report, bool with_samples) {
  JsonWriter json;
  json.begin_object().key("schema").value(kSchema).key("protocol").value(report.protocol);
  json.key("title").value(report.title).key("name").value(report.name);
  json.key("image_count").value(static_cast<std::uint64_t>(report.images.size()));
  write_columns(json, report.columns);
  write_rows(json, report);
  write_curves(json, report);
  if (!report.allowed_problems.empty()) {
    json.key("allowed_problems").value(report.allowed_problems);
  }
  write_strings(json, "notes", report.notes);
  if (with_samples) {
    write_samples(json, report);
  }
  json.key("provenance").raw(to_json(report.provenance)).end();
  return json.take();
}

std::string to_json(const PairedTest& test) {
  JsonWriter json;
  json.begin_object().key("schema").value(kSchema).key("protocol").value(test.protocol);
  json.key("a").value(test.a).key("b").value(test.b).key("method").value(test.method);
  json.key("replicates").value(test.options.replicates).key("level").value(test.options.level);
  json.key("seed").value(test.options.seed).key("cells").begin_array();
  for (std::size_t row = 0; row < test.cells.size(); ++row) {
    for (std::size_t column = 0; column < test.cells[row].size(); ++column) {
      write_test_cell(json, test, row, column);
    }
  }
  json.end().end();
  return json.take();
}

}  // namespace alidade
