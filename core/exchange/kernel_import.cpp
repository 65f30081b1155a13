// SPDX-License-Identifier: BSD-3-Clause
// Kernels of other libraries: norms by offset, in our order where theirs was probed.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "core/base/stop_scope.h"
#include "core/exchange/kernel_sharing_reader.h"
#include "core/sharing/offset_order.h"

namespace alidade {
namespace {

constexpr double kMostCell = 1e6;
constexpr std::size_t kMostProbeCells = 100000;
constexpr std::size_t kKernelPiece = std::size_t{1} << 20;

/// "kio": the letter of each dimension, k for those of space, whose product is the volume.
Expected<std::string> layout_of(const ColumnReader& columns) {
  std::string layout = columns.single_text("layout");
  if (layout.empty()) {
    layout = "kio";
  }
  const auto first = layout.find('k'), last = layout.rfind('k');
  const bool fine =
      layout.size() <= 8 && first != std::string::npos &&
      layout.find_first_not_of("kio") == std::string::npos &&
      std::all_of(layout.begin() + static_cast<std::ptrdiff_t>(first),
                  layout.begin() + static_cast<std::ptrdiff_t>(last), [](char c) { return c == 'k'; });
  return fine ? Expected<std::string>(layout)
              : columns.key_error(
                    "layout", "expected the letters k (space), i (in) and o (out), as \"kio\" or \"okkki\"");
}

/// What lies before, in and behind the dimensions of space.
struct KernelShape {
  std::size_t before = 1, volume = 1, behind = 1;
};

Expected<KernelShape> shape_of_kernel(const ColumnReader& columns, const std::string& key,
                                      const NpyArray& array, const std::string& layout) {
  if (array.shape.size() != layout.size() || array.dtype == DType::kText || array.size() == 0) {
    return columns.key_error(key, "expected numbers in " + std::to_string(layout.size()) + " dimensions (" +
                                      layout + "), found " + std::to_string(array.shape.size()));
  }
  KernelShape shape;
  for (std::size_t axis = 0; axis < layout.size(); ++axis) {
    (layout[axis] == 'k'       ? shape.volume
     : axis < layout.find('k') ? shape.before
                               : shape.behind) *= array.shape[axis];
  }
  if (shape.volume > kMostKernelVolume) {
    return columns.key_error(key, "expected at most " + std::to_string(kMostKernelVolume) + " offsets");
  }
  return shape;
}

/// Frobenius norm of each offset of `array`, less those of `from` where it is given.
Expected<std::vector<float>> offset_norms(const ColumnReader& columns, const std::string& key,
                                          const NpyArray& array, const NpyArray* from,
                                          const KernelShape& shape) {
  std::vector<double> squares(shape.volume, 0.0);
  StopMeter meter(kRowsUnasked);
  for (std::size_t first = 0; first < array.size(); first += kKernelPiece) {
    const std::size_t count = std::min(kKernelPiece, array.size() - first);
    const auto values = array.as_doubles(first, count);
    const auto others = from != nullptr ? from->as_doubles(first, count) : std::vector<double>(count, 0.0);
    for (std::size_t i = 0; i < count; ++i) {
      const double value = values[i] - others[i];
      squares[(first + i) / shape.behind % shape.volume] += value * value;
    }
    if (meter.stopped(count)) {
      return reading_stopped(columns.file());
    }
  }
  std::vector<float> norms;
  for (const double square : squares) {
    if (!std::isfinite(square)) {
      return columns.key_error(key, "expected finite numbers");
    }
    // A weight that is not zero never looks like one.
    norms.push_back(square > 0.0 ? std::max(static_cast<float>(std::sqrt(square)), 1e-38f) : 0.0f);
  }
  return norms;
}

Expected<std::vector<float>> norms_of(const ColumnReader& columns, const std::string& key,
                                      const NpyArray& kernel, const KernelShape& shape, bool less_kernel) {
  const auto array = columns.find(key);
  if (!array || *array == nullptr) {
    return array ? Expected<std::vector<float>>(std::vector<float>()) : array.error();
  }
  if ((*array)->shape != kernel.shape || (*array)->dtype == DType::kText) {
    return columns.key_error(key, "expected the shape of the kernel");
  }
  return offset_norms(columns, key, **array, less_kernel ? &kernel : nullptr, shape);
}

Expected<std::vector<double>> probe_numbers(const ColumnReader& columns, const std::string& key,
                                            std::size_t width) {
  const auto array = columns.find(key);
  if (!array) {
    return array.error();
  }
  if (*array == nullptr || (*array)->dtype == DType::kText || (*array)->size() % width != 0 ||
      (*array)->size() > 3 * kMostProbeCells) {
    return columns.key_error(key, "expected numbers, " + std::to_string(width) + " of each cell");
  }
  const auto values = (*array)->as_doubles();
  if (!std::all_of(values.begin(), values.end(), [](double value) { return std::abs(value) <= kMostCell; })) {
    return columns.key_error(key, "expected finite numbers up to 1e6");
  }
  return values;
}

Expected<std::vector<KernelOffset>> cells_of(const ColumnReader& columns, const std::string& key) {
  const auto numbers = probe_numbers(columns, key, 3);
  if (!numbers) {
    return numbers.error();
  }
  std::vector<KernelOffset> cells;
  for (std::size_t i = 0; i + 2 < numbers->size(); i += 3) {
    cells.push_back({static_cast<int>((*numbers)[i]), static_cast<int>((*numbers)[i + 1]),
                     static_cast<int>((*numbers)[i + 2])});
  }
  return cells;
}

/// The order that the probe of this volume answers; empty without one.
Expected<std::vector<KernelOffset>> probed_order(const ColumnReader& columns, std::size_t volume) {
  const std::string prefix = "probe/" + std::to_string(volume) + "/";
  if (columns.keys(prefix).empty()) {
    return std::vector<KernelOffset>();
  }
  const auto center = cells_of(columns, prefix + "center");
  auto cells = cells_of(columns, prefix + "cells");
  auto values = probe_numbers(columns, prefix + "values", 1);
  if (!center || !cells || !values) {
    return !center ? center.error() : !cells ? cells.error() : values.error();
  }
  if (center->size() != 1 || cells->size() != values->size()) {
    return columns.key_error(prefix + "values", "expected one center, and one value for each cell");
  }
  return order_of_probe({center->front(), std::move(*cells), std::move(*values)}, volume, columns.file());
}

template <class Value>
void reorder(std::vector<Value>& values, const std::vector<std::size_t>& places) {
  if (!values.empty()) {
    std::vector<Value> moved;
    for (const std::size_t place : places) {
      moved.push_back(values[place]);
    }
    values = std::move(moved);
  }
}

Expected<void> order_offsets(const ColumnReader& columns, LayerSharing& layer, std::size_t volume) {
  auto order = probed_order(columns, volume);
  if (!order) {
    return order.error();
  }
  if (order->empty()) {
    layer.raw_order = true;
    for (std::size_t j = 0; j < volume; ++j) {
      layer.offsets.push_back({static_cast<int>(j), 0, 0});
    }
    return {};
  }
  layer.offsets = in_our_order(*order);
  const auto places = places_of(*order, layer.offsets);
  if (!places) {
    return columns.key_error("probe/" + std::to_string(volume), "expected every offset once");
  }
  reorder(layer.shared.weight, *places);
  reorder(layer.shared.change, *places);
  reorder(layer.shared.gradient, *places);
  return {};
}

Expected<LayerSharing> import_layer(const ColumnReader& columns, const std::string& name,
                                    const std::string& layout) {
  const std::string key = kKernelPrefix + name;
  const auto kernel = columns.find(key);
  if (!kernel) {
    return kernel.error();
  }
  if (*kernel == nullptr) {
    return columns.key_error(key, "expected the kernel of a layer that \"layer\" names");
  }
  const auto shape = shape_of_kernel(columns, key, **kernel, layout);
  if (!shape) {
    return shape.error();
  }
  auto weight = offset_norms(columns, key, **kernel, nullptr, *shape);
  auto change = norms_of(columns, "initial/" + name, **kernel, *shape, true);
  auto gradient = norms_of(columns, "gradient/" + name, **kernel, *shape, false);
  if (!weight || !change || !gradient) {
    return !weight ? weight.error() : !change ? change.error() : gradient.error();
  }
  LayerSharing layer;
  layer.name = name;
  layer.shared = {std::move(*weight), std::move(*change), std::move(*gradient)};
  const auto ordered = order_offsets(columns, layer, shape->volume);
  return ordered ? Expected<LayerSharing>(std::move(layer)) : ordered.error();
}

}  // namespace

Expected<KernelSharingFile> import_kernels(const ColumnReader& columns) {
  const auto names = columns.names("layer");
  const auto layout = layout_of(columns);
  if (!names || !layout) {
    return names ? layout.error() : names.error();
  }
  if (names->empty() || names->size() > kMostSharingLayers) {
    return columns.key_error("layer", "expected 1 to " + std::to_string(kMostSharingLayers) + " layers");
  }
  KernelSharingFile file;
  file.sharing.name = columns.single_text("name");
  file.sharing.provenance = current_provenance();
  for (const std::string& name : *names) {
    auto layer = import_layer(columns, name, *layout);
    if (!layer) {
      return layer.error();
    }
    if (layer->raw_order && layer->offsets.size() > 1 && file.notes.empty()) {
      file.notes.push_back(columns.file() + ": the order of the " + std::to_string(layer->offsets.size()) +
                           " offsets is not known, cells stand by index; add the answer to a probe (see \"" +
                           kSharingSection + "\" in docs/formats.md).");
    }
    file.sharing.layers.push_back(std::move(*layer));
  }
  for (std::string& sentence : columns.unreadable()) {
    file.notes.push_back(std::move(sentence));
  }
  return file;
}

}  // namespace alidade
