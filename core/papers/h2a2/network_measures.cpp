// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/network_measures.h"

#include <algorithm>
#include <cmath>

#include "core/nn/compute.h"
#include "core/papers/h2a2/responses.h"
#include "core/studies/contention.h"
#include "core/studies/detect.h"

namespace alidade::h2a2 {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kGradientMemory = std::size_t{1} << 30;
constexpr std::int64_t kOffsets = 27;

Expected<SourceAccuracy> accuracy_of(DetectorNetwork& network, int head,
                                     const std::vector<DetectorSample>& samples, const JobContext& job) {
  const auto measured = measure_detector(network, head, samples, job);
  if (!measured) {
    return measured.error();
  }
  SourceAccuracy accuracy{measured->map25, measured->map50, static_cast<int>(samples.size()), 0, {}, {}};
  for (std::size_t i = 0; i < measured->classes.size(); ++i) {
    accuracy.ap25[measured->classes[i]] = measured->ap25[i];
    accuracy.ap50[measured->classes[i]] = measured->ap50[i];
    accuracy.classes += measured->ap25[i] ? 1 : 0;
  }
  return accuracy;
}

/// The scenes of a source; there must be such.
const fs::path& data_of_source(const std::vector<SourceScenes>& sources, const std::string& name) {
  return std::find_if(sources.begin(), sources.end(),
                      [&](const SourceScenes& one) { return one.source == name; })
      ->data;
}

void add_block(std::vector<std::string>& blocks, const std::string& block) {
  if (std::find(blocks.begin(), blocks.end(), block) == blocks.end()) {
    blocks.push_back(block);
  }
}

/// Batches of every source, one after the other.
DiagnosticSubset source_subset(const DetectorConfig& config,
                               std::vector<std::vector<DetectorSample>>&& samples, int batches, int batch) {
  DiagnosticSubset subset;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    subset.rows.push_back(config.sources[k].name);
    subset.samples.push_back(static_cast<std::int64_t>(batches) * batch);
    for (int b = 0; b < batches; ++b) {
      SubsetBatch& made = subset.batches.emplace_back();
      made.row = static_cast<int>(k);
      for (int i = 0; i < batch; ++i) {
        auto example = std::make_unique<DetectorExample>();
        example->source = static_cast<int>(k);
        const auto place = static_cast<std::size_t>(b * batch + i) % samples[k].size();
        example->sample = samples[k][place];
        made.examples.push_back(example.get());
        subset.places.push_back({k, place, 0});
        subset.example_rows.push_back(static_cast<int>(k));
        subset.examples.push_back(std::move(example));
      }
    }
  }
  return subset;
}

}  // namespace

Expected<std::vector<std::vector<DetectorSample>>> samples_of_sources(
    SceneShelf& shelf, const DetectorConfig& config, const std::vector<SourceScenes>& sources, int scenes,
    int points, const JobContext& job) {
  std::vector<std::vector<DetectorSample>> all;
  for (const DetectorSource& source : config.sources) {
    auto samples = shelf.samples(data_of_source(sources, source.name), source, scenes, points, job);
    if (!samples) {
      return samples.error();
    }
    all.push_back(std::move(*samples));
  }
  return all;
}

Expected<Evaluation> evaluate_run(SceneShelf& shelf, const EvaluationOrder& order, const JobContext& job) {
  bind_compute_thread();
  const auto network = open_detector(order.checkpoint);
  if (!network) {
    return network.error();
  }
  Evaluation evaluation;
  const auto& heads = (*network)->config().sources;
  const auto measured = [&](const fs::path& data, std::size_t head, SourceAccuracy& to) -> Expected<void> {
    const auto samples = shelf.samples(data, heads[head], order.scenes, order.points, job);
    const auto accuracy = samples ? accuracy_of(**network, static_cast<int>(head), *samples, job)
                                  : Expected<SourceAccuracy>(samples.error());
    if (!accuracy) {
      return accuracy.error();
    }
    to = *accuracy;
    return {};
  };
  for (std::size_t head = 0; head < heads.size(); ++head) {
    const std::string& name = heads[head].name;
    if (auto done = measured(data_of_source(order.seen, name), head, evaluation.seen[name]); !done) {
      return done.error();
    }
    for (const SourceScenes& unseen : order.unseen) {
      if (auto done = measured(unseen.data, head, evaluation.unseen[unseen.source][name]); !done) {
        return done.error();
      }
    }
  }
  return evaluation;
}

Expected<KernelSharing> sharing_in(DetectorNetwork& network,
                                   const std::vector<std::vector<DetectorSample>>& samples,
                                   const JobContext& job) {
  KernelSharing sharing;
  for (std::size_t k = 0; k < samples.size(); ++k) {
    for (const DetectorSample& sample : samples[k]) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "stopped while measuring what is shared."};
      }
      const auto input = detector_input(sample.points, sample.colors, network.config());
      const auto added = input ? network.add_sharing(*input, static_cast<int>(k), sample.name, sharing)
                               : Expected<void>(input.error());
      if (!added) {
        return added.error();
      }
    }
  }
  return sharing;
}

Expected<KernelSharing> sharing_of_run(SceneShelf& shelf, const SceneOrder& order, const JobContext& job) {
  bind_compute_thread();
  const auto network = open_detector(order.checkpoint);
  if (!network) {
    return network.error();
  }
  const auto samples =
      samples_of_sources(shelf, (*network)->config(), order.sources, order.scenes, order.points, job);
  return samples ? sharing_in(**network, *samples, job) : Expected<KernelSharing>(samples.error());
}

Expected<std::shared_ptr<const ContentionHistory>> cosines_of_run(SceneShelf& shelf, const CosineOrder& order,
                                                                  const JobContext& job) {
  bind_compute_thread();
  const auto network = open_detector(order.checkpoint);
  if (!network) {
    return network.error();
  }
  auto samples = samples_of_sources(shelf, (*network)->config(), order.sources, order.batches * order.batch,
                                    order.points, job);
  if (!samples) {
    return samples.error();
  }
  const DiagnosticSubset subset =
      source_subset((*network)->config(), std::move(*samples), order.batches, order.batch);
  auto history = std::make_shared<ContentionHistory>();
  history->name = order.checkpoint.parent_path().filename().string();
  history->architecture = (*network)->architecture();
  history->row_kind = "source";
  history->rows = subset.rows;
  history->samples = subset.samples;
  // What is of one source alone lengthens its gradient and can oppose nobody's.
  auto tensors = contention_tensors(**network);
  for (ContentionTensor& tensor : tensors) {
    if (!is_exclusive_tensor(tensor.name)) {
      add_block(history->blocks, tensor.block);
      history->tensors.push_back(std::move(tensor));
    }
  }
  for (const SubsetBatch& batch : subset.batches) {
    history->batch_rows.push_back(batch.row);
  }
  history->provenance = current_provenance();
  auto epoch = measure_epoch(**network, subset, *history, kGradientMemory, nullptr, job);
  if (!epoch) {
    return epoch.error();
  }
  epoch->checkpoint = order.checkpoint.filename().string();
  epoch->checkpoint_sha256 = (*network)->checkpoint_sha256();
  history->epochs.push_back(std::move(*epoch));
  return std::shared_ptr<const ContentionHistory>(std::move(history));
}

Expected<std::vector<LayerResponse>> responses_of_run(const fs::path& checkpoint, int seed) {
  bind_compute_thread();
  const auto network = open_detector(checkpoint);
  if (!network) {
    return network.error();
  }
  const auto start = DetectorNetwork::create((*network)->config(), static_cast<std::uint64_t>(seed));
  std::vector<LayerResponse> layers;
  for (const ParameterInfo& parameter : (*network)->parameters()) {
    if (parameter.shape.size() != 3 || parameter.shape[0] != kOffsets ||
        !parameter.name.starts_with("backbone")) {
      continue;
    }
    LayerResponse layer{parameter.name.substr(0, parameter.name.rfind('.')), {}, {}};
    for (const auto& [of, norms] :
         {std::pair{network->get(), &layer.trained}, std::pair{start.get(), &layer.start}}) {
      const auto values = of->parameter_values(parameter.name);
      if (!values) {
        return values.error();
      }
      const auto size = static_cast<std::size_t>(parameter.shape[1] * parameter.shape[2]);
      for (std::size_t j = 0; j < static_cast<std::size_t>(kOffsets); ++j) {
        double square = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
          square +=
              static_cast<double>((*values)[j * size + i]) * static_cast<double>((*values)[j * size + i]);
        }
        norms->push_back(std::sqrt(square));
      }
    }
    layers.push_back(std::move(layer));
  }
  return layers;
}

}  // namespace alidade::h2a2
