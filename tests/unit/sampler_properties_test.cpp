// SPDX-License-Identifier: BSD-3-Clause
// The samplers against closed forms and invariances.
#include <cmath>
#include <limits>

#include <QtTest>

#include "core/diffusion/mixture_field.h"
#include "core/diffusion/sampler.h"
#include "tests/unit/ode_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr SamplerKind kFirstOrder[] = {SamplerKind::kDdimExponential, SamplerKind::kDdim,
                                       SamplerKind::kEuler};
constexpr SamplerKind kAll[] = {SamplerKind::kDdimExponential,
                                SamplerKind::kDdim,
                                SamplerKind::kEuler,
                                SamplerKind::kHeun,
                                SamplerKind::kRk45,
                                SamplerKind::kReverseSde,
                                SamplerKind::kPredictorCorrector};

MixtureField gaussian(std::vector<double> mean, double variance, const VeSde& sde) {
  const std::vector<double> variances(mean.size(), variance);
  return *MixtureField::make({{1.0, std::move(mean), variances}}, sde);
}

MixtureField two_modes(const VeSde& sde) {
  return *MixtureField::make(
      {{1.0, {0.5, -0.5, 0.2}, {0.01, 0.01, 0.02}}, {2.0, {-0.5, 0.3, 0.1}, {0.02, 0.01, 0.01}}}, sde);
}

// The flow of one Gaussian under constant weight w: distances to the mean scale with (variance +
// sigma^2)^(w/2).
double flow_factor(const VeSde& sde, double variance, double from, double to, double w) {
  const auto spread = [&](double t) { return variance + sde.sigma(t) * sde.sigma(t); };
  return std::pow(spread(to) / spread(from), 0.5 * w);
}

// A field that turns into NaN below a time.
class BreakingField final : public ScoreField {
 public:
  explicit BreakingField(double time) : time_(time) {}
  int dimension() const override { return 2; }
  void evaluate(std::span<const double> states, double t, std::span<double> scores) override {
    for (std::size_t i = 0; i < states.size(); ++i) {
      scores[i] = t < time_ ? std::numeric_limits<double>::quiet_NaN() : -states[i];
    }
  }

 private:
  double time_;
};

}  // namespace

class SamplerPropertiesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rk45FollowsTheClosedForm() {
    const VeSde sde;
    auto field = gaussian({0.2, -0.7}, 0.03, sde);
    for (const double w : {1.0, 2.5}) {
      SamplerOptions options;
      options.kind = SamplerKind::kRk45;
      options.start_time = 0.7;
      options.rtol = options.atol = 1e-11;
      options.guidance = {GuidanceKind::kConstant, 1.0, w, 5.0};
      const auto set = sample(field, sde, options, {3.0, -2.0}, {});
      QVERIFY(set);
      const double factor = flow_factor(sde, 0.03, 0.7, sde.epsilon, w);
      QVERIFY(std::abs(set->states[0] - (0.2 + factor * 2.8)) < 1e-8);
      QVERIFY(std::abs(set->states[1] - (-0.7 - factor * 1.3)) < 1e-8);
    }
  }

  // On a point mass the exponential step is exact, in however few steps and under any constant weight.
  void exponentialStepIsExactOnAPoint() {
    const VeSde sde;
    auto field = gaussian({0.4}, 0.0, sde);
    for (const int steps : {1, 3, 20}) {
      for (const double w : {1.0, 3.0, 12.0}) {
        SamplerOptions options;
        options.steps = steps;
        options.guidance = {GuidanceKind::kConstant, 1.0, w, 5.0};
        const auto set = sample(field, sde, options, {60.0}, {});
        QVERIFY(set);
        const double expected = 0.4 + 59.6 * flow_factor(sde, 0.0, 1.0, sde.epsilon, w);
        QVERIFY(std::abs(set->states[0] - expected) < 1e-11);
      }
    }
  }

  void exponentialStepNeverOvershoots() {
    const VeSde sde;
    auto field = gaussian({0.0}, 1e-4, sde);
    SamplerOptions options;
    options.steps = 5;
    options.keep_trajectory = true;
    options.guidance = {GuidanceKind::kConstant, 1.0, 10.0, 5.0};
    const auto calm = sample(field, sde, options, {50.0}, {});
    for (const auto& state : calm->trajectory) {
      QVERIFY(state[0] >= 0.0);
    }
    options.kind = SamplerKind::kDdim;
    const auto wild = sample(field, sde, options, {50.0}, {});
    QVERIFY(wild->trajectory[1][0] < -100.0);
  }

  void fixedStepsConvergeAtFirstOrder() {
    const VeSde sde;
    auto field = gaussian({0.1}, 0.05, sde);
    const double expected = 0.1 + 0.9 * flow_factor(sde, 0.05, 0.6, sde.epsilon, 1.0);
    for (const auto kind : kFirstOrder) {
      double errors[2];
      for (const int i : {0, 1}) {
        SamplerOptions options;
        options.kind = kind;
        options.start_time = 0.6;
        options.steps = i == 0 ? 1000 : 2000;
        errors[i] = std::abs(sample(field, sde, options, {1.0}, {})->states[0] - expected);
      }
      QVERIFY(errors[1] < 1e-3);
      QVERIFY(std::abs(errors[0] / errors[1] - 2.0) < 0.1);
    }
  }

  void heunConvergesAtSecondOrder() {
    const VeSde sde;
    auto field = gaussian({0.1}, 0.05, sde);
    const double expected = 0.1 + 0.9 * flow_factor(sde, 0.05, 0.6, sde.epsilon, 2.0);
    double errors[2];
    for (const int i : {0, 1}) {
      SamplerOptions options;
      options.kind = SamplerKind::kHeun;
      options.start_time = 0.6;
      options.steps = i == 0 ? 200 : 400;
      options.guidance = {GuidanceKind::kConstant, 1.0, 2.0, 5.0};
      const auto set = sample(field, sde, options, {1.0}, {});
      QCOMPARE(set->evaluations, 2 * options.steps);
      errors[i] = std::abs(set->states[0] - expected);
    }
    QVERIFY(errors[1] < 1e-4);
    QVERIFY(std::abs(errors[0] / errors[1] - 4.0) < 0.2);
  }

  // In the limit of small steps the reverse SDE gives samples of the data distribution.
  void stochasticSamplersReachTheDistribution_data() {
    QTest::addColumn<int>("kind");
    QTest::newRow("reverse SDE") << static_cast<int>(SamplerKind::kReverseSde);
    QTest::newRow("predictor-corrector") << static_cast<int>(SamplerKind::kPredictorCorrector);
  }
  void stochasticSamplersReachTheDistribution() {
    QFETCH(int, kind);
    const VeSde sde;
    auto field = gaussian({0.3}, 0.04, sde);
    SamplerOptions options;
    options.kind = static_cast<SamplerKind>(kind);
    options.steps = 400;
    options.noise_seed = 7;
    const int count = 4000;
    const auto set = sample(field, sde, options, draw_start(sde, 1.0, count, 1, 3), {});
    double mean = 0.0, square = 0.0;
    for (const double x : set->states) {
      mean += x / count;
      square += x * x / count;
    }
    // Four standard errors of the mean; the variance within 10 %, its own four standard errors plus the bias
    // of the grid.
    QVERIFY2(std::abs(mean - 0.3) < 4.0 * 0.2 / std::sqrt(count), qPrintable(QString::number(mean)));
    const double variance = square - mean * mean;
    QVERIFY2(std::abs(variance / 0.04 - 1.0) < 0.1, qPrintable(QString::number(variance)));
  }

  void stepNoiseComesFromItsSeed() {
    const VeSde sde;
    auto field = two_modes(sde);
    const auto start = draw_start(sde, 1.0, 4, 3, 1);
    for (const auto kind : kAll) {
      SamplerOptions a, b;
      a.kind = b.kind = kind;
      b.noise_seed = 1;
      const bool equal = sample(field, sde, a, start, {})->states == sample(field, sde, b, start, {})->states;
      QCOMPARE(equal, !is_stochastic(kind));
    }
  }

  void denoisingGivesTheConditionalMean() {
    const VeSde sde;
    auto field = gaussian({0.3}, 0.0, sde);
    SamplerOptions options;
    options.final_denoise = true;
    options.keep_trajectory = true;
    const auto set = sample(field, sde, options, {20.0}, {});
    QVERIFY(std::abs(set->states[0] - 0.3) < 1e-12);
    QCOMPARE(set->evaluations, options.steps + 1);
    QVERIFY(set->trajectory.back() == set->states);
    QCOMPARE(set->times.size(), set->trajectory.size());
    QCOMPARE(set->times.front(), 1.0);
    QCOMPARE(set->times.back(), sde.epsilon);
  }

  void equalInputGivesEqualBytes() {
    const VeSde sde;
    auto field = two_modes(sde);
    for (const auto kind : kAll) {
      SamplerOptions options;
      options.kind = kind;
      const auto start = draw_start(sde, 1.0, 16, 3, 11);
      QVERIFY(sample(field, sde, options, start, {})->states ==
              sample(field, sde, options, start, {})->states);
    }
  }

  void fixedStepsTreatEveryStateByItself() {
    const VeSde sde;
    auto field = two_modes(sde);
    const auto start = draw_start(sde, 1.0, 8, 3, 5);
    std::vector<double> reversed;
    for (int b = 7; b >= 0; --b) {
      reversed.insert(reversed.end(), start.begin() + 3 * b, start.begin() + 3 * b + 3);
    }
    for (const auto kind : kFirstOrder) {
      SamplerOptions options;
      options.kind = kind;
      const auto a = sample(field, sde, options, start, {})->states;
      const auto b = sample(field, sde, options, reversed, {})->states;
      for (int i = 0; i < 24; ++i) {
        QCOMPARE(a[i], b[3 * (7 - i / 3) + i % 3]);
      }
    }
  }

  void nonFiniteScoresStopTheRun_data() {
    QTest::addColumn<int>("kind");
    for (const auto kind : kAll) {
      QTest::newRow(to_text(kind).c_str()) << static_cast<int>(kind);
    }
  }
  void nonFiniteScoresStopTheRun() {
    QFETCH(int, kind);
    const VeSde sde;
    SamplerOptions options;
    options.kind = static_cast<SamplerKind>(kind);
    options.start_time = 0.3;
    options.keep_trajectory = true;
    for (const double breaks_at : {0.15, 2.0}) {
      BreakingField field(breaks_at);
      const auto set = sample(field, sde, options, {0.5, -0.5}, {});
      QVERIFY(set);
      QCOMPARE(set->first_bad_step, set->steps);
      QVERIFY(breaks_at > 1.0 ? set->steps == 0 : set->steps > 0);
      QCOMPARE(set->trajectory.size(), static_cast<std::size_t>(set->steps) + 1);
      QVERIFY(set->trajectory.back() == set->states);
      QVERIFY(std::isfinite(set->states[0]) && std::isfinite(set->states[1]));
    }
  }

  void stopsOnRequest() {
    const VeSde sde;
    auto field = two_modes(sde);
    std::stop_source source;
    source.request_stop();
    for (const auto kind : {SamplerKind::kDdim, SamplerKind::kRk45}) {
      SamplerOptions options;
      options.kind = kind;
      const auto set = sample(field, sde, options, {1.0, 1.0, 1.0}, {source.get_token(), {}});
      QCOMPARE(set.error().code, ErrorCode::kCancelled);
    }
  }

  void refusesOptionsThatMakeNoSense() {
    const VeSde sde;
    auto field = two_modes(sde);
    const double nan = std::nan("");
    const auto refused = [&](auto change, std::vector<double> start = {1.0, 1.0, 1.0}) {
      SamplerOptions options;
      change(options);
      const auto set = sample(field, sde, options, std::move(start), {});
      return !set && set.error().code == ErrorCode::kUsage && set.error().message.ends_with(".");
    };
    for (const int steps : {0, -1, 10001}) {
      QVERIFY(refused([=](SamplerOptions& o) { o.steps = steps; }));
    }
    for (const double start_time : {0.0, 1e-5, 1.0001, -1.0, nan}) {
      QVERIFY(refused([=](SamplerOptions& o) { o.start_time = start_time; }));
    }
    for (const double tolerance : {0.0, -1e-5, nan}) {
      QVERIFY(refused([=](SamplerOptions& o) { o.kind = SamplerKind::kRk45, o.rtol = tolerance; }));
      QVERIFY(refused([=](SamplerOptions& o) { o.kind = SamplerKind::kRk45, o.atol = tolerance; }));
      QVERIFY(refused([=](SamplerOptions& o) {
        o.guidance = {GuidanceKind::kConstant, 1.0, tolerance, 5.0};
      }));
    }
    QVERIFY(refused([](SamplerOptions& o) { o.trajectory_points = 5; }));
    QVERIFY(refused([](SamplerOptions&) {}, {}));
    QVERIFY(refused([](SamplerOptions&) {}, {1.0, 1.0}));
  }

  void refusesTrajectoriesThatDoNotFit() {
    const VeSde sde;
    auto field = two_modes(sde);
    SamplerOptions options;
    options.steps = 10000;
    options.keep_trajectory = true;
    const auto set = sample(field, sde, options, std::vector<double>(9000, 0.5), {});
    QVERIFY(!set);
    QCOMPARE(set.error().code, ErrorCode::kUsage);
    QVERIFY(set.error().message.find("at most 7456 states") != std::string::npos);
  }
};

ALIDADE_TEST(SamplerPropertiesTest)
#include "sampler_properties_test.moc"
