// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QRectF>
#include <QString>

#include "views/base/plot_theme.h"
#include "views/base/pose_overlay.h"
#include "views/rooms/room_camera.h"
#include "views/rooms/room_contents.h"

class QPainter;

namespace alidade {

/// How places in the room reach a picture that fills `area`.
OverlayProjection roomProjection(const RoomCamera& camera, const QRectF& area);

/// The boxes as vectors: ground truth solid, detections dashed, the selected one thicker.
void paintBoxes(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                const std::vector<RoomBox>& boxes);
/// Pairs of places as short lines.
void paintPairs(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                const std::vector<RoomPair>& pairs);

/// Class and score above each box, the highest scores first; what would cover another label is left out.
/// Ground truths are named where nothing was detected, and when selected.
void paintBoxLabels(QPainter& painter, const PlotTheme& theme, const OverlayProjection& projection,
                    const QRectF& area, const std::vector<RoomBox>& boxes);

/// One line: ground truth, detections with their least score.
void paintRoomLegend(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                     const RoomContents& contents);

/// Heights of the points at the upper left corner of `area`, where points are colored by them.
void paintHeightScale(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                      const RoomContents& contents);

/// A length in metres at the lower right corner of `area`, true at the target's depth.
void paintLengthScale(QPainter& painter, const PlotTheme& theme, const QRectF& area,
                      const RoomCamera& camera);

}  // namespace alidade
