// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <QString>

#include "views/image/image_figure.h"

namespace alidade {

/// Models beside one another on the same frames (DecomPose paper, Fig. 5); plain data.
struct ComparisonData {
  struct Row {
    QString name;
    std::shared_ptr<const PoseResult> result;  ///< on the frames; null: the ground truth alone
  };
  std::vector<Row> rows;                             ///< models, from top to bottom
  std::vector<std::shared_ptr<const Frame>> frames;  ///< scenes, from left to right; none of them null
  ImageLayers layers;                                ///< of every picture
  bool frame_names = true;                           ///< above the pictures
  Provenance provenance;
};

/// A picture for each model and scene, in pictures of equal size, with one legend below all of them.
class ComparisonFigure : public Figure {
 public:
  explicit ComparisonFigure(ComparisonData data);

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// The numbers of all poses (poseTable), the model's name before them.
  Table data() const override;
  Provenance provenance() const override { return data_.provenance; }

 private:
  struct Grid;
  Grid gridIn(const QRectF& area, const PlotTheme& theme) const;
  void paintHeads(QPainter& painter, const Grid& grid, const PlotTheme& theme) const;
  const ImageFigure& picture(std::size_t row, std::size_t column) const {
    return pictures_[row * data_.frames.size() + column];
  }

  ComparisonData data_;
  std::vector<ImageFigure> pictures_;  ///< row by row
};

}  // namespace alidade
