// SPDX-License-Identifier: BSD-3-Clause
// The detector's network: configuration, checkpoints, gradients, what it answers to what it cannot use.
#include <cmath>
#include <limits>

#include <QTemporaryDir>
#include <QTest>

#include "core/nn/compute.h"
#include "core/nn/registry/open_model.h"
#include "core/ops/sparse/kernel_map.h"
#include "tests/detection/detector_scenes.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;

namespace {

DetectorExample example_of(int source, const DetectorSample& sample) {
  DetectorExample example;
  example.source = source;
  example.sample = sample;
  return example;
}

PointScene point_scene(std::vector<SceneBox> boxes) {
  PointScene scene;
  scene.name = "scene";
  scene.points = {0.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f};
  scene.boxes = std::move(boxes);
  return scene;
}

}  // namespace

class DetectorNetworkTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    bind_compute_thread();
  }

  void configurationsComeBackFromTheirText() {
    for (const char* name : {"small", "tr3d", "tiny"}) {
      DetectorConfig config = *named_detector_config(name);
      config.sources = test_detector().sources;
      const auto back = detector_config_from_json(to_json(config));
      QVERIFY2(back, back ? "" : back.error().message.c_str());
      QVERIFY(*back == config);
    }
    QVERIFY(!named_detector_config("huge"));
    DetectorConfig seen = test_detector();
    seen.sources[0].scenes = {6.5, 0.4, {0.6, 1.0}};
    const auto known = detector_config_from_json(to_json(seen));
    QVERIFY(known && *known == seen);
    seen.sources[0].scenes.box_sides_m.pop_back();
    QVERIFY(!detector_config_from_json(to_json(seen)));
    std::string text = to_json(test_detector());
    QVERIFY(!detector_config_from_json(text.replace(text.find("\"tau\""), 5, "\"tao\"")));
  }

  void wrongConfigurationsAreNamed() {
    DetectorConfig config = test_detector();
    config.sources[1].name = "scans";
    QVERIFY(!check_detector_config(config));
    config = test_detector();
    config.sources[0].class_levels = {0, 2};
    QVERIFY(!check_detector_config(config));
    config = test_detector();
    config.voxel_m = 0.0;
    QVERIFY(!check_detector_config(config));
    config = test_detector();
    config.sources.clear();
    QVERIFY(!check_detector_config(config));
    QVERIFY(check_detector_config(test_detector()));
    QVERIFY(!detector_source(test_detector(), ""));
    QCOMPARE(*detector_source(test_detector(), "views"), 1);
  }

  void theSmallNetworkHasHalfAMillionParameters() {
    DetectorConfig config = *named_detector_config("small");
    config.choice = KernelChoice::kOff;
    config.sources = test_detector().sources;
    const auto network = DetectorNetwork::create(config, 1);
    QVERIFY(network->num_parameters() >= 500000);
    QVERIFY(std::abs(level_cell_m(config, 0) - 0.24) < 1e-12);
    QVERIFY(std::abs(level_cell_m(config, 1) - 0.48) < 1e-12);
  }

  void checkpointsOpenAsTheyWereSaved() {
    const QTemporaryDir folder;
    const auto path = folder.filePath("detector.safetensors").toStdString();
    for (const NormSharing norm : {NormSharing::kShared, NormSharing::kStatistics, NormSharing::kSeparate}) {
      DetectorConfig config = test_detector();
      config.norm = norm;
      const auto network = DetectorNetwork::create(config, 3);
      QVERIFY(network->save(path, "{\"note\":1}"));
      const auto opened = open_model(path);
      QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
      QCOMPARE((*opened)->state_digest(), network->state_digest());
      QCOMPARE((*opened)->architecture(), std::string("alidade-detector/1"));
      std::size_t listed = 0;
      for (const ParameterSet& set : network->modules()) {
        QVERIFY(!set.parameters.empty());
        listed += set.parameters.size();
      }
      QCOMPARE(listed, network->parameters().size());
    }
  }

  /// Without selection, whose gradient is not that of its decisions.
  void gradientsAreDifferences_data() {
    QTest::addColumn<int>("source");
    QTest::newRow("aligned boxes") << 0;
    QTest::newRow("rotated boxes") << 1;
  }

  void gradientsAreDifferences() {
    QFETCH(int, source);
    const auto network = DetectorNetwork::create(test_detector(KernelChoice::kOff), 5);
    const BoxForm form = source == 0 ? BoxForm::kAligned : BoxForm::kRotated;
    const std::string head = "head.source" + std::to_string(source), other = source == 0 ? "1" : "0";
    if (form == BoxForm::kRotated) {
      // Both outputs of the angle are near 0 at first, where the yaw turns with any step.
      std::vector<float> bias = *network->parameter_values(head + ".boxes.bias");
      bias[6] = 0.6F;
      bias[7] = 0.8F;
      QVERIFY(network->set_parameter_values(head + ".boxes.bias", bias));
    }
    const DetectorExample first = example_of(source, test_scene(11, form)),
                          second = example_of(source, test_scene(12, form));
    const std::vector<const ModelExample*> batch = {&first, &second};
    ParameterValues gradients;
    QVERIFY(network->loss(batch, 0, &gradients));
    for (const std::string& name :
         {head + ".boxes.weight", head + ".classes.bias", std::string("neck.level0.lateral.weight"),
          std::string("backbone.stage2.block0.conv2.weight"),
          std::string("backbone.stage1.block0.conv2.weight"), std::string("backbone.stem.norm.weight")}) {
      const auto values = network->parameter_values(name);
      const auto& gradient = gradients.at(name);
      // Along the gradient the loss changes by its squared norm.
      double square = 0.0;
      for (const float g : gradient) {
        square += static_cast<double>(g) * g;
      }
      QVERIFY2(square > 0.0, name.c_str());
      const double step = 2e-4 / std::sqrt(square);
      const auto moved = [&](double by) {
        std::vector<float> changed = *values;
        for (std::size_t i = 0; i < changed.size(); ++i) {
          changed[i] += static_cast<float>(by * gradient[i]);
        }
        (void)network->set_parameter_values(name, changed);
        const double loss = network->loss(batch, 0, nullptr)->total;
        (void)network->set_parameter_values(name, *values);
        return loss;
      };
      const double slope = (moved(step) - moved(-step)) / (2.0 * step);
      // The loss is a float: a slope smaller than its rounding says nothing.
      const double rounding = 2e-6 / (2.0 * step);
      QVERIFY2(std::abs(slope - square) < 0.05 * square + rounding,
               (name + " " + std::to_string(slope) + " " + std::to_string(square)).c_str());
    }
    QVERIFY(gradients.contains("head.source" + other + ".boxes.weight"));
    QCOMPARE(gradients.at("head.source" + other + ".classes.bias"), std::vector<float>(2, 0.0f));
  }

  void whatASceneGetsDoesNotDependOnItsBatch() {
    const auto network = DetectorNetwork::create(test_detector(), 6);
    const DetectorExample first = example_of(0, test_scene(21)),
                          second = example_of(0, test_scene(22, BoxForm::kAligned, 0));
    const std::vector<const ModelExample*> one = {&first}, two = {&second}, both = {&first, &second};
    const auto alone = network->loss(one, 0, nullptr), other = network->loss(two, 0, nullptr),
               together = network->loss(both, 0, nullptr);
    QVERIFY(alone && other && together);
    // The second scene has no object: its losses count by max(1, 0), those of both by the first one's
    // positives.
    QVERIFY(std::abs(alone->parts[1].second - together->parts[1].second) < 1e-6);
    QVERIFY(other->parts[1].second == 0.0 && std::isfinite(other->total));
    const DetectorExample stranger = example_of(1, test_scene(23));
    const std::vector<const ModelExample*> mixed = {&first, &stranger};
    QVERIFY(!network->loss(mixed, 0, nullptr) && !network->loss({}, 0, nullptr));
  }

  void forcedKernelsChangeTheAnswer() {
    DetectorConfig config = test_detector();
    const auto network = DetectorNetwork::create(config, 7);
    const auto input = detector_input(test_scene(31).points, test_scene(31).colors, config);
    QVERIFY(input);
    KernelSharing sharing;
    QVERIFY(network->add_sharing(*input, 0, "a", sharing));
    QCOMPARE(sharing.layers.size(), network->selecting_layers().size());
    QCOMPARE(sharing.layers.size(), std::size_t{9});
    const LayerSharing& layer = sharing.layers[2];
    QCOMPARE(layer.offsets.size(), std::size_t{27});
    QCOMPARE(sharing.layers[0].cell_m, config.voxel_m);
    QCOMPARE(layer.cell_m, config.voxel_m * config.stem_stride * config.pool * config.strides[0]);
    // Nothing was trained yet: all kernels are copies of one, and none is zero.
    QCOMPARE(layer.shared.change, std::vector<float>(27, 0.0f));
    QCOMPARE(layer.sources[1].exclusive.change, std::vector<float>(27, 0.0f));
    QVERIFY(layer.shared.weight[13] > 0.0f && layer.shared.weight == layer.sources[0].exclusive.weight);
    QCOMPARE(layer.sources[0].beta.size(), std::size_t{1});
    QVERIFY(layer.sources[1].beta.empty() && layer.sources[0].pairs[13] > 0);
    for (std::size_t j = 0; j < 27; ++j) {
      QCOMPARE(layer.sources[0].gamma[0][j] == 1,
               shares_kernel(layer.alpha[j], layer.sources[0].beta[0][j], config.tau));
    }
    QVERIFY(network->force_kernels(layer.name, std::vector<int>(27, 0)));
    KernelSharing forced;
    QVERIFY(network->add_sharing(*input, 0, "a", forced));
    QCOMPARE(forced.layers[2].sources[0].shared(13), 0.0);
    QVERIFY(network->force_kernels(layer.name, {}));
    network->set_threshold(0.0);
    KernelSharing all;
    QVERIFY(network->add_sharing(*input, 0, "a", all));
    QCOMPARE(all.layers[2].sources[0].shared(13), 1.0);
    QVERIFY(!network->force_kernels("neck", {}) && !network->force_kernels(layer.name, {1}));
    const auto plain = DetectorNetwork::create(test_detector(KernelChoice::kOff), 7);
    QVERIFY(!plain->add_sharing(*input, 0, "a", sharing));
  }

  void scenesWithoutUseArePatientlyAnswered() {
    const DetectorConfig config = test_detector();
    const auto network = DetectorNetwork::create(config, 8);
    const auto empty = detector_input({}, {}, config);
    QVERIFY(empty);
    const auto nothing = network->detect(*empty, 0);
    QVERIFY2(nothing, nothing ? "" : nothing.error().message.c_str());
    QVERIFY(nothing->empty());
    const std::vector<float> one_point = {0.5f, 0.5f, 0.5f};
    QVERIFY(network->detect(*detector_input(one_point, {}, config), 1));
    const float none = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> far = {none, 0.0f, 0.0f, 1e30f,   0.0f, 0.0f,
                                    0.1f, 0.1f, 0.1f, 5000.0f, 0.0f, 0.0f};
    const auto kept = detector_input(far, {}, config);
    QVERIFY(kept);
    QCOMPARE(kept->voxels.rows.size(), std::size_t{2});
    QVERIFY(network->detect(*kept, 0));
    QVERIFY(!detector_input(one_point, std::vector<std::uint8_t>{1}, config));
  }

  void wrongAnnotationsAreNamed() {
    const std::vector<int> labels = {0, -1};
    const UprightBox box{{0, 0, 0}, {1, 1, 1}, 0.0};
    const auto outside = detector_sample(point_scene({{2, box}}), labels, 0, 0);
    QVERIFY(!outside);
    QVERIFY(outside.error().message.find("class 2 is outside the list of 2") != std::string::npos);
    QVERIFY(!detector_sample(point_scene({{0, {{0, 0, 0}, {1, 0, 1}, 0.0}}}), labels, 0, 0));
    QVERIFY(!detector_sample(PointScene{}, labels, 0, 0));
    const auto fine = detector_sample(point_scene({{0, box}, {1, box}}), labels, 1, 0);
    QVERIFY(fine);
    QCOMPARE(fine->boxes.size(), std::size_t{1});
    QCOMPARE(fine->points.size(), std::size_t{3});
  }

  void augmentedBoxesStillHoldTheirPoints() {
    for (const BoxForm form : {BoxForm::kAligned, BoxForm::kRotated}) {
      const DetectorSample sample = test_scene(41, form, 1);
      Random random(9);
      for (int i = 0; i < 20; ++i) {
        const DetectorSample changed = augmented(sample, form, {}, random);
        const UprightBox& box = changed.boxes[0];
        const double c = std::cos(box.yaw), s = std::sin(box.yaw);
        for (std::size_t p = 3 * 1500; p + 2 < changed.points.size(); p += 3) {
          const double x = changed.points[p] - box.center.x(), y = changed.points[p + 1] - box.center.y();
          QVERIFY(std::abs(c * x + s * y) < 0.5 * box.size.x() + 1e-4);
          QVERIFY(std::abs(c * y - s * x) < 0.5 * box.size.y() + 1e-4);
        }
        QVERIFY(form == BoxForm::kRotated || box.yaw == 0.0);
      }
    }
  }
};

ALIDADE_TEST(DetectorNetworkTest)

#include "detector_network_test.moc"
