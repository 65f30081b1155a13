// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/network_training.h"

#include <algorithm>
#include <cmath>
#include <system_error>

#include "core/experiments/begun_run.h"
#include "core/nn/compute.h"
#include "core/studies/detector_training.h"
#include "core/training/training_history.h"

namespace alidade::h2a2 {
namespace {

namespace fs = std::filesystem;

void count_parameters(const DetectorNetwork& network, TrainedNetwork& facts) {
  for (const ParameterInfo& parameter : network.parameters()) {
    std::int64_t size = 1;
    for (const std::int64_t extent : parameter.shape) {
      size *= extent;
    }
    facts.parameters += size;
    facts.shared += is_exclusive_tensor(parameter.name) ? 0 : size;
  }
}

const TrainingSeries* find_series(const TrainingHistory& history, const std::string& name) {
  const auto found = std::find_if(history.series.begin(), history.series.end(),
                                  [&](const TrainingSeries& series) { return series.name == name; });
  return found == history.series.end() ? nullptr : &*found;
}

double series_mean(const std::vector<double>& values) {
  double sum = 0.0, count = 0.0;
  for (const double value : values) {
    sum += std::isfinite(value) ? value : 0.0;
    count += std::isfinite(value) ? 1.0 : 0.0;
  }
  return count > 0.0 ? sum / count : 0.0;
}

/// The groups of shared tensors that a log tells Psi of.
std::vector<std::string> logged_groups(const TrainingHistory& history) {
  constexpr std::string_view kPsi = "psi ";
  std::vector<std::string> groups;
  for (const TrainingSeries& series : history.series) {
    if (series.name.starts_with(kPsi)) {
      groups.push_back(series.name.substr(kPsi.size()));
    }
  }
  return groups;
}

void add_groups(const TrainingHistory& history, const std::vector<std::string>& sources,
                TrainedNetwork& facts) {
  for (const std::string& name : logged_groups(history)) {
    GroupNorms& group = facts.groups[name];
    group.psi = series_mean(find_series(history, "psi " + name)->values);
    if (const auto* triggered = find_series(history, "triggered " + name)) {
      group.triggered = series_mean(triggered->values);
    }
    for (const std::string& source : sources) {
      if (const auto* norm = find_series(history, "norm " + name + " " + source)) {
        group.norms[source] = series_mean(norm->values);
      }
    }
  }
}

/// The point of a line of the log.
NormPoint point_at(const TrainingHistory& history, const std::vector<std::string>& groups,
                   const std::vector<std::string>& sources, std::size_t place) {
  NormPoint point;
  for (const std::string& group : groups) {
    const auto value = [&](const std::string& name) {
      const TrainingSeries* series = find_series(history, name);
      return series && place < series->values.size() ? series->values[place] : 0.0;
    };
    point.psi += value("psi " + group) / static_cast<double>(groups.size());
    point.triggered += value("triggered " + group) / static_cast<double>(groups.size());
    for (const std::string& source : sources) {
      const double norm = value("norm " + group + " " + source);
      point.norms[source] += norm * norm;
    }
  }
  for (auto& [source, square] : point.norms) {
    square = std::sqrt(square);
  }
  return point;
}

void add_points(const TrainingHistory& history, const std::vector<std::string>& sources,
                TrainedNetwork& facts) {
  const auto groups = logged_groups(history);
  const TrainingSeries* first = groups.empty() ? nullptr : find_series(history, "psi " + groups.front());
  if (!first) {
    return;
  }
  const std::size_t lines = first->steps.size();
  const std::size_t every = std::max<std::size_t>(1, (lines + kMostNormPoints - 1) / kMostNormPoints);
  for (std::size_t line = 0; line < lines; line += every) {
    NormPoint point = point_at(history, groups, sources, line);
    point.step = first->steps[line];
    facts.points.push_back(std::move(point));
  }
}

}  // namespace

Expected<TrainedNetwork> trained_network(const fs::path& run, const JobContext& job) {
  const auto network = open_detector(run / "final.safetensors");
  if (!network) {
    return network.error();
  }
  const auto history = read_training_history(run, job);
  if (!history) {
    return history.error();
  }
  std::vector<std::string> sources;
  for (const DetectorSource& source : (*network)->config().sources) {
    sources.push_back(source.name);
  }
  TrainedNetwork facts;
  count_parameters(**network, facts);
  if (const auto* bytes = find_series(*history, "exchanged_bytes"); bytes && !bytes->values.empty()) {
    facts.exchanged_bytes = static_cast<std::int64_t>(bytes->values.back());
  }
  add_groups(*history, sources, facts);
  add_points(*history, sources, facts);
  return facts;
}

Expected<TrainedNetwork> train_run(SceneShelf& shelf, const fs::path& run, const std::string& text,
                                   const fs::path& file, const JobContext& job) {
  bind_compute_thread();
  const bool resume = is_begun_run(run, text);
  std::error_code failure;
  if (resume && fs::exists(run / "final.safetensors", failure)) {
    return trained_network(run, job);
  }
  const auto recipe = parse_detector_recipe(text, file);
  if (!recipe) {
    return recipe.error();
  }
  const TrainingRequest request{file, text, {}, [&shelf](const fs::path& path, const JobContext& inner) {
                                  return shelf.open(path, inner);
                                }};
  auto task = detector_training_task(*recipe, request, job);
  if (!task) {
    return task.error();
  }
  task->threads = compute_threads();
  const auto trained = run_training(*task, run, resume, job);
  return trained ? trained_network(run, job) : Expected<TrainedNetwork>(trained.error());
}

}  // namespace alidade::h2a2
