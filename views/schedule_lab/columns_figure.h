// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <QImage>
#include <QRectF>

#include "views/base/figure.h"
#include "views/base/pose_thumbnail.h"
#include "views/base/rotation_map.h"
#include "views/schedule_lab/shown_column.h"

namespace alidade {

/// The columns side by side (in several rows on narrow paper), as in Fig. 9 of the score-scaling paper: head,
/// map of the rotations at the present time, the same poses in 3D, mode meter and measures.
class ColumnsFigure : public Figure {
 public:
  /// `marked` samples, by number, stand out in every column.
  explicit ColumnsFigure(std::vector<ShownColumn> columns, std::vector<int> marked = {});

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// One row per column and sample: place on the map, tilt, errors, and the time.
  Table data() const override;
  Provenance provenance() const override;

  const std::vector<ShownColumn>& columns() const { return columns_; }
  const std::vector<int>& marked() const { return marked_; }
  /// Takes over what `older` painted of the columns that are the same, so that a drag of one curve paints one
  /// column.
  void keepPicturesOf(const ColumnsFigure& older);
  /// The column at a point of the figure painted into `area`.
  std::optional<std::size_t> columnAt(const QPointF& point, const QRectF& area, const PlotTheme& theme) const;
  /// Where a column's map is, and where a rotation lies on it.
  QRectF mapArea(std::size_t column, const QRectF& area, const PlotTheme& theme) const;
  /// Where its poses are drawn in 3D: below the map, beside it where the cell is low, empty where there is no
  /// room at all.
  QRectF thumbnailArea(std::size_t column, const QRectF& area, const PlotTheme& theme) const;
  QPointF placeOf(std::size_t column, const Eigen::Matrix3d& R, const QRectF& area,
                  const PlotTheme& theme) const;

 private:
  /// Map and thumbnail of one cell.
  struct Pictures {
    QRectF map, thumbnail;
  };

  /// A column as it was last painted on the screen; figures share it, and another thread may paint the next
  /// one.
  struct Painted {
    std::mutex mutex;  ///< guards all that follows
    QRect place;
    double ratio = 0.0;  ///< of the device's pixels
    bool dark = false;
    QImage image;
  };

  QRectF cell(std::size_t column, const QRectF& area, const PlotTheme& theme) const;
  Pictures pictures(std::size_t column, const QRectF& area, const PlotTheme& theme) const;
  void paintColumn(QPainter& painter, std::size_t column, const QRectF& area, const PlotTheme& theme) const;
  void paintKept(QPainter& painter, std::size_t column, const QRectF& area, const PlotTheme& theme) const;

  std::vector<ShownColumn> columns_;
  std::vector<RotationMap> maps_;
  std::vector<PoseThumbnail> thumbnails_;
  std::vector<int> marked_;
  std::vector<std::shared_ptr<Painted>> painted_;  ///< one per column
};

}  // namespace alidade
