// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/protocol.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

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

/// Median distance from the camera of the rows in `images` (all when empty), metres; 0 without rows.
double median_distance(const PoseSet& set, const std::vector<bool>& images) {
  std::vector<double> distances;
  for (const PoseRow& row : set.rows) {
    if (images[row.image]) {
      distances.push_back(row.cam_from_obj.t.norm());
    }
  }
  if (distances.empty()) {
    return 0.0;
  }
  const auto middle = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return *middle;
}

std::string short_metres(double metres) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g m", metres);
  return text;
}

/// Predictions in millimetres for metres, or the reverse, would only look bad; empty when nothing points to
/// that.
std::string distance_note(const EvaluationInput& input) {
  constexpr double kUnits = 1000.0, kSlack = 2.0;
  std::vector<bool> predicted(input.images.size(), false);
  for (const PoseRow& row : input.predictions.rows) {
    predicted[row.image] = true;
  }
  const double found = median_distance(input.predictions, predicted);
  const double truth = median_distance(input.truth, predicted);
  if (!(found > 0.0 && truth > 0.0)) {
    return {};
  }
  const double factor = found > truth ? found / truth : truth / found;
  if (factor < kUnits / kSlack || factor > kUnits * kSlack) {
    return {};
  }
  return "The predictions lie " + short_metres(found) + " from the camera and the ground truth " +
         short_metres(truth) + " (medians), a factor near " + (found > truth ? "1000" : "0.001") +
         ": check the unit of their translations.";
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
  report.allowed_problems = input.allowed_problems;
  if (!input.allowed_problems.empty()) {
    report.notes.insert(report.notes.begin(), "--allow-problems: " + input.allowed_problems);
  }
  if (const std::string note = distance_note(input); !note.empty()) {
    report.notes.push_back(note);
  }
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
