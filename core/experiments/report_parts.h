// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/evaluation/text/published.h"

namespace alidade {

/// A file of the report: its name in the experiment's folder and its bytes.
struct ReportFile {
  std::string name;
  std::string text;
  bool is_figure = false;  ///< a figure recipe, which a program with figures paints as NAME.svg
};

/// A row of our own.
MetricTable::Row report_row(std::string name, std::vector<MetricTable::Cell> cells);

/// The printed table of this id, or nullptr.
const PublishedTable* find_published(const std::vector<PublishedTable>& published, const std::string& id);

/// Appends the printed rows of a method that have these settings, named and noted as published on their data
/// set. Nothing without a table.
void add_published_rows(MetricTable& table, const PublishedTable* published, const std::string& method,
                        const std::map<std::string, std::string>& settings);

/// The table with intervals and without marks for best and second best, which would compare data sets; a
/// blank line follows.
std::string report_table(MetricTable table);

}  // namespace alidade
