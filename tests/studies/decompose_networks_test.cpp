// SPDX-License-Identifier: BSD-3-Clause
// The reproduction of DecomPose with real networks, as small as they get: that its work is done by the
// studies.
#include <QtTest>

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
