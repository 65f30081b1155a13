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
  /// The same where annotations are missing or left out; `image` is the image's id until the frames are
  /// known.
  void add_truth(const std::filesystem::path& file, const std::string& where, const std::string& problem,
                 const std::string& remedy, std::optional<int> image = std::nullopt) {
    add(file, where, problem, remedy);
    list_.back().kind = ProblemKind::kGroundTruth;
    if (image) {
      list_.back().frame = static_cast<std::size_t>(*image);
    }
  }
  /// An Error of a file reader, whose sentence begins with the file's name.
  void add(const std::filesystem::path& file, const Error& error, ProblemKind kind = ProblemKind::kRemark) {
    const std::string prefix = file.string() + ": ";
    list_.push_back({file.string(),
                     error.message.starts_with(prefix) ? error.message.substr(prefix.size()) : error.message,
                     std::nullopt, true, kind});
  }
  void add(DatasetProblem problem) { list_.push_back(std::move(problem)); }
  std::vector<DatasetProblem> take() { return std::move(list_); }

 private:
  std::vector<DatasetProblem> list_;
};

}  // namespace alidade::bop
