// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/chart_data.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/evaluation/text/csv_reader.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxDataBytes = std::uintmax_t{64} << 20;
constexpr std::array<const char*, 6> kColumns{"panel", "series", "x", "y", "low", "high"};
const std::string kRemedy = "write the columns panel, series, x, y, low, high as docs/formats.md shows";

Error lineError(const std::filesystem::path& file, std::size_t line, const std::string& problem,
                const std::string& remedy = kRemedy) {
  return input_error(file.string(), "line " + std::to_string(line), problem, remedy);
}

/// A finite number; nothing for an empty cell.
Expected<std::optional<double>> numberCell(const std::string& cell) {
  double value = 0.0;
  const auto [end, failure] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (cell.empty()) {
    return std::optional<double>();
  }
  if (failure != std::errc() || end != cell.data() + cell.size() || !std::isfinite(value)) {
    return Error{ErrorCode::kInput, "\"" + cell + "\" is no finite number"};
  }
  return std::optional<double>(value);
}

ChartLine* lineOf(ChartFigure::Content& content, const std::string& panel, const std::string& series) {
  for (ChartPanel& one : content.panels) {
    for (ChartLine& line : one.lines) {
      if (one.title == QString::fromStdString(panel) && line.name == QString::fromStdString(series)) {
        return &line;
      }
    }
  }
  return nullptr;
}

/// The record's numbers, x to high; the Error is the problem alone.
Expected<std::array<std::optional<double>, 4>> numbersOf(const std::vector<std::string>& record) {
  std::array<std::optional<double>, 4> numbers;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = numberCell(record[i + 2]);
    if (!number) {
      return number.error();
    }
    numbers[i] = *number;
  }
  return numbers;
}

/// Puts one record behind the others of its series; the Error is the problem alone.
Expected<void> append(ChartLine& line, const std::array<std::optional<double>, 4>& numbers) {
  const auto [x, y, low, high] = numbers;
  const bool bins = line.style == ChartSeries::Style::kSteps || line.style == ChartSeries::Style::kBars;
  if (!x || (!y && !bins)) {
    return Error{ErrorCode::kInput, "x or y is missing"};
  }
  if (low.has_value() != high.has_value()) {
    return Error{ErrorCode::kInput, "one of low and high is missing"};
  }
  if (line.x.size() > line.y.size()) {
    return Error{ErrorCode::kInput, "a series of bins goes on behind its last edge, which has no y"};
  }
  if (line.low.size() != (low ? line.x.size() : 0)) {
    return Error{ErrorCode::kInput, "some records of a series have low and high, others not"};
  }
  line.x.push_back(*x);
  if (y) {
    line.y.push_back(*y);
  }
  if (low) {
    line.low.push_back(*low);
    line.high.push_back(*high);
  }
  return {};
}

void appendRow(Table& table, const std::vector<std::string>& record,
               const std::array<std::optional<double>, 4>& numbers) {
  auto& row = table.rows.emplace_back();
  row.emplace_back(record[0]);
  row.emplace_back(record[1]);
  for (const auto& number : numbers) {
    row.push_back(number ? Table::Cell(*number) : Table::Cell());
  }
}

Expected<void> readRecords(CsvReader& reader, const std::filesystem::path& file,
                           ChartFigure::Content& content) {
  while (reader.more()) {
    const std::size_t at = reader.line();
    const auto record = reader.record();
    if (!record) {
      return lineError(file, at, record.error().message);
    }
    if (record->size() != kColumns.size()) {
      return lineError(file, at, std::to_string(record->size()) + " cells in place of 6");
    }
    ChartLine* line = lineOf(content, (*record)[0], (*record)[1]);
    if (line == nullptr) {
      return lineError(
          file, at, "the recipe has no series \"" + (*record)[1] + "\" in a panel \"" + (*record)[0] + "\"",
          "name it in the recipe, or remove the line");
    }
    const auto numbers = numbersOf(*record);
    if (!numbers) {
      return lineError(file, at, numbers.error().message);
    }
    if (auto added = append(*line, *numbers); !added) {
      return lineError(file, at, added.error().message);
    }
    appendRow(content.data, *record, *numbers);
  }
  return {};
}

/// Every bin needs its right edge.
Expected<void> checkBins(const std::filesystem::path& file, const ChartFigure::Content& content) {
  for (const ChartPanel& panel : content.panels) {
    for (const ChartLine& line : panel.lines) {
      const bool bins = line.style == ChartSeries::Style::kSteps || line.style == ChartSeries::Style::kBars;
      if (bins && !line.y.empty() && line.x.size() != line.y.size() + 1) {
        return input_error(file.string(), "series \"" + line.name.toStdString() + "\"",
                           "the last bin has no right edge", "end the series with a line that has x alone");
      }
    }
  }
  return {};
}

}  // namespace

Expected<void> readChartData(const std::filesystem::path& file, ChartFigure::Content& content) {
  const auto text = read_file(file, kMaxDataBytes);
  if (!text) {
    return text.error();
  }
  if (const std::size_t line = first_line_not_text(*text); line != 0) {
    return lineError(file, line, "the line is no text", "save the file as UTF-8");
  }
  CsvReader reader(*text);
  while (reader.more() && reader.at_comment()) {
    reader.comment();
  }
  const std::size_t at = reader.line();
  const auto header = reader.more() ? reader.record() : std::vector<std::string>{};
  if (!header || !std::equal(header->begin(), header->end(), kColumns.begin(), kColumns.end())) {
    return lineError(file, at, "the first line is not \"panel,series,x,y,low,high\"");
  }
  content.data.columns.assign(kColumns.begin(), kColumns.end());
  if (auto read = readRecords(reader, file, content); !read) {
    return read;
  }
  content.provenance.dataset = file.filename().string();
  content.provenance.dataset_sha256 = sha256_hex(*text);
  return checkBins(file, content);
}

}  // namespace alidade
