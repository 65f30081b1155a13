// SPDX-License-Identifier: BSD-3-Clause
#include <signal.h>

#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr std::uint32_t kLargeBytes = 400'000'000;

std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) {
    text += static_cast<char>(i < 8 ? value >> (8 * i) & 255 : 0);
  }
  return text;
}

/// Up to the bytes of its one tensor.
std::string checkpoint_head() {
  const std::string size = std::to_string(kLargeBytes);
  const std::string header = R"({"__metadata__":{"alidade_sha256":"0"},"w":{"dtype":"U8","shape":[)" + size +
                             R"(],"data_offsets":[0,)" + size + "]}}";
  return number(header.size(), 8) + header;
}

/// Up to the bytes of its one array, which is stored, and behind them.
std::pair<std::string, std::string> archive_ends() {
  const std::string fields = number(20, 2) + number(0, 12) + number(kLargeBytes, 4) + number(kLargeBytes, 4) +
                             number(8, 2) + number(0, 2);
  const std::string head = "PK\3\4" + fields + "pose.npy";
  const std::string directory = "PK\1\2" + number(20, 2) + fields + number(0, 14) + "pose.npy";
  return {head, directory + "PK\5\6" + number(0, 4) + number(1, 2) + number(1, 2) +
                    number(directory.size(), 4) + number(head.size() + kLargeBytes, 4) + number(0, 2)};
}

/// Whether the process has begun to read one of them, or has read it.
bool has_begun(const QProcess& process) {
  const std::string place = "/proc/" + std::to_string(process.processId());
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(place + "/fd", failure)) {
    if (fs::read_symlink(entry.path(), failure).filename().string().starts_with("large.")) {
      return true;
    }
  }
  // Bytes read, not memory: under the sanitizers a process is larger than the file before it opens it.
  std::ifstream counters(place + "/io");
  std::string name;
  std::uint64_t bytes = 0;
  counters >> name >> bytes;
  return name == "rchar:" && bytes > kLargeBytes;
}

}  // namespace

/// Signals, and what else happens to a run from outside while it goes.
class StopTest : public QObject {
  Q_OBJECT

  Workspace work_;

  /// Waits until the file is there or the process has ended.
  void wait_for(QProcess& process, const std::string& file) const {
    for (int i = 0; i < 6000 && !work_.has(file) && process.state() != QProcess::NotRunning; ++i) {
      process.waitForFinished(10);
    }
  }
  static void send(const QProcess& process, int signal) {
    if (const auto id = static_cast<pid_t>(process.processId()); id > 0) {  // 0 would be all of ours
      ::kill(id, signal);
    }
  }
  /// Mostly holes: they take no room on the disk.
  void write_large_files() const {
    work_.write("large.safetensors", checkpoint_head());
    fs::resize_file(work_.path("large.safetensors"), checkpoint_head().size() + kLargeBytes);
    const auto [head, tail] = archive_ends();
    work_.write("large.npz", head);
    fs::resize_file(work_.path("large.npz"), head.size() + kLargeBytes);
    std::ofstream(work_.path("large.npz"), std::ios::binary | std::ios::app) << tail;
  }
  /// A training that is behind its first checkpoint, before its end.
  std::unique_ptr<QProcess> running(const QString& line, const std::string& folder) const {
    auto process = prepare_shell("exec " + line, work_.path());
    process->start();
    wait_for(*process, folder + "/state.safetensors");
    return process;
  }

 private Q_SLOTS:
  void initTestCase() {
    work_.write("long.toml", work_.read("train.toml"));
    COMPARE_CODE(work_.run({"train", "train.toml", "-o", "whole"}), 0);
  }

  void everyStopSignalSaves_data() {
    QTest::addColumn<int>("signal");
    QTest::newRow("INT") << SIGINT;
    QTest::newRow("TERM") << SIGTERM;
    QTest::newRow("HUP") << SIGHUP;
  }

  void everyStopSignalSaves() {
    QFETCH(int, signal);
    const QString folder = QString("stopped-%1").arg(signal);
    const auto process = running("$B train train.toml -o " + folder, folder.toStdString());
    send(*process, signal);
    send(*process, signal);  // as `timeout` does: one request, not two
    const auto stopped = outcome_of(*process);
    COMPARE_CODE(stopped, 130);
    QVERIFY2(stopped.sentence().contains("--resume"), stopped.text().c_str());
    QVERIFY(!work_.files(folder.toStdString()).contains(".lock"));
    COMPARE_CODE(work_.run({"train", "train.toml", "-o", folder, "--resume"}), 0);
    QVERIFY(work_.read(folder.toStdString() + "/final.safetensors") == work_.read("whole/final.safetensors"));
  }

  void nohupStaysDeaf() {
    const auto process = running("nohup $B train train.toml -o deaf", "deaf");
    send(*process, SIGHUP);
    const auto done = outcome_of(*process);
    COMPARE_CODE(done, 0);
    QVERIFY(work_.read("deaf/final.safetensors") == work_.read("whole/final.safetensors"));
  }

  // It writes to a pipe whose reader sleeps: nothing in the program can see the first signal.
  void aSecondSignalEndsTheProcess() {
    const auto process = prepare_shell(
        "mkfifo stuck; exec 9<>stuck; exec $B sample --analytic --dataset set.toml -k 400 -o stuck "
        "--trajectory "
        "--force > printed",
        work_.path());
    process->start();
    for (int i = 0; i < 6000 && (!work_.has("printed") || work_.read("printed").empty()); ++i) {
      QVERIFY(process->state() != QProcess::NotRunning);
      process->waitForFinished(10);
    }
    process->waitForFinished(300);
    send(*process, SIGTERM);
    QVERIFY2(!process->waitForFinished(600), "it was not stuck");
    send(*process, SIGINT);
    QVERIFY(process->waitForFinished(20000));
    QCOMPARE(process->exitStatus(), QProcess::CrashExit);
    QCOMPARE(process->exitCode(), SIGINT);
  }

  void anEarlyStopLeavesNothing() {
    work_.write("big.toml", "split = \"early\"\nseed = 3\nframes = 100000\nwidth = 160\nheight = 120\n");
    work_.write("early.toml",
                "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"big.toml\"\n[training]\nbatch = 8\n"
                "noise_draws = 2\npretrain_steps = 60\njoint_steps = 340\n");
    const QStringList before = work_.files();
    const auto process = prepare({"train", "early.toml", "-o", "deep/er/run"}, work_.path());
    process->start();
    wait_for(*process, "deep/er/run/.lock");
    process->waitForFinished(300);
    send(*process, SIGTERM);
    const auto stopped = outcome_of(*process);
    COMPARE_CODE(stopped, 130);
    QCOMPARE(work_.files(), before);
    QVERIFY(!work_.has("deep"));
  }

  // Read to its end, such a file would be found to be damaged: exit code 3.
  void aLargeFileIsNotReadToItsEnd_data() {
    QTest::addColumn<QStringList>("line");
    for (const char* command : {"infer", "sample"}) {
      QTest::newRow(command) << QStringList{command, "--checkpoint", "large.safetensors", "--dataset",
                                            "set.toml"};
    }
    QTest::newRow("evaluate") << QStringList{"evaluate",  "nocs",          "--ground-truth",
                                             "large.npz", "--predictions", "large.npz"};
  }

  void aLargeFileIsNotReadToItsEnd() {
    QFETCH(QStringList, line);
    write_large_files();
    const auto process = prepare(line, work_.path());
    process->start();
    while (!has_begun(*process) && process->state() != QProcess::NotRunning) {
      process->waitForFinished(5);
    }
    send(*process, SIGINT);
    const auto stopped = outcome_of(*process);
    COMPARE_CODE(stopped, 130);
    QVERIFY2(stopped.sentence().startsWith("reading ") && stopped.sentence().endsWith(" was stopped."),
             stopped.text().c_str());
  }

  void aRunInUseIsLocked() {
    const auto process = running("$B train train.toml -o used", "used");
    const QString holder = QString("process %1 on ").arg(process->processId());
    send(*process, SIGSTOP);
    for (const char* resume : {"", " --resume"}) {
      const auto second = work_.shell(QString("$B train train.toml -o used") + resume);
      COMPARE_CODE(second, 2);
      QVERIFY2(second.sentence().contains(holder), second.text().c_str());
    }
    QVERIFY(read_file(work_.path("used/metrics.jsonl"), 1 << 20));  // readers go on
    send(*process, SIGKILL);
    QCOMPARE(outcome_of(*process).code, -1);
    QVERIFY(work_.has("used/.lock"));
    COMPARE_CODE(work_.run({"train", "train.toml", "-o", "used", "--resume"}), 0);
    QCOMPARE(work_.files("used"), work_.files("whole"));
    QVERIFY(work_.read("used/final.safetensors") == work_.read("whole/final.safetensors"));
  }

  void aFolderThatVanishesEndsTheRun() {
    const auto process = running("$B train train.toml -o vanishing", "vanishing");
    send(*process, SIGSTOP);
    fs::remove_all(work_.path("vanishing"));
    send(*process, SIGCONT);
    const auto ended = outcome_of(*process);
    COMPARE_CODE(ended, 1);
    QVERIFY2(ended.sentence().contains("vanishing"), ended.text().c_str());
    QVERIFY(!work_.has("vanishing"));
  }

  void aFolderInAnothersPlaceIsLeftAlone() {
    const auto process = running("$B train train.toml -o moved", "moved");
    send(*process, SIGSTOP);
    fs::rename(work_.path("moved"), work_.path("elsewhere"));
    fs::create_directory(work_.path("moved"));
    send(*process, SIGCONT);
    COMPARE_CODE(outcome_of(*process), 1);
    QVERIFY(work_.has("moved") && work_.files("moved").isEmpty());
  }

  // The log cannot be continued: a limit on the size of files stands for the full disk.
  void aLogThatCannotBeContinuedEndsTheRun() {
    work_.write(
        "chatty.toml",
        "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\n[training]\nbatch = 4\n"
        "noise_draws = 2\npretrain_steps = 60\njoint_steps = 340\nlog_every = 1\ncheckpoint_every = 400\n");
    const auto ended = work_.shell("ulimit -f 8; $B train chatty.toml -o full");
    COMPARE_CODE(ended, 1);
    QVERIFY2(ended.sentence().contains("metrics.jsonl"), ended.text().c_str());
    QVERIFY(!work_.has("full/final.safetensors"));
  }

  // Resuming clears away what a kill left behind, and nothing that looks alike.
  void backupsInARunStay() {
    work_.copy("whole", "kept");
    for (const char* name :
         {"recipe.toml.bak", "recipe.toml.backup", "run.json.1", "state.safetensors.OLD"}) {
      work_.write(std::string("kept/") + name, "mine");
    }
    work_.write("kept/final.safetensors.q7Rs9t", "half");
    COMPARE_CODE(work_.run({"train", "train.toml", "-o", "kept", "--resume"}), 0);
    for (const char* name :
         {"recipe.toml.bak", "recipe.toml.backup", "run.json.1", "state.safetensors.OLD"}) {
      QCOMPARE(work_.read(std::string("kept/") + name), std::string("mine"));
    }
    QVERIFY(!work_.has("kept/final.safetensors.q7Rs9t"));
  }

  void otherThreadsAreWarnedOf() {
    const auto process = running("$B train train.toml -o threads", "threads");
    send(*process, SIGTERM);
    COMPARE_CODE(outcome_of(*process), 130);
    QCOMPARE(nlohmann::json::parse(work_.read("threads/run.json")).at("threads"), nlohmann::json({1}));
    work_.copy("threads", "same");
    const auto same = work_.run({"train", "train.toml", "-o", "same", "--resume"});
    COMPARE_CODE(same, 0);
    QVERIFY2(!same.err.contains("--threads"), same.text().c_str());
    const auto other = work_.run({"train", "train.toml", "-o", "threads", "--resume", "--threads", "2"});
    COMPARE_CODE(other, 0);
    QVERIFY2(other.err.contains("--threads 1") && other.err.contains("--threads 2"), other.text().c_str());
    QCOMPARE(nlohmann::json::parse(work_.read("threads/run.json")).at("threads"), nlohmann::json({1, 2}));
  }
};

ALIDADE_TEST(StopTest)
#include "stop_test.moc"
