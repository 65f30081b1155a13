// SPDX-License-Identifier: BSD-3-Clause
// Runs that stand in tables beside A and B are evaluated as A and B are: as jobs, while somebody looks.
#include <QLabel>
#include <QTableView>
#include <QToolButton>
#include <QUndoStack>
#include <QtTest>

#include "app/gui/workbench.h"
#include "core/evaluation/protocol.h"
#include "core/evaluation/text/report_text.h"
#include "core/studies/plain/evaluate.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/evaluation_model.h"
#include "views/base/session_model.h"
#include "views/metrics/metrics_view.h"

using namespace alidade;

namespace {

/// The small dataset's result, turned by so many degrees more.
std::shared_ptr<PoseResult> turned(const Dataset& dataset, const std::string& name, double degrees) {
  auto result = test::smallResult(dataset, name);
  for (PoseEstimate& estimate : result->estimates) {
    estimate.cam_from_obj.R *= rotation_about(Eigen::Vector3d::UnitY(), degrees * kRadiansPerDegree);
  }
  return result;
}

}  // namespace

class FurtherRunsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theyAreEvaluatedWhileSeen() {
    Workbench workbench;
    SessionModel& session = workbench.session();
    const auto dataset = std::make_shared<test::SmallDataset>(8);
    session.setDataset(dataset);
    std::vector<RunId> runs;
    for (int i = 0; i < 7; ++i) {  // more than are remembered of those that nobody shows
      const std::string name = "run " + std::to_string(i);
      runs.push_back(session.addRun<PoseResult>(name, turned(*dataset, name, -0.5 * i)));
    }
    session.chooseRun(Run::kA, runs[0]);
    session.chooseRun(Run::kB, runs[1]);
    for (std::size_t i = 2; i < runs.size(); ++i) {
      session.setRunInTables(runs[i], true);
    }
    EvaluationModel& evaluation = session.model<EvaluationModel>();
    MetricsView view(session);
    QCoreApplication::processEvents();
    QVERIFY(!workbench.jobs().busy() && evaluation.others().size() < runs.size());
    view.resize(900, 600);
    view.show();
    const auto whole = [&](std::size_t others) {
      return evaluation.others().size() == others && !evaluation.evaluating() && evaluation.reportA() &&
             evaluation.reportB();
    };
    QTRY_VERIFY_WITH_TIMEOUT(whole(5), 60000);
    // The numbers of `alidade evaluate`.
    const auto input =
        evaluation_input(*dataset, *session.runs().get<PoseResult>(runs[4]), JobContext(), false);
    const auto expected =
        evaluate_with_intervals(*find_protocol("nocs-exact"), *input, default_bootstrap(), JobContext());
    QVERIFY(input && expected && evaluation.others()[2].side.report);
    QCOMPARE(evaluation.others()[2].run, runs[4]);
    QCOMPARE(to_csv(to_table(metric_table(*evaluation.others()[2].side.report))),
             to_csv(to_table(metric_table(**expected))));
    QTRY_VERIFY_WITH_TIMEOUT(!workbench.jobs().busy(), 60000);
    for (auto* button : view.findChildren<QToolButton*>()) {
      if (button->text() == "Models") {
        button->click();
      }
    }
    QStringList names;
    for (const MetricTable::Row& row : view.table().rows) {
      names << QString::fromStdString(row.name);
    }
    QCOMPARE(names, (QStringList{"run 0", "run 1", "run 2", "run 3", "run 4", "run 5", "run 6"}));
    // Another name stands in the table, without a new evaluation.
    session.renameRun(runs[3], "renamed");
    QTRY_COMPARE(QString::fromStdString(view.table().rows[3].name), QString("renamed"));
    session.undoStack().undo();
    session.undoStack().undo();  // run 6 leaves the tables
    QTRY_COMPARE(view.table().rows.size(), std::size_t{6});
    // Slices of all of them.
    evaluation.setSlicesShown(this, true);
    evaluation.setSlices({*parse_slice("mugs: category = mug")});
    QTRY_VERIFY_WITH_TIMEOUT(evaluation.comparedSlices() != nullptr, 60000);
    QCOMPARE(evaluation.comparedSlices()->front().others.size(), std::size_t{4});
    QVERIFY(evaluation.comparedSlices()->front().others[3].report);
    // A and B swapped: what is known is not evaluated again.
    session.swapResults();
    QTRY_COMPARE(QString::fromStdString(view.table().rows[0].name), QString("run 1"));
  }
};

ALIDADE_TEST(FurtherRunsTest)
#include "further_runs_test.moc"
