// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/vit/encoder_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/sha256.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMostEncoderBytes = std::uintmax_t{8} << 30;

/// How a file calls its tensors.
struct Naming {
  bool hugging_face = false;
  std::string prefix;  ///< before every name: "", "backbone.", "module.", "dinov2."
};

/// Official name -> that of Hugging Face, for what lies outside the blocks.
constexpr std::array<std::array<const char*, 2>, 8> kOuterNames{
    {{"cls_token", "embeddings.cls_token"},
     {"pos_embed", "embeddings.position_embeddings"},
     {"register_tokens", "embeddings.register_tokens"},
     {"mask_token", "embeddings.mask_token"},
     {"patch_embed.proj.weight", "embeddings.patch_embeddings.projection.weight"},
     {"patch_embed.proj.bias", "embeddings.patch_embeddings.projection.bias"},
     {"norm.weight", "layernorm.weight"},
     {"norm.bias", "layernorm.bias"}}};

/// The same for layers of a block; what is not here has one name.
constexpr std::array<std::array<const char*, 2>, 4> kBlockNames{
    {{"attn.proj.weight", "attention.output.dense.weight"},
     {"attn.proj.bias", "attention.output.dense.bias"},
     {"ls1.gamma", "layer_scale1.lambda1"},
     {"ls2.gamma", "layer_scale2.lambda1"}}};

std::string_view translated(std::string_view name, std::span<const std::array<const char*, 2>> names) {
  for (const auto& [official, other] : names) {
    if (name == official) {
      return other;
    }
  }
  return name;
}

/// The tensors of the file that make an official one.
std::vector<std::string> source_names(const std::string& official, const Naming& naming) {
  constexpr std::string_view kBlocks = "blocks.", kPacked = "attn.qkv.";
  if (!naming.hugging_face) {
    return {naming.prefix + official};
  }
  if (!official.starts_with(kBlocks)) {
    return {naming.prefix + std::string(translated(official, kOuterNames))};
  }
  const std::size_t dot = official.find('.', kBlocks.size());
  const std::string block =
      naming.prefix + "encoder.layer." + official.substr(kBlocks.size(), dot + 1 - kBlocks.size());
  const std::string inner = official.substr(dot + 1);
  if (!inner.starts_with(kPacked)) {
    return {block + std::string(translated(inner, kBlockNames))};
  }
  std::vector<std::string> parts;
  for (const char* part : {"query.", "key.", "value."}) {
    parts.push_back(block + "attention.attention." + part + inner.substr(kPacked.size()));
  }
  return parts;
}

/// The prefixes under which a file has a tensor of this name.
std::vector<std::string> prefixes_of(const SafeTensors& content, const std::string& name) {
  std::vector<std::string> prefixes;
  for (const auto& [found, entry] : content.tensors) {
    if (found == name || found.ends_with("." + name)) {
      prefixes.push_back(found.substr(0, found.size() - name.size()));
    }
  }
  return prefixes;
}

Expected<Naming> naming_of(const SafeTensors& content, const std::string& file) {
  // One of the three may be what is missing. The names of Hugging Face first: they end with the others.
  for (const bool hugging_face : {true, false}) {
    for (const int anchor : {4, 1, 0}) {
      auto prefixes = prefixes_of(content, kOuterNames[anchor][hugging_face ? 1 : 0]);
      if (prefixes.size() > 1) {  // training checkpoints hold a student and its teacher, who is what is used
        std::erase_if(prefixes, [](const std::string& p) { return p.find("teacher") == std::string::npos; });
        if (prefixes.size() != 1) {
          return input_error(file, "tensors", "it holds several vision transformers",
                             "keep the tensors of one of them");
        }
      }
      if (!prefixes.empty()) {
        return Naming{hugging_face, prefixes.front()};
      }
    }
  }
  return input_error(
      file, "tensors",
      "no vision transformer is in it: expected \"patch_embed.proj.weight\", \"pos_embed\" and "
      "\"cls_token\" among " +
          std::to_string(content.tensors.size()) + " tensors",
      "give weights of a DINOv2 encoder");
}

const TensorEntry* entry_of(const SafeTensors& content, const std::string& official, const Naming& naming) {
  const auto found = content.tensors.find(source_names(official, naming).front());
  return found == content.tensors.end() ? nullptr : &found->second;
}

/// An extent of a tensor; `otherwise` where there is no such tensor, which is found out later by name.
int extent_of(const TensorEntry* entry, std::size_t direction, int otherwise) {
  constexpr std::int64_t kMost = 1 << 20;
  return entry != nullptr && direction < entry->shape.size()
             ? static_cast<int>(std::min(entry->shape[direction], kMost))
             : otherwise;
}

/// 1 + the largest number of a block.
int depth_of(const SafeTensors& content, const Naming& naming) {
  const std::string blocks = naming.prefix + (naming.hugging_face ? "encoder.layer." : "blocks.");
  int depth = 0;
  for (auto at = content.tensors.lower_bound(blocks);
       at != content.tensors.end() && at->first.starts_with(blocks); ++at) {
    const char* begin = at->first.data() + blocks.size();
    int number = -1;
    std::from_chars(begin, at->first.data() + at->first.size(), number);
    depth = std::max(depth, std::min(number, 1 << 20) + 1);
  }
  return depth;
}

/// What names and shapes say; heads are not among it.
VisionTransformerConfig inferred_config(const SafeTensors& content, const Naming& naming) {
  const VisionTransformerConfig official = *named_vision_transformer("dinov2_vits14");
  const auto entry = [&](const char* name) { return entry_of(content, name, naming); };
  VisionTransformerConfig c;
  c.name = "file";
  c.dim = extent_of(entry("norm.weight"), 0, extent_of(entry("norm.bias"), 0, official.dim));
  c.patch = extent_of(entry("patch_embed.proj.weight"), 3, official.patch);
  c.depth = depth_of(content, naming);
  c.mlp_ratio = extent_of(entry("blocks.0.mlp.fc1.bias"), 0,
                          extent_of(entry("blocks.0.mlp.fc1.weight"), 0, official.mlp_ratio * c.dim)) /
                std::max(c.dim, 1);
  c.grid = static_cast<int>(
      std::lround(std::sqrt(extent_of(entry("pos_embed"), 1, official.grid * official.grid + 1) - 1.0)));
  c.registers = extent_of(entry("register_tokens"), 1, 0);
  c.positions = c.registers > 0       ? PositionResize::kAntialias
                : naming.hugging_face ? PositionResize::kSize
                                      : PositionResize::kOffset;
  return c;
}

Expected<VisionTransformerConfig> config_of(const SafeTensors& content, const Naming& naming,
                                            const std::string& file, const ImageEncoderOptions& options) {
  VisionTransformerConfig config = inferred_config(content, naming);
  const auto format = content.metadata.find("format");
  const bool own = format != content.metadata.end() && format->second == ImageEncoder::kFormat;
  if (own) {
    const auto stored = content.metadata.find("config");
    auto parsed = vision_transformer_config_from_json(stored == content.metadata.end() ? "" : stored->second);
    if (!parsed) {
      return input_error(file, "metadata \"config\"", parsed.error().message,
                         "train again with this version");
    }
    config = *parsed;
  } else if (options.heads == 0) {
    if (config.dim % 64 != 0) {
      return input_error(file, "heads",
                         "their number is not in the file, and " + std::to_string(config.dim) +
                             " numbers a token are no multiple of the official 64 a head",
                         "give the number of heads");
    }
    config.heads = config.dim / 64;
  }
  config.heads = options.heads > 0 ? options.heads : config.heads;
  config.positions = options.positions.value_or(config.positions);
  if (const auto checked = check(config); !checked) {
    return input_error(file, "tensors", checked.error().message, "give weights of a DINOv2 encoder");
  }
  return config;
}

std::string extents_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  }
  return text + "]";
}

/// What is wrong with a parameter's tensors; empty when they fit.
std::string tensor_misfit(const SafeTensors& content, const EncoderTensor& tensor) {
  auto shape = tensor.parameter.shape;
  shape[0] /= static_cast<std::int64_t>(tensor.sources.size());
  for (const std::string& name : tensor.sources) {
    const auto found = content.tensors.find(name);
    if (found == content.tensors.end()) {
      return "\"" + name + "\" is missing, expected " + extents_text(shape);
    }
    const auto& [dtype, extents, bytes] = found->second;
    if (extents != shape || (dtype != "F32" && dtype != "F16" && dtype != "BF16" && dtype != "F64")) {
      return "\"" + name + "\" expected floats " + extents_text(shape) + ", found " + dtype + " " +
             extents_text(extents);
    }
  }
  return {};
}

std::string listed(const std::vector<std::string>& items) {
  constexpr std::size_t kShown = 3, kLetters = 160;
  std::string text;
  for (std::size_t i = 0; i < std::min(items.size(), kShown); ++i) {
    text += (i > 0 ? "; " : "") + shortened(items[i], kLetters);
  }
  return items.size() > kShown ? text + "; and " + std::to_string(items.size() - kShown) + " more" : text;
}

/// Fills `tensors` and `report`, or says what does not fit.
Expected<void> match_tensors(EncoderFile& file, const Naming& naming, const std::string& path) {
  std::set<std::string> used;
  std::vector<std::string> misfits, extra;
  for (const ParameterInfo& parameter : vision_transformer_parameters(file.config)) {
    EncoderTensor& tensor =
        file.tensors.emplace_back(EncoderTensor{parameter, source_names(parameter.name, naming)});
    used.insert(tensor.sources.begin(), tensor.sources.end());
    if (std::string problem = tensor_misfit(file.content, tensor); !problem.empty()) {
      misfits.push_back(std::move(problem));
    }
  }
  const std::string count = std::to_string(file.tensors.size() - misfits.size()) + " of " +
                            std::to_string(file.tensors.size()) + " tensors";
  if (!misfits.empty()) {
    return input_error(path, "tensors", count + " fit a DINOv2 encoder: " + listed(misfits),
                       "give the whole state dict of a ViT-S, B or L");
  }
  for (const auto& [name, entry] : file.content.tensors) {
    if (!used.contains(name)) {
      extra.push_back("\"" + name + "\"");
    }
  }
  file.report = count + (naming.hugging_face ? ", names of Hugging Face" : "") +
                (naming.prefix.empty() ? "" : ", behind \"" + shortened(naming.prefix, 80) + "\"") +
                (extra.empty() ? "" : ", not used: " + listed(extra));
  return {};
}

}  // namespace

Expected<EncoderFile> encoder_file_of(SafeTensors content, const std::string& name,
                                      const ImageEncoderOptions& options) {
  EncoderFile file{std::move(content), {}, {}, {}, {}};
  const auto naming = naming_of(file.content, name);
  if (!naming) {
    return naming.error();
  }
  auto config = config_of(file.content, *naming, name, options);
  if (!config) {
    return config.error();
  }
  file.config = std::move(*config);
  if (const auto matched = match_tensors(file, *naming, name); !matched) {
    return matched.error();
  }
  return file;
}

Expected<EncoderFile> read_encoder_file(const std::filesystem::path& path,
                                        const ImageEncoderOptions& options) {
  const std::string name = path.string();
  const auto bytes = read_file(path, kMostEncoderBytes);
  if (!bytes) {
    return bytes.error();
  }
  // A zip or a bare pickle: what torch.save writes.
  if (bytes->starts_with("PK\x03\x04") || bytes->starts_with("\x80\x02")) {
    return input_error(name, "", "it is a PyTorch pickle, which is a program and is never run",
                       "convert it once to .safetensors as docs/formats.md says (\"Image encoders\")");
  }
  auto content = parse_safetensors(*bytes, name, false);
  if (!content) {
    return content.error();
  }
  auto file = encoder_file_of(std::move(*content), name, options);
  if (file) {
    file->sha256 = sha256_hex(*bytes);
    file->content.tensors.size() > file->used() ? log_warning("encoder", name + ": " + file->report)
                                                : log_info("encoder", name + ": " + file->report);
  }
  return file;
}

}  // namespace alidade
