// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/registry/open_model.h"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/nn/decompose/decompose_network.h"
#include "core/nn/keypoint/keypoint_network.h"
#include "core/nn/pose_diffusion/energy_network.h"
#include "core/nn/pose_diffusion/pose_network.h"
#include "core/nn/sparse_detector/detector_network.h"
#include "core/nn/torchscript/script_file.h"

namespace alidade {
namespace {

struct Architecture {
  const char* format;
  Expected<std::unique_ptr<Model>> (*open)(const CheckpointFile& file);
  bool samples, ranks, estimates;
};

template <class Network>
Expected<std::unique_ptr<Model>> open_network(const CheckpointFile& file) {
  auto network = Network::open(file);
  if (!network) {
    return network.error();
  }
  return std::unique_ptr<Model>(std::move(*network));
}

template <class Network>
constexpr Architecture architecture() {
  return {Network::kArchitecture, open_network<Network>, std::is_base_of_v<ScoreModel, Network>,
          std::is_base_of_v<RankingModel, Network>, std::is_base_of_v<DirectModel, Network>};
}

/// A new network is one line here.
constexpr Architecture kArchitectures[] = {
    architecture<PoseNetwork>(),
    architecture<EnergyNetwork>(),
    architecture<DecomposeNetwork>(),
    architecture<KeypointNetwork>(),
    architecture<DetectorNetwork>(),
};

using Fits = bool (*)(const Architecture& architecture);

Expected<std::unique_ptr<Model>> open_fitting(const std::filesystem::path& path, Fits fits) {
  const auto file = read_checkpoint(path);
  if (!file) {
    return named_as_torch_file(path) ? torch_file_error(path) : file.error();
  }
  std::vector<std::string> fitting;
  for (const Architecture& candidate : kArchitectures) {
    if (!fits(candidate)) {
      continue;
    }
    if (file->architecture() == candidate.format) {
      return candidate.open(*file);
    }
    fitting.emplace_back(candidate.format);
  }
  return other_architecture(*file, fitting);
}

/// `fits` has chosen only architectures that are such models.
template <class Wanted>
Expected<std::unique_ptr<Wanted>> open_as(const std::filesystem::path& path, Fits fits) {
  auto model = open_fitting(path, fits);
  if (!model) {
    return model.error();
  }
  return std::unique_ptr<Wanted>(static_cast<Wanted*>(model->release()));
}

}  // namespace

Expected<std::unique_ptr<Model>> open_model(const std::filesystem::path& path) {
  return open_fitting(path, [](const Architecture&) { return true; });
}

Expected<std::unique_ptr<Model>> open_pose_model(const std::filesystem::path& path) {
  return open_fitting(path, [](const Architecture& a) { return a.samples || a.estimates; });
}

Expected<std::unique_ptr<ScoreModel>> open_score_model(const std::filesystem::path& path) {
  return open_as<ScoreModel>(path, [](const Architecture& a) { return a.samples; });
}

Expected<std::unique_ptr<RankingModel>> open_ranking_model(const std::filesystem::path& path) {
  return open_as<RankingModel>(path, [](const Architecture& a) { return a.ranks; });
}

}  // namespace alidade
