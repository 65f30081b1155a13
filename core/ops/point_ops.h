// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace alidade {

/// Orders points so that every prefix is well spread. `points` is [n, 3] row-major, finite, in metres.
/// order[0] is the point farthest from the centroid, order[i] the point farthest from all earlier ones;
/// ties go to the lowest index. The first min(n, count) entries are distinct, also among equal points;
/// beyond n the order repeats from its start. `order` holds `count` indices; nothing is written for n <= 0.
/// Time O(n * count). Bit-identical on every device.
void farthest_point_order(const float* points, int n, int count, std::int32_t* order);

/// Neighbors of the first `centers` points (the centers, since the points come in farthest-point order):
/// the first k points in index order that lie closer than `radius` (metres), padded with the first one found
/// (PointNet++ convention). `points` is [n, 3] row-major, `neighbors` [centers, k]. A center always finds
/// itself when radius > 0; otherwise its row repeats the center's own index. Centers beyond n repeat the rows
/// from 0.
void ball_neighbors(const float* points, int n, int centers, float radius, int k, std::int32_t* neighbors);

}  // namespace alidade
