// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "core/exchange/kernel_sharing_reader.h"
#include "core/exchange/pose_table.h"

namespace alidade {
namespace {

constexpr double kMostPairs = 1e15;
constexpr double kMostOffset = 1e6;

bool is_count(double value) {
  return value >= 0.0 && value <= kMostPairs && value == std::floor(value);
}

}  // namespace

Expected<void> KernelSharingReader::expect_numbers(const std::string& key, std::size_t inner) const {
  if (!columns_.has(key)) {
    return columns_.key_error(key, "expected this array, found none of that name");
  }
  if (columns_.rows() * std::max<std::size_t>(inner, 1) > kMostSharingNumbers) {
    return columns_.key_error(key, "expected at most " + std::to_string(kMostSharingNumbers) + " numbers");
  }
  return {};
}

Expected<void> KernelSharingReader::read_names() {
  sharing_.name = columns_.single_text("name");
  sharing_.checkpoint = columns_.single_text("checkpoint");
  sharing_.checkpoint_sha256 = columns_.single_text("checkpoint_sha256");
  sharing_.provenance = parse_provenance(columns_.single_text("provenance"));
  auto sources = columns_.names("source");
  if (!sources) {
    return sources.error();
  }
  if (sources->size() > kMostSharingSources) {
    return columns_.key_error("source",
                              "expected at most " + std::to_string(kMostSharingSources) + " sources");
  }
  sharing_.sources = std::move(*sources);
  if (!columns_.has("tau")) {
    return columns_.key_error("tau", "expected the threshold");
  }
  if (auto counted = columns_.count_by("tau"); !counted) {
    return counted;
  }
  const auto tau = columns_.numbers("tau", {});
  if (!tau) {
    return tau.error();
  }
  if (tau->size() != 1 || !is_share(tau->front())) {
    return columns_.key_error("tau", "expected one number in [0, 1]");
  }
  sharing_.tau = tau->front();
  return {};
}

Expected<void> KernelSharingReader::read_layers() {
  if (auto counted = columns_.count_by("layer"); !counted) {
    return counted;
  }
  const auto names = columns_.names("layer");
  const auto cells = columns_.numbers("layer_cell_m", {});
  const auto raw = columns_.integers("layer_raw_order");
  if (!names || !cells || !raw) {
    return !names ? names.error() : !cells ? cells.error() : raw.error();
  }
  if (names->empty() || names->size() > kMostSharingLayers) {
    return columns_.key_error("layer", "expected 1 to " + std::to_string(kMostSharingLayers) + " layers");
  }
  for (std::size_t l = 0; l < names->size(); ++l) {
    LayerSharing& layer = sharing_.layers.emplace_back();
    layer.name = (*names)[l];
    layer.sources.resize(sharing_.sources.size());
    layer.cell_m = cells->empty() ? 0.0 : (*cells)[l];
    layer.raw_order = !raw->empty() && (*raw)[l] != 0;
    if (!(layer.cell_m >= 0.0 && layer.cell_m < 1e6)) {
      return columns_.row_error("layer_cell_m", l, "expected an edge in meters, or 0", "correct the row");
    }
  }
  return read_rows();
}

Expected<void> KernelSharingReader::read_rows() {
  return columns_.each_numbers(
      "layer_rows", {sharing_.sources.size(), 2},
      [&](std::size_t l, std::span<const double> row) -> Expected<void> {
        if (!std::all_of(row.begin(), row.end(), is_count)) {
          return columns_.row_error("layer_rows", l, "expected numbers of voxels", "correct the row");
        }
        for (std::size_t k = 0; k < sharing_.sources.size(); ++k) {
          sharing_.layers[l].sources[k].inputs = static_cast<std::int64_t>(row[2 * k]);
          sharing_.layers[l].sources[k].outputs = static_cast<std::int64_t>(row[2 * k + 1]);
        }
        return {};
      });
}

Expected<void> KernelSharingReader::read_offsets() {
  if (auto there = columns_.has("offset_layer") ? columns_.count_by("offset_layer")
                                                : Expected<void>(columns_.key_error(
                                                      "offset_layer", "expected the layer of each offset"));
      !there) {
    return there;
  }
  if (columns_.rows() > kMostSharingOffsets) {
    return columns_.key_error("offset_layer",
                              "expected at most " + std::to_string(kMostSharingOffsets) + " offsets");
  }
  const auto layers = columns_.integers("offset_layer");
  if (!layers) {
    return layers.error();
  }
  if (auto there = expect_numbers("offset", 3); !there) {
    return there;
  }
  return columns_.each_numbers(
      "offset", {3}, [&](std::size_t row, std::span<const double> offset) -> Expected<void> {
        const std::int64_t of = (*layers)[row];
        if (of < 0 || of >= static_cast<std::int64_t>(sharing_.layers.size()) ||
            (row > 0 && of < (*layers)[row - 1])) {
          return columns_.row_error("offset_layer", row, "expected the number of a layer, rising",
                                    "order the offsets by layers");
        }
        if (!std::all_of(offset.begin(), offset.end(), [](double value) {
              return std::abs(value) <= kMostOffset && value == std::floor(value);
            })) {
          return columns_.row_error("offset", row, "expected three whole numbers", "correct the row");
        }
        LayerSharing& layer = sharing_.layers[static_cast<std::size_t>(of)];
        cells_.emplace_back(static_cast<std::size_t>(of), layer.offsets.size());
        layer.offsets.push_back(
            {static_cast<int>(offset[0]), static_cast<int>(offset[1]), static_cast<int>(offset[2])});
        if (layer.offsets.size() > kMostKernelVolume) {
          return columns_.row_error(
              "offset_layer", row,
              "expected at most " + std::to_string(kMostKernelVolume) + " offsets of a layer",
              "leave out larger kernels");
        }
        return {};
      });
}

Expected<void> KernelSharingReader::read_alpha() {
  const auto alpha = columns_.numbers("alpha", {});
  if (!alpha) {
    return alpha.error();
  }
  for (std::size_t row = 0; row < alpha->size(); ++row) {
    const double value = (*alpha)[row];
    if (!std::isnan(value) && !is_share(value)) {
      return columns_.row_error("alpha", row, "expected a number in [0, 1]", "correct the row");
    }
    sharing_.layers[cells_[row].first].alpha.push_back(static_cast<float>(value));
  }
  for (LayerSharing& layer : sharing_.layers) {
    const auto unknown =
        std::count_if(layer.alpha.begin(), layer.alpha.end(), [](float a) { return std::isnan(a); });
    if (unknown > 0 && unknown < static_cast<std::ptrdiff_t>(layer.alpha.size())) {
      return columns_.key_error("alpha",
                                "expected a number for every offset of \"" + layer.name + "\", or for none");
    }
    if (unknown > 0) {
      layer.alpha.clear();
    }
  }
  return {};
}

Expected<void> KernelSharingReader::read_pairs() {
  if (auto there = expect_numbers("pairs", sharing_.sources.size()); !there && !sharing_.sources.empty()) {
    return there;
  }
  return columns_.each_numbers(
      "pairs", {sharing_.sources.size()},
      [&](std::size_t row, std::span<const double> pairs) -> Expected<void> {
        if (!std::all_of(pairs.begin(), pairs.end(), is_count)) {
          return columns_.row_error("pairs", row, "expected numbers of pairs", "correct the row");
        }
        for (std::size_t k = 0; k < pairs.size(); ++k) {
          sharing_.layers[cells_[row].first].sources[k].pairs.push_back(static_cast<std::int64_t>(pairs[k]));
        }
        return {};
      });
}

Expected<KernelSharingFile> KernelSharingReader::read() {
  for (const auto step : {&KernelSharingReader::read_names, &KernelSharingReader::read_layers,
                          &KernelSharingReader::read_offsets, &KernelSharingReader::read_alpha,
                          &KernelSharingReader::read_pairs, &KernelSharingReader::read_decisions,
                          &KernelSharingReader::read_use}) {
    if (auto done = (this->*step)(); !done) {
      return done.error();
    }
  }
  return KernelSharingFile{std::move(sharing_), columns_.unreadable()};
}

Expected<KernelSharingFile> read_kernel_sharing(const std::filesystem::path& path) {
  auto columns = ColumnReader::read(path, {"layer"}, kSharingSection);
  if (!columns) {
    return columns.error();
  }
  auto file = columns->keys(kKernelPrefix).empty() ? KernelSharingReader(std::move(*columns)).read()
                                                   : import_kernels(*columns);
  if (file && file->sharing.name.empty()) {
    file->sharing.name = path.stem().string();
  }
  return file;
}

bool looks_like_kernel_sharing(const std::vector<std::string>& keys) {
  const auto has = [&](const char* key) { return std::find(keys.begin(), keys.end(), key) != keys.end(); };
  return has("layer") && (has("offset_layer") ||
                          std::any_of(keys.begin(), keys.end(),
                                      [](const std::string& key) { return key.starts_with(kKernelPrefix); }));
}

}  // namespace alidade
