// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/responses.h"

#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/evaluation/statistics/rank_correlation.h"

namespace alidade::h2a2 {
namespace {

constexpr std::size_t kVolume = 27, kSide = 3;
constexpr int kShuffles = 100;
constexpr std::uint64_t kShuffleSeed = 1;

/// A permutation of the offsets that keeps each within its orbit, or of all.
std::vector<std::size_t> shuffled_offsets(OffsetShuffle how, Random& random) {
  std::vector<std::size_t> places(kVolume);
  std::iota(places.begin(), places.end(), std::size_t{0});
  for (std::size_t i = kVolume - 1; i > 0; --i) {
    std::size_t j = random.index(static_cast<std::uint32_t>(i + 1));
    while (how == OffsetShuffle::kWithinOrbits && orbit_of_index(j) != orbit_of_index(i)) {
      j = random.index(static_cast<std::uint32_t>(i + 1));
    }
    std::swap(places[i], places[j]);
  }
  return places;
}

/// The correlation less its mean over shuffles.
std::optional<double> layer_agreement(const std::vector<double>& a, const std::vector<double>& b,
                                      OffsetShuffle how) {
  const auto measured = rank_correlation(a, b);
  if (a.size() != kVolume || !measured) {
    return std::nullopt;
  }
  Random random(kShuffleSeed);
  double sum = 0.0;
  std::vector<double> moved(kVolume);
  for (int k = 0; k < kShuffles; ++k) {
    const auto places = shuffled_offsets(how, random);
    for (std::size_t j = 0; j < kVolume; ++j) {
      moved[j] = b[places[j]];
    }
    sum += rank_correlation(a, moved).value_or(0.0);
  }
  return *measured - sum / kShuffles;
}

}  // namespace

const nlohmann::ordered_json& object_at(const nlohmann::ordered_json& json, const std::string& key) {
  static const nlohmann::ordered_json empty = nlohmann::ordered_json::object();
  const auto found = json.find(key);
  return found == json.end() ? empty : *found;
}

int orbit_of_index(std::size_t index) {
  const std::array<std::size_t, 3> places{index % kSide, index / kSide % kSide, index / (kSide * kSide)};
  int orbit = 0;
  for (const std::size_t place : places) {
    orbit += place != 1 ? 1 : 0;
  }
  return orbit;
}

std::optional<double> response_agreement(const nlohmann::ordered_json& a, const nlohmann::ordered_json& b,
                                         const std::string& part, OffsetShuffle shuffle) {
  double sum = 0.0;
  int layers = 0;
  for (const auto& [layer, entry] : object_at(a, "layers").items()) {
    if (!b.contains("layers") || !b.at("layers").contains(layer)) {
      continue;
    }
    const auto one = layer_agreement(entry.at(part).get<std::vector<double>>(),
                                     b.at("layers").at(layer).at(part).get<std::vector<double>>(), shuffle);
    sum += one.value_or(0.0);
    layers += one ? 1 : 0;
  }
  return layers > 0 ? std::optional(sum / layers) : std::nullopt;
}

}  // namespace alidade::h2a2
