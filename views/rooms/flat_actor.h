// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <QColor>

#include <vtkNew.h>

#include "views/rooms/room_lines.h"

class vtkActor;
class vtkPolyData;
class vtkRenderer;

namespace alidade {

/// Points or lines without shading, in one drawing call.
class FlatActor {
 public:
  /// The renderer must outlive it.
  FlatActor(vtkRenderer& renderer, bool lines);
  ~FlatActor();
  FlatActor(const FlatActor&) = delete;
  FlatActor& operator=(const FlatActor&) = delete;

  /// `count` points of three coordinates and three bytes of color each; of lines, two points make one. The
  /// memory stays the caller's and is read while rendering.
  void show(float* xyz, unsigned char* rgb, std::size_t count);
  /// Of points: only the first `count` of these numbers are drawn.
  void choose(const std::vector<std::int32_t>& points, std::size_t count);
  void setVisible(bool visible);
  void setPointSize(double size);
  void setLineWidth(double width);

 private:
  void renewMapper();

  vtkNew<vtkPolyData> data_;
  vtkNew<vtkActor> actor_;
  bool lines_ = false;
  std::size_t count_ = 0;
};

/// Lines with one color each, as FlatActor takes them.
struct LineStore {
  std::vector<float> xyz;
  std::vector<unsigned char> rgb;

  void clear();
  void add(const RoomLines& lines, const QColor& color);
  void showIn(FlatActor& actor) { actor.show(xyz.data(), rgb.data(), xyz.size() / 3); }
};

}  // namespace alidade
