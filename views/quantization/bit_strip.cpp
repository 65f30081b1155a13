// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/bit_strip.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/evaluation/statistics/rank_correlation.h"
#include "core/sweep/sweep_numbers.h"
#include "views/base/color_map.h"
#include "views/quantization/quantization_text.h"

namespace alidade {
namespace {

std::string knownScore(const std::vector<std::string>& scores, const std::string& wanted, std::size_t place) {
  const bool known = std::find(scores.begin(), scores.end(), wanted) != scores.end();
  return known ? wanted : place < scores.size() ? scores[place] : std::string();
}

/// Modules in the order of the flow; those that it does not name follow in the order of the network.
std::vector<std::size_t> flowOrder(const QuantizationSweep& sweep) {
  std::vector<std::size_t> order;
  for (const std::string& name : sweep.flow) {
    for (std::size_t i = 0; i < sweep.modules.size(); ++i) {
      if (sweep.modules[i].name == name) {
        order.push_back(i);
      }
    }
  }
  for (std::size_t i = 0; i < sweep.modules.size(); ++i) {
    if (std::find(order.begin(), order.end(), i) == order.end()) {
      order.push_back(i);
    }
  }
  return order;
}

class BitStripMaker {
 public:
  explicit BitStripMaker(const BitStripQuestion& question) : question_(question), sweep_(*question.sweep) {}

  std::shared_ptr<const BitStripSheet> make() {
    sheet_->compact = question_.compact;
    sheet_->layers = question_.layers;
    sheet_->provenance = sweep_.provenance;
    sheet_->ordered = !sweep_.flow.empty() && !question_.layers;
    chooseScores();
    chooseLevels();
    for (const std::size_t module : flowOrder(sweep_)) {
      question_.layers ? addLayers(module) : addModule(module);
    }
    std::array<std::vector<double>, 2> values;
    for (const BitStripSheet::Row& row : sheet_->rows) {
      for (std::size_t i = 0; i < 2; ++i) {
        values[i].push_back(row.scores[i].value);
      }
    }
    sheet_->spearman = rank_correlation(values[0], values[1]);
    return sheet_;
  }

 private:
  void chooseScores() {
    const auto scores = scores_of(sweep_, question_.layers);
    names_ = {knownScore(scores, question_.score, 0), knownScore(scores, question_.other_score, 1)};
    for (std::size_t i = 0; i < 2; ++i) {
      sheet_->scores[i] = names_[i].empty() ? QString() : scoreText(names_[i]);
    }
  }

  void chooseLevels() {
    if (question_.point && *question_.point < sweep_.points.size()) {
      const SweepPoint& point = sweep_.points[*question_.point];
      levels_ = point.levels;
      layer_levels_ = point.layer_levels;
      sheet_->title = QString::fromStdString(point.name);
    } else if (question_.solved) {
      levels_ = question_.solved->levels;
      before_ = question_.previous ? question_.previous->levels : std::vector<std::string>();
      sheet_->title = worded("solved for the budget");
    }
    levels_.resize(sweep_.modules.size());
    before_.resize(sweep_.modules.size());
  }

  BitStripSheet::Row rowOf(const std::string& part, std::size_t module) {
    BitStripSheet::Row row;
    row.name = QString::fromStdString(part);
    row.module = module;
    row.levels = levels_[module];
    for (std::size_t i = 0; i < 2; ++i) {
      if (const SweepSensitivity* found = sensitivity_of(sweep_, names_[i], part, row.levels)) {
        row.scores[i] = found->number;
        sheet_->units[i] = QString::fromStdString(found->unit);
      }
    }
    return row;
  }

  void addModule(std::size_t module) {
    BitStripSheet::Row row = rowOf(sweep_.modules[module].name, module);
    row.parameters = sweep_.modules[module].parameters;
    if (!before_[module].empty() && before_[module] != levels_[module]) {
      row.before = levelsText(before_[module]);
    }
    sheet_->rows.push_back(std::move(row));
  }

  void addLayers(std::size_t module) {
    for (std::size_t i = 0; i < sweep_.layers.size(); ++i) {
      if (sweep_.layers[i].module == sweep_.modules[module].name) {
        BitStripSheet::Row row = rowOf(sweep_.layers[i].name, module);
        row.parameters = sweep_.layers[i].parameters;
        row.levels = i < layer_levels_.size() ? layer_levels_[i] : row.levels;
        sheet_->rows.push_back(std::move(row));
      }
    }
  }

  const BitStripQuestion& question_;
  const QuantizationSweep& sweep_;
  std::shared_ptr<BitStripSheet> sheet_ = std::make_shared<BitStripSheet>();
  std::array<std::string, 2> names_;
  std::vector<std::string> levels_, before_, layer_levels_;
};

}  // namespace

std::shared_ptr<const BitStripSheet> makeBitStrip(const BitStripQuestion& question) {
  return question.sweep ? BitStripMaker(question).make() : nullptr;
}

QColor bitsColor(double bits) {
  constexpr double kLeast = 1.0, kMost = 8.0, kFloatBits = 16.0;
  if (!std::isfinite(bits)) {
    return sequentialColor(SequentialMap::kGray, 0.5);
  }
  // Float is gray: it is no step of the same scale.
  return bits > kFloatBits
             ? sequentialColor(SequentialMap::kGray, 0.45)
             : sequentialColor(SequentialMap::kCividis, 1.0 - (bits - kLeast) / (kMost - kLeast) * 0.9);
}

Table BitStripFigure::data() const {
  Table table;
  table.columns = {"part", "levels", "parameters"};
  for (std::size_t i = 0; i < 2; ++i) {
    if (!sheet_->scores[i].isEmpty()) {
      const std::string unit = sheet_->units[i].isEmpty() ? "" : " (" + sheet_->units[i].toStdString() + ")";
      const std::string name = sheet_->scores[i].toStdString();
      table.columns.insert(table.columns.end(), {name + unit, name + " low", name + " high"});
    }
  }
  for (const BitStripSheet::Row& row : sheet_->rows) {
    std::vector<Table::Cell> cells{row.name.toStdString(), row.levels, static_cast<double>(row.parameters)};
    for (std::size_t i = 0; i < 2; ++i) {
      if (!sheet_->scores[i].isEmpty()) {
        const IntervalNumber& score = row.scores[i];
        cells.insert(cells.end(), {numberCell(score.value), numberCell(score.low), numberCell(score.high)});
      }
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace alidade
