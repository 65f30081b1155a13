// SPDX-License-Identifier: BSD-3-Clause
// alidade contention and alidade group, as a user calls them.
#include <QtTest>

#include "core/exchange/branch_accuracy_file.h"
#include "core/exchange/contention_file.h"
#include "core/nn/decompose/decompose_network.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

namespace {

std::unique_ptr<DecomposeNetwork> tiny_decompose(std::uint64_t seed, bool grouped) {
  DecomposeConfig config = *named_decompose_config("tiny");
  config.color = ColorSource::kNone;
  config.categories = {"bottle", "bowl", "camera", "can", "laptop", "mug"};
  config.routing = grouped ? std::vector<int>{0, 0, 1, 0, 1, 1} : std::vector<int>(6, 0);
  config.capacities.assign(grouped ? 2 : 1, BranchCapacity::kHigh);
  config.split = grouped ? SplitBlock::kCorrespondence : SplitBlock::kNone;
  return DecomposeNetwork::create(config, seed, nullptr);
}

}  // namespace

class ContentionCommandTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  fs::path root_;
  QString run_, data_;

  Outcome measured(const QStringList& more) {
    return run_program(
        QStringList{"contention", run_, "--dataset", data_, "--batches", "2", "--batch-size", "2"} + more,
        root_);
  }

 private Q_SLOTS:
  void initTestCase() {
    root_ = folder_.path().toStdString();
    fs::create_directories(root_ / "run" / "checkpoints");
    for (const int epoch : {1, 2}) {
      const std::string name = "epoch-000" + std::to_string(epoch) + ".safetensors";
      QVERIFY(tiny_decompose(epoch, true)->save(root_ / "run" / "checkpoints" / name, R"({"steps": 7})"));
    }
    std::ofstream(root_ / "small-val.toml") << "split = \"val\"\nframes = 14\nwidth = 160\nheight = 120\n"
                                               "models_per_category = 2\n";
    run_ = QString::fromStdString((root_ / "run").string());
    data_ = QString::fromStdString((root_ / "small-val.toml").string());
  }

  void aRunIsMeasuredAndWritten() {
    const Outcome first = measured({"-o", "a.npz"});
    QVERIFY2(first.code == 0, first.text().c_str());
    for (const char* word : {"backbone", "correspondence", "head", "reliability"}) {
      QVERIFY2(first.out.contains(QLatin1String(word)), word);
    }
    QVERIFY(measured({"-o", "b.npz"}).code == 0);
    QCOMPARE(*read_file(root_ / "a.npz", 1 << 24), *read_file(root_ / "b.npz", 1 << 24));
    const auto file = read_contention_history(root_ / "a.npz");
    QVERIFY(file);
    QCOMPARE(file->history.epochs.size(), std::size_t{2});
    QCOMPARE(file->history.branches.size(), std::size_t{2});
    QCOMPARE(file->history.name, std::string("run"));
    QVERIFY(measured({"-o", "a.npz"}).code == 2);  // it is there already
  }

  void effectsAreAdded() {
    const Outcome done = measured({"--effects", "--effect-steps", "2", "--every", "2", "-o", "e.npz"});
    QVERIFY2(done.code == 0, done.text().c_str());
    const auto file = read_contention_history(root_ / "e.npz");
    QVERIFY(file && file->history.effects.size() == 1 && file->history.epochs.size() == 1);
    QVERIFY(done.json().is_discarded());
    QVERIFY(measured({"--json", "--every", "2"}).json().is_array());
  }

  void wrongInputIsNamed() {
    const auto outcome = [&](const QStringList& arguments) {
      return run_program(QStringList{"contention"} + arguments, root_);
    };
    QVERIFY(tiny_decompose(1, false)->save(root_ / "other.safetensors", "{}"));
    const QString other = QString::fromStdString((root_ / "other.safetensors").string());
    const QString one = run_ + "/checkpoints/epoch-0001.safetensors";
    const Outcome mixed = outcome({one, other, "--dataset", data_, "--batches", "2", "--batch-size", "2"});
    QCOMPARE(mixed.code, 3);
    QVERIFY(mixed.sentence().contains("other.safetensors"));
    QCOMPARE(outcome({QString::fromStdString(root_.string()), "--dataset", data_}).code,
             3);  // no numbered checkpoints
    QCOMPARE(outcome({run_, "--dataset", data_, "--rows", "colors"}).code, 2);
    QCOMPARE(outcome({run_}).code, 2);
    const Outcome times = outcome({run_, "--dataset", data_, "--rows", "time"});
    QCOMPARE(times.code, 3);
    QVERIFY(times.sentence().contains("diffusion times"));
  }

  void groupsFollowFromAResult() {
    const QString one = run_ + "/checkpoints/epoch-0001.safetensors";
    QVERIFY(run_program({"infer", "--checkpoint", one, "--dataset", data_, "-o", "r.npz"}, root_).code == 0);
    const Outcome groups =
        run_program({"group", "r.npz", "--dataset", data_, "--groups", "2", "-o", "g.toml"}, root_);
    QVERIFY2(groups.code == 0, groups.text().c_str());
    QCOMPARE(groups.out.count("[[group]]"), 2);
    QVERIFY2(groups.out.contains("# Adjusted Rand index of the groups over 5 draws"), groups.text().c_str());
    const Outcome once =
        run_program({"group", "r.npz", "--dataset", data_, "--groups", "2", "--draws", "0"}, root_);
    QVERIFY(once.code == 0 && !once.out.contains("Rand"));
    QCOMPARE(groups.out.toStdString(), *read_file(root_ / "g.toml", 1 << 16));
    QCOMPARE(run_program({"group", "r.npz", "--dataset", data_, "--groups", "9"}, root_).code, 2);
    // It is written as JSON, and under no other ending.
    QVERIFY(
        run_program({"infer", "--checkpoint", one, "--dataset", data_, "--branches", "-o", "x.npz"}, root_)
            .code == 2);
    const Outcome branches =
        run_program({"infer", "--checkpoint", one, "--dataset", data_, "--branches"}, root_);
    QVERIFY2(branches.code == 0 && branches.out.contains("H 2"), branches.text().c_str());
    const QStringList asked{"infer", "--checkpoint", one, "--dataset", data_, "--branches"};
    QVERIFY(run_program(asked + QStringList{"-o", "b.json"}, root_).code == 0);
    const auto accuracy = read_branch_accuracy(root_ / "b.json");
    QVERIFY(accuracy && accuracy->branches.size() == 2 &&
            accuracy->categories.size() == accuracy->own.size());
    QCOMPARE(accuracy->name, std::string("epoch-0001"));
    QVERIFY(accuracy->objects.front() > 0);
    QCOMPARE(run_program(asked + QStringList{"--json"}, root_).out.toStdString(),
             *read_file(root_ / "b.json", 1 << 16));
    QVERIFY(run_program(asked + QStringList{"-o", "b.json"}, root_).code == 2);  // it is there already
    QVERIFY(run_program({"infer", "--checkpoint", one, "--dataset", data_, "--track"}, root_).code == 2);
  }
};

ALIDADE_TEST(ContentionCommandTest)

#include "contention_command_test.moc"
