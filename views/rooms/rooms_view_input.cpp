// SPDX-License-Identifier: BSD-3-Clause
// What the mouse does in RoomsView, and what is said of what lies under it.
#include <algorithm>
#include <cmath>

#include <QApplication>
#include <QLocale>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include "views/base/plot.h"
#include "views/base/session_model.h"
#include "views/rooms/room_hud.h"
#include "views/rooms/rooms_view.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

constexpr double kDollyPerStep = 1.15;
constexpr double kWheelStep = 120.0;

QString countText(std::size_t count) {
  return QLocale::c().toString(static_cast<qulonglong>(count)).replace(',', QChar(0x2009));
}

QString boxTip(const RoomBox& box) {
  const QString sides = QStringLiteral("%1 \u00d7 %2 \u00d7 %3 m")
                            .arg(numberText(box.box.size.x(), 2), numberText(box.box.size.y(), 2),
                                 numberText(box.box.size.z(), 2));
  const QString name = QString::fromStdString(boxLabel(box));
  return box.detection ? QObject::tr("%1, detected\n%2\nIoU with the ground truth %3")
                             .arg(name, sides, numberText(box.iou, 2))
                       : QObject::tr("%1, ground truth\n%2").arg(name, sides);
}

}  // namespace

bool RoomsView::eventFilter(QObject* watched, QEvent* event) {
  return watched == vtk_ ? mouse(event) : View::eventFilter(watched, event);
}

bool RoomsView::mouse(QEvent* event) {
  const auto of_mouse = [event] { return static_cast<QMouseEvent*>(event); };
  switch (event->type()) {
    case QEvent::Resize:
      hud_->setGeometry(vtk_->rect());
      applyCamera();
      return false;
    case QEvent::MouseButtonPress:
      pressed_at_ = last_at_ = of_mouse()->position();
      dragged_ = false;
      vtk_->setFocus();
      return true;
    case QEvent::MouseMove: {
      const QPointF at = of_mouse()->position();
      if (of_mouse()->buttons() == Qt::NoButton) {
        hoverAt(at, of_mouse()->globalPosition().toPoint());
        return true;
      }
      dragged_ = dragged_ || (at - pressed_at_).manhattanLength() >= QApplication::startDragDistance();
      if (dragged_) {
        const QPointF moved = (at - last_at_) / std::max(1, vtk_->height());
        last_at_ = at;
        const bool pans = (of_mouse()->buttons() & (Qt::MiddleButton | Qt::RightButton)) ||
                          (of_mouse()->modifiers() & Qt::ControlModifier);
        setCamera(pans ? camera_.panned(moved.x(), moved.y()) : camera_.orbited(moved.x(), moved.y()));
      }
      return true;
    }
    case QEvent::MouseButtonRelease:
      if (of_mouse()->button() == Qt::LeftButton && !dragged_) {
        clickAt(of_mouse()->position());
      }
      dragged_ = false;
      return true;
    case QEvent::Wheel:
      setCamera(camera_.dollied(
          std::pow(kDollyPerStep, -static_cast<QWheelEvent*>(event)->angleDelta().y() / kWheelStep)));
      return true;
    default:
      return false;
  }
}

std::optional<RoomBox> RoomsView::boxAt(const QPointF& at) const {
  if (!vtk_ || !contents_.cloud) {
    return std::nullopt;
  }
  const auto hit =
      boxOnRay(boxes_, camera_.eye(), camera_.rayThrough(at.x(), at.y(), vtk_->width(), vtk_->height()));
  return hit ? std::optional(boxes_[*hit]) : std::nullopt;
}

/// A detection selects the ground truth of its class that it overlaps most.
void RoomsView::clickAt(const QPointF& at) {
  const auto box = boxAt(at);
  if (!box) {
    return;
  }
  if (!box->detection) {
    session().selectInstance(box->index);
    return;
  }
  std::optional<int> best;
  double overlap = 0.0;
  for (std::size_t i = 0; i < contents_.cloud->boxes.size(); ++i) {
    const SceneBox& truth = contents_.cloud->boxes[i];
    const double iou = upright_box_iou(box->box, truth.box);
    if (contents_.categories[static_cast<std::size_t>(truth.category)] == box->category && iou > overlap) {
      overlap = iou;
      best = static_cast<int>(i);
    }
  }
  if (best) {
    session().selectInstance(*best);
  }
}

void RoomsView::hoverAt(const QPointF& at, const QPoint& global) {
  if (const auto box = boxAt(at)) {
    QToolTip::showText(global, plainToolTip(boxTip(*box)), vtk_);
  } else {
    QToolTip::hideText();
  }
}

/// "7 of 9 found · 42 000 points": found at IoU 0.25 by the detections that are shown.
QString RoomsView::noteText() const {
  QStringList parts;
  if (contents_.detections() != nullptr && !contents_.cloud->boxes.empty()) {
    std::size_t found = 0;
    for (const SceneBox& truth : contents_.cloud->boxes) {
      const std::string& category = contents_.categories[static_cast<std::size_t>(truth.category)];
      found += std::any_of(boxes_.begin(), boxes_.end(), [&](const RoomBox& box) {
        return box.detection && box.category == category && upright_box_iou(box.box, truth.box) > 0.25;
      });
    }
    parts << tr("%1 of %2 found").arg(found).arg(contents_.cloud->boxes.size());
  } else if (contents_.result && contents_.detections() == nullptr) {
    parts << tr("this scene was not searched");
  }
  if (!lit_text_.isEmpty()) {
    parts << lit_text_;
  }
  const std::size_t drawn = drawnPoints(), all = contents_.cloud->size();
  parts << (drawn == all || drawn == 0 || !isMoving()
                ? tr("%1 points").arg(countText(all))
                : tr("%1 of %2 points").arg(countText(drawn), countText(all)));
  return parts.join(QStringLiteral(" \u00b7 "));
}

}  // namespace alidade
