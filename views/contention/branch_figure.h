// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <QRectF>

#include "views/base/figure.h"
#include "views/contention/branch_sheet.h"

namespace alidade {

/// Where the parts of a table of branch accuracies lie.
struct BranchLayout {
  QRectF title, summary;
  QRectF cells;          ///< of all categories and branches
  double names = 0.0;    ///< most width of a category's name
  double wrong = 0.0;    ///< right end of the column of costs
  double objects = 0.0;  ///< right end of the column of objects
  QRectF color_bar;      ///< the colors alone
  std::size_t rows = 0, columns = 0;

  /// At a place of the order, and a branch.
  QRectF cell(std::size_t place, std::size_t branch) const;
  /// Place and branch under a point.
  std::optional<std::pair<std::size_t, std::size_t>> at(const QPointF& point) const;
};

BranchLayout layoutBranches(const QRectF& area, const PlotTheme& theme, const BranchSheet& sheet);

/// Accuracy of every category through every branch as an annotated heatmap: the category's own branch is
/// outlined, what is undefined hatched; beside each row what a wrong label costs, and how many objects it is
/// of.
class BranchFigure : public Figure {
 public:
  explicit BranchFigure(std::shared_ptr<const BranchSheet> sheet) : sheet_(std::move(sheet)) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  /// A row per category.
  Table data() const override { return branch_table(*sheet_->accuracy); }
  Provenance provenance() const override { return sheet_->accuracy->provenance; }

  const BranchSheet& sheet() const { return *sheet_; }

 private:
  std::shared_ptr<const BranchSheet> sheet_;
};

/// The color of an accuracy; `percent` is defined.
QColor accuracyColor(const BranchSheet& sheet, double percent);

}  // namespace alidade
