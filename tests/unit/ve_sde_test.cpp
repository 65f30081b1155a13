// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QtTest>

#include "core/diffusion/sampler.h"
#include "core/diffusion/ve_sde.h"
#include "tests/unit/ode_fixture.h"

using namespace alidade;
using namespace alidade::test;

class VeSdeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void endsAtItsLimits() {
    const VeSde sde;
    QCOMPARE(sde.sigma(0.0), sde.sigma_min);
    QVERIFY(std::abs(sde.sigma(1.0) - sde.sigma_max) < 1e-12 * sde.sigma_max);
  }

  void timeInvertsSigma() {
    const VeSde sde{0.02, 3.0, 1e-4};
    for (double t = 0.0; t <= 1.0; t += 0.05) {
      QVERIFY(std::abs(sde.time_of(sde.sigma(t)) - t) < 1e-14);
    }
  }

  // g^2 is the growth of the variance: d sigma^2 / dt.
  void diffusionIsTheGrowthOfTheVariance() {
    const VeSde sde;
    const double h = 1e-6;
    for (double t : {0.1, 0.4, 0.9}) {
      const double growth = (std::pow(sde.sigma(t + h), 2) - std::pow(sde.sigma(t - h), 2)) / (2.0 * h);
      QVERIFY(std::abs(growth / sde.diffusion_squared(t) - 1.0) < 1e-8);
    }
  }

  void scoresMatchTheOracle() {
    const VeSde sde;
    for (const auto& entry : ode_json("score_values")) {
      const double t = entry["t"];
      auto field = ode_mixture(entry["mixture"], sde);
      const auto x = entry["x"].get<std::vector<double>>();
      const auto expected = entry["score"].get<std::vector<double>>();
      std::vector<double> scores(x.size());
      field.evaluate(x, t, scores);
      const double size = std::abs(*std::max_element(
          expected.begin(), expected.end(), [](double a, double b) { return std::abs(a) < std::abs(b); }));
      QVERIFY(largest_difference(scores, expected) <= 1e-10 * size);
      const double logp = entry["logp"];
      QVERIFY(std::abs(field.log_density(x, t) - logp) <= 1e-10 * std::max(1.0, std::abs(logp)));
      QVERIFY(std::abs(sde.sigma(t) / entry["sigma"].get<double>() - 1.0) <= 1e-10);
      QVERIFY(std::abs(std::sqrt(sde.diffusion_squared(t)) / entry["diffusion_coeff"].get<double>() - 1.0) <=
              1e-10);
    }
  }

  void scoreIsTheGradientOfTheLogDensity() {
    const VeSde sde;
    auto field =
        *MixtureField::make({{1.0, {0.3, -0.2}, {0.01, 0.04}}, {3.0, {-0.1, 0.5}, {0.02, 0.0}}}, sde);
    std::vector<double> x{0.1, 0.2}, scores(2);
    const double t = 0.4, h = 1e-6;
    field.evaluate(x, t, scores);
    for (int d = 0; d < 2; ++d) {
      auto above = x, below = x;
      above[d] += h;
      below[d] -= h;
      const double slope = (field.log_density(above, t) - field.log_density(below, t)) / (2.0 * h);
      QVERIFY(std::abs(slope - scores[d]) < 1e-6 * std::max(1.0, std::abs(slope)));
    }
  }

  void mixtureStaysFiniteFarAway() {
    const VeSde sde;
    auto field = *MixtureField::make({{1.0, {0.0}, {0.0}}, {1.0, {1.0}, {0.0}}}, sde);
    std::vector<double> x{1e6, -1e6}, scores(2);
    field.evaluate(x, 1e-5, scores);
    QVERIFY(std::isfinite(scores[0]) && scores[0] < 0.0);
    QVERIFY(std::isfinite(scores[1]) && scores[1] > 0.0);
  }

  void refusesMalformedMixtures() {
    const VeSde sde;
    const double nan = std::nan("");
    const std::vector<std::vector<MixtureComponent>> malformed{
        {},
        {{1.0, {}, {}}},
        {{1.0, {0.0}, {-1.0}}},
        {{0.0, {0.0}, {1.0}}},
        {{1.0, {nan}, {1.0}}},
        {{1.0, {0.0}, {1.0}}, {1.0, {0.0, 1.0}, {1.0, 1.0}}}};
    for (const auto& components : malformed) {
      const auto field = MixtureField::make(components, sde);
      QVERIFY(!field);
      QCOMPARE(field.error().code, ErrorCode::kUsage);
    }
  }

  void startNoiseHasTheScheduleSpread() {
    const VeSde sde;
    const auto start = draw_start(sde, 0.55, 20000, 1, 7);
    double sum = 0.0, squares = 0.0;
    for (double value : start) {
      sum += value;
      squares += value * value;
    }
    const double sigma = sde.sigma(0.55), count = static_cast<double>(start.size());
    QVERIFY(std::abs(sum / count) < 4.0 * sigma / std::sqrt(count));
    QVERIFY(std::abs(std::sqrt(squares / count) / sigma - 1.0) < 0.03);
    QVERIFY(start == draw_start(sde, 0.55, 20000, 1, 7));
    QVERIFY(start != draw_start(sde, 0.55, 20000, 1, 8));
  }
};

ALIDADE_TEST(VeSdeTest)
#include "ve_sde_test.moc"
