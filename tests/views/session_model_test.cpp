// SPDX-License-Identifier: BSD-3-Clause
#include <QSignalSpy>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/session_model.h"

using namespace alidade;

namespace {

/// Frame 2 cannot be read; frame 3 has annotations 4 and 9 only.
class TrickyDataset : public test::SmallDataset {
 public:
  using SmallDataset::SmallDataset;
  Expected<Frame> load(std::size_t index, const FrameLayers& layers) const override {
    if (index == 2) {
      return input_error("rgb/000002.png", "", "the file is cut short", "copy it again");
    }
    auto frame = SmallDataset::load(index, layers);
    if (index == 3) {
      frame->instances.resize(2);
      frame->instances[0].index = 4;
      frame->instances[1].index = 9;
    }
    return frame;
  }
};

}  // namespace

class SessionModelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void openingSelectsTheFirstFrame() {
    SessionModel session;
    QSignalSpy opened(&session, &SessionModel::datasetChanged);
    QSignalSpy frames(&session, &SessionModel::frameChanged);
    session.setDataset(std::make_shared<test::SmallDataset>(5));
    QCOMPARE(opened.count(), 1);
    QCOMPARE(session.selection(), (Selection{0, 0}));
    QTRY_VERIFY(session.frame());
    QCOMPARE(session.frame()->index, std::size_t{0});
    QVERIFY(frames.count() >= 1);
  }

  void equalSelectionsAreSilent() {
    SessionModel session;
    session.setDataset(std::make_shared<test::SmallDataset>(5));
    QSignalSpy changes(&session, &SessionModel::selectionChanged);
    session.setSelection(session.selection());
    session.selectFrame(0);
    session.setSelection({99, 0});
    session.stepFrame(-4);
    QCOMPARE(changes.count(), 0);
    session.stepFrame(100);
    QCOMPARE(*session.selection().frame, std::size_t{4});
    QCOMPARE(changes.count(), 1);
  }

  void lateFramesAreDropped() {
    SessionModel session;
    session.setDataset(std::make_shared<test::SmallDataset>(40));
    connect(&session, &SessionModel::frameChanged, this, [&] {
      if (session.frame()) {
        QCOMPARE(session.frame()->index, *session.selection().frame);
      }
    });
    for (std::size_t i = 0; i < 40; ++i) {
      session.selectFrame(i);
    }
    QTRY_VERIFY(session.frame());
    QCOMPARE(session.frame()->index, std::size_t{39});
    session.setDataset(std::make_shared<test::SmallDataset>(1));
    QTRY_VERIFY(session.frame());
    QCOMPARE(session.frame()->index, std::size_t{0});
  }

  void unreadableFramesSayWhy() {
    SessionModel session;
    session.setDataset(std::make_shared<TrickyDataset>(5));
    session.selectFrame(2);
    QTRY_VERIFY(session.frameProblem().contains("rgb/000002.png"));
    QVERIFY(!session.frame());
    session.selectFrame(1);
    QTRY_VERIFY(session.frame());
    QVERIFY(session.frameProblem().isEmpty());
  }

  void theFirstInstanceExists() {
    SessionModel session;
    session.setDataset(std::make_shared<TrickyDataset>(5));
    session.selectFrame(3);
    QTRY_VERIFY(session.frame() && session.frame()->index == 3);
    QCOMPARE(session.selection(), (Selection{3, 4}));
    session.selectInstance(9);
    QCOMPARE(session.selection(), (Selection{3, 9}));
  }

  void shiftShowsTheReference() {
    SessionModel session;
    const auto dataset = std::make_shared<test::SmallDataset>(2);
    session.setDataset(dataset);
    const auto a = test::smallResult(*dataset, "a");
    const auto b = test::smallResult(*dataset, "b");
    session.setResultA(a);
    session.setShowReference(true);
    QCOMPARE(session.shownResult()->name, std::string("a"));
    session.setResultB(b);
    QCOMPARE(session.shownResult()->name, std::string("b"));
    QSignalSpy changes(&session, &SessionModel::resultsChanged);
    session.setShowReference(false);
    QCOMPARE(session.shownResult()->name, std::string("a"));
    QCOMPARE(changes.count(), 1);
    session.setDataset(nullptr);
    QVERIFY(!session.shownResult() && !session.frame() && !session.selection().frame);
  }
};

ALIDADE_TEST(SessionModelTest)
#include "session_model_test.moc"
