// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.h"

namespace alidade {

/// All problems of one kind in one sentence without its period: how many there are, and the first of them.
/// Nothing when there is none. `name` is that of the dataset. Every command that leaves something out says
/// this sentence.
std::optional<std::string> problem_sentence(const std::string& name,
                                            const std::vector<DatasetProblem>& problems, ProblemKind kind);

/// The sentences of a dataset, ground truth first, ready to be printed.
std::vector<std::string> problem_sentences(const Dataset& dataset);

/// An Error (kInput) with that sentence when the ground truth is incomplete, or when `name` annotates nothing
/// at all in its `frames` frames. `allow` lets an incomplete one pass.
Expected<void> require_ground_truth(const Dataset& dataset, bool allow);

/// What the frames of a run were found to lack while they were read.
class FrameProblems {
 public:
  void add(const Frame& frame);
  /// One sentence for what could not be read and one for what contradicts itself, each with a count and the
  /// first example; none when nothing was found.
  std::vector<std::string> sentences() const;

 private:
  struct Found {
    std::size_t frames = 0;
    std::string first;
  };
  static void add(Found& found, const std::string& frame, const std::vector<std::string>& sentences);

  std::size_t read_ = 0;
  Found problems_, remarks_;
};

}  // namespace alidade
