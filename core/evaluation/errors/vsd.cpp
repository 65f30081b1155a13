// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/errors/vsd.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

namespace alidade {
namespace {

std::string size_text(int width, int height) {
  return std::to_string(width) + " x " + std::to_string(height);
}

template <class T>
Expected<void> same_size(const Image<T>& a, const Image<T>& b, const char* what) {
  const bool stored = a.channels == b.channels && a.data.size() == b.data.size();
  if (a.width != b.width || a.height != b.height || !stored) {
    return input_error(
        what, "",
        "the sizes " + size_text(a.width, a.height) + " and " + size_text(b.width, b.height) + " differ",
        "give both in the size of the camera's image");
  }
  return {};
}

/// Columns [begin, end) of a row in which one of two maps is not 0.
struct Span {
  int begin = 0, end = 0;
};

Span occupied(const float* a, const float* b, Span within) {
  const auto bits = [&](int x) {
    return std::bit_cast<std::uint32_t>(a[x]) | std::bit_cast<std::uint32_t>(b[x]);
  };
  std::uint32_t any = 0;
  for (int x = within.begin; x < within.end; ++x) {
    any |= bits(x);
  }
  if (any == 0) {
    return {};
  }
  while (bits(within.begin) == 0) {
    ++within.begin;
  }
  while (bits(within.end - 1) == 0) {
    --within.end;
  }
  return within;
}

/// Distances from the camera center for a part of a row: sqrt(X^2 + Y^2 + Z^2), in the reference's order of
/// operations, since a comparison with tau may hang on the last bit.
void distances(const float* depth, const double* ray_x, double ray_y, int count, double* out) {
  for (int i = 0; i < count; ++i) {
    const double z = depth[i];
    const double x = ray_x[i] * z;
    const double y = ray_y * z;
    out[i] = std::sqrt(x * x + y * y + z * z);
  }
}

/// What the rows add up to.
struct Visible {
  std::size_t united = 0;        // pixels in either mask
  std::vector<double> residual;  // |truth - estimate| for pixels in both masks
};

class RowScan {
 public:
  RowScan(const PinholeCamera& camera, const VsdRule& rule, int width)
      : camera_(camera), delta_(static_cast<float>(rule.delta)), ray_x_(width) {
    for (int x = 0; x < width; ++x) {
      ray_x_[x] = (x - camera.cx) / camera.fx;
    }
    for (auto* row : {&measured_, &truth_, &estimate_}) {
      row->resize(width);
    }
  }

  void add(const float* measured, const float* truth, const float* estimate, int y, Span span,
           Visible& visible) {
    const double ray_y = (y - camera_.cy) / camera_.fy;
    const int count = span.end - span.begin;
    const double* ray_x = ray_x_.data() + span.begin;
    distances(measured + span.begin, ray_x, ray_y, count, measured_.data());
    distances(truth + span.begin, ray_x, ray_y, count, truth_.data());
    distances(estimate + span.begin, ray_x, ray_y, count, estimate_.data());
    const std::size_t before = visible.residual.size();
    visible.residual.resize(before + count);
    double* residual = visible.residual.data() + before;
    for (int i = 0; i < count; ++i) {
      const bool truth_visible = seen(truth_[i], measured_[i]);
      const bool estimate_visible = seen(estimate_[i], measured_[i]) | (truth_visible & (estimate_[i] > 0.0));
      visible.united += truth_visible | estimate_visible;
      *residual = std::abs(truth_[i] - estimate_[i]);
      residual += truth_visible & estimate_visible;  // else the next pixel overwrites it
    }
    visible.residual.resize(residual - visible.residual.data());
  }

 private:
  /// A model's pixel counts as visible up to delta behind the measurement and where nothing was measured.
  bool seen(double model, double measured) const {
    const float behind = static_cast<float>(model) - static_cast<float>(measured);
    return (model > 0.0) & ((behind <= delta_) | (measured == 0.0));
  }

  const PinholeCamera& camera_;
  float delta_;
  std::vector<double> ray_x_;
  std::vector<double> measured_, truth_, estimate_;
};

Visible visible_pixels(const ImageF& measured, const ImageF& truth, const ImageF& estimate,
                       const PinholeCamera& camera, const VsdRule& rule, const PixelRegion& region) {
  Visible visible;
  RowScan scan(camera, rule, measured.width);
  for (int y = region.y0; y < region.y1; ++y) {
    const float* truth_row = truth.pixel(0, y);
    const float* estimate_row = estimate.pixel(0, y);
    const Span span = occupied(truth_row, estimate_row, {region.x0, region.x1});
    if (span.end > span.begin) {
      scan.add(measured.pixel(0, y), truth_row, estimate_row, y, span, visible);
    }
  }
  return visible;
}

double cost_sum(const std::vector<double>& residual, double tau, VsdCost cost) {
  if (cost == VsdCost::kStep) {
    std::size_t count = 0;
    for (const double value : residual) {
      count += value >= tau;
    }
    return static_cast<double>(count);
  }
  double sum = 0.0;
  for (const double value : residual) {
    sum += std::min(value / tau, 1.0);
  }
  return sum;
}

PixelRegion clipped(const std::optional<PixelRegion>& region, const ImageF& image) {
  if (!region) {
    return {0, 0, image.width, image.height};
  }
  return {std::clamp(region->x0, 0, image.width), std::clamp(region->y0, 0, image.height),
          std::clamp(region->x1, 0, image.width), std::clamp(region->y1, 0, image.height)};
}

template <class T>
double complement(const std::vector<T>& a, const std::vector<T>& b) {
  std::size_t both = 0;
  std::size_t either = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] > T{0}) & (b[i] > T{0});
    either += (a[i] > T{0}) | (b[i] > T{0});
  }
  return either == 0 ? 1.0 : 1.0 - static_cast<double>(both) / static_cast<double>(either);
}

}  // namespace

Expected<std::vector<double>> vsd_error(const ImageF& measured, const ImageF& truth, const ImageF& estimate,
                                        const PinholeCamera& camera, const VsdRule& rule,
                                        const std::optional<PixelRegion>& region) {
  for (const ImageF* drawn : {&truth, &estimate}) {
    if (const auto same = same_size(measured, *drawn, "VSD's depth maps"); !same) {
      return same.error();
    }
  }
  if (!camera.valid()) {
    return input_error("VSD's camera", "", "the focal length is not above 0",
                       "give the camera matrix of the image");
  }
  Visible visible = visible_pixels(measured, truth, estimate, camera, rule, clipped(region, measured));
  if (rule.diameter > 0.0) {
    for (double& value : visible.residual) {
      value /= rule.diameter;
    }
  }
  std::vector<double> errors(rule.taus.size(), 1.0);
  if (visible.united > 0) {
    const auto outside = static_cast<double>(visible.united - visible.residual.size());
    for (std::size_t i = 0; i < errors.size(); ++i) {
      errors[i] = (cost_sum(visible.residual, rule.taus[i], rule.cost) + outside) /
                  static_cast<double>(visible.united);
    }
  }
  return errors;
}

bool sphere_projections_overlap(double diameter, const Rigid3& estimate, const Rigid3& truth) {
  const Eigen::Vector3d& a = estimate.t;
  const Eigen::Vector3d& b = truth.t;
  if (a.z() == 0.0 || b.z() == 0.0) {
    return false;
  }
  const double apart = (a.head<2>() / a.z() - b.head<2>() / b.z()).norm();
  return apart < 0.5 * diameter * (1.0 / a.z() + 1.0 / b.z());
}

Expected<double> cus_error(const ImageF& depth_a, const ImageF& depth_b) {
  if (const auto same = same_size(depth_a, depth_b, "CUS's depth maps"); !same) {
    return same.error();
  }
  return complement(depth_a.data, depth_b.data);
}

Expected<double> complement_over_union(const ImageU8& mask_a, const ImageU8& mask_b) {
  if (const auto same = same_size(mask_a, mask_b, "CUS's masks"); !same) {
    return same.error();
  }
  return complement(mask_a.data, mask_b.data);
}

}  // namespace alidade
