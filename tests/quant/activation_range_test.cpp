// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/quant/activation_range.h"
#include "tests/quant/quant_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

ActivationSample sample_of(const std::vector<double>& values) {
  const std::vector<float> narrow(values.begin(), values.end());
  ActivationSample sample;
  sample.add(narrow);
  return sample;
}

std::vector<double> magnitudes(std::size_t count, std::uint64_t seed) {
  auto values = random_weights(count, seed);
  for (double& value : values) {
    value = std::abs(value);
  }
  return values;
}

}  // namespace

class ActivationRangeTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void allThatWasSeenIsCovered() {
    const auto above = activation_range(sample_of({0.0, 2.0, 5.1}), {8, ActivationRule::kLargest, 99.99});
    QVERIFY(above);
    QVERIFY(std::abs(above->scale - 5.1F / 255.0F) < 1e-8F);
    QCOMPARE(above->zero, 0);
    // 0 is a code of its own, whatever the extremes are.
    const auto both = activation_range(sample_of({-1.0, 3.0}), {4, ActivationRule::kLargest, 99.99});
    QCOMPARE(both->zero, 4);
    QVERIFY(std::abs(both->scale - 4.0F / 15.0F) < 1e-7F);
    const auto below = activation_range(sample_of({-3.0, -1.0}), {8, ActivationRule::kLargest, 99.99});
    QCOMPARE(below->zero, 255);
  }

  void percentilesLeaveTailsOut() {
    auto values = magnitudes(10000, 1);
    values[17] = 1000.0;
    const auto all = activation_range(sample_of(values), {8, ActivationRule::kLargest, 99.9});
    const auto most = activation_range(sample_of(values), {8, ActivationRule::kPercentile, 99.9});
    QVERIFY(all->scale > 3.0F);
    std::sort(values.begin(), values.end());
    QVERIFY(std::abs(static_cast<double>(most->scale) * 255.0 - values[9999 - 9]) < 1e-5);
  }

  void leastSquaresIsNoWorseThanOtherRules() {
    for (const int bits : {2, 4, 8}) {
      auto values = magnitudes(5000, 2);
      values[0] = 40.0;
      const ActivationSample sample = sample_of(values);
      const auto best = activation_range(sample, {bits, ActivationRule::kLeastSquares, 99.99});
      for (const auto rule :
           {ActivationRule::kLargest, ActivationRule::kPercentile, ActivationRule::kMeanMagnitude}) {
        const auto other = activation_range(sample, {bits, rule, 99.99});
        QVERIFY(activation_error(sample.kept(), *best) <= 1.02 * activation_error(sample.kept(), *other));
      }
      const auto magnitude = activation_range(sample, {bits, ActivationRule::kMeanMagnitude, 99.99});
      const double expected = 2.0 * sample.mean_magnitude() / std::sqrt(std::ldexp(1.0, bits) - 1.0);
      QVERIFY(std::abs(static_cast<double>(magnitude->scale) - expected) < 1e-6);
    }
  }

  void samplesStayBoundedAndKnowTheExtremes() {
    ActivationSample sample;
    std::vector<float> values(1 << 20, 0.5F);
    values[12345] = -7.0F;
    values[54321] = std::numeric_limits<float>::infinity();
    for (int i = 0; i < 20; ++i) {
      sample.add(values);
    }
    QVERIFY(sample.kept().size() <= std::size_t{1} << 18);
    QCOMPARE(sample.least(), -7.0F);
    QCOMPARE(sample.most(), 0.5F);
  }

  void whatHasNoRangeIsRefused() {
    QVERIFY(!activation_range({}, {}));
    QVERIFY(!activation_range(sample_of({0.0, 0.0}), {}));
    QCOMPARE(activation_range(sample_of({1.0}), {1, ActivationRule::kLargest, 99.0}).error().code,
             ErrorCode::kUsage);
    QVERIFY(!activation_range(sample_of({1.0}), {8, ActivationRule::kPercentile, 10.0}));
  }

  void textsKeepEveryBit() {
    const std::map<std::string, InputQuantization> inputs{{"backbone.stem", {0.1F / 3.0F, 0, 8}},
                                                          {"head.out", {1e-30F, 7, 4}}};
    const auto read = parse_input_quantization(input_quantization_text(inputs), "f");
    QVERIFY(read && *read == inputs);
    for (const char* bad :
         {"[]", "{\"a\": 1}", "{\"a\": {\"scale\": 0, \"zero\": 0, \"bits\": 8}}",
          "{\"a\": {\"scale\": 1e60, \"zero\": 0, \"bits\": 8}}",
          "{\"a\": {\"scale\": 1, \"zero\": 16, \"bits\": 4}}",
          "{\"a\": {\"scale\": 1, \"zero\": 0.5, \"bits\": 4}}",
          "{\"a\": {\"scale\": 1, \"zero\": 0, \"bits\": 9}}", "{\"a\": {\"scale\": 1, \"zero\": 0}}", "{"}) {
      const auto refused = parse_input_quantization(bad, "f");
      QVERIFY2(!refused && says(refused.error().message, "f"), bad);
    }
  }
};

ALIDADE_TEST(ActivationRangeTest)
#include "activation_range_test.moc"
