// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>

#include "core/results/quantization_sweep.h"
#include "core/sweep/budget_solver.h"
#include "views/base/hover_figure.h"

namespace alidade {

/// What the bit strip shows: modules or layers in the order of quantization, or else of the network.
struct BitStripSheet {
  struct Row {
    QString name;
    std::string levels;  ///< "mixed"; empty = unknown
    QString before;      ///< what it was in the assignment before; empty = the same
    std::size_t module = 0;
    std::int64_t parameters = 0;
    std::array<IntervalNumber, 2> scores{};
  };
  std::vector<Row> rows;
  bool ordered = false;                  ///< rows are numbered: the order of Algorithm 1
  bool compact = false;                  ///< one score and no slope chart, for the side
  bool layers = false;                   ///< rows are layers: the ends of their slopes have no names
  QString title;                         ///< which assignment it is
  std::array<QString, 2> scores, units;  ///< empty = none
  std::optional<double> spearman;        ///< of the two scores
  Provenance provenance;
};

struct BitStripQuestion {
  std::shared_ptr<const QuantizationSweep> sweep;
  std::optional<std::size_t> point;  ///< the network that is looked at; else the solved levels
  std::optional<SolvedLevels> solved, previous;
  std::string score, other_score;  ///< empty or unknown: the first ones that there are
  bool layers = false;
  bool compact = false;
};

/// Null without a sweep.
std::shared_ptr<const BitStripSheet> makeBitStrip(const BitStripQuestion& question);

/// Bits of each module as colored cells with their levels, what changed outlined, sensitivity bars with
/// intervals, and the ranks by two scores joined by lines.
class BitStripFigure : public HoverFigure {
 public:
  explicit BitStripFigure(std::shared_ptr<const BitStripSheet> sheet) : sheet_(std::move(sheet)) {}

  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override;
  Table data() const override;
  Provenance provenance() const override { return sheet_->provenance; }
  /// Rows; the id is that of the module.
  std::vector<Stop> stops(const QRectF& area, const PlotTheme& theme) const override;

  const BitStripSheet& sheet() const { return *sheet_; }

 private:
  std::shared_ptr<const BitStripSheet> sheet_;
};

/// The color of a width: few levels light, float dark, told apart with every kind of color vision.
QColor bitsColor(double bits);

}  // namespace alidade
