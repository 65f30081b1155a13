// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstdlib>
#include <memory>

#include <QAction>
#include <QImage>
#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QtTest>

#include "core/base/constants.h"
#include "core/evaluation/errors/sample_measures.h"
#include "core/geometry/rotation.h"
#include "core/studies/sample.h"
#include "tests/views/small_dataset.h"
#include "views/base/figure.h"
#include "views/base/plot_theme.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/schedule_lab/figure_canvas.h"
#include "views/schedule_lab/schedule_lab_view.h"
#include "views/schedule_lab/shown_column.h"

namespace alidade::test {

using Samples = std::shared_ptr<const ObjectSamples>;

/// A bottle in front of the camera: symmetric about its axis.
inline Instance bottle() {
  Instance instance;
  instance.category = "bottle";
  instance.cam_from_obj.R = rotation_about(Eigen::Vector3d(1, 2, 3).normalized(), 0.7);
  instance.cam_from_obj.t = {0.1, 0.0, 0.8};
  instance.symmetry = continuous_symmetry(Eigen::Vector3d::UnitY());
  return instance;
}

inline Samples drawn(const SamplerOptions& sampler, const Instance& instance = bottle(), int count = 20) {
  auto subject = analytic_subject(instance, "frame", 0);
  SampleOptions options;
  options.sampler = sampler;
  options.sampler.keep_trajectory = true;
  options.sampler.trajectory_points = sampler.kind == SamplerKind::kRk45 ? 41 : 0;
  options.num_samples = count;
  return *draw_samples(*subject, options, {});
}

inline SamplerOptions samplerOf(GuidanceKind kind, double w_max, int steps = 20) {
  SamplerOptions made;
  made.guidance.kind = kind;
  made.guidance.w_max = w_max;
  made.steps = steps;
  return made;
}

/// Shows a column at a place of the slider, measured.
inline void moveTo(ShownColumn& column, TimeLock lock, double place) {
  const ObjectSamples& samples = *column.samples;
  column.position = positionFor(samples, lock, place);
  column.measures = sample_measures(column.poses(), *samples.truth, samples.symmetry);
}

/// Stands in for the workbench: answers every request at once from the analytic field.
inline void answerAll(SessionModel& session) {
  SamplingModel& model = session.model<SamplingModel>();
  for (std::size_t i = 0; i < kMostSamplingColumns; ++i) {
    SamplingModel::Column column;
    if (i < model.request().columns.size()) {
      column.samples = drawn(model.request().columns[i], bottle(), model.request().num_samples);
    }
    model.setColumn(i, column);
  }
}

inline QImage painted(const Figure& figure, const QSize& size, const PlotTheme& theme) {
  QImage image(size, QImage::Format_RGB32);
  image.fill(Qt::black);
  QPainter painter(&image);
  figure.paint(painter, QRectF(QPointF(0, 0), QSizeF(size)), theme);
  return image;
}

/// Pixels that differ from the background within a square about a point.
inline int inkAt(const QImage& image, const QPointF& at, const QColor& background) {
  int ink = 0;
  for (int dy = -2; dy <= 2; ++dy) {
    for (int dx = -2; dx <= 2; ++dx) {
      const QColor seen = image.pixelColor((at + QPointF(dx, dy)).toPoint());
      ink += std::abs(seen.lightness() - background.lightness()) > 20;
    }
  }
  return ink;
}

/// A view over a small dataset with an object selected.
struct Lab {
  SessionModel session;
  std::unique_ptr<ScheduleLabView> view;

  Lab() {
    session.setDataset(std::make_shared<SmallDataset>(4));
    view = std::make_unique<ScheduleLabView>(session);
    view->resize(1200, 760);
    view->show();
  }
  bool ready() {
    return QTest::qWaitFor([this] { return session.frame() && session.selection().instance; });
  }
  template <class T>
  T* find() const {
    return view->findChild<T*>();
  }
};

inline void drag(QWidget* widget, const QPoint& from, const QPoint& to) {
  QTest::mousePress(widget, Qt::LeftButton, {}, from);
  for (int step = 1; step <= 4; ++step) {
    QMouseEvent move(QEvent::MouseMove, QPointF(from + (to - from) * step / 4),
                     widget->mapToGlobal(QPointF(from + (to - from) * step / 4)), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(widget, &move);
  }
  QTest::mouseRelease(widget, Qt::LeftButton, {}, to);
}

/// The canvas with the columns, not that of the error curves.
inline FigureCanvas* mapsOf(const ScheduleLabView& view) {
  for (auto* canvas : view.findChildren<FigureCanvas*>()) {
    if (canvas->accessibleName().startsWith(QLatin1String("Samples"))) {
      return canvas;
    }
  }
  return nullptr;
}

/// What the panel says is wrong.
inline QString refusal(const ScheduleLabView& view) {
  return view.findChild<QLabel*>(QStringLiteral("refusal"))->text();
}

/// Triggers the action of the view's menu that begins with `text`.
inline void runAction(const ScheduleLabView& view, const QString& text) {
  for (QAction* action : view.viewActions()) {
    if (action->text().startsWith(text)) {
      action->trigger();
    }
  }
}

}  // namespace alidade::test
