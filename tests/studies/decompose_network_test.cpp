// SPDX-License-Identifier: BSD-3-Clause
// The DecomPose network as a model: routing, isolation of the branches' losses, files, degenerate objects.
#include <cmath>
#include <set>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/procedural/tabletop.h"
#include "core/nn/decompose/decompose_network.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/direct_estimator.h"
#include "core/studies/infer.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::shared_ptr<const Dataset> decompose_dataset() {
  TabletopRecipe recipe;
  recipe.split = "unit";
  recipe.frames = 3;
  recipe.width = 160;
  recipe.height = 120;
  recipe.models_per_category = 2;
  return make_procedural_dataset(recipe);
}

/// Three groups of two of the six categories.
DecomposeConfig routed(SplitBlock split = SplitBlock::kCorrespondence,
                       ColorSource color = ColorSource::kNone) {
  DecomposeConfig config = *named_decompose_config("tiny");
  config.categories = {"bottle", "bowl", "camera", "can", "laptop", "mug"};
  config.routing = {0, 0, 2, 1, 2, 1};
  config.capacities = {BranchCapacity::kHigh, BranchCapacity::kHigh, BranchCapacity::kLow};
  config.split = split;
  config.color = color;
  return config;
}

std::shared_ptr<ImageEncoder> routed_encoder() {
  return ImageEncoder::create(*named_vision_transformer("encoder_tiny"), 5);
}

struct RoutedExamples {
  std::vector<std::unique_ptr<ModelExample>> owned;
  std::vector<const ModelExample*> batch;
};

/// The objects whose category is among `categories` (empty = all).
RoutedExamples examples_of(const Model& model, const Dataset& dataset,
                           const std::set<std::string>& categories = {}) {
  RoutedExamples out;
  for (std::size_t f = 0; f < dataset.num_frames(); ++f) {
    const auto frame = dataset.load(f, model.needs());
    for (std::size_t i = 0; i < frame->instances.size(); ++i) {
      if (!categories.empty() && !categories.contains(frame->instances[i].category)) {
        continue;
      }
      if (auto example = model.example(*frame, i, 7)) {
        out.owned.push_back(std::move(*example));
        out.batch.push_back(out.owned.back().get());
      }
    }
  }
  return out;
}

double norm_below(const ParameterValues& gradients, const std::string& prefix) {
  double sum = 0.0;
  for (const auto& [name, values] : gradients) {
    if (name.starts_with(prefix)) {
      for (const float value : values) {
        sum += static_cast<double>(value) * value;
      }
    }
  }
  return std::sqrt(sum);
}

}  // namespace

class DecomposeNetworkTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// Sec. 5.4: the gradient of L_g reaches the active branch and the backbone, nothing else.
  void theLossOfABranchStaysInIt() {
    const auto dataset = decompose_dataset();
    const auto network = DecomposeNetwork::create(routed(), 3, nullptr);
    const auto easy = examples_of(*network, *dataset, {"bottle", "bowl"});
    QVERIFY(!easy.batch.empty());
    DecomposeWeights branch_alone;
    branch_alone.main = 0.0;
    ParameterValues gradients;
    QVERIFY(network->weighted_loss(easy.batch, branch_alone, &gradients));
    QVERIFY(norm_below(gradients, "backbone.") > 0.0);
    QVERIFY(norm_below(gradients, "correspondence.0.") > 0.0);
    QCOMPARE(norm_below(gradients, "correspondence.1."), 0.0);
    QCOMPARE(norm_below(gradients, "correspondence.2."), 0.0);
    QCOMPARE(norm_below(gradients, "head."), 0.0);
    QVERIFY(network->loss(easy.batch, 0, &gradients));
    QVERIFY(norm_below(gradients, "head.") > 0.0);
    QCOMPARE(norm_below(gradients, "correspondence.1."), 0.0);
  }

  void gradientsAreTheSlopeOfTheLoss() {
    const auto dataset = decompose_dataset();
    auto network = DecomposeNetwork::create(routed(), 3, nullptr);
    const auto all = examples_of(*network, *dataset);
    ParameterValues gradients;
    QVERIFY(network->loss(all.batch, 0, &gradients));
    for (const std::string name :
         {"backbone.0.scales.0.rest.layers.0.weight", "correspondence.0.nocs.layers.2.weight",
          "correspondence.2.attention.local_bias.layers.0.weight", "head.0.rotation.layers.1.weight"}) {
      auto values = *network->parameter_values(name);
      const auto& gradient = gradients.at(name);
      std::size_t steepest = 0;
      for (std::size_t i = 0; i < gradient.size(); ++i) {
        steepest = std::abs(gradient[i]) > std::abs(gradient[steepest]) ? i : steepest;
      }
      const float kept = values[steepest], step = 1e-3f;
      double sides[2];
      for (int side = 0; side < 2; ++side) {
        values[steepest] = kept + (side == 0 ? -step : step);
        QVERIFY(network->set_parameter_values(name, values));
        sides[side] = network->loss(all.batch, 0, nullptr)->total;
      }
      values[steepest] = kept;
      QVERIFY(network->set_parameter_values(name, values));
      const double slope = (sides[1] - sides[0]) / (2.0 * step);
      QVERIFY2(std::abs(slope - gradient[steepest]) < 0.08 * std::abs(gradient[steepest]) + 2e-3,
               name.c_str());
    }
  }

  void everyBlockCanBeSplit() {
    const auto dataset = decompose_dataset();
    for (const SplitBlock split : {SplitBlock::kBackbone, SplitBlock::kCorrespondence, SplitBlock::kHead}) {
      auto network = DecomposeNetwork::create(routed(split), 3, nullptr);
      QCOMPARE(network->modules().size(), std::size_t{5});
      QCOMPARE(network->blocks().size(), std::size_t{3});
      const auto hard = examples_of(*network, *dataset, {"camera", "laptop"});
      ParameterValues gradients;
      QVERIFY(network->loss(hard.batch, 0, &gradients));
      const std::string block = split == SplitBlock::kBackbone ? "backbone"
                                : split == SplitBlock::kHead   ? "head"
                                                               : "correspondence";
      QCOMPARE(norm_below(gradients, block + ".0."), 0.0);
      QVERIFY(norm_below(gradients, block + ".2.") > 0.0);
    }
  }

  /// An object's answer does not depend on who else is in the batch, whatever their groups.
  void mixedBatchesAnswerInOrder() {
    const auto dataset = decompose_dataset();
    auto network = DecomposeNetwork::create(routed(), 3, nullptr);
    std::vector<DecomposeInput> inputs;
    const auto frame = dataset->load(0, network->needs());
    for (std::size_t i = 0; i < frame->instances.size(); ++i) {
      if (auto input = network->sampler().input(*frame, i, 1)) {
        inputs.push_back(std::move(*input));
      }
    }
    QVERIFY(inputs.size() > 2);
    std::vector<const DecomposeInput*> together;
    for (const DecomposeInput& input : inputs) {
      together.push_back(&input);
    }
    const auto all = network->estimate(together);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const auto alone = network->estimate({&inputs[i]}).front();
      QVERIFY((alone.box.R - all[i].box.R).norm() < 1e-4 && (alone.box.t - all[i].box.t).norm() < 1e-5);
    }
  }

  void aCheckpointCarriesItsEncoder() {
    QTemporaryDir folder;
    const std::string file = folder.filePath("n.safetensors").toStdString();
    const auto dataset = decompose_dataset();
    DecomposeConfig config = routed(SplitBlock::kCorrespondence, ColorSource::kEncoder);
    const auto encoder = routed_encoder();
    config.image_width = encoder->dim();
    config.crop_px = 4 * encoder->patch();
    const auto network = DecomposeNetwork::create(config, 3, encoder);
    QVERIFY(network->save(file, "{}"));
    const auto opened = open_pose_model(file);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->configuration(), network->configuration());
    QVERIFY((*opened)->needs().color);
    auto* direct = dynamic_cast<DirectModel*>(opened->get());
    QVERIFY(direct != nullptr);
    const auto frame = dataset->load(0, network->needs());
    const auto a = network->estimate(*frame, 0, 4), b = direct->estimate(*frame, 0, 4);
    QVERIFY(a && b);
    QCOMPARE(a->box.t, b->box.t);
    QCOMPARE(a->size, b->size);
  }

  void aMissingTensorIsNamed() {
    QTemporaryDir folder;
    const std::string file = folder.filePath("n.safetensors").toStdString();
    QVERIFY(DecomposeNetwork::create(routed(), 3, nullptr)->save(file, "{}"));
    auto content = *read_safetensors(file);
    content.tensors.erase("head.0.size.layers.1.bias");
    QVERIFY(write_safetensors(file, content));
    const auto opened = open_model(file);
    QVERIFY(!opened);
    QVERIFY(opened.error().message.find("head.0.size.layers.1.bias") != std::string::npos);
  }

  void aCategoryWithoutARouteIsNamed() {
    const auto dataset = decompose_dataset();
    DecomposeConfig config = routed();
    config.categories = {"box"};
    config.routing = {0};
    config.capacities = {BranchCapacity::kHigh};
    config.split = SplitBlock::kNone;
    auto network = DecomposeNetwork::create(config, 3, nullptr);
    const auto frame = dataset->load(0, network->needs());
    const auto example = network->example(*frame, 0, 1);
    QVERIFY(!example);
    QVERIFY(example.error().message.find(frame->instances[0].category) != std::string::npos);
    QVERIFY(network->estimate(*frame, 0, 1, "box"));  // taken for what it knows
  }

  void badRoutingIsRefused() {
    DecomposeConfig config = routed();
    config.capacities.resize(7, BranchCapacity::kHigh);
    QVERIFY(!check_decompose_config(config));  // more groups than categories
    config = routed();
    config.routing = {0, 0, 0, 1, 1, 1};
    QVERIFY(!check_decompose_config(config));  // an empty group
    config = routed();
    config.categories[1] = "bottle";
    QVERIFY(!check_decompose_config(config));
    config = routed();
    QVERIFY(decompose_config_from_json(to_json(config)));
    std::string text = to_json(config);
    text.replace(text.find("\"correspondence\""), 16, "\"everything\"");
    QVERIFY(!decompose_config_from_json(text));
  }

  void theEstimatorTakesIt() {
    const auto dataset = decompose_dataset();
    std::shared_ptr<Model> model = DecomposeNetwork::create(routed(), 3, nullptr);
    auto estimator = make_estimator(model, default_infer_options());
    QVERIFY(estimator);
    const auto result = infer_poses(*dataset, **estimator, {}, JobContext{});
    QVERIFY(result);
    QVERIFY(!(*result)->estimates.empty());
    QCOMPARE((*result)->sampler, std::string("direct"));
    for (const PoseEstimate& estimate : (*result)->estimates) {
      QVERIFY(estimate.cam_from_obj.R.allFinite() && estimate.size.minCoeff() > 0.0);
      QVERIFY(std::abs(estimate.cam_from_obj.R.determinant() - 1.0) < 1e-4);
    }
    DirectEstimator wrong(std::dynamic_pointer_cast<DirectModel>(model), {0, "camera"});
    const auto other = infer_poses(*dataset, wrong, {}, JobContext{});
    QVERIFY(other);
    QVERIFY((*other)->estimates[0].cam_from_obj.t != (*result)->estimates[0].cam_from_obj.t ||
            (*other)->estimates[0].category == "camera");
  }
};

ALIDADE_TEST(DecomposeNetworkTest)

#include "decompose_network_test.moc"
