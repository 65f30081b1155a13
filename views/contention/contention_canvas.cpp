// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_canvas.h"

#include <algorithm>
#include <set>
#include <utility>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kThin = 1.5, kOpened = 2.5;  // frames, pixels
const std::set<int> kOwnKeys{Qt::Key_Left,   Qt::Key_Right,  Qt::Key_Up,       Qt::Key_Down,  Qt::Key_Enter,
                             Qt::Key_Return, Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Space, Qt::Key_Escape};

}  // namespace

ContentionCanvas::ContentionCanvas(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(260, 140);
  setAccessibleName(tr("Contention heatmap"));
  setAccessibleDescription(
      tr("Arrow keys move between cells, Enter opens one, Page Up and Page Down step through epochs."));
}

void ContentionCanvas::setSheet(std::shared_ptr<const ContentionSheet> sheet) {
  figure_ = sheet ? std::make_shared<ContentionFigure>(std::move(sheet)) : nullptr;
  picture_ = {};
  dragged_.reset();
  if (cursor_ && (!figure_ || cursor_->panel >= figure_->sheet().panels.size() ||
                  std::max(cursor_->row, cursor_->other) >= static_cast<int>(figure_->sheet().count()))) {
    cursor_.reset();
  }
  update();
}

void ContentionCanvas::setOpened(const std::optional<ContentionCell>& cell) {
  opened_ = cell;
  update();
}

ContentionLayout ContentionCanvas::layoutNow() const {
  return figure_ ? layoutContention(rect(), screenPlotTheme(themeOf(*this)), figure_->sheet())
                 : ContentionLayout();
}

std::optional<ContentionCell> ContentionCanvas::cellAt(const QPointF& point) const {
  const auto hit = figure_ ? layoutNow().at(point, figure_->sheet().count()) : std::nullopt;
  return hit ? std::optional(ContentionCell{hit->panel, figure_->sheet().row(hit->row),
                                            figure_->sheet().row(hit->column)})
             : std::nullopt;
}

std::size_t ContentionCanvas::placeOf(int row) const {
  const auto& order = figure_->sheet().order;
  return static_cast<std::size_t>(std::find(order.begin(), order.end(), row) - order.begin());
}

QRectF ContentionCanvas::squareOf(const ContentionLayout& layout, const ContentionCell& cell) const {
  return layout.square(cell.panel, placeOf(cell.row), placeOf(cell.other));
}

void ContentionCanvas::paintEvent(QPaintEvent*) {
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
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
  if (figure_) {
    painter.setRenderHint(QPainter::Antialiasing);
    dragged_ ? paintDragged(painter, theme) : paintMarks(painter, theme);
  }
}

void ContentionCanvas::paintMarks(QPainter& painter, const PlotTheme& theme) const {
  const ContentionLayout layout = layoutNow();
  painter.setBrush(Qt::NoBrush);
  const auto frame = [&](const ContentionCell& cell, const QColor& color, double width) {
    const double half = 0.5 * width;
    painter.setPen(QPen(color, width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.drawRect(squareOf(layout, cell).adjusted(half, half, -half, -half));
  };
  if (opened_) {
    for (std::size_t i = 0; i < layout.panels.size(); ++i) {
      frame({i, opened_->row, opened_->other}, theme.colors.accent, i == opened_->panel ? kOpened : kThin);
      frame({i, opened_->other, opened_->row}, theme.colors.accent, kThin);
    }
  }
  if (cursor_ && hasFocus() && by_keyboard_) {
    frame(*cursor_, theme.colors.text, kThin);
  }
  const auto under = mouse_ ? cellAt(*mouse_) : std::nullopt;
  if (under) {
    frame(*under, theme.colors.text, kThin);
    if (describe_) {
      paintHoverCard(painter, theme, describe_(*under), *mouse_, rect());
    }
  }
}

void ContentionCanvas::mousePressEvent(QMouseEvent* event) {
  dragged_ = event->button() == Qt::LeftButton ? rowNameAt(event->position()) : std::nullopt;
  const auto cell = event->button() == Qt::LeftButton ? cellAt(event->position()) : std::nullopt;
  if (cell) {
    cursor_ = *cell;
    by_keyboard_ = false;
    choose(*cell);
    update();
  }
}

void ContentionCanvas::mouseMoveEvent(QMouseEvent* event) {
  mouse_ = event->position();
  setCursor(dragged_             ? Qt::ClosedHandCursor
            : rowNameAt(*mouse_) ? Qt::OpenHandCursor
            : cellAt(*mouse_)    ? Qt::PointingHandCursor
                                 : Qt::ArrowCursor);
  update();
}

void ContentionCanvas::leaveEvent(QEvent* event) {
  mouse_.reset();
  update();
  QWidget::leaveEvent(event);
}

void ContentionCanvas::focusInEvent(QFocusEvent* event) {
  if (!cursor_ && figure_ && figure_->sheet().count() > 1) {
    cursor_ = ContentionCell{0, figure_->sheet().row(0), figure_->sheet().row(1)};
  }
  by_keyboard_ = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
  QWidget::focusInEvent(event);
  update();
}

void ContentionCanvas::choose(const ContentionCell& cell) {
  Q_EMIT cellChosen(cell);
}

void ContentionCanvas::moveCursor(int down, int right) {
  if (!figure_ || figure_->sheet().count() == 0) {
    return;
  }
  const auto& sheet = figure_->sheet();
  const auto last = static_cast<int>(sheet.count()) - 1;
  by_keyboard_ = true;
  ContentionCell at = cursor_.value_or(ContentionCell{0, sheet.row(0), sheet.row(0)});
  const int row = std::clamp(static_cast<int>(placeOf(at.row)) + down, 0, last);
  int column = static_cast<int>(placeOf(at.other)) + right;
  // Beyond the last column lies the next panel.
  if (column > last && at.panel + 1 < sheet.panels.size()) {
    ++at.panel;
    column = 0;
  } else if (column < 0 && at.panel > 0) {
    --at.panel;
    column = last;
  }
  at.row = sheet.row(static_cast<std::size_t>(row));
  at.other = sheet.row(static_cast<std::size_t>(std::clamp(column, 0, last)));
  cursor_ = at;
  update();
}

bool ContentionCanvas::event(QEvent* event) {
  // Arrows and Space do other things elsewhere; with the focus here they are ours.
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (kOwnKeys.count(key->key()) != 0 && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
      event->accept();
      return true;
    }
  }
  return QWidget::event(event);
}

void ContentionCanvas::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Left:
      return moveCursor(0, -1);
    case Qt::Key_Right:
      return moveCursor(0, 1);
    case Qt::Key_Up:
      return moveCursor(-1, 0);
    case Qt::Key_Down:
      return moveCursor(1, 0);
    case Qt::Key_Enter:
    case Qt::Key_Return:
      if (cursor_) {
        choose(*cursor_);
      }
      return;
    case Qt::Key_PageUp:
      Q_EMIT epochStep(-1);
      return;
    case Qt::Key_PageDown:
      Q_EMIT epochStep(1);
      return;
    case Qt::Key_Space:
      Q_EMIT playAsked();
      return;
    case Qt::Key_Escape:
      if (std::exchange(dragged_, std::nullopt)) {
        update();
        return;
      }
      Q_EMIT closed();
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

void ContentionCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    picture_ = {};
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
