// SPDX-License-Identifier: BSD-3-Clause
#include "core/detection/box_decode.h"

#include <cmath>

namespace alidade {
namespace {

/// Angle outputs so near 0 say no direction.
constexpr double kNoDirection = 1e-12;

double logistic(double x) {
  return x >= 0.0 ? 1.0 / (1.0 + std::exp(-x)) : std::exp(x) / (1.0 + std::exp(x));
}

}  // namespace

UprightBox decode_box(std::span<const double> raw, const Eigen::Vector3d& location, BoxForm form,
                      DetectorRules rules) {
  UprightBox box;
  box.center = location + Eigen::Vector3d(raw[0], raw[1], raw[2]);
  const Eigen::Vector3d sides(std::exp(raw[3]), std::exp(raw[4]), std::exp(raw[5]));
  if (form == BoxForm::kAligned) {
    box.size = sides;
    return box;
  }
  const double sum = sides[0] + sides[1], log_ratio = std::hypot(raw[6], raw[7]);
  box.size[0] = sum * logistic(-log_ratio);
  box.size[1] = sum * logistic(log_ratio);
  box.size[2] = rules == DetectorRules::kReference ? sides[1] + sides[2] : sides[2];
  box.yaw = log_ratio > 0.0 ? 0.5 * std::atan2(raw[6], raw[7]) : 0.0;
  return box;
}

std::array<double, kMostBoxOutputs> decode_gradient(std::span<const double> raw, BoxForm form,
                                                    DetectorRules rules, const BoxGradient& gradient) {
  std::array<double, kMostBoxOutputs> out{gradient[0], gradient[1], gradient[2]};
  const double e3 = std::exp(raw[3]), e4 = std::exp(raw[4]), e5 = std::exp(raw[5]);
  out[5] = gradient[5] * e5;
  if (form == BoxForm::kAligned) {
    out[3] = gradient[3] * e3;
    out[4] = gradient[4] * e4;
    return out;
  }
  const double log_ratio = std::hypot(raw[6], raw[7]);
  const double share_w = logistic(-log_ratio), share_l = logistic(log_ratio);
  const double by_sum = gradient[3] * share_w + gradient[4] * share_l;
  out[3] = by_sum * e3;
  out[4] = by_sum * e4 + (rules == DetectorRules::kReference ? gradient[5] * e4 : 0.0);
  if (log_ratio < kNoDirection) {
    return out;
  }
  const double by_ratio = (gradient[4] - gradient[3]) * (e3 + e4) * share_w * share_l;
  const double sine = raw[6] / log_ratio, cosine = raw[7] / log_ratio;
  const double by_yaw = 0.5 * gradient[6] / log_ratio;
  out[6] = by_ratio * sine + by_yaw * cosine;
  out[7] = by_ratio * cosine - by_yaw * sine;
  return out;
}

}  // namespace alidade
