// SPDX-License-Identifier: BSD-3-Clause
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/confinement.h"
#include "core/base/failure.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/exchange/contention_file.h"
#include "core/nn/torchscript/script_model.h"
#include "core/studies/foreign_messages.h"

namespace alidade {
namespace {

constexpr std::size_t kMostRequestBytes = std::size_t{16} << 20;

void say(ForeignMessage kind, const std::string& text) {
  tell_owner({static_cast<char>(kind), text});
}

/// The kernel's refusals come first: nothing of a module's, nor a dataset's, runs without them unless the
/// kernel cannot.
void confine_or_say() {
  if (const auto confined = confine_process(); !confined) {
    say(ForeignMessage::kRemark, "the program can reach the network and change files, as far as you may: " +
                                     confined.error().message + ".");
  }
}

/// What the program was given, beside what every measurement says of itself.
void add_to_recipe(const BlockMap& map, Provenance& provenance) {
  nlohmann::ordered_json recipe = embedded_json(provenance.recipe);
  Sha256 sha;
  sha.add(map.text);
  recipe["block_map_sha256"] = sha.hex();
  recipe["points"] = map.inputs.points;
  recipe["crop_px"] = map.inputs.crop_px;
  provenance.recipe = json_text(recipe);
}

Expected<ContentionHistory> measured_history(const ForeignContention& order, const DatasetOpener& open,
                                             const JobContext& job) {
  std::vector<std::shared_ptr<const Dataset>> sources;
  for (const std::string& name : order.datasets) {
    const auto dataset = open(name, job);
    if (!dataset) {
      return dataset.error();
    }
    sources.push_back(*dataset);
  }
  ContentionOptions options;
  options.subset = order.subset;
  options.open = [&order](const std::filesystem::path& path) -> Expected<std::unique_ptr<Model>> {
    auto model = ScriptModel::open(path, order.map);
    if (!model) {
      return model.error();
    }
    return std::unique_ptr<Model>(std::move(*model));
  };
  const auto measured = measure_contention(order.series, sources, options, job);
  if (!measured) {
    return measured.error();
  }
  ContentionHistory history = **measured;
  add_to_recipe(order.map, history.provenance);
  if (order.effects) {
    if (auto added = add_effect(history, order.series.back(), sources, options, *order.effects, job);
        !added) {
      return added.error();
    }
  }
  return history;
}

Expected<void> measure_and_hand_over(const ForeignContention& order, const DatasetOpener& open) {
  JobContext job;
  job.on_progress = [](const Progress& progress) { say(ForeignMessage::kProgress, progress_text(progress)); };
  try {
    const auto history = measured_history(order, open, job);
    if (!history) {
      return history.error();
    }
    const auto bytes = contention_history_bytes(*history);
    return bytes ? worker_result(*bytes) : Expected<void>(bytes.error());
  } catch (const std::exception& failure) {
    return error_of(failure);
  }
}

}  // namespace

Expected<void> serve_foreign_contention(const DatasetOpener& open) {
  if (!is_worker()) {
    return usage_error("`alidade worker` is started by `alidade contention` alone.");
  }
  end_by_faults();
  set_log_sink([](const LogEntry& entry) { say(ForeignMessage::kRemark, entry.text); });
  const auto text = worker_request(kMostRequestBytes);
  if (!text) {
    return text.error();
  }
  const auto order = parse_foreign_request(*text);
  confine_or_say();
  const auto done = order ? measure_and_hand_over(*order, open) : Expected<void>(order.error());
  if (done) {
    say(ForeignMessage::kDone, "");
  } else {
    say(ForeignMessage::kError, error_text(done.error()));
  }
  return done;
}

}  // namespace alidade
