// SPDX-License-Identifier: BSD-3-Clause
#include <QJsonArray>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QtTest>

#include "app/gui/actions.h"
#include "app/gui/app_settings.h"
#include "app/gui/keyboard_dialog.h"
#include "app/gui/main_window.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class KeyBindingsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void aKeyHasOneMeaning();
  void viewsDoNotStandInEachOthersWay();
  void hostileSettingsAreIgnored();
  void theDialogTellsConflictsAndSettingsKeepThem();

 private:
  std::unique_ptr<QTemporaryDir> home_;
};

void KeyBindingsTest::init() {
  home_ = std::make_unique<QTemporaryDir>();
  qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
  qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
}

void KeyBindingsTest::aKeyHasOneMeaning() {
  QJsonObject changed;
  KeyBindings keys(changed);
  QAction open, close;
  open.setShortcuts({QKeySequence(QStringLiteral("Ctrl+O"))});
  close.setShortcuts({QKeySequence(QStringLiteral("Ctrl+W")), QKeySequence(QStringLiteral("Ctrl+F4"))});
  keys.add(QStringLiteral("open"), QStringLiteral("File"), &open, false);
  keys.add(QStringLiteral("close"), QStringLiteral("File"), &close, false);
  const QKeySequence key(QStringLiteral("Ctrl+W"));
  QCOMPARE(keys.holder(QStringLiteral("open"), key)->id, QStringLiteral("close"));
  QVERIFY(!keys.holder(QStringLiteral("close"), key));
  keys.assign(QStringLiteral("open"), key);
  QCOMPARE(open.shortcuts(), (QList<QKeySequence>{key, QKeySequence(QStringLiteral("Ctrl+O"))}));
  QCOMPARE(close.shortcuts(), QList<QKeySequence>{QKeySequence(QStringLiteral("Ctrl+F4"))});
  QCOMPARE(changed.keys(), (QStringList{QStringLiteral("close"), QStringLiteral("open")}));
  keys.reset(QStringLiteral("close"));
  QCOMPARE(close.shortcuts().size(), 2);
  QCOMPARE(open.shortcuts(), QList<QKeySequence>{QKeySequence(QStringLiteral("Ctrl+O"))});
  QVERIFY(changed.isEmpty());
}

void KeyBindingsTest::viewsDoNotStandInEachOthersWay() {
  QJsonObject changed;
  KeyBindings keys(changed);
  QAction in_image, in_scene, everywhere;
  const QKeySequence key(QStringLiteral("R"));
  in_image.setShortcut(key);
  keys.add(QStringLiteral("image/fit"), QStringLiteral("Image"), &in_image, true);
  keys.add(QStringLiteral("scene/fit"), QStringLiteral("Scene"), &in_scene, true);
  keys.add(QStringLiteral("run"), QStringLiteral("Run"), &everywhere, false);
  QVERIFY(!keys.holder(QStringLiteral("scene/fit"), key));
  QCOMPARE(keys.holder(QStringLiteral("run"), key)->id, QStringLiteral("image/fit"));
}

void KeyBindingsTest::hostileSettingsAreIgnored() {
  QJsonObject changed{
      {QStringLiteral("open"),
       QJsonArray{QStringLiteral("Ctrl+1"), 7, QStringLiteral(""), QStringLiteral("Ctrl+2"),
                  QStringLiteral("Ctrl+3"), QStringLiteral("Ctrl+4"), QStringLiteral("Ctrl+5")}},
      {QStringLiteral("close"), QStringLiteral("Ctrl+X")},
      {QStringLiteral("nothing"), QJsonArray{QStringLiteral("Ctrl+Y")}}};
  KeyBindings keys(changed);
  QAction open, close;
  close.setShortcut(QKeySequence(QStringLiteral("Ctrl+W")));
  keys.add(QStringLiteral("open"), QStringLiteral("File"), &open, false);
  keys.add(QStringLiteral("close"), QStringLiteral("File"), &close, false);
  QCOMPARE(open.shortcuts().size(), KeyBindings::kMostKeys);
  QCOMPARE(close.shortcut(), QKeySequence(QStringLiteral("Ctrl+W")));
}

void KeyBindingsTest::theDialogTellsConflictsAndSettingsKeepThem() {
  {
    MainWindow window({});
    window.open({1280, 800});
    QVERIFY(window.actions().trigger(QStringLiteral("keyboard")));
    auto* dialog = window.findChild<KeyboardDialog*>();
    QVERIFY(dialog && dialog->isVisible());
    auto* table = dialog->findChild<QTableView*>();
    const auto found = table->model()->match(table->model()->index(0, 0), Qt::DisplayRole,
                                             QStringLiteral("Swap results A and B"), 1, Qt::MatchExactly);
    QCOMPARE(found.size(), 1);
    table->setCurrentIndex(found.front());
    dialog->findChild<QKeySequenceEdit*>()->setKeySequence(QKeySequence(QStringLiteral("Ctrl+R")));
    const auto labels = dialog->findChildren<QLabel*>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
      return label->text().contains(QStringLiteral("Estimate poses")) &&
             label->text().contains(QStringLiteral("Run"));
    }));
    for (QPushButton* button : dialog->findChildren<QPushButton*>()) {
      if (button->text() == QStringLiteral("Assign")) {
        QTest::mouseClick(button, Qt::LeftButton);
      }
    }
    QCOMPARE(window.actions().find(QStringLiteral("swap-results"))->shortcut(),
             QKeySequence(QStringLiteral("Ctrl+R")));
    QVERIFY(window.actions().find(QStringLiteral("infer"))->shortcuts().isEmpty());
    dialog->close();
  }
  QStringList notes;
  MainWindow again(AppSettings::load(&notes));
  QVERIFY(notes.isEmpty());
  QCOMPARE(again.actions().find(QStringLiteral("swap-results"))->shortcut(),
           QKeySequence(QStringLiteral("Ctrl+R")));
  QVERIFY(again.actions().find(QStringLiteral("infer"))->shortcuts().isEmpty());
}

ALIDADE_TEST(KeyBindingsTest)
#include "key_bindings_test.moc"
