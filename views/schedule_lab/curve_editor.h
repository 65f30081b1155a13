// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "core/diffusion/guidance.h"
#include "views/base/chart/chart_frame.h"
#include "views/base/sampling_model.h"

namespace alidade {

/// The curve w(t) of the model's shown column with handles, the other columns' faintly behind it. Dragging a
/// handle of a named shape changes its parameters; a drawn curve has one handle for each point: double-click
/// adds one, Delete removes it. With the keyboard, Page Up and Page Down go from handle to handle and the
/// arrow keys move it, ten times as far with Shift. An edit that check_guidance refuses is never applied;
/// `refused` says why.
class CurveEditor : public QWidget {
  Q_OBJECT

 public:
  explicit CurveEditor(SamplingModel& model, QWidget* parent = nullptr);

  const Guidance& guidance() const { return model_.shownSchedule().guidance; }
  void setLogarithmic(bool logarithmic);

  /// The handles as (t, w), from t = 0 on.
  std::vector<GuidancePoint> handles() const;
  /// Where a handle is in the widget.
  QPointF handlePosition(std::size_t handle) const;
  std::optional<std::size_t> focusedHandle() const { return focused_; }

  QSize sizeHint() const override { return {280, 200}; }

 Q_SIGNALS:
  void accepted();  ///< an edit goes to the model
  void refused(const QString& sentence);

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  QRectF plotArea() const;
  /// Guidance upwards.
  ChartAxis values() const;
  ChartFrame frame() const;
  /// Shows what the model says now.
  void follow();
  void fitRange();
  std::optional<std::size_t> handleAt(const QPointF& point) const;
  void moveHandle(std::size_t handle, double t, double w);
  void removeHandle(std::size_t handle);
  /// Applies the edit, or says what is wrong with it.
  bool propose(const Guidance& proposed);
  void describeFocus();

  SamplingModel& model_;
  bool logarithmic_ = false;
  double low_ = 0.0, high_ = 10.0;  ///< of the vertical axis; kept while dragging
  std::optional<std::size_t> focused_;
  bool dragging_ = false;
};

/// The curve as a drawn one: itself when it is one, else points on it.
Guidance drawnFrom(const Guidance& guidance);
/// The named or drawn curve after its handle was moved to (t, w); may be one that check_guidance refuses.
Guidance withHandleMoved(const Guidance& guidance, std::size_t handle, double t, double w);
/// The handles of a curve as (t, w), from t = 0 on.
std::vector<GuidancePoint> handlesOf(const Guidance& guidance);

}  // namespace alidade
