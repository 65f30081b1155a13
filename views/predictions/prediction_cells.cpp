// SPDX-License-Identifier: BSD-3-Clause
#include "views/predictions/prediction_cells.h"

#include "core/base/constants.h"
#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr double kCentimetres = 100.0;
constexpr double kAlarming_deg = 10.0;
constexpr std::size_t kCountColumn = 1;

}  // namespace

QString columnTitle(PredictionColumn column) {
  switch (column) {
    case PredictionColumn::kFrame:
      return "frame";
    case PredictionColumn::kInstance:
      return "instance";
    case PredictionColumn::kSymmetry:
      return "symmetry";
    case PredictionColumn::kRawRotation:
      return "raw rot.";
    case PredictionColumn::kReducedRotation:
      return "reduced";
    case PredictionColumn::kTranslation:
      return "transl.";
    case PredictionColumn::kIou:
      return "3D IoU";
    case PredictionColumn::kScore:
      return "score";
    case PredictionColumn::kNote:
      return "note";
  }
  return {};
}

bool isNumber(PredictionColumn column) {
  return column >= PredictionColumn::kRawRotation && column <= PredictionColumn::kScore;
}

double cellValue(const PoseEstimate& estimate, PredictionColumn column) {
  switch (column) {
    case PredictionColumn::kFrame:
      return static_cast<double>(estimate.frame);
    case PredictionColumn::kRawRotation:
      return estimate.error.rotation_raw * kDegreesPerRadian;
    case PredictionColumn::kReducedRotation:
      return estimate.error.rotation_reduced * kDegreesPerRadian;
    case PredictionColumn::kTranslation:
      return estimate.error.translation * kCentimetres;
    case PredictionColumn::kIou:
      return estimate.error.iou;
    case PredictionColumn::kScore:
      return estimate.score;
    case PredictionColumn::kInstance:
    case PredictionColumn::kSymmetry:
    case PredictionColumn::kNote:
      break;
  }
  return 0.0;
}

QString cellText(const PoseEstimate& estimate, PredictionColumn column) {
  const double value = cellValue(estimate, column);
  switch (column) {
    case PredictionColumn::kFrame:
      return QString::fromStdString(estimate.frame_name);
    case PredictionColumn::kInstance:
      return QString("%1 %2").arg(QString::fromStdString(estimate.category)).arg(estimate.instance);
    case PredictionColumn::kSymmetry:
      return QString::fromStdString(estimate.symmetry);
    case PredictionColumn::kRawRotation:
    case PredictionColumn::kReducedRotation:
      return numberText(value, 1) + "°";
    case PredictionColumn::kTranslation:
      return numberText(value, 2) + " cm";
    case PredictionColumn::kIou:
    case PredictionColumn::kScore:
      return numberText(value, 2);
    case PredictionColumn::kNote:
      return estimate.error.snapped ? "snapped to nearest equivalent" : "";
  }
  return {};
}

bool isAlarming(const PoseEstimate& estimate, PredictionColumn column) {
  return column == PredictionColumn::kReducedRotation && cellValue(estimate, column) > kAlarming_deg;
}

TableFigure predictionsFigure(const std::vector<const PoseEstimate*>& estimates, bool with_frame,
                              const Provenance& provenance) {
  TableFigure::Content content;
  content.provenance = provenance;
  content.numbers.columns = {"frame",
                             "category",
                             "instance",
                             "symmetry",
                             "raw rotation error (deg)",
                             "reduced rotation error (deg)",
                             "translation error (cm)",
                             "3D IoU",
                             "score",
                             "snapped"};
  std::vector<PredictionColumn> columns;
  for (int c = with_frame ? 0 : 1; c < kPredictionColumns; ++c) {
    const auto column = static_cast<PredictionColumn>(c);
    columns.push_back(column);
    content.columns.push_back({columnTitle(column), isNumber(column)});
  }
  for (const PoseEstimate* estimate : estimates) {
    auto& row = content.rows.emplace_back();
    for (const PredictionColumn column : columns) {
      const bool muted = column == PredictionColumn::kSymmetry || column == PredictionColumn::kNote ||
                         column == PredictionColumn::kRawRotation || column == PredictionColumn::kFrame;
      row.push_back({cellText(*estimate, column), muted, isAlarming(*estimate, column)});
    }
    const auto value = [&](PredictionColumn column) { return Table::Cell(cellValue(*estimate, column)); };
    content.numbers.rows.push_back(
        {estimate->frame_name, estimate->category, static_cast<double>(estimate->instance),
         estimate->symmetry, value(PredictionColumn::kRawRotation), value(PredictionColumn::kReducedRotation),
         value(PredictionColumn::kTranslation), value(PredictionColumn::kIou),
         value(PredictionColumn::kScore), estimate->error.snapped ? 1.0 : 0.0});
  }
  return TableFigure(std::move(content));
}

QString accuracyTitle(const Table& table, std::size_t column) {
  return QString::fromStdString(table.columns[column])
      .replace("median rotation", "med. rot.")
      .replace("median translation", "med. transl.");
}

QString accuracyCell(const Table& table, std::size_t row, std::size_t column) {
  const Table::Cell& cell = table.rows[row][column];
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return QString::fromStdString(*text);
  }
  if (const auto* number = std::get_if<double>(&cell)) {
    const bool last = column + 1 == table.columns.size();  // centimetres want two decimals
    return numberText(*number, column == kCountColumn ? 0 : last ? 2 : 1);
  }
  return "–";
}

TableFigure accuracyFigure(const PoseResult& result, const std::function<bool(std::size_t)>& shown) {
  TableFigure::Content content;
  content.provenance = result.provenance;
  content.numbers = to_table(accuracy_table(result));
  Table& numbers = content.numbers;
  if (shown) {
    std::size_t row = 0;
    content.last_row_is_summary = !numbers.rows.empty() && shown(numbers.rows.size() - 1);
    std::erase_if(numbers.rows, [&](const auto&) { return !shown(row++); });
  } else {
    content.last_row_is_summary = true;
  }
  for (std::size_t c = 0; c < numbers.columns.size(); ++c) {
    content.columns.push_back({accuracyTitle(numbers, c), c > 0});
  }
  for (std::size_t r = 0; r < numbers.rows.size(); ++r) {
    auto& row = content.rows.emplace_back();
    for (std::size_t c = 0; c < numbers.columns.size(); ++c) {
      row.push_back({accuracyCell(numbers, r, c), c == kCountColumn, false, false});
    }
  }
  return TableFigure(std::move(content));
}

}  // namespace alidade
