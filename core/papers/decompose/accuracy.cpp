// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/papers/decompose/work.h"

namespace alidade::decompose {
namespace {

struct PoseBounds {
  const char* id;
  double degrees, metres;
};
constexpr PoseBounds kPoseBounds[] = {
    {"5deg2cm", 5.0, 0.02}, {"5deg5cm", 5.0, 0.05}, {"10deg2cm", 10.0, 0.02}, {"10deg5cm", 10.0, 0.05}};

struct OverlapBound {
  const char* id;
  double share;
};
constexpr OverlapBound kOverlapBounds[] = {{"iou_50", 0.5}, {"iou_75", 0.75}};

}  // namespace

Accuracy accuracy_of(const PoseResult& result) {
  Accuracy accuracy;
  std::map<std::string, std::size_t> counts;
  for (const PoseEstimate& estimate : result.estimates) {
    auto& shares = accuracy.categories[estimate.category];
    const PoseError& error = estimate.error;
    ++counts[estimate.category];
    for (const PoseBounds& bound : kPoseBounds) {
      shares[bound.id] +=
          error.rotation_reduced * kDegreesPerRadian < bound.degrees && error.translation < bound.metres;
    }
    for (const OverlapBound& bound : kOverlapBounds) {
      shares[bound.id] += error.iou > bound.share;
    }
  }
  for (auto& [category, shares] : accuracy.categories) {
    for (auto& [metric, hits] : shares) {
      hits /= static_cast<double>(counts[category]);
    }
  }
  accuracy.objects = result.estimates.size();
  accuracy.skipped = result.skipped.size();
  return accuracy;
}

nlohmann::ordered_json to_json(const Accuracy& accuracy) {
  nlohmann::ordered_json json{{"objects", accuracy.objects}, {"skipped", accuracy.skipped}};
  std::map<std::string, double> sums;
  json["categories"] = nlohmann::ordered_json::object();
  for (const auto& [category, shares] : accuracy.categories) {
    json["categories"][category] = shares;
    for (const auto& [metric, share] : shares) {
      sums[metric] += share / static_cast<double>(accuracy.categories.size());
    }
  }
  json["mean"] = sums;
  return json;
}

}  // namespace alidade::decompose
