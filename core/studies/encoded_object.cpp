// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/encoded_object.h"

#include <utility>

#include "core/base/random.h"
#include "core/studies/object_seed.h"

namespace alidade {

Expected<EncodedObject> encode_object(const Frame& frame, std::size_t position, ScoreModel& model,
                                      int num_points, std::uint64_t seed) {
  const Instance& instance = frame.instances.at(position);
  const std::uint64_t own = object_seed(seed, frame.info.name, instance.index);
  auto scored = model.encode_object(frame, position, num_points, mix_seed(own, kPointStream));
  if (!scored) {
    return scored.error();
  }
  return EncodedObject{&frame, position, own, std::move(*scored)};
}

Expected<SampleSet> draw_states(ScoreField& field, const VeSde& sde, const PoseStates& states,
                                const DrawOptions& options, const JobContext& job) {
  SamplerOptions sampler = options.sampler;
  sampler.noise_seed = mix_seed(options.seed, kStepStream);
  auto begin = draw_start(sde, sampler.start_time, options.count, field.dimension(),
                          mix_seed(options.seed, kNoiseStream));
  if (options.start) {
    const auto pose = states.encode(*options.start);
    for (std::size_t i = 0; i < begin.size(); ++i) {
      begin[i] += pose[i % pose.size()];
    }
  }
  return sample(field, sde, sampler, std::move(begin), job);
}

}  // namespace alidade
