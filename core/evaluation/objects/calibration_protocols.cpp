// SPDX-License-Identifier: BSD-3-Clause
// Whether the spread of K samples may be believed: how often the truth lies inside their nominal regions.
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "core/base/constants.h"
#include "core/base/text_table.h"
#include "core/evaluation/errors/pose_region.h"
#include "core/evaluation/instance_pairs.h"
#include "core/evaluation/objects/calibration.h"
#include "core/evaluation/objects/object_table.h"
#include "core/evaluation/protocol_list.h"

namespace alidade {
namespace {

using LevelKind = ObjectColumn::Kind;

constexpr int kCurveSteps = 20;  // of the nominal level from 0 to 100 %

/// What a coverage is about; one per group of columns, measure and curve.
struct CoveredPart {
  const char* id;
  const char* title;  ///< of columns
  const char* words;
};
constexpr std::array<CoveredPart, 3> kParts{
    {{"pose", "pose", "pose"}, {"rotation", "R", "rotation"}, {"translation", "t", "translation"}}};

std::optional<RegionLevel> level_of(const PoseLevels& levels, std::size_t part) {
  return part == 0 ? levels.pose : part == 1 ? levels.rotation : levels.translation;
}

std::vector<ObjectColumn> calibration_columns(bool ellipsoids) {
  std::vector<ObjectColumn> columns;
  for (const CoveredPart& part : kParts) {
    for (const double level : kCalibrationLevels) {
      const std::string percent = fixed_text(100.0 * level, 0);
      ObjectColumn& column = columns.emplace_back();
      column.kind = LevelKind::kShareOfAsked;
      column.column = {std::string(part.id) + "_" + percent,
                       std::string(part.title) + " " + percent + " %",
                       "%",
                       100.0,
                       true,
                       1};
      column.column.rule = "Objects whose true " + std::string(part.words) + " lies inside the nominal " +
                           percent + " % region of their samples; " + percent + " % of them should.";
      column.column.thresholds = {{std::string("level_") + part.id, level}};
      column.column.best_at = level;
    }
  }
  if (ellipsoids) {
    columns.push_back(
        {{"spread_rotation", "spread R", "°", kDegreesPerRadian, false, 2,
          "Root mean square angle between the samples and the mean of their mode, under the "
          "object's symmetry; mean over objects. Of two that are calibrated the sharper is better."},
         LevelKind::kMean});
    columns.push_back({{"spread_translation", "spread t", "cm", 1.0 / kMetresPerCentimetre, false, 2,
                        "Root mean square distance between the samples and the mean of their mode; mean over "
                        "objects."},
                       LevelKind::kMean});
    columns.push_back({{"several_modes", "modes > 1", "%", 100.0, false, 1,
                        "Objects whose samples gather in several places that are no equivalents."},
                       LevelKind::kMean});
  }
  return columns;
}

std::vector<Measure> calibration_measures(bool ellipsoids) {
  std::vector<Measure> measures;
  for (const CoveredPart& part : kParts) {
    measures.push_back({std::string("level_") + part.id,
                        "smallest region with the true " + std::string(part.words), "%", 100.0});
  }
  if (ellipsoids) {
    measures.push_back({"modes", "modes", "", 1.0});
  }
  return measures;
}

/// A ground truth that has regions.
struct RegionedTruth {
  std::uint32_t category = 0;
  PoseLevels levels;
};

MeasuredObject measured_object(const PoseLevels& levels, bool ellipsoids) {
  MeasuredObject object;
  for (std::size_t part = 0; part < kParts.size(); ++part) {
    const auto level = level_of(levels, part);
    for (const double nominal : kCalibrationLevels) {
      object.values.push_back(level ? std::optional(level->inside(nominal)) : std::nullopt);
    }
    object.measures.push_back(level ? std::optional(level->middle()) : std::nullopt);
  }
  if (ellipsoids) {
    object.values.insert(object.values.end(),
                         {levels.rotation_spread, levels.translation_spread, levels.modes > 1 ? 1.0 : 0.0});
    object.measures.push_back(static_cast<double>(levels.modes));
  }
  return object;
}

/// Coverage over the nominal level, for each category and for all.
Curve coverage_curve(const std::vector<RegionedTruth>& objects, std::size_t part, std::size_t rows) {
  const CoveredPart& named = kParts[part];
  Curve curve{std::string(kCalibrationCurve) + named.id,
              "True " + std::string(named.words) + " inside the region, over its nominal level",
              "nominal level (%)",
              "truth inside (%)",
              {},
              std::vector<std::vector<double>>(rows)};
  std::vector<std::vector<RegionLevel>> levels(rows);
  for (const RegionedTruth& object : objects) {
    if (const auto level = level_of(object.levels, part)) {
      levels[object.category].push_back(*level);
      levels.back().push_back(*level);
    }
  }
  for (int i = 0; i <= kCurveSteps; ++i) {
    const double nominal = static_cast<double>(i) / kCurveSteps;
    curve.x.push_back(100.0 * nominal);
    for (std::size_t row = 0; row < rows; ++row) {
      double inside = 0.0;
      for (const RegionLevel& level : levels[row]) {
        inside += level.inside(nominal);
      }
      if (!levels[row].empty()) {
        curve.y[row].push_back(inside / static_cast<double>(levels[row].size()));
      }
    }
  }
  return curve;
}

Expected<EvaluationReport> run_calibration(std::shared_ptr<const EvaluationInput> input,
                                           const JobContext& job, RegionRule rule) {
  const bool ellipsoids = rule != RegionRule::kDensity;
  std::vector<RegionedTruth> judged;
  ObjectTableRules rules;
  rules.pooled = true;
  const std::size_t samples =
      input->predictions.rows.empty() ? 0 : input->predictions.rows[0].hypotheses.size();
  auto report = paired_report(
      std::move(input), calibration_columns(ellipsoids), calibration_measures(ellipsoids),
      [&](const PoseRow& truth, const PoseRow& prediction) {
        const PoseLevels levels =
            pose_levels(prediction.hypotheses, truth.cam_from_obj, truth.symmetry, rule);
        judged.push_back({truth.category, levels});
        return measured_object(levels, ellipsoids);
      },
      job, std::move(rules));
  if (!report) {
    return report;
  }
  for (std::size_t part = 0; part < kParts.size(); ++part) {
    report->curves.push_back(coverage_curve(judged, part, report->rows.size()));
  }
  report->notes.push_back("K = " + std::to_string(samples) + " samples per object.");
  return report;
}

std::string calibration_obstacle(const EvaluationInput& input) {
  for (std::size_t i = 0; i < input.predictions.rows.size(); ++i) {
    const std::size_t count = input.predictions.rows[i].hypotheses.size();
    if (count < kLeastRegionSamples) {
      return "row " + std::to_string(i) + " of " + input.predictions.source + " has " +
             std::to_string(count) + " samples (array \"hypotheses\"); regions need at least " +
             std::to_string(kLeastRegionSamples) + ".";
    }
  }
  return pairing_obstacle(input);
}

Protocol calibration_protocol(const char* id, const char* title, const char* summary, RegionRule rule) {
  Protocol made;
  made.id = id;
  made.family = "calibration";
  made.title = title;
  made.summary = summary;
  made.obstacle = calibration_obstacle;
  made.run = [rule](std::shared_ptr<const EvaluationInput> input, const JobContext& job) {
    return run_calibration(std::move(input), job, rule);
  };
  return made;
}

}  // namespace

std::vector<Protocol> calibration_protocols() {
  return {
      calibration_protocol("calibration", "Calibration of K samples, by mode",
                           "How often the truth lies inside the nominal 50, 80, 90 and 95 % regions of its "
                           "samples: ellipsoids "
                           "about each mode, in which a new draw of the mode's normal distribution would lie "
                           "so often (Hotelling). "
                           "Symmetry reduced. Coverage below the level is overconfidence; coverage alone "
                           "says nothing of accuracy.",
                           RegionRule::kModes),
      calibration_protocol(
          "calibration-heaviest", "Calibration of K samples, heaviest mode alone",
          "The same for the ellipsoid about the mode with most samples: what whoever reports one mean and "
          "one "
          "covariance may claim. Sets of several modes cannot be calibrated under this rule.",
          RegionRule::kHeaviest),
      calibration_protocol(
          "calibration-density", "Calibration of K samples, highest density",
          "Regions of highest density without any normal distribution: the truth is ranked among its samples "
          "by "
          "how densely the others lie about it (full conformal prediction). The check on the ellipsoids.",
          RegionRule::kDensity),
  };
}

}  // namespace alidade
