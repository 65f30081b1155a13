// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include <QtTest>

#include "core/ops/sparse/batch_norm.h"
#include "core/ops/sparse/pooling.h"
#include "core/ops/sparse/sparse_union.h"
#include "tests/sparse/sparse_fixture.h"

using namespace alidade;
using namespace alidade::test;

class SparseLayersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void poolingOfTheFixture() {
    const auto arrays = sparse_arrays("pooling2");
    const SortedVoxels inputs = voxels_of(arrays, "in_coords", 1);
    const auto mapped = strided_map(inputs.voxels, 2, 2);
    QCOMPARE(mapped->outputs, voxels_of(arrays, "out_coords", 2).voxels);
    const auto in = sorted_rows(doubles(arrays, "in_features"), inputs),
               grad_out = doubles(arrays, "grad_out");
    const int channels = static_cast<int>(in.size() / inputs.order.size());
    std::vector<double> out(grad_out.size()), grad_in(in.size());
    std::vector<std::int32_t> winner(out.size());
    sparse_sum_pooling(mapped->map, in.data(), channels, out.data());
    QVERIFY(largest_difference(out, doubles(arrays, "sum")) < 1e-12);
    sparse_sum_pooling_gradient(mapped->map, grad_out.data(), channels, grad_in.data());
    QCOMPARE(grad_in, sorted_rows(doubles(arrays, "grad_in_sum"), inputs));
    sparse_max_pooling(mapped->map, in.data(), channels, out.data(), winner.data());
    QCOMPARE(out, doubles(arrays, "max"));
    for (std::int32_t& row : winner) {
      row = inputs.order[row];
    }
    QCOMPARE(largest_difference(winner, integers(arrays, "max_input_row")), 0.0);
    sparse_max_pooling(mapped->map, in.data(), channels, out.data(), winner.data());
    sparse_max_pooling_gradient(mapped->map, winner.data(), grad_out.data(), channels, grad_in.data());
    QCOMPARE(grad_in, sorted_rows(doubles(arrays, "grad_in_max"), inputs));
  }

  void poolingOfOddValues() {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    const VoxelSet inputs{{{0, 0, 0, 0}, {0, 0, 0, 1}, {0, 0, 1, 0}, {0, 5, 5, 5}}, 1};
    const auto mapped = strided_map(inputs, 2, 2);
    const std::vector<float> in{-2.0F, 7.0F, 1.0F, -2.0F, 7.0F, kNan, -3.0F, 2.0F, kNan, -4.0F, 0.0F, 0.5F};
    std::vector<float> out(6);
    std::vector<std::int32_t> winner(6);
    sparse_max_pooling(mapped->map, in.data(), 3, out.data(), winner.data());
    // All below zero, a tie, two NaN: the first in the order of offsets, x and y before z.
    QCOMPARE(winner, (std::vector<std::int32_t>{0, 0, 2, 3, 3, 3}));
    QCOMPARE(out[0], -2.0F);
    QVERIFY(std::isnan(out[2]));
    // Kernel 1 reads the coarse lattice only: the second output has no input.
    const auto shortcut = strided_map(inputs, 1, 2);
    sparse_max_pooling(shortcut->map, in.data(), 3, out.data(), winner.data());
    QCOMPARE(winner, (std::vector<std::int32_t>{0, 0, 0, -1, -1, -1}));
    QCOMPARE(out[3], 0.0F);
    std::vector<float> grad_in(in.size(), kNan);
    const std::vector<float> grad_out{1, 2, 3, 4, 5, 6};
    sparse_max_pooling_gradient(shortcut->map, winner.data(), grad_out.data(), 3, grad_in.data());
    QCOMPARE(grad_in, (std::vector<float>{1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  }

  void unionOfTheFixture() {
    const auto arrays = sparse_arrays("union");
    const auto first = voxels_of(arrays, "a_coords", 2), second = voxels_of(arrays, "b_coords", 2);
    const auto both = sparse_union(first.voxels, second.voxels);
    QCOMPARE(both->voxels, voxels_of(arrays, "out_coords", 2).voxels);
    const auto a = sorted_rows(doubles(arrays, "a_features"), first);
    const auto b = sorted_rows(doubles(arrays, "b_features"), second);
    const auto grad_out = doubles(arrays, "grad_out");
    std::vector<double> out(grad_out.size()), grad_a(a.size()), grad_b(b.size());
    sparse_union_sum(*both, a.data(), b.data(), 3, out.data());
    QCOMPARE(out, doubles(arrays, "out_features"));
    gather_rows(both->first_rows, grad_out.data(), 3, grad_a.data());
    gather_rows(both->second_rows, grad_out.data(), 3, grad_b.data());
    QCOMPARE(grad_a, sorted_rows(doubles(arrays, "grad_a"), first));
    QCOMPARE(grad_b, sorted_rows(doubles(arrays, "grad_b"), second));
    QVERIFY(!sparse_union({{}, 1}, {{}, 2}));
    QVERIFY(sparse_union({}, {})->voxels.rows.empty());
  }

  void batchNormOfTheFixture() {
    const auto arrays = sparse_arrays("batch_norm");
    const auto x = doubles(arrays, "in_features"), grad_y = doubles(arrays, "grad_out");
    const auto gain = doubles(arrays, "gamma"), shift = doubles(arrays, "beta");
    const int channels = static_cast<int>(gain.size());
    const std::size_t rows = x.size() / gain.size();
    std::vector<double> y(x.size()), mean(gain.size(), 0.0), variance(gain.size(), 1.0);
    const auto statistics = batch_norm_training(x.data(), rows, channels, gain.data(), shift.data(), y.data(),
                                                mean.data(), variance.data());
    QVERIFY(largest_difference(y, doubles(arrays, "out_features")) < 1e-10);
    QVERIFY(largest_difference(mean, doubles(arrays, "running_mean_after")) < 1e-10);
    QVERIFY(largest_difference(variance, doubles(arrays, "running_var_after")) < 1e-10);
    std::vector<double> grad_x(x.size()), grad_gain(gain.size()), grad_shift(gain.size());
    batch_norm_gradient(x.data(), rows, channels, gain.data(), statistics, grad_y.data(), grad_x.data(),
                        grad_gain.data(), grad_shift.data());
    QVERIFY(largest_difference(grad_x, doubles(arrays, "grad_in")) < 1e-10);
    QVERIFY(largest_difference(grad_gain, doubles(arrays, "grad_gamma")) < 1e-10);
    QVERIFY(largest_difference(grad_shift, doubles(arrays, "grad_beta")) < 1e-10);
    const auto folded = folded_batch_norm(gain.data(), shift.data(), mean.data(), variance.data(), channels);
    for (std::size_t i = 0; i < x.size(); ++i) {
      y[i] = x[i] * folded.factors[i % gain.size()] + folded.offsets[i % gain.size()];
    }
    QVERIFY(largest_difference(y, doubles(arrays, "out_features_evaluation")) < 1e-10);
  }

  void batchNormOfFewRows() {
    const std::vector<float> x{3.0F, -1.0F}, gain{2.0F, 2.0F}, shift{0.5F, -0.5F};
    std::vector<float> y(2), mean{1.0F, 1.0F}, variance{2.0F, 2.0F};
    batch_norm_training(x.data(), 1, 2, gain.data(), shift.data(), y.data(), mean.data(), variance.data());
    QCOMPARE(y, shift);
    QCOMPARE(mean, (std::vector<float>{1.0F, 1.0F}));
    QCOMPARE(variance, (std::vector<float>{2.0F, 2.0F}));
    batch_norm_training(x.data(), 0, 2, gain.data(), shift.data(), y.data(), mean.data(), variance.data());
    QCOMPARE(y, shift);
  }
};

ALIDADE_TEST(SparseLayersTest)
#include "sparse_layers_test.moc"
