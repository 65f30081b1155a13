// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset_reader.h"
#include "core/experiments/experiment.h"

namespace alidade {

/// An option of one paper's command line.
struct PaperOption {
  enum class Kind { kFlag, kInteger, kText };
  std::string name;  ///< "seeds" is --seeds
  Kind kind = Kind::kFlag;
  std::string help;
  int least = 0, most = 0;  ///< of an integer
};

/// What the user gave, by name of the option.
struct PaperOptions {
  std::map<std::string, bool> flags;
  std::map<std::string, std::optional<int>> integers;
  std::map<std::string, std::string> texts;  ///< empty when not given
};

/// A paper asked for.
struct PaperRequest {
  ExperimentOptions experiment;
  PaperOptions options;         ///< has an entry for each option of the paper
  std::filesystem::path share;  ///< the bundled resources and datasets
  const DatasetReaders& readers;
};

/// What a text option names, or the bundled file or folder.
inline std::filesystem::path given_path(const PaperRequest& request, const std::string& option,
                                        const std::filesystem::path& bundled) {
  const std::string& text = request.options.texts.at(option);
  return text.empty() ? request.share / bundled : std::filesystem::path(text);
}

/// A paper as `alidade reproduce` lists it.
struct Paper {
  std::string name;   ///< of the sub-command: "score-scaling"
  std::string title;  ///< its help
  std::vector<PaperOption> options;
  std::function<Expected<std::unique_ptr<Experiment>>(const PaperRequest&)> open;
};

}  // namespace alidade
