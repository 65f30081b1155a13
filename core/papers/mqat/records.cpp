// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/records.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "core/evaluation/statistics/statistics.h"

namespace alidade::mqat {
namespace {

using nlohmann::ordered_json;

constexpr double kPercentile = 0.95, kLevel = 0.95;

struct RecordColumn {
  const char* key;
  double ImageRecord::*member;
};
constexpr RecordColumn kRecordColumns[] = {{"add", &ImageRecord::add},
                                           {"adi", &ImageRecord::adi},
                                           {"adi_reverse", &ImageRecord::adi_reverse},
                                           {"rotation", &ImageRecord::rotation},
                                           {"translation", &ImageRecord::translation}};

/// Five digits decide no threshold that matters and keep the files of steps small.
double five_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.5g", value);
  return std::strtod(text.data(), nullptr);
}

double ImageRecord::*error_member(ShareMetric::Error error) {
  switch (error) {
    case ShareMetric::Error::kAdd:
      return &ImageRecord::add;
    case ShareMetric::Error::kAdiReverse:
      return &ImageRecord::adi_reverse;
    default:
      return &ImageRecord::adi;
  }
}

std::string threshold_text(double threshold) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", threshold);
  return text.data();
}

/// Nothing where the percentile lies among the lost.
std::optional<double> percentile_of(const ImageRecords& records, double ImageRecord::*member) {
  std::vector<double> values;
  for (const ImageRecord& record : records) {
    if (!record.lost) {
      values.push_back(record.*member);
    }
  }
  const auto place = static_cast<std::size_t>(std::ceil(kPercentile * static_cast<double>(records.size())));
  if (place == 0 || place > values.size()) {
    return std::nullopt;
  }
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(place - 1);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

bool are_same_images(const ImageRecords& a, const ImageRecords& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const ImageRecord& x, const ImageRecord& y) { return x.bin == y.bin; });
}

}  // namespace

ordered_json to_json(const ImageRecords& records) {
  ordered_json json;
  for (const RecordColumn& column : kRecordColumns) {
    auto& list = json[column.key] = ordered_json::array();
    for (const ImageRecord& record : records) {
      list.push_back(record.lost ? ordered_json() : ordered_json(five_digits(record.*column.member)));
    }
  }
  auto& bins = json["bin"] = ordered_json::array();
  for (const ImageRecord& record : records) {
    bins.push_back(record.bin);
  }
  return json;
}

Expected<ImageRecords> records_from_json(const ordered_json& json, const std::string& name) {
  const Error bad = input_error(name, "", "it holds no errors of images", "do the step again");
  const auto bins = json.find("bin");
  if (bins == json.end() || !bins->is_array()) {
    return bad;
  }
  ImageRecords records(bins->size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (!(*bins)[i].is_number_integer()) {
      return bad;
    }
    records[i].bin = (*bins)[i].get<int>();
  }
  for (const RecordColumn& column : kRecordColumns) {
    const auto list = json.find(column.key);
    if (list == json.end() || !list->is_array() || list->size() != records.size()) {
      return bad;
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
      const auto& value = (*list)[i];
      records[i].lost = records[i].lost || value.is_null();
      records[i].*column.member = value.is_number() ? value.get<double>() : 0.0;
    }
  }
  return records;
}

std::string ShareMetric::id() const {
  const char* names[] = {"add_", "adi_", "adi_reverse_"};
  return names[static_cast<std::size_t>(error)] + threshold_text(threshold) + "d" +
         (bin < 0 ? "" : std::string("_") + kBins[bin]);
}

std::string ShareMetric::title() const {
  const char* names[] = {"ADD-", "ADI-", "ADI (true to estimated)-"};
  return names[static_cast<std::size_t>(error)] + threshold_text(threshold) + "d" +
         (bin < 0 ? "" : std::string(" ") + kBins[bin]);
}

std::optional<double> share(const ImageRecords& records, const ShareMetric& metric,
                            std::span<const std::uint32_t> weights) {
  const auto member = error_member(metric.error);
  double hits = 0.0, count = 0.0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const ImageRecord& record = records[i];
    if (metric.bin >= 0 && record.bin != metric.bin) {
      continue;
    }
    const double weight = weights.empty() ? 1.0 : static_cast<double>(weights[i]);
    count += weight;
    hits += !record.lost && record.*member < metric.threshold ? weight : 0.0;
  }
  return count > 0.0 ? std::optional(hits / count) : std::nullopt;
}

std::optional<double> lost_share(const ImageRecords& records) {
  const auto lost =
      std::count_if(records.begin(), records.end(), [](const ImageRecord& record) { return record.lost; });
  return records.empty() ? std::nullopt
                         : std::optional(static_cast<double>(lost) / static_cast<double>(records.size()));
}

std::optional<double> rotation_95(const ImageRecords& records) {
  return percentile_of(records, &ImageRecord::rotation);
}

std::optional<double> translation_95(const ImageRecords& records) {
  return percentile_of(records, &ImageRecord::translation);
}

std::optional<PairedShare> paired_share(const ImageRecords& a, const ImageRecords& b,
                                        const ShareMetric& metric, int replicates) {
  const auto of_a = share(a, metric), of_b = share(b, metric);
  if (a.size() < 2 || !are_same_images(a, b) || !of_a || !of_b) {
    return std::nullopt;
  }
  std::vector<std::uint32_t> weights(a.size());
  std::vector<double> differences;
  std::size_t below = 0, above = 0;  // both with 0
  for (int replicate = 0; replicate < replicates; ++replicate) {
    bootstrap_weights(0, static_cast<std::uint64_t>(replicate), weights);
    const auto x = share(a, metric, weights), y = share(b, metric, weights);
    if (x && y) {
      differences.push_back(*x - *y);
      below += differences.back() <= 0.0;
      above += differences.back() >= 0.0;
    }
  }
  if (2 * differences.size() < static_cast<std::size_t>(replicates)) {
    return std::nullopt;
  }
  std::sort(differences.begin(), differences.end());
  const double tail =
      static_cast<double>(std::min(below, above) + 1) / static_cast<double>(differences.size() + 1);
  return PairedShare{*of_a - *of_b, percentile_interval(differences, kLevel), std::min(1.0, 2.0 * tail)};
}

}  // namespace alidade::mqat
