// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/evaluation/errors/hypothesis_set.h"
#include "core/nn/ranking_model.h"
#include "core/nn/score_model.h"

namespace alidade {

/// Hypotheses of one object whose errors are known; poses of the box in the camera frame.
struct RankingSubject {
  ObjectPoints points;
  std::vector<Rigid3> poses;
  HypothesisErrors errors;
  Rigid3 truth;
  SymmetryGroup symmetry;
};

/// Draws 20 hypotheses (DDIM, 10 steps, unguided, as a ranker is trained) for the objects of the first
/// `frames` frames (0 = all), at most 256 objects. Objects that cannot be estimated are left out.
Expected<std::vector<RankingSubject>> ranking_subjects(const Dataset& dataset, int frames,
                                                       ScoreModel& network, std::uint64_t seed,
                                                       const JobContext& job);

/// How well energies order hypotheses: {"ranking": {"rotation", "translation"}, "accuracy": {..}}. The first
/// is Spearman's correlation between energy and negative error, so that 1 is a perfect ranker and 0 chance,
/// the mean over the objects where it exists. The second has for the best-ranked pose, the average of the
/// best-ranked 60 %, the first sample and the sample nearest to the truth the shares of objects within
/// 5°2cm, 10°2cm and 10°5cm.
Expected<nlohmann::ordered_json> measure_ranking(const std::vector<RankingSubject>& subjects,
                                                 RankingModel& network, const JobContext& job);

}  // namespace alidade
