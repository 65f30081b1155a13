// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <vector>

#include <QString>

#include "core/base/provenance.h"
#include "views/base/chosen_color_map.h"

namespace alidade {

/// One matrix of a sheet, of a part of the network at an epoch. Numbers are of rows in the history's own
/// order; NaN is undefined, an empty vector unknown.
struct ContentionPanel {
  QString part;  ///< "correspondence"
  double epoch = 0.0;
  std::vector<double> values;         ///< [row][row] cosines, or their difference
  std::vector<double> low, high;      ///< [row][row] ends of the interval over resamples
  std::vector<double> corrected;      ///< [row][row] cosine corrected by reliability; of effects: -cosine
  std::vector<double> conflict_rate;  ///< [row][row] share of pairs of batches with a negative cosine
  std::vector<double> to_all;         ///< [row] S_ca, the cosine with the mean of all others
  std::vector<double> transfer;       ///< [row] N = 1 - S_ca
  QString summary;                    ///< "µ −0.21 · σ² 0.05 · mean N 1.31 · conflict 67 %"
  QString note;                       ///< why the panel is not to be trusted; empty when it is
  bool greyed = false;                ///< signal cannot be told from noise
};

/// Measured effects over what cosines predict of them: a point for each ordered pair of different rows.
struct EffectScatter {
  std::vector<double> predicted;  ///< -cosine: a prediction up to scale
  std::vector<double> measured;   ///< percent
  QString title;                  ///< "rank correlation 0.71 ..."
};

/// Matrices over the same rows, as they are painted.
struct ContentionSheet {
  enum class Kind {
    kCosines,     ///< from -1 to 1, the diagonal is always 1
    kDifference,  ///< A - B: values may lie beyond the scale
    kEffects,     ///< changes of a loss in percent, from -span to span; rows act on columns
  };
  QString title;              ///< names block, epoch, reading and space
  std::vector<QString> rows;  ///< names
  std::vector<int> order;     ///< place -> row
  std::vector<int> groups;    ///< [row] number of its group; empty = no groups are shown
  std::vector<QString> group_names;
  Kind kind = Kind::kCosines;
  double span = 1.0;          ///< the value at the ends of the scale
  bool gray_diagonal = true;  ///< it holds by construction what it holds: 1, of differences 0
  QString value_name = QStringLiteral("cosine");
  std::optional<EffectScatter> scatter;
  std::vector<ContentionPanel> panels;
  ColorMap colors = DivergingMap::kBlueBrown;  ///< its first color is for agreement, its last for conflict
  Provenance provenance;

  std::size_t count() const { return order.size(); }
  int row(std::size_t place) const { return order[place]; }
};

/// A place of a matrix: the rows of the cell.
struct ContentionCell {
  std::size_t panel = 0;
  int row = 0, other = 0;

  bool operator==(const ContentionCell&) const = default;
};

}  // namespace alidade
