// SPDX-License-Identifier: BSD-3-Clause
// The report that the command line prints and the one behind the window's table are the same bytes.
#include <QProcess>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/workbench.h"
#include "core/evaluation/text/report_text.h"
#include "core/exchange/result_file.h"
#include "tests/support/test_registry.h"
#include "views/base/evaluation_model.h"
#include "views/metrics/metrics_view.h"

using namespace alidade;

namespace {

QString share(const char* path) {
  return QString::fromStdString(share_path(path));
}

QByteArray run(const QStringList& arguments) {
  QProcess program;
  program.start(qEnvironmentVariable("ALIDADE_BINARY"), arguments);
  if (!program.waitForFinished(240000) || program.exitCode() != 0) {
    qWarning("%s", program.readAllStandardError().constData());
    return {};
  }
  return program.readAllStandardOutput();
}

}  // namespace

class MetricsEqualCliTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase();
  void reportsAreEqualBytes_data();
  void reportsAreEqualBytes();

 private:
  QTemporaryDir folder_;
  Workbench workbench_;
  std::unique_ptr<MetricsView> view_;
};

void MetricsEqualCliTest::initTestCase() {
  view_ = std::make_unique<MetricsView>(workbench_.session());
  view_->show();
  workbench_.trySample();
  const auto estimated = [this] {
    const auto result = workbench_.session().resultA();
    return result && result->estimates.size() > 20 && workbench_.session().resultB();
  };
  QTRY_VERIFY_WITH_TIMEOUT(estimated(), 240000);
  // The file that `alidade infer --out` would write of this result.
  QVERIFY(write_pose_result(*workbench_.session().resultA(), folder_.filePath("r.npz").toStdString()));
}

void MetricsEqualCliTest::reportsAreEqualBytes_data() {
  QTest::addColumn<QString>("protocol");
  for (const char* id : {"nocs-exact", "nocs-legacy", "omni6d-analytic"}) {
    QTest::newRow(id) << QString(id);
  }
}

void MetricsEqualCliTest::reportsAreEqualBytes() {
  QFETCH(QString, protocol);
  const QByteArray printed =
      run({"evaluate", "--protocol", protocol, "--dataset", share("datasets/tabletop-mini"), "--result",
           folder_.filePath("r.npz"), "--json", "--samples"});
  QVERIFY(!printed.isEmpty());
  EvaluationModel& evaluation = workbench_.session().model<EvaluationModel>();
  evaluation.setProtocol(protocol);
  const auto ready = [&] {
    const auto report = evaluation.reportA();
    return report && report->protocol == protocol.toStdString() && !evaluation.evaluating();
  };
  QTRY_VERIFY_WITH_TIMEOUT(ready(), 240000);
  const QByteArray shown = QByteArray::fromStdString(to_json(*evaluation.reportA(), true));
  QCOMPARE(shown.size(), printed.size());
  QVERIFY(shown == printed);
  // And the table of the view is made of that report.
  const MetricTable table = metric_table(*evaluation.reportA());
  QCOMPARE(to_csv(to_table(view_->table())), to_csv(to_table(table)));
}

ALIDADE_TEST(MetricsEqualCliTest)
#include "metrics_equal_cli_test.moc"
