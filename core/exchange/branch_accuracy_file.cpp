// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/branch_accuracy_file.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/exchange/pose_table.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr int kSchema = 1;
constexpr std::uintmax_t kMostBytes = 16u << 20;
constexpr std::size_t kLongestName = 256;
constexpr double kMostObjects = 1e12;

/// Reads one file; the first thing that is wrong stays in `error`.
class BranchAccuracyParser {
 public:
  BranchAccuracyParser(const ordered_json& json, std::string file) : json_(json), file_(std::move(file)) {}

  Expected<BranchAccuracy> read() {
    if (!json_.is_object() || text(json_, "format") != kBranchAccuracyFormat) {
      fail("", std::string("expected an object with \"format\": \"") + kBranchAccuracyFormat + "\"",
           "give what alidade infer --branches -o wrote");
      return *error_;
    }
    if (const auto schema = json_.find("schema"); schema == json_.end() || *schema != kSchema) {
      fail("schema", "expected 1", "write the file with this version of Alidade");
    }
    accuracy_.name = text(json_, "name");
    accuracy_.architecture = text(json_, "architecture");
    readBranches();
    readRows();
    if (const auto provenance = json_.find("provenance"); provenance != json_.end()) {
      accuracy_.provenance = parse_provenance(json_text(*provenance));
    }
    return error_ ? Expected<BranchAccuracy>(*error_) : Expected<BranchAccuracy>(std::move(accuracy_));
  }

 private:
  void fail(const std::string& where, const std::string& problem, const std::string& remedy) {
    if (!error_) {
      error_ = input_error(file_, where, problem, remedy);
    }
  }

  /// A name; empty when it is none, or too long to be one.
  static std::string text(const ordered_json& object, const char* key) {
    const auto found = object.find(key);
    const std::string value =
        found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
    return value.size() <= kLongestName ? value : std::string();
  }

  void readBranches() {
    const auto list = json_.find("branches");
    if (list == json_.end() || !list->is_array() || list->size() < 2 ||
        list->size() > kMostAccuracyBranches) {
      fail("branches", "expected the names of 2 to " + std::to_string(kMostAccuracyBranches) + " branches",
           "name each branch once");
      return;
    }
    std::set<std::string> names;
    for (const auto& one : *list) {
      const std::string name = one.is_string() ? one.get<std::string>() : std::string();
      if (name.empty() || name.size() > kLongestName || !names.insert(name).second) {
        fail("branches[" + std::to_string(accuracy_.branches.size()) + "]",
             name.empty() || name.size() > kLongestName ? "expected a name"
                                                        : "\"" + name + "\" is named twice",
             "name each branch once");
        return;
      }
      accuracy_.branches.push_back(name);
    }
  }

  void readRows() {
    const auto rows = json_.find("rows");
    if (rows == json_.end() || !rows->is_array() || rows->empty() || rows->size() > kMostAccuracyCategories) {
      fail("rows", "expected a list of 1 to " + std::to_string(kMostAccuracyCategories) + " categories",
           "give an object for each category");
      return;
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < rows->size() && !error_; ++i) {
      const std::string where = "rows[" + std::to_string(i) + "]";
      const ordered_json& row = (*rows)[i];
      const std::string name = row.is_object() ? text(row, "category") : std::string();
      if (name.empty() || !names.insert(name).second) {
        fail(where + ".category", name.empty() ? "expected a name" : "\"" + name + "\" is named twice",
             "give each category once");
        return;
      }
      accuracy_.categories.push_back(name);
      readRow(row, where);
    }
  }

  void readRow(const ordered_json& row, const std::string& where) {
    const std::string own = text(row, "own");
    const auto branch = std::find(accuracy_.branches.begin(), accuracy_.branches.end(), own);
    if (branch == accuracy_.branches.end()) {
      fail(where + ".own", "\"" + own + "\" is none of the branches", "name the branch that it is routed to");
      return;
    }
    accuracy_.own.push_back(static_cast<int>(branch - accuracy_.branches.begin()));
    const auto objects = row.find("objects");
    const double count = objects != row.end() && objects->is_number_integer() ? objects->get<double>() : -1.0;
    if (!(count >= 0.0 && count <= kMostObjects)) {
      fail(where + ".objects", "expected a whole number from 0", "give the number of objects");
      return;
    }
    accuracy_.objects.push_back(static_cast<std::int64_t>(count));
    const auto percents = row.find("percent");
    if (percents == row.end() || !percents->is_object()) {
      fail(where + ".percent", "expected an object with a number for each branch",
           "write {\"H 1\": 61.1, \"L 2\": null}");
      return;
    }
    for (const auto& [key, value] : percents->items()) {
      if (std::find(accuracy_.branches.begin(), accuracy_.branches.end(), key) == accuracy_.branches.end()) {
        fail(where + ".percent", "\"" + key + "\" is none of the branches", "name it among the branches");
        return;
      }
      if (!value.is_null() &&
          !(value.is_number() && value.get<double>() >= 0.0 && value.get<double>() <= 100.0)) {
        fail(where + ".percent." + key, "expected a number from 0 to 100, or null", "give percent");
        return;
      }
    }
    for (const std::string& name : accuracy_.branches) {
      const auto value = percents->find(name);
      accuracy_.percent.push_back(value != percents->end() && value->is_number()
                                      ? value->get<double>()
                                      : std::numeric_limits<double>::quiet_NaN());
    }
  }

  const ordered_json& json_;
  std::string file_;
  BranchAccuracy accuracy_;
  std::optional<Error> error_;
};

}  // namespace

std::string branch_accuracy_json(const BranchAccuracy& accuracy) {
  ordered_json json{
      {"format", kBranchAccuracyFormat},       {"schema", kSchema},    {"name", accuracy.name},
      {"architecture", accuracy.architecture}, {"measure", "5deg2cm"}, {"branches", accuracy.branches},
      {"rows", ordered_json::array()}};
  for (std::size_t i = 0; i < accuracy.categories.size(); ++i) {
    ordered_json row{{"category", accuracy.categories[i]},
                     {"own", accuracy.branches[static_cast<std::size_t>(accuracy.own[i])]},
                     {"objects", accuracy.objects[i]},
                     {"percent", ordered_json::object()}};
    for (std::size_t branch = 0; branch < accuracy.branches.size(); ++branch) {
      const double value = accuracy.at(i, branch);
      row["percent"][accuracy.branches[branch]] = std::isfinite(value) ? ordered_json(value) : ordered_json();
    }
    json["rows"].push_back(std::move(row));
  }
  json["provenance"] = embedded_json(to_json(accuracy.provenance));
  return json_text(json, 1) + "\n";
}

Expected<void> write_branch_accuracy(const BranchAccuracy& accuracy, const std::filesystem::path& path) {
  return write_file_atomically(path, branch_accuracy_json(accuracy));
}

Expected<BranchAccuracy> read_branch_accuracy(const std::filesystem::path& path,
                                              const std::stop_token& stop) {
  const auto bytes = read_file(path, kMostBytes, stop);
  if (!bytes) {
    return bytes.error();
  }
  const auto json = parse_ordered_json(*bytes, path.string());
  if (!json) {
    return json.error();
  }
  return BranchAccuracyParser(*json, path.string()).read();
}

}  // namespace alidade
