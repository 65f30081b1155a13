// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <filesystem>
#include <set>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/papers/score_scaling/report.h"
#include "core/papers/score_scaling/reproduction.h"
#include "tests/studies/reproduce_workshop.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::score_scaling;
using namespace alidade::workshop;
namespace fs = std::filesystem;

namespace {

/// What a run writes besides its steps.
constexpr const char* kOutputs[] = {"report.md",     "curves.csv",   "steps.csv",     "schedules.csv",
                                    "features.csv",  "figure-4.csv", "figure-4.json", "figure-7.csv",
                                    "figure-7.json", "figure-8.csv", "figure-8.json"};

std::string to_json(const ReproducePlan& plan) {
  return to_json(experiment_plan(plan));
}

Expected<ReproducePlan> reproduce_plan_from_json(const std::string& text, const std::string& name) {
  const auto kept = experiment_plan_from_json(text, name);
  return kept ? reproduce_plan(*kept, name) : Expected<ReproducePlan>(kept.error());
}

Claim check_of(std::vector<double> differences, std::optional<double> margin = {}) {
  return {"A beats B", "10°2cm, A minus B,", "points", 1, std::move(differences), margin};
}

/// Results of every step in which the guided, K = 1 numbers are `guided` and all others `other`.
std::map<std::string, ReproduceNumbers::Json> made_up(const ReproducePlan& plan, double guided,
                                                      double other) {
  std::map<std::string, ReproduceNumbers::Json> results;
  for (const ReproduceStep& step : plan.steps) {
    // A little different from seed to seed: without scatter there is no interval to speak of.
    const double shift = 0.001 * step.seed;
    const auto values = [&](double share) {
      return ReproduceNumbers::Json{
          {"5deg2cm", share + shift}, {"10deg2cm", share + shift}, {"10deg5cm", share + shift}};
    };
    ReproduceNumbers::Json& result = results[step.name()];
    result["accuracy"] = {{"guided-1", values(guided + shift)}, {"unguided-1", values(other)},
                          {"unguided-50-mean", values(other)},  {"ranker-50", values(other)},
                          {"unguided-50-mode", values(other)},  {"oracle-50-mean", values(other + 0.2)},
                          {"regression", values(other)}};
    result["curve"] = {{{"step", 4}, {"guided", values(other)}, {"regression", values(other)}}};
  }
  return results;
}

}  // namespace

class ReproduceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void verdictsFollowTheInterval() {
    // Mean 10, standard error 1/sqrt(3), t(0.975, 2) = 4.3027: 10 -+ 2.484.
    const auto above = judge(check_of({9.0, 10.0, 11.0}));
    QVERIFY(above.verdict == Verdict::kAppeared);
    QVERIFY(std::abs(above.interval->low - (10.0 - 4.302652729911275 / std::sqrt(3.0))) < 1e-9);
    QCOMPARE(sentence(check_of({9.0, 10.0, 11.0}), above),
             std::string("**Appeared.** A beats B: 10°2cm, A minus B, is +10.0 points on average over 3 "
                         "seeds, 95 % interval [7.5, 12.5], which lies above 0."));
    const auto below = check_of({-9.0, -10.0, -11.0});
    QVERIFY(judge(below).verdict == Verdict::kDidNotAppear);
    QVERIFY(sentence(below, judge(below)).starts_with("**Did not appear.**"));
    QVERIFY(sentence(below, judge(below)).ends_with("which lies below 0."));
    const auto around = check_of({-5.0, 10.0, 11.0});
    QVERIFY(judge(around).verdict == Verdict::kUndecided);
    QVERIFY(sentence(around, judge(around)).ends_with("which contains 0."));
    const auto one = check_of({10.0});
    QVERIFY(judge(one).verdict == Verdict::kUndecided);
    QVERIFY(sentence(one, judge(one)).ends_with("with one seed, which gives no interval."));
    QVERIFY(sentence(check_of({}), judge(check_of({}))).ends_with("nothing was measured."));
  }

  void equalityIsJudgedByAMargin() {
    QVERIFY(judge(check_of({0.1, -0.1, 0.0}, 1.0)).verdict == Verdict::kAppeared);
    QVERIFY(judge(check_of({5.0, 5.1, 4.9}, 1.0)).verdict == Verdict::kDidNotAppear);
    QVERIFY(judge(check_of({-5.0, -5.1, -4.9}, 1.0)).verdict == Verdict::kDidNotAppear);
    QVERIFY(judge(check_of({0.9, 1.0, 1.1}, 1.0)).verdict == Verdict::kUndecided);
  }

  void theReportSpeaksForTheNumbers() {
    ReproduceSizes sizes = tiny_sizes();
    sizes.seeds = 3;
    const ReproducePlan plan = make_plan(sizes, {});
    const auto verdict_of = [&](double guided, double other) {
      const ReproduceNumbers numbers(plan, made_up(plan, guided, other));
      return judge(paper_trends(numbers).front()).verdict;  // guided against unguided, K = 1
    };
    QVERIFY(verdict_of(0.5, 0.3) == Verdict::kAppeared);
    QVERIFY(verdict_of(0.3, 0.5) == Verdict::kDidNotAppear);
    QVERIFY(verdict_of(0.398, 0.4) == Verdict::kUndecided);
    const auto text = [&](double guided, double other) {
      return reproduce_report(ReproduceNumbers(plan, made_up(plan, guided, other)),
                              read_published_tables(test::source_path("resources/published"), nullptr));
    };
    const std::string claim = " Guidance makes a single sample better (Table 2, G)";
    QVERIFY(text(0.5, 0.3).find("**Appeared.**" + claim) != std::string::npos);
    QVERIFY(text(0.3, 0.5).find("**Did not appear.**" + claim) != std::string::npos);
    QVERIFY(text(0.398, 0.4).find("**Undecided.**" + claim) != std::string::npos);
    QVERIFY(text(0.5, 0.3).find("published on REAL275: GenPose (K = 1, ranker = no)") != std::string::npos);
    QVERIFY(text(0.5, 0.3).find("52.6") != std::string::npos);  // the paper's J+G at 5°2cm
  }

  // 0.1 per step after a pre-training of 100 steps, seen at a grid that the joint steps do not hit.
  void jointStepsAreCountedFromTheEndOfPretraining() {
    ReproduceSizes sizes = tiny_sizes();
    sizes.seeds = 1;
    const ReproducePlan plan = make_plan(sizes, {});
    std::map<std::string, ReproduceNumbers::Json> results;
    const auto curve = [](double begin) {
      ReproduceNumbers::Json points = ReproduceNumbers::Json::array();
      for (int step = 40; step <= 400; step += 40) {
        points.push_back({{"step", step}, {"guided", {{"10deg5cm", 0.1 * (step - begin)}}}});
      }
      return points;
    };
    results["train-joint-s1"] = {{"steps", 400}, {"pretrain_steps", 100}, {"curve", curve(100.0)}};
    results["train-from-scratch-s1"] = {{"steps", 400}, {"pretrain_steps", 0}, {"curve", curve(0.0)}};
    const ReproduceNumbers numbers(plan, results);
    for (const char* arm : {"joint", "from-scratch"}) {
      const auto mean = numbers.curve_joint_mean(arm, "guided", "10deg5cm", 300.0);
      QVERIFY(mean.at(0) && std::abs(*mean[0] - 0.1 * 300.0 * 0.6) < 1e-9);
      QVERIFY(!numbers.curve_joint_mean(arm, "guided", "10deg5cm", 600.0).at(0));
    }
  }

  void planFitsItsTime() {
    ReproduceCosts costs;
    costs.frame = 0.012;
    costs.train_frame = 0.008;
    costs.encode = 0.002;
    costs.evaluate_one = 0.0003;
    costs.evaluate_many = 0.0008;
    for (const double step : {0.002, 0.11, 0.4}) {
      costs.train_step = costs.ranker_step = step;
      for (const double seconds : {kQuickSeconds, kFullSeconds}) {
        const auto wanted = seconds == kQuickSeconds ? quick_sizes() : full_sizes();
        const bool study = has_time_for_study(wanted, costs, seconds);
        const auto sizes = fitted(wanted, costs, seconds, study);
        const auto plan = make_plan(sizes, costs, study);
        QVERIFY(!study || 2 * sizes.steps >= wanted.steps);
        QVERIFY2(plan.seconds() <= seconds || sizes.steps == 100, std::to_string(plan.seconds()).c_str());
        QVERIFY(sizes.steps <= wanted.steps && sizes.test_frames <= wanted.test_frames);
      }
    }
    QVERIFY(!has_time_for_study(full_sizes(), costs, kQuickSeconds));
    // Fast enough for everything that is wanted.
    costs.train_step = costs.ranker_step = 0.002;
    QVERIFY(has_time_for_study(full_sizes(), costs, kFullSeconds));
    costs.frame = 0.004;
    QVERIFY(fitted(full_sizes(), costs, kFullSeconds, true) == full_sizes());
    std::set<std::string> names;
    const auto plan = make_plan(full_sizes(), costs, true);
    QCOMPARE(trained_arms(plan).size(), std::size_t{5});
    QVERIFY(has_pretraining_study(plan) && !has_pretraining_study(make_plan(full_sizes(), costs)));
    for (const auto& step : plan.steps) {
      names.insert(step.name());
    }
    QCOMPARE(names.size(), plan.steps.size());
  }

  void planReadsBack() {
    for (const bool study : {false, true}) {
      ReproducePlan plan = make_plan(quick_sizes(), {}, study);
      plan.quick = true;
      plan.recipes_sha256 = "abc";
      const auto back = reproduce_plan_from_json(to_json(plan), "plan.json");
      QVERIFY(back);
      QCOMPARE(to_json(*back), to_json(plan));
      // A plan of a version without Fig. 7 stays what it is.
      std::erase_if(plan.steps, [](const auto& step) { return step.kind == ReproduceStep::Kind::kFeatures; });
      const auto older = reproduce_plan_from_json(to_json(plan), "plan.json");
      QVERIFY(older);
      QCOMPARE(to_json(*older), to_json(plan));
      QCOMPARE(has_pretraining_study(*older), study);
      plan.steps[1].arm = "another";
      QVERIFY(!reproduce_plan_from_json(to_json(plan), "plan.json"));
    }
    for (const char* bad : {"", "{}", "[1]", "{\"quick\":false,\"sizes\":{\"seeds\":-4}}"}) {
      const auto read = reproduce_plan_from_json(bad, "plan.json");
      QVERIFY(!read && read.error().message.starts_with("plan.json"));
    }
  }

  void recipesGetTheirSizes() {
    const Workshop workshop;
    const auto recipe = reproduce_recipe(workshop.path("joint.toml"), tiny_sizes(), 2);
    QVERIFY2(recipe, recipe ? "" : recipe.error().message.c_str());
    QCOMPARE(recipe->trainer.seed, std::uint64_t{2});
    QCOMPARE(recipe->trainer.pretrain_steps(), 2);
    QCOMPARE(recipe->trainer.total_steps(), 8);
    QCOMPARE(recipe->train_frames, 3);
    QVERIFY(recipe->text.find("pretrain_steps = 2\n") != std::string::npos);
  }

  void resumedRunsEndWithTheSameReport() {
    const Workshop workshop;
    const auto whole = reproduce(workshop.options("whole"), {});
    QVERIFY2(whole, whole ? "" : whole.error().message.c_str());
    for (const char* file : kOutputs) {
      QVERIFY2(fs::exists(workshop.path(std::string("whole/") + file)), file);
    }

    // Stopped in the middle of trainings and of an evaluation, then run to the end.
    ReproduceOptions options = workshop.options("parts");
    for (const std::string stop_in : {"train-from-scratch-s1: joint", "ranker-from-scratch-s1: training",
                                      "evaluate-joint-s1", "features-s1: pre-training again"}) {
      std::stop_source source;
      const JobContext job{source.get_token(), [&](const Progress& progress) {
                             if (progress.step.find(stop_in) != std::string::npos && progress.done > 1) {
                               source.request_stop();
                             }
                           }};
      const auto stopped = reproduce(options, job);
      QVERIFY(!stopped);
      QVERIFY2(stopped.error().code == ErrorCode::kCancelled, stopped.error().message.c_str());
      options.resume = true;
    }
    QVERIFY(!fs::exists(workshop.path("parts/report.md")));
    // A kill leaves half a result at worst under another name; one that cannot be read is made again.
    workshop.write("parts/steps/train-joint-s1.json", "{\"recipe_sha");
    const auto resumed = reproduce(options, {});
    QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
    QCOMPARE(workshop.read("parts/plan.json"), workshop.read("whole/plan.json"));
    for (const char* file : kOutputs) {
      QVERIFY2(workshop.read(std::string("parts/") + file) == workshop.read(std::string("whole/") + file),
               file);
    }

    // A finished one is not done again.
    int steps = 0;
    const JobContext counting{{}, [&](const Progress&) { ++steps; }};
    QVERIFY(reproduce(options, counting));
    QCOMPARE(steps, 0);

    const auto result = nlohmann::json::parse(workshop.read("whole/steps/evaluate-from-scratch-s2.json"));
    const auto& accuracy = result.at("result").at("accuracy");
    QVERIFY(accuracy.contains("ranker-50") && accuracy.contains("tracking-guided-1"));
    QVERIFY(!accuracy.contains("regression"));  // nothing trained that head
    // The best of 50 is never worse than the first of them.
    QVERIFY(accuracy.at("oracle-50-best").at("10deg5cm") >= accuracy.at("unguided-1").at("10deg5cm"));
    const auto text = workshop.read("whole/report.md");
    QVERIFY(text.find("## Fig. 4a") != std::string::npos && text.find("## Fig. 7") != std::string::npos);
    QVERIFY(workshop.read("whole/curves.csv").find("joint-reconstruction") != std::string::npos);
    const auto drawn = nlohmann::json::parse(workshop.read("whole/steps/schedules-joint-s1.json"));
    QCOMPARE(drawn.at("result").at("objects").get<int>(), 2);
  }

  void anOlderPlanGrowsOnlyWhenAskedTo() {
    const Workshop workshop;
    ReproduceOptions options = workshop.options("run");
    options.breadth = false;
    QVERIFY(plan_reproduction(options, DatasetReaders{}, {}));
    auto older = nlohmann::ordered_json::parse(workshop.read("run/plan.json"));
    auto& steps = older["steps"];
    for (std::size_t i = steps.size(); i-- > 0;) {
      steps[i]["seconds"] = 7.0;
      if (steps[i]["name"].get<std::string>().starts_with("features")) {
        steps.erase(i);
      }
    }
    const std::string text = older.dump(2) + "\n";
    workshop.write("run/plan.json", text);
    options.extend = true;
    const auto nothing = plan_reproduction(options, DatasetReaders{}, {});
    QVERIFY(!nothing && nothing.error().code == ErrorCode::kUsage);
    options.extend = false;
    options.resume = true;
    const auto same = plan_reproduction(options, DatasetReaders{}, {});
    QVERIFY(same && to_json(*same) == text && workshop.read("run/plan.json") == text);
    options.extend = true;
    QVERIFY(!has_pretraining_study(extended(*same, false)));
    options.breadth.reset();
    const auto grown = plan_reproduction(options, DatasetReaders{}, {});
    QVERIFY(grown && grown->sizes == same->sizes && has_pretraining_study(*grown));
    QCOMPARE(workshop.read("run/plan.json"), to_json(*grown));
    QCOMPARE(grown->steps.size(), make_plan(tiny_sizes(), {}, true).steps.size());
    QVERIFY(std::all_of(grown->steps.begin(), grown->steps.end(),
                        [](const ReproduceStep& step) { return step.seconds > 0.0; }));
    QCOMPARE(grown->steps.front().seconds, 7.0);
    const auto again = plan_reproduction(options, DatasetReaders{}, {});
    QVERIFY(again && to_json(*again) == to_json(*grown));
    // The recipes of the arms that the older plan had are still checked.
    workshop.write("from-scratch.toml", arm_recipe(8, 8, "0.0"));
    QVERIFY(!plan_reproduction(options, DatasetReaders{}, {}));
  }

  // Fig. 7 repeats the pre-training: where nothing follows it, its network must be the trained one.
  void featuresArePretrainedAsTheArmWas() {
    const Workshop workshop;
    workshop.write("joint.toml", arm_recipe(16, 0, "1.0"));
    const ReproduceOptions options = workshop.options("run");
    auto plan = plan_reproduction(options, DatasetReaders{}, {});
    QVERIFY(plan);
    std::erase_if(plan->steps, [](const ReproduceStep& step) {
      return step.seed != 1 ||
             (step.kind != ReproduceStep::Kind::kTrain && step.kind != ReproduceStep::Kind::kFeatures);
    });
    QVERIFY(reproduce_score_scaling(options, *plan, DatasetReaders{}, {}));
    const auto shown = nlohmann::json::parse(workshop.read("run/steps/features-s1.json")).at("result");
    const auto& networks = shown.at("networks");
    QCOMPARE(networks.size(), std::size_t{4});
    QCOMPARE(networks[1].at("name").get<std::string>(), std::string("joint"));
    for (const char* same : {"pca", "tsne", "purity", "agreement", "noise_shift"}) {
      QVERIFY2(networks[0].at(same) == networks[1].at(same), same);
    }
    QVERIFY(std::abs(networks[1].at("similarity").get<double>() - 1.0) < 1e-9);
    QVERIFY(networks[3].at("pca") != networks[0].at("pca"));
    QCOMPARE(networks[3].at("pca").size(), shown.at("objects").get<std::size_t>());
    QCOMPARE(shown.at("categories").size(), shown.at("objects").get<std::size_t>());
    // Every object is a dot in each of the four panels.
    QCOMPARE(QByteArray::fromStdString(workshop.read("run/figure-7.csv")).count('\n'),
             static_cast<int>(1 + 4 * shown.at("objects").get<std::size_t>()));
  }

  void anotherPlanIsRefused() {
    const Workshop workshop;
    ReproduceOptions options = workshop.options("run");
    options.resume = true;
    const auto nothing = plan_reproduction(options, DatasetReaders{}, {});
    QVERIFY(!nothing && nothing.error().code == ErrorCode::kInput);
    options.resume = false;
    QVERIFY(plan_reproduction(options, DatasetReaders{}, {}));
    const auto again = plan_reproduction(options, DatasetReaders{}, {});
    QVERIFY(!again && again.error().code == ErrorCode::kUsage);

    const auto refused = [&](const ReproduceOptions& other) {
      const auto plan = plan_reproduction(other, DatasetReaders{}, {});
      return !plan && plan.error().code == ErrorCode::kUsage &&
             plan.error().message.find("another plan") != std::string::npos;
    };
    options.resume = true;
    QVERIFY(plan_reproduction(options, DatasetReaders{}, {}));
    ReproduceOptions other = options;
    other.seeds = 5;
    QVERIFY(refused(other));
    other = options;
    other.quick = true;
    QVERIFY(refused(other));
    other = options;
    ReproduceSizes larger = tiny_sizes();
    larger.test_frames += 1;
    other.sizes = larger;
    QVERIFY(refused(other));
    workshop.write("joint.toml", arm_recipe(8, 8, "1.0"));
    QVERIFY(refused(options));
  }

  void theMachineIsMeasured() {
    const Workshop workshop;
    ReproduceOptions options = workshop.options("measured");
    options.sizes.reset();
    options.quick = true;
    options.seeds = 2;
    options.steps = 12;
    const auto plan = plan_reproduction(options, DatasetReaders{}, {});
    QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
    QCOMPARE(plan->sizes.steps, 12);
    QCOMPARE(plan->sizes.seeds, 2);
    for (const auto& step : plan->steps) {
      QVERIFY2(std::isfinite(step.seconds) && step.seconds > 0.0, step.name().c_str());
    }
  }
};

ALIDADE_TEST(ReproduceTest)
#include "reproduce_test.moc"
