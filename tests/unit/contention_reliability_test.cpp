// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/contention/contention_series.h"
#include "core/contention/cosine_intervals.h"
#include "core/contention/layer_conflict.h"
#include "core/contention/reliability.h"
#include "tests/unit/contention_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// Rows of `truths` seen through batches with noise of a known size.
struct NoisyBatches {
  NoisyBatches(const std::vector<std::vector<double>>& truths, std::size_t per_row, double noise,
               std::uint64_t seed) {
    Random random(seed);
    std::vector<std::vector<double>> batches;
    means.assign(truths.size(), std::vector<double>(truths[0].size(), 0.0));
    gram.rows.resize(truths.size());
    for (std::size_t row = 0; row < truths.size(); ++row) {
      for (std::size_t b = 0; b < per_row; ++b) {
        auto batch = truths[row];
        for (std::size_t i = 0; i < batch.size(); ++i) {
          batch[i] += noise * random.normal();
          means[row][i] += batch[i] / static_cast<double>(per_row);
        }
        gram.rows[row].push_back(batches.size());
        batches.push_back(batch);
      }
    }
    values = gram_of_vectors(batches);
    gram.values = values;
    gram.batches = batches.size();
    part = plain_gram(gram_of_vectors(means), means.size());
  }
  std::vector<std::vector<double>> means;
  std::vector<double> values;
  BatchGram gram;
  PartGram part;
};

}  // namespace

class ContentionReliabilityTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void halvesAgreeWithTheFixture() {
    const auto history = small_history(SmallNetwork());
    const auto expected = contention_json("contention/diagnostics");
    for (std::size_t e = 0; e < expected.size(); ++e) {
      for (std::size_t b = 0; b < history.blocks.size(); ++b) {
        const auto gram = *batch_gram(history, e, b);
        std::vector<double> cosines;
        for (const auto& batches : gram.rows) {
          std::vector<std::size_t> even, odd;
          for (std::size_t i = 0; i < batches.size(); ++i) {
            (i % 2 == 0 ? even : odd).push_back(batches[i]);
          }
          cosines.push_back(cosine_of_means(gram, even, odd));
        }
        const auto& block = expected[e].at("blocks").at(history.blocks[b]);
        QVERIFY(contention_difference(cosines, contention_numbers(block.at("split_half_cosine"))) < 1e-10);
        QVERIFY(contention_difference({defined_mean(cosines)},
                                      contention_numbers(block.at("mean_split_half"))) < 1e-10);
      }
    }
  }

  void opposingSamplesAgreeWithTheFixture() {
    const auto expected = contention_json("contention/sample_pairs");
    const SmallNetwork network;
    const auto history = small_history(network);
    const auto gram = *batch_gram(history, expected.at("checkpoint").get<std::size_t>(), 1);
    QCOMPARE(expected.at("block").get<std::string>(), history.blocks[1]);
    const auto rows = expected.at("rows_are_samples").get<std::vector<std::size_t>>();
    const auto columns = expected.at("columns_are_samples").get<std::vector<std::size_t>>();
    const auto camera = static_cast<std::size_t>(network.category[rows[0]]);
    const auto mug = static_cast<std::size_t>(network.category[columns[0]]);
    std::vector<double> products;
    for (const std::size_t a : gram.rows[camera]) {
      for (const std::size_t b : gram.rows[mug]) {
        products.push_back(gram.at(a, b));
      }
    }
    QVERIFY(contention_difference(products, contention_numbers(expected.at("inner_products"))) < 1e-10);
    const auto& most = expected.at("most_opposing");
    const auto found = most_opposing(products, columns.size(), most.size());
    QCOMPARE(found.size(), most.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      QCOMPARE(rows[found[i].row], most[i][0].get<std::size_t>());
      QCOMPARE(columns[found[i].column], most[i][1].get<std::size_t>());
      QVERIFY(std::abs(found[i].product - most[i][2].get<double>()) < 1e-9);
    }
  }

  // With signal of squared length s and noise of variance n in d dimensions over k batches, the reliability
  // of a mean of k is s / (s + d n / k).
  void reliabilityIsTheShareOfSignal() {
    const std::size_t size = 4000, per_row = 12;
    auto truths = random_gradients(3, size, 3);
    const NoisyBatches noisy(truths, per_row, 3.0, 11);
    const auto rows = row_reliability(noisy.gram, 1);
    const double expected = 1.0 / (1.0 + 9.0 / static_cast<double>(per_row));
    for (const double reliability : rows.reliability) {
      QVERIFY(std::abs(reliability - expected) < 0.04);
    }
    QVERIFY(std::abs(rows.median - expected) < 0.04);
    const auto again = row_reliability(noisy.gram, 1);
    QVERIFY(again.split_half == rows.split_half);
    QVERIFY(row_reliability(noisy.gram, 2).split_half != rows.split_half);
    for (std::size_t i = 0; i < 3; ++i) {
      QVERIFY(std::abs(rows.reliability[i] - 2.0 * rows.split_half[i] / (1.0 + rows.split_half[i])) < 1e-15);
    }
  }

  void correctionTakesTheNoiseOutOfACosine() {
    auto truths = random_gradients(2, 4000, 3);
    for (std::size_t i = 0; i < truths[1].size(); ++i) {
      truths[1][i] = 0.8 * truths[0][i] + 0.6 * truths[1][i];
    }
    const double truth = statistics_cosine(truths);
    const NoisyBatches noisy(truths, 10, 3.0, 5);
    const auto cosines = cosines_of(noisy.part);
    const auto reliability = row_reliability(noisy.gram, 1).reliability;
    const auto corrected = corrected_cosines(cosines, reliability);
    QVERIFY(cosines[1] < truth - 0.2);
    QVERIFY(std::abs(corrected.values[1] - truth) < 0.05);
    QVERIFY(corrected.clipped[1] == 0 && std::isnan(corrected.values[0]));
    const auto clipped = corrected_cosines(std::vector{1.0, -0.9, -0.9, 1.0}, std::vector{0.5, 0.6});
    QVERIFY(clipped.values[1] == -1.0 && clipped.clipped[1] != 0);
    const auto weak = corrected_cosines(std::vector{1.0, 0.2, 0.2, 1.0}, std::vector{0.3, 0.9});
    QVERIFY(std::isnan(weak.values[1]));
  }

  void intervalsCoverTheMeasuredValueAndTheTruth() {
    auto truths = random_gradients(3, 2000, 7);
    for (std::size_t i = 0; i < truths[1].size(); ++i) {
      truths[1][i] = 0.8 * truths[0][i] + 0.6 * truths[1][i];
    }
    int covers_truth = 0, sees_truth = 0;
    constexpr int kDraws = 20;
    for (int draw = 0; draw < kDraws; ++draw) {
      const NoisyBatches noisy(truths, 10, 8.0, 100 + static_cast<std::uint64_t>(draw));
      const auto intervals = cosine_intervals(noisy.gram, noisy.part, 1);
      const auto s = gram_statistics(noisy.part, {});
      const auto holds = [](const ContentionInterval& i, double v) { return i.low <= v && v <= i.high; };
      QVERIFY(holds(intervals.cosines[1], s.cosine(0, 1)));
      QVERIFY(holds(intervals.mean_cosine, s.mean_cosine));
      QVERIFY(holds(intervals.mean_negative_transfer, s.mean_negative_transfer));
      QVERIFY(holds(intervals.negative_transfer[2], s.negative_transfer[2]));
      covers_truth += intervals.cosines[2].covers_zero() ? 1 : 0;  // rows 0 and 2 are at a right angle
      sees_truth += intervals.cosines[1].covers_zero() ? 0 : 1;
    }
    QVERIFY(covers_truth >= 17);
    QVERIFY(sees_truth >= 17);
  }

  void aRowOfOneBatchHasNoInterval() {
    NoisyBatches noisy(random_gradients(3, 50, 7), 4, 1.0, 1);
    noisy.gram.rows[2].resize(1);
    const auto intervals = cosine_intervals(noisy.gram, noisy.part, 1);
    QVERIFY(std::isfinite(intervals.cosines[1].low) && std::isnan(intervals.cosines[2].low));
    QVERIFY(std::isnan(intervals.mean_cosine.low) && !intervals.cosines[2].covers_zero());
    const auto rows = row_reliability(noisy.gram, 1);
    QVERIFY(std::isfinite(rows.reliability[0]) && std::isnan(rows.reliability[2]));
  }

  void theOtherReadingIsTheMeanOverPairsOfBatches() {
    const NoisyBatches noisy(random_gradients(3, 60, 7), 4, 1.0, 1);
    const auto reading = batch_cosines(noisy.gram, noisy.part);
    double sum = 0.0, negative = 0.0;
    for (const std::size_t a : noisy.gram.rows[0]) {
      for (const std::size_t b : noisy.gram.rows[1]) {
        const double cosine = noisy.gram.at(a, b) / std::sqrt(noisy.gram.at(a, a) * noisy.gram.at(b, b));
        sum += cosine / 16.0;
        negative += cosine < 0.0 ? 1.0 / 16.0 : 0.0;
      }
    }
    QVERIFY(std::abs(reading.means[1] - sum) < 1e-14 && std::abs(reading.conflicts[3] - negative) < 1e-14);
    QVERIFY(reading.means[0] > 0.2 && reading.means[0] < 0.8);  // batches of one row: signal and noise alike
    const double mean = (reading.means[1] + reading.means[2] + reading.means[5]) / 3.0;
    QVERIFY(std::abs(reading.mean_cosine - mean) < 1e-14);
  }

  void seriesHoldEveryEpochOfEveryBlock() {
    const auto history = small_history(SmallNetwork());
    const auto blocks = block_series(history, {}, {});
    QVERIFY(blocks && blocks->size() == 3);
    for (std::size_t b = 0; b < 3; ++b) {
      const auto& series = (*blocks)[b];
      QCOMPARE(series.part, history.blocks[b]);
      QCOMPARE(series.points.size(), history.epochs.size());
      for (std::size_t e = 0; e < series.points.size(); ++e) {
        const auto s = gram_statistics(
            part_gram(history, e, *find_part(history, PartKind::kBlock, series.part)), history.samples);
        const ContentionPoint& point = series.points[e];
        QVERIFY(point.mean_cosine == s.mean_cosine && point.step == history.epochs[e].step);
        QVERIFY(point.low <= point.mean_cosine && point.mean_cosine <= point.high);
        QVERIFY(std::isfinite(point.reliability) && std::isfinite(point.batch_mean_cosine));
      }
    }
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = block_series(history, {}, {stop.get_token(), {}});
    QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
    const auto layer = contention_series(history, parts_of(history, PartKind::kLayer)[0], {}, {});
    QVERIFY(layer && std::isnan(layer->points[0].low) && std::isfinite(layer->points[0].mean_cosine));
    const Table table = contention_table(history, *blocks);
    QCOMPARE(table.rows.size(), 15u);
    for (const auto& row : table.rows) {
      QCOMPARE(row.size(), table.columns.size());
    }
    QVERIFY(to_text(table).find("correspondence") != std::string::npos);
  }

 private:
  static double statistics_cosine(const std::vector<std::vector<double>>& truths) {
    return contention_product(truths[0], truths[1]) /
           std::sqrt(contention_product(truths[0], truths[0]) * contention_product(truths[1], truths[1]));
  }
};

ALIDADE_TEST(ContentionReliabilityTest)
#include "contention_reliability_test.moc"
