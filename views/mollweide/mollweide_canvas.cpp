// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_canvas.h"

#include <cmath>
#include <numbers>

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

namespace alidade {
namespace {

constexpr double kHoverReach = 8.0;  // pixels
constexpr double kDimmedOpacity = 0.4;
constexpr double kKeyStep = 5.0 * std::numbers::pi / 180.0;
constexpr double kWheelStep = kKeyStep / 120.0;  // per eighth of a degree of the mouse's wheel
constexpr double kLeastLasso = 2.0;              // pixels between two points of the line

}  // namespace

MollweideCanvas::MollweideCanvas(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setMinimumSize(160, 120);
  setFocusPolicy(Qt::ClickFocus);
  setAccessibleName("Map of rotation samples");
}

void MollweideCanvas::setMade(MollweideMade made) {
  made_ = std::move(made);
  update();
}

MollweideSheet MollweideCanvas::sheet() const {
  return {size(), devicePixelRatioF(), screenPlotTheme(themeOf(*this))};
}

void MollweideCanvas::setDimmed(bool dimmed) {
  if (dimmed != dimmed_) {
    dimmed_ = dimmed;
    update();
  }
}

void MollweideCanvas::setTool(Tool tool) {
  tool_ = tool;
  lasso_.clear();
  dragged_from_.reset();
  setCursor(tool == Tool::kLasso    ? Qt::CrossCursor
            : tool == Tool::kObject ? Qt::SizeAllCursor
                                    : Qt::ArrowCursor);
  setFocusPolicy(tool == Tool::kGlobe ? Qt::ClickFocus : Qt::StrongFocus);
  update();
}

std::optional<MapPlacement> MollweideCanvas::placementAt(const QPointF& point) const {
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  if (made_.one) {
    return made_.one->layout(rect(), theme);
  }
  for (std::size_t i = 0; made_.several && i < made_.several->size(); ++i) {
    if (const MapPlacement on = made_.several->placement(i, rect(), theme); on.bounds().contains(point)) {
      return on;
    }
  }
  return std::nullopt;
}

std::vector<int> MollweideCanvas::samplesInside(const QPolygonF& line) const {
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  return made_.one       ? made_.one->samplesInside(line, rect(), theme)
         : made_.several ? made_.several->samplesInside(line, rect(), theme)
                         : std::vector<int>();
}

void MollweideCanvas::paintLasso(QPainter& painter, const PlotTheme& theme) const {
  if (lasso_.size() < 2) {
    return;
  }
  painter.setRenderHint(QPainter::Antialiasing);
  QColor inside = theme.colors.accent;
  inside.setAlphaF(0.15F);
  painter.setBrush(inside);
  painter.setPen(QPen(theme.colors.accent, theme.line, Qt::DashLine));
  painter.drawPolygon(lasso_);
}

void MollweideCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const MollweideSheet on = sheet();
  if (dimmed_ || !made_.one) {
    painter.fillRect(rect(), on.theme.background());
  }
  painter.setOpacity(dimmed_ ? kDimmedOpacity : 1.0);
  if (!made_.picture.isNull() && made_.sheet == on) {
    painter.drawImage(0, 0, made_.picture);
  } else if (made_.one) {
    layers_.paint(painter, made_.one, on);
  } else if (made_.several) {
    made_.several->paint(painter, rect(), on.theme);
  }
  painter.setOpacity(1.0);
  paintLasso(painter, on.theme);
}

void MollweideCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) {
    return;
  }
  dragged_from_ = event->position();
  if (tool_ == Tool::kLasso) {
    lasso_ = QPolygonF({event->position()});
  }
}

void MollweideCanvas::showHover(const QPointF& point, const QPoint& global) {
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  const auto sample = made_.one ? made_.one->nearestSample(point, rect(), theme, kHoverReach) : std::nullopt;
  QToolTip::showText(global, sample ? made_.one->describeSample(*sample) : QString(), this);
}

void MollweideCanvas::drag(const QPointF& to, Qt::KeyboardModifiers modifiers) {
  const auto on = placementAt(*dragged_from_);
  if (!on) {
    return;
  }
  if (tool_ == Tool::kObject || modifiers.testFlag(Qt::ControlModifier)) {
    // So that what has tilt 0 in the middle of the map follows the mouse.
    const QPointF moved = (to - *dragged_from_) / on->scale;
    Q_EMIT objectTurned(moved.x() * std::numbers::pi / (2.0 * std::numbers::sqrt2),
                        -moved.y() * std::numbers::pi / (2.0 * std::numbers::sqrt2), 0.0);
    return;
  }
  const Eigen::Vector2d from = on->placeOf(*dragged_from_);
  const Eigen::Vector2d place = on->placeOf(to);
  if (from.allFinite() && place.allFinite()) {
    Q_EMIT turned(from, place);
  }
}

void MollweideCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (!dragged_from_) {
    showHover(event->position(), event->globalPosition().toPoint());
    return;
  }
  if (tool_ == Tool::kLasso) {
    const QPointF step = event->position() - lasso_.back();
    if (std::hypot(step.x(), step.y()) >= kLeastLasso) {
      lasso_.append(event->position());
      update();
    }
    return;
  }
  drag(event->position(), event->modifiers());
  dragged_from_ = event->position();
}

void MollweideCanvas::mouseReleaseEvent(QMouseEvent*) {
  if (tool_ == Tool::kLasso && dragged_from_) {
    const QPolygonF line = std::exchange(lasso_, {});
    dragged_from_.reset();
    update();
    Q_EMIT lassoed(line.size() > 2 ? samplesInside(line) : std::vector<int>());
    return;
  }
  dragged_from_.reset();
}

void MollweideCanvas::mouseDoubleClickEvent(QMouseEvent*) {
  if (tool_ == Tool::kGlobe) {
    Q_EMIT doubleClicked();
  }
}

void MollweideCanvas::wheelEvent(QWheelEvent* event) {
  if (tool_ == Tool::kObject || event->modifiers().testFlag(Qt::ControlModifier)) {
    Q_EMIT objectTurned(0.0, 0.0, event->angleDelta().y() * kWheelStep);
    event->accept();
  } else {
    event->ignore();
  }
}

bool MollweideCanvas::event(QEvent* event) {
  // The window has these keys for frames and for the queue.
  if (event->type() == QEvent::ShortcutOverride && tool_ != Tool::kGlobe) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    const bool turns =
        key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
    if (key == Qt::Key_Escape || (tool_ == Tool::kObject && turns)) {
      event->accept();
      return true;
    }
  }
  return QWidget::event(event);
}

void MollweideCanvas::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && tool_ != Tool::kGlobe) {
    const bool drawing = dragged_from_.has_value();
    lasso_.clear();
    dragged_from_.reset();
    update();
    if (!drawing) {
      Q_EMIT escaped();
    }
    return;
  }
  if (tool_ == Tool::kObject) {
    const auto step = [&](int less, int more) {
      return kKeyStep * ((event->key() == more ? 1 : 0) - (event->key() == less ? 1 : 0));
    };
    const double right = step(Qt::Key_Left, Qt::Key_Right), up = step(Qt::Key_Down, Qt::Key_Up),
                 tilt = step(Qt::Key_PageDown, Qt::Key_PageUp);
    if (right != 0.0 || up != 0.0 || tilt != 0.0) {
      Q_EMIT objectTurned(right, up, tilt);
      return;
    }
  }
  QWidget::keyPressEvent(event);
}

void MollweideCanvas::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  Q_EMIT sheetChanged();
}

void MollweideCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
    Q_EMIT sheetChanged();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
