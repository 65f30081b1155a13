// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_errors.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "views/base/color_map.h"
#include "views/base/theme.h"
#include "views/image/mask_contour.h"

namespace alidade {
namespace {

constexpr int kAgreementAlpha = 90;  // agreement is the quiet part
constexpr double kAmbient = 0.35;    // share of the light that has no direction
constexpr double kMillimetres = 1000.0;

QImage shadedImage(const MeshRender& render, const QColor& color) {
  QImage image(render.shade.width, render.shade.height, QImage::Format_ARGB32_Premultiplied);
  for (int y = 0; y < image.height(); ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < image.width(); ++x) {
      const double light = kAmbient + (1.0 - kAmbient) * *render.shade.pixel(x, y);
      const auto channel = [light](int value) { return static_cast<int>(std::lround(light * value)); };
      line[x] = *render.owner.pixel(x, y) < 0
                    ? 0U
                    : qRgb(channel(color.red()), channel(color.green()), channel(color.blue()));
    }
  }
  return image;
}

/// Outlines of what is seen of each mesh.
std::vector<QPolygonF> outlinesOf(const MeshRender& render, std::size_t meshes) {
  std::vector<QPolygonF> outlines;
  ImageU8 mask(render.owner.width, render.owner.height, 1);
  for (std::size_t i = 0; i < meshes; ++i) {
    for (std::size_t pixel = 0; pixel < mask.data.size(); ++pixel) {
      mask.data[pixel] = render.owner.data[pixel] == static_cast<std::int32_t>(i) ? 255 : 0;
    }
    const auto loops = maskContours(mask);
    outlines.insert(outlines.end(), loops.begin(), loops.end());
  }
  return outlines;
}

QImage silhouetteImage(const ImageU8& pixels) {
  const QColor neutral = safeColor(SafeColor::kNeutral);
  const QRgb agreement =
      qPremultiply(qRgba(neutral.red(), neutral.green(), neutral.blue(), kAgreementAlpha));
  const std::array<QRgb, 4> colors{0U, agreement, safeColor(SafeColor::kSkyBlue).rgb(),
                                   safeColor(SafeColor::kOrange).rgb()};
  QImage image(pixels.width, pixels.height, QImage::Format_ARGB32_Premultiplied);
  for (int y = 0; y < image.height(); ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < image.width(); ++x) {
      line[x] = colors[*pixels.pixel(x, y)];
    }
  }
  return image;
}

QImage differenceImage(const ImageF& difference, double range, const ColorMap& map) {
  constexpr int kHalf = 127;
  std::array<QRgb, 2 * kHalf + 1> colors{};
  for (int i = -kHalf; i <= kHalf; ++i) {
    colors[static_cast<std::size_t>(i + kHalf)] = map.at(0.5 + 0.5 * i / kHalf).rgb();
  }
  QImage image(difference.width, difference.height, QImage::Format_ARGB32_Premultiplied);
  for (int y = 0; y < image.height(); ++y) {
    auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
    for (int x = 0; x < image.width(); ++x) {
      const double share = *difference.pixel(x, y) / range;
      line[x] = std::isfinite(share) ? colors[static_cast<std::size_t>(
                                           std::lround(kHalf * std::clamp(share, -1.0, 1.0)) + kHalf)]
                                     : 0U;
    }
  }
  return image;
}

/// The cells of one object in the columns of a layer.
template <class Entry, class Cells>
void appendColumns(Table& table, const std::vector<std::string>& names, bool of_prediction,
                   const std::vector<Entry>& entries, const Cells& cells) {
  const std::size_t first = table.columns.size();
  table.columns.insert(table.columns.end(), names.begin(), names.end());
  for (auto& row : table.rows) {
    row.resize(table.columns.size());
    const auto* instance = std::get_if<double>(&row[1]);
    const auto* source = std::get_if<std::string>(&row[3]);
    if (!instance || !source || (*source != "ground truth") != of_prediction) {
      continue;
    }
    for (const Entry& entry : entries) {
      if (entry.instance == static_cast<int>(*instance)) {
        const std::vector<double> values = cells(entry);
        std::copy(values.begin(), values.end(), row.begin() + static_cast<std::ptrdiff_t>(first));
      }
    }
  }
}

}  // namespace

ImageErrors makeImageErrors(const Frame& frame, const QSize& size, const PoseResult* result,
                            const MeshesById& meshes, const ErrorLayers& layers) {
  ImageErrors errors;
  errors.complete = true;
  PinholeCamera camera = frame.camera;
  camera.width = size.width();
  camera.height = size.height();
  if (!camera.valid() || size.isEmpty() || !layers.any()) {
    return errors;
  }
  for (const Instance& instance : frame.instances) {
    if (const auto mesh = meshes.find(instance.object_id); mesh == meshes.end() || !mesh->second) {
      errors.without_mesh.push_back(instance.index);
    }
  }
  const auto truth = placedMeshes(frame, result, meshes, false);
  const auto prediction = placedMeshes(frame, result, meshes, true);
  const MeshRender true_render = render_meshes(camera, truth);
  const MeshRender predicted_render = prediction.empty() ? MeshRender() : render_meshes(camera, prediction);
  if (layers.mesh) {
    const Theme& colors = theme(ThemeKind::kDark);
    errors.fill = prediction.empty() ? shadedImage(true_render, colors.ground_truth)
                                     : shadedImage(predicted_render, colors.prediction);
    errors.outlines.push_back({false, outlinesOf(true_render, truth.size())});
    if (!prediction.empty()) {
      errors.outlines.push_back({true, outlinesOf(predicted_render, prediction.size())});
    }
  }
  if (layers.silhouette && !prediction.empty()) {
    SilhouetteComparison comparison = compare_silhouettes(camera, truth, prediction);
    errors.silhouette = silhouetteImage(comparison.pixels);
    errors.silhouettes = std::move(comparison.objects);
  }
  if (layers.difference) {
    errors.against_prediction = layers.against == DepthModel::kPrediction && !prediction.empty();
    const MeshRender& model = errors.against_prediction ? predicted_render : true_render;
    errors.difference_values = depth_difference(frame.depth, model.depth);
    errors.differences = depth_differences(errors.difference_values, model,
                                           errors.against_prediction ? prediction : truth);
    errors.model_depth = model.depth;
    if (!errors.difference_values.empty()) {
      errors.difference = differenceImage(errors.difference_values, layers.range, layers.map);
    }
  }
  return errors;
}

void appendErrors(const ImageErrors& errors, const ErrorLayers& layers, Table& table) {
  if (layers.silhouette && !errors.silhouettes.empty()) {
    appendColumns(table,
                  {"silhouette agreement (px)", "silhouette missing (px)", "silhouette too much (px)",
                   "silhouette IoU"},
                  true, errors.silhouettes, [](const SilhouetteCount& count) {
                    return std::vector<double>{static_cast<double>(count.agreement),
                                               static_cast<double>(count.missing),
                                               static_cast<double>(count.surplus), count.iou()};
                  });
  }
  if (layers.difference && !errors.difference_values.empty()) {
    appendColumns(table,
                  {"depth compared (px)", "measured minus model depth, median (mm)",
                   "absolute depth difference, median (mm)"},
                  errors.against_prediction, errors.differences, [](const DepthDifference& one) {
                    std::vector<double> values{static_cast<double>(one.pixels)};
                    if (one.pixels > 0) {
                      values.insert(values.end(),
                                    {one.median * kMillimetres, one.median_absolute * kMillimetres});
                    }
                    return values;
                  });
  }
}

}  // namespace alidade
