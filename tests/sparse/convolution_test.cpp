// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include <hwy/targets.h>

#include <QtTest>

#include "core/ops/sparse/batch_norm.h"
#include "core/ops/sparse/convolution.h"
#include "core/ops/sparse/convolution_reference.h"
#include "tests/sparse/dense_grid.h"
#include "tests/sparse/sparse_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr double kExact = 1e-10;
/// float32 sums of some hundred products of normal numbers.
constexpr double kSingle = 2e-4;

std::vector<float> narrowed(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

/// Everything a convolution computes, in both precisions.
template <class Number>
struct Results {
  std::vector<Number> out, grad_in, grad_weights;
};

struct Problem {
  KernelMap map;
  int in = 1, out = 1;
  std::vector<double> features, weights, bias, grad_out;

  Results<double> in_double() const {
    Results<double> r = sized<double>();
    sparse_convolution(map, features.data(), in, weights.data(), out, r.out.data(),
                       bias.empty() ? nullptr : bias.data());
    sparse_convolution_input_gradient(map, grad_out.data(), out, weights.data(), in, r.grad_in.data());
    sparse_convolution_weight_gradient(map, features.data(), in, grad_out.data(), out, r.grad_weights.data());
    return r;
  }
  Results<float> in_float(int threads) const {
    Results<float> r = sized<float>();
    const auto x = narrowed(features), w = narrowed(weights), b = narrowed(bias), g = narrowed(grad_out);
    sparse_convolution(map, x.data(), in, w.data(), out, r.out.data(), threads,
                       {b.empty() ? nullptr : b.data()});
    sparse_convolution_input_gradient(map, g.data(), out, w.data(), in, r.grad_in.data(), threads);
    sparse_convolution_weight_gradient(map, x.data(), in, g.data(), out, r.grad_weights.data(), threads);
    return r;
  }

 private:
  template <class Number>
  Results<Number> sized() const {
    // What was there before must not matter.
    const Number before = std::numeric_limits<Number>::quiet_NaN();
    return {std::vector<Number>(map.outputs * out, before), std::vector<Number>(map.inputs * in, before),
            std::vector<Number>(weights.size(), before)};
  }
};

Problem random_problem(KernelMap map, int in, int out, std::uint64_t seed) {
  Problem p{std::move(map), in, out, {}, {}, {}, {}};
  p.features = normal_values(p.map.inputs * in, seed);
  p.weights = normal_values(static_cast<std::size_t>(p.map.volume()) * in * out, seed + 1);
  p.bias = normal_values(static_cast<std::size_t>(out), seed + 2);
  p.grad_out = normal_values(p.map.outputs * out, seed + 3);
  return p;
}

/// Differences relative to the largest value: sums of many terms cancel.
template <class A, class B>
double relative_difference(const std::vector<A>& a, const std::vector<B>& b) {
  double scale = 1.0;
  for (const B value : b) {
    scale = std::max(scale, std::abs(static_cast<double>(value)));
  }
  return largest_difference(a, b) / scale;
}

void expect_close(const Results<float>& found, const Results<double>& expected) {
  QVERIFY(relative_difference(found.out, expected.out) < kSingle);
  QVERIFY(relative_difference(found.grad_in, expected.grad_in) < kSingle);
  QVERIFY(relative_difference(found.grad_weights, expected.grad_weights) < kSingle);
}

/// out[o] = bias + sum_j dense[o + offset_j * edge] W_j, or with `reversed` dense[o - offset_j * edge].
std::vector<double> dense_convolution(const DenseGrid& dense, const VoxelSet& outputs, int kernel, int edge,
                                      bool reversed, const Problem& p) {
  const auto offsets = kernel_offsets(kernel);
  std::vector<double> result;
  for (const VoxelCoordinate& cell : outputs.rows) {
    for (int c = 0; c < p.out; ++c) {
      double sum = p.bias[c];
      for (std::size_t j = 0; j < offsets.size(); ++j) {
        const VoxelCoordinate from = moved(cell, offsets[j], reversed ? -edge : edge);
        for (int i = 0; i < p.in; ++i) {
          sum += dense.get(from, i) * p.weights[(j * p.in + i) * p.out + c];
        }
      }
      result.push_back(sum);
    }
  }
  return result;
}

double inner_product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

/// A convolution is linear in both arguments: its gradients are its adjoints.
void expect_adjoint(const Problem& p) {
  Problem linear = p;
  linear.bias.clear();
  const auto r = linear.in_double();
  const double loss = inner_product(r.out, p.grad_out);
  QVERIFY(std::abs(inner_product(r.grad_in, p.features) - loss) < 1e-9 * (1.0 + std::abs(loss)));
  QVERIFY(std::abs(inner_product(r.grad_weights, p.weights) - loss) < 1e-9 * (1.0 + std::abs(loss)));
}

void expect_dense(const VoxelSet& inputs, const MappedVoxels& mapped, int kernel, int edge, bool reversed) {
  const Problem p = random_problem(mapped.map, 3, 4, 11);
  const DenseGrid dense(inputs, p.features, p.in);
  const auto r = p.in_double();
  QVERIFY(largest_difference(r.out, dense_convolution(dense, mapped.outputs, kernel, edge, reversed, p)) <
          kExact);
  expect_adjoint(p);
  expect_close(p.in_float(1), r);
}

}  // namespace

class ConvolutionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void casesOfTheFixture() {
    for (const auto& entry : sparse_json("cases")) {
      if (!entry.contains("kernel_size") || entry["kind"] == "pooling") {
        continue;
      }
      const auto arrays = sparse_arrays(entry["name"]);
      const SortedVoxels inputs = voxels_of(arrays, "in_coords", entry["in_tensor_stride"]);
      Problem p;
      p.map = mapped_case(entry, inputs.voxels).map;
      p.in = entry["in_channels"];
      p.out = entry["out_channels"];
      p.features = sorted_rows(doubles(arrays, "in_features"), inputs);
      p.weights = doubles(arrays, "weight");
      p.bias = doubles(arrays, "bias");
      p.grad_out = doubles(arrays, "grad_out");
      const auto r = p.in_double();
      QVERIFY(largest_difference(r.out, doubles(arrays, "out_features")) < kExact);
      QVERIFY(largest_difference(r.grad_in, sorted_rows(doubles(arrays, "grad_in"), inputs)) < kExact);
      QVERIFY(largest_difference(r.grad_weights, doubles(arrays, "grad_weight")) < kExact);
      expect_close(p.in_float(1), r);
      expect_close(p.in_float(2), r);
      if (!p.bias.empty()) {
        const auto grad = narrowed(p.grad_out);
        std::vector<float> grad_bias(p.bias.size());
        sparse_bias_gradient(grad.data(), p.map.outputs, p.out, grad_bias.data());
        QVERIFY(largest_difference(grad_bias, doubles(arrays, "grad_bias")) < 1e-4);
      }
    }
  }

  void randomGridsMatchADenseReference() {
    for (const int kernel : {1, 2, 3, 5}) {
      for (const double share : {0.1, 0.6}) {
        const VoxelSet voxels = random_voxels(7, 2, share, 20 + kernel);
        expect_dense(voxels, {voxels, *submanifold_map(voxels, kernel)}, kernel, 2, false);
        for (const int stride : {2, 3}) {
          expect_dense(voxels, *strided_map(voxels, kernel, stride), kernel, 2, false);
        }
        expect_dense(voxels, *transposed_map(voxels, kernel, 2), kernel, 1, true);
      }
    }
  }

  void anyNumberOfChannels() {
    const VoxelSet voxels = random_voxels(8, 1, 0.3, 5);
    for (const int in : {1, 6, 16, 33}) {
      for (const int out : {1, 7, 16, 18, 31, 48, 64, 80, 130}) {
        const Problem p = random_problem(*submanifold_map(voxels, 3), in, out, 100 + in);
        expect_close(p.in_float(1), p.in_double());
      }
    }
  }

  void everyInstructionSetAgrees() {
    const VoxelSet voxels = random_voxels(10, 1, 0.3, 6);
    for (const int out : {24, 70, 128}) {
      const Problem p = random_problem(*submanifold_map(voxels, 3), 19, out, 8);
      const auto expected = p.in_double();
      std::int64_t disabled = 0;
      for (const std::int64_t target : {std::int64_t{0}, std::int64_t{HWY_AVX3 | HWY_AVX3_DL},
                                        std::int64_t{HWY_AVX2}, std::int64_t{HWY_SSE4 | HWY_SSSE3}}) {
        disabled |= target;
        hwy::DisableTargets(disabled);
        expect_close(p.in_float(1), expected);
        QCOMPARE(p.in_float(2).out, p.in_float(1).out);
      }
      hwy::DisableTargets(0);
    }
  }

  void threadsChangeNothing() {
    const VoxelSet voxels = random_voxels(18, 1, 0.25, 7);
    for (const int channels : {16, 40, 96}) {
      for (const auto& map : {*submanifold_map(voxels, 3), strided_map(voxels, 3, 2)->map,
                              transposed_map({voxels.rows, 1}, 2, 1)->map}) {
        const Problem p = random_problem(map, channels, channels + 32, 9);
        const auto one = p.in_float(1);
        for (const int threads : {2, 3, 8}) {
          const auto several = p.in_float(threads);
          QCOMPARE(several.out, one.out);
          QCOMPARE(several.grad_in, one.grad_in);
          QCOMPARE(several.grad_weights, one.grad_weights);
        }
        expect_close(one, p.in_double());
      }
    }
  }

  void whatRowsBeginAndEndWith() {
    const VoxelSet voxels = random_voxels(6, 1, 0.3, 8);
    const Problem p = random_problem(*submanifold_map(voxels, 3), 5, 20, 12);
    const auto shortcut = narrowed(normal_values(p.map.outputs * p.out, 13));
    const auto gain = normal_values(20, 14), shift = normal_values(20, 15), mean = normal_values(20, 16);
    std::vector<double> variance = normal_values(20, 17);
    for (double& value : variance) {
      value = value * value + 0.1;
    }
    Problem plain = p;
    plain.bias.clear();
    auto expected = plain.in_double().out;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const std::size_t c = i % 20;
      const double y =
          (expected[i] - mean[c]) / std::sqrt(variance[c] + kBatchNormEpsilon) * gain[c] + shift[c];
      expected[i] = std::max(0.0, y + shortcut[i]);
    }
    const auto folded = folded_batch_norm(gain.data(), shift.data(), mean.data(), variance.data(), 20);
    const auto factors = narrowed(folded.factors), bias = narrowed(folded.offsets), w = narrowed(p.weights);
    const SparseWeights weights(w.data(), 27, 5, 20, factors.data());
    std::vector<float> out(p.map.outputs * 20);
    const auto features = narrowed(p.features);
    sparse_convolution(p.map, features.data(), weights, out.data(), 1, {bias.data(), shortcut.data(), true});
    QVERIFY(relative_difference(out, expected) < kSingle);
    QVERIFY(std::count(out.begin(), out.end(), 0.0F) > 0);
  }

  void nothingIsWrittenForNothing() {
    const Problem p = random_problem(*submanifold_map({}, 3), 4, 5, 1);
    const auto r = p.in_float(2);
    QVERIFY(r.out.empty() && r.grad_in.empty());
    QCOMPARE(std::count(r.grad_weights.begin(), r.grad_weights.end(), 0.0F), 27 * 20);
    const Problem one = random_problem(*submanifold_map({{{0, 1, 2, 3}}, 1}, 3), 4, 5, 1);
    expect_close(one.in_float(2), one.in_double());
  }
};

ALIDADE_TEST(ConvolutionTest)
#include "convolution_test.moc"
