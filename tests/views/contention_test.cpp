// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QAction>
#include <QComboBox>
#include <QJsonArray>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include "tests/support/contention_histories.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/figure.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/contention/cell_panel.h"
#include "views/contention/contention_canvas.h"
#include "views/contention/contention_view.h"
#include "views/contention/epoch_bar.h"
#include "views/contention/epoch_track.h"
#include "views/contention/group_board.h"
#include "views/contention/group_panel.h"
#include "views/contention/layer_table.h"
#include "views/contention/pair_trend.h"

using namespace alidade;

namespace {

/// The view with a history in it, on the screen.
struct ShownContention {
  SessionModel session;
  ContentionModel& model = session.model<ContentionModel>();
  std::shared_ptr<const ContentionHistory> history = test::contentionHistory();
  std::unique_ptr<ContentionView> view;
  RunId run = 0;

  explicit ShownContention(bool with_history = true) {
    if (with_history) {
      run = session.addRun("joint", history, false);
      session.chooseRun(Run::kA, run);
    }
    view = std::make_unique<ContentionView>(session);
    view->resize(1200, 720);
    view->show();
    QCoreApplication::processEvents();
  }
  template <class Part>
  Part& part() const {
    return *view->findChild<Part*>();
  }
  ContentionCanvas& canvas() const { return part<ContentionCanvas>(); }
  const ContentionSheet& sheet() const { return canvas().figure()->sheet(); }
  void choose(const std::function<void(ContentionChoice&)>& change) const {
    ContentionChoice choice = model.choice();
    change(choice);
    model.choose(choice);
    QCoreApplication::processEvents();
  }
  QPoint middleOf(std::size_t panel, std::size_t row, std::size_t column) const {
    return canvas().layoutNow().square(panel, row, column).center().toPoint();
  }
  void press(const QString& text) const {
    for (QToolButton* button : view->findChildren<QToolButton*>()) {
      if (button->text() == text) {
        button->click();
      }
    }
    QCoreApplication::processEvents();
  }
};

}  // namespace

/// The view of contention: what it makes of the session, the mouse and the keyboard.
class ContentionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void itFollowsTheRunsOfTheSession() {
    ShownContention shown(false);
    QVERIFY(!shown.view->figure() && !shown.model.standsAlone());
    QSignalSpy asked(shown.view.get(), &View::actionRequested);
    for (StateCard* card : shown.view->findChildren<StateCard*>()) {
      if (card->isVisible()) {
        Q_EMIT card->triggered();
      }
    }
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked.takeFirst()[0].toString(), QStringLiteral("open-result"));
    QSignalSpy evidence(&shown.session, &SessionModel::evidenceChanged);
    shown.run = shown.session.addRun("joint", shown.history, false);
    shown.session.chooseRun(Run::kA, shown.run);
    QVERIFY(shown.session.hasEvidence() && !evidence.isEmpty());
    QVERIFY(shown.view->figure());
    QCOMPARE(shown.sheet().panels.size(), std::size_t{3});
    QVERIFY(shown.view->context().contains(QStringLiteral("joint")));
    QVERIFY(shown.view->context().contains(QStringLiteral("5 categories")));
    shown.session.removeRun(shown.run);
    QVERIFY(!shown.view->figure());
  }

  void theEmptyViewOffersToMeasureOne() {
    ShownContention shown(false);
    QSignalSpy asked(shown.view.get(), &View::actionRequested);
    QSignalSpy stopped(&shown.model, &ContentionModel::stopAsked);
    const auto press = [&] {
      for (StateCard* card : shown.view->findChildren<StateCard*>()) {
        if (card->isVisible()) {
          card->findChild<QPushButton*>()->click();
          return card->sentence();
        }
      }
      return QString();
    };
    shown.model.setMeasuring({MeasuringState::Kind::kLacks, QStringLiteral("No dataset.")});
    QCOMPARE(press(), QStringLiteral("No dataset."));
    shown.model.setMeasuring({MeasuringState::Kind::kPossible, QStringLiteral("Measure it.")});
    QCOMPARE(press(), QStringLiteral("Measure it."));
    QCOMPARE(asked.size(), 2);
    QCOMPARE(asked[0][0].toString(), QStringLiteral("open-result"));
    QCOMPARE(asked[1][0].toString(), QStringLiteral("measure-contention"));
    shown.model.setMeasuring({MeasuringState::Kind::kRunning, QStringLiteral("Measuring: 3 / 12")});
    QCOMPARE(press(), QStringLiteral("Measuring: 3 / 12"));
    QVERIFY(asked.size() == 2 && stopped.size() == 1);
    // Beside a history that is shown it is said in the strip.
    shown.session.chooseRun(Run::kA, shown.session.addRun("joint", shown.history, false));
    bool said = false;
    for (const QLabel* label : shown.view->findChildren<QLabel*>()) {
      said = said || (label->isVisible() && label->text() == QLatin1String("Measuring: 3 / 12"));
    }
    QVERIFY(said && shown.view->figure());
    shown.press(QStringLiteral("Stop"));
    QCOMPARE(stopped.size(), 2);
  }

  void aAndBAreRunsOfTheSession() {
    ShownContention shown;
    test::MadeContention made;
    made.seed = 9;
    const auto other = test::contentionHistory(made);
    shown.choose([](ContentionChoice& choice) { choice.part = "head"; });
    const auto a = shown.sheet().panels[0].values;
    shown.session.chooseRun(Run::kB, shown.session.addRun("split", other, false));
    shown.press(QStringLiteral("B"));
    const auto b = shown.sheet().panels[0].values;
    QVERIFY(a != b);
    QVERIFY(shown.view->context().contains(QStringLiteral("split")));
    shown.press(QStringLiteral("A \u2212 B"));
    for (std::size_t i = 0; i < a.size(); ++i) {
      QCOMPARE(shown.sheet().panels[0].values[i], a[i] - b[i]);
    }
  }

  void partsAreChosenBySearch() {
    ShownContention shown;
    auto* kinds = shown.view->findChildren<QComboBox*>()[0];
    QComboBox* parts = nullptr;
    for (QComboBox* list : shown.view->findChildren<QComboBox*>()) {
      parts = list->isEditable() ? list : parts;
    }
    QVERIFY(parts && parts->count() == 4);
    kinds->setCurrentIndex(2);
    Q_EMIT kinds->activated(2);
    QCOMPARE(parts->count(), 9);
    parts->setCurrentIndex(parts->findText(QStringLiteral("head.layer2")));
    Q_EMIT parts->activated(parts->currentIndex());
    QCOMPARE(shown.model.choice().part, std::string("head.layer2"));
    QCOMPARE(shown.sheet().panels[0].part, QStringLiteral("head.layer2"));
  }

  void epochsAreScrubbedAndPlayed() {
    ShownContention shown;
    EpochTrack& track = shown.part<EpochBar>().track();
    QCOMPARE(track.maximum(), 5);
    QTest::mouseClick(&track, Qt::LeftButton, {}, QPointF(track.placeOf(3) + 1.0, 10.0).toPoint());
    QCOMPARE(shown.model.choice().epoch, 15.0);
    QCOMPARE(shown.sheet().panels[0].epoch, 15.0);
    shown.canvas().setFocus();
    QTest::keyClick(&shown.canvas(), Qt::Key_PageDown);
    QCOMPARE(shown.model.choice().epoch, 20.0);
    QTest::keyClick(&shown.canvas(), Qt::Key_PageUp);
    QTest::keyClick(&shown.canvas(), Qt::Key_PageUp);
    QCOMPARE(shown.model.choice().epoch, 10.0);
    QTest::keyClick(&track, Qt::Key_Home);
    QCOMPARE(shown.model.choice().epoch, 0.0);
    QTest::keyClick(&shown.canvas(), Qt::Key_Space);
    QVERIFY(shown.part<EpochBar>().playing());
    QTRY_VERIFY(!shown.part<EpochBar>().playing());
    QCOMPARE(shown.model.choice().epoch, 25.0);
  }

  void rowsStayInPlaceWhileEpochsPlay() {
    ShownContention shown;
    shown.choose([](ContentionChoice& choice) { choice.order = ContentionOrder::kCluster; });
    const auto order = shown.sheet().order;
    shown.part<EpochBar>().setPlaying(true);
    shown.part<EpochBar>().track().setValue(4);
    QCOMPARE(shown.sheet().order, order);
    shown.part<EpochBar>().setPlaying(false);
  }

  void theMouseReadsACell() {
    ShownContention shown;
    shown.choose([&](ContentionChoice& choice) {
      choice.part = "correspondence";
      choice.epoch = 25.0;
    });
    const auto cell = shown.canvas().cellAt(shown.middleOf(0, 1, 2));
    QVERIFY(cell && cell->row == 1 && cell->other == 2);
    QVERIFY(!shown.canvas().cellAt({2.0, 2.0}));
    const QStringList texts = shown.view->describe(*cell).texts();
    QCOMPARE(texts.first(), QStringLiteral("bowl \u00d7 can"));
    for (const char* name : {"cosine", "95 % interval", "corrected", "angle", "lengths", "samples"}) {
      QVERIFY2(texts.filter(QString::fromLatin1(name) + QStringLiteral(": ")).size() == 1, name);
    }
    QVERIFY(texts.last().contains(QStringLiteral("epoch 25")));
  }

  void aClickOpensWhatLiesBehindACell() {
    ShownContention shown;
    shown.choose([](ContentionChoice& choice) {
      choice.part = "correspondence";
      choice.epoch = 25.0;
    });
    QVERIFY(!shown.part<CellPanel>().isVisible());
    QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {}, shown.middleOf(0, 1, 2));
    QCOMPARE(*shown.model.pair(), (ContentionPair{"correspondence", "bowl", "can"}));
    CellPanel& panel = shown.part<CellPanel>();
    QVERIFY(panel.isVisible());
    double sum = 0.0;
    for (const LayerContribution& layer : panel.layers().layers()) {
      sum += layer.share;
    }
    const double cosine = shown.sheet().panels[0].values[1 * 5 + 2];
    QVERIFY(std::abs(sum - cosine) < 1e-12);
    QCOMPARE(panel.trend().cosines().size(), shown.history->epochs.size());
    QCOMPARE(panel.trend().cosines().back(), cosine);
    QTRY_VERIFY(!panel.scoring());
    QVERIFY(panel.planText().contains(QStringLiteral("parameters")));
    panel.setConflictBound(-1.0);
    QTRY_VERIFY(!panel.scoring());
    const QModelIndex score = panel.layers().index(0, LayerTable::kScore);
    QCOMPARE(panel.layers().data(score, Qt::DisplayRole).toString(), QStringLiteral("0.00"));
    // The diagonal opens nothing; Esc closes.
    QTest::mouseClick(&shown.canvas(), Qt::LeftButton, {}, shown.middleOf(0, 3, 3));
    QCOMPARE(shown.model.pair()->row, std::string("bowl"));
    QTest::keyClick(&shown.canvas(), Qt::Key_Escape);
    QVERIFY(!shown.model.pair() && !panel.isVisible());
  }

  void theKeyboardGoesWhereTheMouseGoes() {
    ShownContention shown;
    shown.view->activateWindow();
    shown.canvas().setFocus();
    QTRY_VERIFY(shown.canvas().hasFocus());
    for (const int key : {Qt::Key_Down, Qt::Key_Down, Qt::Key_Right, Qt::Key_Right, Qt::Key_Up}) {
      QTest::keyClick(&shown.canvas(), static_cast<Qt::Key>(key));
    }
    QCOMPARE(*shown.canvas().cursor(), (ContentionCell{0, 1, 3}));
    QTest::keyClick(&shown.canvas(), Qt::Key_Return);
    QCOMPARE(*shown.model.pair(), (ContentionPair{"backbone", "bowl", "laptop"}));
    for (int i = 0; i < 2; ++i) {
      QTest::keyClick(&shown.canvas(), Qt::Key_Right);
    }
    QCOMPARE(*shown.canvas().cursor(), (ContentionCell{1, 1, 0}));
  }

  void opposingSamplesAreAskedAndSelected() {
    ShownContention shown;
    shown.session.setDataset(std::make_shared<test::SmallDataset>(6));
    shown.model.setMeasuresSamplePairs(true);
    shown.model.setPair(ContentionPair{"head", "can", "mug"});
    shown.choose([](ContentionChoice& choice) { choice.part = "head"; });
    QSignalSpy asked(&shown.model, &ContentionModel::samplePairsAsked);
    shown.press(QStringLiteral("Measure"));
    QCOMPARE(asked.size(), 1);
    const SamplePairsQuestion question = *shown.model.samplePairsQuestion();
    QCOMPARE(question.pair, (ContentionPair{"head", "can", "mug"}));
    SamplePairsQuestion late = question;
    late.epoch += 1;
    shown.model.setSamplePairs(late, {{1, 2, 0, 0, -0.4}});
    QVERIFY(!shown.model.samplePairs());
    shown.model.setSamplePairs(question, {{3, 5, 1, 0, -0.9}});
    auto& list = shown.part<QListWidget>();
    QCOMPARE(list.count(), 1);
    list.setCurrentRow(0);
    QCOMPARE(shown.session.selection(), (Selection{3, 1}));
  }

  void labelsAreDraggedBetweenBranches() {
    ShownContention shown;
    shown.choose([](ContentionChoice& choice) {
      choice.part = "correspondence";
      choice.epoch = 25.0;
    });
    shown.press(QStringLiteral("What if"));
    GroupBoard& board = shown.part<GroupBoard>();
    GroupPanel& panel = shown.part<GroupPanel>();
    QVERIFY(board.isVisible());
    QCOMPARE(shown.model.groups().size(), std::size_t{1});
    QCOMPARE(panel.fact(QStringLiteral("between")), QStringLiteral("\u2013"));
    QCOMPARE(panel.fact(QStringLiteral("added parameters")), QStringLiteral("0"));
    QTest::mousePress(&board, Qt::LeftButton, {}, board.labelRect(0, 1).center().toPoint());
    QTest::mouseMove(&board, board.columnRect(1).center().toPoint());
    QTest::mouseRelease(&board, Qt::LeftButton, {}, board.columnRect(1).center().toPoint());
    QCOMPARE(shown.model.groups(), (ContentionModel::Groups{{"bottle", "can", "laptop", "mug"}, {"bowl"}}));
    QCOMPARE(panel.fact(QStringLiteral("added parameters")), QStringLiteral("24"));
    // With the keyboard the other of its camp follows, and the camps are apart.
    board.setFocus();
    QCOMPARE(board.current(), (std::pair<std::size_t, std::size_t>(1, 0)));
    for (const int key : {Qt::Key_Left, Qt::Key_Down, Qt::Key_Down}) {
      QTest::keyClick(&board, static_cast<Qt::Key>(key));
    }
    QTest::keyClick(&board, Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(shown.model.groups(), (ContentionModel::Groups{{"bottle", "can", "mug"}, {"bowl", "laptop"}}));
    QVERIFY(panel.fact(QStringLiteral("within")).startsWith(QStringLiteral("0.")));
    QVERIFY(panel.fact(QStringLiteral("between")).startsWith(QChar(0x2212)));
    QVERIFY(panel.routing().contains(
        QStringLiteral("categories = \"bottle, can, mug\"\n[[group]]\ncategories = \"bowl, laptop\"\n")));
    // The last label that leaves takes its branch along.
    QTest::keyClick(&board, Qt::Key_Left, Qt::ShiftModifier);
    QTest::keyClick(&board, Qt::Key_Right);
    QTest::keyClick(&board, Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(shown.model.groups().size(), std::size_t{1});
  }

  void namesOfRowsAreDraggedIntoOtherGroups() {
    ShownContention shown;
    shown.model.setGroups({{"bottle", "bowl"}, {"can", "laptop", "mug"}});
    const auto nameOf = [&](std::size_t place) {
      const QRectF cell = shown.canvas().layoutNow().square(0, place, 0);
      return QPointF(cell.left() - 10.0, cell.center().y()).toPoint();
    };
    QVERIFY(!shown.canvas().rowNameAt(nameOf(0)));  // no groups are shown
    shown.choose([](ContentionChoice& choice) {
      choice.order = ContentionOrder::kGroup;
      choice.part = "head";
    });
    QCOMPARE(*shown.canvas().rowNameAt(nameOf(1)), 1);
    const auto drag = [&](const QPoint& from, const QPoint& to) {
      QTest::mousePress(&shown.canvas(), Qt::LeftButton, {}, from);
      QTest::mouseMove(&shown.canvas(), to);
      shown.canvas().grab();
      QTest::mouseRelease(&shown.canvas(), Qt::LeftButton, {}, to);
    };
    drag(nameOf(1), nameOf(3));
    QVERIFY(shown.model.groups() == (ContentionModel::Groups{{"bottle"}, {"can", "laptop", "mug", "bowl"}}));
    // Within its group, or beside the matrices, nothing moves; below them lies a new branch.
    drag(nameOf(1), nameOf(2));
    drag(nameOf(1), QPoint(2, 2));
    QCOMPARE(shown.model.groups().size(), std::size_t{2});
    const QPoint below = nameOf(4) + QPoint(0, static_cast<int>(shown.canvas().layoutNow().cell));
    drag(nameOf(1), below);
    QVERIFY(shown.model.groups() ==
            (ContentionModel::Groups{{"bottle"}, {"can", "laptop", "mug"}, {"bowl"}}));
    // A branch that loses its last name goes.
    drag(nameOf(0), nameOf(4));
    QCOMPARE(shown.model.groups().size(), std::size_t{2});
    // Esc puts it back.
    QTest::mousePress(&shown.canvas(), Qt::LeftButton, {}, nameOf(0));
    QTest::keyClick(&shown.canvas(), Qt::Key_Escape);
    QTest::mouseRelease(&shown.canvas(), Qt::LeftButton, {}, nameOf(4));
    QCOMPARE(shown.model.groups().size(), std::size_t{2});
  }

  void branchesAreFilledByDifficultyAndGradients() {
    ShownContention shown;
    shown.choose([](ContentionChoice& choice) {
      choice.part = "correspondence";
      choice.epoch = 25.0;
    });
    shown.press(QStringLiteral("What if"));
    shown.press(QStringLiteral("By gradients"));
    QCOMPARE(shown.model.groups(), (ContentionModel::Groups{{"bottle", "can", "mug"}, {"bowl", "laptop"}}));
    shown.press(QStringLiteral("By difficulty"));  // the last rows are the easy ones
    QCOMPARE(shown.model.groups(), (ContentionModel::Groups{{"laptop", "mug"}, {"bottle", "bowl", "can"}}));
    shown.press(QStringLiteral("Reset"));
    QCOMPARE(shown.model.groups().size(), std::size_t{1});
  }

  void whatWasChosenComesBack() {
    ShownContention shown;
    shown.choose([](ContentionChoice& choice) {
      choice.kind = PartKind::kLayer;
      choice.part = "head.layer2";
      choice.epoch = 10.0;
      choice.order = ContentionOrder::kName;
    });
    shown.model.setPair(ContentionPair{"head.layer2", "can", "mug"});
    shown.model.setGroups({{"bottle", "bowl"}, {"can", "laptop", "mug"}});
    const QJsonObject state = shown.view->saveState();
    ShownContention other;
    other.view->restoreState(state);
    QCOMPARE(other.model.choice(), shown.model.choice());
    QCOMPARE(other.model.groups(), shown.model.groups());
    QCOMPARE(*other.model.pair(), *shown.model.pair());
    QCOMPARE(other.view->saveState(), state);
    other.view->restoreState({{"kind", 99},
                              {"part", 3},
                              {"epoch", "x"},
                              {"order", -4},
                              {"reading", QJsonArray()},
                              {"groups", QJsonArray{QJsonArray{1, 2}, "x"}},
                              {"pair", QJsonArray{"head", "nobody", "mug"}}});
    QVERIFY(other.view->figure());
  }

  void aHistoryOfAnotherKindIsNamedAsSuch() {
    ShownContention shown(false);
    const auto history = test::contentionHistory({}, [](ContentionHistory& made) {
      made.row_kind = "diffusion time";
      made.rows = {"t < 0.2", "t < 0.4", "t < 0.6", "t < 0.8", "t < 1"};
      made.epochs.resize(1);
      made.effects.clear();
    });
    shown.session.chooseRun(Run::kA, shown.session.addRun("times", history, false));
    QVERIFY(shown.view->context().contains(QStringLiteral("5 diffusion times")));
    QVERIFY(!shown.part<EpochBar>().isVisible());
    shown.choose([](ContentionChoice& choice) { choice.reading = ContentionReading::kEffects; });
    QVERIFY(!shown.view->figure());
  }
};

ALIDADE_TEST(ContentionTest)
#include "contention_test.moc"
