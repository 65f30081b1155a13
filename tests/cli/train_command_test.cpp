// SPDX-License-Identifier: BSD-3-Clause
#include <csignal>

#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// A training run that is killed or interrupted ends, resumed, with the bytes of one that was not.
class TrainCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

  /// Starts a run and sends `signal` when it is on its way: behind a checkpoint, before the end.
  Outcome interrupted(const QString& folder, int signal) {
    const auto process = prepare({"train", "train.toml", "-o", folder}, work_.path());
    process->start();
    const std::string state = (folder + "/state.safetensors").toStdString();
    for (int i = 0; i < 6000 && !work_.has(state) && process->state() != QProcess::NotRunning; ++i) {
      process->waitForFinished(10);
    }
    ::kill(static_cast<pid_t>(process->processId()), signal);
    return outcome_of(*process);
  }

  void compareWithWhole(const std::string& folder) {
    QCOMPARE(work_.files(folder), work_.files("whole"));
    for (const char* name :
         {"final.safetensors", "state.safetensors", "metrics.jsonl", "accuracy.json", "recipe.toml"}) {
      QVERIFY2(work_.read(folder + "/" + name) == work_.read(std::string("whole/") + name), name);
    }
  }

 private Q_SLOTS:
  void initTestCase() {
    const auto whole = work_.run({"train", "train.toml", "-o", "whole"});
    COMPARE_CODE(whole, 0);
    QVERIFY(whole.err.contains("joint training"));
  }

  void aKilledRunResumesToTheSameBytes() {
    const auto killed = interrupted("killed", SIGKILL);
    QCOMPARE(killed.code, -1);
    QVERIFY(work_.has("killed/state.safetensors"));
    QVERIFY2(!work_.has("killed/final.safetensors"), "it was over before it could be killed");
    // What a kill in the middle of a write leaves behind.
    work_.write("killed/state.safetensors.a1B2c3", "half");
    work_.write("killed/checkpoints/epoch-0009.safetensors.XyZ012", "half");
    const auto resumed = work_.run({"train", "train.toml", "-o", "killed", "--resume"});
    COMPARE_CODE(resumed, 0);
    compareWithWhole("killed");
  }

  void ctrlCSavesAndSaysHowToGoOn() {
    const auto stopped = interrupted("stopped", SIGINT);
    COMPARE_CODE(stopped, 130);
    QVERIFY2(stopped.sentence().contains("--resume"), stopped.text().c_str());
    QVERIFY(work_.has("stopped/state.safetensors"));
    QVERIFY(!work_.has("stopped/final.safetensors"));
    const auto resumed = work_.run({"train", "train.toml", "-o", "stopped", "--resume"});
    COMPARE_CODE(resumed, 0);
    compareWithWhole("stopped");
  }

  void aRunIsNotOverwritten() {
    const std::string before = work_.read("whole/final.safetensors");
    const auto again = work_.run({"train", "train.toml", "-o", "whole"});
    COMPARE_CODE(again, 2);
    QVERIFY2(again.sentence().contains("whole") && again.sentence().contains("--resume"),
             again.text().c_str());
    QVERIFY(work_.read("whole/final.safetensors") == before);
  }

  void anotherRecipeCannotResume() {
    work_.write("other.toml", work_.read("train.toml") + "learning_rate = 1e-4\n");
    const auto mixed = work_.run({"train", "other.toml", "-o", "whole", "--resume"});
    COMPARE_CODE(mixed, 3);
    QVERIFY2(mixed.sentence().contains("recipe.toml"), mixed.text().c_str());
  }

  void thereMustBeARunToResume() {
    const auto nothing = work_.run({"train", "train.toml", "-o", "nowhere", "--resume"});
    COMPARE_CODE(nothing, 3);
    QVERIFY(!work_.has("nowhere"));
  }

  void aDamagedStateIsNamed() {
    work_.copy("whole", "damaged");
    fs::remove(work_.path("damaged/final.safetensors"));
    fs::resize_file(work_.path("damaged/state.safetensors"), 5000);
    const auto resumed = work_.run({"train", "train.toml", "-o", "damaged", "--resume"});
    COMPARE_CODE(resumed, 3);
    QVERIFY2(resumed.sentence().contains("state.safetensors"), resumed.text().c_str());
    QVERIFY(!work_.has("damaged/final.safetensors"));
  }
};

ALIDADE_TEST(TrainCommandTest)
#include "train_command_test.moc"
