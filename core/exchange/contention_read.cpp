// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>
#include <set>

#include "core/contention/aligned_history.h"
#include "core/contention/part_gram.h"
#include "core/exchange/contention_reader.h"
#include "core/exchange/pose_table.h"

namespace alidade {
namespace {

constexpr char kContentionSection[] = "Histories of gradient contention";

bool begins_with_gradient(const std::string& key) {
  return key.starts_with("gradient/");
}

}  // namespace

Expected<std::vector<std::size_t>> ContentionReader::shape_of(const std::string& key) const {
  const auto array = columns_.find(key);
  if (!array) {
    return array.error();
  }
  if (*array == nullptr) {
    return std::vector<std::size_t>{};
  }
  if ((*array)->size() > kMostContentionNumbers && !begins_with_gradient(key)) {
    return columns_.key_error(key, "expected at most " + std::to_string(kMostContentionNumbers) +
                                       " numbers, found " + std::to_string((*array)->size()));
  }
  return (*array)->shape;
}

Expected<void> ContentionReader::read_rows() {
  auto names = columns_.names("rows");
  if (!names) {
    return names.error();
  }
  if (names->empty() || names->size() > kMostContentionRows) {
    return columns_.key_error("rows", "expected the names of 1 to " + std::to_string(kMostContentionRows) +
                                          " rows, found " + std::to_string(names->size()));
  }
  history_.rows = std::move(*names);
  auto samples = columns_.integers("samples");
  auto difficulty = columns_.numbers("difficulty", {});
  if (!samples || !difficulty) {
    return samples ? difficulty.error() : samples.error();
  }
  for (std::size_t i = 0; i < samples->size(); ++i) {
    if ((*samples)[i] < 0) {
      return columns_.row_error("samples", i, "expected a number of samples", "correct the row");
    }
  }
  for (std::size_t i = 0; i < difficulty->size(); ++i) {
    if (std::isinf((*difficulty)[i])) {
      return columns_.row_error("difficulty", i, "expected a finite number or NaN", "correct the row");
    }
  }
  history_.samples = std::move(*samples);
  history_.difficulty = std::move(*difficulty);
  return {};
}

Expected<void> ContentionReader::read_routing() {
  const auto routing = columns_.integers("routing");
  auto branches = columns_.names("branches");
  if (!routing || !branches) {
    return routing ? branches.error() : routing.error();
  }
  for (std::size_t i = 0; i < routing->size(); ++i) {
    const std::int64_t branch = (*routing)[i];
    if (branch < 0 || static_cast<std::size_t>(branch) >= kMostContentionRows ||
        (!branches->empty() && static_cast<std::size_t>(branch) >= branches->size())) {
      return columns_.row_error("routing", i,
                                "expected the number of a branch for \"" + history_.rows[i] + "\"",
                                "give every row a branch, counted from 0 and named in \"branches\"");
    }
    history_.routing.push_back(static_cast<int>(branch));
  }
  for (std::size_t b = 0; branches->empty() && !routing->empty(); ++b) {
    const auto last = static_cast<std::size_t>(*std::max_element(routing->begin(), routing->end()));
    history_.branches.push_back("branch " + std::to_string(b + 1));
    if (b == last) {
      return {};
    }
  }
  history_.branches = std::move(*branches);
  return {};
}

Expected<void> ContentionReader::read_tensors() {
  if (auto counted = columns_.count_by("tensor"); !counted) {
    return counted;
  }
  if (columns_.rows() == 0 || columns_.rows() > kMostContentionTensors) {
    return columns_.key_error("tensor",
                              "expected 1 to " + std::to_string(kMostContentionTensors) + " tensors");
  }
  const auto names = columns_.names("tensor");
  const auto blocks = columns_.texts("tensor_block");
  const auto layers = columns_.texts("tensor_layer"), modules = columns_.texts("tensor_module");
  const auto sizes = columns_.integers("tensor_size"), frozen = columns_.integers("tensor_frozen");
  auto list = columns_.names("blocks");
  for (const auto* texts : {&names, &blocks, &layers, &modules}) {
    if (!*texts) {
      return texts->error();
    }
  }
  if (!sizes || !frozen || !list) {
    return !sizes ? sizes.error() : !frozen ? frozen.error() : list.error();
  }
  history_.blocks = std::move(*list);
  const std::set<std::string> known(history_.blocks.begin(), history_.blocks.end());
  for (std::size_t i = 0; i < names->size(); ++i) {
    const std::string& name = (*names)[i];
    ContentionTensor tensor{name, name.substr(0, name.rfind('.')), {}, {}, 0, false};
    tensor.layer = layers->empty() ? tensor.layer : (*layers)[i];
    tensor.module = modules->empty() ? tensor.layer : (*modules)[i];
    tensor.block = blocks->empty() ? std::string() : (*blocks)[i];
    tensor.size = sizes->empty() ? 0 : (*sizes)[i];
    tensor.frozen = !frozen->empty() && (*frozen)[i] != 0;
    if (!known.contains(tensor.block)) {
      return columns_.row_error("tensor_block", i, "expected a name that \"blocks\" lists",
                                "give every tensor its block");
    }
    if (tensor.size < 0 || tensor.size > (std::int64_t{1} << 40)) {
      return columns_.row_error("tensor_size", i, "expected a number of parameters", "correct the row");
    }
    history_.tensors.push_back(std::move(tensor));
  }
  return {};
}

Expected<void> ContentionReader::read_blocks_as_tensors() {
  if (!columns_.has("blocks")) {
    return columns_.key_error("blocks", "expected the names of the blocks in \"gram\"");
  }
  auto counted = columns_.count_by("blocks");
  auto names = columns_.names("blocks");
  const auto sizes = counted ? columns_.integers("block_size") : Expected(std::vector<std::int64_t>{});
  if (!counted || !names || !sizes) {
    return !counted ? counted.error() : !names ? names.error() : sizes.error();
  }
  if (names->empty() || names->size() > kMostContentionTensors) {
    return columns_.key_error("blocks",
                              "expected 1 to " + std::to_string(kMostContentionTensors) + " blocks");
  }
  history_.blocks = std::move(*names);
  for (std::size_t b = 0; b < history_.blocks.size(); ++b) {
    const std::string& name = history_.blocks[b];
    const std::int64_t size = sizes->empty() ? 0 : std::max<std::int64_t>((*sizes)[b], 0);
    history_.tensors.push_back({name, name, name, name, size, false});
  }
  return {};
}

Expected<void> ContentionReader::read_epochs(std::size_t count) {
  history_.epochs.resize(count);
  for (std::size_t e = 0; e < count; ++e) {
    history_.epochs[e].epoch = static_cast<double>(e);
  }
  if (!columns_.has("epoch")) {
    return {};
  }
  if (auto counted = columns_.count_by("epoch"); !counted) {
    return counted;
  }
  const auto epochs = columns_.numbers("epoch", {}),
             losses = columns_.numbers("loss", {history_.rows.size()});
  const auto steps = columns_.integers("step");
  const auto files = columns_.texts("checkpoint"), digests = columns_.texts("checkpoint_sha256");
  if (!epochs || !losses || !steps) {
    return !epochs ? epochs.error() : !losses ? losses.error() : steps.error();
  }
  if (!files || !digests) {
    return files ? digests.error() : files.error();
  }
  if (epochs->size() != count) {
    return columns_.key_error("epoch", "expected one number for each of the " + std::to_string(count) +
                                           " epochs, found " + std::to_string(epochs->size()));
  }
  for (std::size_t e = 0; e < count; ++e) {
    ContentionEpoch& epoch = history_.epochs[e];
    epoch.epoch = (*epochs)[e];
    if (!std::isfinite(epoch.epoch) || (e > 0 && !(epoch.epoch > (*epochs)[e - 1]))) {
      return columns_.row_error("epoch", e, "expected finite numbers that rise", "order the epochs");
    }
    epoch.step = steps->empty() ? 0 : (*steps)[e];
    epoch.checkpoint = files->empty() ? std::string() : (*files)[e];
    epoch.checkpoint_sha256 = digests->empty() ? std::string() : (*digests)[e];
    const auto first = losses->begin() + static_cast<std::ptrdiff_t>(e * history_.rows.size());
    if (!losses->empty() && std::any_of(first, first + static_cast<std::ptrdiff_t>(history_.rows.size()),
                                        [](double loss) { return std::isfinite(loss); })) {
      epoch.losses.assign(first, first + static_cast<std::ptrdiff_t>(history_.rows.size()));
    }
  }
  return {};
}

/// Rounding of doubles stays far above; single precision over many parameters does not.
void ContentionReader::note_indefinite() {
  constexpr double kIndefinite = -1e-8;
  constexpr std::size_t kMostSolved = 64;
  if (history_.rows.size() > kMostSolved) {
    return;
  }
  for (std::size_t e = 0; e < history_.epochs.size(); ++e) {
    for (const ContentionPart& part : parts_of(history_, PartKind::kBlock)) {
      if (least_eigenvalue(part_gram(history_, e, part)) < kIndefinite) {
        notes_.push_back(columns_.file() + ": the matrix of \"" + shortened(part.name, 40) + "\" at epoch " +
                         std::to_string(e) +
                         " has a negative eigenvalue: inner products should be summed in double precision.");
        return;
      }
    }
  }
}

Expected<void> ContentionReader::read_texts() {
  history_.name = columns_.single_text("name");
  history_.architecture = columns_.single_text("architecture");
  if (const auto kind = columns_.single_text("row_kind"); !kind.empty()) {
    history_.row_kind = kind;
  }
  const auto space = columns_.single_text("space");
  if (!space.empty() && space != "gradient" && space != "update") {
    return columns_.key_error("space", "expected \"gradient\" or \"update\"");
  }
  history_.space = space == "update" ? ContentionSpace::kUpdate : ContentionSpace::kGradient;
  history_.provenance = parse_provenance(columns_.single_text("provenance"));
  return {};
}

Expected<void> ContentionReader::read_matrices() {
  const auto shape = shape_of("gram");
  if (!shape) {
    return shape.error();
  }
  if (shape->empty() || shape->front() == 0 || shape->front() > kMostContentionEpochs) {
    return columns_.key_error("gram", "expected 1 to " + std::to_string(kMostContentionEpochs) + " epochs");
  }
  if (!columns_.has("epoch")) {
    return columns_.key_error("epoch", "expected the epochs of \"gram\"");
  }
  const auto parts = columns_.has("tensor") ? read_tensors() : read_blocks_as_tensors();
  if (!parts) {
    return parts;
  }
  if (auto epochs = read_epochs(shape->front()); !epochs) {
    return epochs;
  }
  const auto grams = read_grams();
  return grams ? read_batch_grams() : grams;
}

Expected<ContentionFile> ContentionReader::read() {
  const bool gradients = !columns_.keys("gradient/").empty();
  if (gradients == columns_.has("gram")) {
    return columns_.key_error("gram", gradients ? "it stands beside gradients; expected one of both"
                                                : "expected this array, or arrays named \"gradient/BLOCK\"");
  }
  const auto matrices = gradients ? &ContentionReader::read_gradients : &ContentionReader::read_matrices;
  for (const auto step : {&ContentionReader::read_texts, &ContentionReader::read_rows,
                          &ContentionReader::read_routing, matrices, &ContentionReader::read_effects}) {
    if (auto done = (this->*step)(); !done) {
      return done.error();
    }
  }
  note_indefinite();
  auto notes = columns_.unreadable();
  notes.insert(notes.end(), notes_.begin(), notes_.end());
  return ContentionFile{std::move(history_), std::move(notes)};
}

Expected<ContentionFile> read_contention_history(const std::filesystem::path& path) {
  auto columns = ColumnReader::read(path, {"rows"}, kContentionSection);
  if (!columns) {
    return columns.error();
  }
  auto file = ContentionReader(std::move(*columns)).read();
  if (file && file->history.name.empty()) {
    file->history.name = path.stem().string();
  }
  return file;
}

Expected<ContentionFile> read_contention_histories(std::span<const std::filesystem::path> paths) {
  if (paths.empty()) {
    return usage_error("a series needs at least one file; name it.");
  }
  ContentionFile all;
  for (const auto& path : paths) {
    auto file = read_contention_history(path);
    if (!file) {
      return file.error();
    }
    all.notes.insert(all.notes.end(), file->notes.begin(), file->notes.end());
    if (all.history.rows.empty()) {
      all.history = std::move(file->history);
      continue;
    }
    auto joined = joined_histories(std::move(all.history), std::move(file->history), path.string());
    if (!joined) {
      return joined.error();
    }
    all.history = std::move(*joined);
  }
  return all;
}

bool looks_like_contention_history(const std::vector<std::string>& keys) {
  const auto has = [&](const char* key) { return std::find(keys.begin(), keys.end(), key) != keys.end(); };
  return has("rows") && !has("image") &&
         (has("gram") || std::any_of(keys.begin(), keys.end(), begins_with_gradient));
}

}  // namespace alidade
