// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/papers/mqat/report.h"

namespace alidade::mqat {

std::string comparison_table(const StudyNumbers& n) {
  Table table{{"arm", "levels", "ADI-0.05d (%)", "ADI-0.1d (%)", "minus full precision (points)", "low",
               "high", "p", "unseen light (%)", "minus full precision (points), unseen light", "lost (%)",
               "rotation 95th percentile (°)", "translation 95th percentile (mm)"},
              {}};
  constexpr double kMillimetre = 1000.0;
  const auto cell = [](const std::optional<double>& value, double factor) {
    return value ? Table::Cell(*value * factor) : Table::Cell();
  };
  for (const Arm& arm : n.arms()) {
    const ImageRecords* images = n.records(arm.name, 1, kTest);
    if (!images) {
      continue;
    }
    const std::string control = control_of(arm);
    const auto gain = arm.name == control ? std::nullopt : n.paired(arm.name, control, kUsual);
    const auto light = arm.name == control ? std::nullopt : n.paired(arm.name, control, kUsual, kLight);
    const ImageRecords* other = n.records(arm.name, 1, kLight);
    table.rows.push_back(
        {arm.name, n.label(arm.name), cell(share(*images, kStrict), kPoints),
         cell(share(*images, kUsual), kPoints), gain ? cell(gain->difference, kPoints) : Table::Cell(),
         gain ? cell(gain->interval.low, kPoints) : Table::Cell(),
         gain ? cell(gain->interval.high, kPoints) : Table::Cell(),
         gain ? Table::Cell(gain->p_value) : Table::Cell(),
         other ? cell(share(*other, kUsual), kPoints) : Table::Cell(),
         light ? cell(light->difference, kPoints) : Table::Cell(), cell(lost_share(*images), kPoints),
         cell(rotation_95(*images), kDegreesPerRadian), cell(translation_95(*images), kMillimetre)});
  }
  if (table.rows.empty()) {
    return "Nothing was measured.\n\n";
  }
  constexpr int kThree = 3;
  table.look.names = 2;
  table.look.columns.assign(table.columns.size(), {TableLook::Role::kValue, 1});
  table.look.columns[5].role = TableLook::Role::kLow;
  table.look.columns[6].role = TableLook::Role::kHigh;
  table.look.columns[7].decimals = kThree;
  return to_markdown(table) + "\n";
}

}  // namespace alidade::mqat
