// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <functional>
#include <limits>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/data/procedural/tabletop.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/result_file.h"
#include "core/io/npz.h"
#include "core/nn/object_points.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/studies/infer.h"
#include "core/studies/object_seed.h"
#include "core/studies/track.h"
#include "tests/support/test_registry.h"

using namespace alidade;
namespace fs = std::filesystem;

namespace {

constexpr int kFrames = 5;

/// Two sequences of five frames.
TabletopRecipe track_recipe(int sequence_frames = kFrames) {
  TabletopRecipe track_recipe;
  track_recipe.split = "unit";
  track_recipe.frames = 2 * kFrames;
  track_recipe.width = 160;
  track_recipe.height = 120;
  track_recipe.models_per_category = 2;
  track_recipe.sequence_frames = sequence_frames;
  return track_recipe;
}

/// A set whose frames are changed when they are loaded.
class ChangedDataset : public Dataset {
 public:
  using Change = std::function<Expected<Frame>(Frame)>;
  ChangedDataset(std::shared_ptr<const Dataset> inner, Change change)
      : inner_(std::move(inner)), change_(std::move(change)) {}

  std::string name() const override { return inner_->name(); }
  std::string format() const override { return inner_->format(); }
  std::filesystem::path root() const override { return {}; }
  std::size_t num_frames() const override { return inner_->num_frames(); }
  const FrameInfo& frame_info(std::size_t index) const override { return inner_->frame_info(index); }
  const std::vector<ObjectModel>& models() const override { return inner_->models(); }
  const std::vector<DatasetProblem>& problems() const override { return inner_->problems(); }
  const std::string& digest() const override { return inner_->digest(); }
  Expected<Frame> load(std::size_t index, const FrameLayers& layers) const override {
    auto frame = inner_->load(index, layers);
    return frame ? change_(std::move(*frame)) : frame;
  }
  Expected<std::shared_ptr<const Mesh>> mesh(int id) const override { return inner_->mesh(id); }

 private:
  std::shared_ptr<const Dataset> inner_;
  Change change_;
};

bool same(const PoseEstimate& a, const PoseEstimate& b) {
  if (a.frame != b.frame || a.instance != b.instance || a.hypotheses.size() != b.hypotheses.size() ||
      a.cam_from_obj.R != b.cam_from_obj.R || a.cam_from_obj.t != b.cam_from_obj.t || a.score != b.score) {
    return false;
  }
  for (std::size_t k = 0; k < a.hypotheses.size(); ++k) {
    if (a.hypotheses[k].R != b.hypotheses[k].R || a.hypotheses[k].t != b.hypotheses[k].t) {
      return false;
    }
  }
  return true;
}

bool same(const PoseResult& a, const PoseResult& b) {
  bool equal = a.estimates.size() == b.estimates.size() && a.frames == b.frames && a.skipped == b.skipped;
  for (std::size_t i = 0; equal && i < a.estimates.size(); ++i) {
    equal = same(a.estimates[i], b.estimates[i]);
  }
  return equal;
}

std::size_t sum(const TrackResult& result, std::size_t TrackedFrame::*what) {
  std::size_t total = 0;
  for (const TrackedFrame& frame : result.frames) {
    total += frame.*what;
  }
  return total;
}

}  // namespace

class TrackTest : public QObject {
  Q_OBJECT

  std::shared_ptr<const Dataset> dataset_ = make_procedural_dataset(track_recipe());
  std::unique_ptr<PoseNetwork> network_;
  QTemporaryDir folder_;

  TrackOptions options(int samples = 2) const {
    TrackOptions options;
    options.infer = default_infer_options();
    options.infer.num_samples = samples;
    options.infer.sampler.steps = 8;
    options.infer.seed = 5;
    return options;
  }
  TrackResult tracked(const Dataset& dataset, const TrackOptions& options) const {
    auto result = track_poses(dataset, *network_, options, {});
    if (!result) {
      qFatal("%s", result.error().message.c_str());
    }
    return std::move(*result);
  }
  TrackResult changed(ChangedDataset::Change change) const {
    return tracked(ChangedDataset(dataset_, std::move(change)), options());
  }

 private Q_SLOTS:
  void initTestCase();
  void identitiesTellObjectsApart();
  void whatThereIsSoFarIsOffered();
  void aPoseLeavesItsPoints();
  void firstFramesAreSingleFramesToTheByte();
  void comparingChangesNothing();
  void laterFramesStartAboutThePoseBefore();
  void aHiddenObjectBeginsAnew();
  void aJumpIsNoticed();
  void aFrameThatCannotBeReadBreaksTheTracks();
  void swappedAnnotationsDoNotSwapTracks();
  void orderIsThatOfTime();
  void ratesCountFramesAndObjects();
  void theFileIsThatOfSingleFrames();
  void whatCannotBeTrackedIsRefused();
};

void TrackTest::initTestCase() {
  auto network = PoseNetwork::load(test::source_path("resources/checkpoints/demo.safetensors"));
  QVERIFY2(network, network ? "" : network.error().message.c_str());
  network_ = std::move(*network);
}

void TrackTest::identitiesTellObjectsApart() {
  Frame frame;
  for (const auto& [track, object] : {std::pair{-1, 4}, {-1, 5}, {-1, 4}, {3, 4}, {3, 4}}) {
    Instance instance;
    instance.track_id = track;
    instance.object_id = object;
    frame.instances.push_back(instance);
  }
  const auto ids = instance_identities(frame);
  const std::vector<InstanceIdentity> expected{{-1, 4, 0}, {-1, 5, 0}, {-1, 4, 1}, {3, 4, 0}, {3, 4, 1}};
  QVERIFY(ids == expected);
}

void TrackTest::aPoseLeavesItsPoints() {
  const ObjectPoints points{{0.1F, 0.0F, 1.0F}, {0.1F, 0.2F, 1.0F}};  // mean (0.1, 0.1, 1)
  const Eigen::Vector3d size(0.06, 0.08, 0.24);                       // half diagonal 0.13
  const auto at = [](double x) { return Rigid3{Eigen::Matrix3d::Identity(), {x, 0.1, 1.0}}; };
  QVERIFY(!has_left_points(at(0.1), size, points));
  QVERIFY(!has_left_points(at(0.1 + 0.129), size, points));
  QVERIFY(has_left_points(at(0.1 + 0.131), size, points));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  QVERIFY(has_left_points(at(nan), size, points));
  QVERIFY(has_left_points({nan * Eigen::Matrix3d::Identity(), {0.1, 0.1, 1.0}}, size, points));
  QVERIFY(has_left_points(at(0.1), Eigen::Vector3d::Constant(nan), points));
}

void TrackTest::firstFramesAreSingleFramesToTheByte() {
  const TrackResult result = tracked(*dataset_, options());
  const auto single = infer_poses(*dataset_, *network_, options().infer, {});
  QVERIFY(single);
  QVERIFY(same(**single, *result.single));
  std::size_t first = 0, differing = 0;
  QCOMPARE(result.tracking->estimates.size(), (*single)->estimates.size());
  for (std::size_t i = 0; i < (*single)->estimates.size(); ++i) {
    const PoseEstimate &a = (*single)->estimates[i], &b = result.tracking->estimates[i];
    if (a.frame % kFrames == 0) {
      QVERIFY(same(a, b));
      ++first;
    } else {
      differing += !same(a, b);
    }
  }
  QVERIFY2(first >= 4 && differing >= 20, qPrintable(QString("%1 %2").arg(first).arg(differing)));
  QCOMPARE(sum(result, &TrackedFrame::begun) >= first, true);
  QVERIFY(sum(result, &TrackedFrame::tracked) >= differing);
  QCOMPARE(result.frames.size(), std::size_t{2 * kFrames});
  for (const TrackedFrame& frame : result.frames) {
    QCOMPARE(frame.sequence, 1 + static_cast<int>(frame.frame) / kFrames);
    QVERIFY(std::abs(frame.time - (frame.frame % kFrames) / 30.0) < 1e-12);
    QVERIFY(frame.frame % kFrames != 0 || frame.tracked == 0);
  }
}

void TrackTest::comparingChangesNothing() {
  TrackOptions alone = options();
  alone.compare = false;
  const TrackResult a = tracked(*dataset_, options()), b = tracked(*dataset_, alone);
  QVERIFY(same(*a.tracking, *b.tracking));
  QVERIFY(!b.single);
  QCOMPARE(b.single_rates().frames_per_second, 0.0);
  TrackOptions other = alone;
  other.infer.seed = 6;
  QVERIFY(!same(*tracked(*dataset_, other).tracking, *b.tracking));
}

// The same by hand: GenPose's start, then the sampler.
void TrackTest::laterFramesStartAboutThePoseBefore() {
  TrackOptions settings = options(3);
  settings.start_time = 0.2;
  settings.steps = 4;
  const TrackResult result = tracked(*dataset_, settings);
  const Frame frame = *dataset_->load(1, {});
  const Frame before = *dataset_->load(0, {});
  int checked = 0;
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    const Instance& instance = frame.instances[i];
    const auto old = std::find_if(before.instances.begin(), before.instances.end(),
                                  [&](const Instance& other) { return other.track_id == instance.track_id; });
    const PoseEstimate* estimate = result.tracking->find(1, instance.index);
    const PoseEstimate* previous =
        old == before.instances.end() ? nullptr : result.tracking->find(0, old->index);
    if (estimate == nullptr || previous == nullptr) {
      continue;
    }
    const std::uint64_t seed = object_seed(settings.infer.seed, frame.info.name, instance.index);
    const auto points = object_points(frame, i, network_->config().num_points, mix_seed(seed, kPointStream));
    QVERIFY(points);
    const Rigid3 box{previous->cam_from_obj.R,
                     previous->cam_from_obj.t + previous->cam_from_obj.R * previous->center_obj};
    if (has_left_points(box, previous->size, *points)) {
      continue;
    }
    const auto features = network_->encode(*points);
    const auto field = network_->score_field(features);
    const PoseStates states = network_->states(*features);
    SamplerOptions sampler = settings.infer.sampler;
    sampler.start_time = 0.2;
    sampler.steps = 4;
    sampler.noise_seed = mix_seed(seed, kStepStream);
    auto start = draw_start(network_->sde(), 0.2, 3, 9, mix_seed(seed, kNoiseStream));
    const auto code = states.encode(box);
    for (std::size_t k = 0; k < start.size(); ++k) {
      start[k] += code[k % 9];
    }
    const auto drawn = sample(*field, network_->sde(), sampler, start, {});
    QVERIFY(drawn);
    const auto poses = states.decode_all(drawn->states);
    for (std::size_t k = 0; k < poses.size(); ++k) {
      const Rigid3 pose = object_pose(poses[k], instance.center_obj);
      QVERIFY((pose.R - estimate->hypotheses[k].R).norm() < 1e-12);
      QVERIFY((pose.t - estimate->hypotheses[k].t).norm() < 1e-12);
    }
    ++checked;
  }
  QVERIFY(checked >= 2);
}

void TrackTest::aHiddenObjectBeginsAnew() {
  const int hidden = dataset_->load(0, {})->instances.front().track_id;
  const auto result = changed([hidden](Frame frame) -> Expected<Frame> {
    for (std::size_t i = 0; i < frame.instances.size() && frame.index == 2; ++i) {
      if (frame.instances[i].track_id == hidden) {
        std::fill(frame.visible_masks[i].data.begin(), frame.visible_masks[i].data.end(), 0);
      }
    }
    return frame;
  });
  const auto plain = tracked(*dataset_, options());
  QCOMPARE(result.tracking->skipped.size(), plain.tracking->skipped.size() + 1);
  QCOMPARE(sum(result, &TrackedFrame::begun), sum(plain, &TrackedFrame::begun) + 1);
  const Frame third = *dataset_->load(3, {});
  for (const Instance& instance : third.instances) {
    const PoseEstimate* now = result.tracking->find(3, instance.index);
    if (now == nullptr) {
      continue;
    }
    const PoseEstimate& untouched = *plain.tracking->find(3, instance.index);
    const PoseEstimate& alone = *plain.single->find(3, instance.index);
    QCOMPARE(same(*now, alone), instance.track_id == hidden || same(untouched, alone));
    QCOMPARE(same(*now, untouched), instance.track_id != hidden || same(untouched, alone));
  }
}

// The camera jumps back: at twice the depth no pose fits its points.
void TrackTest::aJumpIsNoticed() {
  const auto result = changed([](Frame frame) -> Expected<Frame> {
    for (float& z : frame.depth.data) {
      z *= frame.index == 3 ? 2.0F : 1.0F;
    }
    return frame;
  });
  const auto plain = tracked(*dataset_, options());
  const TrackedFrame& jump = result.frames.at(3);
  QCOMPARE(jump.frame, std::size_t{3});
  QCOMPARE(jump.tracked, std::size_t{0});
  QCOMPARE(jump.lost, plain.frames.at(3).tracked + plain.frames.at(3).lost);
  QVERIFY(jump.lost >= 2);
  for (const PoseEstimate& estimate : result.tracking->estimates) {
    if (estimate.frame == 3) {
      QVERIFY(same(estimate, *result.single->find(3, estimate.instance)));
    }
  }
}

void TrackTest::aFrameThatCannotBeReadBreaksTheTracks() {
  const auto result = changed([](Frame frame) -> Expected<Frame> {
    return frame.index == 1 ? Expected<Frame>(Error{ErrorCode::kInput, "frame 1 is broken."}) : frame;
  });
  QVERIFY(result.tracking->problems == std::vector<std::string>{"frame 1 is broken."});
  QVERIFY(result.single->problems == result.tracking->problems);
  QCOMPARE(result.frames.size(), std::size_t{2 * kFrames - 1});
  QCOMPARE(result.frames.at(1).frame, std::size_t{2});
  QCOMPARE(result.frames.at(1).tracked, std::size_t{0});
}

void TrackTest::swappedAnnotationsDoNotSwapTracks() {
  const auto reversed = changed([](Frame frame) -> Expected<Frame> {
    if (frame.index % 2 == 1) {  // the order in the list; each keeps its number, and with it its seed
      std::reverse(frame.instances.begin(), frame.instances.end());
      std::reverse(frame.visible_masks.begin(), frame.visible_masks.end());
    }
    return frame;
  });
  const auto plain = tracked(*dataset_, options());
  QCOMPARE(reversed.tracking->estimates.size(), plain.tracking->estimates.size());
  for (const PoseEstimate& estimate : plain.tracking->estimates) {
    QVERIFY(same(estimate, *reversed.tracking->find(estimate.frame, estimate.instance)));
  }
}

void TrackTest::orderIsThatOfTime() {
  TrackOptions some = options();
  some.infer.frames = {7, 1, 5, 0};  // only a choice; sequences run forward
  const TrackResult result = tracked(*dataset_, some);
  std::vector<std::size_t> order;
  for (const TrackedFrame& frame : result.frames) {
    order.push_back(frame.frame);
  }
  QVERIFY(order == (std::vector<std::size_t>{0, 1, 5, 7}));
  QVERIFY(result.tracking->frames == order);
  QCOMPARE(result.frames[2].tracked, std::size_t{0});
  QVERIFY(result.frames[3].tracked + result.frames[3].lost > 0);
}

void TrackTest::ratesCountFramesAndObjects() {
  TrackResult result;
  TrackedFrame frame;
  frame.seconds = 0.25, frame.single_seconds = 0.5, frame.tracked = 3, frame.lost = 1;
  result.frames = {frame, frame};
  frame.seconds = frame.single_seconds = frame.tracked = frame.lost = 0;  // nothing in it
  result.frames.push_back(frame);
  QCOMPARE(result.tracking_rates().frames_per_second, 4.0);
  QCOMPARE(result.tracking_rates().objects_per_second, 16.0);
  QCOMPARE(result.single_rates().frames_per_second, 2.0);
  QCOMPARE(TrackResult{}.tracking_rates().frames_per_second, 0.0);
}

void TrackTest::theFileIsThatOfSingleFrames() {
  const TrackResult result = tracked(*dataset_, options());
  const fs::path tracking = fs::path(folder_.path().toStdString()) / "tracking.npz",
                 single = fs::path(folder_.path().toStdString()) / "single.npz";
  QVERIFY(write_pose_result(*result.tracking, tracking) && write_pose_result(*result.single, single));
  const auto a = read_npz(tracking), b = read_npz(single);
  QVERIFY(a && b);
  for (const auto& [key, array] : *b) {
    QVERIFY2(a->contains(key) && a->at(key).shape == array.shape, key.c_str());
  }
  QCOMPARE(a->size(), b->size());
  const auto table = read_pose_table(tracking, PoseRole::kPredictions);
  QVERIFY2(table, table ? "" : table.error().message.c_str());
  const auto made = nlohmann::json::parse(table->provenance.recipe);
  QCOMPARE(made.at("tracking").at("start_time").get<double>(), kTrackingTime);
  QCOMPARE(made.at("tracking").at("steps").get<int>(), kTrackingSteps);
  QVERIFY(!nlohmann::json::parse(result.single->provenance.recipe).contains("tracking"));
  QVERIFY(result.tracking->name.find("tracking") != std::string::npos);
}

void TrackTest::whatThereIsSoFarIsOffered() {
  std::vector<std::size_t> frames;
  TrackOptions recorded = options();
  recorded.on_frame = [&frames](const PoseResult& so_far) { frames.push_back(so_far.frames.size()); };
  const TrackResult result = tracked(*dataset_, recorded);
  QCOMPARE(frames.size(), result.frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    QCOMPARE(frames[i], i + 1);
  }
}

void TrackTest::whatCannotBeTrackedIsRefused() {
  const auto code = [this](const Dataset& dataset, const TrackOptions& options, const JobContext& job = {}) {
    const auto result = track_poses(dataset, *network_, options, job);
    return result ? std::optional<ErrorCode>() : result.error().code;
  };
  QVERIFY(code(*make_procedural_dataset(track_recipe(0)), options()) == ErrorCode::kInput);
  TrackOptions bad = options();
  bad.infer.aggregation = Aggregation::kRegression;
  QVERIFY(code(*dataset_, bad) == ErrorCode::kUsage);
  for (const double time : {0.0, -1.0, 1.5, std::numeric_limits<double>::quiet_NaN()}) {
    bad = options();
    bad.start_time = time;
    QVERIFY(code(*dataset_, bad) == ErrorCode::kUsage);
  }
  bad = options();
  bad.steps = 0;
  QVERIFY(code(*dataset_, bad) == ErrorCode::kUsage);
  bad = options();
  bad.infer.frames = {1000};
  QVERIFY(code(*dataset_, bad) == ErrorCode::kUsage);
  std::stop_source stop;
  const JobContext job{stop.get_token(), [&stop](const Progress&) { stop.request_stop(); }};
  QVERIFY(code(*dataset_, options(), job) == ErrorCode::kCancelled);
}

ALIDADE_TEST(TrackTest)
#include "track_test.moc"
