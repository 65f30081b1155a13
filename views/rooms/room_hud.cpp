// SPDX-License-Identifier: BSD-3-Clause
#include "views/rooms/room_hud.h"

#include <utility>

#include <QPainter>

#include "views/base/plot.h"
#include "views/base/theme.h"
#include "views/rooms/room_overlay.h"

namespace alidade {
namespace {

constexpr double kLegendHeight = 28.0;
constexpr double kHudMargin = 12.0;
constexpr double kHudNoteShare = 0.5;

}  // namespace

RoomHud::RoomHud(QWidget* parent) : QWidget(parent) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setAttribute(Qt::WA_NoSystemBackground);
  setFocusPolicy(Qt::NoFocus);
}

void RoomHud::setBoxes(std::vector<RoomBox> boxes) {
  boxes_ = std::move(boxes);
  update();
}

void RoomHud::setCamera(const RoomCamera& camera) {
  camera_ = camera;
  update();
}

void RoomHud::setNote(const QString& note) {
  if (note != note_) {
    note_ = note;
    update();
  }
}

void RoomHud::paintEvent(QPaintEvent*) {
  if (contents_ == nullptr || !contents_->cloud) {
    return;
  }
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const PlotTheme plot = screenPlotTheme(themeOf(*this));
  const QRectF picture = QRectF(rect()).adjusted(0.0, 0.0, 0.0, -kLegendHeight);
  if (contents_->layers.labels) {
    paintBoxLabels(painter, plot, roomProjection(camera_, rect()), picture, boxes_);
  }
  paintHeightScale(painter, plot, picture, *contents_);
  paintLengthScale(painter, plot, picture, camera_);
  QColor ground = plot.colors.surface;
  ground.setAlphaF(0.75F);
  painter.fillRect(QRectF(0, picture.bottom(), width(), kLegendHeight),
                   ground);  // points would drown the text
  const QRectF foot(kHudMargin, height() - 24.0, width() - 2 * kHudMargin, 20.0);
  const TextStyle style{TextRole::kSmall, plot.colors.muted, true};
  const QString note = elided(plot, note_, kHudNoteShare * foot.width(), style);
  paintRoomLegend(painter, plot, foot.adjusted(0.0, 0.0, -textWidth(plot, note, style) - kHudMargin, 0.0),
                  *contents_);
  drawText(painter, plot, {foot.right(), foot.center().y()}, Qt::AlignRight | Qt::AlignVCenter, note, style);
}

}  // namespace alidade
