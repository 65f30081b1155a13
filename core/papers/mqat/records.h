// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/base/expected.h"
#include "core/evaluation/report/report.h"

namespace alidade::mqat {

/// What an estimate is wrong by in one image.
struct ImageRecord {
  bool lost = false;         ///< there is no pose: wrong at every threshold
  double add = 0.0;          ///< Eq. 3, in diameters
  double adi = 0.0;          ///< Eq. 4, in diameters: nearest true vertex to each estimated one
  double adi_reverse = 0.0;  ///< in diameters: nearest estimated vertex to each true one
  double rotation = 0.0;     ///< rad
  double translation = 0.0;  ///< m
  int bin = 0;               ///< by true depth: 0 near, 1 medium, 2 far
};
using ImageRecords = std::vector<ImageRecord>;

/// Lists by column, lost images null, numbers with five digits.
nlohmann::ordered_json to_json(const ImageRecords& records);
/// An Error (kInput) of `name` for lists that are missing or of unequal length.
Expected<ImageRecords> records_from_json(const nlohmann::ordered_json& json, const std::string& name);

inline constexpr const char* kBins[] = {"near", "medium", "far"};

/// The share of images whose error is strictly below `threshold` diameters.
struct ShareMetric {
  enum class Error { kAdd, kAdi, kAdiReverse };
  Error error = Error::kAdi;
  double threshold = 0.1;
  int bin = -1;  ///< -1 = all

  std::string id() const;     ///< of published tables: "adi_0.1d", "adi_0.1d_near"
  std::string title() const;  ///< "ADI-0.1d", "ADI-0.1d near"
};
inline constexpr ShareMetric kStrict{ShareMetric::Error::kAdi, 0.05}, kUsual{ShareMetric::Error::kAdi, 0.1},
    kLenient{ShareMetric::Error::kAdi, 0.5};

/// Share 0..1; `weights`, where given, count the images. Nothing where no image is in the bin.
std::optional<double> share(const ImageRecords& records, const ShareMetric& metric,
                            std::span<const std::uint32_t> weights = {});
std::optional<double> lost_share(const ImageRecords& records);
/// The 95th percentile of rotation (rad) or translation (m), lost images being infinitely wrong: nothing
/// where more than one in twenty is lost, and without images.
std::optional<double> rotation_95(const ImageRecords& records);
std::optional<double> translation_95(const ImageRecords& records);

/// A difference of shares on the same images.
struct PairedShare {
  double difference = 0.0;  ///< a - b
  Interval interval;        ///< percentile bootstrap over images
  double p_value = 1.0;     ///< two-sided
};
/// Nothing for records of other images (another number, other bins) and for fewer than two.
std::optional<PairedShare> paired_share(const ImageRecords& a, const ImageRecords& b,
                                        const ShareMetric& metric, int replicates = 1000);

}  // namespace alidade::mqat
