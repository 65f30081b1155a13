// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>

#include <QString>

#include "core/evaluation/errors/pose_accuracy.h"
#include "core/results/pose_result.h"
#include "views/base/table_figure.h"

namespace alidade {

/// Columns of the predictions table, in order.
enum class PredictionColumn {
  kFrame,
  kInstance,
  kSymmetry,
  kRawRotation,
  kReducedRotation,
  kTranslation,
  kIou,
  kScore,
  kNote
};
constexpr int kPredictionColumns = 9;

QString columnTitle(PredictionColumn column);
bool isNumber(PredictionColumn column);
/// What the cell says: degrees, centimetres, a true minus.
QString cellText(const PoseEstimate& estimate, PredictionColumn column);
/// The number to sort by (degrees, centimetres); 0 for texts.
double cellValue(const PoseEstimate& estimate, PredictionColumn column);
/// Reduced rotation errors above 10 degrees.
bool isAlarming(const PoseEstimate& estimate, PredictionColumn column);

/// The predictions as a figure, in the order given; `with_frame` adds the frame's name.
TableFigure predictionsFigure(const std::vector<const PoseEstimate*>& estimates, bool with_frame,
                              const Provenance& provenance);

/// The accuracy of a whole result as a figure: the cells of core's accuracy table, with the rows that are
/// `shown`, by default all.
TableFigure accuracyFigure(const PoseResult& result, const std::function<bool(std::size_t row)>& shown = {});

/// Header of an accuracy column, shortened to fit.
QString accuracyTitle(const Table& table, std::size_t column);
/// A cell of an accuracy table as shown: one decimal, counts without.
QString accuracyCell(const Table& table, std::size_t row, std::size_t column);

}  // namespace alidade
