// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <tuple>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/random.h"
#include "core/training/phases.h"
#include "core/training/sample_order.h"
#include "core/training/training_history.h"
#include "core/training/training_task.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

/// One weight that goes from 1 towards 0: a trainer without a network.
class ToyTrainer final : public Trainer {
 public:
  bool validates = false;
  int measured_every = 0;
  int breaks_at = 0;  ///< from this step on the weight is no number; 0 = never

  Expected<void> prepare(const JobContext&) override { return {}; }
  int step() const override { return step_; }
  Expected<StepReport> train() override {
    float gradient = weight_;
    const NamedGradient named{"toy.weight", {1}, {&gradient, 1}};
    if (hook_ != nullptr) {
      if (auto seen = hook_->see(step_, std::span(&named, 1)); !seen) {
        return seen.error();
      }
    }
    weight_ -= 0.5f * gradient;
    ++step_;
    weight_ = step_ == breaks_at ? std::nanf("") : weight_;
    return StepReport{{{"grasp", weight_}, {"touch", 0.0}}, {{"pressure_pa", 2.0 * step_}}};
  }
  void set_gradient_hook(GradientHook* hook) override { hook_ = hook; }
  SafeTensors state() const override {
    const float values[] = {weight_, static_cast<float>(step_)};
    SafeTensors file;
    file.tensors["toy"] = {"F32", {2}, std::string(reinterpret_cast<const char*>(values), sizeof(values))};
    return file;
  }
  Expected<void> restore(const SafeTensors& state, const std::string&) override {
    float values[2];
    std::memcpy(values, state.tensors.at("toy").bytes.data(), sizeof(values));
    weight_ = values[0];
    step_ = static_cast<int>(values[1]);
    return {};
  }
  Expected<void> save_checkpoint(const fs::path& path, const std::string& training_json) const override {
    SafeTensors file = state();
    file.metadata["training"] = training_json;
    return write_safetensors(path, file);
  }
  NamedValues validate() override {
    return validates ? NamedValues{{"grasp", 2.0 * weight_}} : NamedValues{};
  }
  bool is_measured(int step) const override { return measured_every > 0 && step % measured_every == 0; }
  Expected<nlohmann::ordered_json> measure(const JobContext& job) override {
    return job.stopped() ? Expected<nlohmann::ordered_json>(Error{ErrorCode::kCancelled, "stopped."})
                         : nlohmann::ordered_json{{"accuracy", {{"held", 1.0 - weight_}}}};
  }
  Expected<nlohmann::ordered_json> measure_at_end(const JobContext&) override {
    return measured_every > 0 ? nlohmann::ordered_json{{"held", 1.0 - weight_}} : nlohmann::ordered_json();
  }

 private:
  float weight_ = 1.0f;
  int step_ = 0;
  GradientHook* hook_ = nullptr;
};

TrainingTask toy_task(KeepCheckpoints keep = {}, bool measured = false) {
  auto trainer = std::make_unique<ToyTrainer>();
  trainer->validates = measured;
  trainer->measured_every = measured ? 3 : 0;
  return {"toy.toml", "[toy]\n", {5, 2, 2, keep},   {{"reach", 4, {"touch"}}, {"hold", 9, {}}},
          "no data",  "",        std::move(trainer)};
}

std::string loop_bytes(const fs::path& path) {
  const auto bytes = read_file(path, 1 << 20);
  return bytes ? *bytes : std::string("unreadable");
}

std::vector<std::string> files_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> epochs(std::initializer_list<int> numbers) {
  std::vector<std::string> names;
  for (const int number : numbers) {
    names.push_back("epoch-000" + std::to_string(number) + ".safetensors");
  }
  return names;
}

/// A job that asks for its own stop when the step says so.
class StoppingJob {
 public:
  explicit StoppingJob(int step) : step_(step) {}
  JobContext context() {
    return {stop_.get_token(), [this](const Progress& progress) {
              seen.push_back(progress.step);
              if (progress.done == step_) {
                stop_.request_stop();
              }
            }};
  }
  std::vector<std::string> seen;

 private:
  std::stop_source stop_;
  int step_;
};

}  // namespace

class TrainingLoopTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }

 private Q_SLOTS:
  void phasesAreDoneInTheirOrder() {
    TrainingTask task = toy_task();
    StoppingJob job(-1);
    QVERIFY(run_training(task, path("phases"), false, job.context()));
    std::vector<std::string> expected(4, "reach");
    expected.insert(expected.end(), 9, "hold");
    QCOMPARE(job.seen, expected);
    QCOMPARE(task.trainer->step(), 13);
  }

  void theLogHasTheNamesOfTheTrainer() {
    TrainingTask task = toy_task({}, true);
    QVERIFY(run_training(task, path("log"), false, {}));
    std::ifstream log(path("log/metrics.jsonl"));
    std::vector<int> steps, validated, measured;
    for (std::string line; std::getline(log, line);) {
      const auto entry = nlohmann::json::parse(line);
      const int step = entry.at("step");
      steps.push_back(step);
      QCOMPARE(entry.at("train").at("grasp").get<double>(), std::pow(0.5, step));
      QCOMPARE(entry.at("pressure_pa").get<double>(), 2.0 * step);
      if (entry.contains("validation")) {
        validated.push_back(step);
      }
      if (entry.contains("accuracy")) {
        measured.push_back(step);
      }
    }
    QCOMPARE(steps, (std::vector<int>{2, 3, 4, 6, 8, 9, 10, 12, 13}));
    QCOMPARE(validated, (std::vector<int>{2, 4, 6, 8, 10, 12, 13}));
    QCOMPARE(measured, (std::vector<int>{3, 6, 9, 12}));
    const auto last = read_safetensors(path("log/final.safetensors"));
    QVERIFY(bool(last));
    const auto training = nlohmann::json::parse(last->metadata.at("training"));
    QCOMPARE(training.at("steps").get<int>(), 13);
    QCOMPARE(training.at("accuracy").dump(),
             nlohmann::json::parse(loop_bytes(path("log/accuracy.json"))).dump());
    QCOMPARE(training.at("provenance").at("seed").get<int>(), 5);
  }

  // A history knows the phases by name, and which losses of which phase are no losses.
  void theHistoryHasThemToo() {
    const auto history = read_training_history(path("log"), {});
    QVERIFY(bool(history));
    QVERIFY2(history->problems.empty(), history->problems.empty() ? "" : history->problems[0].c_str());
    QCOMPARE(history->phases.size(), std::size_t{2});
    QCOMPARE(history->phases[1].name, std::string("hold"));
    QCOMPARE(history->total_steps, std::int64_t{13});
    QVERIFY(history->finished());
    for (const TrainingSeries& series : history->series) {
      if (series.name == "train/touch") {
        for (std::size_t i = 0; i < series.steps.size(); ++i) {
          QCOMPARE(std::isnan(series.values[i]), series.steps[i] <= 4.0);
        }
        return;
      }
    }
    QFAIL("the loss is missing");
  }

  // A run that an earlier version wrote has no run.json: it is shown by its recipe, and not continued.
  void runsOfEarlierVersionsAreShownButNotContinued() {
    fs::copy(path("log"), path("old"), fs::copy_options::recursive);
    fs::remove(path("old/run.json"));
    TrainingTask task = toy_task({}, true);
    const auto resumed = run_training(task, path("old"), true, {});
    QVERIFY(!resumed && resumed.error().code == ErrorCode::kInput);
    const QString message = QString::fromStdString(resumed.error().message);
    QVERIFY2(message.contains("run.json: the run was started by another version"), qPrintable(message));
    QCOMPARE(loop_bytes(path("old/metrics.jsonl")), loop_bytes(path("log/metrics.jsonl")));
    const auto history = read_training_history(path("old"), {});
    QVERIFY(history && history->problems.empty());
    QCOMPARE(history->last_step, std::int64_t{13});
    QCOMPARE(history->phases.size(), std::size_t{2});  // those every recipe had then
    QCOMPARE(history->phases[0].name, std::string("pre-training"));

    for (const char* text : {"{}", "[", "{\"format\":\"alidade-run/2\",\"phases\":[{\"name\":3}]}",
                             "{\"format\":\"alidade-run/2\",\"phases\":[{\"name\":\"a\",\"steps\":-1}]}",
                             "{\"format\":\"alidade-run/9\",\"phases\":[]}"}) {
      std::ofstream(path("old/run.json")) << text;
      const auto damaged = read_training_history(path("old"), {});
      QVERIFY(damaged && damaged->problems.size() == 1);
      QVERIFY2(damaged->problems[0].find("run.json") != std::string::npos, damaged->problems[0].c_str());
      QCOMPARE(damaged->last_step, std::int64_t{13});
      QVERIFY(!run_training(task, path("old"), true, {}));
    }
  }

  void checkpointsAreKeptAsAsked() {
    using Mode = KeepCheckpoints::Mode;
    const std::tuple<const char*, KeepCheckpoints, std::vector<std::string>> cases[] = {
        {"keep-last", {Mode::kLast, 0}, epochs({4, 5, 6})},
        {"keep-all", {Mode::kAll, 0}, epochs({1, 2, 3, 4, 5, 6})},
        {"keep-every", {Mode::kEvery, 6}, epochs({3, 4, 5, 6})},
        {"keep-fourth", {Mode::kEvery, 4}, epochs({2, 4, 5, 6})}};
    for (const auto& [name, keep, expected] : cases) {
      TrainingTask task = toy_task(keep);
      QVERIFY(run_training(task, path(name), false, {}));
      QCOMPARE(files_in(path(name) / "checkpoints"), expected);
      QCOMPARE(loop_bytes(path(name) / "state.safetensors"), loop_bytes(path("keep-last/state.safetensors")));
      const auto sixth = read_safetensors(path(name) / "checkpoints/epoch-0006.safetensors");
      // The end takes the place of the last checkpoint, but in a series: that has equal distances.
      QCOMPARE(nlohmann::json::parse(sixth->metadata.at("training")).at("steps").get<int>(),
               keep.mode == Mode::kLast ? 13 : 12);
    }
  }

  void stoppedRunsEndWithTheSameBytes() {
    for (const int at : {1, 3, 9, 13}) {
      const fs::path run = path(("stopped-" + std::to_string(at)).c_str());
      TrainingTask first = toy_task({}, true), second = toy_task({}, true);
      StoppingJob job(at);
      const auto stopped = run_training(first, run, false, job.context());
      QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
      QVERIFY(!fs::exists(run / "final.safetensors"));
      QVERIFY(run_training(second, run, true, {}));
      QCOMPARE(files_in(run), files_in(path("log")));
      for (const char* name : {"final.safetensors", "metrics.jsonl", "state.safetensors", "accuracy.json"}) {
        QVERIFY2(loop_bytes(run / name) == loop_bytes(path("log") / name), name);
      }
    }
  }

  void aLossThatIsNoNumberEndsTheRun() {
    TrainingTask broken = toy_task(), sound = toy_task();
    static_cast<ToyTrainer&>(*broken.trainer).breaks_at = 8;
    const auto ended = run_training(broken, path("broken"), false, {});
    QVERIFY(!ended && ended.error().code == ErrorCode::kFailed);
    const QString sentence = QString::fromStdString(ended.error().message);
    QVERIFY2(sentence.contains("\"grasp\" is not finite at step 8"), qPrintable(sentence));
    QVERIFY(loop_bytes(path("broken/metrics.jsonl")).find("null") == std::string::npos);
    // The last good state goes on as if nothing had happened.
    QVERIFY(run_training(sound, path("broken"), true, {}));
    TrainingTask whole = toy_task();
    QVERIFY(run_training(whole, path("whole"), false, {}));
    QVERIFY(loop_bytes(path("broken/final.safetensors")) == loop_bytes(path("whole/final.safetensors")));
  }

  void phasesAreChecked() {
    const auto refused = [&](const std::vector<TrainingPhase>& phases) {
      TrainingTask task = toy_task();
      task.phases = phases;
      const auto done = run_training(task, path("refused"), false, {});
      return done ? QString() : QString::fromStdString(done.error().message);
    };
    const QString twice = refused({{"reach", 4, {}}, {"hold", 3, {}}, {"reach", 2, {}}});
    QVERIFY2(twice.startsWith("toy.toml: phase 3: there are two phases named \"reach\""), qPrintable(twice));
    QVERIFY(refused({{"", 4, {}}}).contains("phase 1: a name"));
    QVERIFY(refused({{"a\nb", 4, {}}}).contains("phase 1: a name"));
    QVERIFY(refused({{"a", -4, {}}}).contains("phase 1: a name"));
    QVERIFY(refused({{"a", 0, {}}}).contains("0 steps"));
    QVERIFY(refused({}).contains("0 steps"));
    QVERIFY(!fs::exists(path("refused")));
    const std::vector<TrainingPhase> phases{{"a", 0, {}}, {"b", 2, {}}, {"c", 1, {}}};
    QCOMPARE(phase_at(phases, 0), std::size_t{1});
    QCOMPARE(phase_at(phases, 2), std::size_t{2});
    QCOMPARE(phase_at(phases, 99), std::size_t{2});
  }

  // Three batches of four are two passes over six samples; a step asked for alone gives the same.
  void aPassHoldsEverySampleOnce() {
    const std::vector<int> samples{0, 1, 2, 3, 4, 5};
    SampleOrder order(samples.size(), 7);
    std::vector<int> drawn;
    for (int step = 0; step < 3; ++step) {
      const auto batch = order.batch(samples, step, 4);
      QVERIFY(SampleOrder(samples.size(), 7).batch(samples, step, 4) == batch);
      for (const int* sample : batch) {
        drawn.push_back(*sample);
      }
    }
    std::vector<int> first(drawn.begin(), drawn.begin() + 6), second(drawn.begin() + 6, drawn.end());
    QVERIFY(first != second);
    for (auto* pass : {&first, &second}) {
      std::sort(pass->begin(), pass->end());
      QVERIFY(*pass == samples);
    }
  }

  // Kept: rankers of finished reproductions were trained in this order.
  void samplesDrawnAnewFollowSeedAndStep() {
    const std::vector<int> samples{0, 1, 2, 3, 4, 5};
    SampleOrder order(samples.size(), 7, SampleDraw::kAnew);
    for (const int step : {3, 0, 1}) {
      Random random(mix_seed(7 ^ 0x72616e6bULL, static_cast<std::uint64_t>(step)));
      for (const int* sample : order.batch(samples, step, 9)) {
        QCOMPARE(*sample, static_cast<int>(random.index(6)));
      }
    }
  }

  // What a hook writes is what is learned from.
  void aHookChangesTheUpdate() {
    struct Halving final : GradientHook {
      Expected<void> see(int, std::span<const NamedGradient> gradients) override {
        for (const NamedGradient& one : gradients) {
          for (float& value : one.values) {
            value *= 0.5f;
          }
        }
        return {};
      }
    } halving;
    TrainingTask task = toy_task();
    task.trainer->set_gradient_hook(&halving);
    QVERIFY(run_training(task, path("hook"), false, {}));
    std::ifstream log(path("hook/metrics.jsonl"));
    std::string line;
    QVERIFY(bool(std::getline(log, line)));
    QCOMPARE(nlohmann::json::parse(line).at("train").at("grasp").get<double>(), 0.75 * 0.75);
  }
};

ALIDADE_TEST(TrainingLoopTest)
#include "training_loop_test.moc"
