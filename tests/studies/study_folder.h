// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <QTemporaryDir>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/experiments/experiment.h"

namespace alidade {

/// A folder for recipes and the runs of a reproduction.
class StudyFolder {
 public:
  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
  std::filesystem::path path(const std::string& name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }
  std::string read(const std::string& name) const {
    const auto bytes = read_file(path(name), 1 << 26);
    return bytes ? *bytes : "unreadable: " + name;
  }
  nlohmann::ordered_json step(const std::string& folder, const std::string& name) const {
    return nlohmann::ordered_json::parse(read(folder + "/steps/" + name + ".json"));
  }

 private:
  QTemporaryDir folder_;
};

/// Plans and carries out.
inline Expected<void> carry_out(const Expected<std::unique_ptr<Experiment>>& experiment,
                                const ExperimentOptions& options, const JobContext& job) {
  if (!experiment) {
    return experiment.error();
  }
  const auto plan = plan_experiment(**experiment, options, job);
  if (!plan) {
    return plan.error();
  }
  const auto graph = graph_of(**experiment, options, *plan);
  if (!graph) {
    return graph.error();
  }
  const auto figures = run_experiment(**experiment, options, *plan, *graph, job);
  return figures ? Expected<void>() : Expected<void>(figures.error());
}

}  // namespace alidade
