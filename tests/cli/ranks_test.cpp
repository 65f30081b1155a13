// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/ranks.h"

#include <chrono>
#include <cmath>
#include <sstream>

#include "core/io/safetensors.h"

using namespace alidade;
using namespace alidade::test;

/// One process per source, started as launchers do, against one process for all.
class RanksTest : public QObject {
  Q_OBJECT

  JointWorkspace work_;

  static std::string folder_of(const std::string& name, int rank) {
    return rank == 0 ? name : name + "-rank" + std::to_string(rank);
  }
  /// Every rank has written what a single process has, byte by byte.
  void compareWithWhole(const std::string& name, const std::string& whole) {
    for (int rank = 0; rank < 3; ++rank) {
      const std::string folder = folder_of(name, rank);
      QCOMPARE(work_.files(folder), work_.files(whole));
      for (const char* file : {"final.safetensors", "state.safetensors", "metrics.jsonl"}) {
        QVERIFY2(work_.read(folder + "/" + file) == work_.read(whole + "/" + file),
                 (folder + "/" + file).c_str());
      }
    }
  }
  void nothingIsLeft() { QCOMPARE(work_.files("meeting"), QStringList()); }
  /// All ranks of the long run, each behind a checkpoint and before the end.
  void startLong(Ranks& ranks, const QString& folder) {
    ranks.start(3, train_arguments("long.toml", folder));
    for (int rank = 0; rank < 3; ++rank) {
      const std::string state = folder_of(folder.toStdString(), rank) + "/state.safetensors";
      QVERIFY2(ranks.wait_until([&] { return work_.has(state); }), "it was over too early");
    }
  }
  void resumesToTheSameBytes(const QString& folder) {
    QVERIFY2(!work_.has(folder.toStdString() + "/final.safetensors"), "it was over before it was stopped");
    Ranks again(work_);
    for (const Outcome& one : again.run(3, train_arguments("long.toml", folder + "/", true))) {
      COMPARE_CODE(one, 0);
    }
    compareWithWhole(folder.toStdString(), "whole-long");
    nothingIsLeft();
  }

 private Q_SLOTS:
  void initTestCase() {
    for (const char* name : {"short", "long"}) {
      COMPARE_CODE(work_.run({"train", QString(name) + ".toml", "-o", QString("whole-") + name}), 0);
    }
    if (!can_train_in_several(work_)) {
      QSKIP("This build has no Gloo.");
    }
  }

  void threeProcessesComputeWhatOneDoes_data() {
    QTest::addColumn<int>("launcher");
    QTest::newRow("torchrun") << static_cast<int>(Launcher::kTorchrun);
    QTest::newRow("srun") << static_cast<int>(Launcher::kSrun);
  }

  void threeProcessesComputeWhatOneDoes() {
    QFETCH(int, launcher);
    const QString folder = QString("equal-%1").arg(launcher);
    Ranks ranks(work_, static_cast<Launcher>(launcher));
    for (const Outcome& one : ranks.run(3, train_arguments("short.toml", folder))) {
      COMPARE_CODE(one, 0);
    }
    compareWithWhole(folder.toStdString(), "whole-short");
    nothingIsLeft();
  }

  // The comparison above is not one of mere averages.
  void gradientsWereHarmonized() {
    std::istringstream log(work_.read("whole-short/metrics.jsonl"));
    double triggered = 0.0, lines = 0.0;
    for (std::string line; std::getline(log, line); ++lines) {
      triggered += nlohmann::json::parse(line).at("triggered").get<double>();
    }
    QCOMPARE(lines, 20.0);
    QVERIFY2(triggered > 0.0, "NGH was never triggered");
    const auto file = read_safetensors(work_.path("whole-short/final.safetensors"));
    QVERIFY(file);
    double moved = 0.0;
    for (const auto& [name, tensor] : file->tensors) {
      if (name.ends_with("running_mean")) {
        for (const double value : tensor_values(tensor)) {
          moved += std::abs(value);
        }
      }
    }
    QVERIFY2(moved > 0.0, "no running values");
  }

  void mpirunStartsThem() {
    if (QStandardPaths::findExecutable("mpirun").isEmpty()) {
      QSKIP("mpirun is not installed.");
    }
    const auto process = prepare_shell("mpirun -n 3 $B train short.toml -o mpi", work_.path());
    auto environment =
        rank_environment(process->processEnvironment(), work_.path(), Launcher::kTorchrun, 0, 1);
    for (const char* name :
         {"OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_rmaps_base_oversubscribe"}) {
      environment.insert(name, "1");
    }
    environment.insert("OMPI_MCA_plm", "isolated");
    process->setProcessEnvironment(environment);
    process->start();
    const auto ended = outcome_of(*process);
    if (ended.code != 0 && !ended.err.contains("alidade: ")) {
      QSKIP(("mpirun cannot start anything here: " + ended.text()).c_str());
    }
    COMPARE_CODE(ended, 0);
    compareWithWhole("mpi", "whole-short");
    nothingIsLeft();
  }

  void aKilledRankStopsTheOthers_data() {
    QTest::addColumn<int>("victim");
    QTest::newRow("first") << 0;
    QTest::newRow("second") << 1;
  }

  void aKilledRankStopsTheOthers() {
    QFETCH(int, victim);
    const QString folder = QString("killed-%1").arg(victim);
    Ranks ranks(work_);
    startLong(ranks, folder);
    ranks.send(victim, SIGKILL);
    const auto killed = std::chrono::steady_clock::now();
    const auto ended = ranks.outcomes();
    QVERIFY(std::chrono::steady_clock::now() - killed < std::chrono::seconds(30));
    for (int rank = 0; rank < 3; ++rank) {
      const Outcome& one = ended[static_cast<std::size_t>(rank)];
      COMPARE_CODE(one, rank == victim ? -1 : 1);
      QVERIFY2(rank == victim || one.sentence().contains("--resume"), one.text().c_str());
    }
    resumesToTheSameBytes(folder);
  }

  // As launchers do on Ctrl+C. Each rank ends where the signal meets it: perhaps a step apart.
  void aStopSignalToAllSaves() {
    Ranks ranks(work_);
    startLong(ranks, "stopped");
    for (int rank = 0; rank < 3; ++rank) {
      ranks.send(rank, SIGTERM);
    }
    for (const Outcome& one : ranks.outcomes()) {
      COMPARE_CODE(one, 130);
      QVERIFY2(one.sentence().contains("--resume"), one.text().c_str());
    }
    resumesToTheSameBytes("stopped");
  }

  // A kill meets ranks before and behind the same checkpoint.
  void ranksResumeWhereTheLastOfThemWas() {
    Ranks ranks(work_);
    startLong(ranks, "apart");
    ranks.send(2, SIGTERM);
    const auto ended = ranks.outcomes();
    COMPARE_CODE(ended[2], 130);
    COMPARE_CODE(ended[0], 1);
    for (const char* gone : {"apart-rank1/state.safetensors", "apart-rank1/checkpoints"}) {
      fs::remove_all(work_.path(gone));
    }
    resumesToTheSameBytes("apart");
  }
};

ALIDADE_TEST(RanksTest)
#include "ranks_test.moc"
