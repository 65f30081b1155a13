// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/opposing_samples.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/contention/layer_conflict.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/contention_effects.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostCheckpointBytes = std::uintmax_t{8} << 30;

/// A number of somebody's file; `otherwise` where there is none, never out of [low, high].
double number_at(const nlohmann::json& object, const char* key, double otherwise, double low, double high) {
  const auto found = object.find(key);
  return std::clamp(found != object.end() && found->is_number() ? found->get<double>() : otherwise, low,
                    high);
}

/// The subset's options as the history's provenance has them.
Expected<ContentionSubset> recorded_subset(const ContentionHistory& history, const Dataset& dataset) {
  if (history.row_kind != "category") {
    return Error{
        ErrorCode::kInput,
        "samples are looked for where rows are categories; these are of the kind " + history.row_kind + "."};
  }
  if (history.provenance.dataset_sha256 != dataset.digest()) {
    return Error{ErrorCode::kInput, "the history was measured on " + history.provenance.dataset +
                                        ", which is not the open dataset; open that."};
  }
  const auto recipe = parse_json(history.provenance.recipe, "provenance");
  if (!recipe || !recipe->is_object()) {
    return Error{ErrorCode::kInput, "the history does not say how its samples were drawn."};
  }
  ContentionSubset subset;
  subset.seed = history.provenance.seed;
  subset.batches = static_cast<int>(number_at(*recipe, "batches", subset.batches, 2, 64));
  subset.batch_size = static_cast<int>(number_at(*recipe, "batch_size", subset.batch_size, 1, 1024));
  subset.min_visible_fraction =
      number_at(*recipe, "min_visible_fraction", subset.min_visible_fraction, 0.0, 1.0);
  const auto draw = recipe->find("draw");
  if (draw != recipe->end() && *draw == "held out") {
    subset.draw = ContentionDraw::kHeldOut;
  }
  return subset;
}

std::vector<std::string> parameters_of(const ContentionHistory& history, const ContentionPart& part) {
  std::vector<std::string> names;
  for (const std::size_t tensor : part.tensors) {
    names.push_back(history.tensors[tensor].name);
  }
  return names;
}

int row_index(const std::vector<std::string>& rows, const std::string& name) {
  return static_cast<int>(std::find(rows.begin(), rows.end(), name) - rows.begin());
}

/// Cosines of the pairs; those of a sample without a gradient are 0.
std::vector<double> cosines_of(const SamplePairs& pairs) {
  std::vector<double> cosines = pairs.inner_products;
  const std::size_t columns = pairs.b.size();
  for (std::size_t i = 0; i < cosines.size(); ++i) {
    const double lengths = pairs.lengths_a[i / columns] * pairs.lengths_b[i % columns];
    cosines[i] = lengths > 0.0 ? cosines[i] / lengths : 0.0;
  }
  return cosines;
}

}  // namespace

Expected<fs::path> find_checkpoint(const ContentionHistory& history, std::size_t epoch,
                                   const fs::path& folder) {
  const ContentionEpoch& asked = history.epochs.at(epoch);
  // A name from a file: nothing but a name.
  const fs::path name = fs::path(asked.checkpoint).filename();
  const fs::path run = fs::path(history.name).filename();
  for (const fs::path& place : {folder, folder / "checkpoints", folder / run, folder / run / "checkpoints",
                                folder / "runs" / run / "checkpoints", folder.parent_path() / "runs" / run,
                                folder.parent_path() / "runs" / run / "checkpoints"}) {
    std::error_code error;
    const fs::path file = place / name;
    if (name.empty() || !fs::is_regular_file(file, error)) {
      continue;
    }
    const auto digest = sha256_file(file, kMostCheckpointBytes, {});
    if (digest && *digest == asked.checkpoint_sha256) {
      return file;
    }
  }
  return Error{ErrorCode::kInput, "the checkpoint " + asked.checkpoint +
                                      " of this epoch lies neither beside " +
                                      "the history nor in its run; put it there."};
}

Expected<std::vector<OpposingSamples>> opposing_samples(const ContentionHistory& history,
                                                        const fs::path& checkpoint,
                                                        const std::shared_ptr<const Dataset>& dataset,
                                                        const OpposingQuestion& question,
                                                        const JobContext& job) {
  const auto options = recorded_subset(history, *dataset);
  if (!options) {
    return options.error();
  }
  const auto model = open_model(checkpoint);
  if (!model) {
    return model.error();
  }
  const auto subset = diagnostic_subset(**model, {dataset}, *options, job);
  if (!subset) {
    return subset.error();
  }
  const int a = row_index(subset->rows, question.row), b = row_index(subset->rows, question.other);
  const int rows = static_cast<int>(subset->rows.size());
  if (a >= rows || b >= rows) {
    return Error{ErrorCode::kInput, "the dataset has no samples of " +
                                        (a >= rows ? question.row : question.other) +
                                        " that the network can learn from."};
  }
  const auto pairs = measure_sample_pairs(**model, *subset, a, b, parameters_of(history, question.part),
                                          question.samples, job);
  if (!pairs) {
    return pairs.error();
  }
  const auto cosines = cosines_of(*pairs);
  std::vector<OpposingSamples> out;
  for (const OpposingPair& pair : most_opposing(cosines, pairs->b.size(), question.pairs)) {
    const SubsetPlace &first = subset->places[pairs->a[pair.row]],
                      &second = subset->places[pairs->b[pair.column]];
    out.push_back({first.frame, second.frame, first.instance, second.instance, pair.product});
  }
  return out;
}

}  // namespace alidade
