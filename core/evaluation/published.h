// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// One row of a table that a paper prints, with what we know to be wrong with it.
struct PublishedRow {
  std::string method;
  std::map<std::string, std::string> settings;  ///< "K" -> "50", "dataset" -> "REAL275"
  std::map<std::string, double> values;         ///< by metric id, in the unit of the column's header
  std::string erratum;                          ///< our note on this row; empty when none
};

/// A printed table as data (resources/published/*.csv).
struct PublishedTable {
  std::string id;                            ///< file stem: "score-scaling-table-2"
  std::string paper;                         ///< short title
  std::string source;                        ///< "Table 2"
  std::string caption;                       ///< in our words
  std::string protocol;                      ///< Protocol::id whose columns these are, or empty
  std::string dataset;                       ///< "REAL275"
  std::vector<std::string> settings;         ///< names of the setting columns, in order
  std::vector<std::string> metrics;          ///< metric ids in column order
  std::map<std::string, std::string> units;  ///< by metric id
  std::vector<PublishedRow> rows;
  std::vector<std::string> errata;  ///< of the table as a whole
};

/// Reads one table; an Error names file and line.
Expected<PublishedTable> read_published_table(const std::filesystem::path& path);

/// All tables of a folder in the order of their names; malformed ones are listed in `problems`.
std::vector<PublishedTable> read_published_tables(const std::filesystem::path& folder,
                                                  std::vector<std::string>* problems);

}  // namespace alidade
