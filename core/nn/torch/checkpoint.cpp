// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torch/checkpoint.h"

#include <algorithm>
#include <cstring>
#include <set>
#include <utility>
#include <vector>

namespace alidade {
namespace {

const char* type_name(const torch::Tensor& tensor) {
  return tensor.scalar_type() == torch::kInt64 ? "I64" : "F32";
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i ? ", " : "") + std::to_string(shape[i]);
  }
  return text + "]";
}

/// What is wrong with the entry for a tensor; empty when it fits.
std::string misfit(const SafeTensors& file, const std::string& name, const torch::Tensor& target) {
  const auto shape = target.sizes().vec();
  const std::string expected = std::string("expected ") + type_name(target) + " " + shape_text(shape);
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) {
    return expected + ", it is missing";
  }
  const TensorEntry& entry = found->second;
  const bool fits =
      entry.dtype == type_name(target) && entry.shape == shape && entry.bytes.size() == target.nbytes();
  return fits ? std::string() : expected + ", found " + entry.dtype + " " + shape_text(entry.shape);
}

/// A name that a file of somebody else chose.
std::string shortened(const std::string& name) {
  constexpr std::size_t kShown = 80;
  return name.size() <= kShown ? name : name.substr(0, kShown) + "...";
}

std::string first_three(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(items.size(), 3); ++i) {
    text += (i > 0 ? "; " : "") + items[i];
  }
  return items.size() > 3 ? text + "; and " + std::to_string(items.size() - 3) + " more" : text;
}

}  // namespace

void put_tensor(SafeTensors& file, const std::string& name, const torch::Tensor& tensor) {
  const auto plain = tensor.detach().cpu().contiguous();
  TensorEntry entry;
  entry.dtype = type_name(plain);
  entry.shape = plain.sizes().vec();
  entry.bytes.assign(static_cast<const char*>(plain.data_ptr()), plain.nbytes());
  file.tensors[name] = std::move(entry);
}

Expected<void> get_tensor(const SafeTensors& file, const std::string& name, torch::Tensor target,
                          const std::string& path) {
  if (const std::string problem = misfit(file, name, target); !problem.empty()) {
    return input_error(path, "tensor \"" + name + "\"", problem,
                       "give a checkpoint of the same architecture");
  }
  const TensorEntry& entry = file.tensors.at(name);
  const torch::NoGradGuard no_gradient;
  auto plain = torch::empty(target.sizes(), target.options().device(torch::kCPU));
  std::memcpy(plain.data_ptr(), entry.bytes.data(), entry.bytes.size());
  if (plain.is_floating_point() && !plain.isfinite().all().item<bool>()) {
    return input_error(path, "tensor \"" + name + "\"", "it holds values that are not finite",
                       "use an earlier checkpoint of the run");
  }
  target.copy_(plain);
  return {};
}

void put_module(SafeTensors& file, const torch::nn::Module& module, const std::string& prefix) {
  for (const auto& item : module.named_parameters()) {
    put_tensor(file, prefix + item.key(), item.value());
  }
  for (const auto& item : module.named_buffers()) {
    put_tensor(file, prefix + item.key(), item.value());
  }
}

Expected<void> fill_module(torch::nn::Module& module, const SafeTensors& file, const std::string& prefix,
                           const std::string& path) {
  for (const auto& item : module.named_parameters()) {
    if (auto got = get_tensor(file, prefix + item.key(), item.value(), path); !got) {
      return got;
    }
  }
  for (const auto& item : module.named_buffers()) {
    if (auto got = get_tensor(file, prefix + item.key(), item.value(), path); !got) {
      return got;
    }
  }
  return {};
}

Expected<void> fill_network(torch::nn::Module& module, const CheckpointFile& file) {
  std::vector<std::string> misfits;
  std::set<std::string> known;
  for (const auto& tensors : {module.named_parameters(), module.named_buffers()}) {
    for (const auto& item : tensors) {
      known.insert(item.key());
      if (const std::string problem = misfit(file.content, item.key(), item.value()); !problem.empty()) {
        misfits.push_back("\"" + item.key() + "\" " + problem);
      }
    }
  }
  const std::size_t fitting = known.size() - misfits.size();
  for (const auto& [name, entry] : file.content.tensors) {
    if (!known.contains(name)) {
      misfits.push_back("\"" + shortened(name) + "\" belongs to another architecture");
    }
  }
  if (!misfits.empty()) {
    return input_error(file.path.string(), "tensors",
                       std::to_string(fitting) + " of " + std::to_string(known.size()) +
                           " tensors fit this architecture: " + first_three(misfits),
                       "give a checkpoint of the same architecture");
  }
  return fill_module(module, file.content, "", file.path.string());
}

SafeTensors network_tensors(const Model& model, const torch::nn::Module& module,
                            const std::string& training_json) {
  SafeTensors file;
  put_module(file, module, "");
  file.metadata["format"] = model.architecture();
  file.metadata["config"] = model.configuration();
  file.metadata["training"] = training_json;
  return file;
}

Expected<void> save_network(const Model& model, const torch::nn::Module& module,
                            const std::filesystem::path& path, const std::string& training_json) {
  return write_safetensors(path, network_tensors(model, module, training_json));
}

void copy_module(const torch::nn::Module& from, torch::nn::Module& to) {
  const torch::NoGradGuard no_gradient;
  SafeTensors copy;
  put_module(copy, from, "");
  // The same modules with the same names: nothing can be missing.
  [[maybe_unused]] const auto filled = fill_module(to, copy, "", "memory");
}

}  // namespace alidade
