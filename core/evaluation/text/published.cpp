// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/text/published.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/base/file.h"
#include "core/evaluation/text/csv_reader.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxBytes = std::uintmax_t{1} << 20;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string line_name(std::size_t line) {
  return "line " + std::to_string(line);
}

/// Builds a table line by line; every member speaks of `file_`.
class TableParser {
 public:
  TableParser(std::string_view text, std::string file) : reader_(text), file_(std::move(file)) {}

  Expected<PublishedTable> parse() {
    if (auto read = read_metadata(); !read) {
      return read.error();
    }
    if (auto read = read_header(); !read) {
      return read.error();
    }
    if (auto checked = check_units(); !checked) {
      return checked.error();
    }
    while (reader_.more()) {
      if (auto read = read_row(); !read) {
        return read.error();
      }
    }
    if (table_.rows.empty()) {
      return fail(reader_.line(), "expected at least one row below the header", "add the printed rows");
    }
    return std::move(table_);
  }

 private:
  Error fail(std::size_t line, const std::string& problem, const std::string& remedy) const {
    return input_error(file_, line_name(line), problem, remedy);
  }

  Expected<void> read_metadata() {
    while (reader_.more() && reader_.at_comment()) {
      const std::size_t line = reader_.line();
      const std::string_view text = reader_.comment();
      const auto colon = text.find(':');
      if (colon == std::string_view::npos) {
        return fail(line, "expected '# key: value'", "add the key and a colon");
      }
      if (auto set = set_metadata(line, std::string(trimmed(text.substr(0, colon))),
                                  std::string(trimmed(text.substr(colon + 1))));
          !set) {
        return set;
      }
    }
    for (const auto& [key, value] :
         {std::pair("paper", &table_.paper), std::pair("source", &table_.source)}) {
      if (value->empty()) {
        return fail(reader_.line(), std::string("expected the line '# ") + key + ": ...' above the header",
                    "say which paper and table the numbers come from");
      }
    }
    return {};
  }

  Expected<void> set_metadata(std::size_t line, const std::string& key, const std::string& value) {
    if (key == "erratum") {
      table_.errata.push_back(value);
      return {};
    }
    if (key == "unit") {
      return add_unit(line, value);
    }
    if (!seen_.insert(key).second) {
      return fail(line, "the key '" + key + "' comes twice", "keep one of them");
    }
    const std::map<std::string, std::string*> single = {{"paper", &table_.paper},
                                                        {"source", &table_.source},
                                                        {"caption", &table_.caption},
                                                        {"protocol", &table_.protocol},
                                                        {"dataset", &table_.dataset}};
    if (const auto found = single.find(key); found != single.end()) {
      *found->second = value;
      return {};
    }
    if (key == "settings") {
      return set_settings(line, value);
    }
    return fail(line, "the key '" + key + "' is not known",
                "use paper, source, caption, protocol, dataset, settings, unit or erratum");
  }

  Expected<void> set_settings(std::size_t line, const std::string& value) {
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      const std::string name(trimmed(rest.substr(0, end)));
      if (name.empty() || std::count(table_.settings.begin(), table_.settings.end(), name) != 0) {
        return fail(line, "expected different names between semicolons", "write '# settings: K; ranker'");
      }
      table_.settings.push_back(name);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
  }

  Expected<void> add_unit(std::size_t line, const std::string& value) {
    const auto equals = value.find('=');
    const std::string metric(trimmed(std::string_view(value).substr(0, equals)));
    if (equals == std::string::npos || metric.empty()) {
      return fail(line, "expected a metric and its unit", "write '# unit: 5deg2cm = %'");
    }
    const std::string unit(trimmed(std::string_view(value).substr(equals + 1)));
    if (!table_.units.emplace(metric, unit).second) {
      return fail(line, "the unit of '" + metric + "' comes twice", "keep one of them");
    }
    unit_lines_[metric] = line;
    return {};
  }

  /// method, settings, metrics, erratum.
  Expected<void> read_header() {
    const std::size_t line = reader_.line();
    const auto fields = reader_.record();
    if (!fields) {
      return fail(line, fields.error().message, "repair the header");
    }
    const std::size_t settings = table_.settings.size();
    const bool framed = fields->size() >= settings + 3 && fields->front() == "method" &&
                        fields->back() == "erratum" &&
                        std::equal(table_.settings.begin(), table_.settings.end(), fields->begin() + 1);
    if (!framed) {
      return fail(line, "expected the header 'method', the settings in their order, metric ids, 'erratum'",
                  "repair the header or the settings line");
    }
    table_.metrics.assign(fields->begin() + static_cast<std::ptrdiff_t>(settings + 1), fields->end() - 1);
    std::set<std::string> names(fields->begin(), fields->end());
    if (names.size() != fields->size() || names.count("") != 0) {
      return fail(line, "expected a different name for each column", "name each metric once");
    }
    return {};
  }

  Expected<void> check_units() const {
    for (const auto& [metric, line] : unit_lines_) {
      if (std::count(table_.metrics.begin(), table_.metrics.end(), metric) == 0) {
        return fail(line, "the unit is of '" + metric + "', which no column holds", "name a metric column");
      }
    }
    return {};
  }

  Expected<void> read_row() {
    const std::size_t line = reader_.line();
    const auto fields = reader_.record();
    if (!fields) {
      return fail(line, fields.error().message, "repair the row");
    }
    const std::size_t width = table_.settings.size() + table_.metrics.size() + 2;
    if (fields->size() != width) {
      return fail(line,
                  "expected " + std::to_string(width) + " fields as in the header, found " +
                      std::to_string(fields->size()),
                  "add or remove commas, and put quotes around text that holds one");
    }
    PublishedRow row;
    row.method = fields->front();
    row.erratum = fields->back();
    if (trimmed(row.method).empty()) {
      return fail(line, "expected the name of a method in the first field", "name it");
    }
    for (std::size_t i = 0; i < table_.settings.size(); ++i) {
      row.settings[table_.settings[i]] = (*fields)[i + 1];
    }
    for (std::size_t i = 0; i < table_.metrics.size(); ++i) {
      if (auto set = set_value(row, line, table_.metrics[i], (*fields)[table_.settings.size() + 1 + i]);
          !set) {
        return set;
      }
    }
    table_.rows.push_back(std::move(row));
    return {};
  }

  /// An empty field is a number that the paper does not print.
  Expected<void> set_value(PublishedRow& row, std::size_t line, const std::string& metric,
                           const std::string& field) const {
    const std::string_view text = trimmed(field);
    if (text.empty()) {
      return {};
    }
    double value = 0.0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
      return fail(line,
                  "expected a number for '" + metric + "', found '" + std::string(text.substr(0, 40)) + "'",
                  "write it with a decimal point, or leave the field empty when the paper prints none");
    }
    row.values[metric] = value;
    return {};
  }

  CsvReader reader_;
  std::string file_;
  PublishedTable table_;
  std::set<std::string> seen_;
  std::map<std::string, std::size_t> unit_lines_;
};

}  // namespace

Expected<PublishedTable> parse_published_table(std::string_view text, const std::string& file) {
  if (const std::size_t line = first_line_not_text(text); line != 0) {
    return input_error(file, line_name(line), "expected UTF-8 text, found other bytes",
                       "save the file as UTF-8");
  }
  return TableParser(text, file).parse();
}

Expected<PublishedTable> read_published_table(const std::filesystem::path& path) {
  const auto text = read_file(path, kMaxBytes);
  if (!text) {
    return text.error();
  }
  auto table = parse_published_table(*text, path.string());
  if (table) {
    table->id = path.stem().string();
  }
  return table;
}

std::vector<PublishedTable> read_published_tables(const std::filesystem::path& folder,
                                                  std::vector<std::string>* problems) {
  std::vector<std::filesystem::path> paths;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    if (entry->path().extension() == ".csv") {
      paths.push_back(entry->path());
    }
  }
  if (failure) {
    problems->push_back(folder.string() + ": the folder cannot be read: " + failure.message() + ".");
  }
  std::sort(paths.begin(), paths.end());
  std::vector<PublishedTable> tables;
  for (const auto& path : paths) {
    auto table = read_published_table(path);
    if (table) {
      tables.push_back(std::move(*table));
    } else {
      problems->push_back(table.error().message);
    }
  }
  return tables;
}

}  // namespace alidade
