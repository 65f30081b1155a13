// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <QTest>

#include "core/nn/keypoint/keypoint_quantization.h"
#include "core/nn/keypoint/keypoint_trainer.h"
#include "core/quant/learned_step.h"
#include "core/studies/keypoint_recipe.h"
#include "core/studies/quantization_sensitivity.h"
#include "tests/quant/quant_fixture.h"
#include "tests/studies/keypoint_workshop.h"
#include "tests/studies/network_samples.h"
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

  void poseNetworksLearnQuantizedWeights() {
    const PoseNetworkConfig config = *named_config("tiny");
    const auto samples = random_samples(config, 6);
    TrainerOptions options;
    options.phases = pose_phases(0, 4);
    options.noise_draws = 2;
    TrainingQuantization how;
    how.per_channel = false;
    how.stages = {{{{"encoder.linear3b.weight", "ternary"}, {"score_head.last.0.weight", "8"}}, 4}};
    const auto start = PoseNetwork::create(config, 3);
    const auto train = [&](int pause_after) {
      std::unique_ptr<PoseTrainer> trainer;
      SafeTensors state;
      for (int step = 0; step < 4; ++step) {
        if (!trainer || step == pause_after) {
          trainer = std::make_unique<PoseTrainer>(config, options);
          [[maybe_unused]] const auto begun = trainer->start_from(*start);
          trainer->freeze_norms();
          [[maybe_unused]] const auto quantized = trainer->quantize(how);
          [[maybe_unused]] const auto restored =
              step == 0 ? Expected<void>() : trainer->restore(state, "state");
        }
        [[maybe_unused]] const auto trained = trainer->train(all(samples));
        state = trainer->state();
      }
      return trainer;
    };
    const auto trainer = train(-1);
    const auto network = trainer->averaged();
    auto values = *network->parameter_values("encoder.linear3b.weight");
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    QCOMPARE(values.size(), std::size_t{3});
    const auto packed = trainer->packed("{}", "test");
    QVERIFY(packed && packed->packed.size() == 2);
    QCOMPARE(unpacked(*packed).tensors.at("encoder.linear3b.weight").bytes.size(),
             network->parameter_values("encoder.linear3b.weight")->size() * sizeof(float));
    QCOMPARE(train(2)->averaged()->state_digest(), network->state_digest());
    // Frozen norms still learn their scale.
    QVERIFY(*network->parameter_values("encoder.norm1.weight") !=
            *start->parameter_values("encoder.norm1.weight"));
    PoseTrainer other(config, options);
    how.stages[0].steps = 3;
    QVERIFY(!other.quantize(how));
  }

  void correctedBiasesKeepTheMeanOutput() {
    const auto samples = samples_of(tiny_config(), 3);
    auto network = KeypointNetwork::create(tiny_config(), 8);
    // The last layer has no ReLU behind it, so its mean can be seen.
    PostTrainingQuantization how;
    how.levels = {{"head.out.weight", "2"}};
    const auto corrected = quantize_after_training(*network, how, pointers(samples));
    how.correct_bias = false;
    const auto plain = quantize_after_training(*network, how, {});
    QVERIFY(corrected && plain);
    const auto mean = [&](KeypointNetwork& used) {
      double sum = 0.0;
      for (const KeypointSample& sample : samples) {
        for (const float value : used.outputs(sample.input)) {
          sum += static_cast<double>(value);
        }
      }
      return sum;
    };
    const double clean = mean(*network);
    QVERIFY(std::abs(mean(*corrected->network) - clean) < 1e-3 * std::abs(clean));
    QVERIFY(std::abs(mean(*plain->network) - clean) > 1e-2 * std::abs(clean));
    how.correct_bias = true;
    QVERIFY(!quantize_after_training(*network, how, {}));
    how.levels = {{"head.out.weight", "powers4"}};
    QVERIFY(!quantize_after_training(*network, how, pointers(samples)));
  }

  void hessianProductsAgreeWithTheFixture() {
    const auto json = quant_json("quant/hutchinson").at("tiny_network");
    std::vector<std::vector<float>> parameters;
    for (const auto& tensor : json.at("params")) {
      parameters.push_back(narrow(numbers_of(tensor)));
    }
    const auto diagonal =
        run_hessian_diagonal(parameters, narrow(numbers_of(json.at("X"))), narrow(numbers_of(json.at("Y"))));
    const auto exact = numbers_of(json.at("exact_hessian_trace_per_tensor"));
    std::size_t at = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      double trace = 0.0;
      for (std::size_t j = 0; j < parameters[i].size(); ++j) {
        trace += diagonal[at++];
      }
      QVERIFY(std::abs(trace - exact[i]) < 1e-5);
    }
  }

  void ourSecondDerivativesAreThoseOfTorch() {
    const TwiceRun run = run_twice(3);
    double largest = 0.0;
    for (const double value : run.torch_product) {
      largest = std::max(largest, std::abs(value));
    }
    QVERIFY(largest > 0.1);
    QVERIFY(largest_difference(run.our_product, run.torch_product) < 1e-4 * largest);
    QVERIFY(float_difference(run.our_gradient, {run.torch_gradient.begin(), run.torch_gradient.end()}) <
            1e-3);
  }

  void tracesAreEstimatedForEveryWeight() {
    const auto samples = samples_of(tiny_config(), 2);
    auto network = KeypointNetwork::create(tiny_config(), 8);
    const auto names = keypoint_weights(*network);
    TraceOptions options;
    options.most_probes = 16;
    const auto traces = keypoint_traces(*network, pointers(samples), names, options);
    QVERIFY(traces && traces->size() == names.size());
    for (const TraceEstimate& trace : *traces) {
      QVERIFY(std::isfinite(trace.mean) && trace.standard_error > 0.0);
      QCOMPARE(trace.products.size(), std::size_t{16});
    }
    // The loss is convex in what the last layer gives, which is linear in its weights.
    QVERIFY(traces->back().mean > 0.0);
    QVERIFY(!keypoint_traces(*network, pointers(samples), {"nowhere.weight"}, options));
  }

  void sensitivitiesAreWhatTheySay() {
    const auto samples = samples_of(tiny_config(), 3);
    const auto network = KeypointNetwork::create(tiny_config(), 8);
    SensitivityInput input{network.get(), pointers(samples), pointers(samples), {}};
    input.scores = [](KeypointNetwork&) -> Expected<std::vector<double>> {
      return std::vector<double>{1.0, 0.0};
    };
    SensitivityOptions options;
    options.traces.most_probes = 16;
    options.bootstrap.replicates = 100;
    const auto parts = sensitivity_modules(*network);
    QCOMPARE(parts.size(), std::size_t{3});
    const auto found = measure_sensitivity(input, parts, options);
    QVERIFY2(found, found ? "" : found.error().message.c_str());
    QCOMPARE(found->size(), 3 * std::size_t{9});
    const auto number = [&](const std::string& score, const std::string& part) {
      return std::find_if(found->begin(), found->end(),
                          [&](const auto& one) { return one.score == score && one.part == part; })
          ->number;
    };
    for (const SweepSensitivity& one : *found) {
      QVERIFY2(one.number.low <= one.number.value && one.number.value <= one.number.high, one.score.c_str());
    }
    QCOMPARE(number("metric", "head").value, 0.0);
    QCOMPARE(number("sqnr_accumulated", "backbone").value, number("sqnr_alone", "backbone").value);
    QVERIFY(number("sqnr_accumulated", "head").value > number("sqnr_alone", "backbone").value - 3.0);
    QVERIFY(number("fisher", "backbone").value > 0.0);
    const auto correlations = score_correlations(*found);
    QVERIFY(!correlations.empty());
    QVERIFY(std::all_of(correlations.begin(), correlations.end(), [](const ScoreCorrelation& one) {
      return one.parts == 3 && std::abs(one.value) <= 1.0;
    }));
    QCOMPARE(sensitivity_layers(*network).size(), keypoint_weights(*network).size());
    input.images.clear();
    QVERIFY(!measure_sensitivity(input, parts, options));
  }

  void recipesBecomePlans() {
    const auto network = KeypointNetwork::create(tiny_config(), 8);
    const auto ends = keypoint_end_weights(*network);
    QCOMPARE(ends.size(), std::size_t{2});
    QuantizationRecipe recipe;
    recipe.stages = {{{"pyramid", "2"}}, {{"all", "8"}, {"head.out", "32"}, {"backbone.stage2", "4"}}};
    recipe.activation_bits = 8;
    const auto how = training_quantization(recipe, *network, ends, 11, 1);
    QVERIFY2(how, how ? "" : how.error().message.c_str());
    QCOMPARE(how->stages[0].steps + how->stages[1].steps, 11);
    QCOMPARE(how->stages[0].levels.size() + how->stages[1].levels.size(),
             keypoint_weights(*network).size() - 1);
    QCOMPARE(how->stages[1].levels.at("backbone.stage2.down.weight"), std::string("4"));
    QCOMPARE(quantization_label(*how, *network), std::string("Wmixed-2-mixed A8"));
    recipe.stages = {{{"pyramid", "2"}}, {{"backbone", "8"}, {"head", "4"}}};
    recipe.ends = EndLayers::kFloat;
    const auto floating = training_quantization(recipe, *network, ends, 2, 1);
    QVERIFY(!floating->stages[1].levels.contains("head.out.weight"));
    recipe.stages = {{{"pyramid", "2"}}, {{"pyramid", "4"}}};
    QVERIFY(says(training_quantization(recipe, *network, ends, 2, 1).error().message, "pyramid"));
    recipe.stages = {{{"neck", "2"}}};
    QVERIFY(says(training_quantization(recipe, *network, ends, 2, 1).error().message, "neck"));
  }

  void recipesOfQuantizationAreStrict() {
    const auto parse = [](const std::string& lines) {
      return parse_keypoint_recipe(
          "[keypoint]\nconfig = \"tiny\"\n[data]\ntrain = \"a\"\n[training]\nsteps = 10\n[quantization]\n" +
              lines,
          "/x/r.toml");
    };
    const auto good = parse(
        "stages = [\"pyramid=2\", \"head=8,backbone=8\"]\nstage_steps = [\"4\", \"6\"]\n"
        "norm = \"live\"\nquantizer = \"inq\"\nscales = \"tensor\"\nends = \"8\"\n");
    QVERIFY2(good, good ? "" : good.error().message.c_str());
    QCOMPARE(good->training.live_norm_share, 1.0);
    QVERIFY(good->norm && good->quantization.quantizer == TrainingQuantizer::kInq);
    QVERIFY(!parse("norm = \"folded\"\nstages = [\"all=8\"]\n")->norm);
    const auto none = parse("quantizer = \"none\"\n");
    QVERIFY(none && !none->quantization.quantizer && none->training.live_norm_share == 0.0);
    for (const char* bad : {"", "stages = [\"pyramid\"]", "stages = [\"all=8\"]\nstage_steps = [\"3\"]",
                            "quantizer = \"none\"\nstages = [\"all=8\"]", "stages = [\"all=unsigned8\"]",
                            "stages = [\"all=8\"]\nactivation_bits = 1"}) {
      const auto refused = parse(bad);
      QVERIFY2(!refused && says(refused.error().message, "/x/r.toml"), bad);
    }
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
