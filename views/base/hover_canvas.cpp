// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/hover_canvas.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kHoverReach = 12.0, kHoverFrame = 1.5;  // pixels

bool isHoverKey(int key) {
  return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Home || key == Qt::Key_End ||
         key == Qt::Key_Enter || key == Qt::Key_Return || key == Qt::Key_Escape;
}

}  // namespace

HoverCanvas::HoverCanvas(const QString& name, QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(220, 120);
  setAccessibleName(name);
  setAccessibleDescription(tr("Left and Right go through the marks, Enter chooses one."));
}

PlotTheme HoverCanvas::plotTheme() const {
  return screenPlotTheme(themeOf(*this));
}

void HoverCanvas::setFigure(std::shared_ptr<const HoverFigure> figure) {
  const int id = cursor_ && *cursor_ < stops().size() ? stops()[*cursor_].id : -1;
  figure_ = std::move(figure);
  picture_ = {};
  stops_.reset();
  if (cursor_) {
    const auto same = std::find_if(stops().begin(), stops().end(),
                                   [id](const HoverFigure::Stop& stop) { return id >= 0 && stop.id == id; });
    cursor_ = same == stops().end() ? std::nullopt
                                    : std::optional(static_cast<std::size_t>(same - stops().begin()));
  }
  update();
}

const std::vector<HoverFigure::Stop>& HoverCanvas::stops() const {
  if (!stops_) {
    stops_ = figure_ ? figure_->stops(rect(), plotTheme()) : std::vector<HoverFigure::Stop>();
  }
  return *stops_;
}

std::optional<HoverFigure::Stop> HoverCanvas::stopAt(const QPointF& point) const {
  std::optional<HoverFigure::Stop> found;
  double nearest = kHoverReach;
  for (const HoverFigure::Stop& stop : stops()) {
    const QPointF from = point - stop.spot.center();
    const double distance = std::hypot(from.x(), from.y());
    if (stop.round ? distance < std::max(nearest, 0.0) : !found && stop.spot.contains(point)) {
      nearest = stop.round ? distance : nearest;
      found = stop;
    }
  }
  return found;
}

std::optional<HoverFigure::Stop> HoverCanvas::current() const {
  if (mouse_) {
    return stopAt(*mouse_);
  }
  return cursor_ && *cursor_ < stops().size() ? std::optional(stops()[*cursor_]) : std::nullopt;
}

void HoverCanvas::paintEvent(QPaintEvent*) {
  const PlotTheme theme = plotTheme();
  const QSize pixels = (QSizeF(size()) * devicePixelRatioF()).toSize();
  if (picture_.size() != pixels) {
    picture_ = QPixmap(pixels);
    picture_.setDevicePixelRatio(devicePixelRatioF());
    picture_.fill(theme.background());
    if (figure_) {
      QPainter painter(&picture_);
      figure_->paint(painter, rect(), theme);
    }
  }
  QPainter painter(this);
  painter.drawPixmap(0, 0, picture_);
  const auto stop = current();
  if (!stop) {
    return;
  }
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(theme.colors.text, kHoverFrame));
  painter.setBrush(Qt::NoBrush);
  const QRectF frame = stop->spot.adjusted(-kHoverFrame, -kHoverFrame, kHoverFrame, kHoverFrame);
  if (stop->round) {
    painter.drawEllipse(frame);
  } else {
    painter.drawRect(frame);
  }
  paintHoverCard(painter, theme, stop->card, mouse_.value_or(stop->spot.center()), rect());
}

void HoverCanvas::mousePressEvent(QMouseEvent* event) {
  const auto stop = event->button() == Qt::LeftButton ? stopAt(event->position()) : std::nullopt;
  if (stop && stop->id >= 0) {
    Q_EMIT chosen(stop->id);
  }
}

void HoverCanvas::mouseMoveEvent(QMouseEvent* event) {
  mouse_ = event->position();
  cursor_.reset();
  const auto stop = stopAt(*mouse_);
  setCursor(stop && stop->id >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
  update();
}

void HoverCanvas::leaveEvent(QEvent* event) {
  mouse_.reset();
  update();
  QWidget::leaveEvent(event);
}

void HoverCanvas::focusOutEvent(QFocusEvent* event) {
  cursor_.reset();
  update();
  QWidget::focusOutEvent(event);
}

bool HoverCanvas::event(QEvent* event) {
  // Arrows do other things elsewhere; with the focus here they are ours.
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if ((isHoverKey(key->key()) || wantsKey(key->key())) &&
        !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
      event->accept();
      return true;
    }
  }
  return QWidget::event(event);
}

void HoverCanvas::moveCursor(int place) {
  if (stops().empty()) {
    return;
  }
  mouse_.reset();
  cursor_ = static_cast<std::size_t>(std::clamp(place, 0, static_cast<int>(stops().size()) - 1));
  update();
}

void HoverCanvas::keyPressEvent(QKeyEvent* event) {
  const int at = cursor_ ? static_cast<int>(*cursor_) : -1;
  switch (event->key()) {
    case Qt::Key_Left:
      return moveCursor(at - 1);
    case Qt::Key_Right:
      return moveCursor(at + 1);
    case Qt::Key_Home:
      return moveCursor(0);
    case Qt::Key_End:
      return moveCursor(static_cast<int>(stops().size()) - 1);
    case Qt::Key_Enter:
    case Qt::Key_Return:
      if (const auto stop = current(); stop && stop->id >= 0) {
        Q_EMIT chosen(stop->id);
      }
      return;
    case Qt::Key_Escape:
      cursor_.reset();
      update();
      Q_EMIT left();
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

void HoverCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    picture_ = {};
    stops_.reset();
    update();
  }
  QWidget::changeEvent(event);
}

void HoverCanvas::resizeEvent(QResizeEvent* event) {
  stops_.reset();
  QWidget::resizeEvent(event);
}

}  // namespace alidade
