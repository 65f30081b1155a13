// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/curve_editor.h"

#include <algorithm>
#include <cmath>

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include "views/base/chart/chart_series.h"
#include "views/base/plot.h"
#include "views/schedule_lab/shown_column.h"
#include "views/schedule_lab/time_axes.h"

namespace alidade {
namespace {

constexpr double kReach = 9.0;  // pixels
constexpr double kHandleRadius = 5.0;
constexpr double kTimeStep = 0.01;  // of the arrow keys
constexpr double kRangeStep = 0.01;
constexpr int kCurveSteps = 120;
constexpr double kMargin = 4.0;  // pixels

bool isEditingKey(int key) {
  return key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down ||
         key == Qt::Key_Delete || key == Qt::Key_Backspace || key == Qt::Key_PageUp ||
         key == Qt::Key_PageDown;
}

void paintCurve(QPainter& painter, const ChartFrame& frame, const Guidance& guidance, const QPen& pen) {
  std::vector<double> t, w;
  for (int step = 0; step <= kCurveSteps; ++step) {
    t.push_back(static_cast<double>(step) / kCurveSteps);
    w.push_back(guidance(t.back()));
  }
  paintSeries(painter, frame, {pen, t, w});
}

double largest(const Guidance& guidance) {
  double most = 0.0;
  for (int step = 0; step <= kCurveSteps; ++step) {
    most = std::max(most, guidance(static_cast<double>(step) / kCurveSteps));
  }
  return most;
}

double smallest(const Guidance& guidance) {
  double least = guidance(0.0);
  for (int step = 0; step <= kCurveSteps; ++step) {
    least = std::min(least, guidance(static_cast<double>(step) / kCurveSteps));
  }
  return least;
}

}  // namespace

CurveEditor::CurveEditor(SamplingModel& model, QWidget* parent) : QWidget(parent), model_(model) {
  setFocusPolicy(Qt::StrongFocus);
  setMinimumSize(200, 140);
  setAccessibleName(tr("Guidance curve w over t"));
  setToolTip(tr(
      "Drag a handle. Double-click adds a point, Delete removes it. Page Up and Page Down choose a handle, "
      "arrow keys move it (with Shift: farther)."));
  connect(&model_, &SamplingModel::schedulesChanged, this, &CurveEditor::follow);
  connect(&model_, &SamplingModel::shownColumnChanged, this, &CurveEditor::follow);
  fitRange();
}

void CurveEditor::follow() {
  if (focused_ && *focused_ >= handles().size()) {
    focused_.reset();
  }
  if (!dragging_) {
    fitRange();
  }
  update();
}

void CurveEditor::setLogarithmic(bool logarithmic) {
  logarithmic_ = logarithmic;
  fitRange();
  update();
}

void CurveEditor::fitRange() {
  double most = largest(guidance()), least = smallest(guidance());
  for (const SamplerOptions& column : model_.request().columns) {
    most = std::max(most, largest(column.guidance));
    least = std::min(least, smallest(column.guidance));
  }
  high_ = logarithmic_ ? 2.0 * most : std::max(2.0, 1.25 * most);
  low_ = logarithmic_ ? 0.5 * std::max(least, 1e-3) : 0.0;
}

QRectF CurveEditor::plotArea() const {
  return QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
}

ChartAxis CurveEditor::values() const {
  return {low_, high_, logarithmic_ ? tr("w, logarithmic") : tr("w"),
          logarithmic_ ? ChartScale::kLogarithmic : ChartScale::kLinear};
}

ChartFrame CurveEditor::frame() const {
  return timeFrame(screenPlotTheme(themeOf(*this)), plotArea(), values());
}

std::vector<GuidancePoint> CurveEditor::handles() const {
  return handlesOf(guidance());
}

QPointF CurveEditor::handlePosition(std::size_t handle) const {
  const auto all = handles();
  return handle < all.size() ? frame().map(all[handle].t, all[handle].w) : QPointF();
}

std::optional<std::size_t> CurveEditor::handleAt(const QPointF& point) const {
  std::optional<std::size_t> nearest;
  double reach = kReach;
  for (std::size_t i = 0; i < handles().size(); ++i) {
    const QPointF away = handlePosition(i) - point;
    if (const double distance = std::hypot(away.x(), away.y()); distance <= reach) {
      reach = distance;
      nearest = i;
    }
  }
  return nearest;
}

bool CurveEditor::propose(const Guidance& proposed) {
  if (const auto checked = check_guidance(proposed); !checked) {
    Q_EMIT refused(QString::fromStdString(checked.error().message));
    return false;
  }
  Q_EMIT accepted();
  SamplerOptions schedule = model_.shownSchedule();
  schedule.guidance = proposed;
  model_.setShownSchedule(schedule);
  return true;
}

void CurveEditor::moveHandle(std::size_t handle, double t, double w) {
  propose(withHandleMoved(guidance(), handle, t, w));
}

void CurveEditor::removeHandle(std::size_t handle) {
  if (guidance().kind != GuidanceKind::kSpline || handle >= guidance().points.size()) {
    return;
  }
  Guidance without = guidance();
  without.points.erase(without.points.begin() + static_cast<std::ptrdiff_t>(handle));
  if (propose(without)) {
    focused_ = std::min(handle, guidance().points.size() - 1);
    describeFocus();
  }
}

void CurveEditor::describeFocus() {
  const auto all = handles();
  setAccessibleDescription(focused_ && *focused_ < all.size() ? tr("Handle %1 of %2: t %3, w %4")
                                                                    .arg(*focused_ + 1)
                                                                    .arg(all.size())
                                                                    .arg(all[*focused_].t, 0, 'f', 2)
                                                                    .arg(all[*focused_].w, 0, 'f', 2)
                                                              : QString());
  QAccessibleEvent event(this, QAccessible::DescriptionChanged);
  QAccessible::updateAccessibility(&event);
  update();
}

void CurveEditor::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) {
    return;
  }
  focused_ = handleAt(event->position());
  dragging_ = focused_.has_value();
  describeFocus();
}

void CurveEditor::mouseMoveEvent(QMouseEvent* event) {
  if (dragging_ && focused_) {
    const ChartFrame on = frame();
    moveHandle(*focused_, on.xValue(event->position().x()), on.yValue(event->position().y()));
  }
}

void CurveEditor::mouseReleaseEvent(QMouseEvent*) {
  if (dragging_) {
    dragging_ = false;
    fitRange();
    describeFocus();
  }
}

void CurveEditor::mouseDoubleClickEvent(QMouseEvent* event) {
  const ChartFrame on = frame();
  if (event->button() != Qt::LeftButton || handleAt(event->position()) ||
      !on.area.contains(event->position())) {
    return;
  }
  Guidance drawn = drawnFrom(guidance());
  const GuidancePoint added{std::clamp(on.xValue(event->position().x()), 0.0, 1.0),
                            on.yValue(event->position().y())};
  const auto after = std::find_if(drawn.points.begin(), drawn.points.end(),
                                  [&](const GuidancePoint& point) { return point.t >= added.t; });
  const auto at = static_cast<std::size_t>(after - drawn.points.begin());
  drawn.points.insert(after, added);
  if (propose(drawn)) {
    focused_ = at;
    fitRange();
    describeFocus();
  }
}

bool CurveEditor::event(QEvent* event) {
  // The window's shortcuts use the arrow keys too; here they edit.
  if (event->type() == QEvent::ShortcutOverride && isEditingKey(static_cast<QKeyEvent*>(event)->key())) {
    event->accept();
    return true;
  }
  return QWidget::event(event);
}

void CurveEditor::keyPressEvent(QKeyEvent* event) {
  const auto all = handles();
  if (!isEditingKey(event->key()) || all.empty()) {
    QWidget::keyPressEvent(event);
    return;
  }
  if (event->key() == Qt::Key_PageUp || event->key() == Qt::Key_PageDown || !focused_) {
    // Page Down goes the way that sampling runs, to smaller t.
    const std::size_t back = focused_ && *focused_ > 0 ? *focused_ - 1 : 0;
    const std::size_t next = focused_ ? std::min(*focused_ + 1, all.size() - 1) : all.size() - 1;
    focused_ = event->key() == Qt::Key_PageDown && focused_ ? back : next;
    describeFocus();
    return;
  }
  const GuidancePoint from = all[*focused_];
  const double far = event->modifiers() & Qt::ShiftModifier ? 10.0 : 1.0;
  const double ratio = std::pow(high_ / std::max(low_, 1e-6), kRangeStep * far);
  const double rise = kRangeStep * far * (high_ - low_);
  switch (event->key()) {
    case Qt::Key_Left:
      moveHandle(*focused_, from.t + kTimeStep * far, from.w);
      break;
    case Qt::Key_Right:
      moveHandle(*focused_, from.t - kTimeStep * far, from.w);
      break;
    case Qt::Key_Up:
      moveHandle(*focused_, from.t, logarithmic_ ? from.w * ratio : from.w + rise);
      break;
    case Qt::Key_Down:
      moveHandle(*focused_, from.t, logarithmic_ ? from.w / ratio : from.w - rise);
      break;
    default:
      removeHandle(*focused_);
      break;
  }
  describeFocus();
}

void CurveEditor::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  painter.fillRect(rect(), theme.background());
  const ChartFrame on = paintTimeAxes(painter, theme, plotArea(), values());
  const auto& columns = model_.request().columns;
  const std::size_t shown = columns.empty() ? 0 : std::min(model_.shownColumn(), columns.size() - 1);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i != shown) {
      QPen pen = columnPen(theme, i, theme.line);
      QColor faint = pen.color();
      faint.setAlphaF(0.45F);
      pen.setColor(faint);
      paintCurve(painter, on, columns[i].guidance, pen);
    }
  }
  const QColor color = theme.colors.runs[shown];
  paintCurve(painter, on, guidance(), columnPen(theme, shown, 1.3 * theme.line));
  for (std::size_t i = 0; i < handles().size(); ++i) {
    const bool focused = focused_ == i && hasFocus();
    painter.setPen(QPen(focused ? theme.colors.text : color, theme.line));
    painter.setBrush(focused ? color : theme.background());
    painter.drawEllipse(handlePosition(i), kHandleRadius, kHandleRadius);
  }
  if (focused_ && *focused_ < handles().size()) {
    const GuidancePoint point = handles()[*focused_];
    drawText(painter, theme, {on.area.right(), rect().top() + 4.0}, Qt::AlignRight | Qt::AlignTop,
             QStringLiteral("t %1  w %2").arg(numberText(point.t, 2), numberText(point.w, 2)),
             {TextRole::kSmall, theme.colors.text, true});
  }
}

void CurveEditor::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    update();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
