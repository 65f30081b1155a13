// SPDX-License-Identifier: BSD-3-Clause
// A joint detector trained by a recipe on Rooms, from the data to the measured checkpoint.
#include <filesystem>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/nn/compute.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/detect.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/train.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

std::string rooms(const std::string& source) {
  return "generator = \"rooms\"\nsource = \"" + source + "\"\nset = \"" + source +
         "\"\nseed = 4\nscenes = 3\npoints = 3000\nmin_box_points = 10\n";
}

std::string detector_recipe(const std::string& more, int steps) {
  const std::string of_source = "validation_scenes = 2\ntest_scenes = 2\n";
  return "[detector]\nconfig = \"tiny\"\n" + more +
         "\n[[source]]\nname = \"scans\"\ntrain = \"scans.toml\"\nvalidation = \"scans.toml\"\ntest = "
         "\"scans.toml\"\n" +
         of_source +
         "\n[[source]]\nname = \"views\"\ntrain = \"views.toml\"\nvalidation = \"views.toml\"\ntest = "
         "\"views.toml\"\n" +
         of_source + "[training]\nseed = 4\nbatch = 2\nsteps = " + std::to_string(steps) +
         "\nlog_every = 1\ncheckpoint_every = 2\ncurve_every = 2\n";
}

}  // namespace

class DetectorTrainingTest : public QObject {
  Q_OBJECT

 private:
  Expected<void> run(const std::string& name, const std::string& recipe, bool resume = false,
                     const JobContext& job = {}) {
    for (const char* source : {"scans", "views"}) {
      if (auto written = write_file_atomically(file(std::string(source) + ".toml"), rooms(source));
          !written) {
        return written;
      }
    }
    if (auto written = write_file_atomically(file(name + ".toml"), recipe); !written) {
      return written;
    }
    TrainOptions options;
    options.run_folder = file(name);
    options.resume = resume;
    return train(file(name + ".toml"), options, {}, job);
  }
  fs::path file(const std::string& path) const { return fs::path(folder_.path().toStdString()) / path; }

  QTemporaryDir folder_;

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    bind_compute_thread();
  }

  void aRecipeGivesAMeasuredCheckpoint() {
    const auto trained = run("joint", detector_recipe("", 4));
    QVERIFY2(trained, trained ? "" : trained.error().message.c_str());
    auto model = open_model(file("joint/final.safetensors"));
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    auto* network = dynamic_cast<DetectorNetwork*>(model->get());
    QVERIFY(network != nullptr);
    QCOMPARE(network->config().sources.size(), std::size_t{2});
    QCOMPARE(network->config().sources[1].form, BoxForm::kRotated);
    const auto accuracy = parse_json(*read_file(file("joint/accuracy.json"), 1 << 20), "accuracy.json");
    QVERIFY(accuracy);
    for (const char* source : {"scans", "views"}) {
      const double share = accuracy->at("sources").at(source).at("map25").get<double>();
      QVERIFY(share >= 0.0 && share <= 1.0);
    }
    const std::string log = *read_file(file("joint/metrics.jsonl"), 1 << 20);
    QVERIFY(log.find("\"psi stage1\"") != std::string::npos && log.find("\"accuracy\"") != std::string::npos);

    const auto set = open_scenes(file("views.toml"), {}, {});
    QVERIFY(set);
    const auto found = detect_scenes(*network, **set, {}, {});
    QVERIFY2(found, found ? "" : found.error().message.c_str());
    QCOMPARE((*found)->scenes.size(), std::size_t{3});
    QCOMPARE((*found)->source, std::string("views"));
    for (const SceneDetections& scene : (*found)->scenes) {
      for (std::size_t i = 1; i < scene.boxes.size(); ++i) {
        QVERIFY(scene.boxes[i - 1].score >= scene.boxes[i].score);
      }
    }
    KernelSharing sharing;
    QVERIFY(add_scene_sharing(*network, **set, {.scenes = {0, 2}}, sharing, {}));
    QCOMPARE(sharing.layers[0].sources[1].gamma.size(), std::size_t{2});
    QVERIFY(!detect_scenes(*network, **set, {.source = "attic"}, {}));
    QVERIFY(!detect_scenes(*network, **set, {.scenes = {7}}, {}));
  }

  void aStoppedRunEndsWithTheSameBits() {
    QVERIFY(run("whole", detector_recipe("choice = \"selected\"", 5)));
    std::stop_source stop;
    const JobContext job{stop.get_token(), [&](const Progress& progress) {
                           if (progress.step == "training" && progress.done == 3) {
                             stop.request_stop();
                           }
                         }};
    QVERIFY(!run("parts", detector_recipe("choice = \"selected\"", 5), false, job));
    const auto resumed = run("parts", detector_recipe("choice = \"selected\"", 5), true);
    QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
    const auto whole = open_model(file("whole/final.safetensors")),
               parts = open_model(file("parts/final.safetensors"));
    QVERIFY(whole && parts);
    QCOMPARE((*whole)->state_digest(), (*parts)->state_digest());
  }

  void aSourceTrainsAlone() {
    QVERIFY(run("alone", detector_recipe("choice = \"off\"\nonly = [\"views\"]", 2)));
    const auto model = open_model(file("alone/final.safetensors"));
    QVERIFY(model);
    QCOMPARE(dynamic_cast<const DetectorNetwork&>(**model).config().sources.size(), std::size_t{1});
  }

  void wrongRecipesAreNamed() {
    for (const auto& [more, said] :
         {std::pair{"tau = 1.5", "detector.tau"}, std::pair{"only = [\"attic\"]", "none of the sources"},
          std::pair{"choice = \"sometimes\"", "detector.choice"}, std::pair{"depth = 3", "unknown key"}}) {
      const auto failed = run("wrong", detector_recipe(more, 2));
      QVERIFY(!failed);
      QVERIFY2(failed.error().message.find(said) != std::string::npos, failed.error().message.c_str());
    }
    const auto without = run("wrong", "[detector]\nconfig = \"tiny\"\n");
    QVERIFY(!without && without.error().message.find("[[source]]") != std::string::npos);
  }
};

ALIDADE_TEST(DetectorTrainingTest)

#include "detector_training_test.moc"
