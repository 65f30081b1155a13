// SPDX-License-Identifier: BSD-3-Clause
#include <QDir>
#include <QFile>
#include <QScreen>
#include <QTemporaryDir>
#include <QtTest>

#include "app/gui/app_settings.h"
#include "app/gui/layouts.h"
#include "app/gui/main_window.h"
#include "app/gui/view_dock.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class LayoutTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void settingsSurvive();
  void newerSchemaIsSetAside();
  void damagedFileIsSetAside();
  void recentIsBoundedAndUnique();
  void layoutIsRestored();
  void perspectivesDoNotPileUp();
  void newerLayoutIsRefused();
  void defaultLayoutFollowsTheWidth();
  void floatingDocksComeBack();

 private:
  std::unique_ptr<QTemporaryDir> home_;
};

namespace {

void write(const std::filesystem::path& path, const QByteArray& bytes) {
  std::filesystem::create_directories(path.parent_path());
  QFile file(QString::fromStdString(path.string()));
  QVERIFY(file.open(QIODevice::WriteOnly));
  file.write(bytes);
}

}  // namespace

void LayoutTest::init() {
  home_ = std::make_unique<QTemporaryDir>();
  qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
  qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
}

void LayoutTest::settingsSurvive() {
  AppSettings settings;
  settings.theme = QStringLiteral("light");
  settings.addRecent(QStringLiteral("/data/ä b"));
  settings.perspective = QStringLiteral("diffusion");
  settings.geometry = QByteArray("\x01\x00\xff", 3);
  QCOMPARE(settings.save(), QStringList());
  QVERIFY(QFile::exists(home_->filePath(QStringLiteral("config/alidade/settings.json"))));
  QVERIFY(QFile::exists(home_->filePath(QStringLiteral("state/alidade/window.json"))));
  QStringList notes;
  const AppSettings back = AppSettings::load(&notes);
  QVERIFY(notes.isEmpty());
  QCOMPARE(back.theme, settings.theme);
  QCOMPARE(back.recent, settings.recent);
  QCOMPARE(back.perspective, settings.perspective);
  QCOMPARE(back.geometry, settings.geometry);
}

void LayoutTest::newerSchemaIsSetAside() {
  const QByteArray newer = "{\"schema\": 99, \"recent\": [\"/x\"]}";
  write(AppSettings::statePath(), newer);
  QStringList notes;
  const AppSettings settings = AppSettings::load(&notes);
  QVERIFY(settings.recent.isEmpty());
  QCOMPARE(notes.size(), 1);
  QVERIFY(notes.front().contains(QStringLiteral("99")));
  QFile backup(QString::fromStdString(AppSettings::statePath().string()) + QStringLiteral(".bak"));
  QVERIFY(backup.open(QIODevice::ReadOnly));
  QCOMPARE(backup.readAll(), newer);
}

void LayoutTest::damagedFileIsSetAside() {
  write(AppSettings::preferencesPath(), "{\"schema\": 1, \"theme\": ");
  QStringList notes;
  QCOMPARE(AppSettings::load(&notes).theme, QStringLiteral("system"));
  QCOMPARE(notes.size(), 1);
  QVERIFY(!std::filesystem::exists(AppSettings::preferencesPath()));
}

void LayoutTest::recentIsBoundedAndUnique() {
  AppSettings settings;
  for (int i = 0; i < 20; ++i) {
    settings.addRecent(QStringLiteral("/data/%1").arg(i));
  }
  settings.addRecent(QStringLiteral("/data/15"));
  QCOMPARE(settings.recent.size(), AppSettings::kMaxRecent);
  QCOMPARE(settings.recent.front(), QStringLiteral("/data/15"));
  QCOMPARE(settings.recent.count(QStringLiteral("/data/15")), 1);
  // Found again from whatever folder the program is started in.
  settings.addRecent(QStringLiteral("relative"));
  QVERIFY(QDir::isAbsolutePath(settings.recent.front()));
}

void LayoutTest::layoutIsRestored() {
  MainWindow window({});
  window.open({1600, 1000});
  const Docks& docks = window.docks();
  docks.at(QStringLiteral("inspector"))->hide();
  window.resizeDocks({docks.at(QStringLiteral("browser"))}, {350}, Qt::Horizontal);
  QCoreApplication::processEvents();
  const int width = docks.at(QStringLiteral("browser"))->width();
  const QJsonObject saved = saveLayout(window);
  applyDefaultLayout(window, docks, *findPerspective(perspectiveTable(), QStringLiteral("inspect")));
  QCoreApplication::processEvents();
  QVERIFY(docks.at(QStringLiteral("inspector"))->isVisible());
  QVERIFY(std::abs(docks.at(QStringLiteral("browser"))->width() - width) > 20);
  QVERIFY(restoreLayout(window, saved));
  QCoreApplication::processEvents();
  QVERIFY(!docks.at(QStringLiteral("inspector"))->isVisible());
  QVERIFY(std::abs(docks.at(QStringLiteral("browser"))->width() - width) <= 2);
}

void LayoutTest::perspectivesDoNotPileUp() {
  MainWindow window({});
  window.open({1600, 1000});
  const auto seen = [&window] {
    QCoreApplication::processEvents();
    QStringList ids;
    for (const auto& [id, dock] : window.docks()) {
      if (dock->isVisible()) {
        ids << id;
      }
    }
    return ids;
  };
  const QStringList inspect = seen();
  QMap<QString, QStringList> first;
  for (const char* other : {"lab", "training", "figure", "evaluate", "diffusion"}) {
    window.setPerspective(QLatin1String(other));
    first[QLatin1String(other)] = seen();
    window.setPerspective(QStringLiteral("inspect"));
    QCOMPARE(seen(), inspect);
  }
  for (auto other = first.cbegin(); other != first.cend(); ++other) {  // and back, from what was saved
    window.setPerspective(other.key());
    QCOMPARE(seen(), other.value());
  }
}

void LayoutTest::newerLayoutIsRefused() {
  MainWindow window({});
  window.open({1600, 1000});
  QJsonObject layout = saveLayout(window);
  for (const int other : {1, 3}) {
    layout[QStringLiteral("schema")] = other;
    QVERIFY(!restoreLayout(window, layout));
  }
  layout[QStringLiteral("schema")] = 2;
  layout[QStringLiteral("state")] = QStringLiteral("AAAA");
  QVERIFY(!restoreLayout(window, layout));
  QVERIFY(!restoreLayout(window, {}));
}

void LayoutTest::defaultLayoutFollowsTheWidth() {
  MainWindow window({});
  window.open({1600, 1000});
  const Docks& docks = window.docks();
  QVERIFY(window.tabifiedDockWidgets(docks.at(QStringLiteral("mollweide"))).isEmpty());
  QVERIFY(std::abs(docks.at(QStringLiteral("browser"))->width() - 270) <= 4);
  QVERIFY(std::abs(docks.at(QStringLiteral("mollweide"))->width() - 380) <= 4);
  window.resize(1280, 800);
  applyDefaultLayout(window, docks, *findPerspective(perspectiveTable(), QStringLiteral("inspect")));
  QCOMPARE(window.tabifiedDockWidgets(docks.at(QStringLiteral("mollweide"))).size(), 3);
}

void LayoutTest::floatingDocksComeBack() {
  MainWindow window({});
  window.open({1600, 1000});
  ViewDock* dock = window.docks().at(QStringLiteral("log"));
  dock->setFloating(true);
  dock->show();
  dock->move(9000, 9000);
  pullOntoScreen(window, window.docks());
  QVERIFY(window.screen()->availableGeometry().intersects(dock->frameGeometry()));
  dockAll(window.docks());
  QVERIFY(!dock->isFloating());
}

ALIDADE_TEST(LayoutTest)
#include "layout_test.moc"
