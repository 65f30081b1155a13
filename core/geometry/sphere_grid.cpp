// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/sphere_grid.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace alidade {
namespace {

constexpr double kPi = std::numbers::pi;

long positive_modulo(long value, long count) {
  const long rest = value % count;
  return rest < 0 ? rest + count : rest;
}

/// Value on a ring at a longitude, linear between the two nearest centers.
double on_ring(const double* values, int count, double position) {
  const double floor = std::floor(position);
  const double share = position - floor;
  const auto west = static_cast<std::size_t>(positive_modulo(static_cast<long>(floor), count));
  const std::size_t east = west + 1 == static_cast<std::size_t>(count) ? 0 : west + 1;
  return (1.0 - share) * values[west] + share * values[east];
}

}  // namespace

SphereGrid::SphereGrid(int sides) : sides_(std::clamp(sides, 1, kMostSides)) {}

double SphereGrid::spacing() const {
  return std::sqrt(kPi / 3.0) / sides_;
}

std::size_t SphereGrid::index(const Eigen::Vector3d& direction) const {
  const double length = direction.norm();
  const double z = direction.z() / length;
  const double height = std::abs(z);
  const long n = sides_;
  double quarter = std::atan2(direction.y(), direction.x()) / (0.5 * kPi);  // longitude in quarter turns
  quarter = quarter < 0.0 ? quarter + 4.0 : quarter;
  quarter = quarter >= 4.0 ? 0.0 : quarter;
  if (height <= 2.0 / 3.0) {
    const double middle = static_cast<double>(n) * (0.5 + quarter);
    const double slope = 0.75 * static_cast<double>(n) * z;
    const auto rising = static_cast<long>(std::floor(middle - slope));
    const auto falling = static_cast<long>(std::floor(middle + slope));
    const long row = n + 1 + rising - falling;  // 1 .. 2 n + 1, from the northern edge of the belt
    const long shift = 1 - (row & 1);
    const long column = positive_modulo((rising + falling - n + shift + 1) / 2, 4 * n);
    return static_cast<std::size_t>(2 * n * (n - 1) + (row - 1) * 4 * n + column);
  }
  // Near the poles 1 - |z| would cancel.
  const double across = direction.head<2>().squaredNorm() / (length * length);
  const double scale = static_cast<double>(n) * std::sqrt(3.0 * across / (1.0 + height));
  const double in_quarter = quarter - std::floor(quarter);
  const long rising = std::min(static_cast<long>(in_quarter * scale), n - 1);
  const long falling = std::min(static_cast<long>((1.0 - in_quarter) * scale), n - 1);
  const long row = std::min(rising + falling + 1, n);  // counted from the nearer pole
  const long column = positive_modulo(static_cast<long>(quarter * static_cast<double>(row)), 4 * row);
  return static_cast<std::size_t>(z > 0.0 ? 2 * row * (row - 1) + column
                                          : 12 * n * n - 2 * row * (row + 1) + column);
}

SphereGrid::Ring SphereGrid::ring(int number) const {
  const double n = sides_;
  const int from_pole = std::min(number, 4 * sides_ - number);
  Ring ring;
  if (from_pole >= sides_) {
    ring.first = static_cast<std::size_t>(2 * sides_) * static_cast<std::size_t>(sides_ - 1) +
                 static_cast<std::size_t>(number - sides_) * static_cast<std::size_t>(4 * sides_);
    ring.count = 4 * sides_;
    ring.z = (2.0 * n - number) * 2.0 / (3.0 * n);
    ring.longitude = ((number - sides_) % 2 == 0 ? 0.5 : 0.0) * 0.5 * kPi / n;
    return ring;
  }
  const auto row = static_cast<std::size_t>(from_pole);
  ring.count = 4 * from_pole;
  ring.first = number < sides_ ? 2 * row * (row - 1) : size() - 2 * row * (row + 1);
  ring.z = std::copysign(1.0 - from_pole * static_cast<double>(from_pole) / (3.0 * n * n),
                         static_cast<double>(2 * sides_ - number));
  ring.longitude = 0.25 * kPi / from_pole;
  return ring;
}

Eigen::Vector3d SphereGrid::center(std::size_t cell) const {
  const auto n = static_cast<std::size_t>(sides_);
  const std::size_t cap = 2 * n * (n - 1);
  const std::size_t belt_end = size() - cap;
  const auto polar_row = [](std::size_t k) {  // the row of the k-th cell from a pole, k from 0
    auto row = static_cast<std::size_t>(0.5 * (1.0 + std::sqrt(1.0 + 2.0 * static_cast<double>(k))));
    while (2 * row * (row - 1) > k) {
      --row;
    }
    while (2 * row * (row + 1) <= k) {
      ++row;
    }
    return static_cast<int>(row);
  };
  const int number = cell < cap        ? polar_row(cell)
                     : cell < belt_end ? sides_ + static_cast<int>((cell - cap) / (4 * n))
                                       : 4 * sides_ - polar_row(size() - 1 - cell);
  const Ring on = ring(number);
  const double longitude =
      on.longitude + static_cast<double>(cell - on.first) * 2.0 * kPi / static_cast<double>(on.count);
  const double radius = std::sqrt((1.0 - on.z) * (1.0 + on.z));
  return {radius * std::cos(longitude), radius * std::sin(longitude), on.z};
}

void SphereGrid::cells_within(const Eigen::Vector3d& direction, double radius,
                              std::vector<std::size_t>& cells) const {
  const double latitude = std::atan2(direction.z(), direction.head<2>().norm());
  const double longitude = std::atan2(direction.y(), direction.x());
  const double cosine = std::cos(std::clamp(radius, 0.0, kPi));
  const double north = latitude + radius >= 0.5 * kPi ? 1.0 : std::sin(latitude + radius);
  const double south = latitude - radius <= -0.5 * kPi ? -1.0 : std::sin(latitude - radius);
  for (int number = 1; number <= num_rings(); ++number) {
    const Ring on = ring(number);
    if (on.z > north || on.z < south) {
      continue;
    }
    // cos radius = z z' + r r' cos(difference of longitude)
    const double across = std::cos(latitude) * std::sqrt((1.0 - on.z) * (1.0 + on.z));
    const double rest = cosine - std::sin(latitude) * on.z;
    const double step = 2.0 * kPi / on.count;
    long from = 0, to = on.count - 1;
    if (rest > -across) {
      if (rest > across) {
        continue;
      }
      const double reach = std::acos(rest / across);
      from = static_cast<long>(std::ceil((longitude - reach - on.longitude) / step));
      to = std::min(static_cast<long>(std::floor((longitude + reach - on.longitude) / step)),
                    from + on.count - 1);
    }
    const std::size_t begin = cells.size();
    for (long k = from; k <= to; ++k) {
      cells.push_back(on.first + static_cast<std::size_t>(positive_modulo(k, on.count)));
    }
    std::sort(cells.begin() + static_cast<std::ptrdiff_t>(begin), cells.end());
  }
}

void SphereGrid::interpolate(std::span<const double> values, double latitude, double first, double step,
                             std::span<double> out) const {
  const double z = std::sin(latitude);
  // The last ring whose centers lie at or north of the parallel; 0 and num_rings() are next to the poles.
  int above = 0, below = num_rings() + 1;
  while (below - above > 1) {
    const int middle = (above + below) / 2;
    (ring(middle).z >= z ? above : below) = middle;
  }
  const auto row = [&](int number, double longitude) {
    const bool pole = number < 1 || number > num_rings();
    const Ring on = ring(std::clamp(number, 1, num_rings()));
    const double* begin = values.data() + on.first;
    if (pole) {
      double sum = 0.0;
      for (int k = 0; k < on.count; ++k) {
        sum += begin[k];
      }
      return sum / on.count;
    }
    return on_ring(begin, on.count, (longitude - on.longitude) * on.count / (2.0 * kPi));
  };
  const auto latitude_of = [&](int number) {
    return number < 1 ? 0.5 * kPi : number > num_rings() ? -0.5 * kPi : std::asin(ring(number).z);
  };
  const double north = latitude_of(above), south = latitude_of(below);
  const double share = std::clamp((north - latitude) / (north - south), 0.0, 1.0);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double longitude = first + static_cast<double>(i) * step;
    out[i] = (1.0 - share) * row(above, longitude) + share * row(below, longitude);
  }
}

}  // namespace alidade
