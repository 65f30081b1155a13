// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QJsonArray>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/lab_support.h"
#include "views/schedule_lab/curve_editor.h"
#include "views/schedule_lab/sampler_fields.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// The part with this accessible name or, for check boxes, text.
template <class T>
T* panelChild(const QWidget& parent, const QString& name) {
  for (T* part : parent.findChildren<T*>()) {
    if (part->accessibleName() == name || part->property("text").toString() == name) {
      return part;
    }
  }
  return nullptr;
}

/// The labels of the fields that are not hidden.
QStringList shownFields(const SamplerFields& fields) {
  QStringList names;
  for (const char* name : {"steps", "T0", "snr", "rtol", "atol"}) {
    if (panelChild<QAbstractSpinBox>(fields, name)->isVisibleTo(&fields)) {
      names << name;
    }
  }
  for (const auto* box : fields.findChildren<QCheckBox*>()) {
    if (box->isVisibleTo(&fields)) {
      names << box->text();
    }
  }
  names.sort();
  return names;
}

/// Chooses an entry as the user does.
void choose(QComboBox& box, int index) {
  box.setCurrentIndex(index);
  Q_EMIT box.activated(index);
}

}  // namespace

class LabPanelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void onlyWhatASamplerUsesIsShown_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<QStringList>("expected");
    const QString denoise("final denoise"), each("step per sample");
    for (const auto kind : {SamplerKind::kDdimExponential, SamplerKind::kDdim, SamplerKind::kEuler,
                            SamplerKind::kHeun, SamplerKind::kReverseSde}) {
      QTest::addRow("%s", to_text(kind).c_str())
          << static_cast<int>(kind) << QStringList{"T0", denoise, "steps"};
    }
    QTest::newRow("rk45") << static_cast<int>(SamplerKind::kRk45)
                          << QStringList{"T0", "atol", denoise, "rtol", each};
    QTest::newRow("predictor-corrector")
        << static_cast<int>(SamplerKind::kPredictorCorrector) << QStringList{"T0", denoise, "snr", "steps"};
  }

  void onlyWhatASamplerUsesIsShown() {
    QFETCH(int, kind);
    QFETCH(QStringList, expected);
    SamplerFields fields;
    SamplerOptions options;
    options.kind = static_cast<SamplerKind>(kind);
    fields.setOptions(options);
    QCOMPARE(shownFields(fields), expected);
    QVERIFY(fields.applyTo({}) == options);
  }

  void everyFieldChangesItsOption() {
    SamplerFields fields;
    SamplerOptions options;
    options.kind = SamplerKind::kRk45;
    QSignalSpy edited(&fields, &SamplerFields::edited);
    fields.setOptions(options);
    QVERIFY(edited.isEmpty());
    panelChild<QDoubleSpinBox>(fields, "T0")->setValue(0.55);
    panelChild<QDoubleSpinBox>(fields, "snr")->setValue(0.3);
    panelChild<QDoubleSpinBox>(fields, "rtol")->setValue(1e-6);
    panelChild<QDoubleSpinBox>(fields, "atol")->stepBy(2);
    panelChild<QSpinBox>(fields, "steps")->setValue(7);
    panelChild<QCheckBox>(fields, "step per sample")->setChecked(true);
    panelChild<QCheckBox>(fields, "final denoise")->setChecked(true);
    QCOMPARE(edited.size(), 7);
    options.start_time = 0.55;
    options.langevin_snr = 0.3;
    options.rtol = 1e-6;
    options.atol = 1e-3;
    options.steps = 7;
    options.joint_step = false;
    options.final_denoise = true;
    const SamplerOptions got = fields.applyTo({});
    QVERIFY(std::abs(got.rtol / options.rtol - 1.0) < 1e-9 && std::abs(got.atol / options.atol - 1.0) < 1e-9);
    options.rtol = got.rtol;
    options.atol = got.atol;
    QVERIFY(got == options);
  }

  void tolerancesAreTypedAsPowers() {
    PowerBox box(1e-9, 1e-1);
    box.setValue(1e-5);
    QCOMPARE(box.text(), QString("1e-05"));
    box.selectAll();
    QTest::keyClicks(&box, "3e-7");
    QTest::keyClick(&box, Qt::Key_Return);
    QVERIFY(std::abs(box.value() - 3e-7) < 1e-12);
    box.stepBy(-10);
    QVERIFY(std::abs(box.value() - 1e-9) < 1e-13);
  }

  void theRequestCarriesTheFields() {
    Lab lab;
    QVERIFY(lab.ready());
    SamplingModel& model = lab.session.model<SamplingModel>();
    auto* fields = lab.find<SamplerFields>();
    panelChild<QDoubleSpinBox>(*fields, "T0")->setValue(0.4);
    panelChild<QCheckBox>(*fields, "final denoise")->setChecked(true);
    QCOMPARE(model.request().columns[0].start_time, 0.4);
    QVERIFY(model.request().columns[0].final_denoise && !model.request().columns[1].final_denoise);
    auto* start = panelChild<QComboBox>(*lab.view, "What the noise is added to at the start");
    QVERIFY(!start->isEnabled());  // the analytic field has no regression head
    model.setHasNetwork(true);
    QVERIFY(start->isEnabled());
    choose(*start, 1);
    QVERIFY(model.request().from_regression);
    const QJsonObject state = lab.view->saveState();
    SessionModel other_session;
    ScheduleLabView other(other_session);
    other.restoreState(state);
    QCOMPARE(other.columns()[0].start_time, 0.4);
    QVERIFY(other_session.model<SamplingModel>().request().from_regression);
    QCOMPARE(other.saveState(), state);
  }

  void absurdStatesAreKeptWithinBounds() {
    SessionModel session;
    ScheduleLabView view(session);
    view.restoreState({{"columns", QJsonArray{QJsonObject{{"sampler", "rk45"},
                                                          {"rtol", -1.0},
                                                          {"atol", 1e300},
                                                          {"start_time", 7.0},
                                                          {"snr", 0.0},
                                                          {"steps", 1e9}}}},
                       {"samples", 1e9}});
    const SamplerOptions& got = view.columns()[0];
    QVERIFY(got.rtol > 0.0 && got.atol <= 0.1 && got.start_time <= 1.0 && got.langevin_snr > 0.0);
    QVERIFY(got.steps >= 1 && got.steps <= 1000);
  }

  void refusedNumbersAreSaidAndNotApplied() {
    Lab lab;
    QVERIFY(lab.ready());
    const Guidance before = lab.view->columns()[0].guidance;
    panelChild<QDoubleSpinBox>(*lab.view, "w min")->setValue(0.0);
    QVERIFY(!refusal(*lab.view).isEmpty());
    QVERIFY(lab.view->columns()[0].guidance == before);
  }

  void badCurvesFromFilesAreRefused_data() {
    QTest::addColumn<QString>("points");
    QTest::addColumn<QString>("said");
    QTest::newRow("negative") << "[[0.0, 5.0], [0.5, -1.0], [1.0, 1.0]]"
                              << "positive";
    QTest::newRow("zero") << "[[0.0, 0.0], [1.0, 1.0]]"
                          << "positive";
    QTest::newRow("NaN") << "[[0.0, NaN], [1.0, 1.0]]"
                         << "NaN";
    QTest::newRow("infinite") << "[[0.0, 1e999], [1.0, 1.0]]"
                              << "finite";
    QTest::newRow("null") << "[[0.0, null], [1.0, 1.0]]"
                          << "numbers";
    QTest::newRow("vertical") << "[[0.0, 5.0], [0.5, 3.0], [0.5, 2.0], [1.0, 1.0]]"
                              << "vertical tangent";
    QTest::newRow("backwards") << "[[0.0, 5.0], [0.6, 3.0], [0.4, 2.0], [1.0, 1.0]]"
                               << "order";
    QTest::newRow("outside") << "[[0.0, 5.0], [1.5, 1.0]]"
                             << "0 <= t <= 1";
    QTest::newRow("one point") << "[[0.0, 5.0]]"
                               << "2 to 64";
  }

  void badCurvesFromFilesAreRefused() {
    QFETCH(QString, points);
    QFETCH(QString, said);
    Lab lab;
    QVERIFY(lab.ready());
    QTemporaryDir folder;
    const QString path = folder.filePath("drawn.json");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        ("{\"format\": \"alidade-guidance/1\", \"kind\": \"spline\", \"points\": " + points + "}").toUtf8());
    file.close();
    const auto before = lab.view->columns();
    QVERIFY(!lab.view->loadSchedule(path));
    QVERIFY2(refusal(*lab.view).contains(said), qPrintable(refusal(*lab.view)));
    QVERIFY(refusal(*lab.view).contains("drawn.json", Qt::CaseInsensitive));
    QVERIFY(lab.view->columns() == before);
    const QString text = refusal(*lab.view);
    answerAll(lab.session);  // answers do not wipe what is said
    QCOMPARE(refusal(*lab.view), text);
  }
};

ALIDADE_TEST(LabPanelTest)
#include "lab_panel_test.moc"
