// SPDX-License-Identifier: BSD-3-Clause
#include <charconv>

#include "app/cli/evaluate_output.h"
#include "core/evaluation/text/json_writer.h"

namespace alidade {
namespace {

Error explain_error(const std::string& message) {
  return {ErrorCode::kUsage, "--explain: " + message};
}

bool parse_number(std::string_view text, std::int64_t* number) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), *number);
  return !text.empty() && end.ec == std::errc() && end.ptr == text.data() + text.size();
}

/// IMAGE:INSTANCE or IMAGE:pROW; names of images may hold colons.
Expected<std::size_t> find_sample(const EvaluationReport& report, const std::string& place) {
  const std::size_t colon = place.rfind(':');
  if (colon == std::string::npos) {
    return explain_error("expected IMAGE:INSTANCE[:COLUMN], found \"" + place + "\".");
  }
  const std::string image = place.substr(0, colon);
  std::string_view which = std::string_view(place).substr(colon + 1);
  const bool by_prediction = which.starts_with('p');
  which.remove_prefix(by_prediction ? 1 : 0);
  std::int64_t number = 0;
  if (!parse_number(which, &number) || number < 0) {
    return explain_error("\"" + std::string(which) + "\" is neither a column nor the number of an object.");
  }
  bool image_known = false;
  for (std::size_t i = 0; i < report.samples.size(); ++i) {
    const EvaluatedSample& sample = report.samples[i];
    const bool here = report.images[sample.image] == image;
    image_known = image_known || here;
    const bool meant =
        by_prediction ? sample.prediction == number : sample.truth >= 0 && sample.instance == number;
    if (here && meant) {
      return i;
    }
  }
  const std::string example =
      report.samples.empty() ? std::string()
                             : "; another one is \"" + report.images[report.samples.front().image] + "\"";
  return explain_error(image_known
                           ? "image \"" + image + "\" has no judged object " + place.substr(colon + 1) + "."
                           : "image \"" + image + "\" has no judged objects" + example + ".");
}

std::string as_text(const MetricColumn& column, const Explanation& explanation) {
  std::string text = column.title + ": " + explanation.rule + "\n";
  for (const std::string& step : explanation.steps) {
    text += "  - " + step + "\n";
  }
  return text + "  " + explanation.verdict + "\n";
}

void write_json(JsonWriter& json, const MetricColumn& column, const Explanation& explanation) {
  json.begin_object().key("column").value(column.id).key("rule").value(explanation.rule);
  json.key("steps").begin_array();
  for (const std::string& step : explanation.steps) {
    json.value(step);
  }
  json.end().key("verdict").value(explanation.verdict).end();
}

/// Columns to explain: the one that `place` ends with (which is then cut off), else all that judge the
/// sample.
std::optional<std::size_t> cut_column(const EvaluationReport& report, std::string* place) {
  const std::size_t colon = place->rfind(':');
  const auto column = colon == std::string::npos ? std::nullopt : report.column(place->substr(colon + 1));
  if (column) {
    place->resize(colon);
  }
  return column;
}

}  // namespace

Expected<std::string> explanations(const EvaluationReport& report, const std::string& place, bool json) {
  if (!report.explain) {
    return explain_error("this protocol judges no single objects.");
  }
  std::string object = place;
  const auto only = cut_column(report, &object);
  const auto sample = find_sample(report, object);
  if (!sample) {
    return sample.error();
  }
  JsonWriter writer;
  writer.begin_array();
  std::string text;
  for (std::size_t column = 0; column < report.columns.size(); ++column) {
    const bool judged = report.samples[*sample].outcomes.at(column) != Outcome::kNone;
    if (only ? column != *only : !judged) {
      continue;
    }
    const Explanation explanation = report.explain(*sample, column);
    text += as_text(report.columns[column], explanation);
    write_json(writer, report.columns[column], explanation);
  }
  return json ? writer.end().take() : text;
}

}  // namespace alidade
