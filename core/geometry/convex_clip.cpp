// SPDX-License-Identifier: BSD-3-Clause
#include "core/geometry/convex_clip.h"

#include <algorithm>

#include <Eigen/Geometry>

namespace alidade {

/// What one plane does to the polyhedron. New corners are numbered from `first_corner`.
struct ClippedHexahedron::Cut {
  static constexpr int kMaxNew = 48;
  std::array<double, kMaxCorners> distance;  ///< of each old corner to the plane; positive is outside
  std::array<std::uint8_t, kMaxNew> inside, outside;  ///< the edge on which a new corner lies
  std::array<std::int16_t, kMaxNew> next;             ///< the cap's successor of a new corner
  std::array<Face, kMaxFaces> faces;
  int first_corner = 0;
  int new_count = 0;
  int face_count = 0;
  bool overflow = false;

  void link(int entry, int exit) {
    next[entry - first_corner] = static_cast<std::int16_t>(exit - first_corner);
  }
  void add_face(const Face& face) {
    if (face.count < 3) {
      return;
    }
    if (face_count == kMaxFaces) {
      overflow = true;
      return;
    }
    faces[face_count++] = face;
  }
};

bool ClippedHexahedron::Face::add(int corner) {
  if (count == kMaxFaceCorners) {
    return false;
  }
  corners[count++] = static_cast<std::uint8_t>(corner);
  return true;
}

ClippedHexahedron::ClippedHexahedron(const Eigen::Matrix3d& map, const Eigen::Vector3d& center) {
  static constexpr std::uint8_t kQuads[6][4] = {{0, 4, 6, 2}, {1, 3, 7, 5}, {0, 1, 5, 4},
                                                {2, 6, 7, 3}, {0, 2, 3, 1}, {4, 5, 7, 6}};
  for (int i = 0; i < 8; ++i) {
    const Eigen::Vector3d y((i & 1) != 0 ? 1.0 : -1.0, (i & 2) != 0 ? 1.0 : -1.0, (i & 4) != 0 ? 1.0 : -1.0);
    corners_[i] = map * y + center;
  }
  corner_count_ = 8;
  face_count_ = 6;
  for (int f = 0; f < 6; ++f) {
    std::copy_n(kQuads[f], 4, faces_[f].corners.begin());
    faces_[f].count = 4;
  }
}

int ClippedHexahedron::cut_corner(int inside, int outside, Cut* cut) {
  for (int i = 0; i < cut->new_count; ++i) {
    if (cut->inside[i] == inside && cut->outside[i] == outside) {
      return cut->first_corner + i;
    }
  }
  if (cut->new_count == Cut::kMaxNew || cut->first_corner + cut->new_count == kMaxCorners) {
    cut->overflow = true;
    return cut->first_corner;
  }
  const int index = cut->first_corner + cut->new_count;
  cut->inside[cut->new_count] = static_cast<std::uint8_t>(inside);
  cut->outside[cut->new_count] = static_cast<std::uint8_t>(outside);
  cut->next[cut->new_count] = -1;
  ++cut->new_count;
  const double share = cut->distance[inside] / (cut->distance[inside] - cut->distance[outside]);
  corners_[index] = corners_[inside] + share * (corners_[outside] - corners_[inside]);
  return index;
}

void ClippedHexahedron::keep_inside(const Face& face, Cut* cut) {
  Face kept;
  int exit = -1;         // last corner where the outline left the kept side
  int first_entry = -1;  // an entry whose exit comes at the end of the outline
  for (int i = 0; i < face.count && !cut->overflow; ++i) {
    const int here = face.corners[i];
    const int there = face.corners[i + 1 == face.count ? 0 : i + 1];
    const bool here_inside = cut->distance[here] <= 0.0;
    const bool there_inside = cut->distance[there] <= 0.0;
    if (here_inside) {
      cut->overflow |= !kept.add(here);
    }
    if (here_inside && !there_inside) {
      exit = cut_corner(here, there, cut);
      cut->overflow |= !kept.add(exit);
    } else if (!here_inside && there_inside) {
      const int entry = cut_corner(there, here, cut);
      cut->overflow |= !kept.add(entry);
      if (exit < 0) {
        first_entry = entry;
      } else {
        cut->link(entry, exit);
      }
    }
  }
  if (first_entry >= 0 && exit >= 0) {
    cut->link(first_entry, exit);
  }
  cut->add_face(kept);
}

void ClippedHexahedron::add_caps(Cut* cut) const {
  for (int start = 0; start < cut->new_count; ++start) {
    Face cap;
    int at = start;
    while (at >= 0 && cut->next[at] >= 0) {
      cut->overflow |= !cap.add(cut->first_corner + at);
      const int following = cut->next[at];
      cut->next[at] = -1;
      at = following;
    }
    cut->add_face(cap);
  }
}

void ClippedHexahedron::clip(int axis, double side) {
  Cut cut;
  bool any_inside = false;
  bool any_outside = false;
  for (int f = 0; f < face_count_; ++f) {
    for (int i = 0; i < faces_[f].count; ++i) {
      const int corner = faces_[f].corners[i];
      cut.distance[corner] = side * corners_[corner][axis] - 1.0;
      (cut.distance[corner] <= 0.0 ? any_inside : any_outside) = true;
    }
  }
  if (!any_outside) {
    return;
  }
  if (!any_inside) {
    face_count_ = 0;
    return;
  }
  cut.first_corner = corner_count_;
  for (int f = 0; f < face_count_; ++f) {
    keep_inside(faces_[f], &cut);
  }
  add_caps(&cut);
  // Out of room only when rounding has crumpled faces in the plane, which then cut off next to nothing.
  if (!cut.overflow) {
    corner_count_ += cut.new_count;
    face_count_ = cut.face_count;
    std::copy_n(cut.faces.begin(), cut.face_count, faces_.begin());
  }
}

double ClippedHexahedron::volume() const {
  if (empty()) {
    return 0.0;
  }
  const Eigen::Vector3d origin = corners_[faces_[0].corners[0]];
  double six_volumes = 0.0;
  for (int f = 0; f < face_count_; ++f) {
    const Face& face = faces_[f];
    const Eigen::Vector3d first = corners_[face.corners[0]];
    Eigen::Vector3d twice_area = Eigen::Vector3d::Zero();
    for (int i = 2; i < face.count; ++i) {
      twice_area += (corners_[face.corners[i - 1]] - first).cross(corners_[face.corners[i]] - first);
    }
    six_volumes += (first - origin).dot(twice_area);
  }
  return six_volumes / 6.0;
}

}  // namespace alidade
