// SPDX-License-Identifier: BSD-3-Clause
#include <limits>

#include "core/exchange/column_writer.h"
#include "core/exchange/contention_file.h"

namespace alidade {
namespace {

/// The values, or as many NaN where there are none.
void append_or_nothing(const std::vector<double>& values, std::size_t count, std::vector<double>& out) {
  if (values.empty()) {
    out.insert(out.end(), count, std::numeric_limits<double>::quiet_NaN());
  } else {
    out.insert(out.end(), values.begin(), values.end());
  }
}

void add_rows_and_tensors(const ContentionHistory& history, ColumnWriter& file) {
  file.add_list("rows", history.rows);
  const auto itself = [](auto value) { return value; };
  if (!history.samples.empty()) {
    file.add("samples", history.samples, itself);
  }
  if (!history.difficulty.empty()) {
    file.add("difficulty", history.difficulty, itself);
  }
  if (!history.routing.empty()) {
    file.add("routing", history.routing, [](int branch) { return static_cast<std::int32_t>(branch); });
    file.add_list("branches", history.branches);
  }
  file.add("tensor", history.tensors, &ContentionTensor::name);
  file.add("tensor_layer", history.tensors, &ContentionTensor::layer);
  file.add("tensor_module", history.tensors, &ContentionTensor::module);
  file.add("tensor_block", history.tensors, &ContentionTensor::block);
  file.add("tensor_size", history.tensors, &ContentionTensor::size);
  file.add("tensor_frozen", history.tensors, &ContentionTensor::frozen);
  file.add_list("blocks", history.blocks);
}

void add_epochs(const ContentionHistory& history, ColumnWriter& file) {
  const std::size_t rows = history.rows.size(), batches = history.batch_rows.size();
  const auto& epochs = history.epochs;
  file.add("epoch", epochs, &ContentionEpoch::epoch);
  file.add("step", epochs, &ContentionEpoch::step);
  file.add("checkpoint", epochs, &ContentionEpoch::checkpoint);
  file.add("checkpoint_sha256", epochs, &ContentionEpoch::checkpoint_sha256);
  file.add_numbers("loss", epochs, {rows}, [rows](const ContentionEpoch& epoch, auto& out) {
    append_or_nothing(epoch.losses, rows, out);
  });
  file.add_numbers("gram", epochs, {history.tensors.size(), rows, rows},
                   [](const ContentionEpoch& epoch, auto& out) {
                     out.insert(out.end(), epoch.grams.begin(), epoch.grams.end());
                   });
  if (batches > 0) {
    const std::size_t blocks = history.blocks.size();
    file.add("batch_row", history.batch_rows, [](int row) { return static_cast<std::int32_t>(row); });
    file.add_numbers("batch_gram", epochs, {blocks, batches, batches},
                     [&](const ContentionEpoch& epoch, auto& out) {
                       append_or_nothing(epoch.batch_grams, blocks * batches * batches, out);
                     });
  }
}

void add_effects(const ContentionHistory& history, ColumnWriter& file) {
  const std::size_t rows = history.rows.size();
  const auto& effects = history.effects;
  file.add("effect_epoch", effects, &ContentionEffect::epoch);
  file.add("effect_step", effects, &ContentionEffect::step);
  file.add("effect_steps", effects, [](const ContentionEffect& e) { return std::int32_t{e.steps}; });
  file.add("effect_rate", effects, &ContentionEffect::rate);
  file.add_numbers("effect_before", effects, {rows}, [](const ContentionEffect& e, auto& out) {
    out.insert(out.end(), e.before.begin(), e.before.end());
  });
  file.add_numbers("effect_after", effects, {rows, rows}, [](const ContentionEffect& e, auto& out) {
    out.insert(out.end(), e.after.begin(), e.after.end());
  });
}

ColumnWriter columns_of(const ContentionHistory& history) {
  ColumnWriter file;
  file.add_text("name", history.name);
  file.add_text("architecture", history.architecture);
  file.add_text("row_kind", history.row_kind);
  file.add_text("space", history.space == ContentionSpace::kUpdate ? "update" : "gradient");
  add_rows_and_tensors(history, file);
  add_epochs(history, file);
  if (!history.effects.empty()) {
    add_effects(history, file);
  }
  file.add_text("provenance", to_json(history.provenance));
  return file;
}

}  // namespace

Expected<std::string> contention_history_bytes(const ContentionHistory& history) {
  return columns_of(history).bytes("history");
}

Expected<void> write_contention_history(const ContentionHistory& history, const std::filesystem::path& path) {
  return columns_of(history).write(path);
}

}  // namespace alidade
