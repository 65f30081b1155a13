// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/quant/packed_file.h"
#include "core/studies/train.h"
#include "core/studies/training_tasks.h"
#include "core/training/training_history.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

constexpr char kTabletop[] =
    "split = \"unit\"\nseed = 3\nframes = 8\nwidth = 160\nheight = 120\nmodels_per_category = 2\n";
constexpr char kRecipe[] =
    "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"tabletop.toml\"\ntest = \"tabletop.toml\"\ntest_frames "
    "= 2\n"
    "[training]\nseed = 4\nbatch = 6\nnoise_draws = 2\npretrain_steps = 4\njoint_steps = 8\nlog_every = "
    "2\ncheckpoint_every = 4\n";

/// A recipe in a folder of its own.
class Recipe {
 public:
  Recipe() {
    write("tabletop.toml", kTabletop);
    write("train.toml", kRecipe);
  }
  void write(const char* name, const std::string& text) { std::ofstream(path(name)) << text; }
  fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }

 private:
  QTemporaryDir folder_;
};

std::string bytes_of(const fs::path& path) {
  const auto bytes = read_file(path, 1 << 28);
  return bytes ? *bytes : std::string("unreadable");
}

}  // namespace

class TrainTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void aRunLeavesWhatItPromises() {
    const Recipe recipe;
    const auto read = read_train_recipe(recipe.path("train.toml"));
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    const auto done = train(*read, {recipe.path("run")}, DatasetReaders{}, JobContext{});
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    QCOMPARE(bytes_of(recipe.path("run/recipe.toml")), std::string(kRecipe));
    QVERIFY(fs::exists(recipe.path("run/checkpoints/epoch-0003.safetensors")));
    std::ifstream metrics(recipe.path("run/metrics.jsonl"));
    int lines = 0;
    for (std::string line; std::getline(metrics, line); ++lines) {
      const auto entry = nlohmann::json::parse(line);
      QCOMPARE(entry.at("step").get<int>(), 2 * (lines + 1));
      QCOMPARE(entry.at("train").at("score").get<double>() > 0.0, entry.at("step") > 4);
    }
    QCOMPARE(lines, 6);
    const auto network = PoseNetwork::load(recipe.path("run/final.safetensors"));
    QVERIFY(network);
    const auto metadata = nlohmann::json::parse((*network)->metadata());
    QCOMPARE(metadata.at("steps").get<int>(), 12);
    QCOMPARE(metadata.at("accuracy").at("settings").size(), std::size_t{4});
    QCOMPARE(metadata.at("provenance").at("recipe").get<std::string>(), std::string(kRecipe));
  }

  void stoppingAndResumingGivesTheSameBytes() {
    const Recipe recipe;
    const auto read = read_train_recipe(recipe.path("train.toml"));
    QVERIFY(read);
    QVERIFY(train(*read, {recipe.path("whole")}, DatasetReaders{}, JobContext{}));

    std::stop_source stop;
    JobContext job{stop.get_token(), [&stop](const Progress& progress) {
                     if (progress.step == "joint training" && progress.done == 7) {
                       stop.request_stop();
                     }
                   }};
    const auto stopped = train(*read, {recipe.path("parts")}, DatasetReaders{}, job);
    QVERIFY(!stopped);
    QVERIFY(stopped.error().code == ErrorCode::kCancelled);
    QVERIFY(!fs::exists(recipe.path("parts/final.safetensors")));
    const auto resumed = train(*read, {recipe.path("parts"), true}, DatasetReaders{}, JobContext{});
    QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
    for (const char* name : {"final.safetensors", "metrics.jsonl", "state.safetensors", "accuracy.json"}) {
      QVERIFY2(bytes_of(recipe.path("whole") / name) == bytes_of(recipe.path("parts") / name), name);
    }
  }

  void otherPretrainingResumesToo_data() {
    QTest::addColumn<QString>("objective");
    QTest::newRow("classification") << "classification";
    QTest::newRow("reconstruction") << "reconstruction";
  }

  // Stopped in the pre-training, whose head is in the state, then killed in the joint phase: what was done
  // since the last saved state is done again.
  void otherPretrainingResumesToo() {
    QFETCH(QString, objective);
    Recipe recipe;
    recipe.write("other.toml",
                 std::string(kRecipe) + "pretrain_objective = \"" + objective.toStdString() + "\"\n");
    const auto read = read_train_recipe(recipe.path("other.toml"));
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    QVERIFY(train(*read, {recipe.path("whole")}, DatasetReaders{}, JobContext{}));
    std::ifstream metrics(recipe.path("whole/metrics.jsonl"));
    for (std::string line; std::getline(metrics, line);) {
      const auto entry = nlohmann::json::parse(line);
      const bool joint = entry.at("step") > 4;
      QCOMPARE(entry.at("train").contains("pretraining"), !joint);
      QCOMPARE(entry.at("train").contains("score"), joint);
    }

    const auto train_until = [&](int step, bool resume) {
      std::stop_source stop;
      const JobContext job{stop.get_token(), [&](const Progress& progress) {
                             if (progress.step != "reading objects" && progress.done == step) {
                               stop.request_stop();
                             }
                           }};
      return train(*read, {recipe.path("parts"), resume}, DatasetReaders{}, job);
    };
    QVERIFY(!train_until(2, false));
    const std::string state = bytes_of(recipe.path("parts/state.safetensors"));
    QVERIFY(state.find("pretraining.model.last.weight") != std::string::npos);
    QVERIFY(!train_until(7, true));
    QVERIFY(write_file_atomically(recipe.path("parts/state.safetensors"), state));  // the kill
    const auto resumed = train(*read, {recipe.path("parts"), true}, DatasetReaders{}, JobContext{});
    QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
    for (const char* name : {"final.safetensors", "metrics.jsonl", "state.safetensors", "accuracy.json"}) {
      QVERIFY2(bytes_of(recipe.path("whole") / name) == bytes_of(recipe.path("parts") / name), name);
    }
    const auto checkpoint = bytes_of(recipe.path("whole/final.safetensors"));
    QVERIFY(checkpoint.find("pretraining.model") == std::string::npos);
  }

  // A network of either kind goes on with weights of few levels; its packed file holds the same weights.
  void weightsAreQuantizedFromACheckpointOn() {
    Recipe recipe;
    const std::string decompose =
        "[decompose]\nconfig = \"tiny\"\ncolor = \"none\"\n[data]\ntrain = \"tabletop.toml\"\n"
        "[training]\nseed = 4\nbatch = 4\nsteps = 3\n";
    for (const auto& [text, module] : {std::pair(std::string(kRecipe), std::string("encoder")),
                                       std::pair(decompose, std::string("head"))}) {
      fs::remove_all(recipe.path("start"));
      fs::remove_all(recipe.path("quantized"));
      recipe.write("start.toml", text);
      const auto start =
          train(recipe.path("start.toml"), {recipe.path("start")}, DatasetReaders{}, JobContext{});
      QVERIFY2(start, start ? "" : start.error().message.c_str());
      recipe.write("quantized.toml", text +
                                         "[quantization]\nstart = \"start/final.safetensors\"\nstages = [\"" +
                                         module + "=ternary\"]\nscales = \"tensor\"\n");
      const auto done =
          train(recipe.path("quantized.toml"), {recipe.path("quantized")}, DatasetReaders{}, JobContext{});
      QVERIFY2(done, done ? "" : done.error().message.c_str());
      const auto packed = read_packed(recipe.path("quantized/packed.safetensors"));
      QVERIFY2(packed, packed ? "" : packed.error().message.c_str());
      QVERIFY(!packed->packed.empty());
      for (const auto& [name, tensor] : packed->packed) {
        QVERIFY(name.starts_with(module));
        QCOMPARE(tensor.weights.levels.name(), std::string("ternary"));
      }
      const auto finished = read_safetensors(recipe.path("quantized/final.safetensors"));
      QVERIFY(finished && finished->tensors == unpacked(*packed).tensors);
    }
    recipe.write("bad.toml", decompose + "[quantization]\nstages = [\"neck=2\"]\n");
    const auto refused = train(recipe.path("bad.toml"), {recipe.path("bad")}, DatasetReaders{}, JobContext{});
    QVERIFY(!refused && refused.error().message.find("neck") != std::string::npos);
  }

  void runsAreNotOverwrittenOrMixed() {
    Recipe recipe;
    const auto read = read_train_recipe(recipe.path("train.toml"));
    QVERIFY(read);
    QVERIFY(train(*read, {recipe.path("run")}, DatasetReaders{}, JobContext{}));
    const auto again = train(*read, {recipe.path("run")}, DatasetReaders{}, JobContext{});
    QVERIFY(!again && again.error().code == ErrorCode::kUsage);
    recipe.write("other.toml", std::string(kRecipe) + "learning_rate = 1e-4\n");
    const auto other = read_train_recipe(recipe.path("other.toml"));
    QVERIFY(other);
    const auto mixed = train(*other, {recipe.path("run"), true}, DatasetReaders{}, JobContext{});
    QVERIFY(!mixed && mixed.error().code == ErrorCode::kInput);
    const auto nothing = train(*read, {recipe.path("nowhere"), true}, DatasetReaders{}, JobContext{});
    QVERIFY(!nothing && nothing.error().code == ErrorCode::kInput);
  }

  // The two phases of today's recipes, written as a list: the same training.
  void phasesMayBeListed() {
    Recipe recipe;
    std::string listed(kRecipe);
    listed.replace(listed.find("pretrain_steps = 4\njoint_steps = 8\n"), 35, "");
    listed +=
        "[[phase]]\nname = \"pre-training\"\nsteps = 4\nobjective = \"regression\"\n"
        "[[phase]]\nname = \"joint training\"\nsteps = 8\n";
    recipe.write("listed.toml", listed);
    const auto two = train(recipe.path("train.toml"), {recipe.path("two")}, DatasetReaders{}, JobContext{});
    QVERIFY2(two, two ? "" : two.error().message.c_str());
    const auto list =
        train(recipe.path("listed.toml"), {recipe.path("list")}, DatasetReaders{}, JobContext{});
    QVERIFY2(list, list ? "" : list.error().message.c_str());
    for (const char* name : {"metrics.jsonl", "state.safetensors", "accuracy.json", "run.json"}) {
      QVERIFY2(bytes_of(recipe.path("two") / name) == bytes_of(recipe.path("list") / name), name);
    }
    const auto history = read_training_history(recipe.path("list"), {});
    QVERIFY(history && history->phases.size() == 2);
    QCOMPARE(history->phases[1].name, std::string("joint training"));
    QCOMPARE(history->total_steps, std::int64_t{12});
  }

  void checkpointsMayBeKept() {
    Recipe recipe;
    recipe.write("all.toml", std::string(kRecipe) + "checkpoint_every = 2\nkeep_checkpoints = \"all\"\n");
    QVERIFY(!read_train_recipe(recipe.path("all.toml")));  // the key is there twice
    std::string text(kRecipe);
    text.replace(text.find("checkpoint_every = 4"), 20, "checkpoint_every = 2");
    for (const auto& [keep, count] : {std::pair("\"last\"", 3), std::pair("\"all\"", 6), std::pair("4", 4)}) {
      recipe.write("keep.toml", text + "keep_checkpoints = " + keep + "\n");
      fs::remove_all(recipe.path("keep"));
      const auto done =
          train(recipe.path("keep.toml"), {recipe.path("keep")}, DatasetReaders{}, JobContext{});
      QVERIFY2(done, done ? "" : done.error().message.c_str());
      const auto files = fs::directory_iterator(recipe.path("keep/checkpoints"));
      QCOMPARE(std::distance(fs::begin(files), fs::end(files)), std::ptrdiff_t{count});
    }
  }

  void theRecipeSaysWhatIsTrained() {
    QCOMPARE(std::string(training_kind("[training]\nseed = 1\n").section), std::string("network"));
    QCOMPARE(std::string(training_kind("[network]\n[ranker]\n").section), std::string("ranker"));
    QCOMPARE(std::string(training_kind("[ranker").section), std::string("network"));
    QCOMPARE(training_kinds().size(), std::size_t{6});
  }

  void wrongRecipesAreNamed_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    QTest::newRow("unknown key") << "[training]\nepochs = 3\n"
                                 << "training.epochs";
    QTest::newRow("unknown section") << "[optimizer]\nname = 1\n"
                                     << "[optimizer]";
    QTest::newRow("wrong type") << "[training]\nbatch = \"many\"\n"
                                << "training.batch";
    QTest::newRow("out of range") << "[training]\nlearning_rate = -1.0\n"
                                  << "training.learning_rate";
    QTest::newRow("no such objective") << "[training]\npretrain_objective = \"contrast\"\n"
                                       << "training.pretrain_objective";
    QTest::newRow("not toml") << "[training\n"
                              << "line 1";
    QTest::newRow("no data") << "[training]\nseed = 1\n"
                             << "[data] train";
    const QString data = "[data]\ntrain = \"tabletop.toml\"\n", a = "[[phase]]\nname = \"a\"\nsteps = 3\n";
    QTest::newRow("two phases of one name") << data + a + a << "phase 2: there are two phases named \"a\"";
    QTest::newRow("a phase without steps") << data + a + "[[phase]]\nname = \"b\"\n"
                                           << "phase 2: a name";
    QTest::newRow("a phase without a name") << data + "[[phase]]\nsteps = 3\n"
                                            << "phase 1: a name";
    QTest::newRow("no such objective of a phase") << data + a + "objective = \"contrast\"\n"
                                                  << "phase.objective";
    QTest::newRow("phases twice") << data + "[training]\njoint_steps = 3\n" + a << "[[phase]]";
    QTest::newRow("checkpoints that are not made")
        << data + "[training]\ncheckpoint_every = 40\nkeep_checkpoints = 100\n"
        << "keep_checkpoints: 100 steps are no whole multiple";
    QTest::newRow("no such checkpoints") << data + "[training]\nkeep_checkpoints = \"some\"\n"
                                         << "training.keep_checkpoints";
    QTest::newRow("no such network") << "[network]\nconfig = \"resnet\"\n"
                                     << "network.config";
  }

  void wrongRecipesAreNamed() {
    QFETCH(QString, text);
    QFETCH(QString, part);
    Recipe recipe;
    recipe.write("bad.toml", text.toStdString());
    const auto read = read_train_recipe(recipe.path("bad.toml"));
    QVERIFY(!read);
    QVERIFY(read.error().code == ErrorCode::kInput);
    const QString message = QString::fromStdString(read.error().message);
    QVERIFY2(message.contains("bad.toml") && message.contains(part), qPrintable(message));
  }
};

ALIDADE_TEST(TrainTest)
#include "train_test.moc"
