// SPDX-License-Identifier: BSD-3-Clause
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
