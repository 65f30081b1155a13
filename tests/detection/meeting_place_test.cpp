// SPDX-License-Identifier: BSD-3-Clause
// Where the processes of one start find each other, and what is left there.
#include <filesystem>
#include <fstream>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include "core/base/meeting_place.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class MeetingPlaceTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  std::filesystem::path folder() const { return folder_.path().toStdString(); }
  QStringList left_over() const { return QDir(folder_.path()).entryList(QDir::Files | QDir::Hidden); }

 private Q_SLOTS:
  // The processes of a start that was killed have left a file, and no lock.
  void whatAKilledStartLeftIsClearedAway() {
    std::filesystem::path file;
    {
      const auto first = MeetingPlace::enter(folder(), "again");
      QVERIFY(first);
      file = first->file();
    }
    const auto write = [&file](const char* text) { std::ofstream(file) << text; };
    write("of the dead");
    {
      const auto first = MeetingPlace::enter(folder(), "again");
      QVERIFY(first && !std::filesystem::exists(file));
      write("of the living");
      {
        const auto second = MeetingPlace::enter(folder(), "again");
        QVERIFY(second && second->file() == file && std::filesystem::exists(file));
      }
      QVERIFY(std::filesystem::exists(file));
    }
    QCOMPARE(left_over(), QStringList());
  }

  void startsDoNotMeetEachOther() {
    const auto one = MeetingPlace::enter(folder(), "one"), other = MeetingPlace::enter(folder(), "other");
    QVERIFY(one && other && one->file() != other->file());
  }

  void aFolderThatCannotBeWrittenIsNamed() {
    const auto nowhere = MeetingPlace::enter(folder() / "nowhere", "one");
    QVERIFY(!nowhere);
    QVERIFY2(nowhere.error().message.find("nowhere") != std::string::npos, nowhere.error().message.c_str());
  }

  // A variable that was handed on from another machine, or a folder that others may write.
  void anUnusableRuntimeFolderIsNotUsed() {
    const QByteArray before = qgetenv("XDG_RUNTIME_DIR");
    const auto place_of = [](const std::filesystem::path& named) {
      qputenv("XDG_RUNTIME_DIR", QByteArray::fromStdString(named.string()));
      const auto place = MeetingPlace::enter({}, "runtime");
      return place ? place->file().parent_path() : std::filesystem::path();
    };
    const auto own = folder() / "own", shared = folder() / "shared";
    for (const auto& [path, mode] : {std::pair{own, 0700}, std::pair{shared, 0777}}) {
      std::filesystem::create_directory(path);
      std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
    }
    QCOMPARE(place_of(own), own);
    QVERIFY(place_of(shared) != shared);
    const auto elsewhere = place_of(folder() / "nowhere");
    QVERIFY(!elsewhere.empty() && elsewhere != folder() / "nowhere");
    before.isNull() ? qunsetenv("XDG_RUNTIME_DIR") : qputenv("XDG_RUNTIME_DIR", before);
  }
};

ALIDADE_TEST(MeetingPlaceTest)
#include "meeting_place_test.moc"
