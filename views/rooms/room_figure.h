// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include "views/base/figure.h"
#include "views/rooms/room_camera.h"
#include "views/rooms/room_contents.h"

namespace alidade {

/// Everything a figure of a room needs; plain data.
struct RoomFigureData {
  RoomContents contents;
  std::optional<RoomCamera> camera;  ///< none: the whole room from `side`, in the figure's shape
  RoomSide side = RoomSide::kCorner;
  Provenance provenance;
};

/// A room as a figure: points rendered without any display at the resolution asked for; boxes, labels, legend
/// and scales as vectors through the same camera. Where nothing can be rendered (no EGL) the vectors stand
/// alone and the reason below them.
class RoomFigure : public Figure {
 public:
  /// `data.contents.cloud` must not be null.
  explicit RoomFigure(RoomFigureData data) : data_(std::move(data)) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override { return boxTable(data_.contents); }
  Provenance provenance() const override { return data_.provenance; }

 private:
  RoomCamera cameraFor(double aspect) const;
  QString paintPoints(QPainter& painter, const QRectF& area, const PlotTheme& theme,
                      const RoomCamera& camera) const;

  RoomFigureData data_;
};

}  // namespace alidade
