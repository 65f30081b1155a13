// SPDX-License-Identifier: BSD-3-Clause
#include <QTemporaryDir>
#include <QtTest>

#include "core/data/procedural/tabletop.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/exchange/result_file.h"
#include "core/io/npz.h"
#include "core/nn/object_points.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/studies/infer.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::shared_ptr<const Dataset> infer_tabletop() {
  TabletopRecipe recipe;
  recipe.split = "unit";
  recipe.frames = 4;
  recipe.width = 160;
  recipe.height = 120;
  recipe.models_per_category = 2;
  return make_procedural_dataset(recipe);
}

InferOptions options(int samples) {
  InferOptions out;
  out.sampler = default_sampler();
  out.sampler.steps = 6;
  out.num_samples = samples;
  out.seed = 3;
  return out;
}

}  // namespace

class InferTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // The points of an object are its own: they lie on its surface within the sensor's noise, inside its box.
  void objectPointsLieInTheBox() {
    const auto dataset = infer_tabletop();
    int seen = 0;
    for (std::size_t f = 0; f < dataset->num_frames(); ++f) {
      const auto frame = dataset->load(f, {});
      QVERIFY(frame);
      for (std::size_t i = 0; i < frame->instances.size(); ++i) {
        const auto points = object_points(*frame, i, 64, 9);
        if (!points) {
          continue;
        }
        ++seen;
        QCOMPARE(points->size(), std::size_t{64});
        const OrientedBox box = frame->instances[i].box_cam();
        for (const auto& p : *points) {
          const Eigen::Vector3d inside = box.frame_from_box.inverse() * p.cast<double>();
          QVERIFY((inside.cwiseAbs() - 0.5 * box.size).maxCoeff() < 0.015);
        }
        QVERIFY(*object_points(*frame, i, 64, 9) == *points);
      }
    }
    QVERIFY(seen > 5);
  }

  void resultsDoNotDependOnWhatElseIsInTheRun() {
    const auto dataset = infer_tabletop();
    const auto network = PoseNetwork::create(*named_config("tiny"), 1);
    const auto all = infer_poses(*dataset, *network, options(3), {});
    QVERIFY(all);
    InferOptions one = options(3);
    one.frames = {2};
    const auto part = infer_poses(*dataset, *network, one, {});
    QVERIFY(part);
    QVERIFY(!(*part)->estimates.empty());
    for (const PoseEstimate& e : (*part)->estimates) {
      const PoseEstimate* same = (*all)->find(2, e.instance);
      QVERIFY(same);
      QVERIFY(same->cam_from_obj.R == e.cam_from_obj.R && same->cam_from_obj.t == e.cam_from_obj.t);
      QCOMPARE(e.hypotheses.size(), std::size_t{3});
    }
  }

  // More samples keep the first ones: K = 1 is the first of K = 5.
  void theFirstSampleDoesNotDependOnK() {
    const auto dataset = infer_tabletop();
    const auto network = PoseNetwork::create(*named_config("tiny"), 1);
    const auto few = infer_poses(*dataset, *network, options(1), {});
    const auto many = infer_poses(*dataset, *network, options(5), {});
    QVERIFY(few && many);
    for (std::size_t i = 0; i < (*few)->estimates.size(); ++i) {
      QVERIFY(((*few)->estimates[i].cam_from_obj.R - (*many)->estimates[i].cam_from_obj.R).norm() < 1e-3);
    }
  }

  void everyObjectIsEstimatedOrExplained() {
    const auto dataset = infer_tabletop();
    const auto network = PoseNetwork::create(*named_config("tiny"), 1);
    const auto result = infer_poses(*dataset, *network, options(1), {});
    QVERIFY(result);
    std::size_t instances = 0;
    for (std::size_t f = 0; f < dataset->num_frames(); ++f) {
      const auto frame = dataset->load(f, {.color = false, .depth = false, .masks = false, .nocs = false});
      QVERIFY(frame);
      instances += frame->instances.size();
    }
    QCOMPARE((*result)->estimates.size() + (*result)->skipped.size(), instances);
    const auto rows = accuracy_table(**result);
    QCOMPARE(rows.back().category, std::string("all"));
  }

  void savedResultsHoldTheNumbers() {
    const auto dataset = infer_tabletop();
    const auto network = PoseNetwork::create(*named_config("tiny"), 1);
    const auto result = infer_poses(*dataset, *network, options(2), {});
    QVERIFY(result);
    QTemporaryDir folder;
    const std::string path = folder.filePath("r.npz").toStdString();
    QVERIFY(write_pose_result(**result, path));
    const auto arrays = read_npz(path);
    QVERIFY(arrays);
    const std::size_t n = (*result)->estimates.size();
    QVERIFY((arrays->at("pose").shape == std::vector<std::size_t>{n, 4, 4}));
    QVERIFY((arrays->at("hypotheses").shape == std::vector<std::size_t>{n, 2, 4, 4}));
    const auto poses = arrays->at("pose").as_doubles();
    for (std::size_t i = 0; i < n; ++i) {
      QCOMPARE(poses[16 * i + 3], (*result)->estimates[i].cam_from_obj.t.x());
      QCOMPARE(poses[16 * i + 4], (*result)->estimates[i].cam_from_obj.R(1, 0));
    }
    QVERIFY(arrays->at("provenance").as_texts().at(0).find("dataset_sha256") != std::string::npos);
  }

  // Who reads a result must be able to make it again.
  void theSamplerIsNamedAndRecorded() {
    const auto dataset = infer_tabletop();
    const auto network = PoseNetwork::create(*named_config("tiny"), 1);
    InferOptions rk45 = options(2);
    rk45.frames = {1};
    rk45.sampler.kind = SamplerKind::kRk45;
    rk45.sampler.rtol = rk45.sampler.atol = 1e-2;
    rk45.sampler.final_denoise = true;
    rk45.sampler.guidance = {};
    const auto result = infer_poses(*dataset, *network, rk45, {});
    QVERIFY(result);
    QVERIFY((*result)->sampler.find("no guidance") != std::string::npos);
    const std::string& recipe = (*result)->provenance.recipe;
    for (const char* part :
         {"\"sampler\":\"rk45\"", "\"rtol\":0.01", "\"final_denoise\":true", "\"samples\":2"}) {
      QVERIFY2(recipe.find(part) != std::string::npos, recipe.c_str());
    }
  }

  void wrongOptionsAreUsageErrors() {
    const auto dataset = infer_tabletop();
    const auto network = PoseNetwork::create(*named_config("tiny"), 1);
    const auto none = infer_poses(*dataset, *network, options(0), {});
    QVERIFY(!none && none.error().code == ErrorCode::kUsage);
    InferOptions far = options(1);
    far.frames = {99};
    const auto outside = infer_poses(*dataset, *network, far, {});
    QVERIFY(!outside && outside.error().code == ErrorCode::kUsage);
  }

  void stoppingIsObeyed() {
    const auto dataset = infer_tabletop();
    const auto network = PoseNetwork::create(*named_config("tiny"), 1);
    std::stop_source stop;
    stop.request_stop();
    const auto result = infer_poses(*dataset, *network, options(1), {stop.get_token(), {}});
    QVERIFY(!result && result.error().code == ErrorCode::kCancelled);
  }
};

ALIDADE_TEST(InferTest)
#include "infer_test.moc"
