// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/training/run_folder.h"
#include "core/training/training_history.h"
#include "core/training/training_log_text.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

const char* const kHistoryRecipe =
    "[data]\ntrain = \"x.toml\"\n[training]\nseed = 4\npretrain_steps = 100\njoint_steps = 300\n";

const std::vector<TrainingPhase> kHistoryPhases{{"warm", 50, {"score"}}, {"whole", 350, {}}};

/// A run folder that is written by hand.
struct RunDir {
  QTemporaryDir dir;
  fs::path folder = fs::path(dir.path().toStdString()) / "arm-s4";

  RunDir() { fs::create_directory(folder); }
  fs::path log() const { return folder / "metrics.jsonl"; }
  void write(const std::string& text, const char* name = "metrics.jsonl") const {
    std::ofstream(folder / name, std::ios::binary) << text;
  }
  void append(const std::string& text) const {
    std::ofstream(log(), std::ios::binary | std::ios::app) << text;
  }
  TrainingHistory read() const {
    const auto history = read_training_history(folder, {});
    return history ? *history : TrainingHistory{};
  }
};

const TrainingSeries* find(const std::vector<TrainingSeries>& all, const std::string& name) {
  for (const TrainingSeries& one : all) {
    if (one.name == name) {
      return &one;
    }
  }
  return nullptr;
}

/// What must hold whatever was read.
bool sound(const TrainingHistory& history) {
  for (const auto* all : {&history.series, &history.accuracies}) {
    for (const TrainingSeries& one : *all) {
      if (one.name.empty() || one.steps.size() != one.values.size()) {
        return false;
      }
      for (std::size_t i = 0; i < one.steps.size(); ++i) {
        if ((i > 0 && one.steps[i] <= one.steps[i - 1]) || std::isinf(one.values[i])) {
          return false;
        }
      }
    }
  }
  return true;
}

std::string history_record(int step, double score) {
  return "{\"step\":" + std::to_string(step) + ",\"train\":{\"score\":" + std::to_string(score) + "}}\n";
}

}  // namespace

class TrainingHistoryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void readsWhatARunWrites();
  void recipeSaysWhatTheRunIs();
  void seedsOfAnArmAreAlike();
  void brokenRecipesDoNotHideTheRun();
  void halfALineIsLeftForLater();
  void aLogWithoutLastNewlineIsWhole();
  void badLinesAreNamed_data();
  void badLinesAreNamed();
  void notFiniteIsAGap_data();
  void notFiniteIsAGap();
  void stepsThatGoBackAreDoneAgain();
  void followsWhatIsAppended();
  void noticesALogWrittenAnew();
  void waitsForTheFirstRecord();
  void scoreHasNoLossInPreTraining();
  void boundsHold();
  void manyProblemsAreCutShort();
  void damagedLogsNeverHurt();
  void findsRunsInsideOfAFolder();
  void stopsWhenAsked();
};

void TrainingHistoryTest::readsWhatARunWrites() {
  const RunDir run;
  const RunFolder folder(run.folder, kHistoryRecipe, kHistoryPhases);
  QVERIFY(bool(folder.begin(false, {})));
  for (int step = 50; step <= 200; step += 50) {
    nlohmann::ordered_json entry{{"step", step},
                                 {"train", {{"rotation_rad", 1.0 / step}, {"score", 2.0}}},
                                 {"learning_rate", 1e-3},
                                 {"gradient_norm", 4.5}};
    if (step == 200) {
      entry["accuracy"] = {{"guided", {{"5deg2cm", 0.25}}}, {"regression", {{"5deg2cm", 0.5}}}};
      entry["validation"] = {{"score", 3.0}};
    }
    QVERIFY(bool(folder.append(entry)));
  }
  const TrainingHistory history = run.read();
  QVERIFY(history.problems.empty());
  QCOMPARE(history.name, std::string("arm-s4"));
  QCOMPARE(history.folder, run.folder.string());
  QCOMPARE(history.last_step, std::int64_t{200});
  QVERIFY(!history.finished());
  const auto* rotation = find(history.series, "train/rotation_rad");
  QVERIFY(rotation);
  QCOMPARE(rotation->steps, (std::vector<double>{50, 100, 150, 200}));
  QCOMPARE(rotation->values, (std::vector<double>{1.0 / 50, 1.0 / 100, 1.0 / 150, 1.0 / 200}));
  QVERIFY(find(history.series, "learning_rate") && find(history.series, "gradient_norm"));
  QCOMPARE(find(history.series, "validation/score")->steps, (std::vector<double>{200}));
  QCOMPARE(history.accuracies.size(), std::size_t{2});
  QCOMPARE(find(history.accuracies, "guided/5deg2cm")->values, (std::vector<double>{0.25}));
  QVERIFY(sound(history));
  const auto by_file = read_training_history(run.log(), {});
  QVERIFY(bool(by_file));
  QCOMPARE(by_file->name, history.name);
  QCOMPARE(by_file->recipe_sha256, history.recipe_sha256);
}

void TrainingHistoryTest::recipeSaysWhatTheRunIs() {
  const RunDir run;
  run.write(kHistoryRecipe, "recipe.toml");
  run.write(history_record(400, 1.0));
  const TrainingHistory history = run.read();
  QCOMPARE(history.seed, std::optional<std::uint64_t>(4));
  QCOMPARE(history.phases.size(), std::size_t{2});
  QCOMPARE(history.phases[0].name, std::string("pre-training"));
  QCOMPARE(history.phases[0].steps, std::int64_t{100});
  QCOMPARE(history.total_steps, std::int64_t{400});
  QVERIFY(history.finished());
  const auto ranker = recipe_facts("[ranker]\npose_checkpoint = \"a\"\nsteps = 70\n", "r.toml");
  QCOMPARE(ranker->phases.size(), std::size_t{1});
  QCOMPARE(ranker->phases[0].steps, std::int64_t{70});
}

void TrainingHistoryTest::seedsOfAnArmAreAlike() {
  const auto arm = [](const std::string& text) { return recipe_facts(text, "r")->arm; };
  const std::string one = "[training]\nseed = 1\nbatch = 64\n";
  QCOMPARE(arm(one), arm("# another seed\n[training]\nbatch = 64\nseed = 2\n"));
  QCOMPARE(arm(one), arm("[training]\nbatch = 64\n"));
  QVERIFY(arm(one) != arm("[training]\nseed = 1\nbatch = 32\n"));
  QVERIFY(recipe_facts(one, "r")->sha256 != recipe_facts("# x\n" + one, "r")->sha256);
}

void TrainingHistoryTest::brokenRecipesDoNotHideTheRun() {
  const RunDir run;
  run.write("[training\nseed = ", "recipe.toml");
  run.write(history_record(10, 1.0));
  const TrainingHistory history = run.read();
  QCOMPARE(history.problems.size(), std::size_t{1});
  QVERIFY(history.problems.front().find("recipe.toml: line ") != std::string::npos);
  QCOMPARE(history.last_step, std::int64_t{10});
  QVERIFY(history.arm.empty());
}

void TrainingHistoryTest::halfALineIsLeftForLater() {
  const RunDir run;
  const std::string second = history_record(2, 0.5);
  run.write(history_record(1, 1.0) + second.substr(0, 9));
  auto reader = TrainingHistoryReader::open(run.folder);
  QVERIFY(bool(reader));
  QVERIFY(*reader->read_on({}));
  QVERIFY(reader->history().problems.empty());
  QCOMPARE(reader->history().last_step, std::int64_t{1});
  run.append(second.substr(9));
  QVERIFY(*reader->read_on({}));
  QVERIFY(reader->history().problems.empty());
  QCOMPARE(find(reader->history().series, "train/score")->values, (std::vector<double>{1.0, 0.5}));
}

void TrainingHistoryTest::aLogWithoutLastNewlineIsWhole() {
  const RunDir run;
  run.write("{\"step\":1,\"loss\":2}\r\n\n{\"step\":2,\"loss\":3}");
  auto reader = TrainingHistoryReader::open(run.folder);
  QVERIFY(*reader->read_on({}));
  QCOMPARE(find(reader->history().series, "loss")->values, (std::vector<double>{2, 3}));
  run.append("\nbad\n{\"step\":3,\"loss\":4}\n");
  QVERIFY(*reader->read_on({}));
  QCOMPARE(find(reader->history().series, "loss")->values, (std::vector<double>{2, 3, 4}));
  QCOMPARE(reader->history().problems.size(), std::size_t{1});
  QVERIFY(reader->history().problems.front().find("line 4: ") != std::string::npos);
}

void TrainingHistoryTest::badLinesAreNamed_data() {
  QTest::addColumn<QByteArray>("line");
  QTest::newRow("text") << QByteArray("epoch 3, loss 0.2");
  QTest::newRow("list") << QByteArray("[1, 2]");
  QTest::newRow("number") << QByteArray("7");
  QTest::newRow("no step") << QByteArray("{\"train\": {\"score\": 1}}");
  QTest::newRow("step as text") << QByteArray("{\"step\": \"3\", \"loss\": 1}");
  QTest::newRow("negative step") << QByteArray("{\"step\": -3, \"loss\": 1}");
  QTest::newRow("half a step") << QByteArray("{\"step\": 2.5, \"loss\": 1}");
  QTest::newRow("huge step") << QByteArray("{\"step\": 1e18, \"loss\": 1}");
  QTest::newRow("infinite step") << QByteArray("{\"step\": Infinity, \"loss\": 1}");
  QTest::newRow("two values") << QByteArray("{\"step\": 2} {\"step\": 3}");
  QTest::newRow("key twice") << QByteArray("{\"step\": 2, \"loss\": 1, \"loss\": 2}");
  QTest::newRow("too deep") << QByteArray("{\"step\": 2, \"x\": ") + QByteArray(500, '[') +
                                   QByteArray(500, ']') + "}";
  QTest::newRow("zero bytes") << QByteArray("\0\0\0\0", 4);
  QTest::newRow("half") << QByteArray("{\"step\": 2, \"loss\": ");
}

void TrainingHistoryTest::badLinesAreNamed() {
  QFETCH(QByteArray, line);
  const RunDir run;
  run.write(history_record(1, 1.0) + line.toStdString() + "\n" + history_record(3, 0.5));
  const TrainingHistory history = run.read();
  QCOMPARE(history.problems.size(), std::size_t{1});
  const std::string& said = history.problems.front();
  QVERIFY2(said.rfind(run.log().string() + ": line 2: ", 0) == 0, said.c_str());
  QCOMPARE(find(history.series, "train/score")->steps, (std::vector<double>{1, 3}));
}

void TrainingHistoryTest::notFiniteIsAGap_data() {
  QTest::addColumn<QByteArray>("value");
  for (const char* value : {"NaN", "Infinity", "-Infinity", "null", "1e999", "-1e+400"}) {
    QTest::newRow(value) << QByteArray(value);
  }
  QTest::newRow("four hundred digits") << QByteArray(400, '9');
}

void TrainingHistoryTest::notFiniteIsAGap() {
  QFETCH(QByteArray, value);
  const RunDir run;
  run.write("{\"step\":1,\"loss\":" + value.toStdString() + ",\"note\":\"NaN \\\" 1e999\",\"NaN\":4}\n" +
            "{\"step\":2,\"loss\":1e-300}\n");
  const TrainingHistory history = run.read();
  QVERIFY2(history.problems.empty(), history.problems.empty() ? "" : history.problems.front().c_str());
  const auto* loss = find(history.series, "loss");
  QVERIFY(loss && std::isnan(loss->values[0]));
  QCOMPARE(loss->values[1], 1e-300);
  QVERIFY(find(history.series, "NaN") && !find(history.series, "note"));
}

void TrainingHistoryTest::stepsThatGoBackAreDoneAgain() {
  const RunDir run;
  run.write(history_record(10, 1.0) + history_record(20, 2.0) + history_record(30, 3.0) +
            history_record(20, 4.0) + history_record(40, 5.0));
  const TrainingHistory history = run.read();
  const auto* score = find(history.series, "train/score");
  QCOMPARE(score->steps, (std::vector<double>{10, 20, 40}));
  QCOMPARE(score->values, (std::vector<double>{1, 4, 5}));
  QCOMPARE(history.problems.size(), std::size_t{1});
  QVERIFY(history.problems.front().find("line 4: the log goes back to step 20") != std::string::npos);
}

void TrainingHistoryTest::followsWhatIsAppended() {
  const RunDir run;
  std::string all;
  auto reader = std::optional<TrainingHistoryReader>();
  Random random(1);
  for (int step = 1; step <= 3000; ++step) {
    all += history_record(step, random.uniform());
  }
  // Piece by piece, cut anywhere: the same as all at once.
  run.write("");
  reader = *TrainingHistoryReader::open(run.folder);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t size = 1 + random.index(20000);
    run.append(all.substr(at, size));
    at += std::min(size, all.size() - at);
    QVERIFY(bool(reader->read_on({})));
  }
  const TrainingHistory whole = run.read();
  QVERIFY(reader->history().problems.empty());
  QCOMPARE(reader->history().series.front().steps, whole.series.front().steps);
  QCOMPARE(reader->history().series.front().values, whole.series.front().values);
  QCOMPARE(whole.series.front().steps.size(), std::size_t{3000});
  QVERIFY(!*reader->read_on({}));
}

void TrainingHistoryTest::noticesALogWrittenAnew() {
  const RunDir run;
  run.write(history_record(1, 1.0) + history_record(2, 2.0));
  auto reader = TrainingHistoryReader::open(run.folder);
  QVERIFY(*reader->read_on({}));
  run.write(history_record(1, 7.0));  // shorter
  QVERIFY(*reader->read_on({}));
  QCOMPARE(reader->history().series.front().values, (std::vector<double>{7}));
  run.write(history_record(1, 8.0) + history_record(2, 9.0) +
            history_record(3, 1.0));  // longer, other values
  QVERIFY(*reader->read_on({}));
  QCOMPARE(reader->history().series.front().values, (std::vector<double>{8, 9, 1}));
  QVERIFY(reader->history().problems.empty());
}

void TrainingHistoryTest::waitsForTheFirstRecord() {
  const RunDir run;
  QVERIFY(!TrainingHistoryReader::open(run.folder));
  run.write(kHistoryRecipe, "recipe.toml");
  QVERIFY(!is_training_run(run.folder));
  auto reader = TrainingHistoryReader::open(run.folder);
  QVERIFY(bool(reader));
  QVERIFY(!*reader->read_on({}));
  QVERIFY(reader->history().series.empty() && reader->history().problems.empty());
  run.write(history_record(50, 1.0));
  QVERIFY(*reader->read_on({}));
  QCOMPARE(reader->history().last_step, std::int64_t{50});
  QVERIFY(is_training_run(run.folder) && is_training_run(run.log()));
}

void TrainingHistoryTest::scoreHasNoLossInPreTraining() {
  const RunDir run;
  run.write(kHistoryRecipe, "recipe.toml");
  run.write(history_record(50, 0.0) + history_record(100, 0.0) + history_record(150, 0.0) +
            history_record(200, 3.0));
  const TrainingHistory history = run.read();
  const auto* score = find(history.series, "train/score");
  QVERIFY(std::isnan(score->values[0]) && std::isnan(score->values[1]));
  QCOMPARE(score->values[2], 0.0);  // after pre-training a zero is a zero
  QCOMPARE(score->values[3], 3.0);
}

void TrainingHistoryTest::boundsHold() {
  const RunDir run;
  run.write(history_record(1, 1.0) + "{\"step\":2,\"x\":\"" + std::string(3 << 20, 'x') + "\"}\n" +
            history_record(3, 2.0));
  TrainingHistory history = run.read();
  QCOMPARE(history.problems.size(), std::size_t{1});
  QVERIFY(history.problems.front().find("line 2: the line is longer") != std::string::npos);
  QCOMPARE(find(history.series, "train/score")->steps, (std::vector<double>{1, 3}));

  std::string wide = "{\"step\":1";
  for (int i = 0; i < 1000; ++i) {
    wide += ",\"k" + std::to_string(i) + "\":1";
  }
  run.write(wide + "}\n");
  history = run.read();
  QCOMPARE(history.series.size(), std::size_t{256});
  QVERIFY(!history.problems.empty());

  run.write("{\"step\":1,\"" + std::string(5000, 'n') + "\":1,\"tab\\there\":2,\"\":3}\n");
  history = run.read();
  for (const TrainingSeries& one : history.series) {
    QVERIFY(one.name.size() <= 64);
    QVERIFY(one.name.find('\t') == std::string::npos && !one.name.empty());
  }
}

void TrainingHistoryTest::manyProblemsAreCutShort() {
  const RunDir run;
  std::string text;
  for (int i = 0; i < 500; ++i) {
    text += "bad\n";
  }
  run.write(text);
  QCOMPARE(run.read().problems.size(), std::size_t{21});
}

void TrainingHistoryTest::damagedLogsNeverHurt() {
  const RunDir run;
  run.write(kHistoryRecipe, "recipe.toml");
  std::string clean;
  for (int step = 1; step <= 30; ++step) {
    clean += "{\"step\":" + std::to_string(step) +
             ",\"train\":{\"score\":-1.5e-3,\"x\":null},\"accuracy\":{\"guided\":{\"5deg2cm\":0.5}}}\n";
  }
  Random random(99);
  const std::string spice = "{}[]\",:-+eE.0123456789NaI\n\\\0\xff";
  for (int round = 0; round < 400; ++round) {
    std::string text = clean;
    for (int i = 0; i < 12; ++i) {
      const auto at = random.index(static_cast<std::uint32_t>(text.size()));
      const char with = spice[random.index(static_cast<std::uint32_t>(spice.size()))];
      switch (random.index(3)) {
        case 0:
          text[at] = with;
          break;
        case 1:
          text.insert(at, 1, with);
          break;
        default:
          text.erase(at, 1 + random.index(8));
      }
    }
    run.write(text);
    QVERIFY(sound(run.read()));
  }
}

void TrainingHistoryTest::findsRunsInsideOfAFolder() {
  const QTemporaryDir dir;
  const fs::path root = dir.path().toStdString();
  for (const char* name : {"b", "a", "c"}) {
    fs::create_directories(root / name);
  }
  std::ofstream(root / "a/metrics.jsonl") << history_record(1, 1.0);
  std::ofstream(root / "b/metrics.jsonl") << history_record(1, 1.0);
  const auto runs = find_training_runs(root);
  QVERIFY(bool(runs));
  QCOMPARE(*runs, (std::vector<fs::path>{root / "a", root / "b"}));
  QCOMPARE(find_training_runs(root / "a")->size(), std::size_t{1});
  const auto none = find_training_runs(root / "c");
  QVERIFY(!none);
  QVERIFY(none.error().code == ErrorCode::kInput);
  QVERIFY(none.error().message.find((root / "c").string()) == 0);
  QVERIFY(!find_training_runs(root / "missing"));
  // A folder named with its slash is the same run, and so is its log.
  QCOMPARE(*find_training_runs(root / "a" / ""), *find_training_runs(root / "a"));
  QCOMPARE(*find_training_runs(root / "a" / "metrics.jsonl"), *find_training_runs(root / "a"));
  QCOMPARE(read_training_history(root / "a" / "", {})->name, std::string("a"));
}

void TrainingHistoryTest::stopsWhenAsked() {
  const RunDir run;
  run.write(history_record(1, 1.0));
  std::stop_source stop;
  stop.request_stop();
  const auto history = read_training_history(run.folder, {stop.get_token(), {}});
  QVERIFY(!history);
  QVERIFY(history.error().code == ErrorCode::kCancelled);
}

ALIDADE_TEST(TrainingHistoryTest)
#include "training_history_test.moc"
