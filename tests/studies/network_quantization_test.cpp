// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QTest>

#include "core/nn/keypoint/keypoint_trainer.h"
#include "core/quant/learned_step.h"
#include "tests/quant/quant_fixture.h"
#include "tests/studies/keypoint_workshop.h"
#include "tests/support/quantized_modules.h"

using namespace alidade;
using namespace alidade::test;
using namespace alidade::keypoint_workshop;

namespace {

std::vector<float> narrow(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

double float_difference(const std::vector<float>& a, const std::vector<double>& b) {
  return largest_difference({a.begin(), a.end()}, b);
}

TrainingQuantization plain_layers(TrainingQuantizer quantizer, const std::string& levels, int steps) {
  TrainingQuantization how;
  how.quantizer = quantizer;
  how.stages = {{{{"first.weight", levels}}, steps / 2}, {{{"second.weight", "4"}}, steps - steps / 2}};
  how.fractions = {{0.0, 0.3}, {0.5, 0.7}, {0.8, 1.0}};
  return how;
}

/// Pyramid at once, head and backbone later.
TrainingQuantization keypoint_stages(const KeypointNetwork& network, TrainingQuantizer quantizer, int steps) {
  TrainingQuantization how;
  how.quantizer = quantizer;
  how.activation_bits = 8;
  how.fractions = inq_fractions();
  how.stages.resize(2);
  how.stages[0].steps = steps / 2;
  how.stages[1].steps = steps - steps / 2;
  for (const ParameterSet& module : network.modules()) {
    for (const std::string& name : module.parameters) {
      if (name.ends_with("weight") && !name.ends_with("norm.weight")) {
        const bool first = module.name == "pyramid";
        how.stages[first ? 0 : 1].levels[name] = first ? "ternary" : "8";
      }
    }
  }
  return how;
}

Expected<std::unique_ptr<KeypointTrainer>> keypoint_trainer(TrainingQuantizer quantizer, int steps) {
  KeypointTraining training;
  training.steps = steps;
  training.live_norm_share = 0.0;
  training.rate.base = 1e-3;
  training.seed = 3;
  auto network = KeypointNetwork::create(tiny_config(), 5);
  const TrainingQuantization how = keypoint_stages(*network, quantizer, steps);
  auto trainer = std::make_unique<KeypointTrainer>(std::move(network), training);
  if (auto quantized = trainer->quantize(how); !quantized) {
    return quantized.error();
  }
  return trainer;
}

}  // namespace

class NetworkQuantizationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void fusedStepsAgreeWithTheFixture() {
    std::size_t compared = 0;
    for (const auto& entry : quant_json("quant/lsq")) {
      const StepRange range = *step_range(entry.at("bits"), entry.at("signed"));
      const StepLevels levels{static_cast<float>(range.low), static_cast<float>(range.high), false};
      const auto wide = numbers_of(entry.at("v"));
      const auto wide_steps = numbers_of(entry.at("step"));
      const auto out = numbers_of(entry.at("out")), value_gradients = numbers_of(entry.at("grad_v"));
      // Exact halves and bounds of double precision lie on either side of themselves in float32.
      std::vector<bool> is_edge(wide.size());
      for (std::size_t i = 0; i < wide.size(); ++i) {
        const double ratio = wide[i] / wide_steps[i / (wide.size() / wide_steps.size())];
        const double off = std::abs(2.0 * ratio - std::nearbyint(2.0 * ratio));
        is_edge[i] = off < 1e-5;
      }
      const auto shape = entry.at("shape").get<std::vector<std::int64_t>>();
      const auto run = run_learned_step(narrow(wide), shape, narrow(wide_steps), levels,
                                        entry.at("grad_scale"), narrow(numbers_of(entry.at("grad_out"))), 2);
      for (std::size_t i = 0; i < wide.size(); ++i) {
        if (!is_edge[i]) {
          QVERIFY(std::abs(static_cast<double>(run.out[i]) - out[i]) < 1e-5);
          QVERIFY(std::abs(static_cast<double>(run.value_gradients[i]) - value_gradients[i]) < 1e-6);
          ++compared;
        }
      }
      const auto step_gradients = numbers_of(entry.at("grad_step"));
      const std::size_t group = wide.size() / step_gradients.size();
      for (std::size_t i = 0; i < step_gradients.size(); ++i) {
        const auto first = is_edge.begin() + static_cast<std::ptrdiff_t>(i * group);
        if (std::find(first, first + static_cast<std::ptrdiff_t>(group), true) ==
            first + static_cast<std::ptrdiff_t>(group)) {
          QVERIFY(std::abs(static_cast<double>(run.step_gradients[i]) - step_gradients[i]) < 1e-5);
        }
      }
    }
    QVERIFY(compared > 200);
  }

  void fusedStepsAgreeWithTheReference() {
    // Enough values for several blocks and threads; rows whose length is no multiple of anything.
    const std::vector<std::int64_t> shape{4, 3, 101, 67};
    const auto wide = random_weights(4 * 3 * 101 * 67, 1), wide_gradients = random_weights(wide.size(), 2);
    const auto values = narrow(wide), gradients = narrow(wide_gradients);
    const std::vector<double> rounded(values.begin(), values.end()),
        rounded_gradients(gradients.begin(), gradients.end());
    const StepLevels levels{-4.0F, 3.0F, false};
    for (const std::vector<float>& steps : {std::vector<float>{0.25F}, {0.5F, 0.25F, 0.125F, 1.0F}}) {
      const std::vector<double> wide_steps(steps.begin(), steps.end());
      const auto forward = step_forward(rounded, wide_steps, {-4.0, 3.0});
      const auto backward = step_backward(rounded, wide_steps, {-4.0, 3.0}, rounded_gradients, 0.5);
      const auto one = run_learned_step(values, shape, steps, levels, 0.5, gradients, 1);
      QVERIFY(float_difference(one.out, forward->values) == 0.0);
      QVERIFY(float_difference(one.value_gradients, backward->values) < 1e-7);
      for (std::size_t i = 0; i < steps.size(); ++i) {
        QVERIFY(std::abs(one.step_gradients[i] - backward->steps[i]) <
                1e-4 * std::abs(backward->steps[i]) + 1e-3);
      }
      const auto two = run_learned_step(values, shape, steps, levels, 0.5, gradients, 2);
      QCOMPARE(two.step_gradients, one.step_gradients);
      QCOMPARE(two.value_gradients, one.value_gradients);
      // Another order in memory changes the sums alone.
      const auto last = run_learned_step(values, shape, steps, levels, 0.5, gradients, 2, true);
      QCOMPARE(last.out, one.out);
      QCOMPARE(last.value_gradients, one.value_gradients);
      QVERIFY(std::abs(last.step_gradients[0] - one.step_gradients[0]) < 1e-2);
    }
  }

  void binaryStepsFollowTheirSurrogate() {
    // Like any other levels: with sign(v) - v / s held fixed, s (clip(v / s) + that) is smooth inside.
    const std::vector<float> values{-2.0F, -0.9F, -0.1F, 0.0F, 0.3F, 1.5F};
    const std::vector<float> gradients{1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F};
    const auto run = run_learned_step(values, {6}, {1.0F}, {-1.0F, 1.0F, true}, 1.0, gradients, 1);
    QCOMPARE(run.out, (std::vector<float>{-1.0F, -1.0F, -1.0F, 1.0F, 1.0F, 1.0F}));
    QCOMPARE(run.value_gradients, (std::vector<float>{0.0F, 2.0F, 3.0F, 4.0F, 5.0F, 0.0F}));
    const double slope = -1.0 - 2.0 * 0.1 - 3.0 * 0.9 + 4.0 + 5.0 * 0.7 + 6.0;
    QVERIFY(std::abs(run.step_gradients[0] - slope) < 1e-5);
    // A step that fell to 0 or below stays usable.
    for (const float value :
         run_learned_step(values, {6}, {-1.0F}, {-2.0F, 1.0F, false}, 1.0, gradients, 1).out) {
      QVERIFY(std::isfinite(value));
    }
  }

  void normsDoWhatTheirNamesSay() {
    const NormRun run = run_norms(4);
    QCOMPARE(run.frozen, run.evaluated);
    QVERIFY(!run.frozen_moves_statistics && run.frozen_norm_learns);
    QVERIFY(run.live != run.frozen);
    QVERIFY(run.live_moves_statistics);
    QVERIFY(float_difference(run.folded, {run.evaluated.begin(), run.evaluated.end()}) < 1e-5);
  }

  void plainLayersEndAtTheirLevels_data() {
    QTest::addColumn<int>("quantizer");
    QTest::addColumn<QString>("levels");
    QTest::newRow("LSQ ternary") << int(TrainingQuantizer::kLsq) << "ternary";
    QTest::newRow("LSQ binary") << int(TrainingQuantizer::kLsq) << "binary";
    QTest::newRow("LSQ 15 levels") << int(TrainingQuantizer::kLsq) << "balanced15";
    QTest::newRow("INQ powers") << int(TrainingQuantizer::kInq) << "powers5";
    QTest::newRow("INQ ternary") << int(TrainingQuantizer::kInq) << "ternary";
  }

  void plainLayersEndAtTheirLevels() {
    QFETCH(int, quantizer);
    QFETCH(QString, levels);
    const auto how = plain_layers(TrainingQuantizer(quantizer), levels.toStdString(), 12);
    const auto run = run_plain_layers(how, 1);
    QVERIFY2(run, run ? "" : run.error().message.c_str());
    QCOMPARE(run->codes.size(), std::size_t{2});
    for (const auto& [name, codes] : run->codes) {
      QCOMPARE(narrow(dequantized(codes)), run->written.at(name));
    }
    QCOMPARE(run->codes.at("first.weight").levels.name(), levels.toStdString());
    // Stopped and gone on with, in either stage.
    for (const int pause : {1, 4, 6, 9}) {
      const auto resumed = run_plain_layers(how, 1, pause);
      QVERIFY(resumed);
      QCOMPARE(resumed->loss, run->loss);
      QCOMPARE(resumed->written, run->written);
    }
  }

  void frozenWeightsDoNotMove() {
    const auto how = plain_layers(TrainingQuantizer::kInq, "powers4", 20);
    const auto run = run_plain_layers(how, 2);
    QVERIFY(run);
    // Shares of 48 weights at steps 0, 5 and 8 of its 10: 14, 33, 48.
    const auto moved = [&](std::size_t step) {
      std::size_t count = 0;
      for (std::size_t i = 0; i < 48; ++i) {
        count += run->first[step][i] != run->first[step + 1][i];
      }
      return count;
    };
    QCOMPARE(moved(1), std::size_t{34});
    QCOMPARE(moved(6), std::size_t{15});
    QCOMPARE(moved(8), std::size_t{0});
    QCOMPARE(run->first.back(), run->written.at("first.weight"));
  }

  void keypointTrainingIsResumedToTheBit() {
    const int steps = 6;
    const auto samples = samples_of(tiny_config(), 3);
    for (const TrainingQuantizer quantizer : {TrainingQuantizer::kLsq, TrainingQuantizer::kInq}) {
      auto whole = keypoint_trainer(quantizer, steps);
      QVERIFY2(whole, whole ? "" : whole.error().message.c_str());
      SafeTensors half;
      for (int step = 0; step < steps; ++step) {
        if (step == 4) {
          half = (*whole)->state();
        }
        QVERIFY((*whole)->train(pointers(samples)));
      }
      auto resumed = keypoint_trainer(quantizer, steps);
      QVERIFY((*resumed)->restore(half, "state"));
      while ((*resumed)->step() < steps) {
        QVERIFY((*resumed)->train(pointers(samples)));
      }
      QCOMPARE((*resumed)->network().state_digest(), (*whole)->network().state_digest());
      QVERIFY((*resumed)->network().inputs() == (*whole)->network().inputs());
    }
  }

  void finishedNetworksAreTheirPackedCodes() {
    const int steps = 4;
    const auto samples = samples_of(tiny_config(), 3);
    auto trainer = keypoint_trainer(TrainingQuantizer::kLsq, steps);
    QVERIFY(trainer);
    for (int step = 0; step < steps; ++step) {
      QVERIFY((*trainer)->train(pointers(samples)));
    }
    KeypointNetwork& network = (*trainer)->network();
    const auto packed = (*trainer)->packed("{}", "ternary pyramid");
    QVERIFY2(packed, packed ? "" : packed.error().message.c_str());
    const auto content = packed_content(*packed);
    QVERIFY2(content, content ? "" : content.error().message.c_str());
    const SafeTensors opened = unpacked(*parse_packed(*content, "packed"));
    QVERIFY(opened.tensors == network.content("{}").tensors);
    QCOMPARE(opened.metadata.at(kInputQuantizationKey), input_quantization_text(network.inputs()));
    QCOMPARE(network.inputs().size(), packed->packed.size());
    // The checkpoint gives what the quantized network gives, inputs included.
    const auto reopened = KeypointNetwork::open({"network", "", opened});
    QVERIFY2(reopened, reopened ? "" : reopened.error().message.c_str());
    const auto a = network.votes(samples[0].input, 0.0), b = (*reopened)->votes(samples[0].input, 0.0);
    QCOMPARE(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      QCOMPARE(a[i].confidence, b[i].confidence);
    }
    const auto graph = network.layer_graph();
    QVERIFY(std::all_of(graph.nodes.begin(), graph.nodes.end(), [](const LayerNode& node) {
      return node.kind != LayerNode::Kind::kConvolution || node.input_scale > 0.0F;
    }));
  }

  void callsThatCannotBeMeantAreRefused() {
    auto how = plain_layers(TrainingQuantizer::kLsq, "4", 4);
    how.stages[0].levels = {{"third.weight", "4"}};
    auto refused = run_plain_layers(how, 1);
    QVERIFY(!refused && says(refused.error().message, "third.weight"));
    how.stages[0].levels = {{"second.weight", "4"}};
    refused = run_plain_layers(how, 1);
    QVERIFY(!refused && says(refused.error().message, "two stages"));
    how = plain_layers(TrainingQuantizer::kLsq, "powers5", 4);
    QVERIFY(!check_quantization(how));
    how = plain_layers(TrainingQuantizer::kInq, "4", 4);
    how.fractions = {{0.0, 0.5}, {0.5, 0.4}};
    QVERIFY(!check_quantization(how));
    how.fractions = inq_fractions();
    QVERIFY(check_quantization(how));
    how.stages[1].steps = 0;
    QVERIFY(!check_quantization(how));
    how = {};
    QVERIFY(!check_quantization(how));
  }

  void endsGetWhatIsAskedFor() {
    auto how = plain_layers(TrainingQuantizer::kLsq, "ternary", 4);
    how.activation_bits = 4;
    auto eight = how, none = how;
    set_ends(eight, {"first.weight"}, EndLayers::kEightBit);
    QCOMPARE(eight.stages[0].levels.at("first.weight"), std::string("8"));
    QCOMPARE(eight.input_bits("first"), 8);
    QCOMPARE(eight.input_bits("second"), 4);
    set_ends(none, {"first.weight", "elsewhere.weight"}, EndLayers::kFloat);
    QVERIFY(none.stages[0].levels.empty());
    QCOMPARE(inq_rate_factor(0.0), 1.0);
    QCOMPARE(inq_rate_factor(0.12), 0.1);
    QCOMPARE(how.stage_of(1), 0);
    QCOMPARE(how.stage_of(2), 1);
  }
};

ALIDADE_TEST(NetworkQuantizationTest)
#include "network_quantization_test.moc"
