// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/protocol.h"

#include <cmath>
#include <utility>

namespace alidade {
namespace {

void drop_if_not_finite(std::optional<double>* value, std::string* reason) {
  if (!*value || std::isfinite(**value)) {
    return;
  }
  const std::string what = std::isnan(**value) ? "not a number" : "infinite";
  value->reset();
  *reason +=
      (reason->empty() ? "" : "; ") + ("the protocol's arithmetic gives no finite value here (" + what) + ")";
}

void drop_values_not_finite(EvaluationReport& report) {
  for (MetricRow& row : report.rows) {
    for (MetricCell& cell : row.cells) {
      drop_if_not_finite(&cell.value, &cell.reason);
      if (cell.interval && !(std::isfinite(cell.interval->low) && std::isfinite(cell.interval->high))) {
        cell.interval.reset();
      }
    }
  }
  for (EvaluatedSample& sample : report.samples) {
    for (std::optional<double>& measure : sample.measures) {
      if (measure && !std::isfinite(*measure)) {
        measure.reset();
      }
    }
  }
}

/// What every report says alike, whatever the protocol.
void fill_header(EvaluationReport& report, const Protocol& protocol, const EvaluationInput& input) {
  report.protocol = protocol.id;
  report.title = protocol.title;
  report.name = input.name;
  report.images.clear();
  for (const ImageInfo& image : input.images) {
    report.images.push_back(image.name);
  }
  report.notes.insert(report.notes.begin(), input.notes.begin(), input.notes.end());
  report.provenance = input.provenance;
  if (report.provenance.version.empty()) {
    report.provenance.version = current_provenance().version;
  }
}

}  // namespace

const Protocol* find_protocol(const std::string& id) {
  for (const Protocol& protocol : protocols()) {
    if (protocol.id == id) {
      return &protocol;
    }
  }
  return nullptr;
}

Expected<std::shared_ptr<const EvaluationReport>> evaluate(const Protocol& protocol,
                                                           std::shared_ptr<const EvaluationInput> input,
                                                           const JobContext& job) {
  if (protocol.obstacle) {
    if (const std::string obstacle = protocol.obstacle(*input); !obstacle.empty()) {
      return Error{ErrorCode::kInput, protocol.id + ": " + obstacle};
    }
  }
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, "The evaluation was stopped."};
  }
  auto report = protocol.run(input, job);
  if (!report) {
    return report.error();
  }
  fill_header(*report, protocol, *input);
  drop_values_not_finite(*report);
  return std::shared_ptr<const EvaluationReport>(std::make_shared<EvaluationReport>(std::move(*report)));
}

}  // namespace alidade
