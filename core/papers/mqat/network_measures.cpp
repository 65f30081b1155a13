// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/network_measures.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/geometry/pnp.h"
#include "core/nn/compute.h"
#include "core/nn/keypoint/keypoint_vote.h"
#include "core/studies/infer.h"
#include "core/studies/infer_result.h"
#include "core/studies/keypoint_training.h"
#include "core/studies/object_seed.h"
#include "core/studies/pose_estimator.h"
#include "core/studies/spacecraft_accuracy.h"

namespace alidade::mqat {
namespace {

constexpr std::uint64_t kSeed = 0;

std::vector<std::size_t> first_frames(const Dataset& data, int images) {
  std::vector<std::size_t> frames(std::min<std::size_t>(static_cast<std::size_t>(images), data.num_frames()));
  std::iota(frames.begin(), frames.end(), std::size_t{0});
  return frames;
}

/// That poses can be computed at all: without OpenCV's part every image would count as lost.
Expected<void> check_solver() {
  const PinholeCamera camera{100, 100, 100.0, 100.0, 50.0, 50.0};
  const Rigid3 pose{Eigen::Matrix3d::Identity(), Eigen::Vector3d(0.0, 0.0, 4.0)};
  std::vector<PointMatch> matches;
  for (int corner = 0; corner < 8; ++corner) {
    const Eigen::Vector3d point((corner & 1) - 0.5, (corner >> 1 & 1) - 0.5, (corner >> 2 & 1) - 0.5);
    matches.push_back({point, *camera.project(pose * point)});
  }
  const auto found = solve_pnp(camera, matches);
  return found ? Expected<void>() : Expected<void>(found.error());
}

/// The first object of each image.
ImageRecords image_records(const SpacecraftRecords& run) {
  const DepthLimits limits = depth_limits(run);
  ImageRecords records;
  std::int64_t last = -1;
  for (const SpacecraftRecord& record : run.records) {
    if (static_cast<std::int64_t>(record.image) == last) {
      continue;
    }
    last = record.image;
    ImageRecord own;
    own.bin = record.depth < limits.medium ? 0 : record.depth < limits.far ? 1 : 2;
    own.lost = !record.error.has_value();
    if (record.error) {
      own.add = record.error->add;
      own.adi = record.error->adi_mqat;
      own.adi_reverse = record.error->adi_bop;
      own.rotation = record.error->rotation;
      own.translation = record.error->translation;
    }
    records.push_back(own);
  }
  return records;
}

Expected<ImageRecords> records_of(const Dataset& data, const PoseResult& result, const JobContext& job) {
  const auto records = spacecraft_records(data, result, job);
  return records ? Expected<ImageRecords>(image_records(*records)) : Expected<ImageRecords>(records.error());
}

/// Poses by the cells of one level of the pyramid alone.
class LevelEstimator final : public PoseEstimator {
 public:
  LevelEstimator(KeypointNetwork& network, int level) : network_(network), level_(level) {}

  FrameLayers needs() const override { return network_.needs(); }
  std::shared_ptr<PoseResult> begin(const Dataset& dataset) const override {
    return begin_direct_result(dataset, network_, "level " + std::to_string(level_), "{}", kSeed);
  }
  Expected<void> estimate(const Frame& frame, PoseResult& result, const JobContext& job) override {
    for (std::size_t i = 0; i < frame.instances.size(); ++i) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "inference was stopped; nothing was written."};
      }
      if (auto added = add_estimate(result, estimate_object(frame, i)); !added) {
        return added;
      }
    }
    return {};
  }

 private:
  Expected<PoseEstimate> estimate_object(const Frame& frame, std::size_t position) {
    const KeypointConfig& config = network_.config();
    auto votes = network_.votes(frame, config.confidence);
    if (!votes) {
      return votes.error();
    }
    std::erase_if(*votes, [&](const KeypointVote& vote) { return vote.level != level_; });
    const Instance& instance = frame.instances[position];
    const auto pose =
        pose_of_votes(frame.camera, *votes, config, object_seed(kSeed, frame.info.name, instance.index));
    if (!pose) {
      return pose.error();
    }
    PoseEstimate out = blank_estimate(frame, position);
    out.cam_from_obj = object_pose(*pose, instance.center_obj);
    out.hypotheses = {out.cam_from_obj};
    return out;
  }

  KeypointNetwork& network_;
  int level_;
};

/// Root mean square distance of the votes for a corner from their mean, over all corners.
double spread_of(const std::vector<KeypointVote>& votes) {
  double sum = 0.0;
  for (std::size_t corner = 0; corner < votes.front().pixels.size(); ++corner) {
    Eigen::Vector2d mean = Eigen::Vector2d::Zero();
    for (const KeypointVote& vote : votes) {
      mean += vote.pixels[corner] / static_cast<double>(votes.size());
    }
    for (const KeypointVote& vote : votes) {
      sum += (vote.pixels[corner] - mean).squaredNorm();
    }
  }
  return std::sqrt(sum / static_cast<double>(votes.size() * votes.front().pixels.size()));
}

/// The votes that a pose is computed from: the most confident ones.
std::vector<KeypointVote> most_confident(std::vector<KeypointVote> votes, const KeypointConfig& config) {
  std::stable_sort(votes.begin(), votes.end(),
                   [](const KeypointVote& a, const KeypointVote& b) { return a.confidence > b.confidence; });
  votes.resize(std::min(votes.size(), static_cast<std::size_t>(config.most_cells)));
  return votes;
}

}  // namespace

Expected<ImageRecords> records_of_network(KeypointNetwork& network, const Dataset& data, int images,
                                          const JobContext& job) {
  const auto result = keypoint_poses(network, data, images, kSeed, job);
  return result ? records_of(data, **result, job) : Expected<ImageRecords>(result.error());
}

Expected<ImageRecords> evaluate_network(NetworkShelf& shelf, const EvaluationOrder& order,
                                        const JobContext& job) {
  bind_compute_thread();
  if (auto usable = check_solver(); !usable) {
    return usable.error();
  }
  const auto data = shelf.dataset(order.data, job);
  if (!data) {
    return data.error();
  }
  const auto network = open_network(order.checkpoint);
  if (!network) {
    return network.error();
  }
  return records_of_network(**network, **data, order.images, job);
}

Expected<std::vector<ImageRecords>> evaluate_levels(NetworkShelf& shelf, const EvaluationOrder& order,
                                                    const JobContext& job) {
  bind_compute_thread();
  const auto data = shelf.dataset(order.data, job);
  if (!data) {
    return data.error();
  }
  const auto network = open_network(order.checkpoint);
  if (!network) {
    return network.error();
  }
  std::vector<ImageRecords> levels;
  for (int level = 0; level < (*network)->config().levels; ++level) {
    LevelEstimator estimator(**network, level);
    const auto result = infer_poses(**data, estimator, first_frames(**data, order.images), job);
    const auto records = result ? records_of(**data, **result, job) : Expected<ImageRecords>(result.error());
    if (!records) {
      return records.error();
    }
    levels.push_back(*records);
  }
  return levels;
}

Expected<VoteSpread> spread_of_votes(NetworkShelf& shelf, const EvaluationOrder& order,
                                     const JobContext& job) {
  bind_compute_thread();
  const auto data = shelf.dataset(order.data, job);
  if (!data) {
    return data.error();
  }
  const auto network = open_network(order.checkpoint);
  if (!network) {
    return network.error();
  }
  VoteSpread out;
  for (const std::size_t index : first_frames(**data, order.images)) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "stopped."};
    }
    const auto frame = (*data)->load(index, (*network)->needs());
    if (!frame) {
      return frame.error();
    }
    const auto all = (*network)->votes(*frame, (*network)->config().confidence);
    if (!all) {
      return all.error();
    }
    const auto votes = most_confident(*all, (*network)->config());
    out.cells.push_back(static_cast<double>(votes.size()));
    out.spread_px.push_back(votes.empty() ? std::numeric_limits<double>::quiet_NaN() : spread_of(votes));
    for (std::size_t i = 0; out.spread_px.size() == 1 && i < votes.size(); ++i) {
      for (std::size_t corner = 0; corner < votes[i].pixels.size(); ++corner) {
        const Eigen::Vector2d& pixel = votes[i].pixels[corner];
        out.example.push_back({pixel.x(), pixel.y(), static_cast<double>(corner)});
      }
    }
  }
  return out;
}

}  // namespace alidade::mqat
