// SPDX-License-Identifier: BSD-3-Clause
// Gradients of real networks: Gram matrices against plain sums, effects, and what leaves a network alone.
#include <cmath>

#include <QTemporaryDir>
#include <QtTest>

#include "core/contention/effects.h"
#include "core/contention/part_gram.h"
#include "core/data/procedural/tabletop.h"
#include "core/nn/decompose/decompose_network.h"
#include "core/nn/gram.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/studies/contention.h"
#include "core/studies/contention_effects.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::shared_ptr<const Dataset> contention_dataset() {
  TabletopRecipe recipe;
  recipe.split = "unit";
  recipe.frames = 12;
  recipe.width = 160;
  recipe.height = 120;
  recipe.models_per_category = 2;
  return make_procedural_dataset(recipe);
}

std::unique_ptr<DecomposeNetwork> contended(bool grouped, std::uint64_t seed = 3) {
  DecomposeConfig config = *named_decompose_config("tiny");
  config.color = ColorSource::kNone;
  config.categories = {"bottle", "bowl", "camera", "can", "laptop", "mug"};
  config.routing = grouped ? std::vector<int>{0, 0, 1, 0, 1, 1} : std::vector<int>(6, 0);
  config.capacities.assign(grouped ? 2 : 1, BranchCapacity::kHigh);
  config.split = grouped ? SplitBlock::kCorrespondence : SplitBlock::kNone;
  return DecomposeNetwork::create(config, seed, nullptr);
}

ContentionOptions small_options() {
  ContentionOptions options;
  options.subset.batches = 2;
  options.subset.batch_size = 2;
  options.subset.min_visible_fraction = 0.05;
  return options;
}

}  // namespace

class ContentionStudyTest : public QObject {
  Q_OBJECT

 private:
  std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }
  std::vector<std::shared_ptr<const Dataset>> sources_{contention_dataset()};
  QTemporaryDir folder_;

 private Q_SLOTS:
  void productsAreThoseOfPlainSums() {
    std::vector<std::vector<float>> rows(3);
    for (std::size_t i = 0; i < 40000; ++i) {
      for (std::size_t r = 0; r < 3; ++r) {
        rows[r].push_back(static_cast<float>(std::sin(0.37 * static_cast<double>(i * (r + 1)))));
      }
    }
    const std::vector<const std::vector<float>*> all{&rows[0], &rows[1], &rows[2]};
    const auto gram = inner_products(all, all);
    for (int a = 0; a < 3; ++a) {
      for (int b = 0; b < 3; ++b) {
        double sum = 0.0;
        for (std::size_t i = 0; i < rows[a].size(); ++i) {
          sum += static_cast<double>(rows[a][i]) * rows[b][i];
        }
        QVERIFY(std::abs(sum - gram[3 * a + b]) < 1e-9 * rows[a].size());
      }
    }
  }

  void aSeriesIsMeasuredOnOneSubset() {
    QVERIFY(contended(true, 1)->save(path("epoch-0001.safetensors"), R"({"steps": 10})"));
    QVERIFY(contended(true, 2)->save(path("epoch-0002.safetensors"), R"({"steps": 20})"));
    const auto series = checkpoint_series({folder_.path().toStdString()});
    QVERIFY(series && series->size() == 2);
    const auto history = measure_contention(*series, sources_, small_options(), JobContext{});
    QVERIFY2(history, history ? "" : history.error().message.c_str());
    const ContentionHistory& h = **history;
    QCOMPARE(h.rows.size(), std::size_t{6});
    QCOMPARE(h.samples, std::vector<std::int64_t>(6, 4));
    QCOMPARE(h.batch_rows.size(), std::size_t{12});
    QCOMPARE(h.epochs[1].step, std::int64_t{20});
    QCOMPARE(h.routing, (std::vector<int>{0, 0, 1, 0, 1, 1}));
    QCOMPARE(h.blocks, (std::vector<std::string>{"backbone", "correspondence", "head"}));
    // The gradient of the mean over a row's batches, computed at once, has the same products.
    auto model = contended(true, 2);
    const auto subset = diagnostic_subset(*model, sources_, small_options().subset, JobContext{});
    std::vector<ParameterValues> gradients(6);
    for (int row = 0; row < 6; ++row) {
      std::vector<const ModelExample*> all;
      for (const SubsetBatch& batch : subset->batches) {
        if (batch.row == row) {
          all.insert(all.end(), batch.examples.begin(), batch.examples.end());
        }
      }
      QVERIFY(model->loss(all, 0, &gradients[row]));
    }
    for (std::size_t t = 0; t < h.tensors.size(); ++t) {
      const auto& a = gradients[2].at(h.tensors[t].name);
      const auto& b = gradients[4].at(h.tensors[t].name);
      double sum = 0.0, squares = 0.0;
      for (std::size_t i = 0; i < a.size(); ++i) {
        sum += static_cast<double>(a[i]) * b[i];
        squares += static_cast<double>(a[i]) * a[i] + static_cast<double>(b[i]) * b[i];
      }
      QVERIFY(std::abs(sum - h.epochs[1].grams[t * 36 + 2 * 6 + 4]) < 1e-4 * squares + 1e-12);
    }
  }

  void severalPassesGiveTheSame() {
    QVERIFY(contended(false)->save(path("whole.safetensors"), "{}"));
    ContentionOptions options = small_options();
    const auto once = measure_contention({{path("whole.safetensors"), 1.0}}, sources_, options, JobContext{});
    options.memory = 4096;
    const auto often =
        measure_contention({{path("whole.safetensors"), 1.0}}, sources_, options, JobContext{});
    QVERIFY(once && often);
    QCOMPARE((*once)->epochs[0].grams, (*often)->epochs[0].grams);
    QCOMPARE((*once)->epochs[0].losses, (*often)->epochs[0].losses);
  }

  void otherArchitecturesInASeriesAreRefused() {
    QVERIFY(contended(false)->save(path("a.safetensors"), "{}"));
    QVERIFY(contended(true)->save(path("b.safetensors"), "{}"));
    const auto mixed = measure_contention({{path("a.safetensors"), 1.0}, {path("b.safetensors"), 2.0}},
                                          sources_, small_options(), JobContext{});
    QVERIFY(!mixed);
    QVERIFY(mixed.error().message.find("b.safetensors") != std::string::npos);
    const auto none = checkpoint_series({path("nothing")});
    QVERIFY(none);  // a file that is not there is told when it is opened
    QVERIFY(!measure_contention(*none, sources_, small_options(), JobContext{}));
  }

  void diffusionTimesAndLossPartsAreRows() {
    auto network = PoseNetwork::create(*named_config("tiny"), 1);
    ContentionSubset options = small_options().subset;
    options.rows = ContentionRows::kDiffusionTime;
    options.time_bins = 3;
    const auto times = diagnostic_subset(*network, sources_, options, JobContext{});
    QVERIFY(times);
    QCOMPARE(times->rows.size(), std::size_t{3});
    // The same objects and the same noise in every row.
    QCOMPARE(times->batches[0].examples, times->batches[2].examples);
    QCOMPARE(times->batches[0].seed, times->batches[2].seed);
    ParameterValues early, late;
    QVERIFY(network->aspect_loss(times->batches[0].examples, 1, times->batches[0].aspect, &early));
    QVERIFY(network->aspect_loss(times->batches[0].examples, 1, times->batches.back().aspect, &late));
    QVERIFY(early != late);
    options.rows = ContentionRows::kLossPart;
    const auto parts = diagnostic_subset(*network, sources_, options, JobContext{});
    QVERIFY(parts);
    QCOMPARE(parts->rows, network->loss_parts());
    // Parts weighed as in the total sum to its gradient.
    ParameterValues whole;
    const auto& batch = parts->batches.front().examples;
    QVERIFY(network->loss(batch, 5, &whole));
    std::vector<double> sum(whole.at("encoder.linear1a.weight").size(), 0.0);
    for (const std::string& part : network->loss_parts()) {
      ParameterValues one;
      QVERIFY(network->aspect_loss(batch, 5, {part, {0.0, 1.0}}, &one));
      for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] += one.at("encoder.linear1a.weight")[i];
      }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
      QVERIFY(std::abs(sum[i] - whole.at("encoder.linear1a.weight")[i]) < 1e-3);
    }
    options.rows = ContentionRows::kDiffusionTime;
    QVERIFY(!diagnostic_subset(*contended(false), sources_, options, JobContext{}));
  }

  /// Moments of 1 everywhere change nothing but the scale; larger ones of a tensor shrink its share.
  void updateSpaceDividesByMoments() {
    const auto model = contended(false);
    QVERIFY(model->save(path("moved.safetensors"), "{}"));
    SafeTensors state;
    const std::int64_t step = 1000000;
    state.tensors["step"] = {"I64", {1}, std::string(reinterpret_cast<const char*>(&step), sizeof step)};
    for (const ParameterInfo& parameter : model->parameters()) {
      std::vector<float> ones(model->parameter_values(parameter.name)->size(), 1.0f);
      if (parameter.name.starts_with("head.")) {
        std::fill(ones.begin(), ones.end(), 4.0f);
      }
      state.tensors["moment2." + parameter.name] = {
          "F32", parameter.shape,
          std::string(reinterpret_cast<const char*>(ones.data()), ones.size() * sizeof(float))};
    }
    QVERIFY(write_safetensors(path("state.safetensors"), state));
    ContentionOptions options = small_options();
    const std::vector<SeriesCheckpoint> one{{path("moved.safetensors"), 1.0}};
    const auto plain = measure_contention(one, sources_, options, JobContext{});
    options.adam_state = path("state.safetensors");
    const auto moved = measure_contention(one, sources_, options, JobContext{});
    QVERIFY(plain && moved);
    QVERIFY((*moved)->space == ContentionSpace::kUpdate);
    for (std::size_t t = 0; t < (*plain)->tensors.size(); ++t) {
      const double factor = (*plain)->tensors[t].block == "head" ? 0.25 : 1.0;
      const double a = (*plain)->epochs[0].grams[t * 36] * factor, b = (*moved)->epochs[0].grams[t * 36];
      QVERIFY(std::abs(a - b) <= 1e-5 * std::abs(a) + 1e-15);
    }
    state.tensors.erase("moment2.head.0.size.layers.1.bias");
    QVERIFY(write_safetensors(path("state.safetensors"), state));
    const auto lacking = measure_contention(one, sources_, options, JobContext{});
    QVERIFY(!lacking && lacking.error().message.find("moment2.head.0.size") != std::string::npos);
  }

  /// An infinitesimal step does what the first order says (that is Taylor, not a finding).
  void aSmallStepFollowsTheGradient() {
    auto model = contended(false);
    ContentionOptions options = small_options();
    const auto subset = diagnostic_subset(*model, sources_, options.subset, JobContext{});
    QVERIFY(subset);
    std::vector<double> predicted, measured;
    std::vector<ParameterValues> gradients(subset->batches.size());
    std::vector<double> before;
    for (std::size_t b = 0; b < subset->batches.size(); ++b) {
      before.push_back(model->loss(subset->batches[b].examples, 0, &gradients[b])->total);
    }
    const double rate = 1e-5;
    for (std::size_t a = 0; a < subset->batches.size(); ++a) {
      ParameterValues kept;
      for (const ParameterInfo& parameter : model->parameters()) {
        auto values = *model->parameter_values(parameter.name);
        kept[parameter.name] = values;
        for (std::size_t i = 0; i < values.size(); ++i) {
          values[i] -= static_cast<float>(rate * gradients[a].at(parameter.name)[i]);
        }
        QVERIFY(model->set_parameter_values(parameter.name, values));
      }
      for (std::size_t b = 0; b < subset->batches.size(); ++b) {
        measured.push_back(model->loss(subset->batches[b].examples, 0, nullptr)->total - before[b]);
        double product = 0.0;
        for (const auto& [name, values] : gradients[a]) {
          for (std::size_t i = 0; i < values.size(); ++i) {
            product += static_cast<double>(values[i]) * gradients[b].at(name)[i];
          }
        }
        predicted.push_back(-rate * product);
      }
      for (const auto& [name, values] : kept) {
        QVERIFY(model->set_parameter_values(name, values));
      }
    }
    const double agreement = list_agreement(predicted, measured, 1, 9).correlation;
    QVERIFY2(agreement > 0.99, qPrintable(QString::number(agreement)));
  }

  void effectsLeaveTheNetworkAsItWas() {
    auto model = contended(false);
    const auto subset = diagnostic_subset(*model, sources_, small_options().subset, JobContext{});
    const std::string before = model->state_digest();
    const auto effect = measure_effect(*model, *subset, {4, 1e-3}, JobContext{});
    QVERIFY(effect);
    QCOMPARE(model->state_digest(), before);
    QCOMPARE(effect->after.size(), std::size_t{36});
    const auto changes = relative_changes(*effect);
    QVERIFY(std::any_of(changes.begin(), changes.end(), [](double change) { return change < 0.0; }));
    std::vector<std::string> head;
    for (const ParameterSet& block : model->blocks()) {
      if (block.name == "head") {
        head = block.parameters;
      }
    }
    const auto pairs = measure_sample_pairs(*model, *subset, 0, 1, head, 3, JobContext{});
    QVERIFY(pairs);
    QCOMPARE(pairs->inner_products.size(), std::size_t{9});
    QCOMPARE(model->state_digest(), before);
  }
};

ALIDADE_TEST(ContentionStudyTest)

#include "contention_study_test.moc"
