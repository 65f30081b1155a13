// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/program_part.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// The light program and the parts that it becomes.
class ProgramPartsTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  fs::path place(const char* relative) const { return fs::path(folder_.path().toStdString()) / relative; }

  void writePart(const fs::path& file) const {
    std::ofstream(file) << "#!/bin/sh\necho \"part: $*\"\nexit 7\n";
    fs::permissions(file, fs::perms::owner_all);
  }

  Outcome runCopy(const QStringList& arguments) const {
    const auto process = prepare(arguments, place("elsewhere"));
    process->setProgram(QString::fromStdString(place("bin/alidade").string()));
    auto environment = process->processEnvironment();
    environment.insert("PATH", QString::fromStdString(place("elsewhere").string()) + ":/usr/bin:/bin");
    process->setProcessEnvironment(environment);
    process->start();
    return outcome_of(*process);
  }

 private Q_SLOTS:
  void initTestCase() {
    fs::create_directories(place("bin"));
    fs::create_directories(place("elsewhere"));
    fs::copy_file(qEnvironmentVariable("ALIDADE_BINARY").toStdString(), place("bin/alidade"));
  }

  void theLightProgramLoadsNoHeavyLibrary() {
    const auto process = prepare({}, place("elsewhere"));
    auto environment = process->processEnvironment();
    environment.insert("LD_TRACE_LOADED_OBJECTS", "1");
    process->setProcessEnvironment(environment);
    process->start();
    const auto loaded = outcome_of(*process);
    QVERIFY(loaded.out.contains("libc.so"));
    for (const char* heavy : {"torch", "libc10", "Qt", "vtk", "opencv", "libGL", "openblas"}) {
      QVERIFY2(!loaded.out.contains(heavy), heavy);
    }
  }

  void aloneItDoesWhatIsLight() {
    QCOMPARE(runCopy({"--version"}).code, 0);
    QVERIFY(runCopy({"--help"}).out.contains("reproduce"));
    QCOMPARE(runCopy({"evaluate", "--list"}).code, 0);
  }

  void aPartFromElsewhereIsNotRun() {
    writePart(place("elsewhere/alidade-compute"));
    const auto done = runCopy({"infer", "--help"});
    QCOMPARE(done.code, 1);
    QVERIFY(!done.out.contains("part:"));
    QVERIFY2(done.sentence().contains("infer needs the part alidade-compute"), done.text().c_str());
  }

  void aFolderThatItsGroupMayChangeIsWarnedOf() {
    writePart(place("bin/alidade-compute"));
    fs::permissions(place("bin"), fs::perms::owner_all | fs::perms::group_all);
    const auto done = runCopy({"infer"});
    QCOMPARE(done.code, 7);
    QVERIFY2(done.err.startsWith("warning: ") && done.err.count('\n') == 1 && done.err.contains("/bin"),
             done.text().c_str());
    fs::permissions(place("bin"), fs::perms::owner_all);
    QVERIFY(runCopy({"infer"}).err.isEmpty());
  }

  void aPartThatAnybodyMayChangeIsNotRun() {
    const auto refused = [this](const char* what) {
      const auto done = runCopy({"infer"});
      return done.code == 1 && !done.out.contains("part:") && done.sentence().contains("others may write") &&
             done.sentence().contains(what);
    };
    writePart(place("bin/alidade-compute"));
    fs::permissions(place("bin"), fs::perms::all);
    QVERIFY(refused("alidade-compute"));
    fs::permissions(place("bin"), fs::perms::owner_all);
    fs::permissions(place("bin/alidade-compute"), fs::perms::all);
    QVERIFY(refused("alidade-compute"));
    fs::remove(place("bin/alidade-compute"));
    // Through a link to a folder that anybody may change.
    fs::create_directories(place("open"));
    writePart(place("open/alidade-compute"));
    fs::permissions(place("open"), fs::perms::all);
    fs::create_symlink(place("open/alidade-compute"), place("bin/alidade-compute"));
    QVERIFY(refused("alidade-compute"));
    fs::remove(place("bin/alidade-compute"));
  }

  void theModuleOfTheGpuIsMoreCareful() {
    for (const auto& [perms, expected] :
         {std::pair(fs::perms::owner_all, OtherWriters::kNone),
          std::pair(fs::perms::owner_all | fs::perms::group_write, OtherWriters::kGroup),
          std::pair(fs::perms::all, OtherWriters::kAnybody)}) {
      writePart(place("bin/module"));
      fs::permissions(place("bin"), perms);
      QVERIFY(other_writers(place("bin/module")) == expected);
    }
    fs::permissions(place("bin"), fs::perms::owner_all);
    fs::permissions(place("bin/module"), fs::perms::owner_all | fs::perms::group_write);
    QVERIFY(other_writers(place("bin/module")) == OtherWriters::kGroup);
    QVERIFY(other_writers(place("bin/nothing")) == OtherWriters::kAnybody);
    // Beside the tests, as the program finds it beside itself.
    const fs::path beside = fs::read_symlink("/proc/self/exe").parent_path() / "a-module-of-the-tests";
    std::ofstream(beside) << "x";
    fs::permissions(beside, fs::perms::owner_all | fs::perms::group_write);
    QVERIFY(!find_program_part(beside.filename(), PartTrust::kModule));
    QVERIFY(find_program_part(beside.filename(), PartTrust::kOwn));
    fs::permissions(beside, fs::perms::owner_all);
    QVERIFY(find_program_part(beside.filename(), PartTrust::kModule));
    fs::remove(beside);
  }

  void itBecomesThePartBesideIt() {
    writePart(place("bin/alidade-compute"));
    const auto done = runCopy({"infer", "--seed", "3"});
    QCOMPARE(done.code, 7);
    QCOMPARE(done.out, QStringLiteral("part: infer --seed 3\n"));
    // Without the window a reproduction runs in the lighter part, without its PDF.
    QCOMPARE(runCopy({"reproduce", "score-scaling"}).out, QStringLiteral("part: reproduce score-scaling\n"));
  }
};

ALIDADE_TEST(ProgramPartsTest)
#include "program_parts_test.moc"
