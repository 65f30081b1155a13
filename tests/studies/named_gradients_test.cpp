// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <set>

#include <QtTest>

#include "core/nn/pose_diffusion/energy_trainer.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "tests/studies/network_samples.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;

namespace {

TrainerOptions unclipped_options(const std::vector<PosePhase>& phases) {
  TrainerOptions options;
  options.seed = 5;
  options.phases = phases;
  options.categories = 2;
  options.noise_draws = 2;
  options.warmup_steps = 1;
  options.gradient_clip = 1e9;
  return options;
}

/// Makes one gradient infinite.
class Poison final : public GradientHook {
 public:
  Expected<void> see(int, std::span<const NamedGradient> gradients) override {
    gradients.front().values.front() = std::numeric_limits<float>::infinity();
    return {};
  }
};

/// Remembers what it sees, and empties the gradients that are named.
class Recorder final : public GradientHook {
 public:
  std::set<std::string> emptied;
  bool fails = false;
  std::map<std::string, std::vector<float>> seen;
  std::vector<int> steps;

  Expected<void> see(int step, std::span<const NamedGradient> gradients) override {
    steps.push_back(step);
    seen.clear();
    for (const NamedGradient& one : gradients) {
      std::size_t count = 1;
      for (const std::int64_t size : one.shape) {
        count *= static_cast<std::size_t>(size);
      }
      if (count != one.values.size()) {
        return Error{ErrorCode::kFailed, one.name + ": another size than its shape."};
      }
      seen[one.name].assign(one.values.begin(), one.values.end());
      if (emptied.contains(one.name)) {
        std::fill(one.values.begin(), one.values.end(), 0.0f);
      }
    }
    return fails ? Expected<void>(Error{ErrorCode::kFailed, "the hook has had enough."}) : Expected<void>();
  }
};

std::vector<float> floats(const SafeTensors& state, const std::string& name) {
  const std::string& bytes = state.tensors.at(name).bytes;
  std::vector<float> out(bytes.size() / sizeof(float));
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

std::set<std::string> names_below(const SafeTensors& state, const std::string& prefix) {
  std::set<std::string> names;
  for (const auto& [name, entry] : state.tensors) {
    if (name.starts_with(prefix)) {
      names.insert(name.substr(prefix.size()));
    }
  }
  return names;
}

}  // namespace

class NamedGradientsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void momentsHaveTheNamesOfTheirParameters() {
    PoseTrainer trainer(*named_config("tiny"), unclipped_options(pose_phases(2, 2)));
    SafeTensors state = trainer.state();
    const auto first = names_below(state, "moment1."), second = names_below(state, "moment2.");
    const auto weights = names_below(state, "model.");
    QVERIFY(first.contains("encoder.linear1a.weight") && first == second);
    for (const std::string& name : first) {
      QVERIFY2(weights.contains(name), name.c_str());
      QCOMPARE(state.tensors.at("moment1." + name).shape, state.tensors.at("model." + name).shape);
    }
    // One that is missing is named; position tells nothing.
    state.tensors["moment1.0"] = state.tensors.at("moment1.encoder.linear1a.weight");
    state.tensors.erase("moment1.encoder.linear1a.weight");
    const auto restored = trainer.restore(state, "a file");
    QVERIFY(!restored);
    QVERIFY2(restored.error().message.find("moment1.encoder.linear1a.weight") != std::string::npos,
             restored.error().message.c_str());
  }

  // After the first step the first moment is a tenth of the gradient.
  void aHookSeesTheGradientsByName() {
    PoseTrainer plain(*named_config("tiny"), unclipped_options(pose_phases(2, 2)));
    PoseTrainer trainer(*named_config("tiny"), unclipped_options(pose_phases(2, 2)));
    const auto samples = random_samples(*named_config("tiny"), 4);
    Recorder recorder;
    trainer.set_gradient_hook(&recorder);
    QVERIFY(plain.train(all(samples)) && trainer.train(all(samples)));
    const SafeTensors state = trainer.state();
    QVERIFY(state == plain.state());  // looking changes nothing
    QVERIFY(recorder.seen.contains("regression.first.weight") ||
            recorder.seen.contains("encoder.linear1a.weight"));
    for (const auto& [name, gradient] : recorder.seen) {
      const auto moment = floats(state, "moment1." + name);
      QCOMPARE(moment.size(), gradient.size());
      for (std::size_t i = 0; i < moment.size(); ++i) {
        QVERIFY(std::abs(moment[i] - 0.1f * gradient[i]) <= 1e-5f * std::abs(gradient[i]) + 1e-12f);
      }
    }
    // The score's head has no gradient while regression is trained alone.
    for (const auto& [name, gradient] : recorder.seen) {
      QVERIFY2(!name.starts_with("score_head"), name.c_str());
    }
    QVERIFY(trainer.train(all(samples)) && trainer.train(all(samples)));
    QVERIFY(std::any_of(recorder.seen.begin(), recorder.seen.end(),
                        [](const auto& one) { return one.first.starts_with("score_head"); }));
    QCOMPARE(recorder.steps, (std::vector<int>{0, 1, 2}));
  }

  void whatAHookEmptiesIsNotLearned() {
    const std::string held = "encoder.linear1a.weight", free = "encoder.linear1b.weight";
    PoseTrainer trainer(*named_config("tiny"), unclipped_options(pose_phases(4, 4)));
    const SafeTensors begin = trainer.state();
    const auto samples = random_samples(*named_config("tiny"), 4);
    Recorder recorder;
    recorder.emptied = {held};
    trainer.set_gradient_hook(&recorder);
    for (int i = 0; i < 6; ++i) {
      QVERIFY(trainer.train(all(samples)));
    }
    const SafeTensors end = trainer.state();
    QCOMPARE(end.tensors.at("model." + held), begin.tensors.at("model." + held));
    QVERIFY(end.tensors.at("model." + free) != begin.tensors.at("model." + free));
  }

  void anErrorOfAHookChangesNothing() {
    PoseTrainer trainer(*named_config("tiny"), unclipped_options(pose_phases(2, 2)));
    const auto samples = random_samples(*named_config("tiny"), 4);
    const SafeTensors begin = trainer.state();
    Recorder recorder;
    recorder.fails = true;
    trainer.set_gradient_hook(&recorder);
    const auto failed = trainer.train(all(samples));
    QVERIFY(!failed && failed.error().message.find("had enough") != std::string::npos);
    QCOMPARE(trainer.step(), 0);
    for (const auto& name : names_below(begin, "moment1.")) {
      QCOMPARE(trainer.state().tensors.at("model." + name), begin.tensors.at("model." + name));
    }
    trainer.set_gradient_hook(nullptr);
    QVERIFY(trainer.train(all(samples)));
  }

  void gradientsThatAreNotFiniteChangeNothing() {
    const auto samples = random_samples(*named_config("tiny"), 4);
    Poison poison;
    PoseTrainer pose_trainer(*named_config("tiny"), unclipped_options(pose_phases(2, 2)));
    EnergyTrainerOptions options;
    options.common = unclipped_options(pose_phases(0, 1));
    options.candidates = 4;
    options.steps = 4;
    const auto pose_network = PoseNetwork::create(*named_config("tiny"), 1);
    EnergyTrainer ranker(*pose_network, options);
    const auto refuses = [&](auto& trainer) {
      const SafeTensors begin = trainer.state();
      trainer.set_gradient_hook(&poison);
      const auto failed = trainer.train(all(samples));
      const SafeTensors end = trainer.state();
      const auto weights = names_below(begin, "moment1.");
      return !failed && failed.error().message.find("not finite at step 0") != std::string::npos &&
             trainer.step() == 0 && std::all_of(weights.begin(), weights.end(), [&](const auto& name) {
               return end.tensors.at("model." + name) == begin.tensors.at("model." + name);
             });
    };
    QVERIFY(refuses(pose_trainer));
    QVERIFY(refuses(ranker));
  }

  void headsOfAPhaseAreNamedToo() {
    auto samples = random_samples(*named_config("tiny"), 4);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i].category = static_cast<int>(i % 2);
    }
    // A training of three phases, each with a head of its own.
    PoseTrainer trainer(*named_config("tiny"),
                        unclipped_options({{"tell apart", 2, PoseObjective::kClassification},
                                           {"rebuild", 2, PoseObjective::kReconstruction},
                                           {"estimate", 2, PoseObjective::kJoint}}));
    Recorder recorder;
    trainer.set_gradient_hook(&recorder);
    std::vector<std::size_t> outputs;
    for (int i = 0; i < 6; ++i) {
      const auto losses = trainer.train(all(samples));
      QVERIFY(losses);
      QCOMPARE(losses->pretraining > 0.0, i < 4);
      QCOMPARE(losses->score > 0.0, i >= 4);
      const auto head = recorder.seen.find("pretraining.last.bias");
      outputs.push_back(head == recorder.seen.end() ? 0 : head->second.size());
    }
    const std::size_t decoded = 3 * std::min(256, named_config("tiny")->num_points);
    QCOMPARE(outputs, (std::vector<std::size_t>{2, 2, decoded, decoded, 0, 0}));
  }

  void theRankerHasAHookToo() {
    const auto pose_network = PoseNetwork::create(*named_config("tiny"), 1);
    EnergyTrainerOptions options;
    options.common = unclipped_options(pose_phases(0, 1));
    options.candidates = 4;
    options.steps = 4;
    EnergyTrainer trainer(*pose_network, options);
    Recorder recorder;
    recorder.emptied = {"encoder.linear1a.weight"};
    trainer.set_gradient_hook(&recorder);
    const SafeTensors begin = trainer.state();
    const auto samples = random_samples(*named_config("tiny"), 4);
    for (int i = 0; i < 3; ++i) {  // the head begins with zeros: nothing comes through it at first
      QVERIFY(trainer.train(all(samples)));
    }
    const SafeTensors end = trainer.state();
    const std::string held = "model.encoder.linear1a.weight", free = "model.encoder.linear1b.weight";
    QCOMPARE(end.tensors.at(held), begin.tensors.at(held));
    QVERIFY(end.tensors.at(free) != begin.tensors.at(free));
    QVERIFY(end.tensors.contains("moment2.encoder.linear1a.weight"));
  }
};

ALIDADE_TEST(NamedGradientsTest)
#include "named_gradients_test.moc"
