// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/branch_canvas.h"

#include <algorithm>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kCellFrame = 2.0;  // pixels

bool isArrow(int key) {
  return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down;
}

}  // namespace

BranchCanvas::BranchCanvas(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(260, 140);
  setAccessibleName(tr("Accuracy through branches"));
  setAccessibleDescription(tr("Arrow keys move between cells."));
}

void BranchCanvas::setSheet(std::shared_ptr<const BranchSheet> sheet) {
  figure_ = sheet ? std::make_shared<BranchFigure>(std::move(sheet)) : nullptr;
  picture_ = {};
  cursor_.reset();
  update();
}

BranchLayout BranchCanvas::layoutNow() const {
  return figure_ ? layoutBranches(rect(), screenPlotTheme(themeOf(*this)), figure_->sheet()) : BranchLayout();
}

HoverCard BranchCanvas::describe(const Cell& cell) const {
  HoverCard card;
  const BranchSheet& sheet = figure_->sheet();
  const BranchAccuracy& accuracy = *sheet.accuracy;
  const std::size_t category = sheet.category(cell.first);
  const auto own = static_cast<std::size_t>(accuracy.own[category]);
  card.head = tr("%1 through %2")
                  .arg(QString::fromStdString(accuracy.categories[category]),
                       QString::fromStdString(accuracy.branches[cell.second]));
  card.lines = {{tr("within 5\u00b0 and 2 cm"), accuracyText(accuracy.at(category, cell.second))}};
  if (own != cell.second) {
    card.lines.emplace_back(tr("own branch, %1").arg(QString::fromStdString(accuracy.branches[own])),
                            accuracyText(accuracy.at(category, own)));
  }
  card.lines.emplace_back(tr("objects"), QString::number(accuracy.objects[category]));
  card.foot = own == cell.second ? tr("its own branch") : tr("what a wrong label of the detector leads to");
  return card;
}

void BranchCanvas::paintEvent(QPaintEvent*) {
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
  if (!figure_) {
    return;
  }
  painter.setRenderHint(QPainter::Antialiasing);
  const BranchLayout layout = layoutNow();
  const auto under = mouse_ ? layout.at(*mouse_) : cursor_;
  if (under) {
    const QRectF cell = layout.cell(under->first, under->second);
    const double half = 0.5 * kCellFrame;
    painter.setPen(QPen(theme.colors.accent, kCellFrame, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(cell.adjusted(-half, -half, half, half));
    paintHoverCard(painter, theme, describe(*under), mouse_.value_or(cell.bottomRight()), rect());
  }
}

void BranchCanvas::mouseMoveEvent(QMouseEvent* event) {
  mouse_ = event->position();
  update();
}

void BranchCanvas::leaveEvent(QEvent* event) {
  mouse_.reset();
  update();
  QWidget::leaveEvent(event);
}

void BranchCanvas::focusOutEvent(QFocusEvent* event) {
  cursor_.reset();
  update();
  QWidget::focusOutEvent(event);
}

bool BranchCanvas::event(QEvent* event) {
  // Arrows do other things elsewhere; with the focus here they are ours.
  if (event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (isArrow(key->key()) && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
      event->accept();
      return true;
    }
  }
  return QWidget::event(event);
}

void BranchCanvas::keyPressEvent(QKeyEvent* event) {
  if (!figure_ || !isArrow(event->key())) {
    QWidget::keyPressEvent(event);
    return;
  }
  const BranchLayout layout = layoutNow();
  const auto moved = [](std::size_t from, int by, std::size_t count) {
    return static_cast<std::size_t>(std::clamp(static_cast<int>(from) + by, 0, static_cast<int>(count) - 1));
  };
  const int down = event->key() == Qt::Key_Down ? 1 : event->key() == Qt::Key_Up ? -1 : 0;
  const int right = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
  cursor_ =
      cursor_ ? Cell{moved(cursor_->first, down, layout.rows), moved(cursor_->second, right, layout.columns)}
              : Cell{0, 0};
  mouse_.reset();
  update();
}

void BranchCanvas::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    picture_ = {};
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
