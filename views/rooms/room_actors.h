// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "views/base/theme.h"
#include "views/rooms/room_camera.h"
#include "views/rooms/room_contents.h"

class vtkRenderer;

namespace alidade {

/// How a room is drawn.
struct RoomStyle {
  Theme colors;
  double scale = 1.0;                 ///< pixels of the picture per logical pixel
  bool boxes = true;                  ///< else points alone: a figure draws the boxes as vectors
  std::size_t moving_points = 50000;  ///< that are drawn while the room moves: what software draws fluently
};

/// A room in a VTK renderer. Of large clouds a part is drawn until `setWhole`.
class RoomActors {
 public:
  /// The renderer must outlive it, and may not be rendered after it.
  explicit RoomActors(vtkRenderer& renderer);
  ~RoomActors();

  void setContents(const RoomContents& contents, const RoomStyle& style);
  void setCamera(const RoomCamera& camera);
  /// All points, or as many as can be drawn while the room moves.
  void setWhole(bool whole);
  /// Points that are drawn now.
  std::size_t drawnPoints() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace alidade
