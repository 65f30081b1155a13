// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/dataset_problems.h"

namespace alidade {
namespace {

/// "FILE: message" as the file's own place in a longer sentence.
std::string told(const DatasetProblem& problem) {
  std::string text =
      problem.message.starts_with(problem.file) ? problem.message : problem.file + ": " + problem.message;
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

std::string without_period(std::string text) {
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

std::string what_is_wrong(ProblemKind kind, std::size_t count) {
  const bool one = count == 1;
  if (kind == ProblemKind::kGroundTruth) {
    return "the ground truth is incomplete, " + std::to_string(count) +
           (one ? " part of it is missing, unreadable or left out"
                : " parts of it are missing, unreadable or left out");
  }
  return std::to_string(count) + (one ? " problem" : " problems") + " of images, meshes, masks or units";
}

}  // namespace

std::optional<std::string> problem_sentence(const std::string& name,
                                            const std::vector<DatasetProblem>& problems, ProblemKind kind) {
  std::size_t count = 0;
  const DatasetProblem* first = nullptr;
  for (const DatasetProblem& problem : problems) {
    if (problem.kind == kind) {
      first = count++ == 0 ? &problem : first;
    }
  }
  if (first == nullptr) {
    return std::nullopt;
  }
  return name + ": " + what_is_wrong(kind, count) + (count == 1 ? " (" : " (first: ") + told(*first) + ")";
}

std::vector<std::string> problem_sentences(const Dataset& dataset) {
  std::vector<std::string> sentences;
  for (const ProblemKind kind : {ProblemKind::kGroundTruth, ProblemKind::kRemark}) {
    if (const auto sentence = problem_sentence(dataset.name(), dataset.problems(), kind)) {
      sentences.push_back(*sentence + "; alidade dataset info lists all.");
    }
  }
  return sentences;
}

Expected<void> require_ground_truth(const Dataset& dataset, bool allow) {
  const auto sentence = problem_sentence(dataset.name(), dataset.problems(), ProblemKind::kGroundTruth);
  bool annotated = dataset.num_frames() == 0;
  for (std::size_t i = 0; i < dataset.num_frames() && !annotated; ++i) {
    annotated = dataset.frame_info(i).annotated;
  }
  if (!annotated) {
    const std::string nothing = dataset.name() + ": no image is annotated";
    return Error{ErrorCode::kInput,
                 sentence.value_or(nothing) +
                     "; no image is annotated, and what is not known is not nothing: give a split that has "
                     "its ground truth."};
  }
  if (sentence && !allow) {
    return Error{ErrorCode::kInput,
                 *sentence + "; repair it, or add --allow-problems to go on with the rest."};
  }
  return {};
}

void FrameProblems::add(Found& found, const std::string& frame, const std::vector<std::string>& sentences) {
  if (sentences.empty()) {
    return;
  }
  if (found.frames++ == 0) {
    // A sentence about a file names that file itself.
    found.first =
        (sentences.front().starts_with('/') ? "" : frame + ": ") + without_period(sentences.front());
  }
}

void FrameProblems::add(const Frame& frame) {
  ++read_;
  add(problems_, frame.info.name, frame.problems);
  add(remarks_, frame.info.name, frame.remarks);
}

std::vector<std::string> FrameProblems::sentences() const {
  std::vector<std::string> all;
  const auto tell = [&](const Found& found, const std::string& what) {
    if (found.frames > 0) {
      all.push_back(what + " " + std::to_string(found.frames) + " of " + std::to_string(read_) +
                    " frames read" + (found.frames == 1 ? " (" : " (first: ") + found.first + ").");
    }
  };
  tell(problems_, "images, depth, masks or annotations are missing or rejected in");
  tell(remarks_, "units contradict each other in");
  return all;
}

}  // namespace alidade
