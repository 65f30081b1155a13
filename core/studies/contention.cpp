// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/contention.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/nn/compute.h"
#include "core/nn/gram.h"
#include "core/nn/registry/open_model.h"

namespace alidade {
namespace {

using GradientRows = std::vector<std::vector<float>>;  // of one tensor: a row per batch

/// Consecutive tensors whose gradients of all batches fit into the memory together.
std::vector<std::pair<std::size_t, std::size_t>> passes_of(const std::vector<ContentionTensor>& tensors,
                                                           std::size_t batches, std::size_t memory) {
  std::vector<std::pair<std::size_t, std::size_t>> passes;
  std::size_t begin = 0, bytes = 0;
  for (std::size_t t = 0; t < tensors.size(); ++t) {
    const std::size_t own = static_cast<std::size_t>(tensors[t].size) * sizeof(float) * batches;
    if (t > begin && bytes + own > memory) {
      passes.emplace_back(begin, t);
      begin = t;
      bytes = 0;
    }
    bytes += own;
  }
  passes.emplace_back(begin, tensors.size());
  return passes;
}

/// Means over the batches of rows: [row][row] of [batch][batch].
void add_row_gram(const std::vector<double>& batch_gram, const std::vector<SubsetBatch>& batches,
                  std::size_t rows, double* out) {
  std::vector<double> count(rows, 0.0);
  for (const SubsetBatch& batch : batches) {
    count[batch.row] += 1.0;
  }
  const std::size_t n = batches.size();
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      const int i = batches[a].row, j = batches[b].row;
      out[i * rows + j] += batch_gram[a * n + b] / (count[i] * count[j]);
    }
  }
}

/// The step that the metadata of a checkpoint of ours name; 0 = unknown.
std::int64_t step_of(const std::string& metadata) {
  const auto json = parse_json(metadata, "metadata");
  if (!json || !json->is_object()) {
    return 0;
  }
  const auto step = json->find("steps");
  return step != json->end() && step->is_number_integer()
             ? std::max<std::int64_t>(0, step->get<std::int64_t>())
             : 0;
}

Error stopped_measuring() {
  return {ErrorCode::kCancelled, "the measurement was stopped; nothing was written."};
}

/// The share of checkpoint `index` in the job: what it reports is a part of the whole.
JobContext part_of(const JobContext& job, std::size_t index, std::size_t count) {
  JobContext part{job.stop, {}};
  part.on_progress = [&job, index, count](const Progress& progress) {
    job.report(progress.step, static_cast<std::int64_t>(index) * progress.total + progress.done,
               static_cast<std::int64_t>(count) * progress.total);
  };
  return part;
}

void multiply(std::vector<float>& values, const std::vector<float>& factors) {
  std::transform(values.begin(), values.end(), factors.begin(), values.begin(), std::multiplies<>());
}

std::string rows_text(ContentionRows rows) {
  switch (rows) {
    case ContentionRows::kCategory:
      return "category";
    case ContentionRows::kInstance:
      return "instance";
    case ContentionRows::kSource:
      return "source";
    case ContentionRows::kLossPart:
      return "loss term";
    case ContentionRows::kDiffusionTime:
      return "diffusion time";
  }
  return {};
}

Provenance contention_provenance(const std::vector<SeriesCheckpoint>& series,
                                 const std::vector<std::shared_ptr<const Dataset>>& sources,
                                 const ContentionOptions& options) {
  const ContentionSubset& subset = options.subset;
  nlohmann::ordered_json recipe{{"rows", rows_text(subset.rows)},
                                {"draw", subset.draw == ContentionDraw::kAll ? "all" : "held out"},
                                {"batches", subset.batches},
                                {"batch_size", subset.batch_size},
                                {"min_visible_fraction", subset.min_visible_fraction},
                                {"checkpoints", series.size()},
                                {"space", options.adam_state.empty() ? "gradient" : "update"}};
  Provenance provenance = current_provenance();
  provenance.recipe = json_text(recipe);
  provenance.seed = subset.seed;
  provenance.dataset = sources.front()->name();
  provenance.dataset_sha256 = sources.front()->digest();
  return provenance;
}

}  // namespace

std::vector<ContentionTensor> contention_tensors(const Model& model) {
  std::map<std::string, std::string> module_of, block_of;
  for (const ParameterSet& set : model.modules()) {
    for (const std::string& name : set.parameters) {
      module_of[name] = set.name;
    }
  }
  for (const ParameterSet& set : model.blocks()) {
    for (const std::string& name : set.parameters) {
      block_of[name] = set.name;
    }
  }
  std::vector<ContentionTensor> tensors;
  for (const ParameterInfo& parameter : model.parameters()) {
    ContentionTensor& tensor = tensors.emplace_back();
    tensor.name = parameter.name;
    tensor.layer = parameter.name.substr(0, parameter.name.rfind('.'));
    tensor.module = module_of[parameter.name];
    tensor.block = block_of[parameter.name];
    tensor.frozen = parameter.frozen;
    tensor.size = 1;
    for (const std::int64_t extent : parameter.shape) {
      tensor.size *= extent;
    }
  }
  return tensors;
}

Expected<ContentionEpoch> measure_epoch(Model& model, const DiagnosticSubset& subset,
                                        const ContentionHistory& history, std::size_t memory,
                                        const ParameterValues* factors, const JobContext& job) {
  const std::string before = model.state_digest();
  const std::size_t rows = history.rows.size(), batches = subset.batches.size();
  ContentionEpoch epoch;
  epoch.grams.assign(history.tensors.size() * rows * rows, 0.0);
  epoch.batch_grams.assign(history.blocks.size() * batches * batches, 0.0);
  epoch.losses.assign(rows, 0.0);
  bool first = true;
  std::size_t done = 0;
  const auto passes = passes_of(history.tensors, batches, memory);
  for (const auto& [begin, end] : passes) {
    std::vector<GradientRows> kept(end - begin);
    for (std::size_t b = 0; b < batches; ++b) {
      if (job.stopped()) {
        return stopped_measuring();
      }
      const SubsetBatch& batch = subset.batches[b];
      // One step for all: the time that is left is estimated from a step's own reports.
      job.report("measuring gradients", static_cast<std::int64_t>(done++),
                 static_cast<std::int64_t>(passes.size() * batches));
      ParameterValues gradients;
      const auto loss = model.aspect_loss(batch.examples, batch.seed, batch.aspect, &gradients);
      if (!loss) {
        return loss.error();
      }
      for (std::size_t t = begin; t < end; ++t) {
        const std::string& name = history.tensors[t].name;
        kept[t - begin].push_back(std::move(gradients.at(name)));
        if (factors != nullptr) {
          multiply(kept[t - begin].back(), factors->at(name));
        }
      }
      if (first) {
        epoch.losses[batch.row] += loss->total * static_cast<double>(batch.examples.size()) /
                                   static_cast<double>(subset.samples[batch.row]);
      }
    }
    first = false;
    for (std::size_t t = begin; t < end; ++t) {
      std::vector<const std::vector<float>*> pointers;
      for (const auto& row : kept[t - begin]) {
        pointers.push_back(&row);
      }
      const auto gram = inner_products(pointers, pointers);
      add_row_gram(gram, subset.batches, rows, epoch.grams.data() + t * rows * rows);
      const auto block = std::find(history.blocks.begin(), history.blocks.end(), history.tensors[t].block);
      double* sum = epoch.batch_grams.data() + (block - history.blocks.begin()) * batches * batches;
      for (std::size_t i = 0; i < gram.size(); ++i) {
        sum[i] += gram[i];
      }
      kept[t - begin] = {};
    }
  }
  if (model.state_digest() != before) {
    return Error{ErrorCode::kFailed,
                 "the network changed while its gradients were measured; its statistics of "
                 "batch norm are not fixed."};
  }
  return epoch;
}

Expected<std::unique_ptr<Model>> open_checkpoint(const std::filesystem::path& path,
                                                 const ContentionOptions& options) {
  return options.open ? options.open(path) : open_model(path);
}

Expected<std::shared_ptr<const ContentionHistory>> measure_contention(
    const std::vector<SeriesCheckpoint>& series, const std::vector<std::shared_ptr<const Dataset>>& sources,
    const ContentionOptions& options, const JobContext& job) {
  bind_compute_thread();
  if (series.empty() || sources.empty()) {
    return Error{ErrorCode::kUsage,
                 "gradients are measured of a checkpoint at least, on a dataset at least."};
  }
  if (!options.adam_state.empty() && series.size() != 1) {
    return Error{ErrorCode::kUsage,
                 "the state of a training has the moments of one checkpoint; give that one."};
  }
  auto history = std::make_shared<ContentionHistory>();
  DiagnosticSubset subset;
  std::string configuration;
  for (std::size_t i = 0; i < series.size(); ++i) {
    auto model = open_checkpoint(series[i].path, options);
    if (!model) {
      return model.error();
    }
    if (i == 0) {
      auto drawn = diagnostic_subset(**model, sources, options.subset, job);
      if (!drawn) {
        return drawn.error();
      }
      subset = std::move(*drawn);
      configuration = (*model)->configuration();
      history->architecture = (*model)->architecture();
      history->rows = subset.rows;
      history->samples = subset.samples;
      history->row_kind = rows_text(options.subset.rows);
      history->tensors = contention_tensors(**model);
      for (const ParameterSet& block : (*model)->blocks()) {
        history->blocks.push_back(block.name);
      }
      for (const SubsetBatch& batch : subset.batches) {
        history->batch_rows.push_back(batch.row);
      }
      if (options.subset.rows == ContentionRows::kCategory) {
        const ModelRouting routing = (*model)->routing(subset.rows);
        history->routing = routing.branch;
        history->branches = routing.names;
      }
    } else if ((*model)->architecture() != history->architecture ||
               (*model)->configuration() != configuration) {
      return input_error(series[i].path.string(), "",
                         "it is of another architecture or size than " + series[0].path.string() +
                             ", or has other frozen parameters",
                         "give checkpoints of one training");
    }
    ParameterValues factors;
    if (!options.adam_state.empty()) {
      auto read = adam_factors(**model, options.adam_state);
      if (!read) {
        return read.error();
      }
      factors = std::move(*read);
      history->space = ContentionSpace::kUpdate;
    }
    auto epoch = measure_epoch(**model, subset, *history, options.memory,
                               factors.empty() ? nullptr : &factors, part_of(job, i, series.size()));
    if (!epoch) {
      return epoch.error();
    }
    epoch->epoch = series[i].epoch;
    epoch->step = step_of((*model)->metadata());
    epoch->checkpoint = (*model)->checkpoint_name();
    epoch->checkpoint_sha256 = (*model)->checkpoint_sha256();
    history->epochs.push_back(std::move(*epoch));
  }
  history->provenance = contention_provenance(series, sources, options);
  history->provenance.checkpoint = history->epochs.back().checkpoint;
  history->provenance.checkpoint_sha256 = history->epochs.back().checkpoint_sha256;
  return std::shared_ptr<const ContentionHistory>(std::move(history));
}

}  // namespace alidade
