// SPDX-License-Identifier: BSD-3-Clause
// The reproduction of DecomPose with networks that are made up: what its steps need of each other, what they
// decide, and what the report says of the numbers.
#include <set>
#include <stop_token>

#include <QtTest>

#include "core/papers/decompose/gradient_summary.h"
#include "core/papers/decompose/groups.h"
#include "core/papers/decompose/recipe_text.h"
#include "core/papers/decompose/report.h"
#include "core/papers/decompose/steps.h"
#include "core/papers/decompose/transfer_section.h"
#include "tests/studies/decompose_workshop.h"

using namespace alidade;
using namespace alidade::decompose;
using namespace alidade::decompose_workshop;

namespace {

/// What a run writes besides its steps.
constexpr const char* kStudyOutputs[] = {"report.md",     "accuracies.csv", "gradients.csv",
                                         "figure-1.csv",  "figure-1.json",  "figure-3.csv",
                                         "figure-3.json", "figure-4.csv",   "figure-4.json",
                                         "figure-5.toml", "figure-5.json"};

StudyPlan plan_with(int seeds, Breadth breadth = Breadth::kSix) {
  StudySizes sizes = tiny_study();
  sizes.seeds = seeds;
  return make_plan(sizes, {}, breadth);
}

/// Results of the tables in which an arm's accuracy is its share, a little different from seed to seed.
StepResults shares_of(const StudyPlan& plan, const std::map<std::string, double>& shares, double other) {
  StepResults results;
  for (const StudyStep& step : plan.steps) {
    if (step.kind == StudyStep::Kind::kEvaluate) {
      const auto found = shares.find(step.arm);
      const double share = (found == shares.end() ? other : found->second) *
                           (1.0 + (step.arm == kNone ? 0.0 : 0.002 * step.seed));
      for (const char* metric : kMetrics) {
        results[step.name()]["mean"][metric] = share;
      }
    }
  }
  return results;
}

Verdict first_verdict(const std::vector<Claim>& claims, const std::string& statement) {
  const auto found = std::find_if(claims.begin(), claims.end(), [&](const Claim& claim) {
    return claim.statement.find(statement) != std::string::npos;
  });
  return found == claims.end() ? Verdict::kUndecided : judge(*found).verdict;
}

}  // namespace

class DecomposeStudyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyStepHasANameAndWhatItNeeds() {
    for (const Breadth breadth : {Breadth::kSix, Breadth::kTen, Breadth::kAll}) {
      const bool all = breadth == Breadth::kAll;
      const StudyPlan plan = plan_with(3, breadth);
      std::set<std::string> names;
      for (const StudyStep& step : plan.steps) {
        names.insert(step.name());
      }
      QCOMPARE(names.size(), plan.steps.size());
      const auto graph = StepGraph::make(study_steps(plan, {}, std::make_shared<StudyWork>()), "plan");
      QVERIFY2(graph, graph ? "" : graph.error().message.c_str());
      QVERIFY(names.contains("evaluate-six-alone-mug-s1") && !names.contains("train-six-alone-mug-s2"));
      QVERIFY(!names.contains("contention-six-alone-mug-s1"));
      QVERIFY(names.contains("train-six-wide-s3") && names.contains("contention-six-hhh-s3"));
      QVERIFY(!names.contains("contention-six-wide-s1"));
      QCOMPARE(names.contains("train-ten-hhll-s1"), breadth != Breadth::kSix);
      QCOMPARE(names.contains("contention-ten-hhhh-s1"), breadth != Breadth::kSix);
      QCOMPARE(names.contains("train-unlike-none-s1"), all);
      QVERIFY(!names.contains("train-ten-hhll-s2"));  // one seed
      QCOMPARE(names.contains("train-six-color-none-s3"), all);
      QCOMPARE(names.contains("pilot-ten-g5-4"), all);
    }
  }

  void armsDifferInWhatTheirNamesSay() {
    for (const StudySet& set : study_sets()) {
      std::set<std::string> names;
      for (const Arm& arm : arms_of(set, Breadth::kAll)) {
        QVERIFY2(names.insert(arm.name).second, arm.name.c_str());
        QVERIFY(arm.capacities.empty() || static_cast<int>(arm.capacities.size()) == groups_of(arm, set));
      }
      QVERIFY(names.contains(grouped_arm(set)));
    }
    QCOMPARE(arms_of(*find_set("unlike"), Breadth::kAll).size(), std::size_t{3});
    QVERIFY(arms_of(*find_set("ten"), Breadth::kSix).empty());
  }

  void planFitsItsTime() {
    for (const double step : {0.01, 0.1, 0.5}) {
      const StudyCosts costs{0.02, step, 0.08, 0.002, step};
      for (const bool quick : {true, false}) {
        const double seconds = quick ? kQuickSeconds : kFullSeconds;
        const auto wanted = quick ? quick_sizes() : full_sizes();
        const auto sizes = fitted(wanted, costs, 1.8 * seconds);
        const auto plan = make_plan(sizes, costs);
        QVERIFY2(plan.seconds() <= 1.8 * seconds || sizes.steps == 60,
                 std::to_string(plan.seconds()).c_str());
        QVERIFY(sizes.steps <= wanted.steps && sizes.seeds >= 3 && sizes.seeds <= wanted.seeds);
      }
    }
    QVERIFY(fitted(full_sizes(), {0.001, 0.001, 0.001, 0.0001, 0.001}, kFullSeconds) == full_sizes());
    QCOMPARE(fitted(full_sizes(), {0.02, 0.3, 0.08, 0.002, 0.3}, kFullSeconds).seeds, 3);
    QCOMPARE(fitted(full_sizes(), {0.02, 0.3, 0.08, 0.002, 0.3}, kFullSeconds, Breadth::kSix, 5).seeds, 5);
  }

  void planReadsBack() {
    for (const Breadth breadth : {Breadth::kSix, Breadth::kTen, Breadth::kAll}) {
      StudyPlan plan = plan_with(3, breadth);
      plan.quick = true;
      plan.recipes_sha256 = "abc";
      const auto back = study_plan(experiment_plan(plan), "plan.json");
      QVERIFY2(back, back ? "" : back.error().message.c_str());
      QCOMPARE(to_json(experiment_plan(*back)), to_json(experiment_plan(plan)));
      QCOMPARE(extended(*back, Breadth::kAll).steps.size(), plan_with(3, Breadth::kAll).steps.size());
      plan.steps[1].arm = "another";
      QVERIFY(!study_plan(experiment_plan(plan), "plan.json"));
    }
    ExperimentPlan bad{false, "{\"sizes\":{\"seeds\":-4}}", {}};
    QVERIFY(!study_plan(bad, "plan.json"));
  }

  void recipesSayWhatAnArmIs() {
    const StudySizes sizes = tiny_study();
    TrainingOrder order{
        {"x", Routing::kRefined, "HL"}, {{{"mug", "can"}, {"bowl"}}, {"high", "low"}}, 0, 3, 90};
    order.data = "printed-train.toml";
    order.encoder = "../encoder.safetensors";
    const std::string text = training_text(order, sizes);
    QVERIFY(toml_names(text) == (std::set<std::string>{"decompose", "group", "data", "training"}));
    for (const char* part :
         {"categories = \"mug, can\"\ncapacity = \"high\"", "categories = \"bowl\"\ncapacity = \"low\"",
          "split = \"correspondence\"", "seed = 3\n", "steps = 90\n", "checkpoint_every = 30\n",
          "encoder = \"../encoder.safetensors\"", "keep_checkpoints = \"last\""}) {
      QVERIFY2(text.find(part) != std::string::npos, part);
    }
    order.arm.ag_pose_weights = order.keeps_series = true;
    order.arm.color = "none";
    const std::string other = training_text(order, sizes);
    QVERIFY(other.find("main = 0.3") != std::string::npos && other.find("encoder =") == std::string::npos);
    QVERIFY(other.find("keep_checkpoints = \"all\"") != std::string::npos);
    order.branches = {{{"mug", "can", "bowl"}}, {"low"}};
    QVERIFY(training_text(order, sizes).find("split") == std::string::npos);
  }

  void theWideBranchHasTheParametersOfTheOthers() {
    FakeNetworks networks;
    const auto work = networks.work();
    TrainingOrder shared{{"wide", Routing::kShared, "H"}, {{{"a", "b", "c"}}, {"high"}}};
    TrainingOrder grouped{{"hhl", Routing::kRefined, "HHL"},
                          {{{"a"}, {"b"}, {"c"}}, {"high", "high", "low"}}};
    const auto count = [&](const std::string& text) { return work->parameters(text, {}, {}); };
    const auto width = matching_width(shared, grouped, tiny_study(), count);
    QVERIFY(width);
    QCOMPARE(*width, 96);  // 4 w^2 = 9 * 64^2
    const auto failing = [](const std::string&) {
      return Expected<std::int64_t>(Error{ErrorCode::kInput, "no."});
    };
    QVERIFY(!matching_width(shared, grouped, tiny_study(), failing));
  }

  void accuraciesCountStrictly() {
    PoseResult result;
    const auto add = [&](const char* category, double degrees, double centimetres, double iou) {
      PoseEstimate estimate;
      estimate.category = category;
      estimate.error = {0.0, degrees * 3.14159265358979323846 / 180.0, centimetres / 100.0, iou, false};
      result.estimates.push_back(estimate);
    };
    add("mug", 4.0, 1.9, 0.8);
    add("mug", 5.1, 1.0, 0.6);
    add("mug", 4.0, 3.0, 0.4);
    add("can", 20.0, 9.0, 0.2);
    const Accuracy accuracy = accuracy_of(result);
    const auto& mug = accuracy.categories.at("mug");
    QVERIFY(std::abs(mug.at("5deg2cm") - 1.0 / 3.0) < 1e-12 &&
            std::abs(mug.at("5deg5cm") - 2.0 / 3.0) < 1e-12);
    QVERIFY(std::abs(mug.at("10deg2cm") - 2.0 / 3.0) < 1e-12 && std::abs(mug.at("10deg5cm") - 1.0) < 1e-12);
    QVERIFY(std::abs(mug.at("iou_50") - 2.0 / 3.0) < 1e-12 && std::abs(mug.at("iou_75") - 1.0 / 3.0) < 1e-12);
    QCOMPARE(accuracy.categories.at("can").at("10deg5cm"), 0.0);
    QVERIFY(std::abs(to_json(accuracy).at("mean").at("10deg5cm").get<double>() - 0.5) < 1e-12);
  }

  void summariesHoldTheCosines() {
    const StudySet& six = *find_set("six");
    const auto shared = gradient_summary(*made_up_history(six.categories, {}, 0.2, -0.1, 0.5), {});
    QVERIFY(shared);
    const auto& means = shared->at("means");
    QVERIFY(std::abs(means.at("correspondence").at("mean_cosine").get<double>() + 0.1) < 1e-9);
    QVERIFY(std::abs(means.at("backbone").at("mean_cosine").get<double>() - 0.2) < 1e-9);
    QCOMPARE(shared->at("orderings").at("lowest_cosine").get<double>(), 1.0);
    QCOMPARE(shared->at("blocks").at("head").size(), std::size_t{3});
    const auto cosines = summary_cosines(*shared, kCorrespondence);
    QCOMPARE(cosines.size(), std::size_t{36});
    QVERIFY(std::abs(cosines[1] + 0.1) < 1e-9);
    // Across branches nothing is defined.
    const auto routed =
        gradient_summary(*made_up_history(six.categories, {0, 0, 1, 1, 2, 2}, 0.2, 0.7, 0.5), {});
    QVERIFY(routed);
    const auto within = summary_cosines(*routed, kCorrespondence);
    QVERIFY(std::abs(within[1] - 0.7) < 1e-9 && std::isnan(within[2]));
    QVERIFY(summary_cosines(*routed, "another").empty());
  }

  void stepsFollowFromEachOther() {
    const StudyShop shop;
    FakeNetworks networks;
    networks.moves = "bowl";  // difficulty rises along the six: bowl is the boundary of the first group
    const auto done = reproduce_study(networks, shop.options("run"));
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    const auto grouping = shop.step("run", "grouping-six").at("result");
    QCOMPARE(grouping.at("groups"),
             nlohmann::ordered_json::parse(R"([["bottle"],["bowl","camera","can"],["laptop","mug"]])"));
    QCOMPARE(grouping.at("boundaries")[0].at("category").get<std::string>(), std::string("bowl"));
    QVERIFY(grouping.at("boundaries")[0].at("moved").get<bool>());
    QVERIFY(!grouping.at("boundaries")[1].at("moved").get<bool>());
    for (const char* arm : {"train-six-hhl-s2", "train-six-hhh-s1"}) {
      const auto recipe = shop.step("run", arm).at("recipe");
      QCOMPARE(recipe.at("branches").at("groups"), grouping.at("groups"));
      const std::string low = std::string(arm).find("hhl") != std::string::npos ? "low" : "high";
      QCOMPARE(recipe.at("branches").at("capacities")[2].get<std::string>(), low);
    }
    const auto text = [&](const char* step) {
      return shop.step("run", step).at("recipe").at("recipe").get<std::string>();
    };
    QVERIFY(text("train-six-wide-s1").find("branch_hidden = 96") != std::string::npos);
    QVERIFY(text("train-six-random-s1") != text("train-six-random-s2"));
    QVERIFY(text("train-six-none-s1").find("printed-train.toml") != std::string::npos);
    QVERIFY(text("train-six-none-s1").find(shop.path("").string()) == std::string::npos);  // no paths
    QVERIFY(fs::exists(shop.path("run/contention/six-none-s2.npz")));
    for (const char* file : kStudyOutputs) {
      QVERIFY2(fs::exists(shop.path(std::string("run/") + file)), file);
    }
    QVERIFY(!fs::exists(shop.path("run/figure-6.json")));
    const std::string report = shop.read("run/report.md");
    QVERIFY(report.find("it moved.") != std::string::npos);
    QVERIFY(report.find("published on REAL275: DecomPose") != std::string::npos);
    // The means of 2 seeds, 0.004 apart, have a standard error of 0.2 points.
    QVERIFY(report.find("no groups, mean ± SEM | 65.6 ± 0.2 |") != std::string::npos);
    QVERIFY(report.find("AG-Pose, mean ± SEM | 84.0 ± 0.0 | 80.0 ± 0.1 |") != std::string::npos);
    QVERIFY(report.find("CAMERA25") != std::string::npos);
    QVERIFY(report.find("Does negative transfer of gradients foretell") != std::string::npos);
    const std::string alone = text("train-six-alone-can-s1");
    QVERIFY(alone.find("train_categories = \"can\"\n") != std::string::npos);
    QVERIFY(alone.find("batch = 2\n") != std::string::npos);  // 4 of 6 categories, but not fewer than 2
    QVERIFY(alone.find("[[group]]\ncategories = \"bottle, bowl, camera, can, laptop, mug\"") !=
            std::string::npos);
  }

  void everyTableHasItsArms() {
    const StudyShop shop;
    FakeNetworks networks;
    StudyOptions options = shop.options("all", Breadth::kAll);
    options.workers = 2;
    const auto done = reproduce_study(networks, options);
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    const std::string report = shop.read("all/report.md");
    QVERIFY(report.find("not in this plan (") == std::string::npos);
    for (const char* part : {"ours: backbone (one seed)", "ours: L/L/H/H (one seed)", "ours: pose diffusion",
                             "published on HouseCat6D: DecomPose", "least alike",
                             "groups by clustered gradients", "color of random weights"}) {
      QVERIFY2(report.find(part) != std::string::npos, part);
    }
    QVERIFY(fs::exists(shop.path("all/figure-6.json")));
    QVERIFY(report.find("Trainings of one seed show a difference and decide nothing") != std::string::npos);
    QVERIFY(report.find("with one seed, which gives no interval") == std::string::npos);
    // Those that help each other stand together.
    const auto effects = shop.step("all", "train-six-by-effects-s1").at("recipe").at("branches").at("groups");
    for (const auto& group : effects) {
      const auto easy = [](const nlohmann::ordered_json& name) {
        return name == "bottle" || name == "bowl" || name == "camera";
      };
      for (const auto& name : group) {
        QCOMPARE(easy(name), easy(group[0]));
      }
    }
    QVERIFY(shop.step("all", "difficulty-six-diffusion").at("result").contains("difficulty"));
    QCOMPARE(shop.step("all", "grouping-ten-g5").at("result").at("groups").size(), std::size_t{5});
  }

  void resumedRunsEndWithTheSameReport() {
    const StudyShop shop;
    FakeNetworks networks;
    QVERIFY(reproduce_study(networks, shop.options("whole")));
    const int whole = networks.trainings;
    StudyOptions options = shop.options("parts");
    for (const std::string stop_in : {"pilot-six-1", "train-six-hhl-s2"}) {
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
    for (const char* file : kStudyOutputs) {
      QVERIFY2(shop.read(std::string("parts/") + file) == shop.read(std::string("whole/") + file), file);
    }
    networks.trainings = 0;
    QVERIFY(reproduce_study(networks, options));
    QCOMPARE(networks.trainings.load(), 0);
    QVERIFY(whole > 10);
    // Every table may be added; other data and other sizes may not.
    options.breadth = Breadth::kAll;
    QVERIFY(!reproduce_study(networks, options));
    options.extend = true;
    const auto more = reproduce_study(networks, options);
    QVERIFY2(more, more ? "" : more.error().message.c_str());
    QVERIFY(networks.trainings > whole && networks.trainings < 150);
    shop.write("printed-val.toml", "split = \"other\"\n");
    options.extend = false;
    const auto other = reproduce_study(networks, options);
    QVERIFY(!other && other.error().code == ErrorCode::kUsage);
  }

  void negativeTransferIsHeldAgainstWhatTrainingTogetherDid() {
    const StudyPlan plan = plan_with(1);
    const StudySet& six = *find_set("six");
    StepResults results;
    auto& gradients = results["contention-six-none-s1"];
    gradients["rows"] = six.categories;
    for (std::size_t i = 0; i < six.categories.size(); ++i) {
      const std::string& category = six.categories[i];
      const double n = 0.1 * static_cast<double>(i);
      gradients["transfers"][kCorrespondence].push_back(n);
      gradients["transfers"][kHead].push_back(i == 2 ? nlohmann::ordered_json() : nlohmann::ordered_json(-n));
      for (const char* metric : kMetrics) {
        results["evaluate-six-none-s1"]["categories"][category][metric] = 0.5 - n * n;
        results["evaluate-six-" + alone_arm(category) + "-s1"]["categories"][category][metric] = 0.5;
      }
    }
    const std::string section = transfer_section(StudyNumbers(plan, results), "six");
    QVERIFY2(section.find("correspondence, 5°2cm: -1.00") != std::string::npos, section.c_str());
    QVERIFY2(section.find("head, 10°5cm: 1.00") != std::string::npos, section.c_str());
    QVERIFY2(section.find("backbone, 5") == std::string::npos, section.c_str());  // not measured
    QVERIFY2(section.find("| camera | – | 0.200 | – | 50.0 | 46.0 | -4.0 |") != std::string::npos,
             section.c_str());
  }

  void verdictsFollowTheNumbers() {
    const StudyPlan plan = plan_with(3);
    const auto verdict = [&](double grouped, double none, const std::string& statement) {
      const StudyNumbers numbers(plan, shares_of(plan, {{"hhl", grouped}, {kNone, none}}, 0.5));
      return first_verdict(paper_claims(numbers), statement);
    };
    const std::string helps = "Groups by difficulty beat no groups", random = "beat random ones";
    QVERIFY(verdict(0.6, 0.5, helps) == Verdict::kAppeared);
    QVERIFY(verdict(0.4, 0.5, helps) == Verdict::kDidNotAppear);
    QVERIFY(verdict(0.498, 0.5, helps) == Verdict::kUndecided);
    QVERIFY(verdict(0.6, 0.5, random) == Verdict::kAppeared);
    QVERIFY(verdict(0.4, 0.5, random) == Verdict::kDidNotAppear);
    const StudyNumbers nothing(plan, {});
    const auto claims = paper_claims(nothing);
    QVERIFY(!claims.empty() && claims.front().differences.empty());
    QVERIFY(study_report(nothing, {}).find("nothing was measured") != std::string::npos);
    // One seed of the further tables gives no interval.
    const StudyPlan all = plan_with(3, Breadth::kAll);
    const StudyNumbers once(all, shares_of(all, {{"hhl", 0.6}}, 0.5));
    QVERIFY(first_verdict(paper_claims(once), "not the backbone") == Verdict::kUndecided);
    QVERIFY(first_verdict(open_questions(once), "Color features help") == Verdict::kAppeared);
  }

  void gradientsAreJudgedBlockByBlock() {
    StudyPlan plan = plan_with(3);
    const auto claims_with = [&](double correspondence, double backbone_of_groups) {
      StepResults results;
      for (const StudyStep& step : plan.steps) {
        const std::string end = step.name();
        const bool grouped = step.arm == "hhl";
        const auto& six = find_set("six")->categories;
        const std::vector<int> routing = grouped ? std::vector<int>{0, 0, 1, 1, 2, 2} : std::vector<int>();
        if (step.kind == StudyStep::Kind::kContention) {
          const double shift = 0.002 * step.seed;
          results[end] = *gradient_summary(
              *made_up_history(six, routing, (grouped ? backbone_of_groups : 0.2) + 2.0 * shift * grouped,
                               (grouped ? 0.6 : correspondence) + shift, 0.5),
              {});
        } else if (step.kind == StudyStep::Kind::kTrain && grouped) {
          results[end]["groups"] =
              std::vector<std::vector<std::string>>{{six[0], six[1]}, {six[2], six[3]}, {six[4], six[5]}};
        }
      }
      return paper_claims(StudyNumbers(plan, results));
    };
    // Above -1 / 5, where the mean of six gradients would vanish.
    const auto fights = claims_with(0.05, 0.4), agrees = claims_with(0.3, 0.1);
    QVERIFY(first_verdict(fights, "has the lowest cosines") == Verdict::kAppeared);
    QVERIFY(first_verdict(agrees, "has the lowest cosines") == Verdict::kDidNotAppear);
    QVERIFY(first_verdict(fights, "has the most negative transfer") == Verdict::kAppeared);
    QVERIFY(first_verdict(fights, "agree more in the shared backbone") == Verdict::kAppeared);
    QVERIFY(first_verdict(agrees, "agree more in the shared backbone") == Verdict::kDidNotAppear);
    const auto within = std::find_if(fights.begin(), fights.end(), [](const Claim& claim) {
      return claim.statement.find("in one branch") != std::string::npos;
    });
    QCOMPARE(within->differences.size(), std::size_t{3});
    QVERIFY(std::abs(within->differences[0] - 0.55) < 1e-9);  // 0.6 against 0.05, the pairs of a branch alone
  }

  void impossibleGroupsAreNamed() {
    const StudySet& six = *find_set("six");
    const std::vector<double> difficulty{0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
    QVERIFY(!pilot_branches(six, difficulty, 7, "", 0));
    QVERIFY(!branches_of(six, {0, 0, 0, 0, 0, 0}, 2, "HH", difficulty));
    QVERIFY(!branches_of(six, {0, 0, 0, 1, 1, 1}, 2, "HHL", difficulty));
    // Six groups of one: a category that moved would leave an empty group, so it stays.
    const auto alone = pilot_branches(six, difficulty, 6, "", 3);
    QVERIFY(alone && alone->groups.size() == 6);
    const auto by_equation = pilot_branches(six, difficulty, 3, "", 0);
    QVERIFY(by_equation->capacities == (std::vector<std::string>{"high", "high", "low"}));
    Accuracy accuracy;
    const auto missing = difficulty_of(accuracy, six);
    QVERIFY(!missing && missing.error().message.find("bottle") != std::string::npos);
  }
};

ALIDADE_TEST(DecomposeStudyTest)
#include "decompose_study_test.moc"
