// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torchscript/script_model.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/nn/torch/module_parameters.h"
#include "core/nn/torchscript/script_file.h"
#include "core/nn/torchscript/script_sample.h"
#include "core/nn/torchscript/torch/script_batch.h"
#include "core/nn/torchscript/torch/script_program.h"

namespace alidade {
namespace {

/// All names, those of tied parameters too, so that a map may use any of them.
std::vector<ParameterInfo> all_names(const std::vector<ScriptParameter>& parameters) {
  std::vector<ParameterInfo> names;
  for (const ScriptParameter& parameter : parameters) {
    names.push_back({parameter.name, parameter.first().sizes().vec(), parameter.frozen});
    for (const std::string& other : parameter.other_names) {
      names.push_back({other, parameter.first().sizes().vec(), parameter.frozen});
    }
  }
  return names;
}

void forget_name(std::vector<ParameterSet>& sets, const std::string& name) {
  for (ParameterSet& set : sets) {
    std::erase(set.parameters, name);
  }
  std::erase_if(sets, [](const ParameterSet& set) { return set.parameters.empty(); });
}

const std::string& set_with(const std::vector<ParameterSet>& sets, const std::string& name) {
  return std::find_if(sets.begin(), sets.end(),
                      [&](const ParameterSet& set) {
                        return std::find(set.parameters.begin(), set.parameters.end(), name) !=
                               set.parameters.end();
                      })
      ->name;
}

/// Parts with every tied parameter once; an Error where one lies in two blocks.
Expected<ScriptParts> parts_without_ties(const BlockMap& map, const std::vector<ScriptParameter>& parameters,
                                         const std::string& file) {
  auto parts = script_parts(map, all_names(parameters), file);
  if (!parts) {
    return parts.error();
  }
  for (const ScriptParameter& parameter : parameters) {
    for (const std::string& other : parameter.other_names) {
      const std::string &a = set_with(parts->blocks, parameter.name), &b = set_with(parts->blocks, other);
      if (a != b) {
        return input_error(
            map.file.string(), "blocks \"" + a + "\" and \"" + b + "\"",
            "they overlap: \"" + parameter.name + "\" and \"" + other + "\" are one tensor of " + file,
            "put both into one block");
      }
    }
  }
  for (const ScriptParameter& parameter : parameters) {
    for (const std::string& other : parameter.other_names) {
      forget_name(parts->blocks, other);
      forget_name(parts->modules, other);
    }
  }
  return parts;
}

Expected<const ScriptParameter*> parameter_named(const ScriptModel::Impl& impl, const std::string& name) {
  const auto found = std::find_if(impl.parameters.begin(), impl.parameters.end(),
                                  [&](const ScriptParameter& parameter) { return parameter.name == name; });
  return found != impl.parameters.end()
             ? Expected<const ScriptParameter*>(&*found)
             : Error{ErrorCode::kUsage, "the network has no parameter \"" + name + "\"."};
}

Expected<std::unique_ptr<ScriptModel::Impl>> opened_impl(std::string bytes, const std::string& file,
                                                         const BlockMap& map) {
  auto impl = std::make_unique<ScriptModel::Impl>();
  impl->file = file;
  impl->map = map;
  impl->module = load_script(std::move(bytes));
  if (auto checked = check_loss_method(impl->module, file); !checked) {
    return checked.error();
  }
  auto parameters = script_parameters(impl->module, file);
  if (!parameters) {
    return parameters.error();
  }
  impl->parameters = std::move(*parameters);
  auto parts = parts_without_ties(map, impl->parameters, file);
  if (!parts) {
    return parts.error();
  }
  impl->parts = std::move(*parts);
  return impl;
}

}  // namespace

ScriptModel::ScriptModel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ScriptModel::~ScriptModel() = default;

Expected<std::unique_ptr<ScriptModel>> ScriptModel::open(const std::filesystem::path& path,
                                                         const BlockMap& map) {
  if (auto checked = check_script_file(path); !checked) {
    return checked.error();
  }
  auto bytes = read_file(path, kMostHashedBytes);
  if (!bytes) {
    return bytes.error();
  }
  Sha256 sha;
  sha.add(*bytes);
  try {
    auto impl = opened_impl(std::move(*bytes), path.string(), map);
    if (!impl) {
      return impl.error();
    }
    auto model = std::make_unique<ScriptModel>(std::move(*impl));
    model->origin_ = {path.filename().string(), sha.hex(), ""};
    return model;
  } catch (const std::exception& failure) {
    return script_failure(path.string(), "it cannot be opened", failure);
  }
}

std::string ScriptModel::configuration() const {
  nlohmann::ordered_json parameters = nlohmann::ordered_json::array();
  for (const ParameterInfo& parameter : this->parameters()) {
    parameters.push_back({parameter.name, parameter.shape, parameter.frozen});
  }
  const ScriptInputs& inputs = impl_->map.inputs;
  return json_text(nlohmann::ordered_json{{"parameters", std::move(parameters)},
                                          {"points", inputs.points},
                                          {"crop_px", inputs.crop_px},
                                          {"categories", inputs.categories}});
}

FrameLayers ScriptModel::needs() const {
  return {.color = impl_->map.inputs.crop_px > 0, .depth = true, .masks = true, .nocs = false};
}

std::vector<ParameterInfo> ScriptModel::parameters() const {
  std::vector<ParameterInfo> list;
  for (const ScriptParameter& parameter : impl_->parameters) {
    list.push_back({parameter.name, parameter.first().sizes().vec(), parameter.frozen});
  }
  return list;
}

Expected<std::vector<float>> ScriptModel::parameter_values(const std::string& parameter) const {
  const auto found = parameter_named(*impl_, parameter);
  return found ? plain_values((*found)->first()) : Expected<std::vector<float>>(found.error());
}

Expected<void> ScriptModel::set_parameter_values(const std::string& parameter,
                                                 std::span<const float> values) {
  const auto found = parameter_named(*impl_, parameter);
  if (!found) {
    return found.error();
  }
  const torch::Tensor& target = (*found)->first();
  if (static_cast<std::int64_t>(values.size()) != target.numel()) {
    return Error{ErrorCode::kUsage, "parameter \"" + parameter + "\" has " + std::to_string(target.numel()) +
                                        " values, " + std::to_string(values.size()) + " were given."};
  }
  const torch::NoGradGuard no_gradient;
  auto plain = torch::empty(target.sizes());
  std::copy(values.begin(), values.end(), plain.data_ptr<float>());
  target.copy_(plain);
  return {};
}

std::vector<ParameterSet> ScriptModel::modules() const {
  return impl_->parts.modules;
}
std::vector<ParameterSet> ScriptModel::blocks() const {
  return impl_->parts.blocks;
}

Expected<std::unique_ptr<ModelExample>> ScriptModel::example(const Frame& frame, std::size_t position,
                                                             std::uint64_t seed) const {
  return script_example(frame, position, impl_->map.inputs, seed);
}

Expected<BatchLoss> ScriptModel::loss(std::span<const ModelExample* const> batch, std::uint64_t seed,
                                      ParameterValues* gradients) {
  const auto samples = script_samples(batch);
  if (!samples) {
    return samples.error();
  }
  try {
    const torch::AutoGradMode mode(gradients != nullptr);
    torch::manual_seed(seed);
    const auto inputs = script_batch(*samples, impl_->map.inputs);
    const auto mean =
        run_loss(impl_->module, inputs, static_cast<std::int64_t>(samples->size()), impl_->file);
    if (!mean) {
      return mean.error();
    }
    if (gradients != nullptr) {
      auto found = script_gradients(impl_->parameters, *mean, impl_->file);
      if (!found) {
        return found.error();
      }
      *gradients = std::move(*found);
    }
    return BatchLoss{mean->item<double>(), {}};
  } catch (const std::exception& failure) {
    return script_failure(impl_->file, "method \"loss\"", failure);
  }
}

std::string ScriptModel::state_digest() const {
  Sha256 sha;
  for (const auto& item : impl_->module.named_attributes()) {
    if (item.value.isTensor() && item.value.toTensor().defined()) {
      const auto plain = item.value.toTensor().detach().cpu().contiguous();
      sha.add(item.name + "\n");
      sha.add(plain.data_ptr(), plain.nbytes());
    }
  }
  return sha.hex();
}

}  // namespace alidade
