// SPDX-License-Identifier: BSD-3-Clause
#include <atomic>
#include <stdexcept>
#include <thread>

#include <QSignalSpy>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/job_runner.h"

using namespace alidade;

namespace {

Expected<void> waitForStop(const JobContext& job) {
  while (!job.stopped()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return Error{ErrorCode::kCancelled, "stopped"};
}

}  // namespace

class JobRunnerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void doneRunsOnThisThreadAfterTheWork() {
    JobRunner runner;
    std::thread::id worker, gui;
    bool worked = false;
    runner.start(
        "add",
        [&](const JobContext&) {
          worker = std::this_thread::get_id();
          return Expected<void>();
        },
        [&](const Expected<void>& outcome) {
          gui = std::this_thread::get_id();
          worked = bool(outcome);
        });
    QVERIFY(runner.busy());
    QTRY_VERIFY(worked);
    QVERIFY(worker != gui && gui == std::this_thread::get_id());
    QVERIFY(!runner.busy());
    QCOMPARE(runner.jobs()[0].state, JobState::kDone);
  }

  void jobsRunOneAfterAnother() {
    JobRunner runner;
    std::atomic<int> running = 0, most = 0;
    int finished = 0;
    for (int i = 0; i < 5; ++i) {
      runner.start(
          QString("job %1").arg(i),
          [&](const JobContext&) {
            most = std::max(most.load(), ++running);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            --running;
            return Expected<void>();
          },
          [&](const Expected<void>&) { ++finished; });
    }
    QCOMPARE(runner.jobs()[0].title, QString("job 4"));
    QTRY_COMPARE(finished, 5);
    QCOMPARE(most.load(), 1);
  }

  void filesDoNotWaitForWhatIsComputed() {
    JobRunner runner;
    bool read = false;
    const int computing = runner.start(
        "compute",
        [](const JobContext& job) -> Expected<void> {
          while (!job.stopped()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
          }
          return Error{ErrorCode::kCancelled, "stopped"};
        },
        {});
    runner.start(
        "read",
        [](const JobContext& job) {
          job.report("reading", 1, 2);
          return Expected<void>();
        },
        [&](const Expected<void>&) { read = true; }, JobLane::kFiles);
    QTRY_VERIFY(read);
    QVERIFY(runner.busy());
    QCOMPARE(runner.jobs()[0].state, JobState::kDone);
    QCOMPARE(runner.jobs()[0].progress.step, std::string("reading"));
    QTRY_COMPARE(runner.jobs()[1].state, JobState::kRunning);
    runner.cancel(computing);
    QTRY_VERIFY(!runner.busy());
    QCOMPARE(runner.jobs()[1].state, JobState::kCancelled);
  }

  void cancelStopsRunningAndQueuedJobs() {
    JobRunner runner;
    int cancelled = 0;
    bool second_ran = false;
    const auto count = [&](const Expected<void>& outcome) {
      cancelled += !outcome && outcome.error().code == ErrorCode::kCancelled;
    };
    const int first = runner.start("first", waitForStop, count);
    const int second = runner.start(
        "second",
        [&](const JobContext&) {
          second_ran = true;
          return Expected<void>();
        },
        count);
    QTRY_COMPARE(runner.jobs()[1].state, JobState::kRunning);
    QCOMPARE(runner.jobs()[0].state, JobState::kQueued);
    runner.cancel(second);
    runner.cancel(first);
    QTRY_COMPARE(cancelled, 2);
    QVERIFY(!second_ran);
    QCOMPARE(runner.jobs()[0].state, JobState::kCancelled);
  }

  void errorsAndExceptionsBecomeSentences() {
    JobRunner runner;
    int finished = 0;
    const auto count = [&](const Expected<void>&) { ++finished; };
    runner.start(
        "error",
        [](const JobContext&) {
          return Expected<void>(Error{ErrorCode::kInput, "a.json: cut short."});
        },
        count);
    runner.start(
        "throws", [](const JobContext&) -> Expected<void> { throw std::runtime_error("boom"); }, count);
    runner.start(
        "odd", [](const JobContext&) -> Expected<void> { throw 3; }, count);
    QTRY_COMPARE(finished, 3);
    for (const JobInfo& job : runner.jobs()) {
      QCOMPARE(job.state, JobState::kFailed);
      QVERIFY(!job.message.isEmpty());
    }
    QCOMPARE(runner.jobs()[2].message, QString("a.json: cut short."));
    QVERIFY(runner.jobs()[1].message.contains("boom"));
  }

  void progressIsThinnedButItsEndIsSeen() {
    JobRunner runner;
    bool finished = false;
    QSignalSpy changes(&runner, &JobRunner::jobsChanged);
    runner.start(
        "count",
        [](const JobContext& job) {
          for (int i = 1; i <= 20000; ++i) {
            job.report("counting", i, 20000);
          }
          return Expected<void>();
        },
        [&](const Expected<void>&) { finished = true; });
    QTRY_VERIFY(finished);
    QVERIFY2(changes.count() < 200, qPrintable(QString::number(changes.count())));
    QCOMPARE(runner.jobs()[0].progress.done, std::int64_t{20000});
    QCOMPARE(runner.jobs()[0].seconds_left, -1.0);
  }

  void destructionStopsEverything() {
    bool called = false;
    std::atomic<bool> entered = false;
    {
      JobRunner runner;
      runner.start(
          "endless",
          [&](const JobContext& job) {
            entered = true;
            return waitForStop(job);
          },
          [&](const Expected<void>&) { called = true; });
      while (!entered) {
        std::this_thread::yield();
      }
    }
    QCoreApplication::processEvents();
    QVERIFY(!called);
  }
};

ALIDADE_TEST(JobRunnerTest)
#include "job_runner_test.moc"
