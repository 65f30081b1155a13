// SPDX-License-Identifier: BSD-3-Clause
#include <fstream>

#include <QApplication>
#include <QDir>
#include <QDropEvent>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QUndoStack>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "core/base/file.h"
#include "core/diffusion/guidance.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/exchange/result_file.h"
#include "core/geometry/rotation.h"
#include "core/io/npz.h"
#include "core/studies/plain/result_on_dataset.h"
#include "plugins/builtin_readers.h"
#include "tests/support/test_registry.h"
#include "views/base/sampling_model.h"

using namespace alidade;

namespace {

QString samplePath() {
  return QString::fromStdString(share_path("datasets/tabletop-mini"));
}

/// Poses of the first frames that are a little off.
std::shared_ptr<PoseResult> roughPoses(const Dataset& dataset, std::size_t frames, const std::string& name) {
  auto result = std::make_shared<PoseResult>();
  result->name = name;
  result->provenance = current_provenance();
  result->provenance.dataset = dataset.name();
  result->provenance.dataset_sha256 = dataset.digest();
  for (std::size_t i = 0; i < frames; ++i) {
    const Frame frame = *dataset.load(i, {false, false, false, false});
    result->frames.push_back(i);
    result->images.push_back(frame.info.name);
    for (const Instance& instance : frame.instances) {
      PoseEstimate estimate;
      estimate.frame = i;
      estimate.frame_name = frame.info.name;
      estimate.instance = instance.index;
      estimate.object_id = instance.object_id;
      estimate.category = instance.category;
      estimate.symmetry = instance.symmetry.name;
      estimate.cam_from_obj.R = project_to_so3(instance.cam_from_obj.R);  // files print fewer digits
      estimate.cam_from_obj.t = instance.cam_from_obj.t + Eigen::Vector3d(0.01, 0.0, 0.0);
      estimate.size = instance.size;
      estimate.center_obj = instance.center_obj;
      estimate.score = 1.0;
      estimate.hypotheses = {estimate.cam_from_obj};
      estimate.error = pose_error(estimate.cam_from_obj, estimate.size, instance);
      result->estimates.push_back(estimate);
    }
  }
  return result;
}

void dropOnWindow(QWidget& target, const QString& path) {
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(path)});
  QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&target, &enter);  // only then is a drop delivered
  QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&target, &event);
}

std::string readBytes(const QString& path) {
  const auto bytes = read_file(path.toStdString(), 1u << 30);
  return bytes ? *bytes : std::string();
}

}  // namespace

/// Results come in by menu, drop and command line, and go out again.
class ResultFilesTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> home_;
  std::shared_ptr<const Dataset> sample_;

  QString path(const char* name) const { return home_->filePath(QLatin1String(name)); }

  void write(const char* name, std::size_t frames) const {
    QVERIFY(bool(write_pose_result(*roughPoses(*sample_, frames, name), path(name).toStdString())));
  }

  static bool idle(MainWindow& window) { return !window.workbench().jobs().busy(); }

 private Q_SLOTS:
  void initTestCase() {
    QApplication::setQuitOnLastWindowClosed(false);
    auto opened = builtin_readers().open(samplePath().toStdString(), {});
    QVERIFY(opened);
    sample_ = *opened;
  }

  void init() {
    home_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
  }

  void commandLineOrderDoesNotMatter() {
    write("poses.npz", 3);
    for (const QStringList& paths : {QStringList{samplePath(), path("poses.npz")},
                                     QStringList{path("poses.npz"), samplePath()}}) {
      Workbench bench;
      for (const QString& one : paths) {
        bench.openPath(one);
      }
      QTRY_VERIFY_WITH_TIMEOUT(bench.session().resultA() && !bench.jobs().busy(), 60000);
      const HeldRuns::Entry entry = bench.session().runs().all().front();
      QCOMPARE(entry.name, std::string("poses.npz"));
      QCOMPARE(QString::fromStdString(entry.file.string()), path("poses.npz"));
      QCOMPARE(entry.sha256.size(), std::size_t{64});
      QVERIFY(bench.files().unsaved().empty());
      const auto expected = roughPoses(*sample_, 3, "x");
      QVERIFY(to_table(accuracy_table(*bench.session().resultA())).rows ==
              to_table(accuracy_table(*expected)).rows);
    }
  }

  void aSecondResultBecomesB() {
    write("a.npz", 2);
    write("b.npz", 3);
    Workbench bench;
    bench.openPath(samplePath());
    bench.openPath(path("a.npz"));
    bench.openPath(path("b.npz"));
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().resultB() && !bench.jobs().busy(), 60000);
    QCOMPARE(bench.session().resultName(Run::kA), QStringLiteral("a.npz"));
    QCOMPARE(bench.session().resultName(Run::kB), QStringLiteral("b.npz"));
  }

  void aFileIsOpenedItselfOrNotAtAll() {
    MainWindow window({});
    window.open({1280, 800});
    Workbench& bench = window.workbench();
    bench.openPath(samplePath());
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().dataset() && idle(window), 60000);
    const auto dataset = bench.session().dataset();
    QSignalSpy failed(&bench, &Workbench::failed);
    bench.openPath(samplePath() + QStringLiteral("/models/models_info.json"));
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30000);
    QVERIFY(window.notice().sentence().contains(QStringLiteral("models_info.json")));
    QVERIFY(window.notice().sentence().contains(QStringLiteral("open the folder around it")));
    QCOMPARE(bench.session().dataset(), dataset);
    QVERIFY(!bench.session().undoStack().canUndo());
    write("drop.npz", 2);
    bench.openPath(path("drop.npz"));
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().resultA(), 30000);
    QCOMPARE(bench.session().dataset(), dataset);
  }

  void whatDoesNotFitIsOneSentence() {
    auto arrays = [&] {
      write("mm.npz", 2);
      return *read_npz(path("mm.npz").toStdString());
    }();
    auto poses = arrays.at("pose").as_doubles();
    for (std::size_t i = 0; i < poses.size(); ++i) {
      poses[i] *= i % 4 == 3 && i % 16 < 12 ? 1000.0 : 1.0;
    }
    arrays["pose"] = NpyArray::from(poses, arrays.at("pose").shape);
    QVERIFY(bool(write_npz(path("mm.npz").toStdString(), arrays)));
    MainWindow window({});
    window.open({1280, 800});
    window.workbench().openPath(samplePath());
    window.workbench().openPath(path("mm.npz"));
    QTRY_VERIFY_WITH_TIMEOUT(window.notice().sentence().contains(QStringLiteral("millimetres")), 60000);
    QVERIFY(window.workbench().session().runs().all().empty());
    QCOMPARE(window.notice().sentence().count(QLatin1Char('\n')), 0);
  }

  void savedAndOpenedAgainItIsTheSame() {
    MainWindow window({});
    window.open({1280, 800});
    Workbench& bench = window.workbench();
    bench.openPath(samplePath());
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().dataset() && idle(window), 60000);
    QVERIFY(!window.actions().find(QStringLiteral("save-result"))->isEnabled());
    const RunId run = bench.session().addRun<PoseResult>("mine", roughPoses(*sample_, 4, "mine"));
    bench.session().chooseRun(Run::kA, run);
    bench.session().renameRun(run, QStringLiteral("ours / final"));
    QCOMPARE(bench.files().unsaved(), std::vector<RunId>{run});
    QString suggested;
    window.questions().save_file = [&](const QString&, const QString& start, const QString&) {
      suggested = start;
      return path("saved");
    };
    QVERIFY(window.actions().trigger(QStringLiteral("save-result")));
    QTRY_VERIFY_WITH_TIMEOUT(bench.files().unsaved().empty(), 30000);
    QVERIFY2(suggested.endsWith(QStringLiteral("ours - final.npz")), qPrintable(suggested));
    bench.openPath(path("saved.npz"));
    QTRY_COMPARE_WITH_TIMEOUT(bench.session().runs().all().size(), std::size_t{2}, 30000);
    const HeldRuns::Entry second = bench.session().runs().all().back();
    QCOMPARE(second.name, std::string("ours / final (2)"));
    const auto back = bench.session().runs().get<PoseResult>(second.id);
    QVERIFY(bool(write_pose_result(*back, path("again.npz").toStdString())));
    QCOMPARE(readBytes(path("again.npz")), readBytes(path("saved.npz")));
  }

  void aFailedWriteCostsNothing() {
    Workbench bench;
    bench.openPath(samplePath());
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().dataset(), 60000);
    const RunId run = bench.session().addRun<PoseResult>("mine", roughPoses(*sample_, 2, "mine"));
    std::ofstream(path("plain").toStdString()) << "a file, not a folder";
    QSignalSpy failed(&bench, &Workbench::failed);
    bench.files().save(run, path("plain") + QStringLiteral("/r.npz"));
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30000);
    QVERIFY(failed[0][0].toString().startsWith(QStringLiteral("The result is kept")));
    QCOMPARE(bench.files().unsaved(), std::vector<RunId>{run});
  }

  void closingOffersToSave() {
    MainWindow window({});
    window.open({1280, 800});
    Workbench& bench = window.workbench();
    bench.openPath(samplePath());
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().dataset() && idle(window), 60000);
    bench.session().addRun<PoseResult>("mine", roughPoses(*sample_, 2, "mine"));
    bench.session().addRun<PoseResult>("mine", roughPoses(*sample_, 1, "mine"));
    std::size_t asked = 0;
    auto answer = FileQuestions::Unsaved::kStay;
    window.questions().unsaved = [&](std::size_t count) {
      asked = count;
      return answer;
    };
    QVERIFY(!window.close());
    QCOMPARE(asked, std::size_t{2});
    answer = FileQuestions::Unsaved::kSave;
    window.questions().folder = [&](const QString&, const QString&) { return home_->path(); };
    QVERIFY(!window.close());  // not before both are written
    QTRY_VERIFY_WITH_TIMEOUT(!window.isVisible(), 30000);
    QVERIFY(QFile::exists(path("mine.npz")) && QFile::exists(path("mine (2).npz")));
    QVERIFY(bench.files().unsaved().empty());
  }

  void aRunFollowsItsFileUntilItStops() {
    write("grows.npz", 1);
    Workbench bench;
    bench.files().setQuietTime(1000);
    QSignalSpy said(&bench, &Workbench::said);
    bench.openPath(samplePath());
    bench.openPath(path("grows.npz"));
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().resultA() && !bench.jobs().busy(), 60000);
    const RunId run = bench.session().runs().all().front().id;
    const auto first = bench.session().resultA();
    said.clear();
    write("grows.npz", 3);
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().resultA() != first, 30000);
    QCOMPARE(bench.session().runs().all().size(), std::size_t{1});
    QCOMPARE(bench.session().runs().chosen_run<PoseResult>(Run::kA), run);
    QVERIFY(bench.session().resultA()->estimates.size() > first->estimates.size());
    QTRY_VERIFY_WITH_TIMEOUT(
        bench.session().runs().find(run)->state.find("has stopped growing") != std::string::npos, 20000);
    QVERIFY(!said.isEmpty() && said.last()[0].toString().contains(QStringLiteral("grows.npz has stopped")));
    const auto whole = bench.session().resultA();
    std::ofstream(path("grows.npz").toStdString(), std::ios::binary) << "PK\x03\x04half";
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().runs().find(run)->state.find("cannot be read yet") != std::string::npos, 30000);
    QCOMPARE(bench.session().resultA(), whole);
    QVERIFY(QFile::remove(path("grows.npz")));
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().runs().find(run)->state.find("is gone") != std::string::npos, 30000);
    QCOMPARE(bench.session().resultA(), whole);
  }

  void aScheduleOpensIntoTheLabAndBack() {
    const Guidance exponential{GuidanceKind::kExponential, 1.0, 23.0};
    std::ofstream(path("guidance.json").toStdString()) << to_json(exponential);
    MainWindow window({});
    window.open({1280, 800});
    window.workbench().openPath(samplePath());
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().dataset() && idle(window), 60000);
    auto& model = window.workbench().session().model<SamplingModel>();
    dropOnWindow(window, path("guidance.json"));
    QTRY_VERIFY_WITH_TIMEOUT(model.shownSchedule().guidance == exponential, 30000);
    QCOMPARE(window.settings().perspective, QStringLiteral("lab"));
    QVERIFY(window.actions().trigger(QStringLiteral("undo")));
    QVERIFY(!(model.shownSchedule().guidance == exponential));
  }

  void anotherDatasetCanBeUndone() {
    write("poses.npz", 2);
    Workbench bench;
    bench.openPath(samplePath());
    bench.openPath(path("poses.npz"));
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().resultA() && !bench.jobs().busy(), 60000);
    const QString copy = path("copy");
    QVERIFY(QDir().mkpath(copy));
    std::filesystem::copy(samplePath().toStdString(), copy.toStdString(),
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::overwrite_existing);
    bench.openPath(copy);
    QTRY_COMPARE_WITH_TIMEOUT(bench.datasetPath(), copy, 60000);
    QVERIFY(!bench.session().resultA());
    bench.session().undoStack().undo();
    QCOMPARE(bench.datasetPath(), samplePath());
    QCOMPARE(bench.session().resultName(Run::kA), QStringLiteral("poses.npz"));
    // Reading the same dataset anew keeps what answers to it.
    const auto before = bench.session().dataset();
    bench.reload();
    QTRY_VERIFY_WITH_TIMEOUT(bench.session().dataset() != before, 60000);
    QCOMPARE(bench.session().resultName(Run::kA), QStringLiteral("poses.npz"));
  }
};

ALIDADE_TEST(ResultFilesTest)
#include "result_files_test.moc"
