// SPDX-License-Identifier: BSD-3-Clause
// Sampling speed of the pose network on one core: K poses of one object. Prints times and their ratios within
// this run.
#include <cstdio>

#include "core/base/random.h"
#include "core/nn/pose_network.h"
#include "core/ops/point_ops.h"
#include "core/studies/infer.h"
#include "tests/bench/bench_clock.h"

using namespace alidade;

namespace {

ObjectPoints cloud(int count) {
  Random random(1);
  ObjectPoints points(count);
  for (auto& p : points) {
    p = Eigen::Vector3f(static_cast<float>(0.05 * random.normal()),
                        static_cast<float>(0.08 * random.normal()),
                        static_cast<float>(0.8 + 0.03 * random.normal()));
  }
  return points;
}

void measure(const char* name) {
  const auto network = PoseNetwork::create(*named_config(name), 1);
  const ObjectPoints points = cloud(network->config().num_points);
  const double encode = bench::median_ms(21, [&] { network->encode(points); });
  const auto features = network->encode(points);
  const auto field = network->score_field(features);
  const auto draw = [&](SamplerKind kind, int samples) {
    SamplerOptions options = default_sampler();
    options.kind = kind;
    return bench::median_ms(11, [&] {
      const auto set =
          sample(*field, network->sde(), options, draw_start(network->sde(), 1.0, samples, 9, 2), {});
      if (!set) {
        std::printf("%s\n", set.error().message.c_str());
      }
    });
  };
  const double one = draw(SamplerKind::kDdimExponential, 1), fifty = draw(SamplerKind::kDdimExponential, 50);
  std::printf(
      "%-8s %5.2f M parameters  encoder %6.2f ms  DDIM-20 K=1 %6.2f ms  K=50 %6.2f ms  (K=50 / K=1 = %.2f, "
      "K=50 / encoder = %.1f)\n",
      name, static_cast<double>(network->num_parameters()) / 1e6, encode, one, fifty, fifty / one,
      fifty / encode);
}

}  // namespace

int main() {
  configure_compute(1);
  for (const char* name : {"small", "paper"}) {
    measure(name);
  }
  return 0;
}
