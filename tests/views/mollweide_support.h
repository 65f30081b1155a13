// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QComboBox>
#include <QImage>
#include <QToolButton>
#include <QtTest>

#include "core/base/constants.h"
#include "core/evaluation/errors/sample_basins.h"
#include "core/geometry/rotation.h"
#include "tests/views/small_dataset.h"
#include "views/base/newest_answer.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/mollweide/mollweide_canvas.h"
#include "views/mollweide/mollweide_view.h"

namespace alidade::test {

inline Eigen::Matrix3d aboutY(double degrees) {
  return rotation_about(Eigen::Vector3d::UnitY(), degrees * kPi / 180.0);
}

/// Four samples of an object with a half-turn symmetry about y: two stay at the truth, one goes from there to
/// its equivalent, one ends outside of both.
inline std::shared_ptr<ObjectSamples> walks(const std::string& name, double shift = 0.0) {
  auto samples = std::make_shared<ObjectSamples>();
  samples->name = name;
  samples->category = "mug";
  samples->symmetry.finite.push_back({aboutY(180.0), Eigen::Vector3d::Zero()});
  samples->truth = Rigid3{};
  const std::vector<std::vector<double>> degrees{
      {20, 10, 5, 0}, {-25, -12, -6, -3}, {15, 60, 150, 178}, {8, 20, 60, 90}};
  for (std::size_t state = 0; state < 4; ++state) {
    samples->times.push_back(1.0 - static_cast<double>(state) / 3.0);
    auto& poses = samples->trajectory.emplace_back();
    for (const auto& way : degrees) {
      poses.push_back({aboutY(way[state] + shift), Eigen::Vector3d::Zero()});
    }
  }
  samples->samples = samples->trajectory.back();
  return samples;
}

/// A Mollweide view of the laboratory's samples.
struct Desk {
  SessionModel session;
  std::unique_ptr<MollweideView> view;

  explicit Desk(int columns = 1) {
    session.setDataset(std::make_shared<SmallDataset>(3));
    for (int i = 0; i < columns; ++i) {
      SamplingModel::Column column;
      column.samples = walks(std::string("schedule ") + std::to_string(i), 2.0 * i);
      session.model<SamplingModel>().setColumn(static_cast<std::size_t>(i), column);
    }
    // Stands in for the measuring thread: the answer comes later.
    SamplingModel& model = session.model<SamplingModel>();
    QObject::connect(
        &model, &SamplingModel::basinsAsked, &model,
        [&model] {
          const BasinQuestion question = model.basinQuestion();
          model.setBasins(question, std::make_shared<const BasinReport>(
                                        sample_basins(*question.samples, question.numbers)));
        },
        Qt::QueuedConnection);
    view = std::make_unique<MollweideView>(session);
    view->resize(640, 520);
    view->restoreState({{"source", static_cast<int>(MollweideView::kLab)}});
    view->show();
  }
  MollweideCanvas* canvas() const { return view->findChild<MollweideCanvas*>(); }
  std::shared_ptr<const MollweideFigure> figure() const {
    return std::dynamic_pointer_cast<const MollweideFigure>(view->figure());
  }
  QToolButton* button(const QString& text) const {
    for (auto* button : view->findChildren<QToolButton*>()) {
      if (button->text() == text) {
        return button;
      }
    }
    return nullptr;
  }
  QComboBox* list(const QString& name) const {
    for (auto* list : view->findChildren<QComboBox*>()) {
      if (list->accessibleName() == name) {
        return list;
      }
    }
    return nullptr;
  }
  QPointF placeOf(std::size_t sample) const {
    const PlotTheme plot = screenPlotTheme(themeOf(*canvas()));
    return figure()->placeOfSample(sample, figure()->layout(canvas()->rect(), plot));
  }
  /// Draws a square about a point with the mouse.
  void lasso(const QPointF& center, double half) const {
    const QPoint corners[] = {
        (center + QPointF(-half, -half)).toPoint(), (center + QPointF(half, -half)).toPoint(),
        (center + QPointF(half, half)).toPoint(), (center + QPointF(-half, half)).toPoint()};
    QTest::mousePress(canvas(), Qt::LeftButton, {}, corners[0]);
    for (const QPoint& corner : corners) {
      QTest::mouseMove(canvas(), corner);
    }
    QTest::mouseRelease(canvas(), Qt::LeftButton, {}, corners[3]);
  }
};

inline QImage grabbed(QWidget* widget) {
  QImage image(widget->size(), QImage::Format_RGB32);
  widget->render(&image);
  return image;
}

}  // namespace alidade::test
