// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <numbers>

#include "core/evaluation/text/published.h"

namespace alidade {
namespace {

/// A unit as a multiple of the natural one of its kind.
struct Unit {
  const char* name;
  char kind;
  double factor;
};

constexpr std::array<Unit, 9> kUnits{{{"", 's', 1.0},
                                      {"%", 's', 0.01},
                                      {"m", 'l', 1.0},
                                      {"cm", 'l', 0.01},
                                      {"mm", 'l', 0.001},
                                      {"rad", 'a', 1.0},
                                      {"°", 'a', std::numbers::pi / 180.0},
                                      {"deg", 'a', std::numbers::pi / 180.0},
                                      {"px", 'p', 1.0}}};

const Unit* find_unit(const std::string& name) {
  const auto found =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == name; });
  return found == kUnits.end() ? nullptr : &*found;
}

/// The number in `to`; nothing when the units are not of one kind.
std::optional<double> converted(double value, const std::string& from, const std::string& to) {
  if (from == to) {
    return value;
  }
  const Unit* source = find_unit(from);
  const Unit* target = find_unit(to);
  if (source == nullptr || target == nullptr || source->kind != target->kind) {
    return std::nullopt;
  }
  return value * (source->factor / target->factor);
}

MetricTable::Cell published_cell(const MetricColumn& column, const PublishedTable& published,
                                 const PublishedRow& row) {
  const auto value = row.values.find(column.id);
  if (value == row.values.end()) {
    const bool printed = std::count(published.metrics.begin(), published.metrics.end(), column.id) != 0;
    return table_cell(column, {}, {},
                      printed ? "the paper prints no number here" : "the paper's table has no such column");
  }
  const auto unit = published.units.find(column.id);
  const std::string printed_unit = unit == published.units.end() ? std::string() : unit->second;
  const auto shown = converted(value->second, printed_unit, column.unit);
  if (!shown) {
    return table_cell(column, {}, {}, "printed in '" + printed_unit + "', shown in '" + column.unit + "'");
  }
  MetricColumn as_shown = column;  // the value is in display units already
  as_shown.factor = 1.0;
  return table_cell(as_shown, shown, {}, row.erratum);
}

std::string name_of(const PublishedTable& published, const PublishedRow& row) {
  std::string settings;
  for (const std::string& name : published.settings) {
    if (const auto found = row.settings.find(name); found != row.settings.end() && !found->second.empty()) {
      settings += (settings.empty() ? "" : ", ") + name + " = " + found->second;
    }
  }
  return row.method + (settings.empty() ? "" : " (" + settings + ")");
}

std::string note_of(const PublishedTable& published, const PublishedRow& row) {
  std::string note = "published: " + published.paper + ", " + published.source;
  for (const std::string& erratum : published.errata) {
    note += "; erratum: " + erratum;
  }
  return note + (row.erratum.empty() ? "" : "; erratum of this row: " + row.erratum);
}

}  // namespace

MetricTable with_published(MetricTable table, const PublishedTable& published,
                           std::span<const std::size_t> rows) {
  for (const std::size_t index : rows) {
    if (index >= published.rows.size()) {
      continue;
    }
    const PublishedRow& row = published.rows[index];
    MetricTable::Row& shown = table.rows.emplace_back();
    shown.name = name_of(published, row);
    shown.note = note_of(published, row);
    shown.published = true;
    for (const MetricColumn& column : table.columns) {
      shown.cells.push_back(published_cell(column, published, row));
    }
  }
  rank_cells(table);
  return table;
}

}  // namespace alidade
