// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/contention_series.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/random.h"
#include "core/contention/cosine_intervals.h"
#include "core/contention/gram_statistics.h"
#include "core/contention/reliability.h"

namespace alidade {
namespace {

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

ContentionPoint point_of(const ContentionEpoch& epoch, const GramStatistics& statistics) {
  ContentionPoint point{};
  point.epoch = epoch.epoch;
  point.step = epoch.step;
  point.mean_cosine = statistics.mean_cosine;
  point.variance = statistics.variance;
  point.mean_negative_transfer = statistics.mean_negative_transfer;
  point.conflict_rate = statistics.conflict_rate;
  point.heterogeneity = statistics.heterogeneity;
  point.stationary = statistics.stationary;
  point.low = point.high = point.transfer_low = point.transfer_high = kNotMeasured;
  point.reliability = point.batch_mean_cosine = point.batch_conflict_rate = kNotMeasured;
  return point;
}

void add_batches(const BatchGram& batches, const PartGram& gram, const ContentionSeriesOptions& options,
                 std::uint64_t seed, ContentionPoint& point) {
  if (options.splits > 0) {
    point.reliability = row_reliability(batches, seed, options.splits).median;
  }
  const BatchCosines reading = batch_cosines(batches, gram);
  point.batch_mean_cosine = reading.mean_cosine;
  point.batch_conflict_rate = reading.conflict_rate;
  if (options.resamples > 0) {
    const CosineIntervals intervals = cosine_intervals(batches, gram, seed, options.resamples);
    point.low = intervals.mean_cosine.low;
    point.high = intervals.mean_cosine.high;
    point.transfer_low = intervals.mean_negative_transfer.low;
    point.transfer_high = intervals.mean_negative_transfer.high;
  }
}

Table::Cell number(double value) {
  return std::isfinite(value) ? Table::Cell(value) : Table::Cell();
}

Table::Cell answer(const std::optional<bool>& value) {
  return value ? Table::Cell(std::string(*value ? "yes" : "no")) : Table::Cell();
}

void append_row(const ContentionPoint& point, const std::string& block, const ContentionOrderings& orderings,
                Table& table) {
  table.rows.push_back({point.epoch,
                        static_cast<double>(point.step),
                        block,
                        number(point.mean_cosine),
                        number(point.low),
                        number(point.high),
                        number(point.variance),
                        number(point.mean_negative_transfer),
                        number(point.transfer_low),
                        number(point.transfer_high),
                        number(point.heterogeneity),
                        number(1.0 / (1.0 + point.heterogeneity)),
                        number(point.conflict_rate),
                        number(point.batch_mean_cosine),
                        number(point.batch_conflict_rate),
                        number(point.reliability),
                        answer(point.stationary),
                        answer(orderings.lowest_cosine),
                        answer(orderings.highest_variance),
                        answer(orderings.highest_transfer)});
}

}  // namespace

Expected<ContentionSeries> contention_series(const ContentionHistory& history, const ContentionPart& part,
                                             const ContentionSeriesOptions& options, const JobContext& job) {
  ContentionSeries series{part.name, {}};
  const auto block = std::find(history.blocks.begin(), history.blocks.end(), part.name);
  const auto place = static_cast<std::size_t>(block - history.blocks.begin());
  const bool is_block = part.kind == PartKind::kBlock && block != history.blocks.end();
  for (std::size_t e = 0; e < history.epochs.size(); ++e) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "stopped while gradients were compared."};
    }
    const PartGram gram = part_gram(history, e, part);
    ContentionPoint point = point_of(history.epochs[e], gram_statistics(gram, history.samples));
    const auto batches = is_block ? batch_gram(history, e, place) : std::nullopt;
    if (batches && !part.tensors.empty()) {
      add_batches(*batches, gram, options, mix_seed(mix_seed(options.seed, e), place), point);
    }
    series.points.push_back(point);
    job.report("comparing gradients", static_cast<std::int64_t>(e + 1),
               static_cast<std::int64_t>(history.epochs.size()));
  }
  return series;
}

Expected<std::vector<ContentionSeries>> block_series(const ContentionHistory& history,
                                                     const ContentionSeriesOptions& options,
                                                     const JobContext& job) {
  std::vector<ContentionSeries> list;
  for (const ContentionPart& part : parts_of(history, PartKind::kBlock)) {
    auto series = contention_series(history, part, options, job);
    if (!series) {
      return series.error();
    }
    list.push_back(std::move(*series));
  }
  return list;
}

std::vector<ContentionOrderings> epoch_orderings(const ContentionHistory& history, std::size_t candidate) {
  const auto parts = parts_of(history, PartKind::kBlock);
  std::vector<ContentionOrderings> list;
  for (std::size_t e = 0; e < history.epochs.size(); ++e) {
    std::vector<GramStatistics> blocks;
    for (const ContentionPart& part : parts) {
      blocks.push_back(gram_statistics(part_gram(history, e, part), history.samples));
    }
    list.push_back(orderings_of(blocks, candidate));
  }
  return list;
}

Table contention_table(const ContentionHistory& history, const std::vector<ContentionSeries>& blocks) {
  Table table;
  table.columns = {"epoch",       "step",       "block",         "mu_cc",          "mu_cc low",
                   "mu_cc high",  "sigma2",     "mean N",        "mean N low",     "mean N high",
                   "r",           "1/(1+r)",    "conflict rate", "batch mu_cc",    "batch conflict rate",
                   "reliability", "stationary", "lowest mu_cc",  "highest sigma2", "highest N"};
  table.look.names = 3;
  table.look.columns.resize(table.columns.size());
  for (std::size_t c = 3; c < 16; ++c) {
    table.look.columns[c].decimals = 3;
  }
  for (const std::size_t low : {std::size_t{4}, std::size_t{8}}) {
    table.look.columns[low].role = TableLook::Role::kLow;
    table.look.columns[low + 1].role = TableLook::Role::kHigh;
  }
  std::vector<std::vector<ContentionOrderings>> orderings;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    orderings.push_back(epoch_orderings(history, b));
  }
  for (std::size_t e = 0; e < history.epochs.size(); ++e) {
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      append_row(blocks[b].points[e], blocks[b].part, orderings[b][e], table);
    }
  }
  table.look.remarks = {
      "Stationary: the mean gradient is shorter than a tenth of the mean length; mu_cc and N then follow "
      "without any conflict.",
      "mu_cc is the mean cosine of mean gradients; batch mu_cc is the mean of the cosines of single batches, "
      "another reading."};
  return table;
}

}  // namespace alidade
