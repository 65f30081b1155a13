// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torch/checkpoint.h"

#include <cstring>
#include <utility>

#include "core/base/sha256.h"

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
  const auto found = file.tensors.find(name);
  const auto shape = target.sizes().vec();
  const std::string expected = std::string("expected ") + type_name(target) + " " + shape_text(shape);
  if (found == file.tensors.end()) {
    return input_error(path, "tensor \"" + name + "\"", expected + ", it is missing",
                       "give a checkpoint of the same architecture");
  }
  const TensorEntry& entry = found->second;
  if (entry.dtype != type_name(target) || entry.shape != shape || entry.bytes.size() != target.nbytes()) {
    return input_error(path, "tensor \"" + name + "\"",
                       expected + ", found " + entry.dtype + " " + shape_text(entry.shape),
                       "give a checkpoint of the same architecture");
  }
  const torch::NoGradGuard no_gradient;
  auto plain = torch::empty(shape, target.options().device(torch::kCPU));
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

Expected<NetworkFile> read_network_file(const std::filesystem::path& path, const std::string& format) {
  auto digest = sha256_file(path);
  if (!digest) {
    return digest.error();
  }
  auto file = read_safetensors(path);
  if (!file) {
    return file.error();
  }
  const auto text = [&file](const char* key) {
    const auto found = file->metadata.find(key);
    return found == file->metadata.end() ? std::string() : found->second;
  };
  if (text("format") != format) {
    return input_error(path.string(), "metadata \"format\"",
                       "expected \"" + format + "\", found \"" + text("format") + "\"",
                       "give a checkpoint that `alidade train` wrote");
  }
  const auto config = pose_network_config_from_json(text("config"));
  if (!config) {
    return input_error(path.string(), "metadata \"config\"", config.error().message,
                       "train again with this version");
  }
  const std::string training = text("training");
  return NetworkFile{std::move(*file), *config, *digest, training};
}

}  // namespace alidade
