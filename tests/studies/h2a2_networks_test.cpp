// SPDX-License-Identifier: BSD-3-Clause
// What the reproduction of H2A2 asks of detectors, of tiny ones on a few rooms.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <QtTest>

#include "core/nn/compute.h"
#include "core/papers/h2a2/network_work.h"
#include "core/papers/h2a2/recipe_text.h"
#include "core/papers/h2a2/result_json.h"
#include "tests/studies/study_folder.h"
#include "tests/support/test_registry.h"

// Inside the paper's namespace: other papers' names stand in the same compilation.
namespace alidade::h2a2 {
namespace {

namespace fs = std::filesystem;

StudySizes few_scenes() {
  StudySizes sizes;
  sizes.network = "tiny";
  sizes.steps = 4;
  sizes.batch = 1;
  sizes.points = 2500;
  sizes.voxel_mm = 150;
  sizes.train_scenes = 3;
  return sizes;
}

/// A folder with the three sources, three scenes of each split.
class RoomsShop : public StudyFolder {
 public:
  RoomsShop() {
    for (const StudySource& source : main_sources()) {
      for (const char* split : {"train", "test"}) {
        write(source.name + "-" + split + ".toml",
              "generator = \"rooms\"\nsource = \"" + source.name + "\"\nsplit = \"" + split +
                  "\"\nseed = " + (std::string(split) == "train" ? "4" : "5") +
                  "\nscenes = 3\npoints = 3000\nmin_box_points = 10\n");
      }
    }
  }
  std::vector<SourceScenes> scenes(const std::string& split, const std::vector<StudySource>& sources) const {
    std::vector<SourceScenes> all;
    for (const StudySource& source : sources) {
      all.push_back({source.name, path(source.name + "-" + split + ".toml")});
    }
    return all;
  }
};

std::string text_of(const char* arm) {
  return training_text({*find_arm(study_arms(Breadth::kAll), arm)}, few_scenes());
}

}  // namespace

class H2a2NetworksTest : public QObject {
  Q_OBJECT

 private:
  Expected<TrainedNetwork> train(const char* arm) {
    return work_->train(shop_.path(arm), text_of(arm), shop_.path("recipe.toml"), input_);
  }
  fs::path checkpoint(const char* arm) const { return shop_.path(arm) / "final.safetensors"; }

  RoomsShop shop_;
  std::shared_ptr<const StudyWork> work_ = network_work();
  StepResults none_;
  JobContext job_;
  StepInput input_{none_, 0, job_};

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    bind_compute_thread();
  }

  void armsAreTrainedAndJudged() {
    for (const char* arm : {kJoint, kBoth, kProjection, "alone-views", "all-exclusive", "joint-own-norms"}) {
      const auto trained = train(arm);
      QVERIFY2(trained, trained ? "" : trained.error().message.c_str());
      QVERIFY(trained->parameters > trained->shared && trained->shared > 0);
      QVERIFY(!trained->points.empty() && trained->points.size() <= kMostNormPoints);
      QVERIFY(trained->groups.contains("stem") && trained->groups.contains("neck"));
      const Arm of = *find_arm(study_arms(Breadth::kAll), arm);
      const auto& group = trained->groups.at("stage1");
      QCOMPARE(group.norms.size(), trained_sources(of).size());
      QVERIFY(group.psi > 0.0 && group.psi <= 1.0);
      QCOMPARE(trained->exchanged_bytes > 0, of.only.empty());
      const auto judged = work_->evaluate({checkpoint(arm), shop_.scenes("test", trained_sources(of)),
                                           shop_.scenes("test", unseen_sources(of)), 2, 2500},
                                          input_);
      QVERIFY2(judged, judged ? "" : judged.error().message.c_str());
      QCOMPARE(judged->seen.size(), trained_sources(of).size());
      QCOMPARE(judged->unseen.size(), unseen_sources(of).size());
      for (const auto& [source, accuracy] : judged->seen) {
        QVERIFY(accuracy.map25 >= accuracy.map50 && accuracy.map25 <= 1.0 && accuracy.classes > 0);
      }
      for (const auto& [source, heads] : judged->unseen) {
        QVERIFY2(heads.at("views").classes > 0, source.c_str());  // some classes are shared
      }
      // What is there is not trained again.
      const auto again = train(arm);
      QVERIFY(again && again->points.size() == trained->points.size());
    }
    // Exclusive kernels of three sources.
    const auto plain = train(kJoint), chosen = train(kBoth);
    QVERIFY(plain && chosen && chosen->parameters > 2 * plain->parameters);
  }

  void sharingCosinesAndResponsesAreMeasured() {
    QVERIFY(train(kBoth) && train("alone-views"));
    const auto tests = shop_.scenes("test", main_sources());
    const auto sharing = work_->sharing({checkpoint(kBoth), tests, 2, 2500}, input_);
    QVERIFY2(sharing, sharing ? "" : sharing.error().message.c_str());
    QCOMPARE(sharing->sources.size(), std::size_t{3});
    QCOMPARE(sharing->layers[0].sources[2].gamma.size(), std::size_t{2});
    const auto json = to_json(*sharing);
    const double share = json.at("shared").at("scans").get<double>();
    QVERIFY(share >= 0.0 && share <= 1.0);
    QVERIFY(!work_->sharing({checkpoint("alone-views"), shop_.scenes("test", {{"views"}}), 1, 2500}, input_));

    const auto cosines =
        work_->cosines({checkpoint(kBoth), shop_.scenes("train", main_sources()), 2, 1, 2500}, input_);
    QVERIFY2(cosines, cosines ? "" : cosines.error().message.c_str());
    QCOMPARE((*cosines)->rows, (std::vector<std::string>{"scans", "views", "offices"}));
    const auto summary = to_json(**cosines);
    for (const char* block : {"stem", "stage1", "neck"}) {
      QVERIFY2(summary.at("blocks").contains(block), block);
      const double mean = summary.at("blocks").at(block).at("mean_cosine").get<double>();
      QVERIFY(mean >= -1.0 && mean <= 1.0);
    }
    QVERIFY(!summary.at("blocks").contains("head scans"));  // of one source alone

    const auto responses = work_->responses(checkpoint("alone-views"), 1, input_);
    QVERIFY2(responses, responses ? "" : responses.error().message.c_str());
    QVERIFY(responses->size() >= 9);
    for (const LayerResponse& layer : *responses) {
      QCOMPARE(layer.trained.size(), std::size_t{27});
      QVERIFY(layer.trained != layer.start);
      for (std::size_t j = 0; j < 27; ++j) {  // a few steps move it little: the start is its own
        QVERIFY(std::abs(layer.trained[j] - layer.start[j]) < 0.3 * layer.start[j]);
      }
    }
  }

  void forcedDecisionsAreMeasuredOneByOne() {
    QVERIFY(train(kBoth));
    const auto tests = shop_.scenes("test", main_sources());
    const auto made = work_->intervene({checkpoint(kBoth), tests, 1, 600}, input_);
    QVERIFY2(made, made ? "" : made.error().message.c_str());
    const auto turned = std::count_if(made->all.begin(), made->all.end(),
                                      [](const Intervention& one) { return one.decision == "turned"; });
    QVERIFY(turned >= 36);
    for (const Intervention& one : made->all) {
      QVERIFY(std::isfinite(one.loss) && one.alpha_beta > 0.0 && one.alpha_beta < 1.0);
    }
    // A layer that shares everything changes nothing when it is forced to.
    for (const Intervention& one : made->all) {
      if (one.decision == "shared" && one.shared == 1.0) {
        QVERIFY(std::abs(one.loss) < 1e-6 && one.map25 == 0.0);
      }
    }
  }

  void workIsTimed() {
    const auto tests = shop_.scenes("test", main_sources());
    const auto costs =
        work_->costs(text_of(kJoint), text_of(kBoth), shop_.path("measured.toml"), tests, job_);
    QVERIFY2(costs, costs ? "" : costs.error().message.c_str());
    QVERIFY(costs->joint_step > 0.0 && costs->selected_step > 0.0 && costs->scene > 0.0 &&
            costs->gradient > 0.0);
    const auto timing = work_->timing({text_of(kBoth), shop_.path("timed.toml"), tests, 3}, input_);
    QVERIFY2(timing, timing ? "" : timing.error().message.c_str());
    QCOMPARE(timing->step_s.size(), std::size_t{3});
    QVERIFY(timing->parameters > 0 && timing->state_bytes == 16 * timing->parameters);
  }
};

ALIDADE_TEST(H2a2NetworksTest)

}  // namespace alidade::h2a2

#include "h2a2_networks_test.moc"
