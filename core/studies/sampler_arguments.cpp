// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/sampler_arguments.h"

#include "core/base/file.h"

namespace alidade {

Expected<Guidance> guidance_argument(const std::string& text) {
  constexpr std::uintmax_t kLargest = 1 << 20;
  if (!text.ends_with(".json")) {
    return parse_guidance(text);
  }
  const auto json = read_file(text, kLargest);
  if (!json) {
    return json.error();
  }
  return guidance_from_json(*json, text);
}

Expected<InferOptions> infer_options(const SamplerArguments& a) {
  InferOptions options;
  const auto kind = parse_sampler(a.sampler);
  if (!kind) {
    return kind.error();
  }
  if (!a.schedule.empty() && !a.schedule.ends_with(".json")) {
    return Error{ErrorCode::kUsage, "--schedule " + a.schedule + ": expected a file named *.json."};
  }
  const auto guidance = guidance_argument(a.schedule.empty() ? a.guidance : a.schedule);
  if (!guidance) {
    return guidance.error();
  }
  options.sampler.kind = *kind;
  options.sampler.guidance = *guidance;
  options.sampler.steps = a.steps;
  options.sampler.start_time = a.start_time;
  options.sampler.rtol = options.sampler.atol = a.tolerance;
  options.sampler.joint_step = !a.step_per_sample;
  options.sampler.langevin_snr = a.langevin_snr;
  options.sampler.final_denoise = a.denoise;
  options.num_samples = a.samples;
  options.seed = a.seed;
  const auto aggregation = parse_aggregation(a.aggregate);
  if (!aggregation) {
    return aggregation.error();
  }
  if ((*aggregation == Aggregation::kRanked) == a.ranker.empty()) {
    return Error{ErrorCode::kUsage, "--aggregate ranked and --ranker FILE belong together."};
  }
  options.aggregation = *aggregation;
  return options;
}

}  // namespace alidade
