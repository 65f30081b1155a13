// SPDX-License-Identifier: BSD-3-Clause
// A keypoint network trained by a recipe, from the data to the measured checkpoint.
#include <filesystem>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/nn/compute.h"
#include "core/nn/keypoint/keypoint_network.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/train.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

constexpr char kSatelliteSet[] =
    "generator = \"cubesat\"\nsplit = \"unit\"\nseed = 3\nframes = 8\nwidth = 64\nheight = 64\n"
    "max_rotation_deg = 20.0\n";

std::string keypoint_recipe(const std::string& network, int steps) {
  return "[keypoint]\n" + network +
         "\n[data]\ntrain = \"set.toml\"\nvalidation = \"set.toml\"\nvalidation_frames = 4\ncurve_frames = "
         "2\n"
         "test = \"set.toml\"\ntest_frames = 3\n[training]\nseed = 4\nbatch = 4\nsteps = " +
         std::to_string(steps) + "\nlog_every = 2\ncheckpoint_every = 4\ncurve_every = 4\n";
}

}  // namespace

class KeypointTrainingTest : public QObject {
  Q_OBJECT

 private:
  Expected<void> run(const std::string& name, const std::string& recipe) {
    const fs::path folder(folder_.path().toStdString());
    if (auto written = write_file_atomically(folder / "set.toml", kSatelliteSet); !written) {
      return written;
    }
    if (auto written = write_file_atomically(folder / (name + ".toml"), recipe); !written) {
      return written;
    }
    TrainOptions options;
    options.run_folder = folder / name;
    return train(folder / (name + ".toml"), options, {}, JobContext{});
  }
  fs::path file(const std::string& path) const { return fs::path(folder_.path().toStdString()) / path; }

  QTemporaryDir folder_;

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    bind_compute_thread();
  }

  void aRecipeGivesAMeasuredCheckpoint() {
    const auto trained = run("first", keypoint_recipe("config = \"tiny\"", 8));
    QVERIFY2(trained, trained ? "" : trained.error().message.c_str());
    const auto model = open_pose_model(file("first/final.safetensors"));
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    const auto* network = dynamic_cast<const KeypointNetwork*>(model->get());
    QVERIFY(network != nullptr);
    QCOMPARE(network->config().object.id, 1);
    QCOMPARE(network->config().object.category, std::string("cubesat"));
    const auto accuracy = parse_json(*read_file(file("first/accuracy.json"), 1 << 20), "accuracy.json");
    QVERIFY(accuracy);
    QCOMPARE(accuracy->at("images").get<int>(), 3);
    for (const char* column : {"add_0.1d", "adi_bop_0.05d", "adi_mqat_0.5d", "lost"}) {
      const double share = accuracy->at("shares").at(column).get<double>();
      QVERIFY(share >= 0.0 && share <= 1.0);
    }
    const std::string log = *read_file(file("first/metrics.jsonl"), 1 << 20);
    QVERIFY(log.find("\"error_px\"") != std::string::npos && log.find("\"accuracy\"") != std::string::npos);
  }

  /// Goes on from a checkpoint with its norms folded.
  void aTrainingStartsFromACheckpoint() {
    QVERIFY(fs::exists(file("first/final.safetensors")));
    const std::string start = "start = \"first/final.safetensors\"\nnorm = \"no\"";
    const auto trained = run("second", keypoint_recipe(start, 4));
    QVERIFY2(trained, trained ? "" : trained.error().message.c_str());
    const auto model = open_pose_model(file("second/final.safetensors"));
    QVERIFY(model);
    QVERIFY(!dynamic_cast<const KeypointNetwork&>(**model).config().norm);
  }
};

ALIDADE_TEST(KeypointTrainingTest)

#include "keypoint_training_test.moc"
