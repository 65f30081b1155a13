// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// How a layer's input is quantized: real = scale * (code - zero) with codes 0 .. 2^bits - 1.
struct InputQuantization {
  float scale = 0.0F;
  int zero = 0;  ///< a code; 0 where the input has no negative values
  int bits = 8;

  bool operator==(const InputQuantization&) const = default;
};

/// What values of an input are seen: the extremes of all, and a sample of bounded size.
class ActivationSample {
 public:
  /// Values that are not finite are left out.
  void add(std::span<const float> values);

  bool empty() const { return kept_.empty(); }
  float least() const { return least_; }
  float most() const { return most_; }
  /// Mean |v| of the sample.
  double mean_magnitude() const;
  const std::vector<float>& kept() const { return kept_; }

 private:
  std::vector<float> kept_;
  float least_ = 0.0F, most_ = 0.0F;  ///< of all values and 0
};

/// How the range of an input is chosen.
enum class ActivationRule {
  kLargest,        ///< all that was seen
  kPercentile,     ///< all but a share of the sample at each end
  kLeastSquares,   ///< least squared error of the sample, among 80 shares of the extremes
  kMeanMagnitude,  ///< where LSQ starts: 2 mean|v| / sqrt(Qp)
};

struct ActivationRangeOptions {
  int bits = 8;  ///< 2 to 8
  ActivationRule rule = ActivationRule::kLeastSquares;
  double percentile = 99.99;  ///< of kPercentile
};

/// Scale and zero for a sample: zero is 0 without negative values, else where the extremes put it. kUsage
/// for options out of range, kFailed for a sample without a value other than 0.
Expected<InputQuantization> activation_range(const ActivationSample& sample,
                                             const ActivationRangeOptions& options);

/// |Q(v) - v|^2 over the sample.
double activation_error(std::span<const float> values, const InputQuantization& quantization);

/// Metadata key of checkpoints and packed files whose layers have quantized inputs.
inline constexpr const char* kInputQuantizationKey = "input_quantization";

/// By the name of the layer ("backbone.stem"), as JSON text:
/// {"backbone.stem": {"scale": s, "zero": z, "bits": b}}. Scales keep their bits.
std::string input_quantization_text(const std::map<std::string, InputQuantization>& inputs);

/// The inverse. kInput naming `name`, the layer and what is out of range: scales are finite and above 0, bits
/// 2 to 8, zeros codes.
Expected<std::map<std::string, InputQuantization>> parse_input_quantization(const std::string& text,
                                                                            const std::string& name);

}  // namespace alidade
