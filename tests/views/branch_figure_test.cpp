// SPDX-License-Identifier: BSD-3-Clause
// Accuracies through branches as a heatmap, and in the view of contention.
#include <cmath>

#include <QComboBox>
#include <QImage>
#include <QPainter>
#include <QtTest>

#include "tests/support/branch_accuracies.h"
#include "tests/support/contention_histories.h"
#include "tests/support/test_registry.h"
#include "views/base/color_map.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/contention/branch_canvas.h"
#include "views/contention/contention_canvas.h"
#include "views/contention/contention_figure.h"
#include "views/contention/contention_view.h"
#include "views/contention/epoch_bar.h"

using namespace alidade;

namespace {

const QRectF kBranchArea(0, 0, 640, 360);

BranchQuestion branchesAsked() {
  BranchQuestion question;
  question.a = std::make_shared<const BranchAccuracy>(test::branchAccuracies());
  question.name_a = QStringLiteral("routed");
  return question;
}

QImage branchesPainted(const std::shared_ptr<const BranchSheet>& sheet, const PlotTheme& theme) {
  QImage image(kBranchArea.size().toSize(), QImage::Format_RGB32);
  image.fill(Qt::black);
  QPainter painter(&image);
  BranchFigure(sheet).paint(painter, kBranchArea, theme);
  return image;
}

/// A place of a cell where neither text nor its outline stands.
QPoint quietPlace(const QRectF& cell) {
  return (cell.topLeft() + QPointF(7.0, 7.0)).toPoint();
}

/// Whether a color stands anywhere along the middle of a cell's left rim.
bool rimHas(const QImage& image, const QRectF& cell, const QColor& color) {
  for (int x = 0; x < 6; ++x) {
    const QColor at =
        image.pixelColor(static_cast<int>(cell.left()) + x, static_cast<int>(cell.center().y()));
    if (std::abs(at.red() - color.red()) + std::abs(at.green() - color.green()) +
            std::abs(at.blue() - color.blue()) <
        40) {
      return true;
    }
  }
  return false;
}

}  // namespace

class BranchFigureTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cellsHaveTheColorsOfTheirAccuracies() {
    const auto sheet = makeBranchSheet(branchesAsked());
    const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
    const QImage image = branchesPainted(sheet, theme);
    const BranchLayout layout = layoutBranches(kBranchArea, theme, *sheet);
    QCOMPARE(image.pixelColor(quietPlace(layout.cell(0, 1))).rgb(),
             sequentialColor(SequentialMap::kViridis, 0.25).rgb());
    QCOMPARE(image.pixelColor(quietPlace(layout.cell(2, 1))).rgb(),
             sequentialColor(SequentialMap::kViridis, 0.5).rgb());
    QCOMPARE(image.pixelColor(quietPlace(layout.cell(1, 1))).rgb(),
             sequentialColor(SequentialMap::kViridis, 0.0).rgb());
  }

  void theOwnBranchIsOutlined() {
    const auto sheet = makeBranchSheet(branchesAsked());
    for (const ThemeKind kind : {ThemeKind::kLight, ThemeKind::kDark}) {
      const PlotTheme theme = screenPlotTheme(alidade::theme(kind));
      const QImage image = branchesPainted(sheet, theme);
      const BranchLayout layout = layoutBranches(kBranchArea, theme, *sheet);
      for (std::size_t place = 0; place < 3; ++place) {
        for (std::size_t branch = 0; branch < 3; ++branch) {
          const double percent = sheet->accuracy->at(sheet->category(place), branch);
          if (std::isfinite(percent)) {
            const bool own = sheet->accuracy->own[sheet->category(place)] == static_cast<int>(branch);
            QCOMPARE(rimHas(image, layout.cell(place, branch), inkOn(accuracyColor(*sheet, percent))), own);
          }
        }
      }
    }
  }

  void whatIsUndefinedIsHatched() {
    const auto sheet = makeBranchSheet(branchesAsked());
    const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
    const QImage image = branchesPainted(sheet, theme);
    const QRectF cell = layoutBranches(kBranchArea, theme, *sheet).cell(2, 2);
    int ground = 0, strokes = 0;
    for (int x = static_cast<int>(cell.left()) + 2; x < static_cast<int>(cell.right()) - 2; ++x) {
      const QColor color = image.pixelColor(x, static_cast<int>(cell.center().y()));
      ground += color == theme.background() ? 1 : 0;
      strokes += color != theme.background() ? 1 : 0;
    }
    QVERIFY2(ground > 5 && strokes > 5, qPrintable(QStringLiteral("%1 %2").arg(ground).arg(strokes)));
  }

  void ordersAndScale() {
    BranchQuestion question = branchesAsked();
    QCOMPARE(makeBranchSheet(question)->span, 100.0);
    QVERIFY(makeBranchSheet(question)->title.contains(QStringLiteral("routed")));
    QVERIFY(makeBranchSheet(question)->summary.contains(QStringLiteral("62.5 %")));
    question.choice.order = ContentionOrder::kGroup;
    QCOMPARE(makeBranchSheet(question)->order, (std::vector<int>{0, 1, 2, 3}));
    auto other = test::branchAccuracies();
    other.percent = {2.0, 1.0, 0.0, 9.0, 4.0, 1.0, 0.0, 5.0, 1.0, 1.0, 1.0, 3.0};
    question.a = std::make_shared<const BranchAccuracy>(other);
    question.choice.order = ContentionOrder::kDifficulty;
    QCOMPARE(makeBranchSheet(question)->order, (std::vector<int>{1, 2, 3, 0}));
    QCOMPARE(makeBranchSheet(question)->span, 10.0);
    // A and B have one scale.
    question.b = branchesAsked().a;
    QCOMPARE(makeBranchSheet(question)->span, 100.0);
    question.choice.shown = ContentionShown::kB;
    QCOMPARE(makeBranchSheet(question)->accuracy, question.b);
    question.choice.shown = ContentionShown::kDifference;
    QVERIFY(!makeBranchSheet(question) && branchProblem(question).contains(QStringLiteral("choose A or B")));
  }

  void theViewShowsThemWithAndWithoutAHistory() {
    SessionModel session;
    auto& model = session.model<ContentionModel>();
    ContentionView view(session);
    view.resize(1100, 640);
    view.show();
    ContentionChoice choice;
    choice.reading = ContentionReading::kBranches;
    model.choose(choice);
    QVERIFY(!view.figure());
    QVERIFY(!model.standsAlone());
    const RunId run = session.addRun("routed", branchesAsked().a, false);
    session.chooseRun(Run::kA, run);
    QVERIFY(model.standsAlone() && view.figure());
    auto& canvas = *view.findChild<BranchCanvas*>();
    QVERIFY(canvas.isVisible() && view.context().contains(QStringLiteral("3 branches")));
    QCOMPARE(view.figure()->data().rows.size(), std::size_t{4});
    // Without a history the other readings say what is missing; the list leads back.
    choice.reading = ContentionReading::kMeans;
    model.choose(choice);
    QVERIFY(!view.figure() && !canvas.isVisible());
    bool told = false;
    for (const StateCard* card : view.findChildren<StateCard*>()) {
      told = told || (card->isVisible() && card->sentence().contains(QStringLiteral("history")));
    }
    QVERIFY(told);
    session.chooseRun(Run::kA, session.addRun("joint", test::contentionHistory(), false));
    QVERIFY(view.findChild<ContentionCanvas*>()->isVisible() && view.figure());
    QVERIFY(view.findChild<EpochBar*>()->isVisible());
    for (QComboBox* list : view.findChildren<QComboBox*>()) {
      const int at = list->findText(QStringLiteral("Branch accuracy"));
      if (at >= 0) {
        list->setCurrentIndex(at);
        Q_EMIT list->activated(at);
      }
    }
    QVERIFY(canvas.isVisible() && !view.findChild<EpochBar*>()->isVisible());
    const QJsonObject state = view.saveState();
    choice.reading = ContentionReading::kMeans;
    model.choose(choice);
    view.restoreState(state);
    QVERIFY(model.choice().reading == ContentionReading::kBranches);
  }

  void mouseAndKeysTellWhatAWrongLabelLeadsTo() {
    SessionModel session;
    session.chooseRun(Run::kA, session.addRun("routed", branchesAsked().a, false));
    BranchCanvas canvas;
    canvas.resize(640, 360);
    canvas.setSheet(makeBranchSheet(branchesAsked()));
    canvas.show();
    const HoverCard wrong = canvas.describe({0, 2});
    QVERIFY(wrong.head.contains(QStringLiteral("bottle")) && wrong.head.contains(QStringLiteral("L 3")));
    QVERIFY(wrong.texts().join(QLatin1Char(' ')).contains(QStringLiteral("75.0 %")));
    QVERIFY(wrong.foot.contains(QStringLiteral("wrong label")));
    QVERIFY(canvas.describe({0, 0}).foot.contains(QStringLiteral("own branch")));
    QTest::keyClick(&canvas, Qt::Key_Down);
    QTest::keyClick(&canvas, Qt::Key_Down);
    QTest::keyClick(&canvas, Qt::Key_Right);
    QCOMPARE(*canvas.cursor(), (BranchCanvas::Cell{1, 1}));
    const QPoint middle = canvas.layoutNow().cell(2, 1).center().toPoint();
    QCOMPARE(*canvas.layoutNow().at(middle), (std::pair<std::size_t, std::size_t>{2, 1}));
    QVERIFY(!canvas.layoutNow().at(QPointF(2.0, 2.0)));
  }
};

ALIDADE_TEST(BranchFigureTest)
#include "branch_figure_test.moc"
