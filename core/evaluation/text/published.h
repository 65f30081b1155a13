// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/expected.h"
#include "core/evaluation/text/report_text.h"

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

/// Parses one table (docs/formats.md, "Published tables"); an Error names `file` and line. Its id stays
/// empty.
Expected<PublishedTable> parse_published_table(std::string_view text, const std::string& file);

/// Reads one table of at most 1 MiB; an Error names file and line.
Expected<PublishedTable> read_published_table(const std::filesystem::path& path);

/// All tables of a folder in the order of their names; malformed ones are listed in `problems`.
std::vector<PublishedTable> read_published_tables(const std::filesystem::path& folder,
                                                  std::vector<std::string>* problems);

/// Appends rows of a printed table (by index; those out of range are passed over) and ranks all rows anew. A
/// row is named "method (K = 50)" after its settings, is marked `published`, and its note says "published:
/// paper, Table 2" and the errata. Metrics meet columns by id and are converted between units of the same
/// kind (share and percent, lengths, angles); others are missing with a reason.
MetricTable with_published(MetricTable table, const PublishedTable& published,
                           std::span<const std::size_t> rows);

}  // namespace alidade
