// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/data/procedural/tabletop.h"
#include "core/io/safetensors.h"
#include "core/nn/vit/encoder_training.h"
#include "core/studies/train.h"
#include "core/studies/training_tasks.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

constexpr char kEncoderTabletop[] =
    "split = \"unit\"\nseed = 3\nframes = 6\nwidth = 160\nheight = 120\nmodels_per_category = 2\n";
constexpr char kEncoderRecipe[] =
    "[encoder]\nconfig = \"encoder_tiny\"\nsize_px = 42\nsteps = 10\n[data]\ntrain = \"tabletop.toml\"\n"
    "validation = \"tabletop.toml\"\nvalidation_frames = 2\n[training]\nseed = 4\nbatch = 6\nlog_every = 2\n"
    "checkpoint_every = 3\n";

const VisionTransformerConfig& tiny_encoder() {
  static const VisionTransformerConfig config = *named_vision_transformer("encoder_tiny");
  return config;
}

/// Without clipping, decay and augmentation: a step's loss is a plain function of the weights.
EncoderTrainerOptions plain_encoder_options() {
  EncoderTrainerOptions options;
  options.seed = 5;
  options.steps = 200;
  options.size_px = 42;
  options.categories = 6;
  options.warmup_steps = 1;
  options.gradient_clip = 1e9;
  options.weight_decay = 0.0;
  options.augmentation = {0.0, 0.0, 0.0, 0.0, 0.0};
  return options;
}

std::vector<EncoderSample> tabletop_crops() {
  TabletopRecipe recipe;
  recipe.split = "unit";
  recipe.frames = 3;
  recipe.width = 160;
  recipe.height = 120;
  recipe.models_per_category = 2;
  const auto samples = collect_encoder_samples(*make_procedural_dataset(recipe), 0, EncoderRecipe{}, {});
  return samples ? *samples : std::vector<EncoderSample>();
}

std::vector<const EncoderSample*> pointers(const std::vector<EncoderSample>& samples) {
  std::vector<const EncoderSample*> out;
  for (const EncoderSample& sample : samples) {
    out.push_back(&sample);
  }
  return out;
}

std::vector<float> numbers_of(const TensorEntry& entry) {
  std::vector<float> out(entry.bytes.size() / sizeof(float));
  std::memcpy(out.data(), entry.bytes.data(), entry.bytes.size());
  return out;
}

/// The total loss of the first step from this state; the moments then hold a tenth of the gradient.
double encoder_loss(const SafeTensors& state, const std::vector<EncoderSample>& samples, SafeTensors* after) {
  const EncoderTrainerOptions options = plain_encoder_options();
  EncoderTrainer trainer(tiny_encoder(), options);
  const auto restored = trainer.restore(state, "memory");
  const auto losses = trainer.train(pointers(samples));
  if (after != nullptr) {
    *after = trainer.state();
  }
  return restored && losses ? losses->nocs + options.category_weight * losses->category : std::nan("");
}

std::string encoder_bytes_of(const fs::path& path) {
  const auto bytes = read_file(path, 1 << 28);
  return bytes ? *bytes : std::string("unreadable");
}

/// Empties the gradient of one parameter.
struct EmptyingHook final : GradientHook {
  std::vector<std::string> seen;
  Expected<void> see(int, std::span<const NamedGradient> gradients) override {
    for (const NamedGradient& gradient : gradients) {
      seen.push_back(gradient.name);
      if (gradient.name == "encoder.blocks.0.attn.qkv.bias") {
        std::fill(gradient.values.begin(), gradient.values.end(), 0.0F);
      }
    }
    return {};
  }
};

}  // namespace

class EncoderTrainingTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }
  void write(const char* name, const std::string& text) const { std::ofstream(path(name)) << text; }
  Expected<void> run(const char* recipe, const char* folder, bool resume = false,
                     const JobContext& job = {}) {
    return train(path(recipe), {path(folder), resume}, DatasetReaders{}, job);
  }

 private Q_SLOTS:
  void initTestCase() {
    write("tabletop.toml", kEncoderTabletop);
    write("encoder.toml", kEncoderRecipe);
    const auto done = run("encoder.toml", "whole");
    QVERIFY2(done, done ? "" : done.error().message.c_str());
  }

  // A made-up object: NOCS rises along the columns and down the rows, half of it is background.
  void patchesTellTheMeanOfWhatIsOnThem() {
    EncoderSample sample;
    sample.color = ImageU8(42, 42, 3, 90);
    sample.nocs = ImageU8(42, 42, 3);
    for (int y = 0; y < 42; ++y) {
      for (int x = 0; x < 24; ++x) {
        const std::uint8_t nocs[] = {static_cast<std::uint8_t>(100 + x),
                                     static_cast<std::uint8_t>(50 + 2 * y), 130};
        std::copy_n(nocs, 3, sample.nocs.pixel(x, y));
      }
    }
    sample.square = {0.0, 0.0, 42.0};
    for (const bool symmetric : {false, true}) {
      sample.symmetric_y = symmetric;
      const EncoderBatch batch = make_encoder_batch({&sample}, 42, 14, {}, nullptr);
      QCOMPARE(batch.patches, 9);
      QCOMPARE(batch.planes.size(), std::size_t{3 * 42 * 42});
      for (int row = 0; row < 3; ++row) {
        for (int col = 0; col < 3; ++col) {
          // Every other pixel: 7 columns, of which 5 lie on the object in the second patch, none in the
          // third.
          const int seen = col == 0 ? 7 : col == 1 ? 5 : 0;
          const double x = (100 + 14 * col + (seen - 1)) / 255.0, y = (50 + 2 * (14 * row + 6)) / 255.0;
          double radius = 0.0;
          for (int i = 0; i < seen; ++i) {
            radius += std::hypot((100 + 14 * col + 2 * i) / 255.0 - 0.5, 130 / 255.0 - 0.5) / seen;
          }
          const float* target = &batch.target[4 * (3 * row + col)];
          const float* weight = &batch.weight[4 * (3 * row + col)];
          const double expected[] = {x, y, 130 / 255.0, radius};
          for (int k = 0; k < 4; ++k) {
            const bool looked_at = seen > 0 && (k == 1 || (k == 3 ? symmetric : !symmetric));
            QCOMPARE(weight[k], looked_at ? 1.0F : 0.0F);
            QVERIFY(seen == 0 || std::abs(target[k] - expected[k]) < 1e-6);
          }
        }
      }
    }
  }

  void tabletopObjectsLieInTheirCrops() {
    const auto samples = tabletop_crops();
    QVERIFY(samples.size() > 6);
    int symmetric = 0, on_object = 0;
    for (const EncoderSample& sample : samples) {
      QVERIFY(sample.category >= 0 && sample.category < 6);
      symmetric += sample.symmetric_y ? 1 : 0;
      const EncoderBatch batch = make_encoder_batch({&sample}, 42, 14, {}, nullptr);
      for (std::size_t i = 0; i < batch.weight.size(); ++i) {
        on_object += batch.weight[i] > 0.0F ? 1 : 0;
        QVERIFY(batch.weight[i] == 0.0F || (batch.target[i] >= 0.0F && batch.target[i] <= 1.0F));
      }
    }
    QVERIFY(symmetric > 0 && symmetric < static_cast<int>(samples.size()));
    QVERIFY(on_object > 8 * static_cast<int>(samples.size()));
  }

  // Along the gradient the loss must rise by its squared norm: central differences, tensor by tensor.
  void gradientsAreThoseOfTheLoss() {
    const auto samples = tabletop_crops();
    const SafeTensors begin = EncoderTrainer(tiny_encoder(), plain_encoder_options()).state();
    SafeTensors after;
    QVERIFY(std::isfinite(encoder_loss(begin, samples, &after)));
    for (const char* name :
         {"encoder.cls_token", "encoder.pos_embed", "encoder.patch_embed.proj.weight",
          "encoder.blocks.0.attn.qkv.weight", "encoder.blocks.1.ls2.gamma", "encoder.blocks.1.mlp.fc1.bias",
          "encoder.norm.weight", "heads.patch.weight", "heads.category.bias"}) {
      std::vector<float> gradient = numbers_of(after.tensors.at(std::string("moment1.") + name));
      double squared = 0.0;
      for (float& g : gradient) {
        g *= 10.0F;
        squared += static_cast<double>(g) * g;
      }
      QVERIFY2(squared > 0.0, name);
      const double step = 3e-3 / std::sqrt(squared);
      double loss[2];
      for (const int side : {0, 1}) {
        SafeTensors moved = begin;
        TensorEntry& entry = moved.tensors.at(std::string("model.") + name);
        std::vector<float> weight = numbers_of(entry);
        for (std::size_t i = 0; i < weight.size(); ++i) {
          weight[i] += static_cast<float>((side == 0 ? -step : step) * gradient[i]);
        }
        std::memcpy(entry.bytes.data(), weight.data(), entry.bytes.size());
        loss[side] = encoder_loss(moved, samples, nullptr);
      }
      const double slope = (loss[1] - loss[0]) / (2.0 * step * squared);
      QVERIFY2(std::abs(slope - 1.0) < 0.03, qPrintable(QString("%1: %2").arg(name).arg(slope)));
    }
  }

  void theLossFallsAndTheAverageFollows() {
    const auto samples = tabletop_crops();
    EncoderTrainerOptions options = plain_encoder_options();
    options.ema_decay = 0.9;
    EncoderTrainer trainer(tiny_encoder(), options);
    const EncoderLosses first = trainer.evaluate(pointers(samples));
    for (int i = 0; i < options.steps; ++i) {
      QVERIFY(trainer.train(pointers(samples)));
    }
    const EncoderLosses last = trainer.evaluate(pointers(samples));
    QVERIFY2(last.nocs < 0.5 * first.nocs && last.category < 0.5 * first.category,
             qPrintable(QString("%1 -> %2, %3 -> %4")
                            .arg(first.nocs)
                            .arg(last.nocs)
                            .arg(first.category)
                            .arg(last.category)));
  }

  void resumedTrainingHasTheSameBits() {
    const auto samples = tabletop_crops();
    EncoderTrainerOptions options = plain_encoder_options();
    options.augmentation = {};
    options.weight_decay = 0.1;
    EncoderTrainer whole(tiny_encoder(), options), first(tiny_encoder(), options);
    for (int i = 0; i < 5; ++i) {
      QVERIFY(whole.train(pointers(samples)));
      QVERIFY(i >= 2 || first.train(pointers(samples)));
    }
    EncoderTrainer second(tiny_encoder(), options);
    QVERIFY(second.restore(first.state(), "memory"));
    for (int i = 2; i < 5; ++i) {
      QVERIFY(second.train(pointers(samples)));
    }
    QVERIFY(second.state() == whole.state());
    QCOMPARE(second.averaged()->sha256(), whole.averaged()->sha256());
  }

  void theHookSeesEveryGradient() {
    const auto samples = tabletop_crops();
    EncoderTrainer trainer(tiny_encoder(), plain_encoder_options());
    const SafeTensors begin = trainer.state();
    EmptyingHook hook;
    trainer.set_gradient_hook(&hook);
    QVERIFY(trainer.train(pointers(samples)));
    const SafeTensors end = trainer.state();
    // All but mask_token, which nothing uses; both heads.
    QCOMPARE(hook.seen.size(), vision_transformer_parameters(tiny_encoder()).size() - 1 + 4);
    for (const std::string& name : hook.seen) {
      const bool same = begin.tensors.at("model." + name) == end.tensors.at("model." + name);
      QVERIFY2(same == (name == "encoder.blocks.0.attn.qkv.bias"), name.c_str());
    }
  }

  void unknownCategoriesAreRefused() {
    auto samples = tabletop_crops();
    EncoderTrainer trainer(tiny_encoder(), plain_encoder_options());
    for (const int category : {-1, 6}) {
      samples[1].category = category;
      const auto losses = trainer.train(pointers(samples));
      QVERIFY(!losses && losses.error().code == ErrorCode::kInput);
      QCOMPARE(trainer.step(), 0);
    }
  }

  void aRunLeavesAnEncoder() {
    const auto encoder = ImageEncoder::load(path("whole/final.safetensors"));
    QVERIFY2(encoder, encoder ? "" : encoder.error().message.c_str());
    QVERIFY((*encoder)->config() == tiny_encoder());
    QCOMPARE((*encoder)->report(), std::string("35 of 35 tensors"));  // the heads are gone
    QVERIFY((*encoder)->training().find("provenance") != std::string::npos);
    std::ifstream metrics(path("whole/metrics.jsonl"));
    int validated = 0;
    for (std::string line; std::getline(metrics, line);) {
      const auto entry = nlohmann::json::parse(line);
      for (const char* key : {"nocs", "category"}) {
        QVERIFY(entry.at("train").at(key).get<double>() > 0.0);
        QVERIFY(!entry.contains("validation") || entry.at("validation").at(key).get<double>() > 0.0);
      }
      validated += entry.contains("validation") ? 1 : 0;
    }
    QVERIFY(validated > 0);
    QCOMPARE(std::string(training_kind(kEncoderRecipe).section), std::string("encoder"));
  }

  void stoppingAndResumingGivesTheSameBytes() {
    for (const int stop_at : {1, 7}) {
      const std::string folder = "parts-" + std::to_string(stop_at);
      std::stop_source stop;
      JobContext job{stop.get_token(), [&](const Progress& progress) {
                       if (progress.step == "training the encoder" && progress.done == stop_at) {
                         stop.request_stop();
                       }
                     }};
      const auto stopped = run("encoder.toml", folder.c_str(), false, job);
      QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
      const auto resumed = run("encoder.toml", folder.c_str(), true);
      QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
      for (const char* name : {"final.safetensors", "metrics.jsonl", "state.safetensors"}) {
        QVERIFY2(encoder_bytes_of(path("whole") / name) == encoder_bytes_of(path(folder.c_str()) / name),
                 name);
      }
    }
  }

  void wrongRecipesAreNamed_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("says");
    QTest::newRow("unknown key") << "steps = 10"
                                 << "stepps = 10"
                                 << "encoder.stepps: unknown key";
    QTest::newRow("unknown section") << "[data]"
                                     << "[ranker]\nsteps = 3\n[data]"
                                     << "[ranker]: unknown section";
    QTest::newRow("unknown encoder") << "encoder_tiny"
                                     << "encoder_huge"
                                     << "encoder.config: the value has";
    QTest::newRow("out of range") << "steps = 10"
                                  << "steps = 0"
                                  << "encoder.steps: the value has";
    QTest::newRow("no multiple") << "size_px = 42"
                                 << "size_px = 43"
                                 << "43 pixels are no multiple";
    QTest::newRow("no data") << "train = \"tabletop.toml\"\n"
                             << ""
                             << "a training set is needed";
    QTest::newRow("no file") << "train = \"tabletop.toml\""
                             << "train = \"nothing.toml\""
                             << "nothing.toml";
    QTest::newRow("checkpoints") << "log_every = 2"
                                 << "keep_checkpoints = 2"
                                 << "no whole multiple";
  }
  void wrongRecipesAreNamed() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, says);
    QVERIFY(QString(kEncoderRecipe).contains(from));
    write("wrong.toml", QString(kEncoderRecipe).replace(from, to).toStdString());
    const auto done = run("wrong.toml", "wrong");
    QVERIFY(!done);
    QVERIFY2(QString::fromStdString(done.error().message).contains(says), done.error().message.c_str());
  }

  void theShippedRecipeIsOne() {
    const std::string file = test::source_path("resources/recipes/training/encoder-small.toml");
    const auto recipe = parse_encoder_recipe(encoder_bytes_of(file), file);
    QVERIFY2(recipe, recipe ? "" : recipe.error().message.c_str());
    QVERIFY(recipe->encoder == *named_vision_transformer("encoder_small"));
    QCOMPARE(recipe->trainer.size_px, recipe->encoder.grid * recipe->encoder.patch);
  }
};

ALIDADE_TEST(EncoderTrainingTest)
#include "encoder_training_test.moc"
