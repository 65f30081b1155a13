// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/render/figure_kinds.h"
#include "app/render/schedule_choice.h"
#include "core/nn/score_model.h"
#include "core/studies/sample.h"

namespace alidade {

/// What a figure draws its samples from: the network of the recipe's checkpoint, or the analytic field.
class SampleSource {
 public:
  /// Loads the checkpoint when there is one.
  static Expected<SampleSource> open(const FigureInput& input);
  ~SampleSource();
  SampleSource(SampleSource&&) noexcept;
  SampleSource& operator=(SampleSource&&) = delete;

  using Visit = std::function<Expected<void>(SampleSubject&)>;

  /// Visits the chosen objects, frame by frame, each encoded once. Of all objects of a dataset, those that
  /// cannot be encoded are counted in skipped(); one that is named is an Error. So is finding none.
  Expected<void> visit(const ObjectsChoice& objects, const Visit& visit);

  int skipped() const { return skipped_; }
  /// The recipe's provenance, with the checkpoint.
  Provenance provenance() const;
  /// "demo.safetensors", or what the analytic field is.
  std::string name() const;

 private:
  SampleSource(const FigureInput& input, std::unique_ptr<ScoreModel> network);
  Expected<SampleSubject> subject(const Frame& frame, std::size_t position) const;
  Expected<void> visitAll(const ObjectsChoice& objects, const Visit& visit);
  Expected<void> visitOne(const ObjectsChoice::One& object, const Visit& visit);
  Expected<void> visitIn(const Frame& frame, const ObjectsChoice& objects, const Visit& visit);

  const FigureInput& input_;
  std::unique_ptr<ScoreModel> network_;
  int skipped_ = 0;
};

}  // namespace alidade
