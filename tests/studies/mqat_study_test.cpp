// SPDX-License-Identifier: BSD-3-Clause
// The reproduction of MQAT with networks that are made up: what its steps need of each other, what they
// decide and by which images, and what the report says of the numbers.
#include <algorithm>
#include <set>
#include <stop_token>

#include <QtTest>

#include "core/exchange/quantization_sweep_file.h"
#include "core/papers/mqat/recipe_text.h"
#include "core/papers/mqat/report.h"
#include "core/papers/mqat/sweep.h"
#include "tests/studies/mqat_workshop.h"

using namespace alidade;
using namespace alidade::mqat;
using namespace alidade::mqat_workshop;

namespace {

/// What a run writes besides its steps.
constexpr const char* kMqatOutputs[] = {"report.md",     "accuracies.csv", "sweep.json",    "figure-2.csv",
                                        "figure-2.json", "figure-4.json",  "figure-5.json", "figure-6.csv",
                                        "figure-6.json", "figure-7.json"};

StudyPlan mqat_plan(int seeds, Breadth breadth = Breadth::kMain) {
  StudySizes sizes = tiny_study();
  sizes.seeds = seeds;
  return make_plan(sizes, {}, breadth);
}

/// Evaluations in which an arm's share of right images is given, a little different from seed to seed.
StepResults mqat_results(const StudyPlan& plan, const std::map<std::string, double>& shares) {
  constexpr int kRecords = 500;
  StepResults results;
  results["facts-demo"] = to_json(made_up_facts());
  for (const StudyStep& step : plan.steps) {
    if (step.kind == StudyStep::Kind::kEvaluate) {
      const auto found = shares.find(step.subject);
      const double share = (found == shares.end() ? 0.6 : found->second) +
                           (step.subject.starts_with("float") ? 0.0 : 0.002 * step.seed);
      for (const char* split : {kSelection, kTest, kLight}) {
        results[step.name()][split] = to_json(made_up_records(kRecords, share));
      }
    }
  }
  return results;
}

Verdict mqat_verdict(const std::vector<Claim>& claims, const std::string& statement) {
  const auto found = std::find_if(claims.begin(), claims.end(), [&](const Claim& claim) {
    return claim.statement.find(statement) != std::string::npos;
  });
  return found == claims.end() ? Verdict::kUndecided : judge(*found).verdict;
}

}  // namespace

class MqatStudyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyStepHasANameAndWhatItNeeds() {
    for (const Breadth breadth : {Breadth::kMain, Breadth::kAll}) {
      const StudyPlan plan = mqat_plan(3, breadth);
      std::set<std::string> names;
      for (const StudyStep& step : plan.steps) {
        names.insert(step.name());
      }
      QCOMPARE(names.size(), plan.steps.size());
      const auto graph = StepGraph::make(study_steps(plan, {}, std::make_shared<StudyWork>()), "plan");
      QVERIFY2(graph, graph ? "" : graph.error().message.c_str());
      for (const char* name : {"train-mqat-3-s3", "train-layers-3-s2", "train-table-2-inq-s1", "flow-demo",
                               "train-pyramid2-live-s3", "evaluate-start-s1", "votes-mqat-3-s3",
                               "train-table-2-inq-ternary-s1", "sensitivity-demo"}) {
        QVERIFY2(names.contains(name), name);
      }
      QVERIFY(!names.contains("train-start-s1") && !names.contains("train-table-2-inq-s2"));
      QCOMPARE(names.contains("base-second"), breadth == Breadth::kAll);
      QCOMPARE(names.contains("train-probe-mqat-8-2-8-s1"), breadth == Breadth::kAll);
      for (const Arm& arm : study_arms(breadth)) {  // whatever is compared has something to be compared with
        QVERIFY2(names.contains("evaluate-" + control_of(arm) + "-s1"), arm.name.c_str());
      }
    }
  }

  void everyMethodGetsTheStepsOfMqat() {
    for (const Arm& arm : study_arms(Breadth::kMain)) {
      if (arm.source == Source::kUniform || arm.source == Source::kLayers || arm.source == Source::kAtOnce) {
        QCOMPARE(stages_of(arm), arm.quantizer == ArmQuantizer::kPost ? 0 : kTotalStages);
      }
      if (arm.source == Source::kMqat && arm.quantizer != ArmQuantizer::kPost) {
        QCOMPARE(stages_of(arm), kTotalStages - 1);  // the sweep is the first
      }
    }
    QCOMPARE(permuted({"a", "b", "c"}, 0), (std::vector<std::string>{"a", "b", "c"}));
    QCOMPARE(permuted({"a", "b", "c"}, 2), (std::vector<std::string>{"b", "a", "c"}));
    QCOMPARE(permuted({"a", "b", "c"}, 5), (std::vector<std::string>{"c", "b", "a"}));
  }

  void planFitsItsTime() {
    for (const double step : {0.02, 0.1, 0.4}) {
      const StudyCosts costs{0.005, step, 0.2 * step, 5.0 * step, 1.0, 0.2};
      for (const bool quick : {true, false}) {
        const double seconds = 1.4 * (quick ? kQuickSeconds : kFullSeconds);
        const StudySizes wanted = quick ? quick_sizes() : full_sizes();
        const StudySizes sizes = fitted(wanted, costs, seconds);
        const StudyPlan plan = make_plan(sizes, costs);
        QVERIFY2(plan.seconds() <= seconds || sizes.stage_steps == 20,
                 std::to_string(plan.seconds()).c_str());
        QVERIFY(sizes.stage_steps <= wanted.stage_steps && sizes.seeds == wanted.seeds);
      }
    }
    QVERIFY(fitted(full_sizes(), {1e-4, 1e-4, 1e-4, 1e-3, 1e-3, 1e-3}, kFullSeconds) == full_sizes());
  }

  void planReadsBack() {
    for (const Breadth breadth : {Breadth::kMain, Breadth::kAll}) {
      StudyPlan plan = mqat_plan(3, breadth);
      plan.quick = true;
      plan.recipes_sha256 = "abc";
      const auto back = study_plan(experiment_plan(plan), "plan.json");
      QVERIFY2(back, back ? "" : back.error().message.c_str());
      QCOMPARE(to_json(experiment_plan(*back)), to_json(experiment_plan(plan)));
      QCOMPARE(extended(*back, Breadth::kAll).steps.size(), mqat_plan(3, Breadth::kAll).steps.size());
      plan.steps[1].subject = "another";
      QVERIFY(!study_plan(experiment_plan(plan), "plan.json"));
    }
    QVERIFY(!study_plan({false, "{\"sizes\":{\"seeds\":-4}}", {}}, "plan.json"));
  }

  void recipesSayWhatAnArmIs() {
    TrainingOrder order{"small", "train.toml", "../demo.safetensors", NormMode::kFolded, ArmQuantizer::kLsq};
    order.stages = {"pyramid=2", "head=8"};
    order.stage_steps = 30;
    order.seed = 3;
    const std::string text = training_text(order, tiny_study());
    for (const char* part : {"[keypoint]\nstart = \"../demo.safetensors\"", "norm = \"folded\"",
                             "quantizer = \"lsq\"", "seed = 3\n", "stages = [\"pyramid=2\", \"head=8\"]",
                             "\nsteps = 60\n", "milestones = \"0.6667, 0.8333, 0.9167\"",
                             "activation_bits = 8", "\nlearning_rate = 2.5e-4\n", "\nwarm_up = 1\n"}) {
      QVERIFY2(text.find(part) != std::string::npos, part);
    }
    order.quantizer = ArmQuantizer::kInq;
    QVERIFY(training_text(order, tiny_study()).find("activation_bits") == std::string::npos);
    order.start.clear();
    QVERIFY(training_text(order, tiny_study()).find("[quantization]") == std::string::npos);
    const NetworkFacts facts = made_up_facts();
    LayerLevels levels = layer_levels(facts, {{"pyramid", "2"}, {"backbone", "8"}, {"head", "32"}});
    QCOMPARE(stages_in_turn(facts, levels, {"pyramid", "head", "backbone"}),
             (std::vector<std::string>{"pyramid=2", "backbone=8"}));
    QCOMPARE(assignment_name(facts, levels), std::string("W8-2-32"));
    levels["pyramid.first.weight"] = "4";
    QCOMPARE(stage_at_once(facts, levels),
             std::string("backbone=8,pyramid.first.weight=4,pyramid.second.weight=2"));
    QCOMPARE(module_widths(facts, levels)[1], std::string("mixed"));
  }

  void imagesCountStrictly() {
    ImageRecords records = made_up_records(20, 0.5);
    records[0].adi = 0.1;
    QCOMPARE(*share(records, kUsual), 0.45);
    QCOMPARE(*share(records, kLenient), 0.95);  // the lost one counts
    QCOMPARE(*lost_share(records), 0.05);
    QVERIFY(std::abs(*rotation_95(records) - 0.19) < 1e-12);
    records[1].lost = true;
    QVERIFY(!rotation_95(records));  // it is one of the lost
    ShareMetric far = kUsual;
    far.bin = 2;
    QCOMPARE(far.id(), std::string("adi_0.1d_far"));
    QCOMPARE(*share(records, far), 3.0 / 6.0);
    const auto back = records_from_json(to_json(records), "x");
    QVERIFY(back && to_json(*back) == to_json(records) && (*back)[1].lost);
    QVERIFY(!records_from_json({{"bin", {0, 1}}}, "x"));
  }

  void pairedDifferencesAreOverTheSameImages() {
    const auto better = made_up_records(200, 0.7), worse = made_up_records(200, 0.5);
    const auto paired = paired_share(better, worse, kUsual);
    QVERIFY(paired && std::abs(paired->difference - 0.2) < 1e-12);
    // 40 of 200 images differ: the standard error is sqrt(0.2 * 0.8 / 200) = 0.028.
    QVERIFY(std::abs(paired->interval.low - (0.2 - 1.96 * 0.0283)) < 0.01);
    QVERIFY(std::abs(paired->interval.high - (0.2 + 1.96 * 0.0283)) < 0.01);
    QVERIFY(paired->p_value < 0.01);
    const auto turned = paired_share(worse, better, kUsual);
    QVERIFY(std::abs(turned->interval.low + paired->interval.high) < 1e-12);
    QCOMPARE(paired_share(better, better, kUsual)->p_value, 1.0);
    QVERIFY(!paired_share(better, made_up_records(199, 0.5), kUsual));
  }

  void widthsKeepTheBudget() {
    const NetworkFacts facts = made_up_facts();
    const LayerTraces traces = made_up_traces();
    const auto back = facts_from_json(to_json(facts), "x");
    QVERIFY(back && to_json(*back) == to_json(facts));
    QVERIFY(!facts_from_json({{"modules", {"a"}}}, "x"));
    const auto uniform = layer_levels(facts, uniform_levels_of(facts, "4"));
    QCOMPARE(weight_bytes(facts, uniform), std::int64_t{8000});
    QCOMPARE(file_bytes(facts, {}), std::int64_t{1000 + 4 * 16000});
    QCOMPARE(bit_operations(facts, uniform, 8), 6.0 * 100000 * 4 * 8);
    QCOMPARE(bit_operations(facts, {}, 8), 6.0 * 100000 * 32 * 32);
    const StudyFlow flow{"pyramid", {"pyramid", "head", "backbone"}};
    for (const std::int64_t budget : {5000, 6000, 8000, 16000}) {
      const auto modules = module_allocation(facts, traces, flow, budget);
      const auto layers = layer_allocation(facts, traces, budget);
      QVERIFY(modules && layers && modules->bytes <= budget && layers->bytes <= budget);
      QCOMPARE(modules->levels.at("pyramid.first.weight"), std::string("2"));
      QVERIFY(modules->description.find("exact") != std::string::npos);
    }
    // The first layer's trace is negative: its error costs nothing, so it is the first to get few bits.
    QCOMPARE(layer_allocation(facts, traces, 6000)->levels.at("backbone.first.weight"), std::string("2"));
    QVERIFY(!module_allocation(facts, traces, flow, 100));
  }

  void flowFollowsAlgorithmOne() {
    const NetworkFacts facts = made_up_facts();
    const auto gains = study_flow(facts, {{"backbone", 0.7}, {"pyramid", 0.6}, {"head", 0.65}}, 0.62);
    QVERIFY(gains);
    QCOMPARE(gains->best, std::string("backbone"));
    QCOMPARE(gains->order, (std::vector<std::string>{"backbone", "pyramid", "head"}));
    const auto none = study_flow(facts, {{"backbone", 0.5}, {"pyramid", 0.6}, {"head", 0.6}}, 0.62);
    QVERIFY(none && none->best.empty());
    QCOMPARE(none->order, (std::vector<std::string>{"pyramid", "head", "backbone"}));
  }

  void choicesAreMadeOnTheSelectionSplit() {
    const StudyShop shop;
    FakeNetworks networks;
    networks.selection_gains = {{"head2-frozen", 0.1}, {"pyramid2-frozen", 0.05}, {"backbone2-frozen", -0.2}};
    networks.test_gains = {{"head2-frozen", -0.3}, {"backbone2-frozen", 0.2}};
    const auto done = reproduce_study(networks, shop.options("run"));
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    const auto flow = shop.step("run", "flow-demo").at("result");
    QCOMPARE(flow.at("best").get<std::string>(), std::string("head"));
    const std::vector<std::string> order{"head", "pyramid", "backbone"};
    QCOMPARE(flow.at("order").get<std::vector<std::string>>(), order);
    const auto widths = shop.step("run", "allocation-3").at("result");
    QCOMPARE(widths.at("modules").at("levels").at("head.second.weight").get<std::string>(), std::string("2"));
    QVERIFY(widths.at("modules").at("bytes").get<int>() <= widths.at("budget_bytes").get<int>());
    const auto text = [&](const char* step) {
      return shop.step("run", step).at("recipe").at("recipe").get<std::string>();
    };
    QVERIFY(text("train-mqat-3-s1").find("stages = [\"head=2\", \"pyramid=") != std::string::npos);
    QVERIFY(text("train-reverse-3-s2").find("stages = [\"backbone=") != std::string::npos);
    QVERIFY(text("train-uniform-3-s1").find("stages = [\"backbone=3,pyramid=3,head=3\"]") !=
            std::string::npos);
    QVERIFY(text("train-uniform-3-s1").find("\nsteps = 40\n") != std::string::npos);
    QVERIFY(text("train-float-total-s1").find("quantizer = \"none\"") != std::string::npos);
    QVERIFY(text("train-table-2-inq-s1")
                .find("stages = [\"pyramid=powers2\", \"head=powers8\", \"backbone=powers8\"]") !=
            std::string::npos);
    QVERIFY(text("train-mqat-3-s1").find(shop.path("").string()) == std::string::npos);  // no paths
    QCOMPARE(shop.step("run", "train-mqat-3-s1").at("result").at("order").get<std::vector<std::string>>(),
             order);
    for (const char* file : kMqatOutputs) {
      QVERIFY2(fs::exists(shop.path(std::string("run/") + file)), file);
    }
    const std::string report = shop.read("run/report.md");
    for (const char* part :
         {"The module that gained most is head", "published on SwissCube: WDR + MQAT", "(one seed)",
          "Latency falls in proportion", "published on LINEMOD", "negative ones count as 0",
          "| noise of the output (dB) | 1.00 [", "| Fisher score | -1.00 ["}) {
      QVERIFY2(report.find(part) != std::string::npos, part);
    }
    // What the window opens.
    const auto sweep = parse_quantization_sweep(shop.read("run/sweep.json"), "sweep.json");
    QVERIFY2(sweep, sweep ? "" : sweep.error().message.c_str());
    const auto retrained = std::count_if(sweep->points.begin(), sweep->points.end(), [](const auto& point) {
      return point.method == SweepMethod::kLsq || point.method == SweepMethod::kInq;
    });
    QVERIFY(retrained >= 12);
    QCOMPARE(sweep->modules.size(), std::size_t{3});
    QCOMPARE(sweep->modules[1].options.back().levels, std::string("32"));
    const auto mixed = std::find_if(sweep->points.begin(), sweep->points.end(),
                                    [](const auto& point) { return point.family == "layer-wise"; });
    QVERIFY(mixed != sweep->points.end() && mixed->bytes > 1000 && mixed->predicted_loss >= 0.0);
    const auto timed = std::find_if(sweep->points.begin(), sweep->points.end(),
                                    [](const auto& point) { return point.name == "table-2-lsq"; });
    QVERIFY(timed != sweep->points.end() && std::abs(timed->latency_ms - 2.0) < 0.1);
    QCOMPARE(timed->levels, (std::vector<std::string>{"8", "2", "8"}));
    QVERIFY(std::any_of(sweep->sensitivities.begin(), sweep->sensitivities.end(),
                        [](const auto& one) { return one.score == "metric"; }));
    QCOMPARE(sweep->flow.size(), std::size_t{3});
  }

  void resumedRunsEndWithTheSameReport() {
    const StudyShop shop;
    FakeNetworks networks;
    QVERIFY(reproduce_study(networks, shop.options("whole")));
    const int whole = networks.trainings;
    StudyOptions options = shop.options("parts");
    for (const std::string stop_in : {"train-head2-frozen-s2", "train-mqat-3-s1"}) {
      std::stop_source source;
      const JobContext job{source.get_token(), [&](const Progress& progress) {
                             if (progress.step.find(stop_in) != std::string::npos) {
                               source.request_stop();
                             }
                           }};
      const auto stopped = reproduce_study(networks, options, job);
      QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
      options.resume = true;
    }
    const auto resumed = reproduce_study(networks, options);
    QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
    for (const char* file : kMqatOutputs) {
      QVERIFY2(shop.read(std::string("parts/") + file) == shop.read(std::string("whole/") + file), file);
    }
    networks.trainings = 0;
    QVERIFY(reproduce_study(networks, options));
    QCOMPARE(networks.trainings.load(), 0);
    QVERIFY(whole > 40);
    // Every table may be added; other data may not.
    options.breadth = Breadth::kAll;
    QVERIFY(!reproduce_study(networks, options));
    options.extend = true;
    const auto more = reproduce_study(networks, options);
    QVERIFY2(more, more ? "" : more.error().message.c_str());
    const std::string report = shop.read("parts/report.md");
    QVERIFY(report.find("Not in this plan") == std::string::npos);
    QVERIFY(report.find("published on SwissCube: CA-SpaceNet + LSQ BF") != std::string::npos);
    shop.write("val.toml", "split = \"other\"\n");
    options.extend = false;
    const auto other = reproduce_study(networks, options);
    QVERIFY(!other && other.error().code == ErrorCode::kUsage);
  }

  void verdictsFollowTheNumbers() {
    const StudyPlan plan = mqat_plan(3);
    const auto claims = [&](const std::map<std::string, double>& shares) {
      return paper_claims(StudyNumbers(plan, mqat_results(plan, shares)));
    };
    const std::string raises = "raise accuracy, norms live", beats = "MQAT beats uniform LSQ";
    const auto helped = claims({{"pyramid2-live", 0.7}, {"mqat-3", 0.7}, {"backbone2-frozen", 0.4}});
    QVERIFY(mqat_verdict(helped, raises) == Verdict::kAppeared);
    QVERIFY(mqat_verdict(helped, "raise accuracy, norms frozen") == Verdict::kUndecided ||
            mqat_verdict(helped, "raise accuracy, norms frozen") == Verdict::kAppeared);
    QVERIFY(mqat_verdict(helped, "backbone alone lower accuracy") == Verdict::kAppeared);
    const auto hurt = claims({{"pyramid2-live", 0.5}, {"uniform-3", 0.7}, {"backbone2-frozen", 0.7}});
    QVERIFY(mqat_verdict(hurt, raises) == Verdict::kDidNotAppear);
    QVERIFY(mqat_verdict(hurt, "backbone alone lower accuracy") == Verdict::kDidNotAppear);
    QVERIFY(mqat_verdict(claims({{"mqat-8", 0.9}}), "INQ beats LSQ") == Verdict::kUndecided);  // one seed
    const StudyNumbers numbers(
        plan, mqat_results(plan, {{"pyramid2-live", 0.7}, {"mqat-3", 0.7}, {"pyramid2-frozen", 0.6}}));
    QVERIFY(mqat_verdict(open_questions(numbers), "Live norms make two bits look better") ==
            Verdict::kAppeared);
    QVERIFY(mqat_verdict(open_questions(numbers), "change nothing, norms live") == Verdict::kDidNotAppear);
    QVERIFY(mqat_verdict(open_questions(numbers), "change nothing, norms frozen") == Verdict::kAppeared);
    const StudyNumbers nothing(plan, {});
    QVERIFY(study_report(nothing, {}).find("nothing was measured") != std::string::npos);
    QVERIFY(study_sweep(nothing, "x").points.empty());
  }

  void optionsOutOfRangeAreNamed() {
    const StudyShop shop;
    StudyOptions options = shop.options("x");
    options.seeds = 0;
    QVERIFY(!study_experiment(options, std::make_shared<StudyWork>()));
    options.seeds.reset();
    options.steps = 1;
    QVERIFY(!study_experiment(options, std::make_shared<StudyWork>()));
  }

  void aNewPlanIsMeasured() {
    const StudyShop shop;
    FakeNetworks networks;
    StudyOptions options = shop.options("new");
    options.sizes.reset();
    options.quick = true;
    options.workers = 2;
    const auto experiment = study_experiment(options, networks.work());
    QVERIFY(experiment);
    const auto plan = (*experiment)->new_plan({});
    QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
    const auto own = study_plan(*plan, "plan.json");
    QVERIFY(own && own->quick && own->sizes.seeds == 1);
    QVERIFY(own->seconds() < 1.44 * kQuickSeconds || own->sizes.stage_steps == 20);
    QVERIFY((*experiment)->summary(*plan).find("1 seeds") != std::string::npos);
  }
};

ALIDADE_TEST(MqatStudyTest)
#include "mqat_study_test.moc"
