// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <QImage>
#include <QSize>

#include "views/base/map_densities.h"
#include "views/base/plot_theme.h"
#include "views/mollweide/mollweide_figure.h"
#include "views/mollweide/mollweide_multiples_figure.h"

namespace alidade {

/// What a Mollweide view is to show: one map, or several where there are `schedules`.
struct MollweideWish {
  MollweideMultiplesStyle style;  ///< of one map its density and marks as well
  // Of one map.
  std::shared_ptr<const MollweideData> one;       ///< before style, marks, paths and density
  std::shared_ptr<const ObjectSamples> paths_of;  ///< of the marked samples; null: no paths
  int emphasized = -1;                            ///< see RotationMap
  double summary_level = 0.0;                     ///< 0 = no summary
  // Of several.
  std::vector<std::shared_ptr<const ObjectSamples>> schedules;
  std::vector<double> times;

  /// The same picture. Data and samples are the same when they are the same objects.
  bool operator==(const MollweideWish& other) const;
  /// Made and painted in less time than a frame of the screen takes: no need of another thread.
  bool light() const;
};

/// The paper of a picture on the screen.
struct MollweideSheet {
  QSize size;          ///< logical units
  double ratio = 1.0;  ///< pixels of one
  PlotTheme theme;

  bool operator==(const MollweideSheet& other) const {
    return size == other.size && ratio == other.ratio && theme.colors.name == other.theme.colors.name;
  }
};

/// A figure, and perhaps how it looks.
struct MollweideMade {
  std::shared_ptr<const MollweideFigure> one;
  std::shared_ptr<const MollweideMultiplesFigure> several;
  QImage picture;  ///< null where the figure paints itself
  MollweideSheet sheet;
};

/// Paints figures of one map on the screen; what does not change with time is painted once.
class MollweideLayers {
 public:
  void paint(QPainter& painter, const std::shared_ptr<const MollweideFigure>& figure,
             const MollweideSheet& sheet);

 private:
  std::shared_ptr<const MollweideFigure> backdrop_of_;
  QImage backdrop_;
  MollweideSheet sheet_;
};

/// Makes figures and their pictures, in any thread, and keeps the parts that come again.
class MollweideMaker {
 public:
  MollweideMade made(const MollweideWish& wish);
  /// With its picture; for one thread.
  MollweideMade painted(const MollweideWish& wish, const MollweideSheet& sheet);

 private:
  using Paths = std::shared_ptr<const std::vector<RotationPath>>;
  Paths paths(const MollweideWish& wish);

  MapDensities densities_;
  std::mutex mutex_;
  std::shared_ptr<const ObjectSamples> paths_of_;  ///< guarded, as the two that follow: the last ones
  std::vector<int> path_numbers_;
  Paths paths_;
  MollweideLayers layers_;  ///< of the thread that paints
};

}  // namespace alidade
