// SPDX-License-Identifier: BSD-3-Clause
#include "views/quantization/parallel_sweep.h"

#include <algorithm>
#include <cmath>

#include "core/sweep/sweep_numbers.h"
#include "views/quantization/quantization_text.h"

namespace alidade {
namespace {

/// The levels that a module has somewhere, the fewest first.
std::vector<std::string> levelsOfModule(const QuantizationSweep& sweep, std::size_t module) {
  std::vector<std::string> names;
  for (const SweepPoint& point : sweep.points) {
    if (std::find(names.begin(), names.end(), point.levels[module]) == names.end()) {
      names.push_back(point.levels[module]);
    }
  }
  const auto bits = [](const std::string& name) {
    const double value = level_bits(name);
    return std::isfinite(value) ? value : 1e3;
  };
  std::sort(names.begin(), names.end(),
            [&](const auto& a, const auto& b) { return bits(a) != bits(b) ? bits(a) < bits(b) : a < b; });
  return names;
}

}  // namespace

std::shared_ptr<const ParallelTable> makeSweepTable(const QuantizationSweep& sweep,
                                                    const std::string& metric) {
  if (sweep.points.empty()) {
    return nullptr;
  }
  auto table = std::make_shared<ParallelTable>();
  table->provenance = sweep.provenance;
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    table->rows.push_back({QString::fromStdString(sweep.points[i].name), {}, static_cast<int>(i)});
  }
  for (std::size_t module = 0; module < sweep.modules.size(); ++module) {
    const auto levels = levelsOfModule(sweep, module);
    ParallelAxis axis{QString::fromStdString(sweep.modules[module].name)};
    for (const std::string& name : levels) {
      axis.names.push_back(levelsText(name));
    }
    table->axes.push_back(std::move(axis));
    for (std::size_t i = 0; i < sweep.points.size(); ++i) {
      const auto at =
          std::find(levels.begin(), levels.end(), sweep.points[i].levels[module]) - levels.begin();
      table->rows[i].values.push_back(static_cast<double>(at));
    }
  }
  const auto addScore = [&](ParallelAxis axis, const auto& valueOf) {
    bool known = false;
    for (std::size_t i = 0; i < sweep.points.size(); ++i) {
      table->rows[i].values.push_back(valueOf(sweep.points[i]));
      known = known || std::isfinite(table->rows[i].values.back());
    }
    if (known) {
      table->axes.push_back(std::move(axis));
    } else {
      for (ParallelRow& row : table->rows) {
        row.values.pop_back();
      }
    }
  };
  addScore({worded("size (MB)"), true, true}, [&](const SweepPoint& point) {
    return onAxis(SweepCost::kSize, cost_of(sweep, point, SweepCost::kSize));
  });
  addScore({worded("bit operations (10\u2079)"), true, true}, [&](const SweepPoint& point) {
    return onAxis(SweepCost::kBitOperations, burden_of(point, SweepCost::kBitOperations));
  });
  addScore({worded("latency (ms)"), true, false}, [](const SweepPoint& point) { return point.latency_ms; });
  for (const std::string& name : metrics_of(sweep)) {
    if (name == metric) {
      table->color_axis = table->axes.size();
    }
    addScore({metricText(name), true, false, true},
             [&](const SweepPoint& point) { return value_of(point, name); });
  }
  return table;
}

}  // namespace alidade
