// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/group_board.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "views/base/plot.h"
#include "views/contention/contention_paint.h"
#include "views/contention/contention_text.h"

namespace alidade {
namespace {

constexpr double kLeastColumn = 96.0;
constexpr double kHead = 26.0;
constexpr double kLabel = 24.0;
constexpr double kGap = 4.0;
constexpr double kNumber = 40.0;  // width of N
constexpr double kRadius = 4.0;

bool isBoardKey(int key) {
  return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
}

}  // namespace

GroupBoard::GroupBoard(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAccessibleName(tr("Branches"));
  setAccessibleDescription(
      tr("Arrow keys choose a label, Shift with the left or right arrow moves it to another branch."));
}

void GroupBoard::setGroups(const Groups& groups, const std::vector<QString>& names,
                           const std::vector<std::vector<double>>& transfer) {
  groups_ = groups;
  names_ = names;
  transfer_ = transfer;
  if (current_.first >= groups_.size() || current_.second >= groups_[current_.first].size()) {
    current_ = {0, 0};
  }
  updateGeometry();
  update();
}

bool GroupBoard::canGrow() const {
  std::size_t labels = 0;
  for (const auto& group : groups_) {
    labels += group.size();
  }
  return groups_.size() < labels;
}

QSize GroupBoard::sizeHint() const {
  std::size_t tallest = 1;
  for (const auto& group : groups_) {
    tallest = std::max(tallest, group.size());
  }
  const std::size_t columns = groups_.size() + (canGrow() ? 1 : 0);
  return {static_cast<int>(kLeastColumn * static_cast<double>(std::max<std::size_t>(columns, 1))),
          static_cast<int>(kHead + (kLabel + kGap) * static_cast<double>(tallest) + 2.0 * kGap)};
}

QRectF GroupBoard::columnRect(std::size_t group) const {
  const auto columns = static_cast<double>(groups_.size() + (canGrow() ? 1 : 0));
  const double width = std::max(kLeastColumn, static_cast<double>(this->width()) / std::max(columns, 1.0));
  return QRectF(width * static_cast<double>(group), 0.0, width, height()).adjusted(2.0, 0.0, -2.0, 0.0);
}

QRectF GroupBoard::labelRect(std::size_t group, std::size_t label) const {
  const QRectF column = columnRect(group);
  return {column.left() + kGap, kHead + (kLabel + kGap) * static_cast<double>(label),
          column.width() - 2.0 * kGap, kLabel};
}

std::optional<GroupBoard::Place> GroupBoard::labelAt(const QPointF& point) const {
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    for (std::size_t label = 0; label < groups_[group].size(); ++label) {
      if (labelRect(group, label).contains(point)) {
        return Place{group, label};
      }
    }
  }
  return std::nullopt;
}

std::optional<std::size_t> GroupBoard::columnAt(const QPointF& point) const {
  const std::size_t columns = groups_.size() + (canGrow() ? 1 : 0);
  for (std::size_t group = 0; group < columns; ++group) {
    if (columnRect(group).contains(point)) {
      return group;
    }
  }
  return std::nullopt;
}

void GroupBoard::move(const Place& from, std::size_t group) {
  if (group == from.first || group > groups_.size() || (group == groups_.size() && !canGrow())) {
    return;
  }
  Groups moved = groups_;
  moved.resize(std::max(moved.size(), group + 1));
  auto& source = moved[from.first];
  const std::string label = source[from.second];
  moved[group].push_back(label);
  source.erase(source.begin() + static_cast<std::ptrdiff_t>(from.second));
  std::erase_if(moved, [](const auto& labels) { return labels.empty(); });
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const auto found = std::find(moved[i].begin(), moved[i].end(), label);
    if (found != moved[i].end()) {
      current_ = {i, static_cast<std::size_t>(found - moved[i].begin())};
    }
  }
  groups_ = moved;
  transfer_.clear();
  updateGeometry();
  update();
  Q_EMIT grouped(moved);
}

void GroupBoard::step(int down, int right) {
  if (groups_.empty()) {
    return;
  }
  const auto last = static_cast<int>(groups_.size()) - 1;
  const auto group = static_cast<std::size_t>(std::clamp(static_cast<int>(current_.first) + right, 0, last));
  const auto lowest = static_cast<int>(groups_[group].size()) - 1;
  current_ = {group,
              static_cast<std::size_t>(std::clamp(static_cast<int>(current_.second) + down, 0, lowest))};
  update();
}

bool GroupBoard::event(QEvent* event) {
  // The arrows step through frames elsewhere; with the focus here they are ours.
  if (event->type() == QEvent::ShortcutOverride && isBoardKey(static_cast<QKeyEvent*>(event)->key()) &&
      !(static_cast<QKeyEvent*>(event)->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
    event->accept();
    return true;
  }
  return QWidget::event(event);
}

void GroupBoard::keyPressEvent(QKeyEvent* event) {
  const bool moves = event->modifiers() & Qt::ShiftModifier;
  const bool sideways = event->key() == Qt::Key_Left || event->key() == Qt::Key_Right;
  if (!isBoardKey(event->key()) || groups_.empty()) {
    QWidget::keyPressEvent(event);
    return;
  }
  const int right = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
  const int down = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
  if (!moves || !sideways) {
    step(down, right);
  } else if (right > 0 || current_.first > 0) {
    move(current_, static_cast<std::size_t>(static_cast<int>(current_.first) + right));
  }
}

void GroupBoard::mousePressEvent(QMouseEvent* event) {
  mouse_ = event->position();
  if (event->button() == Qt::LeftButton) {
    dragged_ = labelAt(mouse_);
    current_ = dragged_.value_or(current_);
    update();
  }
}

void GroupBoard::mouseMoveEvent(QMouseEvent* event) {
  mouse_ = event->position();
  setCursor(dragged_ ? Qt::ClosedHandCursor : labelAt(mouse_) ? Qt::OpenHandCursor : Qt::ArrowCursor);
  update();
}

void GroupBoard::mouseReleaseEvent(QMouseEvent* event) {
  const auto from = dragged_;
  dragged_.reset();
  if (const auto column = columnAt(event->position()); from && column) {
    move(*from, *column);
  }
  update();
}

void GroupBoard::paintLabel(QPainter& painter, const QRectF& place, const Place& of) const {
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  const bool current = hasFocus() && of == current_;
  painter.setPen(QPen(current ? theme.colors.accent : theme.colors.border, current ? 1.5 : 1.0));
  painter.setBrush(theme.colors.raised);
  painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
  const double y = place.center().y();
  drawText(painter, theme, {place.left() + 2.0 * kGap, y}, Qt::AlignLeft | Qt::AlignVCenter,
           elided(theme, QString::fromStdString(groups_[of.first][of.second]),
                  place.width() - kNumber - 2.0 * kGap, {TextRole::kSmall}),
           {TextRole::kSmall});
  if (of.first >= transfer_.size() || of.second >= transfer_[of.first].size()) {
    return;
  }
  const double transfer = transfer_[of.first][of.second];
  if (std::isfinite(transfer)) {
    drawText(painter, theme, {place.right() - 2.0 * kGap, y}, Qt::AlignRight | Qt::AlignVCenter,
             numberText(transfer, 2), {TextRole::kSmall, theme.colors.muted, true});
  } else {
    paintHatch(painter, theme,
               QRectF(place.right() - kNumber + kGap, place.top() + kGap, kNumber - 2.0 * kGap,
                      place.height() - 2.0 * kGap));
  }
}

void GroupBoard::paintColumn(QPainter& painter, std::size_t group) const {
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  const QRectF column = columnRect(group);
  const bool target = dragged_ && dragged_->first != group && column.contains(mouse_);
  const bool fresh = group == groups_.size();
  painter.setPen(
      QPen(target ? theme.colors.accent : theme.colors.grid, 1.0, fresh ? Qt::DashLine : Qt::SolidLine));
  painter.setBrush(target ? QBrush(theme.colors.selection) : QBrush(Qt::NoBrush));
  painter.drawRoundedRect(column.adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
  const QPointF head(column.left() + 2.0 * kGap, 0.5 * kHead);
  if (fresh) {
    drawText(painter, theme, head, Qt::AlignLeft | Qt::AlignVCenter, tr("new branch"),
             {TextRole::kSmall, theme.colors.muted});
    return;
  }
  drawText(painter, theme, head, Qt::AlignLeft | Qt::AlignVCenter,
           group < names_.size() ? tr("branch %1").arg(names_[group]) : tr("branch"),
           {TextRole::kSmall, {}, false, true});
  drawText(painter, theme, {column.right() - 3.0 * kGap, head.y()}, Qt::AlignRight | Qt::AlignVCenter,
           QStringLiteral("N"), {TextRole::kSmall, theme.colors.muted});
}

void GroupBoard::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const std::size_t columns = groups_.size() + (canGrow() ? 1 : 0);
  for (std::size_t group = 0; group < columns; ++group) {
    paintColumn(painter, group);
  }
  for (std::size_t group = 0; group < groups_.size(); ++group) {
    for (std::size_t label = 0; label < groups_[group].size(); ++label) {
      if (dragged_ != Place{group, label}) {
        paintLabel(painter, labelRect(group, label), {group, label});
      }
    }
  }
  if (dragged_) {
    QRectF place = labelRect(dragged_->first, dragged_->second);
    place.moveCenter(mouse_);
    paintLabel(painter, place, *dragged_);
  }
}

void GroupBoard::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
