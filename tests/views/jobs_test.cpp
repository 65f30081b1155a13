// SPDX-License-Identifier: BSD-3-Clause
#include <atomic>
#include <chrono>
#include <thread>

#include <QLabel>
#include <QProgressBar>
#include <QToolButton>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/search_field.h"
#include "views/base/session_model.h"
#include "views/base/table_search.h"
#include "views/jobs/job_row.h"
#include "views/jobs/job_text.h"
#include "views/jobs/jobs_view.h"

using namespace alidade;

class JobsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void statusTexts();
  void rowShowsProgressAndCancels();
  void failureIsShownInline();
  void aSearchLeavesTheRightJobs();
};

void JobsTest::aSearchLeavesTheRightJobs() {
  SessionModel session;
  JobRunner jobs;
  JobsView view(session, jobs);
  view.resize(380, 300);
  view.show();
  for (const char* title : {"Read the masks", "Read the meshes", "Evaluate"}) {
    jobs.start(QString(title), [](const JobContext&) -> Expected<void> { return {}; }, [](const Expected<void>&) {});
  }
  QTRY_VERIFY(!jobs.busy());
  const auto shown = [&] {
    QStringList titles;
    for (const JobRow* row : view.findChildren<JobRow*>()) {
      if (row->isVisible()) {
        for (const JobInfo& job : jobs.jobs()) {
          titles << (job.id == row->jobId() ? job.title : QString());
        }
      }
    }
    titles.removeAll(QString());
    return titles;
  };
  QCOMPARE(shown().size(), 3);
  auto* search = view.findChild<TableSearch*>();
  search->field().open();
  QTest::keyClicks(&search->field(), "read done");
  QCOMPARE(shown().size(), 2);
  QVERIFY(!shown().contains("Evaluate"));
  jobs.start("Read the depth", [](const JobContext&) -> Expected<void> { return {}; }, [](const Expected<void>&) {});
  QTRY_COMPARE(shown().size(), 3);  // what comes later is searched too
  search->setText("nothing of the kind");
  QVERIFY(shown().isEmpty());
  QTest::keyClick(&search->field(), Qt::Key_Escape);
  QCOMPARE(shown().size(), 4);
}

void JobsTest::statusTexts() {
  JobInfo job;
  QCOMPARE(jobStatus(job), QStringLiteral("waiting"));
  job.state = JobState::kRunning;
  job.progress = {"objects", 412, 600};
  job.seconds_left = 21.2;
  QCOMPARE(jobStatus(job), QStringLiteral("412 / 600 · 0:21 left"));
  job.seconds_left = -1.0;
  QCOMPARE(jobStatus(job), QStringLiteral("412 / 600"));
  job.progress = {"reading", 0, 0};
  QCOMPARE(jobStatus(job), QStringLiteral("reading"));
  job.state = JobState::kDone;
  job.seconds = 0.08;
  QCOMPARE(jobStatus(job), QStringLiteral("done · 0.08 s"));
  job.state = JobState::kCancelled;
  job.seconds = 125.0;
  QCOMPARE(jobStatus(job), QStringLiteral("cancelled · 2:05"));
  QCOMPARE(clockTime(3723.0), QStringLiteral("1:02:03"));
}

void JobsTest::rowShowsProgressAndCancels() {
  SessionModel session;
  JobRunner jobs;
  JobsView view(session, jobs);
  view.resize(380, 300);
  view.show();
  std::atomic<bool> stopped = false;
  jobs.start(QStringLiteral("Count"),
             [&stopped](const JobContext& job) -> Expected<void> {
               while (!job.stopped()) {
                 job.report("counting", 25, 100);
                 std::this_thread::sleep_for(std::chrono::milliseconds(5));
               }
               stopped = true;
               return Error{ErrorCode::kCancelled, "cancelled"};
             },
             {});
  QTRY_VERIFY(view.findChild<QProgressBar*>() && view.findChild<QProgressBar*>()->value() == 250);
  QCOMPARE(view.context(), QStringLiteral("1 running"));
  auto* row = view.findChild<JobRow*>();
  QVERIFY(row->findChild<QToolButton*>()->isVisible());
  QTest::mouseClick(row->findChild<QToolButton*>(), Qt::LeftButton);
  QTRY_VERIFY(!jobs.busy());
  QVERIFY(stopped);
  QCOMPARE(jobs.jobs().front().state, JobState::kCancelled);
  QTRY_VERIFY(!row->findChild<QToolButton*>()->isVisible());
  QCOMPARE(view.context(), QString());
}

void JobsTest::failureIsShownInline() {
  SessionModel session;
  JobRunner jobs;
  JobsView view(session, jobs);
  view.resize(380, 300);
  view.show();
  const QString sentence = QStringLiteral("a.json: line 1: <b>not JSON</b>; correct it.");
  jobs.start(QStringLiteral("Open"),
             [&](const JobContext&) -> Expected<void> {
               return Error{ErrorCode::kInput, sentence.toStdString()};
             },
             {});
  const auto shown = [&] {
    const auto labels = view.findChildren<QLabel*>();
    return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
      return label->text() == sentence && label->isVisible() && label->textFormat() == Qt::PlainText;
    });
  };
  QTRY_VERIFY(shown());
}

ALIDADE_TEST(JobsTest)
#include "jobs_test.moc"
