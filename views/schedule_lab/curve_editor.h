// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QWidget>

#include "core/diffusion/guidance.h"
#include "views/schedule_lab/time_axes.h"

namespace alidade {

/// The curve w(t) with handles. Dragging a handle of a named shape changes its parameters; a drawn curve has
/// one handle for each point: double-click adds one, Delete removes it. With the keyboard, Page Up and Page
/// Down go from handle to handle and the arrow keys move it, ten times as far with Shift. An edit that
/// check_guidance refuses is never applied; `refused` says why.
class CurveEditor : public QWidget {
  Q_OBJECT

 public:
  explicit CurveEditor(QWidget* parent = nullptr);

  /// Shows a curve in the color of a column; emits nothing.
  void setGuidance(const Guidance& guidance, std::size_t column);
  const Guidance& guidance() const { return guidance_; }
  /// The other columns' curves, drawn faintly; the index is the column.
  void setOthers(std::vector<std::pair<std::size_t, Guidance>> others);
  void setLogarithmic(bool logarithmic);

  /// The handles as (t, w), from t = 0 on.
  std::vector<GuidancePoint> handles() const;
  /// Where a handle is in the widget.
  QPointF handlePosition(std::size_t handle) const;
  std::optional<std::size_t> focusedHandle() const { return focused_; }

  QSize sizeHint() const override { return {280, 200}; }

 Q_SIGNALS:
  void edited(const Guidance& guidance);
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
  TimeAxes axes() const;
  void fitRange();
  std::optional<std::size_t> handleAt(const QPointF& point) const;
  void moveHandle(std::size_t handle, double t, double w);
  void removeHandle(std::size_t handle);
  /// Applies the edit, or says what is wrong with it.
  bool propose(const Guidance& guidance);
  void describeFocus();

  Guidance guidance_;
  std::size_t column_ = 0;
  std::vector<std::pair<std::size_t, Guidance>> others_;
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
