// SPDX-License-Identifier: BSD-3-Clause
// A second paper, of toy steps: what a paper may be that is not the score-scaling one.
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/experiments/claim.h"
#include "core/experiments/paper.h"
#include "core/experiments/seed_values.h"
#include "core/experiments/step_store.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

using ToyJson = nlohmann::ordered_json;

/// Pilots of two arms decide which of them is followed; that one is followed with two seeds; something is
/// timed.
///
///   pilot-left, pilot-right -> choice -> follow-s1, follow-s2 -> sum        timing (alone)
class Toy : public Experiment {
 public:
  double left = 3.0;
  double right = 5.0;
  std::function<void(const std::string& step)> on_run;  ///< while a step runs

  int runs(const std::string& step) const {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(step);
    return found == runs_.end() ? 0 : found->second;
  }
  int all_runs() const {
    const std::lock_guard lock(mutex_);
    int all = 0;
    for (const auto& [step, count] : runs_) {
      all += count;
    }
    return all;
  }

  Expected<ExperimentPlan> new_plan(const JobContext&) override {
    ExperimentPlan plan;
    plan.settings = R"({"toys":2})";
    for (const Step& step : all_steps()) {
      plan.steps.push_back({step.name, step.seconds});
    }
    return plan;
  }
  Expected<ExperimentPlan> resumed_plan(const ExperimentPlan& found, bool) override { return found; }
  std::string summary(const ExperimentPlan&) const override { return "2 toys"; }
  Expected<std::vector<Step>> steps(const ExperimentPlan&, int) override { return all_steps(); }

  Expected<std::vector<ReportFile>> report(const ExperimentPlan&, const StepResults& results) const override {
    const SeedValues values =
        per_seed(results, "follow", 2, [](const ToyJson& json) { return json_number(json, {"value"}); });
    const Claim claim{"Following pays", "the value", "", 1, present(values), {}};
    return std::vector<ReportFile>{
        {"sum.csv", "sum\n" + results.at("sum").at("value").dump() + "\n"},
        {"report.md", "# Toys\n\n" + results.at("choice").at("arm").get<std::string>() + "\n\n" +
                          claim_sentences({claim})}};
  }

 private:
  using Function = std::function<ToyJson(const ToyJson& recipe, const StepResults& needs)>;

  Step step(const std::string& name, std::vector<std::string> needs,
            std::function<ToyJson(const StepResults&)> recipe, Function run) {
    Step made{name, std::move(needs)};
    made.seconds = 1.0;
    made.recipe = [recipe](const StepInput& input) { return Expected<ToyJson>(recipe(input.needs)); };
    made.run = [this, name, run](const ToyJson& recipe_json, const StepInput& input) {
      {
        const std::lock_guard lock(mutex_);
        ++runs_[name];
      }
      if (on_run) {
        on_run(name);
      }
      return Expected<ToyJson>(run(recipe_json, input.needs));
    };
    return made;
  }

  std::vector<Step> all_steps() {
    const auto pilot = [this](const std::string& arm, double value) {
      return step(
          "pilot-" + arm, {},
          [value](const StepResults&) {
            return ToyJson{{"value", value}};
          },
          [](const ToyJson& recipe, const StepResults&) {
            return ToyJson{{"value", recipe.at("value")}};
          });
    };
    std::vector<Step> made{pilot("left", left), pilot("right", right)};
    made.push_back(step(
        "choice", {"pilot-left", "pilot-right"}, [](const StepResults&) { return ToyJson::object(); },
        [](const ToyJson&, const StepResults& needs) {
          const bool is_left = needs.at("pilot-left").at("value") > needs.at("pilot-right").at("value");
          return ToyJson{{"arm", is_left ? "left" : "right"}};
        }));
    for (int seed = 1; seed <= 2; ++seed) {
      made.push_back(step(
          "follow-s" + std::to_string(seed), {"choice"},
          [seed](const StepResults& needs) {  // computed from a result
            return ToyJson{{"arm", needs.at("choice").at("arm")}, {"seed", seed}};
          },
          [](const ToyJson& recipe, const StepResults&) {
            return ToyJson{
                {"value", (recipe.at("arm") == "left" ? 10.0 : 20.0) + recipe.at("seed").get<int>()}};
          }));
    }
    made.push_back(step(
        "sum", {"follow-s1", "follow-s2"}, [](const StepResults&) { return ToyJson::object(); },
        [](const ToyJson&, const StepResults& needs) {
          return ToyJson{{"value", needs.at("follow-s1").at("value").get<double>() +
                                       needs.at("follow-s2").at("value").get<double>()}};
        }));
    made.push_back(step(
        "timing", {}, [](const StepResults&) { return ToyJson::object(); },
        [](const ToyJson&, const StepResults&) {
          return ToyJson{{"ms", 1.0}};
        }));
    made.back().alone = true;
    return made;
  }

  mutable std::mutex mutex_;
  std::map<std::string, int> runs_;
};

class ToyShop {
 public:
  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }
  std::string read(const std::string& name) const {
    const auto text = read_file(path(name), 1 << 20);
    return text ? *text : "unreadable: " + name;
  }
  ToyJson step(const std::string& name) const { return ToyJson::parse(read("run/steps/" + name + ".json")); }
  void write(const std::string& name, const std::string& text) const {
    if (!write_file_atomically(path(name), text)) {
      qFatal("cannot write %s", name.c_str());
    }
  }
  ExperimentOptions options(bool resume, int workers = 1) const {
    ExperimentOptions options;
    options.folder = path("run");
    options.resume = resume;
    options.workers = workers;
    return options;
  }

 private:
  QTemporaryDir folder_;
};

Expected<void> reproduce_toys(Toy& toy, const ExperimentOptions& options, const JobContext& job = {}) {
  const auto plan = plan_experiment(toy, options, job);
  if (!plan) {
    return plan.error();
  }
  const auto graph = graph_of(toy, options, *plan);
  if (!graph) {
    return graph.error();
  }
  const auto figures = run_experiment(toy, options, *plan, *graph, job);
  return figures ? Expected<void>() : Expected<void>(figures.error());
}

Step bare(const std::string& name, std::vector<std::string> needs = {}) {
  return {name, std::move(needs)};
}

std::string graph_error(std::vector<Step> steps) {
  const auto graph = StepGraph::make(std::move(steps), "plan.json");
  return graph ? "" : graph.error().message;
}

/// What is logged while it lives.
class ToyLog {
 public:
  ToyLog() {
    set_log_sink([this](const LogEntry& entry) { text += entry.text + "\n"; });
  }
  ~ToyLog() { set_log_sink({}); }
  std::string text;
};

}  // namespace

class ExperimentTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void graphsAreChecked() {
    const auto good =
        StepGraph::make({bare("c", {"a", "b"}), bare("a"), bare("b", {"a"}), bare("d")}, "plan");
    QVERIFY(good);
    QVERIFY(good->needs_step(0, 1) && good->needs_step(0, 2) && !good->needs_step(1, 0));
    QCOMPARE(good->dependents(1), (std::vector<std::size_t>{0, 2}));
    QVERIFY(good->dependents(3).empty());
    QCOMPARE(
        graph_error({bare("a", {"b"}), bare("b", {"c"}), bare("c", {"b"})}),
        std::string("plan.json: step \"b\": it needs \"c\", which needs \"b\": a circle; take one of these "
                    "needs away."));
    QCOMPARE(graph_error({bare("a", {"a"})}),
             std::string("plan.json: step \"a\": it needs \"a\": a circle; take one of these needs away."));
    QVERIFY(graph_error({bare("a", {"z"})}).find("\"z\", which is not among the steps") != std::string::npos);
    QVERIFY(graph_error({bare("a"), bare("a")}).find("two steps have this name") != std::string::npos);
    for (const char* name : {"", "../a", "a/b", ".a", "a b"}) {
      QVERIFY2(graph_error({bare(name)}).find("no file name") != std::string::npos, name);
    }
  }

  void stepsOfAnyArmAreNeededAndRecipesFollowResults() {
    const ToyShop shop;
    Toy toy;
    const auto done = reproduce_toys(toy, shop.options(false));
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    QCOMPARE(shop.step("choice").at("result").at("arm").get<std::string>(), std::string("right"));
    QCOMPARE(shop.step("follow-s2").at("recipe").at("arm").get<std::string>(), std::string("right"));
    QCOMPARE(shop.read("run/sum.csv"), std::string("sum\n43.0\n"));  // 21 + 22
    QVERIFY(shop.read("run/report.md").find("**Appeared.** Following pays: the value is +21.5") !=
            std::string::npos);
    QCOMPARE(toy.all_runs(), 7);
    const auto plan = ToyJson::parse(shop.read("run/plan.json"));
    QCOMPARE(plan.at("toys").get<int>(), 2);
    QCOMPARE(plan.at("steps").size(), std::size_t{7});
  }

  void whatIsAloneRunsAlone() {
    const ToyShop shop;
    Toy toy;
    std::atomic<int> running = 0;
    std::atomic<bool> alone = true;
    toy.on_run = [&](const std::string& step) {
      ++running;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      alone = alone && (step != "timing" || running == 1);
      --running;
    };
    QVERIFY(reproduce_toys(toy, shop.options(false, 3)));
    QVERIFY(alone);
    QCOMPARE(toy.all_runs(), 7);
  }

  void aKilledRunGoesOnAndReportsTheSame() {
    const ToyShop whole, killed;
    Toy toy;
    QVERIFY(reproduce_toys(toy, whole.options(false)));
    const pid_t child = fork();
    if (child == 0) {
      toy.on_run = [](const std::string& step) {
        if (step == "follow-s2") {
          std::raise(SIGKILL);
        }
      };
      (void)reproduce_toys(toy, killed.options(false));
      std::_Exit(0);
    }
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    QVERIFY(!std::filesystem::exists(killed.path("run/report.md")));
    Toy again;
    QVERIFY(reproduce_toys(again, killed.options(true)));
    QCOMPARE(again.runs("choice"), 0);
    QCOMPARE(again.runs("follow-s1"), 0);
    QCOMPARE(again.runs("follow-s2"), 1);
    for (const char* file : {"run/report.md", "run/sum.csv", "run/plan.json", "run/steps/sum.json"}) {
      QCOMPARE(killed.read(file), whole.read(file));
    }
    Toy finished;
    QVERIFY(reproduce_toys(finished, killed.options(true)));
    QCOMPARE(finished.all_runs(), 0);
  }

  void anEditedResultAndWhatNeedsItAreDoneAgain() {
    const ToyShop shop;
    Toy toy;
    QVERIFY(reproduce_toys(toy, shop.options(false)));
    const std::string report = shop.read("run/report.md");
    ToyJson edited = shop.step("pilot-left");
    edited["result"]["value"] = 9.0;
    shop.write("run/steps/pilot-left.json", edited.dump(2) + "\n");
    Toy again;
    const ToyLog log;
    QVERIFY(reproduce_toys(again, shop.options(true)));
    QVERIFY2(
        log.text.find("pilot-left.json: it was edited after the step had written it; the step is done again, "
                      "and so is what needs it: choice, follow-s1, follow-s2, sum.") != std::string::npos,
        log.text.c_str());
    QCOMPARE(again.all_runs(), 5);
    QCOMPARE(again.runs("pilot-right") + again.runs("timing"), 0);
    QCOMPARE(shop.read("run/report.md"), report);
  }

  void anotherResultInvalidatesWhatWasMadeFromIt() {
    const ToyShop shop;
    Toy toy;
    QVERIFY(reproduce_toys(toy, shop.options(false)));
    // Edited with care: its own digests are right, but what needs it was made from another one.
    const ToyJson recipe{{"value", 3.0}};
    const auto graph = StepGraph::make({bare("pilot-left")}, "plan");
    const auto store = StepStore::open(shop.path("run"), *graph);
    QVERIFY(store && store->keep("pilot-left", recipe, {}, {{"value", 9.0}}));
    Toy again;
    QVERIFY(reproduce_toys(again, shop.options(true)));
    QCOMPARE(again.runs("pilot-left"), 0);
    QCOMPARE(again.runs("choice"), 1);
    QCOMPARE(shop.step("follow-s1").at("recipe").at("arm").get<std::string>(), std::string("left"));
    QCOMPARE(shop.read("run/sum.csv"), std::string("sum\n23.0\n"));
    // A recipe that changed, but not its result, leaves what needs it alone.
    Toy closer;
    closer.left = 8.0;
    QVERIFY(reproduce_toys(closer, shop.options(true)));
    QCOMPARE(closer.runs("pilot-left") + closer.runs("choice"), 2);
    QCOMPARE(closer.all_runs(), 2);  // the choice is the same again
  }

  void brokenAndOlderResults() {
    const ToyShop shop;
    Toy toy;
    QVERIFY(reproduce_toys(toy, shop.options(false)));
    const std::string deep(200000, '[');
    for (const std::string& broken :
         {std::string(), std::string("{\"recipe_sha"), std::string("[1]"), deep}) {
      shop.write("run/steps/sum.json", broken);
      Toy again;
      QVERIFY(reproduce_toys(again, shop.options(true)));
      QCOMPARE(again.all_runs(), 1);
    }
    ToyJson older = shop.step("sum");
    older.erase("result_sha256");
    shop.write("run/steps/sum.json", older.dump());
    const auto refused = reproduce_toys(toy, shop.options(true));
    QVERIFY(!refused && refused.error().code == ErrorCode::kInput);
    QVERIFY2(refused.error().message.find("sum.json: the result is one of an earlier version") !=
                 std::string::npos,
             refused.error().message.c_str());
    shop.write("run/plan.json", deep);
    const auto unread = reproduce_toys(toy, shop.options(true));
    QVERIFY(!unread && unread.error().message.find("not a plan") != std::string::npos);
  }
};

ALIDADE_TEST(ExperimentTest)
#include "experiment_test.moc"
