// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace alidade::bench {

/// What a detector's time is spent on.
enum class DetectorPart : std::uint8_t {
  kOutside,
  kVoxels,
  kMaps,
  kConvolution,
  kInputGradient,
  kWeightGradient,
  kNorms,
  kHeads,
  kSelection,  ///< torch's operations besides
  kNetwork,    ///< what is left of a pass: torch itself, and of a detection the boxes of outputs
  kLosses,
  kSuppression,
  kExchange,
  kOptimizer,
};
inline constexpr std::size_t kDetectorParts = 14;

/// Processor time of this thread, milliseconds; what is nested counts for the innermost part.
class PartClock {
 public:
  using Times = std::array<double, kDetectorParts>;

  static PartClock& only();
  void enter(DetectorPart part);
  void leave();
  DetectorPart now() const { return parts_.back(); }
  /// Since the last call.
  Times take();

 private:
  void count();

  std::vector<DetectorPart> parts_{DetectorPart::kOutside};
  Times times_{};
  double since_ = 0.0;
};

/// A part while it lives.
class PartScope {
 public:
  explicit PartScope(DetectorPart part) { PartClock::only().enter(part); }
  ~PartScope() { PartClock::only().leave(); }
  PartScope(const PartScope&) = delete;
  PartScope& operator=(const PartScope&) = delete;
};

/// Medians of each part over several takes.
PartClock::Times part_medians(const std::vector<PartClock::Times>& takes);
/// A line for each part that took time, and the sum. `left`: what kNetwork is called.
void print_parts(const std::string& title, const PartClock::Times& times, const char* left);

/// From now on torch's operations of a network are told apart.
void watch_torch();

/// Bytes that tensors and C++ hold.
std::size_t held_bytes();
/// The most that were held since reset_peak().
std::size_t peak_bytes();
void reset_peak();
/// From now on tensors are counted.
void count_tensors();

}  // namespace alidade::bench
