// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/diffusion/sampler.h"
#include "core/nn/score_model.h"

namespace alidade {

/// An object as a model sees it, before anything is sampled.
struct EncodedObject {
  const Frame* frame = nullptr;  ///< that it was made from, which must outlive it
  std::size_t position = 0;      ///< in the frame's instances
  std::uint64_t seed = 0;        ///< object_seed()
  ScoredObject scored;

  const Instance& instance() const { return frame->instances[position]; }
};

/// Encodes an object from `num_points` points (0 = the model's own number), chosen by the run's `seed`. Error
/// (kInput) for an object that cannot be estimated.
Expected<EncodedObject> encode_object(const Frame& frame, std::size_t position, ScoreModel& model,
                                      int num_points, std::uint64_t seed);

/// What is drawn of an object.
struct DrawOptions {
  SamplerOptions sampler;
  int count = 1;                  ///< K
  std::uint64_t seed = 0;         ///< the object's: its streams give the noise and the steps
  std::optional<Rigid3> start{};  ///< noise about this pose of the box (camera frame), not about the origin
};

/// Draws K states. Equal seeds draw equal noise whatever the sampler and the start. A diverging sampler is no
/// Error: first_bad_step says where.
Expected<SampleSet> draw_states(ScoreField& field, const VeSde& sde, const PoseStates& states,
                                const DrawOptions& options, const JobContext& job);

}  // namespace alidade
