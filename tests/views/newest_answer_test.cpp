// SPDX-License-Identifier: BSD-3-Clause
#include <atomic>
#include <stdexcept>
#include <vector>

#include <QSemaphore>
#include <QThread>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/newest_answer.h"

using namespace alidade;

namespace {

/// Questions with numbers; the worker holds each until it is let go.
struct Questions {
  QSemaphore begun, let_go;
  std::vector<int> computed;  ///< by the other thread, one at a time
  std::vector<int> taken;
  NewestAnswer answer;  // last: ends first

  void ask(int number) {
    answer.ask([this, number] {
      begun.release();
      let_go.acquire();
      computed.push_back(number);
      return [this, number] { taken.push_back(number); };
    });
  }
};

}  // namespace

class NewestAnswerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theOneUnderWayEndsAndTheLastFollows() {
    Questions questions;
    questions.ask(1);
    questions.begun.acquire();
    questions.ask(2);
    questions.ask(3);
    QVERIFY(questions.answer.awaited() && questions.taken.empty());
    questions.let_go.release(2);
    QTRY_VERIFY(!questions.answer.awaited());
    QCOMPARE(questions.taken, (std::vector<int>{1, 3}));
    QCOMPARE(questions.computed, (std::vector<int>{1, 3}));
  }

  void itComputesElsewhereAndTakesHere() {
    NewestAnswer answer;
    QThread *computed_in = nullptr, *taken_in = nullptr;
    answer.ask([&] {
      computed_in = QThread::currentThread();
      return [&] { taken_in = QThread::currentThread(); };
    });
    QTRY_VERIFY(taken_in);
    QVERIFY(computed_in && computed_in != taken_in);
    QCOMPARE(taken_in, QThread::currentThread());
  }

  void waitingTakesTheNewestNow() {
    Questions questions;
    questions.let_go.release(3);
    questions.ask(1);
    questions.ask(2);
    questions.ask(3);
    questions.answer.wait();
    QCOMPARE(questions.taken.back(), 3);
    QVERIFY(!questions.answer.awaited());
    const auto taken = questions.taken;
    QTest::qWait(20);
    QCOMPARE(questions.taken, taken);  // not a second time
    questions.answer.wait();           // nothing to wait for
    QCOMPARE(questions.taken, taken);
  }

  void whatIsForgottenIsNotTaken() {
    Questions questions;
    questions.ask(1);
    questions.begun.acquire();
    questions.ask(2);
    questions.answer.forget();
    QVERIFY(!questions.answer.awaited());
    questions.ask(4);
    questions.let_go.release(2);
    QTRY_VERIFY(!questions.answer.awaited());
    QCOMPARE(questions.taken, std::vector<int>{4});
  }

  void nothingBeginsWhilePausedButForOneWhoWaits() {
    Questions questions;
    questions.let_go.release(9);
    questions.answer.setPaused(true);
    questions.ask(1);
    QTest::qWait(20);
    QVERIFY(questions.answer.awaited());
    QCOMPARE(questions.begun.available(), 0);
    questions.answer.wait();
    QCOMPARE(questions.taken, std::vector<int>{1});
    questions.ask(2);
    questions.answer.setPaused(false);
    QTRY_COMPARE(questions.taken, (std::vector<int>{1, 2}));
  }

  void anExceptionIsNoAnswer() {
    NewestAnswer answer;
    answer.ask([]() -> NewestAnswer::Take { throw std::runtime_error("no memory"); });
    answer.wait();
    QVERIFY(!answer.awaited());
    bool taken = false;
    answer.ask([&] { return [&] { taken = true; }; });
    answer.wait();
    QVERIFY(taken);
  }

  void itEndsWhileAQuestionIsOpen() {
    bool taken = false;
    {
      NewestAnswer answer;
      answer.ask([&] { return [&] { taken = true; }; });
      answer.ask([&] { return [&] { taken = true; }; });
    }
    QCoreApplication::processEvents();
    QVERIFY(!taken);
  }
};

ALIDADE_TEST(NewestAnswerTest)
#include "newest_answer_test.moc"
