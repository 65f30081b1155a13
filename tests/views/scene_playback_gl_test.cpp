// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QAction>
#include <QJsonArray>
#include <QtTest>

#include <vtkActorCollection.h>

#include "tests/support/test_registry.h"
#include "tests/views/path_samples.h"
#include "tests/views/scene_dataset.h"
#include "tests/views/vtk_message_counter.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/base/choice_action.h"
#include "views/base/color_scale.h"
#include "views/scene/hypotheses.h"
#include "views/scene/playback_bar.h"
#include "views/scene/scene_view.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

double pixelDistance(const QColor& a, const QColor& b) {
  return std::hypot(std::hypot(a.red() - b.red(), a.green() - b.green()), a.blue() - b.blue());
}

}  // namespace

class ScenePlaybackGlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    if (!glProbe().usable) {
      QSKIP(qPrintable(glProbe().problem));
    }
    vtkOutputWindow::SetInstance(counter_);
  }

  void init() {
    session_ = std::make_unique<SessionModel>();
    view_ = std::make_unique<SceneView>(*session_);
    view_->resize(640, 560);
    view_->show();
    QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    session_->setDataset(std::make_shared<test::SceneDataset>());
    QTRY_VERIFY(session_->frame());
    session_->setResultA(test::syntheticResult(*session_->frame()));
    session_->selectInstance(3);
    setOnly({"hypotheses"});
  }

  void cleanup() {
    view_.reset();
    session_.reset();
    QVERIFY2(counter_->messages.empty(),
             counter_->messages.empty() ? "" : counter_->messages.front().c_str());
  }

  void cleanupTestCase() { vtkOutputWindow::SetInstance(nullptr); }

  void boxesLandOnTheProjectedEdgesAndMove() {
    setLook("column", "boxes", HypothesisColor::kTime);
    showPath(1);
    view_->frameSelection();
    const int actors = view_->vtkWidget()->renderer().GetActors()->GetNumberOfItems();
    for (const double t : {0.0, 0.2, 0.1}) {
      session_->model<SamplingModel>().setTime(t);
      const Rigid3& pose = view_->contents().samples->trajectory[stateNear(*view_->contents().samples, t)][0];
      const double share = coverage(pose, timeScale().color(t, themeOf(*view_).dark));
      QVERIFY2(share > 0.85, qPrintable(QString("%1 at t %2").arg(share).arg(t)));
    }
    QCOMPARE(view_->vtkWidget()->renderer().GetActors()->GetNumberOfItems(), actors);
    // At the end it is no longer where it was.
    const Rigid3 before = view_->contents().samples->trajectory[8][0];
    session_->model<SamplingModel>().setTime(0.0);
    QVERIFY(coverage(before, timeScale().color(0.2, themeOf(*view_).dark)) < 0.5);
  }

  void everySampleIsSeen() {
    setLook("column", "boxes", HypothesisColor::kError);
    showPath(12);
    view_->frameSelection();
    session_->model<SamplingModel>().setTime(0.0);
    const auto groups = hypothesisGroups(view_->contents());
    const auto scale = *hypothesisScale(groups, HypothesisColor::kError);
    const auto errors = hypothesisValues(groups.front(), HypothesisColor::kError);
    for (std::size_t k = 0; k < errors.size(); ++k) {
      const double share = coverage((*groups.front().poses)[k], scale.color(errors[k], themeOf(*view_).dark));
      QVERIFY2(share > 0.7, qPrintable(QString("sample %1: %2").arg(k).arg(share)));
    }
  }

  void markedSamplesStandOut() {
    setLook("column", "boxes", HypothesisColor::kPlain);
    showPath(30);
    view_->frameSelection();
    session_->model<SamplingModel>().setTime(0.0);
    const QColor accent = themeOf(*view_).accent;
    const Rigid3& pose = view_->contents().samples->samples[4];
    QVERIFY(coverage(pose, accent) < 0.2);
    session_->model<SamplingModel>().setMarked({4});
    QVERIFY(coverage(pose, accent) > 0.8);
    session_->model<SamplingModel>().setMarked({});
    QVERIFY(coverage(pose, accent) < 0.2);
  }

  void trailsAndOnionSkinsAppear() {
    setLook("column", "frames", HypothesisColor::kPlain);
    showPath(10);
    session_->model<SamplingModel>().setTime(0.0);
    view_->frameSelection();
    const int bare = painted();
    setLook("column", "frames", HypothesisColor::kPlain, HypothesisTrails::kCenters);
    const int trails = painted();
    QVERIFY(trails > bare + 100);
    setLook("column", "frames", HypothesisColor::kPlain);
    view_->findChild<QAction*>("scene-onion")->setChecked(true);
    QVERIFY(painted() > bare + 100);
  }

  void barsShowOnlyWhereTheyHelp() {
    setLook("result", "frames", HypothesisColor::kPlain);
    QVERIFY(!view_->playback().isVisible());
    QVERIFY(!session_->model<SamplingModel>().demand().wanted());
    setLook("column", "frames", HypothesisColor::kPlain);
    QVERIFY(session_->model<SamplingModel>().demand().wanted());
    QVERIFY(!session_->model<SamplingModel>().request().columns.empty());
    QVERIFY(!view_->playback().isVisible());  // nothing was drawn yet
    showPath(3);
    QVERIFY(view_->playback().isVisible());
    session_->selectInstance(7);  // the samples are of the other object
    QVERIFY(!view_->playback().isVisible());
    session_->selectInstance(3);
    view_->hide();
    QVERIFY(!session_->model<SamplingModel>().demand().wanted());
    view_->show();
    QVERIFY(session_->model<SamplingModel>().demand().wanted());
    view_->findChild<QAction*>("scene-hypotheses")->setChecked(false);
    QVERIFY(!session_->model<SamplingModel>().demand().wanted());
    QVERIFY(!view_->playback().isVisible());
  }

  void timeIsSharedBothWays() {
    setLook("column", "frames", HypothesisColor::kPlain);
    showPath(3);
    session_->model<SamplingModel>().setTime(0.4);
    QCOMPARE(view_->playback().time(), 0.4);
    QCOMPARE(view_->contents().time, 0.4);
    view_->findChild<QAction*>("scene-state-back")->trigger();
    QVERIFY(std::abs(session_->model<SamplingModel>().time() - 0.5) < 1e-9);
    view_->playback().setSpeed(4.0);
    view_->findChild<QAction*>("scene-play")->trigger();
    QVERIFY(view_->playback().playing());
    QTRY_VERIFY_WITH_TIMEOUT(!view_->playback().playing(), 10000);
    QCOMPARE(session_->model<SamplingModel>().time(), 0.0);
  }

  void stateIsKept() {
    setLook("column", "boxes", HypothesisColor::kError, HypothesisTrails::kTipsZ);
    const QJsonObject state = view_->saveState();
    SceneView other(*session_);
    other.restoreState(state);
    QCOMPARE(other.contents().layers.look, view_->contents().layers.look);
    const auto without_viewpoint = [](QJsonObject all) {
      all.remove("viewpoint");
      return all;
    };
    QCOMPARE(without_viewpoint(other.saveState()), without_viewpoint(state));
    const auto turn = [](const QJsonObject& all) {
      return all["viewpoint"].toObject()["view_from_cam_R"].toArray();
    };
    for (int i = 0; i < 9; ++i) {  // it is carried over to the floor, which rounds
      QVERIFY(std::abs(turn(other.saveState())[i].toDouble() - turn(state)[i].toDouble()) < 1e-9);
    }
    QJsonObject odd = state;
    odd["samples_color"] = 99;
    odd["samples_trails"] = "no";
    other.restoreState(odd);
    QCOMPARE(other.contents().layers.look.color, HypothesisColor::kEnergy);
  }

  void aCrowdIsThinnedAndSaysSo() {
    setLook("column", "boxes", HypothesisColor::kError, HypothesisTrails::kCenters);
    showPath(10000);
    session_->model<SamplingModel>().setTime(0.1);
    view_->frameSelection();
    QVERIFY(painted() > 1000);
    QVERIFY(view_->figure());
  }

 private:
  void setLook(const QString& source, const QString& mark, HypothesisColor color,
               HypothesisTrails trails = HypothesisTrails::kNone) {
    QJsonObject state = view_->saveState();
    state["samples_source"] = source;
    state["samples_mark"] = mark;
    state["samples_color"] = static_cast<int>(color);
    state["samples_trails"] = static_cast<int>(trails);
    state["onion"] = false;
    view_->restoreState(state);
  }

  void showPath(int count) {
    const Frame& frame = *session_->frame();
    session_->model<SamplingModel>().setColumn(
        0, {test::pathSamples(frame, frame.instances[0], count), false, {}});
  }

  void setOnly(const QStringList& names) {
    for (QAction* action : view_->viewActions()) {
      if (action->isCheckable()) {
        action->setChecked(names.contains(action->objectName().mid(6)));
      }
    }
  }

  QImage grab() {
    QTest::qWait(30);
    return view_->vtkWidget()->grabFramebuffer();
  }

  /// Pixels that are not background.
  int painted() {
    const QImage image = grab();
    const QColor surface = themeOf(*view_).surface;
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
      for (int x = 0; x < image.width(); ++x) {
        count += pixelDistance(image.pixelColor(x, y), surface) > 12.0;
      }
    }
    return count;
  }

  /// At least a quarter of the way from the background to `color`, and of its hue.
  bool inked(const QColor& seen, const QColor& color) const {
    const QColor& surface = themeOf(*view_).surface;
    const auto offset = [&](const QColor& c) {
      return Eigen::Vector3d(c.red() - surface.red(), c.green() - surface.green(), c.blue() - surface.blue());
    };
    const Eigen::Vector3d way = offset(color);
    const double share = offset(seen).dot(way) / way.squaredNorm();
    return share > 0.25 && (offset(seen) - share * way).norm() < 45.0;
  }

  /// Share of points along the edges of the selected object's box at `pose` with a pixel of `color` near.
  double coverage(const Rigid3& pose, const QColor& color) {
    const QImage image = grab();
    const Instance& instance = session_->frame()->instances[0];
    const auto* widget = view_->vtkWidget();
    const OverlayProjection projection{
        view_->viewpoint().camera(widget->width(), widget->height()), view_->viewpoint().view_from_cam, {}};
    const auto corners = box_corners({{pose.R, pose * instance.center_obj}, instance.size});
    int hits = 0;
    int total = 0;
    for (const auto& [a, b] : box_edges()) {
      for (double s = 0.02; s < 1.0; s += 0.02) {
        const auto at = projection.point((1 - s) * corners[static_cast<std::size_t>(a)] +
                                         s * corners[static_cast<std::size_t>(b)]);
        if (!at || !QRectF(image.rect()).adjusted(2, 2, -2, -2).contains(*at)) {
          continue;
        }
        bool hit = false;
        for (int dy = -1; dy <= 1; ++dy) {
          for (int dx = -1; dx <= 1; ++dx) {
            hit =
                hit || inked(image.pixelColor(qRound(at->x() - 0.5) + dx, qRound(at->y() - 0.5) + dy), color);
          }
        }
        hits += hit;
        ++total;
      }
    }
    return total > 0 ? static_cast<double>(hits) / total : 0.0;
  }

  vtkNew<test::VtkMessageCounter> counter_;
  std::unique_ptr<SessionModel> session_;
  std::unique_ptr<SceneView> view_;
};

}  // namespace alidade

using alidade::ScenePlaybackGlTest;
ALIDADE_TEST(ScenePlaybackGlTest)
#include "scene_playback_gl_test.moc"
