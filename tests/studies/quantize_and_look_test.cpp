// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/quantize_and_look.h"

#include <cmath>
#include <numeric>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/procedural/tabletop.h"
#include "core/nn/checkpoint_file.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/infer.h"
#include "core/studies/weight_histograms.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::shared_ptr<const Dataset> look_dataset() {
  TabletopRecipe recipe;
  recipe.split = "look";
  recipe.frames = 3;
  recipe.width = 160;
  recipe.height = 120;
  recipe.models_per_category = 2;
  return make_procedural_dataset(recipe);
}

std::string demo_path() {
  return alidade::test::source_path("resources/checkpoints/demo.safetensors");
}

LookOptions look_options() {
  LookOptions options;
  options.assignment = {{"encoder", "4"}, {"score_head", "ternary"}};
  options.infer = default_infer_options();
  options.infer.num_samples = 2;
  options.infer.sampler.steps = 5;
  options.infer.frames = {0, 2};
  return options;
}

bool same_poses(const PoseResult& a, const PoseResult& b) {
  return a.estimates.size() == b.estimates.size() &&
         std::equal(a.estimates.begin(), a.estimates.end(), b.estimates.begin(),
                    [](const PoseEstimate& x, const PoseEstimate& y) {
                      return x.cam_from_obj.R == y.cam_from_obj.R && x.cam_from_obj.t == y.cam_from_obj.t;
                    });
}

const LayerHistogram* layer_named(const QuantizedLook& look, const std::string& module) {
  for (const LayerHistogram& layer : look.layers) {
    if (layer.module == module) {
      return &layer;
    }
  }
  return nullptr;
}

}  // namespace

class QuantizeAndLookTest : public QObject {
  Q_OBJECT

  std::shared_ptr<const Dataset> dataset_ = look_dataset();
  std::shared_ptr<Model> model_;
  LookOutcome outcome_;

 private Q_SLOTS:
  void initTestCase() {
    auto model = open_model(demo_path());
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    model_ = std::move(*model);
    const std::string before = model_->state_digest();
    int last = 0;
    const JobContext job{{}, [&](const Progress& progress) {
                           if (progress.total == 4) {
                             last = static_cast<int>(progress.done);
                           }
                         }};
    const auto outcome = quantize_and_look(*dataset_, model_, look_options(), job);
    QVERIFY2(outcome, outcome ? "" : outcome.error().message.c_str());
    outcome_ = *outcome;
    QCOMPARE(last, 4);
    QCOMPARE(model_->state_digest(), before);
  }

  void theFullResultIsThatOfTheNetwork() {
    auto& network = dynamic_cast<ScoreModel&>(*model_);
    const auto alone = infer_poses(*dataset_, network, look_options().infer, {});
    QVERIFY(bool(alone));
    QVERIFY(!outcome_.full->estimates.empty());
    QVERIFY(same_poses(**alone, *outcome_.full));
    QCOMPARE(outcome_.full->provenance.recipe, (*alone)->provenance.recipe);
  }

  /// `quantize apply` and `export` write a checkpoint; opened, it estimates the same bits.
  void theQuantizedResultIsThatOfTheExportedFile() {
    const auto file = read_checkpoint(demo_path());
    QVERIFY(bool(file));
    const LookOptions options = look_options();
    const auto packed = quantize_modules(file->content, "demo.safetensors", file->sha256,
                                         weight_modules(*model_), options.assignment, options.weights);
    QVERIFY(bool(packed));
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("exported.safetensors").toStdString();
    QVERIFY(write_safetensors(path, unpacked(*packed)));
    const auto exported = open_score_model(path);
    QVERIFY2(exported, exported ? "" : exported.error().message.c_str());
    const auto alone = infer_poses(*dataset_, **exported, options.infer, {});
    QVERIFY(bool(alone));
    QVERIFY(same_poses(**alone, *outcome_.quantized));
    QVERIFY(!same_poses(*outcome_.full, *outcome_.quantized));
  }

  void namesAndRecipeSayWhatWasDone() {
    QVERIFY(outcome_.quantized->name.ends_with("W4-32-ternary"));
    QCOMPARE(outcome_.look->label, std::string("W4-32-ternary"));
    const std::string& recipe = outcome_.quantized->provenance.recipe;
    QVERIFY(recipe.find("\"quantization\"") != std::string::npos);
    QVERIFY(recipe.find("4 bit, 16 levels") != std::string::npos);
    QVERIFY(recipe.find(model_->checkpoint_sha256()) != std::string::npos);
  }

  void objectsComeWorstFirst() {
    const auto& objects = outcome_.look->objects;
    QCOMPARE(objects.size(), outcome_.full->estimates.size());
    for (std::size_t i = 1; i < objects.size(); ++i) {
      QVERIFY(objects[i - 1].lost || objects[i - 1].worsening() >= objects[i].worsening());
    }
    const WorsenedObject& worst = objects.front();
    const PoseEstimate* estimate = outcome_.quantized->find(worst.frame, worst.instance);
    QVERIFY(estimate && estimate->error.rotation_reduced == worst.rotation_quantized);
    const auto frame = dataset_->load(worst.frame, {false, false, false, false});
    QVERIFY(bool(frame));
    for (const Instance& instance : frame->instances) {
      if (instance.index == worst.instance) {
        const double expected = estimate->error.translation +
                                2.0 * std::sin(worst.rotation_quantized / 2.0) * instance.size.norm() / 2.0;
        QVERIFY(std::abs(worst.shift_quantized - expected) < 1e-12);
      }
    }
  }

  void histogramsCountEveryWeight() {
    for (const LayerHistogram& layer : outcome_.look->layers) {
      const auto parameters = static_cast<std::uint64_t>(layer.parameters);
      QCOMPARE(std::accumulate(layer.counts.begin(), layer.counts.end(), std::uint64_t{0}), parameters);
      QCOMPARE(std::accumulate(layer.level_counts.begin(), layer.level_counts.end(), std::uint64_t{0}),
               layer.levels.empty() ? 0 : parameters);
      QVERIFY(layer.low == -layer.high && layer.energy > 0.0);
    }
    const LayerHistogram* ternary = layer_named(*outcome_.look, "score_head");
    QVERIFY(ternary && ternary->level_values == std::vector<double>({-1.0, 0.0, 1.0}));
    QVERIFY(ternary->squared_error > 0.0 && ternary->squared_error < ternary->energy);
    const LayerHistogram* kept = layer_named(*outcome_.look, "regression");
    QVERIFY(kept && kept->levels.empty() && kept->squared_error == 0.0);
    // Nearest levels in units of the scale: what lies beyond one half is not 0.
    std::uint64_t inner = 0;
    const double width = (ternary->high - ternary->low) / static_cast<double>(ternary->counts.size());
    for (std::size_t bin = 0; bin < ternary->counts.size(); ++bin) {
      const double center = ternary->low + (static_cast<double>(bin) + 0.5) * width;
      inner += std::abs(center) < 0.5 - width ? ternary->counts[bin] : 0;
    }
    QVERIFY(inner <= ternary->level_counts[1] &&
            ternary->level_counts[1] < parameters_near(*ternary, 0.5 + width));
  }

  void whatMakesNoSenseIsSaidAndLeavesTheNetwork() {
    const std::string before = model_->state_digest();
    LookOptions options = look_options();
    options.assignment = {{"tail", "4"}};
    const auto unknown = quantize_and_look(*dataset_, model_, options, {});
    QVERIFY(!unknown && unknown.error().message.find("no module \"tail\"") != std::string::npos);
    options.assignment = {{"encoder", "32"}};
    const auto nothing = quantize_and_look(*dataset_, model_, options, {});
    QVERIFY(!nothing && nothing.error().message.find("leaves every weight float32") != std::string::npos);
    // Stopped while the quantized network is in place.
    std::stop_source stop;
    const JobContext job{stop.get_token(), [&](const Progress& progress) {
                           if (progress.step == "estimating with quantized weights") {
                             stop.request_stop();
                           }
                         }};
    const auto stopped = quantize_and_look(*dataset_, model_, look_options(), job);
    QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
    QCOMPARE(model_->state_digest(), before);
  }

 private:
  static std::uint64_t parameters_near(const LayerHistogram& layer, double reach) {
    std::uint64_t count = 0;
    const double width = (layer.high - layer.low) / static_cast<double>(layer.counts.size());
    for (std::size_t bin = 0; bin < layer.counts.size(); ++bin) {
      const double center = layer.low + (static_cast<double>(bin) + 0.5) * width;
      count += std::abs(center) < reach ? layer.counts[bin] : 0;
    }
    return count;
  }
};

ALIDADE_TEST(QuantizeAndLookTest)
#include "quantize_and_look_test.moc"
