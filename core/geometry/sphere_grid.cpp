// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/sphere_grid.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/constants.h"

namespace alidade {
namespace {

long positive_modulo(long value, long count) {
  const long rest = value % count;
  return rest < 0 ? rest + count : rest;
}

/// Value on a ring at a longitude, linear between the two nearest centers.
double on_ring(const double* values, int count, double position) {
  const double floor = std::floor(position);
  const double share = position - floor;
  auto whole = static_cast<long>(floor);
  if (whole < 0 || whole >= count) {
    whole = positive_modulo(whole, count);
  }
  const auto west = static_cast<std::size_t>(whole);
  const std::size_t east = west + 1 == static_cast<std::size_t>(count) ? 0 : west + 1;
  return (1.0 - share) * values[west] + share * values[east];
}

}  // namespace

SphereGrid::SphereGrid(int sides) : sides_(std::clamp(sides, 1, kMostSides)) {
  rings_.reserve(static_cast<std::size_t>(num_rings()));
  for (int number = 1; number <= num_rings(); ++number) {
    rings_.push_back(made_ring(number));
  }
}

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

SphereGrid::Ring SphereGrid::made_ring(int number) const {
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
  const Ring& on = ring(number);
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
  const double cos_latitude = std::cos(latitude), sin_latitude = std::sin(latitude);
  const auto add = [&cells](const Ring& on, long from, long to) {
    for (long k = from; k <= to; ++k) {
      cells.push_back(on.first + static_cast<std::size_t>(k));
    }
  };
  for (int number = std::max(1, last_ring_above(north)); number <= num_rings() && ring(number).z >= south;
       ++number) {
    const Ring& on = ring(number);
    if (on.z > north) {
      continue;
    }
    // cos radius = z z' + r r' cos(difference of longitude)
    const double across = cos_latitude * std::sqrt((1.0 - on.z) * (1.0 + on.z));
    const double rest = cosine - sin_latitude * on.z;
    if (rest > across) {
      continue;
    }
    const double per_cell = on.count / (2.0 * kPi);
    const double reach = rest > -across ? std::acos(rest / across) * per_cell : on.count;
    const double middle = (longitude - on.longitude) * per_cell;
    auto from = static_cast<long>(std::ceil(middle - reach));
    auto to = static_cast<long>(std::floor(middle + reach));
    if (to - from >= on.count - 1) {
      add(on, 0, on.count - 1);
      continue;
    }
    const long east = from < 0 ? on.count : from >= on.count ? -on.count : 0;
    from += east;
    to += east;
    add(on, 0, to - on.count);  // beyond the seam of the longitude
    add(on, from, std::min<long>(to, on.count - 1));
  }
}

int SphereGrid::last_ring_above(double z) const {
  int above = 0, below = num_rings() + 1;
  while (below - above > 1) {
    const int middle = (above + below) / 2;
    (ring(middle).z >= z ? above : below) = middle;
  }
  return above;
}

void SphereGrid::interpolate(std::span<const double> values, double latitude, double first, double step,
                             std::span<double> out) const {
  // 0 and num_rings() + 1 are the poles.
  const int above = last_ring_above(std::sin(latitude)), below = above + 1;
  const auto latitude_of = [&](int number) {
    return number < 1 ? 0.5 * kPi : number > num_rings() ? -0.5 * kPi : std::asin(ring(number).z);
  };
  const double north = latitude_of(above), south = latitude_of(below);
  const double share = std::clamp((north - latitude) / (north - south), 0.0, 1.0);
  std::fill(out.begin(), out.end(), 0.0);
  add_ring(values, above, 1.0 - share, first, step, out);
  add_ring(values, below, share, first, step, out);
}

void SphereGrid::add_ring(std::span<const double> values, int number, double share, double first, double step,
                          std::span<double> out) const {
  const Ring& on = ring(std::clamp(number, 1, num_rings()));
  const double* begin = values.data() + on.first;
  if (number < 1 || number > num_rings()) {  // a pole
    const double mean = std::accumulate(begin, begin + on.count, 0.0) / on.count;
    for (double& value : out) {
      value += share * mean;
    }
    return;
  }
  const double scale = on.count / (2.0 * kPi);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double place = (first + static_cast<double>(i) * step - on.longitude) * scale;
    out[i] += share * on_ring(begin, on.count, place);
  }
}

}  // namespace alidade
