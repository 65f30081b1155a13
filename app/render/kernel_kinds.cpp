// SPDX-License-Identifier: BSD-3-Clause
// Figures of shared kernels: the cube of a layer, its matrix of sources, all layers.
#include <algorithm>
#include <filesystem>
#include <optional>

#include "app/render/figure_kinds.h"
#include "core/exchange/kernel_sharing_file.h"
#include "views/kernels/kernel_cube_figure.h"
#include "views/kernels/kernel_layers_figure.h"
#include "views/kernels/kernel_matrix_figure.h"

namespace alidade {
namespace {

constexpr std::size_t kMostOtherFiles = 64;

/// What recipes of these kinds say.
struct KernelSettings {
  std::string kernels, layer, source;
  std::vector<std::string> others;
  KernelChannel channel = KernelChannel::kGamma;
  SharingThreshold tau;
  bool exploded = false, orbits = false;
};

KernelSettings kernelKeys(StrictObject& view) {
  KernelSettings settings;
  settings.kernels = view.text("kernels");
  if (view.has("tau")) {
    settings.tau = view.number("tau", 0.0, 0.0, 1.0);
  }
  return settings;
}

void layerKeys(StrictObject& view, KernelSettings& settings) {
  settings.layer = view.text("layer", std::string());
  settings.channel =
      static_cast<KernelChannel>(view.choice("color", {"gamma", "alpha", "beta", "product", "weight"}));
  const nlohmann::json others = view.value("others");
  const bool texts =
      others.is_array() && others.size() <= kMostOtherFiles &&
      std::all_of(others.begin(), others.end(), [](const auto& one) { return one.is_string(); });
  if (!others.is_null() && !texts) {
    view.fail("others", "a list of files was expected", "write [\"seed-2.npz\"]");
  } else if (!others.is_null()) {
    settings.others = others.get<std::vector<std::string>>();
  }
}

Expected<std::shared_ptr<const KernelSharing>> readKernels(const std::string& named,
                                                           const FigureInput& input) {
  const auto path = std::filesystem::path(input.recipe_file).parent_path() / named;
  auto file = read_kernel_sharing(path);
  if (!file) {
    return file.error();
  }
  if (file->sharing.layers.empty()) {
    return input_error(path.string(), "", "it holds no layer", "name another file");
  }
  return std::make_shared<const KernelSharing>(std::move(file->sharing));
}

/// The place of a name; the first one for no name.
Expected<std::size_t> placeOf(const std::vector<std::string>& names, const std::string& wanted,
                              const char* key, const FigureInput& input) {
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (wanted.empty() || found != names.end()) {
    return wanted.empty() ? 0 : static_cast<std::size_t>(found - names.begin());
  }
  std::string all;
  for (const std::string& name : names) {
    all += (all.empty() ? "" : ", ") + name;
  }
  return input_error(input.recipe_file, key, "there is no \"" + wanted + "\"",
                     all.empty() ? "leave it out" : "choose among " + all);
}

Expected<std::shared_ptr<const KernelSheet>> sheetOf(const KernelSettings& settings,
                                                     const FigureInput& input) {
  auto sharing = readKernels(settings.kernels, input);
  if (!sharing) {
    return sharing.error();
  }
  KernelQuestion question;
  question.sharing = *sharing;
  question.all = {*sharing};
  for (const std::string& other : settings.others) {
    auto read = readKernels(other, input);
    if (!read) {
      return read.error();
    }
    question.all.push_back(std::move(*read));
  }
  std::vector<std::string> layers;
  for (const LayerSharing& layer : question.sharing->layers) {
    layers.push_back(layer.name);
  }
  const auto layer = placeOf(layers, settings.layer, "view.layer", input);
  const auto source = placeOf(question.sharing->sources, settings.source, "view.source", input);
  if (!layer || !source) {
    return layer ? source.error() : layer.error();
  }
  question.layer = *layer;
  question.source = *source;
  question.channel = settings.channel;
  question.tau = settings.tau;
  question.exploded = settings.exploded;
  question.orbits = settings.orbits;
  return makeKernelSheet(question);
}

template <class Shown>
ParsedView kernelMap(const KernelSettings& settings) {
  return {[settings](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    auto sheet = sheetOf(settings, input);
    return sheet ? Expected<std::unique_ptr<Figure>>(std::make_unique<Shown>(std::move(*sheet)))
                 : sheet.error();
  }};
}

ParsedView parseKernelCube(StrictObject& view) {
  KernelSettings settings = kernelKeys(view);
  layerKeys(view, settings);
  settings.source = view.text("source", std::string());
  settings.exploded = view.choice("form", {"slices", "exploded"}) == 1;
  settings.orbits = view.flag("orbits", false);
  return kernelMap<KernelCubeFigure>(settings);
}

ParsedView parseKernelMatrix(StrictObject& view) {
  KernelSettings settings = kernelKeys(view);
  layerKeys(view, settings);
  return kernelMap<KernelMatrixFigure>(settings);
}

ParsedView parseKernelLayers(StrictObject& view) {
  const KernelSettings settings = kernelKeys(view);
  return {[settings](const FigureInput& input) -> Expected<std::unique_ptr<Figure>> {
    const auto sharing = readKernels(settings.kernels, input);
    if (!sharing) {
      return sharing.error();
    }
    return std::unique_ptr<Figure>(
        std::make_unique<KernelLayersFigure>(LayersQuestion{*sharing, settings.tau, std::nullopt}));
  }};
}

}  // namespace

FigureKind kernelCubeKind() {
  return {"kernel_cube", {.dataset = false}, 174.0, 70.0, parseKernelCube};
}

FigureKind kernelMatrixKind() {
  return {"kernel_matrix", {.dataset = false}, 174.0, 52.0, parseKernelMatrix};
}

FigureKind kernelLayersKind() {
  return {"kernel_layers", {.dataset = false}, 84.0, 100.0, parseKernelLayers};
}

}  // namespace alidade
