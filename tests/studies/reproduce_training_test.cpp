// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/base/sha256.h"
#include "core/io/safetensors.h"
#include "core/nn/compute.h"
#include "core/nn/pose_diffusion/energy_trainer.h"
#include "core/studies/train.h"
#include "core/training/sample_order.h"
#include "tests/studies/reproduce_workshop.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::score_scaling;
using namespace alidade::workshop;
namespace fs = std::filesystem;

namespace {

constexpr char kScratchNetwork[] = "run/runs/from-scratch-s1/final.safetensors";
constexpr char kRankerNetwork[] = "run/runs/ranker-s1/final.safetensors";
constexpr char kPretrainedNetwork[] = "run/runs/pre-training-s1/final.safetensors";

std::map<std::string, TensorEntry> tensors_of(const fs::path& path) {
  const auto file = read_safetensors(path);
  return file ? file->tensors : std::map<std::string, TensorEntry>{{"unreadable", {}}};
}

/// The steps of seed 1 that are of this kind, and all trainings of that seed.
Expected<ReproducePlan> plan_with(const Workshop& workshop, ReproduceStep::Kind kind) {
  auto plan = plan_reproduction(workshop.options("run"), DatasetReaders{}, {});
  if (plan) {
    std::erase_if(plan->steps, [kind](const ReproduceStep& step) {
      return step.seed != 1 || (step.kind != ReproduceStep::Kind::kTrain && step.kind != kind);
    });
  }
  return plan;
}

Expected<void> carry_out(const Workshop& workshop, const ReproducePlan& plan) {
  return reproduce_score_scaling(workshop.options("run"), plan, DatasetReaders{}, {});
}

Expected<TrainRecipe> recipe_of_arm(const Workshop& workshop, const char* arm) {
  return reproduce_recipe(workshop.path(std::string(arm) + ".toml"), tiny_sizes(), 1);
}

/// A batch in which each sample is drawn from all of them.
std::vector<const TrainingSample*> drawn_batch(const std::vector<TrainingSample>& samples, int size,
                                               std::uint64_t seed) {
  Random random(seed);
  std::vector<const TrainingSample*> batch;
  for (int i = 0; i < size; ++i) {
    batch.push_back(&samples[random.index(static_cast<std::uint32_t>(samples.size()))]);
  }
  return batch;
}

/// The ranker that the batches of that stream, one after the other, make.
std::map<std::string, TensorEntry> ranker_by_hand(const Workshop& workshop) {
  bind_compute_thread();
  const auto recipe = recipe_of_arm(workshop, kScratch);
  const auto samples = training_samples(*recipe, DatasetReaders{}, {});
  const auto network = PoseNetwork::load(workshop.path(kScratchNetwork));
  EnergyTrainerOptions options;
  options.common = recipe->trainer;
  options.steps = tiny_sizes().ranker_steps;
  EnergyTrainer trainer(**network, options);
  while (trainer.step() < options.steps) {
    const std::uint64_t seed = mix_seed(1 ^ 0x72616e6bULL, trainer.step());
    if (!trainer.train(drawn_batch(*samples, recipe->trainer.batch, seed))) {
      return {};
    }
  }
  const fs::path path = workshop.path("ranker.safetensors");
  return save_energy_checkpoint(*trainer.averaged(), path, "{}") ? tensors_of(path)
                                                                 : std::map<std::string, TensorEntry>{};
}

/// The network of the joint arm after its first `steps` steps.
std::map<std::string, TensorEntry> joint_by_hand(const Workshop& workshop, int steps) {
  bind_compute_thread();
  const auto recipe = recipe_of_arm(workshop, kJoint);
  const auto samples = training_samples(*recipe, DatasetReaders{}, {});
  PoseTrainer trainer(recipe->network, recipe->trainer);
  SampleOrder order(samples->size(), 1);
  while (trainer.step() < steps) {
    if (!trainer.train(order.batch(*samples, trainer.step(), recipe->trainer.batch))) {
      return {};
    }
  }
  const fs::path path = workshop.path("joint.safetensors");
  return save_checkpoint(*trainer.averaged(), path, "{}") ? tensors_of(path)
                                                          : std::map<std::string, TensorEntry>{};
}

}  // namespace

class ReproduceTrainingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void theRankerIsTheOneOfItsBatches() {
    const Workshop workshop;
    const auto plan = plan_with(workshop, ReproduceStep::Kind::kRanker);
    QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
    // What another version left of a ranker that it did not finish.
    fs::create_directories(workshop.path("run/runs/ranker-s1"));
    workshop.write("run/runs/ranker-s1/state.safetensors", "another version's");
    const auto done = carry_out(workshop, *plan);
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    const auto expected = ranker_by_hand(workshop);
    QVERIFY(!expected.empty());
    QVERIFY(tensors_of(workshop.path(kRankerNetwork)) == expected);
    const auto digest = sha256_file(workshop.path(kScratchNetwork));
    QVERIFY(workshop.read("run/runs/ranker-s1/recipe.toml").find(*digest) != std::string::npos);
    const auto log = workshop.read("run/runs/ranker-s1/metrics.jsonl");
    const auto last = nlohmann::json::parse(log.substr(log.rfind('\n', log.size() - 2) + 1));
    QCOMPARE(last.at("step").get<int>(), tiny_sizes().ranker_steps);
    QVERIFY(last.at("train").contains("rank_rotation"));
  }

  // Of another pose network it is another ranker: the run of the first one is not continued.
  void theRankerOfAnotherNetworkIsTrainedAnew() {
    const Workshop workshop;
    const auto plan = plan_with(workshop, ReproduceStep::Kind::kRanker);
    QVERIFY(plan && carry_out(workshop, *plan));
    const auto first = tensors_of(workshop.path(kRankerNetwork));
    fs::copy_file(workshop.path("run/runs/joint-s1/final.safetensors"), workshop.path(kScratchNetwork),
                  fs::copy_options::overwrite_existing);
    const auto done = carry_out(workshop, *plan);
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    const auto second = tensors_of(workshop.path(kRankerNetwork));
    QVERIFY(second != first);
    QVERIFY(second == ranker_by_hand(workshop));
  }

  void preTrainingAgainEndsWhereTheArmWas() {
    const Workshop workshop;
    const auto plan = plan_with(workshop, ReproduceStep::Kind::kFeatures);
    QVERIFY(plan);
    const auto done = carry_out(workshop, *plan);
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    const int steps = recipe_of_arm(workshop, kJoint)->trainer.pretrain_steps();
    QCOMPARE(steps, 2);
    QVERIFY(tensors_of(workshop.path(kPretrainedNetwork)) == joint_by_hand(workshop, steps));
    QVERIFY(tensors_of(workshop.path(kPretrainedNetwork)) != joint_by_hand(workshop, steps - 1));
    // It is not measured, as the arm is.
    QVERIFY(!fs::exists(workshop.path("run/runs/pre-training-s1/accuracy.json")));
    QVERIFY(workshop.read("run/runs/pre-training-s1/metrics.jsonl").find("accuracy") == std::string::npos);
  }

  void anArmWithoutPreTrainingIsShownAsItWasMade() {
    const Workshop workshop;
    workshop.write("joint.toml", arm_recipe(0, 16, "1.0"));
    const auto plan = plan_with(workshop, ReproduceStep::Kind::kFeatures);
    QVERIFY(plan);
    const auto done = carry_out(workshop, *plan);
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    QVERIFY(!fs::exists(workshop.path("run/runs/pre-training-s1")));
    const auto recipe = recipe_of_arm(workshop, kJoint);
    const auto made = PoseNetwork::create(recipe->network, recipe->trainer.seed);
    QVERIFY(save_checkpoint(*made, workshop.path("made.safetensors"), "{}"));
    QVERIFY(tensors_of(workshop.path("made.safetensors")) == joint_by_hand(workshop, 0));
    const auto shown = nlohmann::json::parse(workshop.read("run/steps/features-s1.json")).at("result");
    QCOMPARE(shown.at("networks")[0].at("name").get<std::string>(), std::string("pre-training"));
  }
};

ALIDADE_TEST(ReproduceTrainingTest)
#include "reproduce_training_test.moc"
