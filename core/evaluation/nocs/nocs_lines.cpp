// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <functional>

#include "core/evaluation/nocs/nocs_result.h"

namespace alidade {
namespace {

using Value = std::function<double(std::size_t row, std::size_t i)>;

/// One line per row; empty where the row has no value.
Curve lines(const std::string& id, const std::string& title, const std::string& x_title,
            const std::vector<double>& x, const NocsCurves& sweep, const Value& value) {
  Curve made{id, title, x_title, {}, x, {}};
  for (std::size_t row = 0; row <= sweep.classes(); ++row) {
    std::vector<double> line;
    for (std::size_t i = 0; i < x.size(); ++i) {
      line.push_back(value(row, i));
    }
    const bool finite = std::all_of(line.begin(), line.end(), [](double y) { return std::isfinite(y); });
    made.y.push_back(finite ? line : std::vector<double>{});
  }
  return made;
}

/// A threshold's place in the grid.
std::size_t place(const std::vector<double>& thresholds, double value) {
  return static_cast<std::size_t>(std::lower_bound(thresholds.begin(), thresholds.end(), value) -
                                  thresholds.begin());
}

std::string whole_text(double value) {
  return std::to_string(static_cast<int>(value));
}

/// The grid's last degree and centimetre stand for "any" and are no part of a line.
std::vector<double> without_last(const std::vector<double>& thresholds) {
  return {thresholds.begin(), thresholds.end() - 1};
}

}  // namespace

std::vector<Curve> nocs_lines(const NocsVariant& variant, const NocsCurves& sweep) {
  const NocsMeasure measure = variant.measure;
  const NocsGrid& grid = sweep.grid();
  const bool ap = measure == NocsMeasure::kAp;
  const std::string id = ap ? "ap_over_" : "accuracy_over_";
  const std::string title = ap ? "AP over " : "Accuracy over ";
  std::vector<Curve> made;
  if (variant.overlap_columns) {
    made.push_back(lines(id + "iou", title + nocs_overlap_name(variant.rule.overlap), "IoU threshold",
                         grid.overlaps, sweep,
                         [&](std::size_t row, std::size_t i) { return sweep.overlap(measure, row, i); }));
  }
  for (const double cm : variant.pose_columns ? std::vector{2.0, 5.0} : std::vector<double>{}) {
    const std::size_t column = place(grid.centimetres, cm);
    made.push_back(
        lines(id + "rotation_" + whole_text(cm) + "cm",
              title + "rotation error, translation within " + whole_text(cm) + " cm",
              "rotation threshold (°)", without_last(grid.degrees), sweep,
              [&, column](std::size_t row, std::size_t i) { return sweep.pose(measure, row, i, column); }));
  }
  for (const double degrees : variant.pose_columns ? std::vector{5.0, 10.0} : std::vector<double>{}) {
    const std::size_t line = place(grid.degrees, degrees);
    made.push_back(
        lines(id + "translation_" + whole_text(degrees) + "deg",
              title + "translation error, rotation within " + whole_text(degrees) + "°",
              "translation threshold (cm)", without_last(grid.centimetres), sweep,
              [&, line](std::size_t row, std::size_t i) { return sweep.pose(measure, row, line, i); }));
  }
  for (Curve& curve : made) {
    curve.y_title = ap ? "AP (%)" : "accuracy (%)";
  }
  return made;
}

}  // namespace alidade
