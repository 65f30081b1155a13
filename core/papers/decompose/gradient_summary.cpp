// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/gradient_summary.h"

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/contention/contention_series.h"
#include "core/contention/gram_statistics.h"

namespace alidade::decompose {
namespace {

using nlohmann::ordered_json;

/// A number, or null where it is not defined: JSON has no NaN.
ordered_json defined(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

struct PointField {
  const char* key;
  double ContentionPoint::*value;
};
constexpr PointField kPointFields[] = {{"mean_cosine", &ContentionPoint::mean_cosine},
                                       {"low", &ContentionPoint::low},
                                       {"high", &ContentionPoint::high},
                                       {"variance", &ContentionPoint::variance},
                                       {"mean_negative_transfer", &ContentionPoint::mean_negative_transfer},
                                       {"conflict_rate", &ContentionPoint::conflict_rate},
                                       {"reliability", &ContentionPoint::reliability}};

ordered_json points_json(const ContentionSeries& series) {
  ordered_json points = ordered_json::array();
  for (const ContentionPoint& point : series.points) {
    ordered_json json{{"step", point.step}};
    for (const PointField& field : kPointFields) {
      json[field.key] = defined(point.*field.value);
    }
    json["stationary"] = point.stationary;
    points.push_back(std::move(json));
  }
  return points;
}

/// Means over the epochs that say something.
ordered_json means_json(const ContentionSeries& series) {
  ordered_json json;
  for (const PointField& field : kPointFields) {
    std::vector<double> values;
    for (const ContentionPoint& point : series.points) {
      if (!point.stationary) {
        values.push_back(point.*field.value);
      }
    }
    json[field.key] = defined(defined_mean(values));
  }
  return json;
}

/// The mean cosines of a block over the epochs that are not stationary, entry by entry.
ordered_json cosines_json(const ContentionHistory& history, const ContentionPart& part) {
  const std::size_t rows = history.rows.size();
  std::vector<std::vector<double>> entries(rows * rows);
  for (std::size_t epoch = 0; epoch < history.epochs.size(); ++epoch) {
    const GramStatistics statistics = gram_statistics(part_gram(history, epoch, part), {});
    for (std::size_t i = 0; !statistics.stationary && i < entries.size(); ++i) {
      entries[i].push_back(statistics.cosines[i]);
    }
  }
  ordered_json matrix = ordered_json::array();
  for (std::size_t i = 0; i < rows; ++i) {
    ordered_json row = ordered_json::array();
    for (std::size_t j = 0; j < rows; ++j) {
      row.push_back(defined(defined_mean(entries[i * rows + j])));
    }
    matrix.push_back(std::move(row));
  }
  return matrix;
}

/// The mean negative transfer N(c) of every row on a block over the epochs that are not stationary.
ordered_json transfers_json(const ContentionHistory& history, const ContentionPart& part) {
  const std::size_t rows = history.rows.size();
  std::vector<std::vector<double>> entries(rows);
  for (std::size_t epoch = 0; epoch < history.epochs.size(); ++epoch) {
    const GramStatistics statistics = gram_statistics(part_gram(history, epoch, part), {});
    for (std::size_t i = 0; !statistics.stationary && i < rows; ++i) {
      entries[i].push_back(statistics.negative_transfer[i]);
    }
  }
  ordered_json list = ordered_json::array();
  for (const auto& values : entries) {
    list.push_back(defined(defined_mean(values)));
  }
  return list;
}

ordered_json orderings_json(const ContentionHistory& history) {
  for (std::size_t i = 0; i < history.blocks.size(); ++i) {
    if (history.blocks[i] == kCorrespondence) {
      const OrderingShares shares = ordering_shares(epoch_orderings(history, i));
      return {{"lowest_cosine", defined(shares.lowest_cosine)},
              {"highest_variance", defined(shares.highest_variance)},
              {"highest_transfer", defined(shares.highest_transfer)},
              {"all_three", defined(shares.all_three)},
              {"epochs", shares.epochs},
              {"stationary", shares.stationary}};
    }
  }
  return ordered_json::object();
}

}  // namespace

Expected<ordered_json> gradient_summary(const ContentionHistory& history, const JobContext& job) {
  const auto series = block_series(history, {}, job);
  if (!series) {
    return series.error();
  }
  ordered_json json{{"rows", history.rows}};
  for (const ContentionSeries& block : *series) {
    json["blocks"][block.part] = points_json(block);
    json["means"][block.part] = means_json(block);
  }
  for (const ContentionPart& part : parts_of(history, PartKind::kBlock)) {
    json["cosines"][part.name] = cosines_json(history, part);
    json["transfers"][part.name] = transfers_json(history, part);
  }
  json["orderings"] = orderings_json(history);
  return json;
}

std::vector<double> summary_cosines(const ordered_json& summary, const std::string& block) {
  std::vector<double> cosines;
  const auto all = summary.find("cosines");
  if (all == summary.end() || !all->is_object() || !all->contains(block)) {
    return cosines;
  }
  for (const auto& row : all->at(block)) {
    for (const auto& value : row) {
      cosines.push_back(value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN());
    }
  }
  return cosines;
}

std::map<std::string, double> summary_transfers(const ordered_json& summary, const std::string& block) {
  std::map<std::string, double> transfers;
  const auto all = summary.find("transfers");
  if (all == summary.end() || !all->contains(block)) {
    return transfers;
  }
  const auto& rows = summary.at("rows");
  const auto& values = all->at(block);
  for (std::size_t i = 0; i < rows.size() && i < values.size(); ++i) {
    if (values[i].is_number()) {
      transfers[rows[i].get<std::string>()] = values[i].get<double>();
    }
  }
  return transfers;
}

}  // namespace alidade::decompose
