// SPDX-License-Identifier: BSD-3-Clause
// The reproduction of H2A2 with detectors that are made up: what its steps need of each other, what arms are,
// and what the report says of the numbers.
#include <algorithm>
#include <set>
#include <stop_token>

#include <QtTest>

#include "core/papers/h2a2/report.h"
#include "core/papers/h2a2/result_json.h"
#include "tests/studies/h2a2_workshop.h"

// Inside the paper's namespace: other papers' names stand in the same compilation.
namespace alidade::h2a2 {
namespace {

/// What a run writes besides its steps.
constexpr const char* kH2a2Outputs[] = {"report.md",
                                        "accuracies.csv",
                                        "sharing.csv",
                                        "gradients.csv",
                                        "figure-ablation.csv",
                                        "figure-ablation.json",
                                        "figure-norms.json",
                                        "figure-sensitivity.json",
                                        "figure-support.csv",
                                        "figure-responses.json",
                                        "figure-interventions.json",
                                        "contention/joint-s1.npz"};

StudyPlan h2a2_plan(int seeds, Breadth breadth = Breadth::kMain) {
  StudySizes sizes = tiny_detectors();
  sizes.seeds = seeds;
  return make_plan(sizes, {}, breadth);
}

/// Evaluations in which mAP of an arm on every source is given, a little different from seed to seed.
StepResults h2a2_results(const StudyPlan& plan, const std::map<std::string, double>& shares) {
  StepResults results;
  for (const StudyStep& step : plan.steps) {
    const Arm arm = *find_arm(study_arms(plan.breadth), step.arm);
    if (step.kind != StudyStep::Kind::kEvaluate) {
      continue;
    }
    const auto found = shares.find(step.arm);
    const double share =
        (found == shares.end() ? 0.5 : found->second) + (step.arm == kJoint ? 0.0 : 0.001 * step.seed);
    for (const StudySource& source : trained_sources(arm)) {
      results[step.name()]["seen"][source.name] = {{"map25", share}, {"map50", 0.5 * share}};
    }
  }
  return results;
}

Verdict h2a2_verdict(const std::vector<Claim>& claims, const std::string& statement,
                     const std::string& measure) {
  const auto found = std::find_if(claims.begin(), claims.end(), [&](const Claim& claim) {
    return claim.statement.find(statement) != std::string::npos &&
           claim.measure.find(measure) != std::string::npos;
  });
  return found == claims.end() ? Verdict::kUndecided : judge(*found).verdict;
}

}  // namespace

class H2a2StudyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyStepHasANameAndWhatItNeeds() {
    for (const Breadth breadth : {Breadth::kMain, Breadth::kAll}) {
      const StudyPlan plan = h2a2_plan(3, breadth);
      std::set<std::string> names;
      for (const StudyStep& step : plan.steps) {
        names.insert(step.name());
      }
      QCOMPARE(names.size(), plan.steps.size());
      const auto graph = StepGraph::make(study_steps(plan, {}, std::make_shared<StudyWork>()), "plan");
      QVERIFY2(graph, graph ? "" : graph.error().message.c_str());
      for (const char* name :
           {"train-joint-s3", "train-both-s2", "evaluate-alone-offices-s3", "sharing-both-s3",
            "cosines-joint-s2", "responses-alone-views-s1", "interventions-both-s1", "timing-both",
            "train-pcgrad-s3", "train-without-offices-both-s1"}) {
        QVERIFY2(names.contains(name), name);
      }
      QVERIFY(!names.contains("sharing-joint-s1") && !names.contains("train-ratio-0.45-s2"));
      for (const char* name : {"train-random-s1", "train-alpha-only-s1", "sharing-conflict-both-s3",
                               "train-without-scans-joint-s1", "train-joint-own-norms-s1"}) {
        QCOMPARE(names.contains(name), breadth == Breadth::kAll);
      }
    }
  }

  void seedsOfMainArmsComeFirst() {
    const StudyPlan plan = h2a2_plan(3);
    const auto place = [&](const std::string& name) {
      return std::find_if(plan.steps.begin(), plan.steps.end(),
                          [&](const auto& step) { return step.name() == name; }) -
             plan.steps.begin();
    };
    QVERIFY(place("evaluate-pcgrad-s1") < place("train-joint-s2"));
    QVERIFY(place("evaluate-pcgrad-s3") < place("train-ratio-0.45-s1"));
    QVERIFY(place("train-joint-s1") == 0);
  }

  void planFitsItsTime() {
    for (const double step : {0.1, 0.5, 3.0}) {
      const StudyCosts costs{0.1, step, 1.2 * step, 0.2 * step, step};
      for (const bool quick : {true, false}) {
        const double seconds = 1.4 * (quick ? kQuickSeconds : kFullSeconds);
        const StudySizes wanted = quick ? quick_sizes() : full_sizes();
        const StudySizes sizes = fitted(wanted, costs, seconds);
        const StudyPlan plan = make_plan(sizes, costs);
        QVERIFY2(plan.seconds() <= seconds || sizes.steps == 40, std::to_string(plan.seconds()).c_str());
        QVERIFY(sizes.steps <= wanted.steps && sizes.seeds == wanted.seeds);
      }
    }
    QVERIFY(fitted(full_sizes(), {1e-4, 1e-4, 1e-4, 1e-5, 1e-4}, kFullSeconds) == full_sizes());
  }

  void planReadsBack() {
    for (const Breadth breadth : {Breadth::kMain, Breadth::kAll}) {
      StudyPlan plan = h2a2_plan(3, breadth);
      plan.quick = true;
      plan.recipes_sha256 = "abc";
      const auto back = study_plan(experiment_plan(plan), "plan.json");
      QVERIFY2(back, back ? "" : back.error().message.c_str());
      QCOMPARE(to_json(experiment_plan(*back)), to_json(experiment_plan(plan)));
      QCOMPARE(extended(*back, Breadth::kAll).steps.size(), h2a2_plan(3, Breadth::kAll).steps.size());
    }
    QVERIFY(!study_plan({false, "{\"sizes\":{\"seeds\":-4}}", {}}, "plan.json"));
  }

  void recipesSayWhatAnArmIs() {
    const auto arms = study_arms(Breadth::kAll);
    const auto has = [&](const char* arm, const std::string& part, std::optional<double> share = {}) {
      return training_text({*find_arm(arms, arm), 2, share}, tiny_detectors()).find(part) !=
             std::string::npos;
    };
    QVERIFY(has(kJoint, "choice = \"off\"") && has(kJoint, "combine = \"mean\"") && !has(kJoint, "tau"));
    // At the start alpha = sigma(1.4) = 0.802, half of which is tau.
    QVERIFY(has(kBoth, "tau = 0.4011") && has(kBoth, "offset_start = 1.4000") &&
            has(kBoth, "combine = \"harmonized\""));
    QVERIFY(has("ratio-1.00-from-0", "tau = 0.5000") && has("ratio-1.00-from-0", "offset_start = 0.0000"));
    QVERIFY(has(kHarmony, "threshold = 0.80") && has("threshold-0.95", "threshold = 0.95"));
    QVERIFY(has(kProjection, "combine = \"projected\"") && has("joint-own-norms", "norm = \"separate\""));
    QVERIFY(has("alone-views", "only = [\"views\"]") && has("alone-views", "seed = 2\nsteps = 4\n"));
    QVERIFY(has("conflict-both", "train = \"conflict-train.toml\"") &&
            has("published-epsilon", "rules = \"reference\""));
    QVERIFY(has(kRandomShare, "random_share = 0.2500", 0.25) && !has(kBoth, "random_share"));
    StudySizes quick = tiny_detectors();
    quick.rooms = "quick";
    QVERIFY(training_text({*find_arm(arms, kJoint)}, quick).find("quick-offices-train.toml") !=
            std::string::npos);
    QVERIFY(training_text({*find_arm(arms, "identical-both")}, quick).find("quick-") == std::string::npos);
  }

  void everyArmTakesTheSameSteps() {
    for (const Arm& arm : study_arms(Breadth::kAll)) {
      QVERIFY(training_text({arm}, tiny_detectors()).find("\nsteps = 4\n") != std::string::npos);
    }
  }

  void responsesAgreeBeyondChanceOnlyWhereTheyDo() {
    const auto json = [](int seed) { return to_json(made_up_responses(seed)); };
    const auto trained = response_agreement(json(1), json(2), "trained", OffsetShuffle::kAll);
    const auto within = response_agreement(json(1), json(2), "trained", OffsetShuffle::kWithinOrbits);
    QVERIFY(trained && *trained > 0.9);
    // The order among equals is the same too, and less of it is left than of all.
    QVERIFY(within && *within > 0.02 && *within < *trained);
    auto reversed = json(2);
    auto& norms = reversed["layers"]["backbone.stem.conv"]["trained"];
    for (auto& norm : norms) {
      norm = -norm.get<double>();
    }
    QVERIFY(*response_agreement(json(1), reversed, "trained", OffsetShuffle::kAll) < -0.9);
    QVERIFY(!response_agreement(json(1), {{"layers", nlohmann::ordered_json::object()}}, "trained",
                                OffsetShuffle::kAll));
    QCOMPARE(orbit_of_index(13), 0);
    QCOMPARE(orbit_of_index(0), 3);
    QCOMPARE(orbit_of_index(4), 1);
  }

  void resultsSayWhatIsShared() {
    const auto json = to_json(made_up_sharing({{"scans", ""}, {"views", ""}}));
    QCOMPARE(json.at("shared").at("scans").get<double>(), 7.0 / 27.0);
    QCOMPARE(json.at("shared").at("views").get<double>(), 1.0 / 27.0);
    const auto rank = to_json(made_up_interventions()).at("rank");
    QCOMPARE(rank.at("map25").at("correlation").get<double>(), -1.0);
    QCOMPARE(rank.at("loss").at("correlation").get<double>(), 1.0);
    QVERIFY(rank.at("loss").at("p").get<double>() < 0.01);
    const auto cosines = to_json(*made_up_cosines({"x/final", {{"a", ""}, {"b", ""}, {"c", ""}}, 2, 1, 0}));
    const double mean = cosines.at("blocks").at("stem").at("mean_cosine").get<double>();
    QVERIFY(std::abs(mean - 0.5 / 3.0) < 1e-9);
  }

  void aRunWritesItsReport() {
    const DetectorShop shop;
    FakeDetectors detectors;
    detectors.gains = {{kBoth, 0.1}, {kSelection, 0.06}, {kHarmony, 0.02}, {"alone-scans", 0.03}};
    const auto done = reproduce_detectors(detectors, shop.options("run"));
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    for (const char* file : kH2a2Outputs) {
      QVERIFY2(fs::exists(shop.path(std::string("run/") + file)), file);
    }
    const std::string report = shop.read("run/report.md");
    for (const char* part :
         {"published on ScanNet v2: TR3D", "published on S3DIS Area 5: H2A2 (SF-KS = yes, NGH = no)",
          "ours: SF-KS and NGH", "(one seed)", "One seed shows a difference", "exploratory: one seed",
          "Spearman's correlation of alpha x beta with the change of mAP@0.25 over 8 turned orbits is -1.00",
          "23.7 frames/s", "Not in this plan", "| offices | without-offices-both | scans |"}) {
      QVERIFY2(report.find(part) != std::string::npos, part);
    }
    QVERIFY(shop.read("run/accuracies.csv").find("both,1,scans,scans,chair,") != std::string::npos);
    const auto recipe = shop.step("run", "train-both-s1").at("recipe");
    QVERIFY(recipe.at("recipe").get<std::string>().find(shop.path("").string()) ==
            std::string::npos);  // no paths
    QVERIFY(recipe.at("data_sha256").contains("offices"));
  }

  void resumedRunsEndWithTheSameReport() {
    const DetectorShop shop;
    FakeDetectors detectors;
    QVERIFY(reproduce_detectors(detectors, shop.options("whole")));
    QVERIFY(detectors.trainings > 20);
    StudyOptions options = shop.options("parts");
    for (const std::string stop_in : {"train-ngh-s1", "train-both-s2"}) {
      std::stop_source source;
      const JobContext job{source.get_token(), [&](const Progress& progress) {
                             if (progress.step.find(stop_in) != std::string::npos) {
                               source.request_stop();
                             }
                           }};
      const auto stopped = reproduce_detectors(detectors, options, job);
      QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
      options.resume = true;
    }
    const auto resumed = reproduce_detectors(detectors, options);
    QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
    for (const char* file : kH2a2Outputs) {
      QVERIFY2(shop.read(std::string("parts/") + file) == shop.read(std::string("whole/") + file), file);
    }
    detectors.trainings = 0;
    QVERIFY(reproduce_detectors(detectors, options));
    QCOMPARE(detectors.trainings.load(), 0);
    // Every control may be added, the random one with the share of SF-KS and NGH; other data may not.
    options.breadth = Breadth::kAll;
    QVERIFY(!reproduce_detectors(detectors, options));
    options.extend = true;
    const auto more = reproduce_detectors(detectors, options);
    QVERIFY2(more, more ? "" : more.error().message.c_str());
    QVERIFY(shop.read("parts/report.md").find("Not in this plan") == std::string::npos);
    const auto random = shop.step("parts", "train-random-s1").at("recipe").at("recipe").get<std::string>();
    QVERIFY(random.find("random_share = 0.0988") != std::string::npos);  // (7 + 1 + 0) / 27 / 3
    shop.write("views-test.toml", "name = \"other\"\n");
    options.extend = false;
    const auto other = reproduce_detectors(detectors, options);
    QVERIFY(!other && other.error().code == ErrorCode::kUsage);
  }

  void verdictsFollowTheNumbers() {
    const StudyPlan plan = h2a2_plan(3);
    const auto claims = [&](const std::map<std::string, double>& shares) {
      return paper_claims(StudyNumbers(plan, h2a2_results(plan, shares)));
    };
    const auto as_published = claims({{kSelection, 0.6},
                                      {kHarmony, 0.55},
                                      {kBoth, 0.7},
                                      {"alone-offices", 0.45},
                                      {"alone-scans", 0.6},
                                      {"alone-views", 0.6}});
    QVERIFY(h2a2_verdict(as_published, "SF-KS helps joint", "on scans") == Verdict::kAppeared);
    QVERIFY(h2a2_verdict(as_published, "more than NGH", "on views") == Verdict::kAppeared ||
            h2a2_verdict(as_published, "more than NGH", "on views") == Verdict::kUndecided);
    QVERIFY(h2a2_verdict(as_published, "Naive joint training is worse", "on scans") == Verdict::kAppeared);
    QVERIFY(h2a2_verdict(as_published, "Naive joint training is worse", "on offices") ==
            Verdict::kDidNotAppear);
    const auto smallest = std::find_if(as_published.begin(), as_published.end(), [](const Claim& claim) {
      return claim.statement.find("gains most") != std::string::npos;
    });
    QVERIFY(smallest != as_published.end() && std::abs(smallest->differences[0] - 15.0) < 1e-9);
    const auto nothing = claims({});
    QVERIFY(h2a2_verdict(nothing, "Projecting directions changes nothing", "pcgrad minus joint") ==
            Verdict::kAppeared);
    QVERIFY(h2a2_verdict(claims({{kSelection, 0.4}}), "SF-KS helps joint", "on offices") ==
            Verdict::kDidNotAppear);
    const StudyNumbers unmeasured(plan, {});
    QVERIFY(study_report(unmeasured, {}).find("nothing was measured") != std::string::npos);
  }

  void optionsOutOfRangeAreNamed() {
    const DetectorShop shop;
    StudyOptions options = shop.options("x");
    options.seeds = 0;
    QVERIFY(!study_experiment(options, std::make_shared<StudyWork>()));
    options.seeds.reset();
    options.steps = 1;
    QVERIFY(!study_experiment(options, std::make_shared<StudyWork>()));
  }

  void aNewPlanIsMeasured() {
    const DetectorShop shop;
    FakeDetectors detectors;
    StudyOptions options = shop.options("new");
    options.sizes.reset();
    options.quick = true;
    options.workers = 2;
    const auto experiment = study_experiment(options, detectors.work());
    QVERIFY(experiment);
    const auto plan = (*experiment)->new_plan({});
    QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
    const auto own = study_plan(*plan, "plan.json");
    QVERIFY(own && own->quick && own->sizes.seeds == 1 && own->sizes.rooms == "quick");
    QVERIFY(own->seconds() < 1.44 * kQuickSeconds || own->sizes.steps == 40);
    QVERIFY((*experiment)->summary(*plan).find("1 seeds") != std::string::npos);
  }
};

ALIDADE_TEST(H2a2StudyTest)

}  // namespace alidade::h2a2

#include "h2a2_study_test.moc"
