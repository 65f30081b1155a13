// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <tuple>

#include "core/base/constants.h"
#include "core/evaluation/nocs/nocs_result.h"
#include "core/geometry/rotation.h"

namespace alidade {
namespace {

class SampleMaker {
 public:
  explicit SampleMaker(const NocsResult& result) : result_(result) {}

  void add(const NocsGroup& group) {
    pair_up(group);
    for (std::size_t j = 0; j < group.truths; ++j) {
      add_sample(group, static_cast<std::int64_t>(j), estimate_of_[j]);
    }
    for (std::size_t i = 0; i < group.estimates; ++i) {
      if (!used_[i]) {
        add_sample(group, -1, static_cast<std::int64_t>(i));
      }
    }
  }

  std::vector<EvaluatedSample> samples;

 private:
  /// A ground truth is shown with the prediction matched to it above the filter; what is left, by instance.
  void pair_up(const NocsGroup& group) {
    estimate_of_.assign(group.truths, -1);
    used_.assign(group.estimates, false);
    for (std::size_t j = 0; j < group.truths; ++j) {
      const std::int64_t estimate = result_.paired.estimate_of[group.first_truth + j];
      if (estimate >= 0) {
        join(j, static_cast<std::size_t>(estimate) - group.first_estimate);
      }
    }
    std::map<int, std::size_t> free;
    for (std::size_t i = group.estimates; i > 0; --i) {
      const int instance = result_.estimate(group.first_estimate + i - 1).instance;
      if (!used_[i - 1] && instance >= 0) {
        free[instance] = i - 1;  // the best scored one stays
      }
    }
    for (std::size_t j = 0; j < group.truths; ++j) {
      const auto found = free.find(result_.truth(group.first_truth + j).instance);
      if (estimate_of_[j] < 0 && found != free.end()) {
        join(j, found->second);
        free.erase(found);
      }
    }
  }

  void join(std::size_t truth, std::size_t estimate) {
    estimate_of_[truth] = static_cast<std::int64_t>(estimate);
    used_[estimate] = true;
  }

  void add_sample(const NocsGroup& group, std::int64_t j, std::int64_t i) {
    EvaluatedSample sample;
    sample.image = group.image;
    sample.row = group.category;
    const std::size_t truth = group.first_truth + static_cast<std::size_t>(std::max<std::int64_t>(j, 0));
    const std::size_t estimate =
        group.first_estimate + static_cast<std::size_t>(std::max<std::int64_t>(i, 0));
    if (j >= 0) {
      sample.truth = result_.all.truths[truth];
      sample.instance = result_.truth(truth).instance;
    }
    if (i >= 0) {
      sample.prediction = result_.all.estimates[estimate];
      sample.score = result_.estimate(estimate).score;
    }
    sample.measures.resize(5);
    if (i >= 0 && j >= 0) {
      measure(result_.all.pair(group, static_cast<std::size_t>(i), static_cast<std::size_t>(j)),
              result_.estimate(estimate), result_.truth(truth), &sample);
    }
    for (std::size_t c = 0; c < result_.columns.size(); ++c) {
      sample.outcomes.push_back(
          j >= 0 ? outcome(c, result_.truth_survives[truth] != 0, result_.matches[c].estimate_of[truth] >= 0)
                 : outcome(c, result_.estimate_survives[estimate] != 0,
                           result_.matches[c].truth_of[estimate] >= 0));
    }
    samples.push_back(std::move(sample));
  }

  Outcome outcome(std::size_t column, bool survives, bool matched) const {
    if (result_.columns[column].pose && !survives) {
      return Outcome::kIgnored;
    }
    return matched ? Outcome::kCorrect : Outcome::kWrong;
  }

  void measure(const NocsPair& pair, const PoseRow& estimate, const PoseRow& truth,
               EvaluatedSample* sample) const {
    sample->measures[0] = pair.degrees * kRadiansPerDegree;
    sample->measures[1] = pair.centimetres * 0.01;
    sample->measures[2] = pair.overlap;
    if (estimate.size.minCoeff() > 0.0 && truth.size.minCoeff() > 0.0) {
      const NocsSymmetry symmetry =
          nocs_symmetry(result_.all.rule, result_.input->categories[truth.category], truth);
      sample->measures[3] =
          result_.all.rule.overlap == NocsOverlap::kExact && !result_.all.rule.by_image_boxes()
              ? pair.overlap
              : nocs_overlap(NocsOverlap::kExact, row_box(estimate), row_box(truth), symmetry);
    }
    sample->measures[4] = geodesic_distance(estimate.cam_from_obj.R, truth.cam_from_obj.R);
  }

  const NocsResult& result_;
  std::vector<std::int64_t> estimate_of_;
  std::vector<bool> used_;
};

}  // namespace

std::vector<Measure> nocs_measures(const NocsVariant& variant) {
  const std::string overlap =
      variant.rule.by_image_boxes() ? "IoU of image boxes" : nocs_overlap_name(variant.rule.overlap);
  return {{"rotation_deg", "rotation error", "°", 1.0 / kRadiansPerDegree, false},
          {"translation_cm", "translation error", "cm", 100.0, false},
          {"iou", overlap, "", 1.0, true},
          {"iou_exact", "exact IoU", "", 1.0, true},
          {"rotation_raw_deg", "rotation error without symmetry", "°", 1.0 / kRadiansPerDegree, false}};
}

std::vector<EvaluatedSample> nocs_samples(const NocsResult& result) {
  SampleMaker maker(result);
  for (const NocsGroup& group : result.all.groups) {
    maker.add(group);
  }
  std::sort(maker.samples.begin(), maker.samples.end(),
            [](const EvaluatedSample& a, const EvaluatedSample& b) {
              return std::tuple(a.image, a.truth < 0, a.truth, a.prediction) <
                     std::tuple(b.image, b.truth < 0, b.truth, b.prediction);
            });
  return std::move(maker.samples);
}

}  // namespace alidade
