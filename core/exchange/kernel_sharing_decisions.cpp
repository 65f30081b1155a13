// SPDX-License-Identifier: BSD-3-Clause
// What was decided in scenes, and what became of the weights.
#include <algorithm>
#include <cmath>

#include "core/exchange/kernel_sharing_reader.h"

namespace alidade {
namespace {

bool is_norm(double value) {
  return std::isnan(value) || (value >= 0.0 && std::isfinite(value));
}

/// Lists of unknown norms alone are empty ones.
void forget_unknown(KernelUse& use) {
  for (auto* norms : {&use.weight, &use.change, &use.gradient}) {
    if (std::all_of(norms->begin(), norms->end(), [](float norm) { return std::isnan(norm); })) {
      norms->clear();
    }
  }
}

}  // namespace

Expected<void> KernelSharingReader::read_scenes() {
  sharing_.scenes.resize(sharing_.sources.size());
  if (!columns_.has("scene_source")) {
    return {};
  }
  if (auto counted = columns_.count_by("scene_source"); !counted) {
    return counted;
  }
  const auto of = columns_.integers("scene_source");
  const auto names = columns_.texts("scene");
  if (!of || !names) {
    return of ? names.error() : of.error();
  }
  if (of->size() > kMostSharingScenes) {
    return columns_.key_error("scene_source",
                              "expected at most " + std::to_string(kMostSharingScenes) + " scenes");
  }
  for (std::size_t s = 0; s < of->size(); ++s) {
    const std::int64_t source = (*of)[s];
    if (source < 0 || source >= static_cast<std::int64_t>(sharing_.sources.size()) ||
        (s > 0 && source < (*of)[s - 1])) {
      return columns_.row_error("scene_source", s, "expected the number of a source, rising",
                                "order the scenes by sources");
    }
    auto& scenes = sharing_.scenes[static_cast<std::size_t>(source)];
    scenes_.emplace_back(static_cast<std::size_t>(source), scenes.size());
    scenes.push_back(names->empty() ? "scene " + std::to_string(s) : (*names)[s]);
  }
  return {};
}

Expected<void> KernelSharingReader::read_decisions() {
  if (auto read = read_scenes(); !read || scenes_.empty()) {
    return read;
  }
  if (auto counted = columns_.count_by("offset_layer"); !counted) {
    return counted;
  }
  for (LayerSharing& layer : sharing_.layers) {
    if (layer.alpha.empty() && !layer.offsets.empty()) {
      return columns_.key_error("alpha",
                                "expected the priors of \"" + layer.name + "\", which decides in scenes");
    }
    for (std::size_t k = 0; k < layer.sources.size(); ++k) {
      layer.sources[k].beta.assign(sharing_.scenes[k].size(), std::vector<float>(layer.offsets.size()));
      layer.sources[k].gamma.assign(sharing_.scenes[k].size(),
                                    std::vector<std::uint8_t>(layer.offsets.size()));
    }
  }
  for (const bool gamma : {false, true}) {
    const std::string key = gamma ? "gamma" : "beta";
    if (auto there = expect_numbers(key, scenes_.size()); !there) {
      return there;
    }
    auto read = columns_.each_numbers(
        key, {scenes_.size()}, [&](std::size_t row, std::span<const double> values) -> Expected<void> {
          for (std::size_t s = 0; s < values.size(); ++s) {
            if (gamma ? values[s] != 0.0 && values[s] != 1.0 : !is_share(values[s])) {
              return columns_.row_error(key, row, gamma ? "expected 0 or 1" : "expected numbers in [0, 1]",
                                        "correct the row");
            }
            const auto& [layer, offset] = cells_[row];
            SourceSharing& source = sharing_.layers[layer].sources[scenes_[s].first];
            if (gamma) {
              source.gamma[scenes_[s].second][offset] = static_cast<std::uint8_t>(values[s]);
            } else {
              source.beta[scenes_[s].second][offset] = static_cast<float>(values[s]);
            }
          }
          return {};
        });
    if (!read) {
      return read;
    }
  }
  return {};
}

Expected<void> KernelSharingReader::read_use() {
  if (auto counted = columns_.count_by("offset_layer"); !counted) {
    return counted;
  }
  const auto take = [&](const std::string& key, std::size_t kernels, const auto& use_of) {
    std::vector<std::size_t> inner{3};
    if (key == "exclusive") {
      inner = {kernels, 3};
    }
    return columns_.each_numbers(
        key, inner, [&](std::size_t row, std::span<const double> norms) -> Expected<void> {
          if (!std::all_of(norms.begin(), norms.end(), is_norm)) {
            return columns_.row_error(key, row, "expected norms, or NaN", "correct the row");
          }
          for (std::size_t k = 0; k < kernels; ++k) {
            KernelUse& use = use_of(sharing_.layers[cells_[row].first], k);
            use.weight.push_back(static_cast<float>(norms[3 * k]));
            use.change.push_back(static_cast<float>(norms[3 * k + 1]));
            use.gradient.push_back(static_cast<float>(norms[3 * k + 2]));
          }
          return {};
        });
  };
  if (auto read =
          take("shared", 1, [](LayerSharing& layer, std::size_t) -> KernelUse& { return layer.shared; });
      !read) {
    return read;
  }
  if (auto read =
          take("exclusive", sharing_.sources.size(),
               [](LayerSharing& layer, std::size_t k) -> KernelUse& { return layer.sources[k].exclusive; });
      !read) {
    return read;
  }
  for (LayerSharing& layer : sharing_.layers) {
    forget_unknown(layer.shared);
    for (SourceSharing& source : layer.sources) {
      forget_unknown(source.exclusive);
    }
  }
  return {};
}

}  // namespace alidade
