// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// Under a limit of memory every command ends with its result or with one sentence.
class MemoryLimitTest : public QObject {
  Q_OBJECT

  Workspace work_;

  Outcome limited(int megabytes, const QString& line) {
    const auto process = prepare({"-c", QString("ulimit -v %1; rm -rf out out.*; exec timeout -s KILL 60 "
                                                "$ALIDADE_BINARY %2")
                                            .arg(megabytes * 1024)
                                            .arg(line)},
                                 work_.path());
    process->setProgram("/bin/bash");
    process->start();
    return outcome_of(*process);
  }

 private Q_SLOTS:
  void initTestCase() {
    // Each thread of OpenBLAS wants a buffer of its own, so that many are the harder case.
    qputenv("OPENBLAS_NUM_THREADS", "8");
    work_.write("short.toml",
                "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\n[training]\nbatch = 8\n"
                "noise_draws = 2\npretrain_steps = 2\njoint_steps = 4\n");
    work_.write("map.json", "{\"schema\": 1, \"figure\": \"image\", \"dataset\": \"good\", \"frame\": 0}");
    COMPARE_CODE(work_.run({"train", "short.toml", "-o", "run"}), 0);
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "good"}), 0);
  }

  void everyCommandEnds_data() {
    QTest::addColumn<int>("megabytes");
    QTest::addColumn<QString>("line");
    const char* const lines[] = {"train short.toml -o out",
                                 "infer --checkpoint run/final.safetensors --dataset good -o out.npz",
                                 "sample --analytic --dataset good",
                                 "dataset info good --check",
                                 "dataset make set.toml -o out",
                                 "dataset truth good -o out.npz",
                                 "evaluate --list",
                                 "render map.json -o out.png",
                                 "device info"};
    for (const int megabytes : {512, 640, 760, 900, 1024, 2048}) {
      for (const char* line : lines) {
        QTest::newRow((std::to_string(megabytes) + " MB: " + line).c_str()) << megabytes << line;
      }
    }
  }

  void everyCommandEnds() {
    QFETCH(int, megabytes);
    QFETCH(QString, line);
    const auto done = limited(megabytes, line);
    QVERIFY2(done.code == 0 || done.code == 1, done.text().c_str());
    QVERIFY2(done.code == 0 || done.sentence().contains("memory"), done.text().c_str());
    QVERIFY2(!done.err.contains("terminate called") && !done.err.contains("shared libraries"),
             done.text().c_str());
  }
};

ALIDADE_TEST(MemoryLimitTest)
#include "memory_limit_test.moc"
