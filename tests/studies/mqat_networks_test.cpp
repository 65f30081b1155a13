// SPDX-License-Identifier: BSD-3-Clause
// What the reproduction of MQAT asks of networks, of a tiny one on a few rendered images.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/nn/keypoint/keypoint_network.h"
#include "core/papers/mqat/kept_dataset.h"
#include "core/papers/mqat/network_work.h"
#include "core/papers/mqat/recipe_text.h"
#include "core/papers/mqat/sensitivities.h"
#include "core/papers/mqat/stand_in_training.h"
#include "core/studies/decompose_recipe.h"
#include "core/studies/keypoint_data.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/train_recipe.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::mqat;

namespace {

namespace fs = std::filesystem;

constexpr int kImages = 6;

StudySizes few_images() {
  StudySizes sizes;
  sizes.batch = 4;
  sizes.train_images = kImages;
  return sizes;
}

/// A folder with two sets of images and a network that knows nothing.
class NetworkShop {
 public:
  NetworkShop() {
    for (const char* split : {"train", "test"}) {
      std::ofstream(path(std::string(split) + ".toml"))
          << "generator = \"cubesat\"\nsplit = \"" << split << "\"\nseed = 5\nframes = " << kImages
          << "\nwidth = 64\nheight = 64\n";
    }
    const auto data = open_data(path("train.toml"), readers, {});
    KeypointConfig config = *named_keypoint_config("tiny");
    config.object = *keypoint_object(**data, -1);
    config.confidence = 0.0;  // every cell votes, so that there are poses
    static_cast<void>(bool(KeypointNetwork::create(config, 1)->save(path("start.safetensors"), "{}")));
  }
  fs::path path(const std::string& name) const { return fs::path(folder_.path().toStdString()) / name; }
  std::shared_ptr<const StudyWork> work() const { return network_work(readers, {}); }

  DatasetReaders readers;

 private:
  QTemporaryDir folder_;
};

TrainingOrder order_of(ArmQuantizer quantizer, NormMode norm, const std::vector<std::string>& stages) {
  TrainingOrder order{"tiny", "train.toml", "start.safetensors", norm, quantizer};
  order.stages = stages;
  order.stage_steps = 2;
  return order;
}

}  // namespace

class MqatNetworksTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void networksAreRetrainedAndJudged() {
    const NetworkShop shop;
    const auto work = shop.work();
    const StepResults none;
    const StepInput input{none, 0, {}};
    const auto facts = work->facts(shop.path("start.safetensors"), input);
    QVERIFY2(facts, facts ? "" : facts.error().message.c_str());
    QCOMPARE(facts->modules, (std::vector<std::string>{"backbone", "pyramid", "head"}));
    QVERIFY(facts->rest_bytes > 0);
    for (const LayerFacts& layer : facts->layers) {
      QVERIFY2(layer.multiply_adds >= layer.parameters, layer.name.c_str());
      QVERIFY(layer.widths.at("2").squared_error > layer.widths.at("8").squared_error);
      QVERIFY(layer.widths.at("2").bytes < layer.widths.at("8").bytes);
    }
    const std::string mixed =
        stage_at_once(*facts, {{facts->layers.front().name, "4"}, {facts->layers.back().name, "2"}});
    TrainingOrder fresh{"tiny", "train.toml"};
    fresh.stage_steps = 2;
    const std::pair<const char*, TrainingOrder> orders[] = {
        {"turn", order_of(ArmQuantizer::kLsq, NormMode::kFrozen, {"pyramid=2", "head=8", "backbone=8"})},
        {"layers", order_of(ArmQuantizer::kLsq, NormMode::kFolded, {mixed})},
        {"inq", order_of(ArmQuantizer::kInq, NormMode::kFrozen, {"pyramid=powers2", "head=powers8"})},
        {"float", order_of(ArmQuantizer::kNone, NormMode::kLive, {})},
        {"fresh", fresh}};
    for (const auto& [name, order] : orders) {
      const auto trained =
          work->train(shop.path(name), training_text(order, few_images()), shop.path("recipe.toml"), input);
      QVERIFY2(trained, trained ? "" : trained.error().message.c_str());
      const auto records =
          work->evaluate({shop.path(name) / "final.safetensors", shop.path("test.toml"), kImages}, input);
      QVERIFY2(records, records ? "" : records.error().message.c_str());
      QCOMPARE(records->size(), std::size_t{kImages});
    }
    QVERIFY(fs::exists(shop.path("turn/packed.safetensors")));
  }

  void votesLevelsAndTracesAreMeasured() {
    const NetworkShop shop;
    const auto work = shop.work();
    const StepResults none;
    const StepInput input{none, 0, {}};
    const EvaluationOrder order{shop.path("start.safetensors"), shop.path("test.toml"), 3};
    const auto levels = work->levels(order, input);
    QVERIFY2(levels, levels ? "" : levels.error().message.c_str());
    QVERIFY(!levels->empty() && levels->front().size() == 3);
    const auto votes = work->votes(order, input);
    QVERIFY2(votes, votes ? "" : votes.error().message.c_str());
    QCOMPARE(votes->spread_px.size(), std::size_t{3});
    QVERIFY(std::isfinite(votes->spread_px.front()) && votes->spread_px.front() > 0.0);
    QCOMPARE(votes->example.size(), static_cast<std::size_t>(8.0 * votes->cells.front()));
    const auto facts = work->facts(order.checkpoint, input);
    const auto traces = work->traces({order.checkpoint, shop.path("train.toml"), 4, 3}, input);
    QVERIFY2(traces, traces ? "" : traces.error().message.c_str());
    QCOMPARE(traces->size(), facts->layers.size());
    for (const LayerFacts& layer : facts->layers) {
      QVERIFY2(traces->contains(layer.name), layer.name.c_str());
    }
    const auto costs = work->sensitivity(
        {order.checkpoint, shop.path("train.toml"), 2, shop.path("test.toml"), 2, kUsual, kActivationBits},
        input);
    QVERIFY2(costs, costs ? "" : costs.error().message.c_str());
    for (const LayerFacts& layer : facts->layers) {
      QVERIFY2(std::any_of(costs->begin(), costs->end(),
                           [&](const auto& one) { return one.score == "metric" && one.part == layer.name; }),
               layer.name.c_str());
    }
    const auto back = sensitivities_from_json(sensitivities_json(*costs), "x");
    QVERIFY(back && back->size() == costs->size());
    QVERIFY(!sensitivities_from_json({{"sensitivities", {1}}}, "x"));
    const LayerLevels levels_of_all = layer_levels(*facts, uniform_levels_of(*facts, "4"));
    const auto quantized = work->quantize({order.checkpoint, shop.path("quantized.safetensors"),
                                           shop.path("train.toml"), levels_of_all, kActivationBits},
                                          input);
    QVERIFY2(quantized, quantized ? "" : quantized.error().message.c_str());
    QVERIFY(work->evaluate({shop.path("quantized.safetensors"), order.data, 2}, input));
    const auto latency = work->latency({order.checkpoint, shop.path("train.toml"), levels_of_all, 2}, input);
    QVERIFY2(latency, latency ? "" : latency.error().message.c_str());
    QCOMPARE(latency->medians_ms.size(), std::size_t{2});
    QVERIFY(latency->peak_bytes > 0 && !latency->instruction_set.empty());
  }

  void standInsAreRetrainedByRecipes() {
    const StandInPlaces places{"/x/checkpoints", "/x/recipes/tabletop"};
    const ModuleLevels levels{{"a", "8"}, {"b", "32"}, {"c", "4"}}, plain{{"a", "32"}};
    StandInOrder order{kStandIns[0], {}, 1, 40};
    const auto pose =
        parse_train_recipe(stand_in_training_text(places, order, levels), places.recipes / "stand-in.toml");
    QVERIFY2(pose, pose ? "" : pose.error().message.c_str());
    QCOMPARE(pose->trainer.total_steps(), 40);
    QCOMPARE(pose->quantization.stages, std::vector<ModuleLevels>({{{"a", "8"}, {"c", "4"}}}));
    QCOMPARE(fs::weakly_canonical(pose->quantization.checkpoint),
             fs::path("/x/checkpoints/demo.safetensors"));
    order.network = kStandIns[1];
    const auto decompose = parse_decompose_recipe(stand_in_training_text(places, order, plain),
                                                  places.recipes / "stand-in.toml");
    QVERIFY2(decompose, decompose ? "" : decompose.error().message.c_str());
    QCOMPARE(decompose->training.steps, 40);
    QVERIFY(decompose->quantization.present && !decompose->quantization.quantizer);
    QCOMPARE(decompose->groups.size(), std::size_t{3});
  }

  void keptFramesAreTheSame() {
    const NetworkShop shop;
    const auto data = open_data(shop.path("test.toml"), shop.readers, {});
    const KeptDataset kept(*data);
    const FrameLayers layers{.color = true, .depth = false, .masks = true, .nocs = false};
    const auto own = (*data)->load(2, layers), first = kept.load(2, layers), second = kept.load(2, layers);
    QVERIFY(own && first && second);
    QVERIFY(first->color.data == own->color.data && second->color.data == own->color.data);
    QCOMPARE(second->visible_masks.size(), own->visible_masks.size());
    QVERIFY(second->visible_masks[0].data == own->visible_masks[0].data && second->depth.empty());
    QVERIFY(!kept.load(2, {})->depth.empty());
    QCOMPARE(kept.digest(), (*data)->digest());
  }
};

ALIDADE_TEST(MqatNetworksTest)
#include "mqat_networks_test.moc"
