// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/base/random.h"
#include "core/evaluation/statistics/embedding.h"
#include "core/evaluation/statistics/feature_space.h"
#include "core/papers/score_scaling/steps.h"
#include "core/papers/score_scaling/study_objects.h"

namespace alidade::score_scaling {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostObjects = 600;  ///< t-SNE compares all pairs
constexpr std::size_t kNeighbors = 10;
constexpr double kPointNoise_m = 0.003;
constexpr std::uint64_t kPointNoiseStream = 0x736861;

/// What is known of the test objects whatever the network.
struct ShownObjects {
  std::vector<std::string> categories;
  std::vector<int> labels;  ///< index of the category by first appearance
  std::vector<Eigen::Matrix3d> rotations;
  std::vector<SymmetryGroup> symmetries;

  void add(const StudyObject& object);
  Eigen::MatrixXd rotation_distances() const;
};

void ShownObjects::add(const StudyObject& object) {
  const std::string& category = object.subject.blank.category;
  const auto known = std::find(categories.begin(), categories.end(), category);
  labels.push_back(static_cast<int>(known - categories.begin()));
  if (known == categories.end()) {
    categories.push_back(category);
  }
  rotations.push_back(object.truth.R);
  symmetries.push_back(object.subject.blank.symmetry);
}

/// Of objects of one category, which have one symmetry; other pairs are not asked for.
Eigen::MatrixXd ShownObjects::rotation_distances() const {
  const auto n = static_cast<Eigen::Index>(rotations.size());
  Eigen::MatrixXd distances = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = i + 1; j < n; ++j) {
      if (labels[i] == labels[j]) {
        distances(i, j) = distances(j, i) =
            symmetric_rotation_distance(rotations[i], rotations[j], symmetries[i]);
      }
    }
  }
  return distances;
}

/// The encoder's features of the test objects, and of the same with noise on their points [N, F].
struct ShownFeatures {
  Eigen::MatrixXd clean, noisy;
};

void append_row(Eigen::MatrixXd& matrix, const std::vector<float>& values) {
  const auto width = static_cast<Eigen::Index>(values.size());
  matrix.conservativeResize(matrix.rows() + 1, width);
  matrix.row(matrix.rows() - 1) =
      Eigen::Map<const Eigen::VectorXf>(values.data(), width).cast<double>().transpose();
}

ObjectPoints with_noise(const ObjectPoints& points, std::uint64_t seed) {
  Random random(mix_seed(seed, kPointNoiseStream));
  ObjectPoints out = points;
  for (auto& point : out) {
    for (int d = 0; d < 3; ++d) {
      point[d] += static_cast<float>(kPointNoise_m * random.normal());
    }
  }
  return out;
}

Expected<ShownFeatures> features_of(PoseNetwork& network, ReproduceWork& work, int seed,
                                    ShownObjects* objects, const JobContext& job) {
  const auto test = work.test_data(job);
  if (!test) {
    return test.error();
  }
  ShownFeatures shown;
  const auto visited = visit_objects(
      **test, work.sizes.test_frames, false, network, static_cast<std::uint64_t>(seed), job,
      [&](StudyObject& object) -> Expected<bool> {
        append_row(shown.clean, network.values(*network.encode(object.points)));
        append_row(shown.noisy, network.values(*network.encode(with_noise(object.points, object.seed))));
        if (objects != nullptr) {
          objects->add(object);
        }
        return static_cast<std::size_t>(shown.clean.rows()) < kMostObjects;
      });
  return visited ? Expected<ShownFeatures>(std::move(shown)) : visited.error();
}

/// The joint arm's network as it was when its pre-training ended: that is done once more, with the same bits.
Expected<std::unique_ptr<PoseNetwork>> pretrained(ReproduceWork& work, int seed, const JobContext& job) {
  auto recipe = work.recipe(kJoint, seed);
  if (!recipe) {
    return recipe.error();
  }
  std::vector<PosePhase>& phases = recipe->trainer.phases;
  if (recipe->trainer.pretrain_steps() == 0) {
    return PoseNetwork::create(recipe->network, recipe->trainer.seed);
  }
  phases.resize(1);
  phases.front().name = "pre-training again";
  recipe->validation_data.clear();
  recipe->test_data.clear();
  recipe->curve_every = 0;
  recipe->text = "# The pre-training of this recipe alone, without its measurements.\n" + recipe->text;
  if (auto trained = work.train("pre-training", seed, *recipe, SampleDraw::kPasses, job); !trained) {
    return trained.error();
  }
  return PoseNetwork::load(work.checkpoint("pre-training", seed));
}

/// Mean over the objects of how far the noise moves the feature, in mean distances between two objects.
double noise_shift(const ShownFeatures& shown) {
  const auto n = static_cast<double>(shown.clean.rows());
  const double apart = row_distances(shown.clean).sum() / std::max(1.0, n * (n - 1.0));
  const double moved = (shown.noisy - shown.clean).rowwise().norm().sum() / std::max(1.0, n);
  return apart > 0.0 ? moved / apart : 0.0;
}

ordered_json optional_json(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

ordered_json points_json(const Eigen::MatrixXd& points) {
  ordered_json json = ordered_json::array();
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    // What a figure shows; all digits would triple the file.
    json.push_back({std::round(points(i, 0) * 1e4) / 1e4, std::round(points(i, 1) * 1e4) / 1e4});
  }
  return json;
}

using NamedFeatures = std::vector<std::pair<std::string, ShownFeatures>>;

/// Measures and embeddings of all networks; the first is what the others are compared with.
Expected<ordered_json> shown_json(const ShownObjects& objects, const NamedFeatures& shown,
                                  const JobContext& job) {
  const Eigen::MatrixXd rotations = objects.rotation_distances();
  ordered_json json{{"objects", objects.labels.size()}, {"networks", ordered_json::array()}};
  json["categories"] = ordered_json::array();
  for (const int label : objects.labels) {
    json["categories"].push_back(objects.categories[label]);
  }
  Eigen::MatrixXd first;
  for (const auto& [name, features] : shown) {
    job.report("embedding features", static_cast<std::int64_t>(json["networks"].size()),
               static_cast<std::int64_t>(shown.size()));
    const Eigen::MatrixXd plane = tsne(features.clean, {}, job);
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "stopped."};
    }
    first = first.rows() == 0 ? plane : first;
    json["networks"].push_back(
        {{"name", name},
         {"purity", optional_json(neighbor_purity(features.clean, objects.labels, kNeighbors))},
         {"agreement", optional_json(distance_agreement(features.clean, objects.labels, rotations))},
         {"similarity", optional_json(feature_similarity(shown.front().second.clean, features.clean))},
         {"noise_shift", noise_shift(features)},
         {"tsne", points_json(turned_onto(plane, first))},
         {"pca", points_json(principal_plane(features.clean))}});
  }
  return json;
}

}  // namespace

Expected<ordered_json> run_features(ReproduceWork& work, const ReproduceStep& step, const JobContext& job) {
  ShownObjects objects;
  NamedFeatures shown;
  const auto add = [&](const std::string& name,
                       Expected<std::unique_ptr<PoseNetwork>> network) -> Expected<void> {
    if (!network) {
      return network.error();
    }
    auto features = features_of(**network, work, step.seed, shown.empty() ? &objects : nullptr, job);
    if (!features) {
      return features.error();
    }
    shown.emplace_back(name, std::move(*features));
    return {};
  };
  if (auto added = add("pre-training", pretrained(work, step.seed, job)); !added) {
    return added.error();
  }
  for (const char* arm : kReproduceArms) {
    if (auto added = add(arm, PoseNetwork::load(work.checkpoint(arm, step.seed))); !added) {
      return added.error();
    }
  }
  return shown_json(objects, shown, job);
}

}  // namespace alidade::score_scaling
