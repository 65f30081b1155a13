// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/expected.h"
#include "core/data/dataset.h"

namespace alidade::bop {

/// Collects what is wrong while a dataset is opened; the rest stays usable.
class Problems {
 public:
  /// One sentence: place (may be empty), what was expected or found, what to do.
  void add(const std::filesystem::path& file, const std::string& where, const std::string& problem,
           const std::string& remedy, std::optional<std::size_t> frame = std::nullopt) {
    list_.push_back(
        {file.string(), (where.empty() ? "" : where + ": ") + problem + "; " + remedy + ".", frame});
  }
  /// An Error of a file reader, whose sentence begins with the file's name.
  void add(const std::filesystem::path& file, const Error& error) {
    const std::string prefix = file.string() + ": ";
    list_.push_back({file.string(),
                     error.message.starts_with(prefix) ? error.message.substr(prefix.size()) : error.message,
                     std::nullopt, true});
  }
  void add(DatasetProblem problem) { list_.push_back(std::move(problem)); }
  std::vector<DatasetProblem> take() { return std::move(list_); }

 private:
  std::vector<DatasetProblem> list_;
};

}  // namespace alidade::bop
