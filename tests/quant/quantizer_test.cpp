// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/quant/quantizer.h"
#include "core/quant/range_search.h"
#include "tests/quant/quant_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// Levels of a kind of packed/quantize.json and packed/matrices.json.
LevelSet levels_of(const nlohmann::json& entry) {
  return *named_levels(entry.at("kind").get<std::string>());
}

/// |w|^2 - (sum of the k largest)^2 / k, least over k: the error of the best ternary scale, by brute force.
double best_ternary_error(std::vector<double> weights) {
  std::sort(weights.begin(), weights.end(), [](double a, double b) { return std::abs(a) > std::abs(b); });
  double square = 0.0, sum = 0.0, best = 0.0;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    square += weights[k] * weights[k];
    sum += std::abs(weights[k]);
    best = std::max(best, sum * sum / static_cast<double>(k + 1));
  }
  return square - best;
}

}  // namespace

class QuantizerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void codesAgreeWithTheFixture() {
    const auto cases = quant_json("packed/quantize").at("cases");
    QCOMPARE(cases.size(), std::size_t{7});
    for (const auto& entry : cases) {
      const auto weights = numbers_of(entry.at("weight"));
      const std::size_t rows = entry.at("weight").size();
      const LevelSet levels = levels_of(entry);
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t columns = weights.size() / rows;
        const std::span<const double> part(weights.data() + row * columns, columns);
        const double expected = entry.at("scale").at(row);
        const double scale = largest_scale(part, levels);
        QVERIFY(std::abs(scale - expected) <= 1e-15 * expected);
        const auto quantized = quantize({"row", part, 1}, levels, Scales{{expected}, {}});
        QVERIFY(quantized);
        std::vector<double> codes;
        for (const auto code : quantized->codes) {
          codes.push_back(levels.values[code]);
        }
        QCOMPARE(largest_difference(codes, numbers_of(entry.at("codes").at(row))), 0.0);
        const double error = entry.at("squared_error_per_channel").at(row);
        QVERIFY(std::abs(squared_error(part, dequantized(*quantized)) - error) <= 1e-12 * (1.0 + error));
        QVERIFY(std::abs(error_with_scale(part, levels, expected) - error) <= 1e-12 * (1.0 + error));
      }
    }
  }

  void dequantizedMatricesAndProductsAgreeWithTheFixture() {
    const auto json = quant_json("packed/matrices");
    QVERIFY(!json.at("cases").empty());
    for (const auto& entry : json.at("cases")) {
      const LevelSet levels = levels_of(entry);
      const auto codes = numbers_of(entry.at("codes"));
      const std::size_t rows = entry.at("codes").size();
      QuantizedWeights quantized{levels, rows, codes.size() / rows, {numbers_of(entry.at("scales")), {}}, {}};
      QCOMPARE(levels.bits, entry.at("bits").get<int>());
      QCOMPARE(levels.values.front(), entry.at("code_min").get<double>());
      QCOMPARE(levels.values.back(), entry.at("code_max").get<double>());
      for (const double code : codes) {
        quantized.codes.push_back(nearest_level(levels, code));
      }
      const auto values = dequantized(quantized);
      QVERIFY(largest_difference(values, numbers_of(entry.at("dequantized"))) <= 1e-15);
      for (std::size_t input = 0; input < json.at("x").size(); ++input) {
        const auto x = numbers_of(json.at("x").at(input));
        const auto expected = numbers_of(entry.at("product_float").at(input));
        for (std::size_t row = 0; row < rows; ++row) {
          double product = 0.0, size = 0.0;
          for (std::size_t column = 0; column < quantized.columns; ++column) {
            product += values[row * quantized.columns + column] * x[column];
            size += std::abs(values[row * quantized.columns + column] * x[column]);
          }
          QVERIFY(std::abs(product - expected[row]) <= 1e-12 * size);
        }
      }
    }
  }

  void labelsStateTheLevels() {
    QCOMPARE(uniform_levels(2)->label(), std::string("2 bit, 4 levels"));
    QCOMPARE(ternary_levels().label(), std::string("ternary, 3 levels"));
    QCOMPARE(binary_levels().label(), std::string("binary, 2 levels"));
    QCOMPARE(inq_levels(5)->label(), std::string("powers of two, 5 bit, 17 levels"));
    QCOMPARE(balanced_levels(15)->label(), std::string("4 bit, 15 levels"));
    QCOMPARE(unsigned_levels(8)->label(), std::string("unsigned, 8 bit, 256 levels"));
    for (const char* name : {"2", "8", "ternary", "binary", "powers2", "powers8", "balanced3", "balanced255",
                             "unsigned1", "unsigned8"}) {
      const auto levels = named_levels(name);
      QVERIFY2(levels, name);
      QCOMPARE(levels->name(), std::string(name));
      QVERIFY(levels->values.size() <= std::size_t{1} << levels->bits);
      QVERIFY(std::is_sorted(levels->values.begin(), levels->values.end()));
    }
    for (const char* name : {"", "1", "9", "2x", "powers1", "powers", "balanced4", "unsigned9", "Ternary"}) {
      QVERIFY2(!named_levels(name), name);
    }
    QVERIFY(says(named_levels("1").error().message, "ternary"));
  }

  void tiesGoWhereTheyShould() {
    const LevelSet three = *uniform_levels(3), powers = *inq_levels(4);
    const auto level = [](const LevelSet& levels, double value) {
      return levels.values[nearest_level(levels, value)];
    };
    QCOMPARE(level(three, 0.5), 0.0);
    QCOMPARE(level(three, 1.5), 2.0);
    QCOMPARE(level(three, -2.5), -2.0);
    QCOMPARE(level(three, 99.0), 3.0);
    QCOMPARE(level(three, -99.0), -4.0);
    QCOMPARE(level(powers, 0.75), 1.0);
    QCOMPARE(level(powers, -0.75), -1.0);
    QCOMPARE(level(powers, 0.0625), 0.125);
    QCOMPARE(level(powers, 0.06), 0.0);
    QCOMPARE(level(powers, 7.0), 1.0);
    QCOMPARE(level(binary_levels(), 0.0), 1.0);
    QCOMPARE(level(binary_levels(), -1e-9), -1.0);
  }

  void powersHaveInqsRange() {
    // n1 = floor(log2(4 s / 3)): s = 0.75 * 2^k is the first that 2^k serves.
    const LevelSet levels = *inq_levels(5);
    for (const auto& [most, scale] : {std::pair{0.75, 1.0}, {0.7499, 0.5}, {1.4999, 1.0}, {1.5, 2.0}}) {
      QCOMPARE(largest_scale(std::vector<double>{0.1, -most}, levels), scale);
    }
    QCOMPARE(levels.values[levels.values.size() / 2], 0.0);
    QCOMPARE(levels.values.size(), std::size_t{17});
  }

  void leastSquaresIsLeast() {
    const auto weights = random_weights(300, 7);
    const double ternary =
        error_with_scale(weights, ternary_levels(), least_squares_scale(weights, ternary_levels()));
    QVERIFY(std::abs(ternary - best_ternary_error(weights)) < 1e-9);
    double mean = 0.0;
    for (const double weight : weights) {
      mean += std::abs(weight) / 300.0;
    }
    QVERIFY(std::abs(least_squares_scale(weights, binary_levels()) - mean) < 1e-12);
    for (const char* name : {"2", "3", "4", "8", "balanced15", "powers3", "powers5"}) {
      const LevelSet levels = *named_levels(name);
      const double scale = least_squares_scale(weights, levels), most = largest_scale(weights, levels);
      const double error = error_with_scale(weights, levels, scale);
      QVERIFY(error <= error_with_scale(weights, levels, most));
      // A dense scan finds nothing noticeably better.
      const bool powers = levels.kind == LevelKind::kPowers;
      for (int i = 1; i <= (powers ? 6 : 2000) && scale > 0.0; ++i) {
        const double other = powers ? std::ldexp(most, 2 - i) : 1.1 * most * i / 2000;
        QVERIFY2(error <= error_with_scale(weights, levels, other) * (1.0 + 2e-3), name);
      }
    }
  }

  void fewerBitsMeanMoreNoise() {
    const auto weights = random_weights(4000, 3, 0.02);
    double before = 1e9;
    for (const char* name : {"8", "6", "4", "3", "2", "binary"}) {
      const auto quantized =
          quantize({"w", weights, 40}, *named_levels(name), Granularity::kChannel, RangeRule::kLeastSquares);
      QVERIFY(quantized);
      const double decibels = signal_to_noise(weights, dequantized(*quantized));
      QVERIFY2(decibels < before, name);
      before = decibels;
    }
    // Binary codes of a normal distribution at the best scale keep 2 / pi of the energy.
    QVERIFY(std::abs(before - 10.0 * std::log10(1.0 / (1.0 - 2.0 / M_PI))) < 0.3);
  }

  void zeroPointsKeepZero() {
    const LevelSet levels = *unsigned_levels(4);
    const std::vector<double> weights = {0.0, 0.25, 1.0, -0.5, 3.0, 0.0, 2.0, 4.0};
    const auto scales = find_affine_scales({"a", weights, 2}, levels, Granularity::kChannel);
    QVERIFY(scales);
    QCOMPARE(scales->zeros, (std::vector<double>{5.0, 0.0}));
    const auto quantized = quantize({"a", weights, 2}, levels, *scales);
    const auto values = dequantized(*quantized);
    QCOMPARE(values[0], 0.0);
    QCOMPARE(values[5], 0.0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      QVERIFY(std::abs(values[i] - weights[i]) <= 0.5 * scales->values[i / 4] + 1e-6);
    }
    QVERIFY(!find_affine_scales({"a", weights, 2}, *uniform_levels(4), Granularity::kTensor));
  }

  void correctedBiasKeepsTheMeanOutput() {
    const auto weights = random_weights(12, 5), mean = random_weights(4, 6), bias = random_weights(3, 8);
    const auto quantized =
        quantize({"w", weights, 3}, ternary_levels(), Granularity::kChannel, RangeRule::kLeastSquares);
    const auto values = dequantized(*quantized);
    const auto corrected = corrected_bias({"w", weights, 3}, values, mean, bias);
    QVERIFY(corrected);
    for (std::size_t row = 0; row < 3; ++row) {
      double before = bias[row], after = (*corrected)[row];
      for (std::size_t column = 0; column < 4; ++column) {
        before += weights[row * 4 + column] * mean[column];
        after += values[row * 4 + column] * mean[column];
      }
      QVERIFY(std::abs(before - after) < 1e-12);
    }
    QVERIFY(!corrected_bias({"w", weights, 3}, values, bias, bias));
  }

  void badWeightsAreNamed() {
    const LevelSet levels = *uniform_levels(4);
    const auto find = [&](const std::vector<double>& weights, std::size_t rows) {
      return find_scales({"head.weight", weights, rows}, levels, Granularity::kChannel, RangeRule::kLargest);
    };
    for (const double bad : {std::nan(""), std::numeric_limits<double>::infinity()}) {
      const auto scales = find({1.0, 2.0, bad, 4.0}, 2);
      QVERIFY(!scales);
      QVERIFY(says(scales.error().message, "head.weight: element 2"));
    }
    QVERIFY(!find({}, 1));
    QVERIFY(!find({1.0, 2.0, 3.0}, 2));
    const auto underflow = find({1.0, 2.0, 1e-50, 0.0}, 2);
    QVERIFY(!underflow);
    QVERIFY(says(underflow.error().message, "scale 1"));
    QVERIFY(says(underflow.error().message, "underflows"));
    const auto overflow = find({1e39, 1e300, 1e39, 0.0}, 2);
    QVERIFY(!overflow);
    QVERIFY(says(overflow.error().message, "overflows"));
    QVERIFY(!quantize({"w", std::vector<double>{1.0, 2.0}, 2}, levels, Scales{{1.0, 1.0, 1.0}, {}}));
    QVERIFY(!quantize({"w", std::vector<double>{1.0, 2.0}, 2}, levels, Scales{{-1.0}, {}}));
  }

  void zeroAndConstantWeightsAreExact() {
    const std::vector<double> weights = {0.0, 0.0, 0.0, 0.375, 0.375, 0.375, -2.0, -2.0, -2.0};
    for (const char* name : {"binary", "ternary", "2", "8", "balanced15"}) {
      for (const RangeRule rule : {RangeRule::kLargest, RangeRule::kLeastSquares}) {
        const auto quantized = quantize({"w", weights, 3}, *named_levels(name), Granularity::kChannel, rule);
        QVERIFY2(quantized, name);
        QCOMPARE(quantized->scales.values[0], 0.0);
        QVERIFY2(largest_difference(dequantized(*quantized), weights) < 1e-6, name);
      }
    }
    const std::vector<double> zeros(3, 0.0);
    QVERIFY(std::isnan(signal_to_noise(zeros, zeros)));
    QVERIFY(std::isinf(signal_to_noise(weights, weights)));
  }
};

ALIDADE_TEST(QuantizerTest)
#include "quantizer_test.moc"
