// SPDX-License-Identifier: BSD-3-Clause
// What was opened lately: in the menu File, and on the page of an empty window.
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "app/cli/command.h"
#include "app/gui/main_window.h"
#include "app/gui/recent_menus.h"
#include "app/gui/session_keeper.h"
#include "core/exchange/result_file.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"

using namespace alidade;

namespace {

QString recentSample() {
  return QString::fromStdString(share_path("datasets/tabletop-mini"));
}

QList<QPushButton*> recentButtons(const MainWindow& window) {
  QList<QPushButton*> shown;
  for (QPushButton* button : window.findChildren<QPushButton*>(QStringLiteral("recentEntry"))) {
    shown << button;
  }
  return shown;
}

}  // namespace

class RecentTest : public QObject {
  Q_OBJECT

  std::unique_ptr<QTemporaryDir> home_;

 private Q_SLOTS:
  void init() {
    home_ = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
  }

  void aClickOpensIt() {
    AppSettings settings;
    settings.addRecent(recentSample());
    MainWindow window(settings);
    window.open({1280, 720});
    QCOMPARE(recentButtons(window).size(), 1);
    QTest::mouseClick(recentButtons(window).front(), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().dataset(), 60000);
    QVERIFY(!window.welcomeVisible());
  }

  void everyKindIsRemembered() {
    const QString result = home_->filePath(QStringLiteral("a & b.npz"));
    const QString session_file = home_->filePath(QStringLiteral("mine.json"));
    {
      MainWindow window({});
      window.open({1280, 720});
      auto* menus = window.findChild<RecentMenus*>();
      QVERIFY(!menus->menu(Recent::kResults).menuAction()->isEnabled());
      window.workbench().openPath(recentSample());
      QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().dataset(), 60000);
      const Dataset& dataset = *window.workbench().session().dataset();
      QVERIFY(bool(write_pose_result(*test::smallResult(dataset, "a"), result.toStdString())));
      window.workbench().openPath(result);
      QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().resultA(), 60000);
      QSignalSpy saved(&window.sessionKeeper(), &SessionKeeper::saved);
      window.sessionKeeper().save(session_file);
      QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, 60000);
      for (const Recent kind : kRecentKinds) {
        QCOMPARE(menus->entries(kind).size(), 1);
      }
      QCOMPARE(menus->entries(Recent::kResults)[0]->toolTip().contains(QStringLiteral("a &amp; b.npz")),
               true);
      window.saveSettings();
    }
    MainWindow window(AppSettings::load(nullptr));
    window.open({1280, 720});
    QCOMPARE(window.settings().recent, QStringList{recentSample()});
    QCOMPARE(window.settings().recent_results, QStringList{result});
    QCOMPARE(window.settings().recent_sessions, QStringList{session_file});
    QCOMPARE(recentButtons(window).size(), 3);
    auto* menus = window.findChild<RecentMenus*>();
    menus->entries(Recent::kSessions)[0]->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().resultA(), 60000);
    // A list can be forgotten.
    menus->menu(Recent::kResults).actions().last()->trigger();
    QTRY_VERIFY(window.settings().recent_results.isEmpty());
    QVERIFY(!menus->menu(Recent::kResults).menuAction()->isEnabled());
  }

  void thePageShowsTheNewestOnly() {
    AppSettings settings;
    for (int i = 0; i < 20; ++i) {
      AppSettings::remember(settings.recent, QStringLiteral("/data/%1").arg(i));
      AppSettings::remember(settings.recent_results, QStringLiteral("/results/%1.npz").arg(i));
      AppSettings::remember(settings.recent_sessions, QStringLiteral("/sessions/%1.json").arg(i));
    }
    QCOMPARE(settings.recent_results.size(), AppSettings::kMaxRecent);
    MainWindow window(settings);
    window.open({1280, 720});
    QTest::qWait(50);
    QCOMPARE(recentButtons(window).size(), 8);
    QCOMPARE(window.findChild<RecentMenus*>()->entries(Recent::kDatasets).size(), AppSettings::kMaxRecent);
    for (const QPushButton* button : recentButtons(window)) {  // all of it is in the window
      QVERIFY(!button->visibleRegion().isEmpty());
      QCOMPARE(button->visibleRegion().boundingRect().height(), button->height());
    }
  }

  void copiesOfTheProgramAreNotListed() {
    {
      MainWindow window({});
      window.open({1280, 720});
      window.sessionKeeper().start(true);
      window.workbench().openPath(recentSample());
      QTRY_VERIFY_WITH_TIMEOUT(window.workbench().session().dataset(), 60000);
      const auto run = window.workbench().session().addRun<PoseResult>(
          "computed", test::smallResult(*window.workbench().session().dataset(), "computed"));
      window.workbench().session().editRun(run, [](HeldRuns::Entry& entry) { entry.kind = "estimated"; });
      std::error_code missing;
      QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(SessionKeeper::folder() / "runs", missing) &&
                                   !std::filesystem::is_empty(SessionKeeper::folder() / "runs", missing),
                               60000);
      window.sessionKeeper().flush();
      window.saveSettings();
    }
    MainWindow window(AppSettings::load(nullptr));
    window.open({1280, 720});
    window.sessionKeeper().start(true);
    QTRY_VERIFY_WITH_TIMEOUT(!window.workbench().session().runs().all().empty(), 60000);
    QVERIFY(window.settings().recent_results.isEmpty());
    QVERIFY(window.settings().recent_sessions.isEmpty());
  }
};

ALIDADE_TEST(RecentTest)
#include "recent_test.moc"
