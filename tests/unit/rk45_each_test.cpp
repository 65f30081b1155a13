// SPDX-License-Identifier: BSD-3-Clause
// RK45 with a step per state: every state is what it is alone, whatever else is in the batch.
#include <QtTest>

#include "core/diffusion/sampler.h"
#include "tests/unit/ode_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr int kDimension = 9;

MixtureField mixture() {
  std::vector<MixtureComponent> components;
  for (int m = 0; m < 4; ++m) {
    std::vector<double> mean(kDimension, 0.0);
    mean[m] = 1.0 + m;
    mean[m + 3] = -0.5;
    components.push_back({1.0 + m, mean, std::vector<double>(kDimension, 0.01 * (1 + m))});
  }
  return *MixtureField::make(components, VeSde{});
}

SamplerOptions each_options() {
  SamplerOptions options;
  options.kind = SamplerKind::kRk45;
  options.joint_step = false;
  options.guidance = {GuidanceKind::kExponential, 1.0, 4.0};
  return options;
}

std::vector<double> row(const std::vector<double>& batch, std::size_t i) {
  return {batch.begin() + static_cast<std::ptrdiff_t>(i * kDimension),
          batch.begin() + static_cast<std::ptrdiff_t>((i + 1) * kDimension)};
}

/// Not finite where the first coordinate is beyond a bound.
class BrokenField final : public ScoreField {
 public:
  int dimension() const override { return kDimension; }
  void evaluate(std::span<const double> states, double t, std::span<double> scores) override {
    inner_.evaluate(states, t, scores);
    for (std::size_t i = 0; i < states.size(); i += kDimension) {
      scores[i] = states[i] > 500.0 && t < 0.8 ? std::nan("") : scores[i];
    }
  }

 private:
  MixtureField inner_ = mixture();
};

}  // namespace

class Rk45EachTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aStateIsWhatItIsAlone() {
    const VeSde sde;
    auto field = mixture();
    const auto start = draw_start(sde, 1.0, 13, kDimension, 3);
    const auto set = sample(field, sde, each_options(), start, {});
    QVERIFY(set);
    SamplerOptions joint = each_options();
    joint.joint_step = true;
    std::int64_t total = 0;
    int longest = 0, most = 0;
    for (std::size_t i = 0; i < 13; ++i) {
      // A batch of one has one step size either way.
      const auto alone = sample(field, sde, joint, row(start, i), {});
      const auto each = sample(field, sde, each_options(), row(start, i), {});
      QVERIFY(alone && each);
      QVERIFY(largest_difference(row(set->states, i), alone->states) < 1e-12);
      QCOMPARE(row(set->states, i), each->states);
      QCOMPARE(each->steps, alone->steps);
      QCOMPARE(each->evaluations, alone->evaluations);
      QCOMPARE(alone->state_evaluations, static_cast<std::int64_t>(alone->evaluations));
      total += alone->evaluations;
      longest = std::max(longest, alone->steps);
      most = std::max(most, alone->evaluations);
    }
    QCOMPARE(set->state_evaluations, total);
    QCOMPARE(set->steps, longest);
    QCOMPARE(set->evaluations, most);
  }

  void theOrderOfTheBatchDoesNotMatter() {
    const VeSde sde;
    auto field = mixture();
    const auto start = draw_start(sde, 0.7, 6, kDimension, 8);
    std::vector<double> reversed;
    for (std::size_t i = 6; i-- > 0;) {
      const auto state = row(start, i);
      reversed.insert(reversed.end(), state.begin(), state.end());
    }
    SamplerOptions options = each_options();
    options.start_time = 0.7;
    const auto a = sample(field, sde, options, start, {});
    const auto b = sample(field, sde, options, reversed, {});
    QVERIFY(a && b);
    for (std::size_t i = 0; i < 6; ++i) {
      QCOMPARE(row(a->states, i), row(b->states, 5 - i));
    }
  }

  void keptPathsAreThoseOfSingleRuns() {
    const VeSde sde;
    auto field = mixture();
    const auto start = draw_start(sde, 1.0, 5, kDimension, 4);
    SamplerOptions options = each_options();
    options.keep_trajectory = true;
    const auto refused = sample(field, sde, options, start, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::kUsage);
    options.trajectory_points = 11;
    const auto set = sample(field, sde, options, start, {});
    QVERIFY(set);
    QCOMPARE(set->trajectory.size(), std::size_t{11});
    QCOMPARE(set->trajectory.front(), start);
    QCOMPARE(set->trajectory.back(), set->states);
    options.joint_step = true;
    for (std::size_t i = 0; i < 5; ++i) {
      const auto alone = sample(field, sde, options, row(start, i), {});
      QVERIFY(alone);
      QVERIFY(largest_difference(set->times, alone->times) < 1e-15);
      for (std::size_t k = 0; k < 11; ++k) {
        QVERIFY(largest_difference(row(set->trajectory[k], i), alone->trajectory[k]) < 1e-12);
      }
    }
  }

  // A state that is lost does not take the others with it.
  void oneLostStateIsNamed() {
    const VeSde sde;
    BrokenField broken;
    auto sound = mixture();
    auto start = draw_start(sde, 1.0, 4, kDimension, 4);
    start[2 * kDimension] = 4000.0;
    const auto set = sample(broken, sde, each_options(), start, {});
    QVERIFY(set);
    QVERIFY(set->first_bad_step > 0);
    for (const double value : set->states) {
      QVERIFY(std::isfinite(value));
    }
    for (const std::size_t i : {0, 1, 3}) {
      const auto alone = sample(sound, sde, each_options(), row(start, i), {});
      QCOMPARE(row(set->states, i), alone->states);
    }
    start[0] = std::nan("");
    const auto bad = sample(broken, sde, each_options(), start, {});
    QVERIFY(bad);
    QCOMPARE(bad->first_bad_step, 0);
  }

  void stoppingStops() {
    const VeSde sde;
    auto field = mixture();
    std::stop_source stop;
    stop.request_stop();
    const auto set = sample(field, sde, each_options(), draw_start(sde, 1.0, 3, kDimension, 1),
                            JobContext{stop.get_token(), {}});
    QVERIFY(!set && set.error().code == ErrorCode::kCancelled);
  }
};

ALIDADE_TEST(Rk45EachTest)
#include "rk45_each_test.moc"
