// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/contention/cosine_intervals.h"
#include "core/contention/gram_statistics.h"
#include "core/papers/h2a2/result_json.h"

namespace alidade::h2a2 {
namespace {

using nlohmann::ordered_json;

constexpr std::uint64_t kIntervalSeed = 1;

ordered_json finite_or_null(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

ordered_json finite_list(std::span<const double> values) {
  ordered_json list = ordered_json::array();
  for (const double value : values) {
    list.push_back(finite_or_null(value));
  }
  return list;
}

/// The last epoch of a block of tensors that every source uses.
ordered_json block_json(const ContentionHistory& history, const ContentionPart& part, std::size_t block) {
  const std::size_t epoch = history.epochs.size() - 1;
  const PartGram gram = part_gram(history, epoch, part);
  const GramStatistics statistics = gram_statistics(gram, {});
  ordered_json json{{"cosines", finite_list(statistics.cosines)},
                    {"norms", finite_list(statistics.norms)},
                    {"mean_cosine", finite_or_null(statistics.mean_cosine)},
                    {"conflict_rate", finite_or_null(statistics.conflict_rate)},
                    {"pairs", statistics.pairs}};
  if (const auto batches = batch_gram(history, epoch, block)) {
    const CosineIntervals intervals = cosine_intervals(*batches, gram, kIntervalSeed);
    json["low"] = finite_or_null(intervals.mean_cosine.low);
    json["high"] = finite_or_null(intervals.mean_cosine.high);
    json["reliability"] = finite_or_null(row_reliability(*batches, kIntervalSeed).median);
  }
  return json;
}

}  // namespace

ordered_json to_json(const ContentionHistory& history) {
  ordered_json json{{"sources", history.rows}, {"blocks", ordered_json::object()}};
  if (history.epochs.empty()) {
    return json;
  }
  const auto parts = parts_of(history, PartKind::kBlock);
  double sum = 0.0, count = 0.0;
  for (std::size_t block = 0; block < parts.size(); ++block) {
    ordered_json entry = block_json(history, parts[block], block);
    if (entry.at("mean_cosine").is_number()) {
      sum += entry.at("mean_cosine").get<double>();
      count += 1.0;
      json["blocks"][parts[block].name] = std::move(entry);
    }
  }
  json["mean_cosine"] = count > 0.0 ? ordered_json(sum / count) : ordered_json();
  return json;
}

}  // namespace alidade::h2a2
