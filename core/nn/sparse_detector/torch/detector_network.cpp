// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/detector_network.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "core/detection/box_decode.h"
#include "core/nn/sparse_detector/torch/detector_modules.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/module_parameters.h"
#include "core/nn/torch/seeded_modules.h"

namespace alidade {
namespace {

/// The samples of a batch of examples of one source.
struct DetectorExamples {
  int source = 0;
  std::vector<const DetectorSample*> samples;
};

Expected<DetectorExamples> detector_examples(std::span<const ModelExample* const> batch,
                                             const DetectorConfig& config) {
  DetectorExamples examples;
  for (const ModelExample* one : batch) {
    const auto* example = dynamic_cast<const DetectorExample*>(one);
    if (example == nullptr || example->source < 0 ||
        example->source >= static_cast<int>(config.sources.size()) ||
        (!examples.samples.empty() && example->source != examples.source)) {
      return usage_error("A batch of a detector holds scenes of one of its sources.");
    }
    examples.source = example->source;
    examples.samples.push_back(&example->sample);
  }
  return batch.empty() ? Expected<DetectorExamples>(usage_error("A batch needs an example.")) : examples;
}

Expected<DetectorBatch> batch_of(const DetectorExamples& examples, const DetectorConfig& config) {
  std::vector<DetectorInput> inputs;
  for (const DetectorSample* sample : examples.samples) {
    auto input = detector_input(sample->points, sample->colors, config);
    if (!input) {
      return input.error();
    }
    inputs.push_back(std::move(*input));
  }
  return detector_batch(inputs, examples.source, config);
}

/// Edges of the cells that the offsets of each selecting convolution count, meters: the stem's, then two of
/// each block.
std::vector<double> cell_edges(const DetectorConfig& config) {
  double edge = config.voxel_m;
  std::vector<double> edges{edge};
  edge *= config.stem_stride * (config.pool > 1 ? config.pool : 1);
  for (std::size_t i = 0; i < kDetectorStages; ++i) {
    for (int b = 0; b < config.blocks[i]; ++b) {
      edges.push_back(edge);
      edge *= b == 0 ? config.strides[i] : 1;
      edges.push_back(edge);
    }
  }
  return edges;
}

/// Norms of the kernels of a layer by offset. All of them begin as copies of one: where two are still equal,
/// neither was ever touched; where none is, nothing is known of that.
void add_weights(const SelectedConvolution& convolution, LayerSharing& layer) {
  const auto parameters = convolution->named_parameters(false);
  std::vector<torch::Tensor> kernels{parameters["shared"].detach().flatten(1)};
  std::vector<KernelUse*> uses{&layer.shared};
  for (std::size_t k = 0; k < layer.sources.size(); ++k) {
    kernels.push_back(parameters["source" + std::to_string(k)].detach().flatten(1));
    uses.push_back(&layer.sources[k].exclusive);
  }
  for (std::size_t i = 0; i < kernels.size(); ++i) {
    uses[i]->weight = plain_values(kernels[i].norm(2, 1));
    torch::Tensor equal = torch::zeros({kernels[i].size(0)}, torch::kBool);
    for (std::size_t other = 0; other < kernels.size(); ++other) {
      if (other != i) {
        equal = equal.logical_or((kernels[i] == kernels[other]).all(1));
      }
    }
    const auto untouched = plain_values(equal.to(torch::kFloat));
    for (const float same : untouched) {
      uses[i]->change.push_back(same > 0.5f ? 0.0f : std::numeric_limits<float>::quiet_NaN());
    }
  }
}

/// The layer's entry, made where there is none yet.
void add_layers(KernelSharing& sharing, const DetectorNetwork::Impl& impl) {
  if (!sharing.layers.empty()) {
    return;
  }
  sharing.tau = impl.config.tau;
  for (const DetectorSource& source : impl.config.sources) {
    sharing.sources.push_back(source.name);
  }
  sharing.scenes.resize(sharing.sources.size());
  const torch::NoGradGuard no_gradient;
  const auto edges = cell_edges(impl.config);
  for (std::size_t i = 0; i < impl.module->selecting().size(); ++i) {
    LayerSharing& layer = sharing.layers.emplace_back();
    layer.name = impl.module->selecting_names()[i];
    layer.offsets = kernel_offsets(impl.module->selecting()[i]->kernel());
    layer.sources.resize(sharing.sources.size());
    for (SourceSharing& source : layer.sources) {
      source.pairs.assign(layer.offsets.size(), 0);
    }
    layer.cell_m = edges[i];
    add_weights(impl.module->selecting()[i], layer);
  }
}

void add_decisions(LayerSharing& layer, int source, const SelectionValues& values, const BatchMaps& maps) {
  layer.alpha = plain_values(values.alpha);
  SourceSharing& to = layer.sources[static_cast<std::size_t>(source)];
  to.beta.push_back(plain_values(values.beta));
  const auto gamma = plain_values(values.gamma);
  auto& decisions = to.gamma.emplace_back();
  for (std::size_t j = 0; j < layer.offsets.size(); ++j) {
    decisions.push_back(gamma[j] > 0.5f ? 1 : 0);
    for (const KernelMap* map : maps.scenes) {
      to.pairs[j] += map->volume() > 0 ? map->pairs_of(static_cast<int>(j)) : 0;
    }
  }
  to.inputs += maps.inputs();
  to.outputs += maps.outputs();
}

}  // namespace

DetectorNetwork::DetectorNetwork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DetectorNetwork::~DetectorNetwork() = default;

std::unique_ptr<DetectorNetwork> DetectorNetwork::create(const DetectorConfig& config, std::uint64_t seed) {
  auto impl = std::make_unique<Impl>();
  impl->config = config;
  with_seed(seed, [&] { impl->module = DetectorModule(config); });
  impl->module->eval();
  return std::make_unique<DetectorNetwork>(std::move(impl));
}

Expected<std::unique_ptr<DetectorNetwork>> DetectorNetwork::open(const CheckpointFile& file) {
  const auto config = detector_checkpoint_config(file);
  if (!config) {
    return config.error();
  }
  auto network = create(*config, 0);
  if (auto filled = fill_network(*network->impl().module, file); !filled) {
    return filled.error();
  }
  network->origin_ = file.origin();
  return network;
}

Expected<void> DetectorNetwork::save(const std::filesystem::path& path,
                                     const std::string& training_json) const {
  return write_safetensors(path, content(training_json));
}
SafeTensors DetectorNetwork::content(const std::string& training_json) const {
  return network_tensors(*this, *impl_->module, training_json);
}

const DetectorConfig& DetectorNetwork::config() const {
  return impl_->config;
}
std::vector<ParameterInfo> DetectorNetwork::parameters() const {
  return module_parameters(*impl_->module);
}
Expected<std::vector<float>> DetectorNetwork::parameter_values(const std::string& parameter) const {
  return module_values(*impl_->module, parameter);
}
Expected<void> DetectorNetwork::set_parameter_values(const std::string& parameter,
                                                     std::span<const float> values) {
  return set_module_values(*impl_->module, parameter, values);
}
std::string DetectorNetwork::state_digest() const {
  return module_digest(*impl_->module);
}

std::vector<ParameterSet> DetectorNetwork::modules() const {
  std::vector<PartRule> rules;
  if (config().choice != KernelChoice::kOff) {
    rules.push_back({"embedding", {"embedding"}});
  }
  for (const char* part : {"stem", "stage1", "stage2", "stage3", "stage4"}) {
    rules.push_back({part, {std::string("backbone.") + part}});
  }
  rules.push_back({"neck", {"neck"}});
  for (std::size_t k = 0; k < config().sources.size(); ++k) {
    rules.push_back({"head " + config().sources[k].name, {"head.source" + std::to_string(k)}});
  }
  return parameter_sets(parameters(), rules);
}

Expected<std::unique_ptr<ModelExample>> DetectorNetwork::example(const Frame&, std::size_t,
                                                                 std::uint64_t) const {
  return usage_error("A detector learns from scenes of points, which frames do not hold.");
}

Expected<BatchLoss> DetectorNetwork::loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                          ParameterValues* gradients) {
  return aspect_loss(batch, seed, {}, gradients);
}

Expected<BatchLoss> DetectorNetwork::aspect_loss(std::span<const ModelExample* const> batch, std::uint64_t,
                                                 const LossAspect& aspect, ParameterValues* gradients) {
  const auto parts = loss_parts();
  if (aspect.times != LossAspect{}.times ||
      (!aspect.part.empty() && std::find(parts.begin(), parts.end(), aspect.part) == parts.end())) {
    return usage_error("A detector's loss has the parts classes and boxes, and no diffusion times.");
  }
  const auto examples = detector_examples(batch, config());
  if (!examples) {
    return examples.error();
  }
  const auto data = batch_of(*examples, config());
  if (!data) {
    return data.error();
  }
  const torch::AutoGradMode gradient_mode(gradients != nullptr);
  const auto losses =
      detector_losses(*data, impl_->module->forward(*data), examples->samples, config(), nullptr);
  if (gradients != nullptr) {
    const auto looked_at = aspect.part.empty() ? losses.sum() : losses[aspect.part == "classes" ? 0 : 1];
    *gradients = module_gradients(*impl_->module, looked_at);
  }
  const double classes = losses[0].item<double>(), boxes = losses[1].item<double>();
  return BatchLoss{classes + boxes, {{"classes", classes}, {"boxes", boxes}}};
}

Expected<std::vector<DetectedBox>> DetectorNetwork::detect(const DetectorInput& input, int source,
                                                           const Suppression* suppression) {
  const torch::NoGradGuard no_gradient;
  const auto batch = detector_batch({input}, source, config());
  if (!batch) {
    return batch.error();
  }
  const HeadOutputs outputs = impl_->module->forward(*batch);
  const DetectorSource& head = config().sources[static_cast<std::size_t>(source)];
  const auto scores_found = plain_values(torch::sigmoid(outputs.logits)),
             raw_found = plain_values(outputs.raw);
  const std::vector<double> scores(scores_found.begin(), scores_found.end()),
      raw(raw_found.begin(), raw_found.end());
  std::vector<UprightBox> boxes;
  const std::size_t numbers = box_outputs(head.form);
  for (const NeckGeometry& level : batch->scenes[0]->levels) {
    for (const Eigen::Vector3d& position : voxel_positions(level.both.voxels, config().voxel_m)) {
      boxes.push_back(decode_box(std::span(raw).subspan(boxes.size() * numbers, numbers), position, head.form,
                                 config().rules));
    }
  }
  std::vector<DetectedBox> found;
  const std::size_t classes = head.classes.size();
  for (const KeptBox& kept :
       suppress(boxes, scores, classes, suppression != nullptr ? *suppression : config().suppression)) {
    found.push_back(
        {boxes[kept.row], static_cast<int>(kept.category), scores[kept.row * classes + kept.category]});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const DetectedBox& a, const DetectedBox& b) { return a.score > b.score; });
  return found;
}

Expected<void> DetectorNetwork::add_sharing(const DetectorInput& input, int source, const std::string& scene,
                                            KernelSharing& sharing) {
  if (config().choice == KernelChoice::kOff) {
    return usage_error("The detector shares all kernels; train one with SF-KS (choice = \"selected\").");
  }
  const torch::NoGradGuard no_gradient;
  const auto batch = detector_batch({input}, source, config());
  if (!batch) {
    return batch.error();
  }
  add_layers(sharing, *impl_);
  std::vector<SelectionValues> values;
  impl_->module->forward(*batch, &values);
  const auto maps = impl_->module->selecting_maps(*batch);
  for (std::size_t i = 0; i < values.size(); ++i) {
    add_decisions(sharing.layers[i], source, values[i], maps[i]);
  }
  sharing.scenes[static_cast<std::size_t>(source)].push_back(scene);
  return {};
}

std::vector<std::string> DetectorNetwork::selecting_layers() const {
  return impl_->module->selecting_names();
}

Expected<void> DetectorNetwork::force_kernels(const std::string& layer, const std::vector<int>& decisions) {
  const auto& names = impl_->module->selecting_names();
  const auto found = std::find(names.begin(), names.end(), layer);
  if (found == names.end()) {
    return usage_error("The detector has no layer \"" + layer + "\" that selects kernels.");
  }
  SelectedConvolution convolution =
      impl_->module->selecting()[static_cast<std::size_t>(found - names.begin())];
  if (!decisions.empty() && static_cast<std::int64_t>(decisions.size()) != convolution->volume()) {
    return usage_error("Layer \"" + layer + "\" has " + std::to_string(convolution->volume()) + " offsets.");
  }
  std::vector<ForcedKernel> forced;
  for (const int decision : decisions) {
    forced.push_back(decision < 0 ? ForcedKernel::kFree
                                  : (decision > 0 ? ForcedKernel::kShared : ForcedKernel::kExclusive));
  }
  convolution->force(std::move(forced));
  return {};
}

void DetectorNetwork::set_threshold(double tau) {
  for (SelectedConvolution convolution : impl_->module->selecting()) {
    convolution->set_threshold(tau);
  }
}

void DetectorNetwork::set_folding(bool folds) {
  impl_->module->set_folding(folds);
}

}  // namespace alidade
