// SPDX-License-Identifier: BSD-3-Clause
// The keypoint network: folding, gradients, files, resuming, learning, estimation.
#include <cmath>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/random.h"
#include "core/geometry/rotation.h"
#include "core/nn/compute.h"
#include "core/nn/keypoint/keypoint_outputs.h"
#include "core/nn/keypoint/keypoint_trainer.h"
#include "core/nn/keypoint/letterbox.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/keypoint_recipe.h"
#include "tests/studies/keypoint_workshop.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::keypoint_workshop;

namespace {

KeypointTraining brief_training(KeypointOptimizer optimizer = KeypointOptimizer::kAdam) {
  KeypointTraining training;
  training.seed = 3;
  training.batch = 2;
  training.steps = 12;
  training.optimizer = optimizer;
  training.rate = {3e-3, 0.1, {0.8}, 0, training.steps};
  training.live_norm_share = 0.5;
  return training;
}

/// A network whose norms have learned and seen something.
std::unique_ptr<KeypointTrainer> trained(int steps) {
  const KeypointConfig config = tiny_config();
  auto trainer = std::make_unique<KeypointTrainer>(KeypointNetwork::create(config, 5), brief_training());
  const auto samples = samples_of(config, 3);
  for (int i = 0; i < steps; ++i) {
    if (!trainer->train(pointers(samples))) {
      qFatal("a step failed");
    }
  }
  return trainer;
}

double greatest_difference(const std::vector<KeypointVote>& a, const std::vector<KeypointVote>& b) {
  double greatest = a.size() == b.size() ? 0.0 : 1e9;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    greatest = std::max(greatest, std::abs(a[i].confidence - b[i].confidence));
    for (std::size_t k = 0; k < 8; ++k) {
      greatest = std::max(greatest, (a[i].pixels[k] - b[i].pixels[k]).norm());
    }
  }
  return greatest;
}

struct Plane {
  int channels = 0, side = 0;
  std::vector<float> values;

  float at(int c, int y, int x) const {
    const bool inside = y >= 0 && y < side && x >= 0 && x < side;
    return inside ? values[(static_cast<std::size_t>(c) * side + y) * side + x] : 0.0f;
  }
};

/// What a node makes of its inputs, by the definition.
Plane computed(const LayerNode& node, const std::vector<const Plane*>& in) {
  using Kind = LayerNode::Kind;
  Plane out;
  out.channels = node.kind == Kind::kConvolution ? node.out_channels : in[0]->channels;
  out.side = node.kind == Kind::kUpsample ? 2 * in[0]->side
             : node.kind == Kind::kConvolution
                 ? (in[0]->side + 2 * node.padding - node.kernel) / node.stride + 1
                 : in[0]->side;
  for (int c = 0; c < out.channels; ++c) {
    for (int y = 0; y < out.side; ++y) {
      for (int x = 0; x < out.side; ++x) {
        double sum = 0.0;
        if (node.kind == Kind::kUpsample) {
          sum = in[0]->at(c, y / 2, x / 2);
        } else if (node.kind == Kind::kAdd) {
          sum = in[0]->at(c, y, x) + in[1]->at(c, y, x);
        } else {
          sum = node.bias[c];
          const int k = node.kernel;
          for (int i = 0; i < node.in_channels; ++i) {
            for (int r = 0; r < k; ++r) {
              for (int s = 0; s < k; ++s) {
                sum += node.weight[((static_cast<std::size_t>(c) * node.in_channels + i) * k + r) * k + s] *
                       in[0]->at(i, y * node.stride + r - node.padding, x * node.stride + s - node.padding);
              }
            }
          }
        }
        out.values.push_back(static_cast<float>(node.relu ? std::max(0.0, sum) : sum));
      }
    }
  }
  return out;
}

}  // namespace

class KeypointNetworkTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    bind_compute_thread();
  }

  void foldingChangesNothing() {
    const auto trainer = trained(6);
    const auto folded = trainer->network().without_norms();
    QVERIFY(!folded->config().norm);
    QVERIFY(folded->num_parameters() < trainer->network().num_parameters());
    const KeypointSample sample = samples_of(tiny_config(), 1)[0];
    const auto before = trainer->network().votes(sample.input, 0.0);
    QCOMPARE(before.size(), std::size_t{8 * 8 + 4 * 4});
    QVERIFY(greatest_difference(before, folded->votes(sample.input, 0.0)) < 1e-4);
  }

  /// The graph, computed by the definition, gives the network's cells.
  void theLayerGraphIsTheNetwork() {
    const auto trainer = trained(3);
    const KeypointConfig& config = trainer->network().config();
    const KeypointSample sample = samples_of(config, 2)[1];
    const LayerGraph graph = trainer->network().layer_graph();
    const Plane image{3, config.image_px, keypoint_planes(sample.input.image)};
    std::vector<Plane> results;
    for (const LayerNode& node : graph.nodes) {
      std::vector<const Plane*> in;
      for (const int index : node.inputs) {
        QVERIFY(index < static_cast<int>(results.size()));
        in.push_back(index < 0 ? &image : &results[index]);
      }
      results.push_back(computed(node, in));
    }
    QCOMPARE(graph.output_names, (std::vector<std::string>{"p3", "p4"}));
    std::vector<KeypointVote> votes;
    for (std::size_t level = 0; level < graph.outputs.size(); ++level) {
      const auto found =
          decode_votes(results[graph.outputs[level]].values, static_cast<int>(level), config, 0.0);
      votes.insert(votes.end(), found.begin(), found.end());
    }
    QVERIFY(greatest_difference(votes, trainer->network().votes(sample.input, 0.0)) < 1e-3);
  }

  void gradientsAreTheSlopeOfTheLoss() {
    const auto trainer = trained(4);
    KeypointNetwork& network = trainer->network();
    std::vector<std::unique_ptr<ModelExample>> owned;
    std::vector<const ModelExample*> batch;
    for (const KeypointSample& sample : samples_of(network.config(), 2)) {
      batch.push_back(owned.emplace_back(keypoint_example(sample)).get());
    }
    for (const KeypointError error : {KeypointError::kPixels, KeypointError::kSpace}) {
      KeypointLoss how;
      how.error = error;
      ParameterValues gradients;
      QVERIFY(network.other_loss(batch, how, &gradients));
      for (const std::string name : {"backbone.stage3.down.weight", "pyramid.lateral5.norm.weight",
                                     "head.layer1.weight", "head.out.bias"}) {
        auto values = *network.parameter_values(name);
        const auto& gradient = gradients.at(name);
        std::size_t steepest = 0;
        for (std::size_t i = 0; i < gradient.size(); ++i) {
          steepest = std::abs(gradient[i]) > std::abs(gradient[steepest]) ? i : steepest;
        }
        const float kept = values[steepest], step = 1e-3f;
        double sides[2];
        for (int side = 0; side < 2; ++side) {
          values[steepest] = kept + (side == 0 ? -step : step);
          QVERIFY(network.set_parameter_values(name, values));
          sides[side] = network.other_loss(batch, how, nullptr)->total;
        }
        values[steepest] = kept;
        QVERIFY(network.set_parameter_values(name, values));
        const double slope = (sides[1] - sides[0]) / (2.0 * step);
        QVERIFY2(std::abs(slope - gradient[steepest]) < 0.05 * std::abs(gradient[steepest]) + 2e-3,
                 qPrintable(QString("%1: %2, slope %3")
                                .arg(QString::fromStdString(name))
                                .arg(gradient[steepest])
                                .arg(slope)));
      }
    }
  }

  void thePartsAddUp() {
    const auto network = KeypointNetwork::create(tiny_config(), 1);
    const auto example = network->example(frame_of(pose_of(0)), 0, 0);
    QVERIFY(example);
    const std::vector<const ModelExample*> batch{example->get()};
    const double total = network->loss(batch, 0, nullptr)->total;
    double sum = 0.0;
    for (const std::string& part : network->loss_parts()) {
      sum += network->aspect_loss(batch, 0, {part}, nullptr)->total;
    }
    QVERIFY(std::abs(sum - total) < 1e-5 * total);
    QVERIFY(!network->aspect_loss(batch, 0, {"rotation"}, nullptr));
  }

  void modulesHoldEveryParameterOnce() {
    const auto network = KeypointNetwork::create(tiny_config(), 1);
    const auto modules = network->modules();
    QCOMPARE(modules.size(), std::size_t{3});
    std::size_t count = 0;
    for (const ParameterSet& module : modules) {
      count += module.parameters.size();
    }
    QCOMPARE(count, network->parameters().size());
  }

  void aCheckpointOpensAsTheSameNetwork() {
    QTemporaryDir folder;
    const std::string file = folder.filePath("n.safetensors").toStdString();
    const auto trainer = trained(2);
    QVERIFY(trainer->network().save(file, R"({"note":"x"})"));
    const auto opened = open_pose_model(file);
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    QCOMPARE((*opened)->configuration(), trainer->network().configuration());
    QCOMPARE((*opened)->state_digest(), trainer->network().state_digest());
    QVERIFY(dynamic_cast<DirectModel*>(opened->get()) != nullptr);

    const auto folded = trainer->network().without_norms();
    QVERIFY(folded->save(file, "{}"));
    const auto again = open_pose_model(file);
    QVERIFY2(again, again ? "" : again.error().message.c_str());
    QCOMPARE((*again)->state_digest(), folded->state_digest());
  }

  void aResumedTrainingEndsWithTheSameBits() {
    const KeypointConfig config = tiny_config();
    const auto samples = samples_of(config, 3);
    for (const KeypointOptimizer optimizer : {KeypointOptimizer::kAdam, KeypointOptimizer::kSgd}) {
      KeypointTraining training = brief_training(optimizer);
      training.average_decay = optimizer == KeypointOptimizer::kAdam ? 0.9 : 0.0;
      KeypointTrainer whole(KeypointNetwork::create(config, 5), training);
      SafeTensors state;
      for (int i = 0; i < training.steps; ++i) {
        QVERIFY(whole.train(pointers(samples)));
        if (i == 4) {
          state = whole.state();
        }
      }
      KeypointTrainer resumed(KeypointNetwork::create(config, 9), training);
      QVERIFY(resumed.restore(state, "memory"));
      while (resumed.step() < training.steps) {
        QVERIFY(resumed.train(pointers(samples)));
      }
      QCOMPARE(resumed.network().state_digest(), whole.network().state_digest());
    }
  }

  /// From the share on norms leave their statistics alone.
  void frozenNormsStay() {
    const auto trainer = trained(6);
    const auto statistics = [&] {
      const SafeTensors state = trainer->state();
      return state.tensors.at("model.backbone.stage1.down.norm.running_mean").bytes;
    };
    const auto before = statistics();
    const auto samples = samples_of(tiny_config(), 2);
    QVERIFY(trainer->train(pointers(samples)));
    QCOMPARE(statistics(), before);
  }

  void twoImagesAreLearned() {
    const KeypointConfig config = tiny_config();
    const auto samples = samples_of(config, 2);
    KeypointTraining training = brief_training();
    training.steps = 220;
    training.rate = {8e-3, 0.2, {0.6, 0.85}, 0, training.steps};
    training.augmentation = {0.0, 0.0, 0.0, 0};
    KeypointTrainer trainer(KeypointNetwork::create(config, 5), training);
    while (trainer.step() < training.steps) {
      QVERIFY(trainer.train(pointers(samples)));
    }
    const NamedValues losses = trainer.evaluate(pointers(samples));
    QCOMPARE(losses[2].name, std::string("error_px"));
    QVERIFY2(losses[2].value < 1.5, qPrintable(QString::number(losses[2].value)));
    for (int i = 0; i < 2; ++i) {
      const auto estimate = trainer.network().estimate(frame_of(pose_of(i)), 0, 1);
      QVERIFY2(estimate, estimate ? "" : estimate.error().message.c_str());
      const Rigid3 truth = frame_of(pose_of(i)).instances[0].box_cam().frame_from_box;
      QVERIFY2(
          geodesic_distance(estimate->box.R, truth.R) < 0.35 && (estimate->box.t - truth.t).norm() < 0.06,
          qPrintable(QString("%1 rad, %2 m")
                         .arg(geodesic_distance(estimate->box.R, truth.R))
                         .arg((estimate->box.t - truth.t).norm())));
    }
  }

  void perfectVotesGiveThePose() {
    const KeypointConfig config = tiny_config();
    const PinholeCamera camera = camera_of(64, 64);
    const Rigid3 box{rotation_about(Eigen::Vector3d(1.0, -2.0, 0.5).normalized(), 1.1),
                     Eigen::Vector3d(0.03, -0.05, 0.8)};
    std::vector<KeypointVote> votes;
    Random random(4);
    for (int cell = 0; cell < 9; ++cell) {
      KeypointVote vote{0, cell, 2, 0.5 + 0.05 * cell, {}};
      for (std::size_t i = 0; i < 8; ++i) {
        vote.pixels[i] = *camera.project(box * keypoint_corners(config)[i]);
        if (cell < 3) {  // a third of the cells is wrong
          vote.pixels[i] += Eigen::Vector2d(random.uniform(-30.0, 30.0), random.uniform(-30.0, 30.0));
        }
      }
      votes.push_back(vote);
    }
    const auto pose = pose_of_votes(camera, votes, config, 1);
    QVERIFY2(pose, pose ? "" : pose.error().message.c_str());
    QVERIFY(geodesic_distance(pose->R, box.R) < 1e-4);
    QVERIFY((pose->t - box.t).norm() < 1e-4);
    for (KeypointVote& vote : votes) {
      vote.confidence = 0.01;
    }
    QVERIFY(!pose_of_votes(camera, votes, config, 1));
  }

  /// Frames of another size: camera and votes follow.
  void otherFramesAreLetterboxed() {
    const Frame frame = frame_of(pose_of(1), 200, 120);
    const Letterbox box = letterbox(200, 120, 64);
    const PinholeCamera camera = letterboxed(frame.camera, box);
    const Eigen::Vector3d point(0.02, -0.03, 0.7);
    const Eigen::Vector2d seen = *camera.project(point), there = *frame.camera.project(point);
    QVERIFY(std::abs(box.frame_u(seen.x()) - there.x()) < 1e-9);
    QVERIFY(std::abs(box.frame_v(seen.y()) - there.y()) < 1e-9);
    const auto sample = keypoint_sample(frame, 0, tiny_config());
    QVERIFY(sample);
    QCOMPARE(sample->input.image.width, 64);
    QCOMPARE(sample->input.image.height, 64);
    // The mask lies within the hull of the corners.
    Eigen::Vector2f low = sample->pixels[0], high = low;
    for (const Eigen::Vector2f& pixel : sample->pixels) {
      low = low.cwiseMin(pixel);
      high = high.cwiseMax(pixel);
    }
    int count = 0;
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) {
        if (*sample->mask.pixel(x, y) != 0) {
          ++count;
          QVERIFY(x > low.x() - 1.0f && x < high.x() + 1.0f && y > low.y() - 1.0f && y < high.y() + 1.0f);
        }
      }
    }
    QVERIFY(count > 50);
    const auto network = KeypointNetwork::create(tiny_config(), 1);
    const auto in_frame = network->votes(frame, 0.0);
    const auto in_square = network->votes(sample->input, 0.0);
    QVERIFY(in_frame);
    QVERIFY(std::abs((*in_frame)[5].pixels[2].x() - box.frame_u(in_square[5].pixels[2].x())) < 1e-9);
  }

  void levelsShareObjectsBySize() {
    KeypointConfig config = tiny_config();
    config.levels = 3;
    const auto weights = level_weights(config, 64.0);  // the second level's own size
    QVERIFY(std::abs(weights[0] - std::exp(-1.0)) < 1e-12);
    QCOMPARE(weights[1], 1.0);
    QVERIFY(std::abs(weights[2] - std::exp(-1.0)) < 1e-12);
  }

  void anotherObjectIsRefused() {
    const auto network = KeypointNetwork::create(tiny_config(), 1);
    Frame frame = frame_of(pose_of(0));
    frame.instances[0].category = "mug";
    QVERIFY(!network->estimate(frame, 0, 1));
    QVERIFY(!network->example(frame, 0, 1));
  }

  void configurationsAreStrict() {
    for (const char* name : {"small", "second", "tiny", "wdr"}) {
      const auto config = named_keypoint_config(name);
      QVERIFY(config && check_keypoint_config(*config));
      QCOMPARE(*keypoint_config_from_json(to_json(*config)), *config);
    }
    QVERIFY(!named_keypoint_config("large"));
    KeypointConfig config = tiny_config();
    config.widths.pop_back();
    QVERIFY(!check_keypoint_config(config));
    config = tiny_config();
    config.image_px = 90;
    QVERIFY(!check_keypoint_config(config));
    config = tiny_config();
    config.object.size[1] = std::nan("");
    QVERIFY(!check_keypoint_config(config));
    std::string text = to_json(tiny_config());
    text.replace(text.find("\"residual\""), 10, "\"recurrent\"");
    QVERIFY(!keypoint_config_from_json(text));
    text = to_json(tiny_config());
    text.insert(text.size() - 1, ",\"more\":1");
    QVERIFY(!keypoint_config_from_json(text));
  }

  void recipesAreStrict() {
    const auto parse = [](const std::string& text) { return parse_keypoint_recipe(text, "/x/r.toml"); };
    const std::string data = "[data]\ntrain = \"a.toml\"\n";
    const auto good =
        parse("[keypoint]\nconfig = \"tiny\"\n" + data +
              "[training]\nsteps = 30\noptimizer = \"sgd\"\nmilestones = \"0.333, 0.667,0.833\"\n");
    QVERIFY2(good, good ? "" : good.error().message.c_str());
    QCOMPARE(good->network.image_px, 64);
    QCOMPARE(good->training.rate.milestones.size(), std::size_t{3});
    QVERIFY(std::abs(good->training.rate.at(29) - 1e-6) < 1e-12);
    QVERIFY(!parse("[keypoint]\n"));
    QVERIFY(!parse(data + "[keypoint]\nconfig = \"huge\"\n"));
    QVERIFY(!parse(data + "[training]\nmilestones = \"0.6, 0.5\"\n"));
    QVERIFY(!parse(data + "[training]\ncurve_every = 5\n"));
    QVERIFY(!parse(data + "[keypoint]\nconfig = \"tiny\"\nstart = \"b.safetensors\"\n"));
  }
};

ALIDADE_TEST(KeypointNetworkTest)

#include "keypoint_network_test.moc"
