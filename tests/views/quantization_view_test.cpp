// SPDX-License-Identifier: BSD-3-Clause
// The quantization view with real widgets: budget, limits, pages, keyboard, what it remembers.
#include <cmath>
#include <functional>

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <QtTest>

#include "tests/support/quantization_sweeps.h"
#include "tests/support/test_registry.h"
#include "views/base/figure.h"
#include "views/base/hover_canvas.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/parallel/parallel_panel.h"
#include "views/quantization/bit_strip.h"
#include "views/quantization/quantization_view.h"
#include "views/quantization/study_figure.h"
#include "views/quantization/tradeoff_canvas.h"

using namespace alidade;

namespace {

/// The view with the made sweep in it, on the screen.
struct ShownSweep {
  SessionModel session;
  QuantizationModel& model = session.model<QuantizationModel>();
  std::unique_ptr<QuantizationView> view;
  RunId run = 0;

  explicit ShownSweep(bool with_sweep = true) {
    if (with_sweep) {
      run = session.addRun("made up", test::sharedQuantizationSweep(), false);
      session.chooseRun(Run::kA, run);
    }
    view = std::make_unique<QuantizationView>(session);
    view->resize(1200, 680);
    view->show();
    model.settle();
    QCoreApplication::processEvents();
  }
  template <class Part>
  Part& part(const char* name = nullptr) const {
    return *view->findChild<Part*>(name != nullptr ? QString::fromLatin1(name) : QString());
  }
  TradeoffCanvas& canvas() const { return part<TradeoffCanvas>(); }
  const TradeoffSheet& sheet() const { return canvas().tradeoff()->sheet(); }
  void press(const QString& text) const {
    for (QToolButton* button : view->findChildren<QToolButton*>()) {
      if (button->text() == text && button->isVisible()) {
        button->click();
      }
    }
    QCoreApplication::processEvents();
  }
  void choose(const std::function<void(QuantizationChoice&)>& change) const {
    QuantizationChoice choice = model.choice();
    change(choice);
    model.choose(choice);
    model.settle();
    QCoreApplication::processEvents();
  }
};

}  // namespace

class QuantizationViewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void itFollowsTheRunsOfTheSession() {
    ShownSweep shown(false);
    QVERIFY(!shown.view->figure() && !shown.model.standsAlone());
    QSignalSpy asked(shown.view.get(), &View::actionRequested);
    for (StateCard* card : shown.view->findChildren<StateCard*>()) {
      if (card->isVisible()) {
        Q_EMIT card->triggered();
      }
    }
    QCOMPARE(asked.size(), 1);
    shown.run = shown.session.addRun("made up", test::sharedQuantizationSweep(), false);
    shown.session.chooseRun(Run::kA, shown.run);
    QVERIFY(shown.view->figure());
    QVERIFY(shown.view->context().contains(QStringLiteral("made up")));
    shown.model.settle();
    const RunId second = shown.session.addRun("again", test::sharedQuantizationSweep(), false);
    shown.session.chooseRun(Run::kB, second);
    QCOMPARE(shown.sheet().other_name, QStringLiteral("again"));
    QVERIFY(!shown.sheet().other_frontier.empty());
    shown.session.removeRun(shown.run);
    shown.session.removeRun(second);
    QVERIFY(!shown.view->figure());
  }

  void theSliderSolvesWhileItMoves() {
    ShownSweep shown;
    QSlider& slider = shown.part<QSlider>("budgetSlider");
    slider.setValue(0);
    QCOMPARE(shown.model.solved()->levels, shown.model.solver()->at(0).levels);
    double loss = shown.model.solved()->loss;
    for (int value = 50; value <= 1000; value += 50) {
      slider.setValue(value);
      QVERIFY(shown.model.solved()->cost <= shown.model.budgetValue() * (1.0 + 1e-9));
      QVERIFY(shown.model.solved()->loss <= loss);  // more room is never worse
      QCOMPARE(*shown.sheet().budget, shown.model.budgetValue());
      loss = shown.model.solved()->loss;
    }
    QCOMPARE(shown.model.solved()->levels, (std::vector<std::string>{"32", "32", "32"}));
    QVERIFY(shown.part<QLabel>("budgetSolution").text().startsWith(QStringLiteral("32-32-32")));
    QVERIFY(shown.part<QLabel>("budgetSolution").text().contains(QStringLiteral("measured 80.0 %")));
    slider.setValue(300);
    QVERIFY(shown.model.previous());
    const auto strip =
        std::dynamic_pointer_cast<const BitStripFigure>(shown.part<HoverCanvas>("sideStrip").figure());
    QVERIFY(strip);
    for (const BitStripSheet::Row& row : strip->sheet().rows) {
      const bool changed =
          shown.model.solved()->levels[row.module] != shown.model.previous()->levels[row.module];
      QCOMPARE(!row.before.isEmpty(), changed);
    }
  }

  void theBudgetLineIsDraggedAndSteppedByKeys() {
    ShownSweep shown;
    TradeoffCanvas& canvas = shown.canvas();
    QPoint from(qRound(canvas.budgetX()), canvas.height() / 4);
    for (int y = 60; y < canvas.height() / 2 && canvas.stopAt(from); y += 7) {
      from.setY(y);
    }
    const double before = shown.model.budgetValue();
    QTest::mousePress(&canvas, Qt::LeftButton, {}, from);
    QTest::mouseMove(&canvas, from + QPoint(60, 0));
    QMouseEvent move(QEvent::MouseMove, QPointF(from + QPoint(60, 0)), canvas.mapToGlobal(QPointF(from)),
                     Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&canvas, &move);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, from + QPoint(60, 0));
    QVERIFY(shown.model.budgetValue() > 1.05 * before);
    QVERIFY(std::abs(canvas.budgetX() - (from.x() + 60)) < 2.0);
    canvas.setFocus();
    const auto levels = shown.model.solved()->levels;
    QTest::keyClick(&canvas, Qt::Key_PageUp);
    QVERIFY(shown.model.solved()->levels != levels);
    QTest::keyClick(&canvas, Qt::Key_PageDown);
    QCOMPARE(shown.model.solved()->levels, levels);
  }

  void networksAreHoveredAndChosen() {
    ShownSweep shown;
    TradeoffCanvas& canvas = shown.canvas();
    const auto stops = canvas.figure()->stops(canvas.rect(), screenPlotTheme(themeOf(canvas)));
    const auto stop = std::find_if(stops.begin(), stops.end(), [&](const auto& one) {
      const auto at = canvas.stopAt(one.spot.center());
      return one.id >= 0 && at && at->id == one.id;
    });
    QVERIFY(stop != stops.end());
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, stop->spot.center().toPoint());
    QCOMPARE(shown.model.point(), std::optional(static_cast<std::size_t>(stop->id)));
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, stop->spot.center().toPoint());
    QVERIFY(!shown.model.point());
    canvas.setFocus();
    QTest::keyClick(&canvas, Qt::Key_Home);
    QVERIFY(canvas.current());
    const QPointF first = canvas.current()->spot.center();
    QTest::keyClick(&canvas, Qt::Key_Right);
    QVERIFY(canvas.current()->spot.center().x() >= first.x());
    QTest::keyClick(&canvas, Qt::Key_End);
    QTest::keyClick(&canvas, Qt::Key_Return);
    QVERIFY(shown.model.point());
    QTest::keyClick(&canvas, Qt::Key_Escape);
    QVERIFY(!shown.model.point() && !canvas.current());
  }

  void pinsAndAllowedWidthsLimitWhatIsSolved() {
    ShownSweep shown;
    auto& pin = shown.part<QComboBox>("pin-head");
    pin.setCurrentIndex(pin.findData(QStringLiteral("8")));
    Q_EMIT pin.activated(pin.currentIndex());
    QCOMPARE(shown.model.choice().allowed.at("head"), (std::vector<std::string>{"8"}));
    for (const double budget : {0.0, 0.4, 1.0}) {
      shown.choose([&](QuantizationChoice& choice) { choice.budget = budget; });
      QCOMPARE(shown.model.solved()->levels[2], std::string("8"));
    }
    shown.press(QStringLiteral("Free all"));
    shown.model.settle();
    QVERIFY(shown.model.choice().allowed.empty());
    QCOMPARE(pin.currentIndex(), 0);
    shown.choose([](QuantizationChoice& choice) { choice.allowed["head"] = {"4", "8"}; });
    shown.choose([](QuantizationChoice& choice) { choice.allowed["pyramid"] = {"9"}; });  // nothing is left
    QVERIFY(!shown.model.solver() && !shown.model.problem().isEmpty());
    QVERIFY(shown.part<QLabel>("budgetSolution").text().contains(QStringLiteral("pyramid")));
    QVERIFY(shown.view->figure());  // what was measured is still there
  }

  void limitsAreSolvedBesideTheWindow() {
    ShownSweep shown;
    const auto before = shown.model.solved()->levels;
    QSignalSpy solved(&shown.model, &QuantizationModel::solutionChanged);
    QuantizationChoice choice = shown.model.choice();
    choice.allowed["head"] = {"8"};
    shown.model.choose(choice);
    choice.allowed["head"] = {"4"};
    shown.model.choose(choice);
    QVERIFY(solved.isEmpty() && shown.model.solver());  // the one before, until the newest is there
    QCOMPARE(shown.model.solved()->levels, before);
    QTRY_COMPARE(shown.model.solved()->levels[2], std::string("4"));
    QVERIFY(solved.size() <= 2);
    choice.cost = SweepCost::kCompression;
    shown.model.choose(choice);
    QVERIFY(!shown.model.solver() && std::isnan(shown.model.budgetValue()));  // never in other units
    QVERIFY(shown.view->figure());                                            // waits
    QVERIFY(shown.model.solver() && shown.sheet().budget);
  }

  void pagesShowTheirFigures() {
    ShownSweep shown;
    shown.press(QStringLiteral("Bits"));
    QVERIFY(std::dynamic_pointer_cast<const BitStripFigure>(shown.view->figure()));
    shown.press(QStringLiteral("Layers"));
    QCOMPARE(std::dynamic_pointer_cast<const BitStripFigure>(shown.view->figure())->sheet().rows.size(),
             std::size_t{9});
    shown.press(QStringLiteral("Order"));
    QCOMPARE(std::dynamic_pointer_cast<const StudyFigure>(shown.view->figure())->sheet().columns.size(),
             std::size_t{8});
    shown.press(QStringLiteral("Widths"));
    QCOMPARE(shown.part<QComboBox>("modules").currentText(), QStringLiteral("pyramid"));
    QVERIFY(std::dynamic_pointer_cast<const StudyFigure>(shown.view->figure()));
    shown.press(QStringLiteral("Parallel"));
    QVERIFY(std::dynamic_pointer_cast<const ParallelFigure>(shown.view->figure()));
    shown.press(QStringLiteral("Trade-off"));
    QVERIFY(std::dynamic_pointer_cast<const TradeoffFigure>(shown.view->figure()));
    shown.choose([](QuantizationChoice& choice) { choice.cost = SweepCost::kBitOperations; });
    QCOMPARE(shown.sheet().cost, SweepCost::kBitOperations);
  }

  void aPageWithoutNetworksSaysWhy() {
    ShownSweep shown(false);
    QuantizationSweep lone = test::quantizationSweep();
    lone.points.resize(1);
    shown.run = shown.session.addRun("lone", std::make_shared<const QuantizationSweep>(lone), false);
    shown.session.chooseRun(Run::kA, shown.run);
    shown.press(QStringLiteral("Order"));
    QVERIFY(!shown.view->figure());
    bool said = false;
    for (const StateCard* card : shown.view->findChildren<StateCard*>()) {
      said = said || (card->isVisible() && card->sentence().contains(QStringLiteral("combinations")));
    }
    QVERIFY(said);
  }

  void whatWasChosenComesBack() {
    ShownSweep shown;
    shown.choose([](QuantizationChoice& choice) {
      choice.page = QuantizationPage::kTradeoff;
      choice.cost = SweepCost::kCompression;
      choice.metric = "adi_0.5d";
      choice.budget = 0.75;
      choice.calibration = false;
      choice.allowed = {{"head", {"4", "8"}}};
      choice.module = "pyramid";
    });
    shown.model.setPoint(4);
    const QJsonObject state = shown.view->saveState();
    const QuantizationChoice before = shown.model.choice();
    ShownSweep other;
    other.view->restoreState(state);
    other.model.settle();
    QVERIFY(other.model.choice() == before);
    QCOMPARE(other.model.point(), std::optional<std::size_t>(4));
    QCOMPARE(other.model.solved()->levels, shown.model.solved()->levels);
    other.view->restoreState(QJsonObject{{"page", 99}, {"budget", "much"}, {"allowed", 3}, {"cost", -4}});
    QCOMPARE(int(other.model.choice().page), int(QuantizationPage::kTradeoff));
    QVERIFY(other.view->figure());
  }
};

ALIDADE_TEST(QuantizationViewTest)
#include "quantization_view_test.moc"
