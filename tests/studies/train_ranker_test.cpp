// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <fstream>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/data/procedural/tabletop.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/result_file.h"
#include "core/geometry/rotation.h"
#include "core/nn/pose_diffusion/energy_network.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/studies/infer.h"
#include "core/studies/ranking_accuracy.h"
#include "core/studies/train.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

constexpr char kRankerTabletop[] =
    "split = \"unit\"\nseed = 3\nframes = 6\nwidth = 160\nheight = 120\nmodels_per_category = 2\n";
constexpr char kPose[] =
    "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"tabletop.toml\"\n"
    "[training]\nbatch = 6\nnoise_draws = 2\npretrain_steps = 4\njoint_steps = 8\n";
constexpr char kRanker[] =
    "[data]\ntrain = \"tabletop.toml\"\n[ranker]\npose_checkpoint = \"pose/final.safetensors\"\nsteps = 12\n"
    "candidates = 4\n[training]\nseed = 4\nbatch = 6\nnoise_draws = 2\nlog_every = 2\ncheckpoint_every = 3\n";

std::string ranker_bytes_of(const fs::path& path) {
  const auto bytes = read_file(path, 1 << 28);
  return bytes ? *bytes : std::string("unreadable");
}

Rigid3 turned(double angle, double x) {
  return {Eigen::AngleAxisd(angle, Eigen::Vector3d::UnitZ()).matrix(), {x, 0.0, 0.8}};
}

}  // namespace

class TrainRankerTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::string first_;
  fs::path path(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }
  void write(const char* name, const std::string& text) const { std::ofstream(path(name)) << text; }

 private Q_SLOTS:
  void initTestCase() {
    write("tabletop.toml", kRankerTabletop);
    write("pose.toml", kPose);
    write("ranker.toml", kRanker);
    const auto pose = read_train_recipe(path("pose.toml")), ranker = read_train_recipe(path("ranker.toml"));
    QVERIFY2(ranker, ranker ? "" : ranker.error().message.c_str());
    const auto trained = train(*pose, {path("pose")}, DatasetReaders{}, JobContext{});
    QVERIFY2(trained, trained ? "" : trained.error().message.c_str());
    const auto done = train(*ranker, {path("whole")}, DatasetReaders{}, JobContext{});
    QVERIFY2(done, done ? "" : done.error().message.c_str());
  }

  void aRunLeavesWhatItPromises() {
    QCOMPARE(ranker_bytes_of(path("whole/recipe.toml")), std::string(kRanker));
    QVERIFY(!fs::exists(path("whole/checkpoints/epoch-0001.safetensors")));
    QVERIFY(fs::exists(path("whole/checkpoints/epoch-0004.safetensors")));
    std::ifstream metrics(path("whole/metrics.jsonl"));
    int lines = 0;
    for (std::string line; std::getline(metrics, line); ++lines) {
      const auto entry = nlohmann::json::parse(line);
      QCOMPARE(entry.at("step").get<int>(), 2 * (lines + 1));
      for (const char* key : {"score", "rank_rotation", "rank_translation"}) {
        QVERIFY(entry.at("train").at(key).get<double>() > 0.0);
      }
    }
    QCOMPARE(lines, 6);
    QVERIFY(EnergyNetwork::load(path("whole/final.safetensors")));
    QVERIFY(!PoseNetwork::load(path("whole/final.safetensors")));
  }

  void stoppingAndResumingGivesTheSameBytes() {
    const auto recipe = read_train_recipe(path("ranker.toml"));
    QVERIFY(recipe);
    std::stop_source stop;
    JobContext job{stop.get_token(), [&stop](const Progress& progress) {
                     if (progress.step == "training the ranker" && progress.done == 7) {
                       stop.request_stop();
                     }
                   }};
    const auto stopped = train(*recipe, {path("parts")}, DatasetReaders{}, job);
    QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
    QVERIFY(!fs::exists(path("parts/final.safetensors")));
    const auto resumed = train(*recipe, {path("parts"), true}, DatasetReaders{}, JobContext{});
    QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
    for (const char* name : {"final.safetensors", "metrics.jsonl", "state.safetensors"}) {
      QVERIFY2(ranker_bytes_of(path("whole") / name) == ranker_bytes_of(path("parts") / name), name);
    }
  }

  void validationSaysHowWellItRanks() {
    write("validated.toml", std::string("[data]\ntrain = \"tabletop.toml\"\nvalidation = \"tabletop.toml\"\n"
                                        "validation_frames = 2\n") +
                                (kRanker + std::string("[data]\ntrain = \"tabletop.toml\"\n").size()));
    const auto recipe = read_train_recipe(path("validated.toml"));
    QVERIFY2(recipe, recipe ? "" : recipe.error().message.c_str());
    const auto done = train(*recipe, {path("validated")}, DatasetReaders{}, JobContext{});
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    // Measuring does not change what is learned.
    QCOMPARE(ranker_bytes_of(path("validated/state.safetensors")),
             ranker_bytes_of(path("whole/state.safetensors")));
    std::ifstream metrics(path("validated/metrics.jsonl"));
    std::vector<int> measured;
    for (std::string line; std::getline(metrics, line);) {
      const auto entry = nlohmann::json::parse(line);
      if (!entry.contains("accuracy")) {
        QVERIFY(!entry.contains("ranking"));
        continue;
      }
      measured.push_back(entry.at("step"));
      for (const char* key : {"rotation", "translation"}) {
        const double value = entry.at("ranking").at(key);
        QVERIFY(value >= -1.0 && value <= 1.0);
      }
      const auto& accuracy = entry.at("accuracy");
      for (const char* key : {"5deg2cm", "10deg2cm", "10deg5cm"}) {
        for (const char* way : {"best_ranked", "ranked_mean", "first", "nearest"}) {
          QVERIFY(accuracy.at(way).at(key) >= 0.0 && accuracy.at(way).at(key) <= 1.0);
        }
      }
      // The hypotheses stay the same, the ranker does not choose these.
      QCOMPARE(accuracy.at("first").dump(), first_.empty() ? accuracy.at("first").dump() : first_);
      first_ = accuracy.at("first").dump();
    }
    QCOMPARE(measured, (std::vector<int>{3, 6, 9, 12}));

    // Stopped in the middle of training, and while the last accuracy is measured.
    for (const int stop_at : {7, 12}) {
      const fs::path run = path(stop_at == 7 ? "validated-7" : "validated-12");
      std::stop_source stop;
      JobContext job{stop.get_token(), [&stop, stop_at](const Progress& progress) {
                       if (progress.step == "training the ranker" && progress.done == stop_at) {
                         stop.request_stop();
                       }
                     }};
      const auto stopped = train(*recipe, {run}, DatasetReaders{}, job);
      QVERIFY(!stopped && stopped.error().code == ErrorCode::kCancelled);
      QVERIFY(!fs::exists(run / "final.safetensors"));
      const auto resumed = train(*recipe, {run, true}, DatasetReaders{}, JobContext{});
      QVERIFY2(resumed, resumed ? "" : resumed.error().message.c_str());
      for (const char* name : {"final.safetensors", "metrics.jsonl", "state.safetensors"}) {
        QVERIFY2(ranker_bytes_of(path("validated") / name) == ranker_bytes_of(run / name), name);
      }
    }
  }

  // Energies that are the negative errors rank perfectly, whatever else is true of them.
  void theMeasureOfRankingKnowsAPerfectAndAUselessRanker() {
    const auto network = PoseNetwork::load(path("pose/final.safetensors"));
    const auto ranker = EnergyNetwork::load(path("whole/final.safetensors"));
    TabletopRecipe recipe;
    recipe.split = "unit";
    recipe.frames = 2;
    recipe.width = 160;
    recipe.height = 120;
    recipe.models_per_category = 2;
    const auto dataset = make_procedural_dataset(recipe);
    auto subjects = ranking_subjects(*dataset, 0, **network, 3, {});
    QVERIFY(subjects && subjects->size() > 3);
    QCOMPARE(subjects->front().poses.size(), std::size_t{20});
    const auto sure = measure_ranking(*subjects, **ranker, {});
    QVERIFY(sure);
    QVERIFY(sure->at("accuracy").at("nearest").at("10deg5cm") >=
            sure->at("accuracy").at("first").at("10deg5cm"));
    // Errors in the order of the energies, best first: as if the ranker knew them.
    for (const bool reversed : {false, true}) {
      for (RankingSubject& subject : *subjects) {
        const auto energies = (*ranker)->energies(subject.points, subject.poses);
        for (std::size_t i = 0; i < energies.size(); ++i) {
          subject.errors.rotation[i] = 1.0 + (reversed ? energies[i][0] : -energies[i][0]);
          subject.errors.translation[i] = 1.0 + (reversed ? energies[i][1] : -energies[i][1]);
        }
      }
      const auto measured = measure_ranking(*subjects, **ranker, {});
      QVERIFY(measured);
      for (const char* key : {"rotation", "translation"}) {
        QVERIFY(std::abs(measured->at("ranking").at(key).get<double>() - (reversed ? -1.0 : 1.0)) < 1e-12);
      }
    }
  }

  void aRankerTakesItsNetworkFromTheCheckpoint() {
    write("bad.toml", std::string("[network]\nconfig = \"tiny\"\n") + kRanker);
    const auto both = read_train_recipe(path("bad.toml"));
    QVERIFY(!both && both.error().message.find("[ranker]") != std::string::npos);
    write("bad.toml", "[data]\ntrain = \"tabletop.toml\"\n[ranker]\nsteps = 3\n");
    QVERIFY(!read_train_recipe(path("bad.toml")));
  }

  void rankedInferenceUsesTheEnergies() {
    TabletopRecipe recipe;
    recipe.split = "unit";
    recipe.frames = 1;
    recipe.width = 160;
    recipe.height = 120;
    recipe.models_per_category = 2;
    const auto dataset = make_procedural_dataset(recipe);
    const auto network = PoseNetwork::load(path("pose/final.safetensors"));
    auto ranker = EnergyNetwork::load(path("whole/final.safetensors"));
    QVERIFY(network && ranker);
    InferOptions options;
    options.sampler = default_sampler();
    options.sampler.steps = 4;
    options.num_samples = 9;
    options.aggregation = Aggregation::kRanked;
    const auto refused = infer_poses(*dataset, **network, options, {});
    QVERIFY(!refused && refused.error().code == ErrorCode::kUsage);
    options.ranker = std::move(*ranker);
    const auto ranked = infer_poses(*dataset, **network, options, {});
    options.aggregation = Aggregation::kMode;
    const auto mode = infer_poses(*dataset, **network, options, {});
    QVERIFY(ranked && mode);
    QVERIFY(!(*ranked)->estimates.empty());
    for (const PoseEstimate& estimate : (*ranked)->estimates) {
      QCOMPARE(estimate.energies.size(), estimate.hypotheses.size());
    }
    QVERIFY((*mode)->estimates[0].energies.empty());
    QVERIFY(write_pose_result(**ranked, path("ranked.npz")) && write_pose_result(**mode, path("mode.npz")));
    const auto back = read_pose_table(path("ranked.npz"), PoseRole::kPredictions);
    const auto plain = read_pose_table(path("mode.npz"), PoseRole::kPredictions);
    QVERIFY2(back, back ? "" : back.error().message.c_str());
    QVERIFY(plain && plain->rows[0].energies.empty());
    for (std::size_t i = 0; i < back->rows.size(); ++i) {
      QVERIFY(back->rows[i].energies == (*ranked)->estimates[i].energies);
    }
    QVERIFY((*ranked)->provenance.recipe.find("ranker_sha256") != std::string::npos);
    QVERIFY((*mode)->provenance.recipe.find("\"mode\"") != std::string::npos);
    QVERIFY((*ranked)->estimates[0].cam_from_obj.t != (*mode)->estimates[0].cam_from_obj.t);
    QVERIFY((*ranked)->estimates[0].hypotheses[3].t == (*mode)->estimates[0].hypotheses[3].t);
    const auto other = PoseNetwork::create(*named_config("small"), 1);
    options.aggregation = Aggregation::kRanked;
    const auto mismatch = infer_poses(*dataset, *other, options, {});
    QVERIFY(!mismatch && mismatch.error().code == ErrorCode::kUsage);
  }

  // Two groups: a mean lies between them, a mode in the larger one, the ranked average where the energy is.
  void aggregationsOfTwoGroups() {
    std::vector<Rigid3> samples;
    std::vector<std::array<double, 2>> energies;
    for (int i = 0; i < 10; ++i) {
      const bool first = i < 6;
      samples.push_back(turned(first ? 0.01 * i : 2.0 + 0.01 * i, first ? 0.0 : 0.1));
      energies.push_back({first ? 6.0 - i : -1.0 - i, first ? -1.0 - i : 1.0 + i});
    }
    const auto angle = [](const Rigid3& pose) {
      return geodesic_distance(pose.R, Eigen::Matrix3d::Identity());
    };
    QVERIFY(angle(aggregate(Aggregation::kSingle, samples, 1, {})) < 1e-9);
    const Rigid3 mode = aggregate(Aggregation::kMode, samples, 1, {});
    QVERIFY(angle(mode) < 0.06 && std::abs(mode.t.x()) < 1e-6);
    // The best 60 % of rotations are the first group; of translations the second group and two of the first.
    const Rigid3 ranked = aggregate(Aggregation::kRanked, samples, 1, energies);
    QVERIFY(std::abs(angle(ranked) - 0.025) < 1e-3);
    QVERIFY(std::abs(ranked.t.x() - 0.1 * 4 / 6) < 1e-12);
    for (const char* name : {"single", "mean", "mode", "ranked", "regression"}) {
      QCOMPARE(to_text(*parse_aggregation(name)), std::string(name));
    }
    QVERIFY(!parse_aggregation("median"));
  }
};

ALIDADE_TEST(TrainRankerTest)
#include "train_ranker_test.moc"
