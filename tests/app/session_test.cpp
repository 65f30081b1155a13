// SPDX-License-Identifier: BSD-3-Clause
#include <fstream>

#include <QAbstractButton>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/main_window.h"
#include "app/gui/notice_bar.h"
#include "app/gui/session_keeper.h"
#include "core/base/file.h"
#include "core/exchange/result_file.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"

using namespace alidade;

namespace {

QString sessionSample() {
  return QString::fromStdString(share_path("datasets/tabletop-mini"));
}

bool writtenSessionHolds(const char* text) {
  const auto bytes = read_file(SessionKeeper::folder() / "session.json", 1u << 24);
  return bytes && bytes->find(text) != std::string::npos;
}

/// A window as it stands after a start, which keeps the session.
struct KeptWindow {
  MainWindow window{AppSettings{}};

  explicit KeptWindow(bool restore) {
    window.open({1280, 800});
    window.sessionKeeper().start(restore);
  }
  Workbench& bench() { return window.workbench(); }
  SessionModel& session() { return bench().session(); }
};

}  // namespace

/// Sessions: kept while one works, saved, opened, and what may be wrong with them.
class SessionTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> home_;

  QString path(const char* name) const { return home_->filePath(QLatin1String(name)); }

  /// A session with a saved run as A, an unsaved one as B, and a selected object.
  void work(KeptWindow& kept) const {
    kept.bench().openPath(sessionSample());
    QTRY_VERIFY_WITH_TIMEOUT(kept.session().dataset() && !kept.bench().jobs().busy(), 60000);
    const Dataset& dataset = *kept.session().dataset();
    QVERIFY(bool(write_pose_result(*test::smallResult(dataset, "saved"), path("saved.npz").toStdString())));
    kept.bench().openPath(path("saved.npz"));
    QTRY_VERIFY_WITH_TIMEOUT(kept.session().resultA() && !kept.bench().jobs().busy(), 60000);
    const RunId run = kept.session().addRun<PoseResult>("computed", test::smallResult(dataset, "computed"));
    kept.session().editRun(run, [](HeldRuns::Entry& entry) { entry.kind = "estimated"; });
    kept.session().chooseRun(Run::kB, run);
    kept.session().setRunNote(run, QStringLiteral("the good one"));
    kept.session().setSelection({3, 0});
  }

  static void verifyWork(SessionModel& session, bool with_unsaved) {
    QCOMPARE(session.runs().all().size(), with_unsaved ? std::size_t{2} : std::size_t{1});
    QCOMPARE(session.resultName(Run::kA), QStringLiteral("saved"));
    QCOMPARE(session.resultName(Run::kB), with_unsaved ? QStringLiteral("computed") : QString());
    QCOMPARE(session.selection().frame, std::optional<std::size_t>(3));
    if (with_unsaved) {
      const HeldRuns::Entry& entry = *session.runs().find(session.runs().chosen_run<PoseResult>(Run::kB));
      QCOMPARE(entry.note, std::string("the good one"));
      QCOMPARE(entry.kind, std::string("estimated"));
    }
  }

 private Q_SLOTS:
  void init() {
    home_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
  }

  void itComesBackAfterAnEndWithoutWarning() {
    {
      KeptWindow kept(true);
      work(kept);
      kept.window.setPerspective(QStringLiteral("evaluate"));
      QTRY_VERIFY_WITH_TIMEOUT(writtenSessionHolds("the good one") && writtenSessionHolds("\"evaluate\"") &&
                                   writtenSessionHolds("\"unsaved\": true"),
                               20000);
    }  // nothing was closed, as after kill -9
    KeptWindow again(true);
    QSignalSpy opened(&again.window.sessionKeeper(), &SessionKeeper::opened);
    QVERIFY(opened.wait(60000));
    verifyWork(again.session(), true);
    QCOMPARE(again.bench().files().unsaved().size(), std::size_t{1});  // a copy is no file of the user's
    QCOMPARE(again.window.settings().perspective, QStringLiteral("evaluate"));
    QCOMPARE(again.bench().datasetPath(), sessionSample());
  }

  void whatDidNotComeUpIsOffered() {
    {
      KeptWindow kept(true);
      work(kept);
      QTRY_VERIFY_WITH_TIMEOUT(writtenSessionHolds("\"unsaved\": true") && writtenSessionHolds("the good one"), 60000);
    }
    std::ofstream(SessionKeeper::folder() / "starting") << "restoring\n";
    KeptWindow again(true);
    QVERIFY(again.window.notice().sentence().contains(QStringLiteral("did not come up")));
    QTest::qWait(100);
    QVERIFY(!again.session().dataset());
    QVERIFY(!QFile::exists(QString::fromStdString((SessionKeeper::folder() / "starting").string())));
    QSignalSpy opened(&again.window.sessionKeeper(), &SessionKeeper::opened);
    again.window.notice().findChild<QAbstractButton*>(QStringLiteral("noticeButton"))->click();
    QVERIFY(opened.wait(60000));
    verifyWork(again.session(), true);
  }

  void anotherStartDoesNotCostUnsavedResults() {
    {
      KeptWindow kept(true);
      work(kept);
      QTRY_VERIFY_WITH_TIMEOUT(writtenSessionHolds("\"unsaved\": true"), 60000);
    }
    KeptWindow other(false);  // alidade OTHER_DATASET
    QVERIFY(other.window.notice().sentence().contains(QStringLiteral("never saved")));
    other.bench().openPath(sessionSample());
    QTRY_VERIFY_WITH_TIMEOUT(other.session().dataset() && writtenSessionHolds("tabletop-mini"), 60000);
    QSignalSpy opened(&other.window.sessionKeeper(), &SessionKeeper::opened);
    other.window.sessionKeeper().open(
        QString::fromStdString((SessionKeeper::folder() / "session-before.json").string()));
    QVERIFY(opened.wait(60000));
    verifyWork(other.session(), true);
  }

  void savedAsAFileItOpensElsewhere() {
    QSignalSpy* spy = nullptr;
    {
      KeptWindow kept(false);
      work(kept);
      QSignalSpy saved(&kept.window.sessionKeeper(), &SessionKeeper::saved);
      spy = &saved;
      kept.window.sessionKeeper().save(path("mine.json"));
      QVERIFY(spy->wait(60000));
      QVERIFY(QFile::exists(path("mine-runs/computed.npz")));
      QVERIFY(kept.bench().files().unsaved().empty());
    }
    const auto bytes = read_file(path("mine.json").toStdString(), 1u << 24);
    QVERIFY(bytes && bytes->find("\"path\": \"saved.npz\"") != std::string::npos);
    MainWindow window({});
    window.open({1280, 800});
    QSignalSpy opened(&window.sessionKeeper(), &SessionKeeper::opened);
    window.workbench().openPath(path("mine.json"));  // as dropped
    QVERIFY(opened.wait(60000));
    verifyWork(window.workbench().session(), true);
    QVERIFY(window.workbench().files().unsaved().empty());
  }

  void whatMovedIsAskedForAndTheRestKept() {
    {
      KeptWindow kept(false);
      work(kept);
      QSignalSpy saved(&kept.window.sessionKeeper(), &SessionKeeper::saved);
      kept.window.sessionKeeper().save(path("mine.json"));
      QVERIFY(saved.wait(60000));
    }
    QVERIFY(QFile::rename(path("saved.npz"), path("moved.npz")));
    QVERIFY(QFile::remove(path("mine-runs/computed.npz")));
    MainWindow window({});
    window.open({1280, 800});
    QStringList missing;
    window.questions().moved = [&](const QString& file, bool is_folder) {
      missing << file;
      return file.endsWith(QStringLiteral("saved.npz")) && !is_folder ? path("moved.npz") : QString();
    };
    QSignalSpy opened(&window.sessionKeeper(), &SessionKeeper::opened);
    window.sessionKeeper().open(path("mine.json"));
    QVERIFY(opened.wait(60000));
    QCOMPARE(missing.size(), 2);
    verifyWork(window.workbench().session(), false);
    QVERIFY(window.notice().sentence().contains(QStringLiteral("computed.npz")));
    QVERIFY(window.notice().sentence().contains(QStringLiteral("the rest of the session is kept")));
  }

  void aNewerSessionIsRefused() {
    std::ofstream(path("newer.json").toStdString()) << R"({"format": "alidade-session", "schema": 7, "runs": []})";
    MainWindow window({});
    window.open({1280, 800});
    window.workbench().openPath(path("newer.json"));
    QTRY_VERIFY_WITH_TIMEOUT(window.notice().sentence().contains(QStringLiteral("schema 7")), 30000);
    QVERIFY(!window.workbench().session().dataset());
  }

  void copiesAreBounded() {
    KeptWindow kept(true);
    kept.window.sessionKeeper().setMostCopyBytes(1000);
    work(kept);
    QTRY_VERIFY_WITH_TIMEOUT(writtenSessionHolds("saved.npz") && writtenSessionHolds("\"selection\""), 60000);
    QVERIFY(kept.window.notice().sentence().contains(QStringLiteral("save it")));
    QVERIFY(!writtenSessionHolds("\"unsaved\""));
    QVERIFY(!std::filesystem::exists(SessionKeeper::folder() / "runs"));
  }

  void whatAnEstimateHadIsOffered() {
    const auto folder = Workbench::recoveryFolder();
    std::filesystem::create_directories(folder);
    const test::SmallDataset dataset(2);
    QVERIFY(bool(write_pose_result(*test::smallResult(dataset, "half"), folder / "estimate-0-1.npz")));
    const std::string mine = "estimate-" + std::to_string(QCoreApplication::applicationPid()) + "-1.npz";
    std::ofstream(folder / mine) << "being written";
    KeptWindow kept(true);
    QVERIFY(kept.window.notice().sentence().contains(QStringLiteral("kept-0-1.npz")));
    QVERIFY(std::filesystem::exists(folder / "kept-0-1.npz") && std::filesystem::exists(folder / mine));
    QSignalSpy said(&kept.bench(), &Workbench::said);
    kept.window.notice().findChild<QAbstractButton*>(QStringLiteral("noticeButton"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), 30000);
    QVERIFY(said[0][0].toString().contains(QStringLiteral("waits for its dataset")));
  }

  void onlyOneWindowKeepsTheSession() {
    KeptWindow first(true);
    work(first);
    KeptWindow second(true);
    QTRY_VERIFY_WITH_TIMEOUT(writtenSessionHolds("\"unsaved\": true"), 60000);
    second.window.sessionKeeper().flush();
    QVERIFY(!second.session().dataset());
    QVERIFY(writtenSessionHolds("tabletop-mini"));
  }
};

ALIDADE_TEST(SessionTest)
#include "session_test.moc"
