// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/sample_tables.h"

#include <algorithm>

#include "core/geometry/so3_statistics.h"

namespace alidade {
namespace {

std::string listed_names(const std::vector<std::string>& names) {
  constexpr std::size_t kMostListed = 12;
  std::string list;
  for (std::size_t i = 0; i < std::min(names.size(), kMostListed); ++i) {
    list += (i == 0 ? "\"" : ", \"") + names[i] + "\"";
  }
  return names.size() > kMostListed ? list + " and so on" : list;
}

void add_set(const ObjectSamples& samples, SampleTables& tables) {
  PoseRow truth;
  truth.instance = samples.instance;
  truth.cam_from_obj = *samples.truth;
  truth.symmetry = samples.symmetry;
  PoseRow prediction;
  prediction.instance = samples.instance;
  prediction.cam_from_obj = mean_pose(samples.samples);
  prediction.hypotheses = samples.samples;
  tables.truth.add(samples.frame_name, samples.category, std::move(truth));
  tables.predictions.add(samples.frame_name, samples.category, std::move(prediction));
}

}  // namespace

std::vector<std::string> sample_set_names(const SampleFile& file) {
  NameList names;
  for (const auto& samples : file.samples) {
    names.add(samples->name);
  }
  return names.names();
}

Expected<SampleTables> sample_tables(const SampleFile& file, const std::string& source,
                                     const std::string& set) {
  const auto names = sample_set_names(file);
  if (set.empty() && names.size() > 1) {
    return input_error(source, "name", "the file holds the sets " + listed_names(names),
                       "choose one with --set");
  }
  if (!set.empty() && std::find(names.begin(), names.end(), set) == names.end()) {
    return input_error(source, "name", "there is no set \"" + set + "\"",
                       "choose one of " + listed_names(names));
  }
  SampleTables tables;
  tables.truth.source = tables.predictions.source = source;
  tables.predictions.name = names.empty() ? source : set.empty() ? names.front() : set;
  tables.predictions.has_sizes = false;
  tables.predictions.notes = file.notes;
  for (std::size_t i = 0; i < file.samples.size(); ++i) {
    const ObjectSamples& samples = *file.samples[i];
    if (!set.empty() && samples.name != set) {
      continue;
    }
    if (!samples.truth) {
      return input_error(source, "truth[" + std::to_string(i) + "]", "the object has no true pose",
                         "add it or leave out the row");
    }
    add_set(samples, tables);
  }
  return tables;
}

}  // namespace alidade
