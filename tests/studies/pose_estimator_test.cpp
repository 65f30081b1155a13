// SPDX-License-Identifier: BSD-3-Clause
// Estimators know models by their interfaces: a network of any folder is used as the pose network is.
#include <numbers>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/data/procedural/tabletop.h"
#include "core/nn/pose_diffusion/pose_trainer.h"
#include "core/studies/infer.h"
#include "core/exchange/result_file.h"
#include "core/studies/sample.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

std::shared_ptr<const Dataset> estimator_dataset() {
  TabletopRecipe recipe;
  recipe.split = "unit";
  recipe.frames = 2;
  recipe.width = 160;
  recipe.height = 120;
  recipe.models_per_category = 2;
  return make_procedural_dataset(recipe);
}

InferOptions estimator_options() {
  InferOptions options;
  options.sampler = default_sampler();
  options.sampler.steps = 6;
  options.num_samples = 3;
  options.seed = 3;
  return options;
}

/// A model that is no network of ours: it knows the truth, and looks at the color.
class KnowingModel final : public ScoreModel {
 public:
  std::string architecture() const override { return "knowing"; }
  std::string configuration() const override { return "{}"; }
  std::string state_digest() const override { return {}; }
  FrameLayers needs() const override {
    return {.color = true, .depth = false, .masks = false, .nocs = false};
  }
  std::vector<ParameterInfo> parameters() const override { return {}; }
  Expected<std::vector<float>> parameter_values(const std::string&) const override { return none(); }
  Expected<void> set_parameter_values(const std::string&, std::span<const float>) override { return none(); }
  std::vector<ParameterSet> modules() const override { return {}; }
  std::vector<ParameterSet> blocks() const override { return {}; }
  Expected<std::unique_ptr<ModelExample>> example(const Frame&, std::size_t, std::uint64_t) const override {
    return none();
  }
  Expected<BatchLoss> loss(std::span<const ModelExample* const>, std::uint64_t, ParameterValues*) override {
    return none();
  }
  VeSde sde() const override { return {}; }
  int num_points() const override { return 1; }

  Expected<ScoredObject> encode_object(const Frame& frame, std::size_t position, int,
                                       std::uint64_t) override {
    if (frame.color.empty() || !frame.depth.empty()) {
      return none();
    }
    ScoredObject object;
    object.regressed = frame.instances[position].box_cam().frame_from_box;
    object.states.centroid = object.regressed.t;
    object.size = frame.instances[position].size;
    auto field = pose_mixture({{object.regressed}}, object.states, 0.01, 0.001, object.sde);
    object.field = std::make_unique<MixtureField>(std::move(*field));
    return object;
  }

 private:
  static Error none() { return {ErrorCode::kInput, "there is none."}; }
};

}  // namespace

class PoseEstimatorTest : public QObject {
  Q_OBJECT

 private:
  std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

  QTemporaryDir folder_;

 private Q_SLOTS:
  // Equal bytes, whoever opened the checkpoint.
  void anOpenedCheckpointEstimatesAsItsNetwork() {
    const auto dataset = estimator_dataset();
    QVERIFY(save_checkpoint(*PoseNetwork::create(*named_config("tiny"), 1), path("a.safetensors"), "{}"));
    const auto estimator = open_estimator(path("a.safetensors"), estimator_options());
    const auto network = PoseNetwork::load(path("a.safetensors"));
    QVERIFY(estimator && network);
    const auto ours = infer_poses(*dataset, **estimator, {}, {});
    const auto theirs = infer_poses(*dataset, **network, estimator_options(), {});
    QVERIFY(ours && theirs && (*ours)->estimates.size() > 3);
    QVERIFY(write_pose_result(**ours, path("ours.npz")) && write_pose_result(**theirs, path("theirs.npz")));
    QVERIFY(*read_file(path("ours.npz"), 1 << 26) == *read_file(path("theirs.npz"), 1 << 26));
    QCOMPARE((*ours)->name, (*theirs)->name);
    QCOMPARE((*ours)->provenance.checkpoint_sha256, (*network)->checkpoint_sha256());
  }

  void aModelFromOutsideIsEstimatedWith() {
    const auto dataset = estimator_dataset();
    const auto estimator = make_estimator(std::make_shared<KnowingModel>(), estimator_options());
    QVERIFY(estimator);
    const auto result = infer_poses(*dataset, **estimator, {}, {});
    QVERIFY(result && (*result)->skipped.empty() && (*result)->estimates.size() > 3);
    for (const PoseEstimate& estimate : (*result)->estimates) {
      QVERIFY(estimate.error.rotation_reduced < 5.0 * std::numbers::pi / 180.0);
      QVERIFY(estimate.error.translation < 0.01);
    }
  }

  void aModelFromOutsideIsSampled() {
    KnowingModel model;
    const auto frame = estimator_dataset()->load(0, model.needs());
    auto subject = sample_subject(*frame, 0, model, 3);
    QVERIFY(subject);
    SampleOptions options;
    options.num_samples = 4;
    const auto samples = draw_samples(*subject, options, {});
    QVERIFY(samples);
    for (const Rigid3& sample : (*samples)->samples) {
      QVERIFY((sample.t - frame->instances[0].cam_from_obj.t).norm() < 0.02);
    }
  }

  void optionsThatMakeNoSenseAreRefused() {
    InferOptions options = estimator_options();
    options.num_samples = 0;
    QCOMPARE(make_estimator(std::make_shared<KnowingModel>(), options).error().code, ErrorCode::kUsage);
    options = estimator_options();
    options.aggregation = Aggregation::kRanked;
    QCOMPARE(make_estimator(std::make_shared<KnowingModel>(), options).error().code, ErrorCode::kUsage);
  }
};

ALIDADE_TEST(PoseEstimatorTest)
#include "pose_estimator_test.moc"
