// SPDX-License-Identifier: BSD-3-Clause
#include <thread>

#include <QComboBox>
#include <QLineEdit>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/session_model.h"
#include "views/log/log_model.h"
#include "views/log/log_view.h"

using namespace alidade;

class LogTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void repeatedLinesFold();
  void linesFromOtherThreadsArrive();
  void sinkOutlivesTheModel();
  void oldestLinesGo();
  void filtersByLevelAndWords();
};

namespace {

const QDateTime kNoon(QDate(2026, 1, 2), QTime(12, 0, 0));

}  // namespace

void LogTest::repeatedLinesFold() {
  LogModel model;
  for (int i = 0; i < 3; ++i) {
    model.append({LogLevel::kWarning, "bop", "mask missing"}, kNoon);
  }
  model.append({LogLevel::kError, "bop", "mask missing"}, kNoon);
  QCOMPARE(model.rowCount(), 2);
  QCOMPARE(model.lineText(0), QStringLiteral("12:00:00 warning bop mask missing  (3 times)"));
  QCOMPARE(model.errorCount(), 1);
  model.clear();
  QCOMPARE(model.rowCount(), 0);
  QCOMPARE(model.errorCount(), 0);
}

void LogTest::linesFromOtherThreadsArrive() {
  LogModel model;
  const auto sink = model.sink();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&sink, t] {
      for (int i = 0; i < 50; ++i) {
        sink({LogLevel::kInfo, "thread " + std::to_string(t), "line " + std::to_string(i)});
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  QCOMPARE(model.rowCount(), 0);  // nothing touches the model outside of its own thread
  QTRY_COMPARE(model.rowCount(), 200);
}

void LogTest::sinkOutlivesTheModel() {
  std::function<void(const LogEntry&)> sink;
  {
    LogModel model;
    sink = model.sink();
    sink({LogLevel::kInfo, "a", "b"});
  }
  sink({LogLevel::kInfo, "a", "c"});
  QCoreApplication::processEvents();
}

void LogTest::oldestLinesGo() {
  LogModel model;
  for (int i = 0; i <= LogModel::kMaxLines; ++i) {
    model.append({LogLevel::kInfo, "x", std::to_string(i)}, kNoon);
  }
  QCOMPARE(model.rowCount(), LogModel::kMaxLines);
  QCOMPARE(model.index(0, LogModel::kText).data().toString(), QStringLiteral("1"));
}

void LogTest::filtersByLevelAndWords() {
  SessionModel session;
  LogModel model;
  LogView view(session, model);
  model.append({LogLevel::kInfo, "infer", "done"}, kNoon);
  model.append({LogLevel::kWarning, "bop", "mask missing"}, kNoon);
  model.append({LogLevel::kError, "bop", "not JSON"}, kNoon);
  QCOMPARE(view.shownLines(), 3);
  QCOMPARE(view.context(), QStringLiteral("1 error"));
  view.findChild<QComboBox*>()->setCurrentIndex(1);
  QCOMPARE(view.shownLines(), 2);
  view.findChild<QLineEdit*>()->setText(QStringLiteral("MASK"));
  QCOMPARE(view.copyText(), QStringLiteral("12:00:00 warning bop mask missing\n"));
  view.findChild<QComboBox*>()->setCurrentIndex(2);
  QCOMPARE(view.shownLines(), 0);
}

ALIDADE_TEST(LogTest)
#include "log_test.moc"
