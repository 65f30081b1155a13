// SPDX-License-Identifier: BSD-3-Clause
// "Estimate all frames with A": what the lab shows is what the batch computes.
#include <QJsonArray>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "tests/support/test_registry.h"
#include "views/base/sampling_model.h"
#include "views/schedule_lab/schedule_lab_view.h"

using namespace alidade;

namespace {

QPushButton* batchButton(QWidget& view) {
  for (auto* button : view.findChildren<QPushButton*>()) {
    if (button->text().startsWith(QLatin1String("Estimate all frames"))) {
      return button;
    }
  }
  return nullptr;
}

}  // namespace

class InferScheduleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    home_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
  }

  void columnABecomesResultA_data() {
    QTest::addColumn<bool>("warm");
    QTest::newRow("from noise") << false;
    QTest::newRow("from the regression head") << true;
  }

  void columnABecomesResultA() {
    QFETCH(bool, warm);
    AppSettings settings;
    settings.perspective = QStringLiteral("lab");
    settings.views = {
        {"schedule-lab",
         QJsonObject{{"columns",
                      QJsonArray{QJsonObject{{"sampler", "ddim"}, {"steps", 6}, {"guidance", "linear:1:4"}}}},
                     {"from_regression", warm},
                     {"samples", 5},
                     {"seed", 3}}}};
    MainWindow window(settings);
    window.open({1400, 900});
    Workbench& workbench = window.workbench();
    QVERIFY(!window.actions().find("infer-schedule")->isEnabled());
    workbench.openCheckpoint(QString::fromStdString(share_path("resources/checkpoints/demo.safetensors")));
    workbench.openDataset(QString::fromStdString(share_path("datasets/tabletop-mini")));
    auto* lab = qobject_cast<ScheduleLabView*>(window.view(QStringLiteral("schedule-lab")));
    QVERIFY(lab && batchButton(*lab));
    SamplingModel& model = workbench.session().model<SamplingModel>();
    QTRY_VERIFY_WITH_TIMEOUT(workbench.canInfer() && model.column(0).samples && !model.sampling() &&
                                 !model.column(0).samples->analytic && batchButton(*lab)->isEnabled(),
                             60000);
    QVERIFY(window.actions().find("infer-schedule")->isEnabled());
    QVERIFY(!workbench.session().resultA());
    batchButton(*lab)->click();
    QTRY_VERIFY_WITH_TIMEOUT(workbench.session().resultA() && !workbench.jobs().busy(), 120000);

    const PoseResult& result = *workbench.session().resultA();
    QVERIFY(result.estimates.size() > 20);
    QVERIFY(QString::fromStdString(result.sampler).contains(QStringLiteral("ddim 6")));
    const auto& shown = *model.column(0).samples;
    int found = 0;
    for (const PoseEstimate& estimate : result.estimates) {
      if (estimate.frame == shown.frame && estimate.instance == shown.instance) {
        ++found;
        QCOMPARE(estimate.hypotheses.size(), shown.samples.size());
        for (std::size_t k = 0; k < shown.samples.size(); ++k) {
          QVERIFY((estimate.hypotheses[k].R - shown.samples[k].R).norm() < 1e-4);
          QVERIFY((estimate.hypotheses[k].t - shown.samples[k].t).norm() < 1e-5);
        }
      }
    }
    QCOMPARE(found, 1);
  }

 private:
  std::unique_ptr<QTemporaryDir> home_;
};

ALIDADE_TEST(InferScheduleTest)
#include "infer_schedule_test.moc"
