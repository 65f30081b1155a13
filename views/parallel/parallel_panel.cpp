// SPDX-License-Identifier: BSD-3-Clause
#include "views/parallel/parallel_panel.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kAxisReach = 10.0, kLineReach = 6.0, kLeastDrag = 4.0;  // pixels

bool isPanelKey(int key) {
  return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down ||
         key == Qt::Key_Enter || key == Qt::Key_Return || key == Qt::Key_Escape;
}

std::vector<QString> namesOf(const ParallelTable& table) {
  std::vector<QString> names;
  for (const ParallelAxis& axis : table.axes) {
    names.push_back(axis.name);
  }
  return names;
}

}  // namespace

ParallelPanel::ParallelPanel(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(260, 140);
  setAccessibleName(tr("Parallel coordinates"));
  setAccessibleDescription(
      tr("Drag along an axis to keep a part of it, drag its name to move it. Arrow keys go through axes and "
         "rows, "
         "Shift moves an axis."));
}

PlotTheme ParallelPanel::plotTheme() const {
  return screenPlotTheme(themeOf(*this));
}

void ParallelPanel::setTable(std::shared_ptr<const ParallelTable> table) {
  if (table) {
    const std::vector<QString> names = namesOf(*table);
    if (!named_.empty() && names != named_) {
      look_ = {};
      axis_ = 0;
    }
    named_ = names;
  }
  table_ = std::move(table);
  row_.reset();
  refresh();
}

void ParallelPanel::setLook(const ParallelLook& look) {
  if (look == look_) {
    return;
  }
  look_ = look;
  refresh();
  Q_EMIT lookChanged();
}

void ParallelPanel::setChosen(std::optional<int> id) {
  chosen_ = id;
  refresh();
}

void ParallelPanel::refresh() {
  figure_ = table_ && !table_->rows.empty() ? std::make_shared<const ParallelFigure>(table_, look_, chosen_)
                                            : nullptr;
  update();
}

ParallelLayout ParallelPanel::layoutNow() const {
  return table_ ? layoutParallel(rect(), plotTheme(), *table_, look_) : ParallelLayout();
}

void ParallelPanel::paintEvent(QPaintEvent*) {
  const PlotTheme theme = plotTheme();
  QPainter painter(this);
  painter.fillRect(rect(), theme.background());
  if (!figure_) {
    return;
  }
  figure_->paint(painter, rect(), theme);
  painter.setRenderHint(QPainter::Antialiasing);
  const ParallelLayout layout = layoutNow();
  if (drag_ == Drag::kName && mouse_) {
    painter.setPen(QPen(theme.colors.accent, 2.0 * theme.line));
    painter.drawLine(QPointF(mouse_->x(), layout.area.top()), QPointF(mouse_->x(), layout.area.bottom()));
    return;
  }
  if (hasFocus() && !mouse_ && axis_ < layout.axes.size()) {
    painter.setPen(QPen(theme.colors.accent, theme.line));
    const double x = layout.axes[axis_].x;
    painter.drawLine(QPointF(x, layout.area.top()), QPointF(x, layout.area.bottom()));
  }
  const auto row = mouse_ && drag_ == Drag::kNone ? figure_->rowAt(*mouse_, rect(), theme, kLineReach) : row_;
  if (row && drag_ == Drag::kNone) {
    const QPointF at = mouse_.value_or(
        QPointF(layout.axes[std::min(axis_, layout.axes.size() - 1)].x, layout.area.center().y()));
    paintHoverCard(painter, theme, figure_->cardOf(*row), at, rect());
  }
}

void ParallelPanel::mousePressEvent(QMouseEvent* event) {
  drag_ = Drag::kNone;
  const ParallelLayout layout = layoutNow();
  const auto axis = event->button() == Qt::LeftButton ? layout.nearest(event->position().x()) : std::nullopt;
  pressed_ = event->position();
  if (!axis) {
    return;
  }
  if (pressed_.y() < layout.area.top()) {
    axis_ = *axis;
    drag_ = Drag::kName;
  } else if (std::abs(layout.axes[*axis].x - pressed_.x()) <= kAxisReach) {
    axis_ = *axis;
    drag_ = Drag::kBrush;
  } else if (const auto row =
                 figure_ ? figure_->rowAt(pressed_, rect(), plotTheme(), kLineReach) : std::nullopt) {
    Q_EMIT chosen(table_->rows[*row].id);
  }
}

void ParallelPanel::brushTo(double y) {
  const ParallelLayout layout = layoutNow();
  const ParallelLayout::Axis& axis = layout.axes[axis_];
  const auto value = [&](double at) {
    return layout.valueAt(axis, std::clamp(at, layout.area.top(), layout.area.bottom()));
  };
  ParallelLook look = look_;
  look.brushes.resize(std::max(look.brushes.size(), table_->axes.size()));
  if (std::abs(y - pressed_.y()) < kLeastDrag) {
    look.brushes[axis.index].reset();
  } else {
    const double a = value(pressed_.y()), b = value(y);
    look.brushes[axis.index] = ParallelBrush{std::min(a, b), std::max(a, b)};
  }
  setLook(look);
}

void ParallelPanel::moveAxis(std::size_t place, std::size_t to) {
  std::vector<std::size_t> order = orderedAxes(*table_, look_);
  if (place >= order.size() || to >= order.size() || place == to) {
    return;
  }
  const std::size_t axis = order[place];
  order.erase(order.begin() + static_cast<std::ptrdiff_t>(place));
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(to), axis);
  ParallelLook look = look_;
  look.order = std::move(order);
  axis_ = to;
  setLook(look);
}

void ParallelPanel::mouseMoveEvent(QMouseEvent* event) {
  mouse_ = event->position();
  if (drag_ == Drag::kBrush) {
    brushTo(mouse_->y());
  }
  const ParallelLayout layout = layoutNow();
  const auto axis = layout.nearest(mouse_->x());
  const bool on_axis = axis && std::abs(layout.axes[*axis].x - mouse_->x()) <= kAxisReach;
  setCursor(drag_ == Drag::kName              ? Qt::ClosedHandCursor
            : mouse_->y() < layout.area.top() ? Qt::OpenHandCursor
            : on_axis                         ? Qt::SplitVCursor
                                              : Qt::ArrowCursor);
  update();
}

void ParallelPanel::mouseReleaseEvent(QMouseEvent* event) {
  const Drag drag = std::exchange(drag_, Drag::kNone);
  if (drag == Drag::kBrush) {
    brushTo(event->position().y());
  } else if (drag == Drag::kName) {
    if (const auto to = layoutNow().nearest(event->position().x())) {
      moveAxis(axis_, *to);
    }
  }
  update();
}

void ParallelPanel::leaveEvent(QEvent* event) {
  mouse_.reset();
  update();
  QWidget::leaveEvent(event);
}

bool ParallelPanel::event(QEvent* event) {
  // Arrows do other things elsewhere; with the focus here they are ours.
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (isPanelKey(key->key()) && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
      event->accept();
      return true;
    }
  }
  return QWidget::event(event);
}

void ParallelPanel::moveAxisKeys(int by, bool with_axis) {
  const auto last = static_cast<int>(table_->axes.size()) - 1;
  const auto to = static_cast<std::size_t>(std::clamp(static_cast<int>(axis_) + by, 0, std::max(last, 0)));
  if (with_axis) {
    moveAxis(axis_, to);
  }
  axis_ = to;
  mouse_.reset();
  update();
}

void ParallelPanel::stepRow(int by) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < table_->rows.size(); ++i) {
    if (isKept(look_, table_->rows[i])) {
      kept.push_back(i);
    }
  }
  if (kept.empty()) {
    return;
  }
  const auto now = row_ ? std::find(kept.begin(), kept.end(), *row_) - kept.begin() : -1;
  row_ = kept[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(now + by, 0, std::ssize(kept) - 1))];
  mouse_.reset();
  update();
}

void ParallelPanel::keyPressEvent(QKeyEvent* event) {
  if (!figure_) {
    QWidget::keyPressEvent(event);
    return;
  }
  const bool shift = (event->modifiers() & Qt::ShiftModifier) != 0;
  switch (event->key()) {
    case Qt::Key_Left:
      return moveAxisKeys(-1, shift);
    case Qt::Key_Right:
      return moveAxisKeys(1, shift);
    case Qt::Key_Up:
      return stepRow(-1);
    case Qt::Key_Down:
      return stepRow(1);
    case Qt::Key_Enter:
    case Qt::Key_Return:
      if (row_) {
        Q_EMIT chosen(table_->rows[*row_].id);
      }
      return;
    case Qt::Key_Escape: {
      ParallelLook look = look_;
      look.brushes.clear();
      row_.reset();
      setLook(look);
      return;
    }
    default:
      QWidget::keyPressEvent(event);
  }
}

void ParallelPanel::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
