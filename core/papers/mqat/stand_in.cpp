// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/stand_in.h"

#include <numeric>

#include "core/base/constants.h"
#include "core/io/safetensors_bytes.h"
#include "core/nn/compute.h"
#include "core/nn/registry/open_model.h"
#include "core/papers/mqat/stand_in_training.h"
#include "core/quant/packed_file.h"
#include "core/studies/infer.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/pose_estimator.h"
#include "core/studies/weight_histograms.h"

namespace alidade::mqat {
namespace {

struct StandInFiles {
  std::filesystem::path checkpoint, data;
};

StandInFiles files_of(const StandInPlaces& places, const std::string& network) {
  return network == kDecomposeStandIn
             ? StandInFiles{places.checkpoints / "decompose-demo.safetensors",
                            places.recipes / "printed-test.toml"}
             : StandInFiles{places.checkpoints / "demo.safetensors", places.recipes / "test.toml"};
}

/// Means over categories of the shares of objects within 5 degrees and 2 cm, and 10 degrees and 5 cm.
std::map<std::string, double> pose_shares(const PoseResult& result) {
  struct Bounds {
    const char* id;
    double degrees, metres;
  };
  std::map<std::string, double> shares;
  for (const Bounds& bounds : {Bounds{"5deg2cm", 5.0, 0.02}, Bounds{"10deg5cm", 10.0, 0.05}}) {
    std::map<std::string, std::pair<double, double>> counts;  // right, all
    for (const PoseEstimate& estimate : result.estimates) {
      auto& [right, all] = counts[estimate.category];
      all += 1.0;
      right += estimate.error.rotation_reduced * kDegreesPerRadian < bounds.degrees &&
               estimate.error.translation < bounds.metres;
    }
    double sum = 0.0;
    for (const auto& [category, count] : counts) {
      sum += count.first / count.second;
    }
    shares[bounds.id] = counts.empty() ? 0.0 : sum / static_cast<double>(counts.size());
  }
  return shares;
}

Expected<std::int64_t> bytes_of(const Expected<SafeTensors>& content) {
  const auto bytes =
      content ? safetensors_bytes(*content, "checkpoint") : Expected<std::string>(content.error());
  return bytes ? Expected<std::int64_t>(static_cast<std::int64_t>(bytes->size()))
               : Expected<std::int64_t>(bytes.error());
}

/// The model gets the values of the codes.
Expected<void> put_values(Model& model, const PackedCheckpoint& packed) {
  const SafeTensors content = unpacked(packed);
  for (const auto& [name, tensor] : packed.packed) {
    const std::vector<double> wide = tensor_values(content.tensors.at(name));
    if (auto put = model.set_parameter_values(name, std::vector<float>(wide.begin(), wide.end())); !put) {
      return put;
    }
  }
  return {};
}

/// The widths of all modules; a network of more than the paper's three gives the rest the last one.
ModuleLevels levels_of_modules(const std::vector<WeightModule>& modules, const StandInOrder& order) {
  ModuleLevels levels;
  for (std::size_t i = 0; i < modules.size(); ++i) {
    levels.emplace_back(modules[i].name, order.widths[std::min(i, order.widths.size() - 1)]);
  }
  return levels;
}

/// Quantizes the network as it is: what its file takes, and values for one that is not retrained.
Expected<void> quantize_model(Model& model, const StandInOrder& order, StandIn& made, const JobContext& job) {
  const auto content = parameter_content(model);
  if (!content) {
    return content.error();
  }
  const auto modules = weight_modules(model);
  const ModuleLevels levels = levels_of_modules(modules, order);
  for (const WeightModule& module : modules) {
    made.modules.push_back(module.name);
  }
  const auto packed = quantize_modules(*content, model.checkpoint_name(), model.checkpoint_sha256(), modules,
                                       levels, {}, job);
  if (!packed) {
    return packed.error();
  }
  const auto before = bytes_of(*content), after = bytes_of(packed_content(*packed));
  if (!before || !after) {
    return before ? after.error() : before.error();
  }
  made.float_bytes = *before;
  made.bytes = packed->packed.empty() ? *before : *after;
  return put_values(model, *packed);
}

/// The network with its widths, retrained if the order says so.
Expected<std::shared_ptr<Model>> widths_model(const StandInPlaces& places, const DatasetReaders& readers,
                                              const StandInOrder& order, StandIn& made,
                                              const JobContext& job) {
  auto opened = open_pose_model(files_of(places, order.network).checkpoint);
  if (!opened) {
    return opened.error();
  }
  const std::shared_ptr<Model> model = std::move(*opened);
  if (auto quantized = quantize_model(*model, order, made, job); !quantized) {
    return quantized.error();
  }
  if (order.steps == 0) {
    return model;
  }
  const auto trained =
      retrain_stand_in(places, readers, order, levels_of_modules(weight_modules(*model), order), job);
  if (!trained) {
    return trained.error();
  }
  auto retrained = open_pose_model(*trained);
  return retrained ? Expected<std::shared_ptr<Model>>(std::move(*retrained))
                   : Expected<std::shared_ptr<Model>>(retrained.error());
}

}  // namespace

Expected<StandIn> evaluate_stand_in(const StandInPlaces& places, const DatasetReaders& readers,
                                    const StandInOrder& order, const JobContext& job) {
  bind_compute_thread();
  const auto data = open_data(files_of(places, order.network).data, readers, job);
  if (!data) {
    return data.error();
  }
  StandIn made;
  const auto model = widths_model(places, readers, order, made, job);
  if (!model) {
    return model.error();
  }
  InferOptions options;
  options.sampler = default_sampler();
  options.frames.resize(std::min<std::size_t>(static_cast<std::size_t>(order.frames), (*data)->num_frames()));
  std::iota(options.frames.begin(), options.frames.end(), std::size_t{0});
  const auto estimator = make_estimator(*model, options);
  if (!estimator) {
    return estimator.error();
  }
  const auto result = infer_poses(**data, **estimator, options.frames, job);
  if (!result) {
    return result.error();
  }
  made.shares = pose_shares(**result);
  return made;
}

}  // namespace alidade::mqat
