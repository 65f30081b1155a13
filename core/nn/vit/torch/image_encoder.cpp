// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/vit/image_encoder.h"

#include <algorithm>
#include <utility>

#include "core/base/sha256.h"
#include "core/nn/torch/checkpoint.h"
#include "core/nn/torch/module_parameters.h"
#include "core/nn/torch/seeded_modules.h"
#include "core/nn/vit/encoder_file.h"
#include "core/nn/vit/torch/vision_transformer.h"

namespace alidade {
namespace {

torch::ScalarType precision_of(const ImageEncoderOptions& options) {
  return options.double_precision ? torch::kFloat64 : torch::kFloat32;
}

/// Of a checkpoint that has an encoder in it.
constexpr char kEncoderConfig[] = "image_encoder";
constexpr char kEncoderDigest[] = "image_encoder_sha256";

Expected<void> check_side(int width, int height, int patch) {
  const auto fits = [patch](int side) {
    return side > 0 && side <= ImageEncoder::kMostSide && side % patch == 0;
  };
  if (!fits(width) || !fits(height)) {
    return input_error("image", std::to_string(width) + " x " + std::to_string(height) + " pixels",
                       "a side is no multiple of the encoder's patch of " + std::to_string(patch) +
                           " pixels or exceeds " + std::to_string(ImageEncoder::kMostSide),
                       "crop or resize it to such a multiple");
  }
  return {};
}

std::vector<double> doubles(const torch::Tensor& tensor) {
  const auto plain = tensor.to(torch::kFloat64).contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

/// SHA-256 of weights that come from no file: names, shapes and bytes.
std::string digest_of_weights(const torch::nn::Module& module) {
  Sha256 sha;
  for (const auto& item : module.named_parameters()) {
    const auto plain = item.value().detach().to(torch::kFloat32).contiguous();
    sha.add(item.key() + " " + std::to_string(plain.numel()) + "\n");
    sha.add(plain.data_ptr(), plain.nbytes());
  }
  return sha.hex();
}

}  // namespace

ImageEncoder::ImageEncoder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ImageEncoder::~ImageEncoder() = default;

std::shared_ptr<ImageEncoder> make_encoder(VisionTransformer model, torch::ScalarType precision) {
  auto impl = std::make_unique<ImageEncoder::Impl>();
  impl->model = std::move(model);
  impl->precision = precision;
  impl->model->to(precision);
  impl->model->eval();
  impl->sha256 = digest_of_weights(*impl->model);
  for (auto& parameter : impl->model->parameters()) {
    parameter.set_requires_grad(false);
  }
  return std::make_shared<ImageEncoder>(std::move(impl));
}

Expected<std::shared_ptr<ImageEncoder>> encoder_of(const EncoderFile& file, const std::string& name,
                                                   const ImageEncoderOptions& options) {
  VisionTransformer model{nullptr};
  with_seed(0, [&] { model = VisionTransformer(file.config); });
  model->to(precision_of(options));
  if (auto filled = fill_transformer(model, file, name); !filled) {
    return filled.error();
  }
  auto encoder = make_encoder(std::move(model), precision_of(options));
  encoder->impl().sha256 = file.sha256;
  encoder->impl().report = file.report;
  const auto training = file.content.metadata.find("training");
  encoder->impl().training = training == file.content.metadata.end() ? std::string() : training->second;
  return encoder;
}

std::shared_ptr<ImageEncoder> ImageEncoder::create(const VisionTransformerConfig& config, std::uint64_t seed,
                                                   const ImageEncoderOptions& options) {
  VisionTransformer model{nullptr};
  with_seed(seed, [&] { model = VisionTransformer(config); });
  return make_encoder(std::move(model), precision_of(options));
}

Expected<std::shared_ptr<ImageEncoder>> ImageEncoder::load(const std::filesystem::path& path,
                                                           const ImageEncoderOptions& options) {
  const auto file = read_encoder_file(path, options);
  return file ? encoder_of(*file, path.string(), options)
              : Expected<std::shared_ptr<ImageEncoder>>(file.error());
}

Expected<std::shared_ptr<ImageEncoder>> ImageEncoder::in_checkpoint(const CheckpointFile& file,
                                                                    const std::string& prefix) {
  const std::string name = file.path.string();
  SafeTensors own;
  for (const auto& [tensor, entry] : file.content.tensors) {
    if (tensor.starts_with(prefix)) {
      own.tensors.emplace(tensor.substr(prefix.size()), entry);
    }
  }
  own.metadata = {{"format", kFormat}, {"config", file.text(kEncoderConfig)}};
  auto read = encoder_file_of(std::move(own), name, {});
  if (!read) {
    return read.error();
  }
  read->sha256 = file.text(kEncoderDigest);
  return encoder_of(*read, name, {});
}

void ImageEncoder::put(SafeTensors& file, const std::string& prefix) const {
  for (const auto& item : impl_->model->named_parameters()) {
    put_tensor(file, prefix + item.key(), item.value().to(torch::kFloat32));
  }
  file.metadata[kEncoderConfig] = to_json(config());
  file.metadata[kEncoderDigest] = sha256();
}

const VisionTransformerConfig& ImageEncoder::config() const {
  return impl_->model->config;
}
const std::string& ImageEncoder::sha256() const {
  return impl_->sha256;
}
const std::string& ImageEncoder::report() const {
  return impl_->report;
}
const std::string& ImageEncoder::training() const {
  return impl_->training;
}
std::vector<ParameterInfo> ImageEncoder::parameters() const {
  return vision_transformer_parameters(config());
}

Expected<PatchGrid> ImageEncoder::encode(const ImageU8& crop) const {
  const ImageU8* const one[] = {&crop};
  auto grids = encode(one);
  return grids ? std::move(grids->front()) : Expected<PatchGrid>(grids.error());
}

Expected<std::vector<PatchGrid>> ImageEncoder::encode(std::span<const ImageU8* const> crops) const {
  constexpr std::size_t kBatch = 16;
  const torch::NoGradGuard no_gradient;
  std::vector<PatchGrid> grids;
  for (std::size_t begin = 0; begin < crops.size(); begin += kBatch) {
    const auto part = crops.subspan(begin, std::min(kBatch, crops.size() - begin));
    const int width = crops[0]->width, height = crops[0]->height;
    if (const auto checked = check_side(width, height, patch()); !checked) {
      return checked.error();
    }
    auto images = torch::empty({static_cast<std::int64_t>(part.size()), 3, height, width});
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (part[i]->width != width || part[i]->height != height || part[i]->channels != 3) {
        return Error{ErrorCode::kInput, "image: crops of one call must have one size and 3 channels."};
      }
      const auto planes = normalized_planes(*part[i]);
      std::copy(planes.begin(), planes.end(), images.data_ptr<float>() + i * planes.size());
    }
    const auto rows = height / patch(), cols = width / patch();
    const auto patches = impl_->model->forward(images.to(impl_->precision))
                             .slice(1, 1 + config().registers)
                             .to(torch::kFloat32)
                             .contiguous();
    const std::int64_t size = patches[0].numel();
    for (std::size_t i = 0; i < part.size(); ++i) {
      const float* values = patches.data_ptr<float>() + static_cast<std::int64_t>(i) * size;
      grids.push_back({rows, cols, dim(), {values, values + size}});
    }
  }
  return grids;
}

Expected<VisionTokens> ImageEncoder::tokens(std::span<const float> planes, int width, int height) const {
  if (const auto checked = check_side(width, height, patch()); !checked) {
    return checked.error();
  }
  if (planes.size() != static_cast<std::size_t>(width) * height * 3) {
    return Error{ErrorCode::kUsage, "image: three planes of width x height values are needed."};
  }
  const torch::NoGradGuard no_gradient;
  auto image = torch::empty({1, 3, height, width});
  std::copy(planes.begin(), planes.end(), image.data_ptr<float>());
  VisionTransformer& model = impl_->model;
  VisionTokens out;
  out.rows = height / patch();
  out.cols = width / patch();
  out.tokens = 1 + config().registers + out.rows * out.cols;
  out.dim = dim();
  const auto x = model->forward(image.to(impl_->precision));
  out.positions = doubles(model->positions(out.rows, out.cols));
  out.before_norm = doubles(x);
  out.normed = doubles(model->norm->forward(x));
  return out;
}

Expected<void> ImageEncoder::save(const std::filesystem::path& path, const std::string& training_json) const {
  SafeTensors file;
  put(file, "");
  file.metadata = {{"format", kFormat}, {"config", to_json(config())}};
  file.metadata["training"] = training_json;
  return write_safetensors(path, file);
}

}  // namespace alidade
