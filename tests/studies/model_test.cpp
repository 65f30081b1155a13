// SPDX-License-Identifier: BSD-3-Clause
// What every model offers, whatever its architecture: registry, parameters, parts, losses.
#include <cmath>
#include <map>
#include <set>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/data/procedural/tabletop.h"
#include "core/nn/pose_diffusion/energy_trainer.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/nn/registry/open_model.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

using Examples = std::vector<std::unique_ptr<ModelExample>>;

Examples tabletop_examples(const Model& model) {
  TabletopRecipe recipe;
  recipe.split = "unit";
  recipe.frames = 2;
  recipe.width = 160;
  recipe.height = 120;
  recipe.models_per_category = 2;
  const auto dataset = make_procedural_dataset(recipe);
  Examples examples;
  for (std::size_t f = 0; f < dataset->num_frames(); ++f) {
    const auto frame = dataset->load(f, model.needs());
    for (std::size_t i = 0; i < frame->instances.size(); ++i) {
      if (auto example = model.example(*frame, i, 7)) {
        examples.push_back(std::move(*example));
      }
    }
  }
  return examples;
}

std::vector<const ModelExample*> batch_of(const Examples& examples) {
  std::vector<const ModelExample*> batch;
  for (const auto& example : examples) {
    batch.push_back(example.get());
  }
  return batch;
}

bool covers_each_parameter_once(const Model& model, const std::vector<ParameterSet>& sets) {
  std::multiset<std::string> all, listed;
  for (const ParameterInfo& parameter : model.parameters()) {
    all.insert(parameter.name);
  }
  for (const ParameterSet& set : sets) {
    if (set.name.empty() || set.parameters.empty()) {
      return false;
    }
    listed.insert(set.parameters.begin(), set.parameters.end());
  }
  return all == listed;
}

struct AnotherExample final : ModelExample {};

}  // namespace

class ModelTest : public QObject {
  Q_OBJECT

 private:
  std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

  /// The checkpoint of a pose network, changed.
  template <class Change>
  std::string changed(Change&& change) const {
    auto file = read_safetensors(path("pose.safetensors"));
    change(*file);
    return write_safetensors(path("changed.safetensors"), *file) ? path("changed.safetensors") : "";
  }

  std::vector<std::unique_ptr<Model>> models() const {
    std::vector<std::unique_ptr<Model>> models;
    for (const char* name : {"pose.safetensors", "energy.safetensors"}) {
      auto model = open_model(path(name));
      if (model) {
        models.push_back(std::move(*model));
      }
    }
    return models;
  }

  QTemporaryDir folder_;

 private Q_SLOTS:
  void initTestCase() {
    const auto pose = PoseNetwork::create(*named_config("tiny"), 11);
    QVERIFY(save_checkpoint(*pose, path("pose.safetensors"), "{\"note\":1}"));
    QVERIFY(save_energy_checkpoint(*EnergyNetwork::create(*pose, 2), path("energy.safetensors"), "{}"));
  }

  void theRegistryOpensEveryArchitecture() {
    const auto pose = open_model(path("pose.safetensors"));
    const auto energy = open_model(path("energy.safetensors"));
    QVERIFY(pose && energy);
    QCOMPARE((*pose)->architecture(), std::string("alidade-pose-network/1"));
    QCOMPARE((*energy)->architecture(), std::string("alidade-energy-network/1"));
    QVERIFY(dynamic_cast<const ScoreModel*>(pose->get()) != nullptr);
    QVERIFY(dynamic_cast<const RankingModel*>(energy->get()) != nullptr);
    QCOMPARE((*pose)->configuration(), (*energy)->configuration());
    QCOMPARE((*pose)->metadata(), std::string("{\"note\":1}"));
  }

  void theDigestIsThatOfTheFile() {
    for (const char* name : {"pose.safetensors", "energy.safetensors"}) {
      const auto bytes = read_file(path(name), 1 << 26);
      const auto model = open_model(path(name));
      QVERIFY(bytes && model);
      QCOMPARE((*model)->checkpoint_sha256(), sha256_hex(*bytes));
      QCOMPARE((*model)->checkpoint_name(), std::string(name));
    }
  }

  void anUnknownArchitectureIsNamed() {
    const std::string file = changed([](SafeTensors& f) { f.metadata["format"] = "somebody/2"; });
    const auto unknown = open_model(file);
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().message, file +
                                          ": metadata \"format\": expected \"alidade-pose-network/1\", "
                                          "\"alidade-energy-network/1\", \"alidade-decompose/1\", "
                                          "\"alidade-keypoint/1\" or \"alidade-detector/1\", found "
                                          "\"somebody/2\"; give a checkpoint that "
                                          "`alidade train` wrote.");
    QCOMPARE(unknown.error().code, ErrorCode::kInput);
  }

  void aModelOfAnotherKindIsRefused() {
    const std::string energy = path("energy.safetensors");
    const auto scores = open_score_model(energy);
    QVERIFY(!scores && open_ranking_model(energy));
    QCOMPARE(scores.error().message, energy +
                                         ": metadata \"format\": expected \"alidade-pose-network/1\", "
                                         "found \"alidade-energy-network/1\"; give a checkpoint that "
                                         "`alidade train` wrote.");
    QVERIFY(!open_ranking_model(path("pose.safetensors")) && open_score_model(path("pose.safetensors")));
  }

  void misfittingTensorsAreListed() {
    const std::string file = changed([](SafeTensors& f) {
      f.tensors.erase("encoder.linear1a.bias");
      f.tensors["regression.last.bias"] = {"F32", {1}, std::string(4, '\0')};
      f.tensors["zoom.weight"] = {"F32", {1}, std::string(4, '\0')};
    });
    const auto model = open_model(file);
    QVERIFY(!model);
    QCOMPARE(model.error().message,
             file +
                 ": tensors: 50 of 52 tensors fit this architecture: \"encoder.linear1a.bias\" expected "
                 "F32 [16], it is missing; \"regression.last.bias\" expected F32 [12], found F32 [1]; "
                 "\"zoom.weight\" belongs to another architecture; give a checkpoint of the same "
                 "architecture.");
    const auto empty = open_model(changed([](SafeTensors& f) { f.tensors.clear(); }));
    QVERIFY(!empty && empty.error().message.find("0 of 52 tensors") != std::string::npos);
    QVERIFY(empty.error().message.find("and 49 more") != std::string::npos);
  }

  void modulesAndBlocksCoverEachParameterOnce() {
    for (const auto& model : models()) {
      QVERIFY(covers_each_parameter_once(*model, model->modules()));
      QVERIFY(covers_each_parameter_once(*model, model->blocks()));
      QVERIFY(model->blocks().size() > model->modules().size());
    }
    QCOMPARE(models().size(), std::size_t{2});
  }

  void valuesAreReadAndReplacedByName() {
    const auto model = open_model(path("pose.safetensors"));
    std::int64_t count = 0;
    for (const ParameterInfo& parameter : (*model)->parameters()) {
      const auto values = (*model)->parameter_values(parameter.name);
      QVERIFY(values);
      count += static_cast<std::int64_t>(values->size());
    }
    QCOMPARE((*model)->num_parameters(), count);
    const std::vector<float> bias{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    QVERIFY((*model)->set_parameter_values("regression.last.bias", bias));
    QVERIFY(*(*model)->parameter_values("regression.last.bias") == bias);
    QCOMPARE((*model)->set_parameter_values("regression.last.bias", std::vector<float>{1}).error().code,
             ErrorCode::kUsage);
    QCOMPARE((*model)->parameter_values("regression.last").error().code, ErrorCode::kUsage);
  }

  void aLossIsAFunctionOfWeightsBatchAndSeed() {
    for (const auto& model : models()) {
      const Examples examples = tabletop_examples(*model);
      QVERIFY(examples.size() > 3);
      const auto batch = batch_of(examples);
      const auto first = model->loss(batch, 5, nullptr);
      ParameterValues gradients;
      const auto again = model->loss(batch, 5, &gradients);
      const auto other = model->loss(batch, 6, nullptr);
      QVERIFY(first && again && other);
      QVERIFY(std::isfinite(first->total) && first->total == again->total && first->parts == again->parts);
      QVERIFY(first->total != other->total);
      QCOMPARE(gradients.size(), model->parameters().size());
    }
  }

  void theTotalWeighsItsParts() {
    const auto model = open_model(path("pose.safetensors"));
    const Examples examples = tabletop_examples(**model);
    const auto loss = (*model)->loss(batch_of(examples), 5, nullptr);
    const std::map<std::string, double> parts(loss->parts.begin(), loss->parts.end());
    const TrainerOptions weights;
    const double expected = parts.at("rotation") + weights.translation_weight * parts.at("translation") +
                            weights.size_weight * parts.at("size") + parts.at("score");
    QVERIFY(std::abs(loss->total - expected) < 1e-4 * expected);
  }

  void gradientsAreTheSlopeOfTheLoss() {
    const auto model = open_model(path("pose.safetensors"));
    const Examples examples = tabletop_examples(**model);
    const auto batch = batch_of(examples);
    ParameterValues gradients;
    QVERIFY((*model)->loss(batch, 5, &gradients));
    const std::string name = "regression.last.bias";
    const auto start = *(*model)->parameter_values(name);
    const float step = 0.01f;
    for (const std::size_t i : {0, 7, 10}) {
      double losses[2];
      for (const int side : {0, 1}) {
        auto moved = start;
        moved[i] += side == 0 ? -step : step;
        QVERIFY((*model)->set_parameter_values(name, moved));
        losses[side] = (*model)->loss(batch, 5, nullptr)->total;
      }
      const double slope = (losses[1] - losses[0]) / (2.0 * step);
      QVERIFY2(std::abs(slope - gradients.at(name)[i]) < 0.02 * (std::abs(slope) + 0.1),
               (std::to_string(slope) + " " + std::to_string(gradients.at(name)[i])).c_str());
    }
  }

  void examplesOfOthersAreRefused() {
    const auto model = open_model(path("pose.safetensors"));
    QCOMPARE((*model)->loss({}, 5, nullptr).error().code, ErrorCode::kUsage);
    const AnotherExample another;
    const ModelExample* const batch[] = {&another};
    QCOMPARE((*model)->loss(batch, 5, nullptr).error().code, ErrorCode::kUsage);
    const auto small = PoseNetwork::create(*named_config("small"), 1);
    const Examples larger = tabletop_examples(*small);
    QCOMPARE((*model)->loss(batch_of(larger), 5, nullptr).error().code, ErrorCode::kUsage);
  }
};

ALIDADE_TEST(ModelTest)
#include "model_test.moc"
