// SPDX-License-Identifier: BSD-3-Clause
// The reproduction of DecomPose with real networks, as small as they get: that its work is done by the
// studies.
#include <QtTest>

#include "core/io/safetensors.h"
#include "core/nn/compute.h"
#include "core/nn/vit/image_encoder.h"
#include "core/papers/decompose/network_work.h"
#include "tests/studies/decompose_workshop.h"

using namespace alidade;
using namespace alidade::decompose;
using namespace alidade::decompose_workshop;

class DecomposeNetworksTest : public QObject {
  Q_OBJECT

  StudyShop shop_;
  DatasetReaders readers_;

  StudyOptions options(const char* folder) const {
    StudyOptions options = shop_.options(folder);
    options.sizes->seeds = 1;
    options.sizes->steps = 6;
    options.sizes->train_frames = 24;
    options.sizes->validation_frames = options.sizes->test_frames = 20;
    return options;
  }

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    for (const char* split : {"train", "val", "test"}) {
      shop_.write(std::string("printed-") + split + ".toml",
                  std::string("split = \"") + split +
                      "\"\nsurfaces = \"printed\"\nframes = 24\nwidth = 200\nheight = 150\n"
                      "min_objects = 6\nmax_objects = 6\nmax_clutter = 0\nmodels_per_category = 1\n");
    }
    const auto encoder = ImageEncoder::create(*named_vision_transformer("encoder_tiny"), 1);
    QVERIFY(encoder->save(shop_.path("encoder.safetensors"), "{}"));
  }

  void theMainArmsAreTrainedAndMeasured() {
    StudyOptions options = this->options("run");
    const auto work = network_work(readers_);
    const auto run = [&] {
      const auto experiment = study_experiment(options, work);
      const auto plan = plan_experiment(**experiment, options, {});
      const auto graph = graph_of(**experiment, options, *plan);
      return run_experiment(**experiment, options, *plan, *graph, {});
    };
    const auto done = run();
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    const auto gradients = shop_.step("run", "contention-six-none-s1").at("result");
    QCOMPARE(gradients.at("rows").size(), std::size_t{6});
    for (const char* block : {"backbone", "correspondence", "head"}) {
      QVERIFY2(gradients.at("blocks").at(block).size() == 3, block);  // checkpoints
    }
    const auto accuracy = shop_.step("run", "evaluate-six-hhl-s1").at("result");
    QVERIFY(accuracy.at("objects").get<int>() > 60 && accuracy.at("mean").size() == std::size(kMetrics));
    QVERIFY(fs::exists(shop_.path("run/contention/six-hhl-s1.npz")));
    const std::string report = shop_.read("run/report.md");
    // A training whose step is done again finds its run finished, and nothing changes.
    fs::remove(shop_.path("run/steps/train-six-hhh-s1.json"));
    const auto before = fs::last_write_time(shop_.path("run/runs/six-hhh-s1/final.safetensors"));
    options.resume = true;
    QVERIFY(run());
    QVERIFY(fs::last_write_time(shop_.path("run/runs/six-hhh-s1/final.safetensors")) == before);
    QVERIFY(shop_.read("run/report.md") == report);
  }

  /// A list of all categories changes nothing, one category is all that is trained on, an unknown one is said.
  void oneCategoryIsTrainedAlone() {
    const auto work = network_work(readers_);
    const StepResults nothing;
    const StepInput input{nothing, 0, {}};
    const auto trained = [&](const std::string& name, const std::string& categories) {
      const std::string text = "[decompose]\nconfig = \"tiny\"\ncolor = \"none\"\n[data]\ntrain = "
                               "\"printed-train.toml\"\ntrain_frames = 12\n" +
                               (categories.empty() ? "" : "train_categories = \"" + categories + "\"\n") +
                               "[training]\nseed = 2\nsteps = 4\nbatch = 4\ncheckpoint_every = 2\n";
      return work->train(shop_.path(name), text, shop_.path(name + ".toml"), input);
    };
    const auto weights = [&](const std::string& name) {
      const auto file = read_safetensors(shop_.path(name + "/final.safetensors"));
      return file ? file->tensors : decltype(file->tensors)();
    };
    for (const auto& [name, categories] :
         {std::pair{"all", ""}, std::pair{"listed", "mug, can, bottle, bowl, camera, laptop"},
          std::pair{"alone", "mug"}}) {
      const auto done = trained(name, categories);
      QVERIFY2(done, done ? "" : done.error().message.c_str());
    }
    QVERIFY(!weights("all").empty() && weights("all") == weights("listed"));
    QVERIFY(weights("all") != weights("alone"));
    const auto unknown = trained("unknown", "mug, spoon");
    QVERIFY(!unknown && unknown.error().message.find("spoon") != std::string::npos);
  }

  void furtherWorkIsDone() {
    const auto work = network_work(readers_);
    const StepResults nothing;
    const StepInput input{nothing, 0, {}};
    const fs::path train = shop_.path("printed-train.toml");
    const auto effect = work->effects({shop_.path("run/runs/six-none-s1"), train, 1, 2, 2}, input);
    QVERIFY2(effect, effect ? "" : effect.error().message.c_str());
    QCOMPARE(effect->after.size(), std::size_t{36});
    const std::string text = work->reference_text(*options("x").sizes, train.filename());
    const auto trained = work->train(shop_.path("reference"), text, shop_.path("reference.toml"), input);
    QVERIFY2(trained, trained ? "" : trained.error().message.c_str());
    for (const Estimates estimator : {Estimates::kDiffusion, Estimates::kRegression}) {
      const auto accuracy =
          work->evaluate({shop_.path("reference/final.safetensors"), train, 3, estimator}, input);
      QVERIFY2(accuracy, accuracy ? "" : accuracy.error().message.c_str());
      QVERIFY(accuracy->objects > 5);
    }
    const auto lost = work->evaluate({shop_.path("nothing.safetensors"), train, 3}, input);
    QVERIFY(!lost && lost.error().message.find("nothing.safetensors") != std::string::npos);
  }

  void aPlanIsMeasured() {
    StudyOptions options = this->options("measured");
    options.sizes.reset();
    options.quick = true;
    const auto experiment = study_experiment(options, network_work(readers_));
    const auto plan = plan_experiment(**experiment, options, {});
    QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
    double seconds = 0.0;
    for (const PlannedStep& step : plan->steps) {
      seconds += step.seconds;
    }
    QVERIFY(seconds > 0.0 && plan->quick);
  }
};

ALIDADE_TEST(DecomposeNetworksTest)
#include "decompose_networks_test.moc"
