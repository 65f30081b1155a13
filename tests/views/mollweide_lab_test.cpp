// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QAction>
#include <QComboBox>
#include <QImage>
#include <QJsonArray>
#include <QMouseEvent>
#include <QPainter>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <QtTest>

#include "core/base/constants.h"
#include "core/evaluation/errors/sample_basins.h"
#include "core/geometry/rotation.h"
#include "tests/support/test_registry.h"
#include "tests/views/mollweide_support.h"
#include "views/base/figure_export.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/mollweide/marked_panel.h"
#include "views/mollweide/mollweide_canvas.h"
#include "views/mollweide/mollweide_view.h"

using namespace alidade;
using namespace alidade::test;

class MollweideLabTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theLabColumnFollowsTheSharedTime() {
    Desk desk;
    QVERIFY(desk.figure());
    QVERIFY(desk.session.model<SamplingModel>().demand().wanted());
    QCOMPARE(desk.figure()->source().samples.size(), std::size_t{4});
    QVERIFY(desk.figure()->source().samples[2].isApprox(aboutY(178.0)));  // t = 0
    desk.session.model<SamplingModel>().setTime(0.7);
    QVERIFY(desk.figure()->source().samples[2].isApprox(aboutY(60.0)));
    QCOMPARE(*desk.figure()->source().time, 1.0 - 1.0 / 3.0);
    QVERIFY(desk.figure()->source().caption.find("A · schedule 0 · t = 0.67") == 0);
    auto* slider = desk.view->findChild<QSlider*>();
    slider->setValue(0);
    QCOMPARE(desk.session.model<SamplingModel>().time(), 1.0);
    QVERIFY(desk.figure()->source().samples[2].isApprox(aboutY(15.0)));
    desk.session.model<SamplingModel>().setTime(0.0);
    QCOMPARE(slider->value(), slider->maximum());
    desk.list("Samples")->setCurrentIndex(MollweideView::kResult);
    QVERIFY(!desk.session.model<SamplingModel>().demand().wanted());
  }

  void theBackdropIsKeptWhileTimeChanges() {
    Desk desk;
    const auto first = desk.figure();
    desk.session.model<SamplingModel>().setTime(0.5);
    QVERIFY(desk.figure() != first && desk.figure()->sameBackdrop(*first));
    const QImage moved = grabbed(desk.canvas());
    desk.session.model<SamplingModel>().setTime(0.0);
    QVERIFY(grabbed(desk.canvas()) != moved);
    // What is kept and what is painted anew make the same picture as the figure itself.
    QImage whole(desk.canvas()->size(), QImage::Format_RGB32);
    QPainter painter(&whole);
    desk.figure()->paint(painter, desk.canvas()->rect(), screenPlotTheme(themeOf(*desk.canvas())));
    painter.end();
    QCOMPARE(grabbed(desk.canvas()), whole);
    desk.view->viewActions()[0]->setChecked(true);
    QVERIFY(!desk.figure()->sameBackdrop(*first));
  }

  void anAnswerIsDrawnOnce() {
    Desk desk;
    SamplingModel& model = desk.session.model<SamplingModel>();
    std::vector<std::shared_ptr<const Figure>> drawn{desk.view->figure()};
    const auto note = [&] {
      if (desk.view->figure() != drawn.back()) {
        drawn.push_back(desk.view->figure());
      }
    };
    for (const auto signal :
         {&SamplingModel::asked, &SamplingModel::schedulesChanged, &SamplingModel::samplingChanged,
          &SamplingModel::answered, &SamplingModel::measured, &SamplingModel::basinsAnswered}) {
      connect(&model, signal, desk.view.get(), note);
    }
    SamplingRequest request = model.request();
    request.columns[0].guidance.w_max = 7.0;
    model.ask(request);
    model.setSampling(0);
    QCOMPARE(drawn.size(), std::size_t{1});  // an edit changes no sample
    model.setColumn(0, {walks("next", 5.0), false, {}});
    QCOMPARE(drawn.size(), std::size_t{2});
  }

  void theLassoMarksSamplesAndSaysWhichLeft() {
    Desk desk;
    desk.button("Lasso")->click();
    QCOMPARE(desk.canvas()->tool(), MollweideCanvas::Tool::kLasso);
    auto* panel = desk.view->findChild<MarkedPanel*>();
    QVERIFY(panel->isHidden());
    desk.lasso(desk.placeOf(2), 12.0);
    QCOMPARE(desk.session.model<SamplingModel>().marked(), std::vector<int>{2});
    QVERIFY(panel->isVisible());
    QTRY_VERIFY(!panel->summary().isEmpty());
    QVERIFY2(panel->summary().startsWith("1 marked · 1 left their basin"), qPrintable(panel->summary()));
    // The map keeps its room: the list is a line until it is asked for.
    QTRY_VERIFY(panel->height() < 60);
    QVERIFY(!panel->listShown());
    desk.button("List")->click();
    QTRY_VERIFY(panel->height() >= 120);
    desk.button("List")->click();
    QTRY_VERIFY(panel->height() < 60);
    const MarkedModel& model = panel->model();
    const auto cell = [&](int row, int column) {
      return model.data(model.index(row, column), Qt::DisplayRole).toString();
    };
    QCOMPARE(cell(0, MarkedModel::kFirst), QString("truth"));
    QCOMPARE(cell(0, MarkedModel::kEnd), QString("180° y"));
    QCOMPARE(cell(0, MarkedModel::kChanges), QString("1"));
    QCOMPARE(cell(0, MarkedModel::kLastChange), QString("0.33"));
    QVERIFY(desk.figure()->source().paths && desk.figure()->source().paths->size() == 1);
    QCOMPARE(desk.figure()->source().paths->front().states.size(), std::size_t{4});

    // All of them: the leavers stand first.
    desk.session.model<SamplingModel>().setMarked({0, 1, 2, 3});
    QVERIFY(panel->summary().startsWith("1 marked"));  // the last answer, until the next one comes
    QTRY_VERIFY(panel->summary().startsWith("4 marked · 2 left their basin"));
    QCOMPARE(cell(0, MarkedModel::kSample), QString("3"));
    QCOMPARE(cell(1, MarkedModel::kEnd), QString("outside"));
    QCOMPARE(model.sampleAt(3), 1);
    QCOMPARE(model.sampleAt(4), -1);
    // An empty lasso forgets them.
    desk.lasso(QPointF(4, desk.canvas()->height() - 8), 3.0);
    QVERIFY(desk.session.model<SamplingModel>().marked().empty());
    QVERIFY(panel->isHidden() && !desk.figure()->source().paths);
  }

  void escapeGivesUpTheLassoThenTheTool() {
    Desk desk;
    desk.button("Lasso")->click();
    const QPoint at = desk.placeOf(0).toPoint();
    const QImage before = grabbed(desk.canvas());
    QTest::mousePress(desk.canvas(), Qt::LeftButton, {}, at - QPoint(20, 20));
    QTest::mouseMove(desk.canvas(), at + QPoint(20, -20));
    QTest::mouseMove(desk.canvas(), at + QPoint(20, 20));
    QVERIFY(grabbed(desk.canvas()) != before);  // the line is seen
    QTest::keyClick(desk.canvas(), Qt::Key_Escape);
    QCOMPARE(grabbed(desk.canvas()), before);
    QTest::mouseRelease(desk.canvas(), Qt::LeftButton, {}, at);
    QVERIFY(desk.session.model<SamplingModel>().marked().empty());
    QCOMPARE(desk.canvas()->tool(), MollweideCanvas::Tool::kLasso);
    QTest::keyClick(desk.canvas(), Qt::Key_Escape);
    QCOMPARE(desk.canvas()->tool(), MollweideCanvas::Tool::kGlobe);
    QVERIFY(!desk.button("Lasso")->isChecked());
  }

  void marksAreInTheExport() {
    Desk desk;
    desk.session.model<SamplingModel>().setMarked({2});
    const Table table = desk.figure()->data();
    const auto column = static_cast<std::size_t>(
        std::find(table.columns.begin(), table.columns.end(), "marked") - table.columns.begin());
    int marked = 0, states = 0;
    for (const auto& row : table.rows) {
      const auto& kind = std::get<std::string>(row[0]);
      marked += kind == "sample" && std::get<double>(row[column]) == 1.0;
      states += kind == "path";
    }
    QCOMPARE(marked, 1);
    QCOMPARE(states, 4);
    const auto with = figureBytes(*desk.figure(), ".svg", {});
    desk.session.model<SamplingModel>().setMarked({});
    const auto without = figureBytes(*desk.figure(), ".svg", {});
    QVERIFY(with && without && *with != *without);
  }

  void draggingTheObjectTurnsTheCanonicalRotationAlone() {
    Desk desk;
    QTRY_VERIFY(desk.shows());
    const auto before = desk.view->saveState();
    const QPoint middle = desk.canvas()->rect().center() - QPoint(0, 30);
    QTest::mousePress(desk.canvas(), Qt::LeftButton, Qt::ControlModifier, middle);
    QMouseEvent move(QEvent::MouseMove, middle + QPoint(40, 0),
                     desk.canvas()->mapToGlobal(middle + QPoint(40, 0)), Qt::NoButton, Qt::LeftButton,
                     Qt::ControlModifier);
    QCoreApplication::sendEvent(desk.canvas(), &move);
    QTest::mouseRelease(desk.canvas(), Qt::LeftButton, Qt::ControlModifier, middle + QPoint(40, 0));
    const auto turned = desk.view->saveState();
    QVERIFY(turned["canonical_rotation"] != before["canonical_rotation"]);
    QCOMPARE(turned["camera_rotation"], before["camera_rotation"]);
    QVERIFY(canonicalText(desk.figure()->source().canonical).startsWith("canonical rotation ("));
    // The tool does the same without the key, and the arrows too.
    desk.button("Turn object")->click();
    QTest::keyClick(desk.canvas(), Qt::Key_Left);
    QVERIFY(desk.view->saveState()["canonical_rotation"] != turned["canonical_rotation"]);
    QCOMPARE(desk.view->saveState()["camera_rotation"], before["camera_rotation"]);
    SessionModel other_session;
    MollweideView other(other_session);
    other.restoreState(desk.view->saveState());
    QCOMPARE(other.saveState()["source"].toInt(), static_cast<int>(MollweideView::kLab));
    QVERIFY(std::abs(other.saveState()["canonical_rotation"].toArray()[0].toDouble() -
                     desk.view->saveState()["canonical_rotation"].toArray()[0].toDouble()) < 1e-12);
    auto* reset = desk.button("Reset");
    QVERIFY(reset->isVisible());
    reset->click();
    QVERIFY(desk.figure()->source().canonical.isIdentity());
    QVERIFY(!reset->isVisible());
  }

  void smallMapsOverTimesAndSchedules() {
    Desk desk(3);
    auto* maps = desk.list("Maps");
    maps->setCurrentIndex(MollweideView::kOverTime);
    auto multiples = std::dynamic_pointer_cast<const MollweideMultiplesFigure>(desk.view->figure());
    QVERIFY(multiples);
    QCOMPARE(multiples->size(), std::size_t{4});  // no more than there are states
    QVERIFY(multiples->map(0).samples[2].isApprox(aboutY(15.0)));
    QVERIFY(multiples->map(3).samples[2].isApprox(aboutY(178.0)));
    desk.view->findChild<QSpinBox*>()->setValue(2);
    multiples = std::dynamic_pointer_cast<const MollweideMultiplesFigure>(desk.view->figure());
    QCOMPARE(multiples->size(), std::size_t{2});
    maps->setCurrentIndex(MollweideView::kOverSchedules);
    multiples = std::dynamic_pointer_cast<const MollweideMultiplesFigure>(desk.view->figure());
    QCOMPARE(multiples->size(), std::size_t{3});
    QVERIFY(multiples->map(2).samples[0].isApprox(aboutY(4.0)));
    maps->setCurrentIndex(MollweideView::kSchedulesOverTime);
    multiples = std::dynamic_pointer_cast<const MollweideMultiplesFigure>(desk.view->figure());
    QCOMPARE(multiples->size(), std::size_t{6});
    // Each panel shows its own samples at their places, and panels do not overlap.
    const PlotTheme plot = screenPlotTheme(themeOf(*desk.canvas()));
    const QRectF area = desk.canvas()->rect();
    const QImage image = grabbed(desk.canvas());
    for (std::size_t i = 0; i < multiples->size(); ++i) {
      const MapPlacement on = multiples->placement(i, area, plot);
      QVERIFY(area.contains(on.bounds()));
      for (std::size_t k = 0; k < i; ++k) {
        QVERIFY(!multiples->placement(k, area, plot).bounds().intersects(on.bounds()));
      }
      int found = 0;
      for (const auto& R : multiples->map(i).samples) {
        const QColor seen = image.pixelColor(on.at(multiples->map(i).place(R)).toPoint());
        const QColor expected = cyclicColor(CyclicMap::kUniform, multiples->map(i).place(R).hue);
        found += std::abs(seen.red() - expected.red()) + std::abs(seen.green() - expected.green()) +
                     std::abs(seen.blue() - expected.blue()) <
                 60;
      }
      QVERIFY2(found >= 2, qPrintable(QString("panel %1: %2").arg(i).arg(found)));
    }
    QCOMPARE(multiples->data().rows.size(), std::size_t{6 * 4});
    // A line on one of them marks its samples.
    desk.button("Lasso")->click();
    const MapPlacement last = multiples->placement(5, area, plot);
    desk.lasso(last.at(multiples->map(5).place(multiples->map(5).samples[3])), 6.0);
    QCOMPARE(desk.session.model<SamplingModel>().marked(), std::vector<int>{3});
  }

  void multiplesAreMadeFromSamplesAndTimesAlone() {
    const auto samples = walks("exp");
    const MollweideMultiplesFigure figure(samples, spreadTimes(*samples, 3));
    QCOMPARE(figure.size(), std::size_t{3});
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      const auto first = figureBytes(figure, extension, {});
      const auto second = figureBytes(figure, extension, {});
      QVERIFY(first && second && *first == *second);
    }
    QCOMPARE(MollweideMultiplesFigure(std::shared_ptr<const ObjectSamples>(), {0.0, 1.0}).size(),
             std::size_t{0});
    MollweideMultiplesStyle style;
    style.density = MapDensityOptions{4, 0.6};
    const MollweideMultiplesFigure dense({samples, walks("other", 40.0)}, {1.0, 0.0}, style);
    QCOMPARE(dense.size(), std::size_t{4});
    for (std::size_t i = 1; i < 4; ++i) {  // one color scale for all
      QCOMPARE(dense.map(i).density->highest, dense.map(0).density->highest);
    }
    const auto bytes = figureBytes(dense, ".png", {});
    QVERIFY(bytes && !bytes->empty());
  }

  void densityModeHasItsBarAndItsKernel() {
    Desk desk;
    QVERIFY(!desk.list("Kernel")->isVisible());
    desk.list("Drawn as")->setCurrentIndex(MollweideView::kDensity);
    QVERIFY(desk.list("Kernel")->isVisible());
    const auto density = desk.figure()->source().density;
    QVERIFY(density && density->radius == chosenKernelRadius(4));
    desk.list("Kernel")->setCurrentIndex(3);
    QVERIFY(std::abs(desk.figure()->source().density->radius - 20.0 * kPi / 180.0) < 1e-12);
    // The bar's right end has the color of the highest density.
    const PlotTheme plot = screenPlotTheme(themeOf(*desk.canvas()));
    const QRectF bar = desk.figure()->layout(desk.canvas()->rect(), plot).bar;
    const QImage image = grabbed(desk.canvas());
    const QColor top = sequentialColor(SequentialMap::kViridis, 1.0);
    bool found = false;
    for (int y = static_cast<int>(bar.top()); y < bar.bottom(); ++y) {
      const QColor seen = image.pixelColor(static_cast<int>(bar.right()) - 2, y);
      found = found || std::abs(seen.red() - top.red()) + std::abs(seen.green() - top.green()) < 30;
    }
    QVERIFY(found);
    // It is made again for other samples.
    desk.session.model<SamplingModel>().setTime(1.0);
    QVERIFY(desk.figure()->source().density != density);
  }

  void emptyStatesSayWhy() {
    SessionModel session;
    MollweideView view(session);
    view.restoreState({{"source", static_cast<int>(MollweideView::kLab)}});
    view.show();
    auto* card = view.findChild<StateCard*>();
    QVERIFY(card->sentence().startsWith("Open a dataset"));
    session.setDataset(std::make_shared<test::SmallDataset>(2));
    QVERIFY(QTest::qWaitFor([&] { return session.frame() != nullptr; }));
    QVERIFY(card->sentence().startsWith("Sampling"));
    QCOMPARE(session.model<SamplingModel>().request().columns.size(), std::size_t{1});  // nobody else asked
    SamplingModel::Column broken;
    broken.problem = "The object has no visible points.";
    session.model<SamplingModel>().setColumn(0, broken);
    QCOMPARE(card->sentence(), broken.problem);
    QVERIFY(!view.figure());
  }
};

ALIDADE_TEST(MollweideLabTest)
#include "mollweide_lab_test.moc"
