// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/data/dataset.h"
#include "core/diffusion/pose_states.h"
#include "core/diffusion/sampler.h"
#include "core/diffusion/score_field.h"
#include "core/nn/score_model.h"
#include "core/results/object_samples.h"
#include "core/studies/encoded_object.h"

namespace alidade {

/// An object that is ready to be sampled: encoded once, sampled as often as one likes (each schedule, each
/// step count). Refers to its model, which must outlive it; used by one thread at a time.
struct SampleSubject {
  std::unique_ptr<ScoreField> field;
  VeSde sde;
  PoseStates states;
  Eigen::Vector3d center_obj = Eigen::Vector3d::Zero();  ///< samples are of the box frame, this leads back
  ObjectSamples blank;                ///< names, truth, symmetry and provenance of what will be sampled
  std::optional<Rigid3> regressed{};  ///< the regression head's pose, cam_from_obj; networks only
};

struct SampleOptions {
  SamplerOptions sampler;
  int num_samples = 50;  ///< K
  std::uint64_t seed = 0;
  /// Equal seeds give equal starting noise whatever the sampler: columns of the laboratory differ by their
  /// schedule only. Warm start: noise of the start time's level is added to this pose instead of the origin.
  std::optional<Rigid3> start;
};

/// An object that is encoded already; its provenance does not name the model.
SampleSubject sample_subject(EncodedObject object);

/// Encodes an object of a frame. Fails like inference does (no depth, too few points).
Expected<SampleSubject> sample_subject(const Frame& frame, std::size_t position, ScoreModel& model,
                                       std::uint64_t seed);

/// The analytic subject: the truth's symmetric equivalents as modes (continuous axes in 36 parts), a few
/// degrees and millimetres wide. For teaching and tests; needs no checkpoint.
Expected<SampleSubject> analytic_subject(const Instance& instance, const std::string& frame_name,
                                         std::size_t frame);

/// Draws the samples. With options.sampler.keep_trajectory the path and its error curve are there too;
/// ErrorCode::kUsage, saying which K and steps fit, when it exceeds kTrajectoryLimitBytes. A diverging
/// sampler is no Error: first_bad_step says where, and the path before it is kept.
Expected<std::shared_ptr<const ObjectSamples>> draw_samples(SampleSubject& subject,
                                                            const SampleOptions& options,
                                                            const JobContext& job);

}  // namespace alidade
