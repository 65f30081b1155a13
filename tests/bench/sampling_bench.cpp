// SPDX-License-Identifier: BSD-3-Clause
// Sampling speed of the pose network on one core: K poses of one object. Prints times and their ratios within
// this run, and RK45 against the published route on the same network, noise and tolerance.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "core/base/blas_kernel.h"
#include "core/base/random.h"
#include "core/nn/compute.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/ops/point_ops.h"
#include "core/studies/infer.h"
#include "tests/bench/bench_clock.h"
#include "tests/bench/sampling_reference.h"

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

/// A field that knows how long its evaluations took.
class TimedField final : public ScoreField {
 public:
  explicit TimedField(ScoreField& inner) : inner_(inner) {}
  int dimension() const override { return inner_.dimension(); }
  void evaluate(std::span<const double> states, double t, std::span<double> scores) override {
    const auto begin = std::chrono::steady_clock::now();
    inner_.evaluate(states, t, scores);
    milliseconds +=
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  }
  double milliseconds = 0.0;

 private:
  ScoreField& inner_;
};

struct Route {
  std::vector<double> milliseconds, outside;
  SampleSet last;

  void run(ScoreField& field, const VeSde& sde, int samples, double start_time) {
    SamplerOptions options;
    options.kind = SamplerKind::kRk45;
    options.start_time = start_time;
    TimedField timed(field);
    const auto begin = std::chrono::steady_clock::now();
    last = *sample(timed, sde, options, draw_start(sde, start_time, samples, 9, 2), {});
    const double total =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    milliseconds.push_back(total);
    outside.push_back(1.0 - timed.milliseconds / total);
  }
  static double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    return values[values.size() / 2];
  }
};

/// GenPose's setting: T0 0.55, tolerance 1e-5, both routes in turn. SciPy's own time is not in the
/// reference, whose steps are taken by the same integrator.
void compare_rk45(int samples, double start_time) {
  const auto network = PoseNetwork::create(*named_config("genpose"), 1);
  bench::randomize_heads(*network, 5);
  const auto features = network->encode(cloud(network->config().num_points));
  const auto field = network->score_field(features);
  const auto reference = bench::reference_field(*network, features);
  Route ours, theirs;
  for (int i = 0; i < 12; ++i) {
    ours.run(*field, network->sde(), samples, start_time);
    theirs.run(*reference, network->sde(), samples, start_time);
  }
  double apart = 0.0;
  for (std::size_t i = 0; i < ours.last.states.size(); ++i) {
    apart = std::max(apart, std::abs(ours.last.states[i] - theirs.last.states[i]));
  }
  const double mine = Route::median(ours.milliseconds), published = Route::median(theirs.milliseconds);
  std::printf(
      "RK45 1e-5 K=%-3d T0=%.2f  ours %7.2f ms, NFE %d, %4.1f %% outside the network   reference route %7.2f "
      "ms, "
      "NFE %d   ratio %.2f   largest difference %.1e\n",
      samples, start_time, mine, ours.last.evaluations, 100.0 * Route::median(ours.outside), published,
      theirs.last.evaluations, published / mine, apart);
}

}  // namespace

int main(int, char** argv) {
  restart_with_better_blas_kernel(argv);
  configure_compute(1);
  for (const char* name : {"small", "paper"}) {
    measure(name);
  }
  for (const double start_time : {1.0, 0.55, 0.15}) {
    compare_rk45(50, start_time);
  }
  compare_rk45(1, 0.55);
  return 0;
}
