// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/statistics/average_precision.h"

#include <algorithm>

namespace alidade {
namespace {

using Count = std::uint64_t;

/// Recall as the rule's reference holds it.
double recall(Count found, Count truths, ApRule rule) {
  if (rule == ApRule::kNocs || rule == ApRule::kRaw) {
    return static_cast<double>(static_cast<float>(found) / static_cast<float>(truths));
  }
  return static_cast<double>(found) / static_cast<double>(truths);
}

/// The detections as counts: image i's detection stands weight(i) times in the list.
struct WeightedList {
  std::span<const RankedDetection> ranked;
  std::span<const std::uint32_t> weights;
  Count truths = 0;
  Count detections = 0;
  Count correct = 0;

  Count weight(std::size_t image) const { return weights.empty() ? 1 : weights[image]; }
};

WeightedList weigh(std::span<const RankedDetection> ranked, std::span<const std::uint32_t> truths_per_image,
                   std::span<const std::uint32_t> image_weights) {
  WeightedList list{ranked, image_weights};
  for (std::size_t i = 0; i < truths_per_image.size(); ++i) {
    list.truths += list.weight(i) * truths_per_image[i];
  }
  for (const RankedDetection& detection : ranked) {
    const Count weight = list.weight(detection.image);
    list.detections += weight;
    list.correct += detection.correct ? weight : 0;
  }
  return list;
}

/// Visits the correct detections from the last to the first with the number of correct ones before and after
/// each, and the largest precision from there on. All copies of one detection share that maximum, since the
/// precision grows from copy to copy; false detections never hold it.
template <class Visit>
void walk_envelope(const WeightedList& list, Visit&& visit) {
  Count detections = list.detections;
  Count correct = list.correct;
  double envelope = 0.0;
  for (auto it = list.ranked.rbegin(); it != list.ranked.rend(); ++it) {
    const Count weight = list.weight(it->image);
    if (it->correct && weight > 0) {
      envelope = std::max(envelope, static_cast<double>(correct) / static_cast<double>(detections));
      visit(correct - weight, correct, envelope);
      correct -= weight;
    }
    detections -= weight;
  }
}

double envelope_area(const WeightedList& list, ApRule rule) {
  double area = 0.0;
  walk_envelope(list, [&](Count before, Count after, double envelope) {
    area += (recall(after, list.truths, rule) - recall(before, list.truths, rule)) * envelope;
  });
  return area;
}

double raw_area(const WeightedList& list) {
  double area = 0.0;
  Count detections = 0;
  Count correct = 0;
  for (const RankedDetection& detection : list.ranked) {
    const Count weight = list.weight(detection.image);
    for (Count copy = 0; detection.correct && copy < weight; ++copy) {
      ++correct;
      const double step =
          recall(correct, list.truths, ApRule::kRaw) - recall(correct - 1, list.truths, ApRule::kRaw);
      area += step * static_cast<double>(correct) / static_cast<double>(detections + copy + 1);
    }
    detections += weight;
  }
  return area;
}

double coco_average(const WeightedList& list) {
  constexpr int kLast = 100;
  constexpr double kStep = 0.01;  // the grid is i * 0.01 as NumPy's linspace makes it, not i / 100
  int point = kLast;
  while (point >= 0 && point * kStep > recall(list.correct, list.truths, ApRule::kCoco101)) {
    --point;
  }
  double sum = 0.0;
  double highest = 0.0;
  walk_envelope(list, [&](Count before, Count, double envelope) {
    for (; point >= 0 && point * kStep > recall(before, list.truths, ApRule::kCoco101); --point) {
      sum += envelope;
    }
    highest = envelope;
  });
  return (sum + highest * (point + 1)) / (kLast + 1);  // what is left is the point of recall 0
}

}  // namespace

std::optional<double> average_precision(std::span<const RankedDetection> ranked,
                                        std::span<const std::uint32_t> truths_per_image,
                                        std::span<const std::uint32_t> image_weights, ApRule rule) {
  const WeightedList list = weigh(ranked, truths_per_image, image_weights);
  if (list.truths == 0) {
    return std::nullopt;
  }
  switch (rule) {
    case ApRule::kNocs:
      return envelope_area(list, rule);
    case ApRule::kEnvelope:
      return static_cast<double>(static_cast<float>(envelope_area(list, rule)));
    case ApRule::kRaw:
      return raw_area(list);
    case ApRule::kCoco101:
      return coco_average(list);
  }
  return std::nullopt;
}

}  // namespace alidade
