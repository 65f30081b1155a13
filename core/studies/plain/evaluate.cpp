// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/evaluate.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/sample_tables.h"

namespace alidade {
namespace {

/// Names and digests of both files: what has to be kept to repeat the numbers.
Expected<Provenance> provenance_of(const std::filesystem::path& ground_truth,
                                   const std::filesystem::path& predictions) {
  nlohmann::ordered_json recipe;
  const std::pair<const char*, const std::filesystem::path*> files[] = {{"ground_truth", &ground_truth},
                                                                        {"predictions", &predictions}};
  for (const auto& [key, path] : files) {
    const auto digest = sha256_file(*path);
    if (!digest) {
      return digest.error();
    }
    recipe[key] = path->filename().string();
    recipe[std::string(key) + "_sha256"] = *digest;
  }
  Provenance provenance = current_provenance();
  provenance.recipe = json_text(recipe);
  return provenance;
}

bool only_digits(const std::string& text) {
  return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
}

Error unnamed_classes(const PoseTable& table, const std::string& where, const std::string& found,
                      const Protocol& protocol) {
  std::string known;
  for (std::size_t i = 0; i < protocol.classes.size(); ++i) {
    known += (i == 0 ? "" : ", ") + std::to_string(i + 1) + " " + protocol.classes[i];
  }
  return input_error(table.source, where,
                     found + " is no class of " + protocol.id + ", which decides by names (" + known + ")",
                     "name all classes in their order with --categories");
}

std::size_t first_row_of(const PoseTable& table, std::size_t label) {
  const auto of_label = [label](const PoseRow& row) { return row.category == label; };
  return static_cast<std::size_t>(std::find_if(table.rows.begin(), table.rows.end(), of_label) -
                                  table.rows.begin());
}

/// Class numbers that no list explains are those of the protocol's own scripts: as names they would be
/// classes without its symmetries. Gives the list to use, empty where names are given.
Expected<std::vector<std::string>> name_numbers(PoseTable& truth, PoseTable& predictions,
                                                const Protocol& protocol) {
  for (const PoseTable* table : {&truth, &predictions}) {
    const auto& list = table->categories;
    if (!list.empty() && std::all_of(list.begin(), list.end(), only_digits)) {
      return unnamed_classes(*table, "\"categories\"", "\"" + list.front() + "\"", protocol);
    }
  }
  bool numbered = false;
  for (const PoseTable* table : {&truth, &predictions}) {
    const auto& labels = table->row_labels;
    numbered = numbered || std::any_of(labels.begin(), labels.end(), [](const ColumnLabel& label) {
                 return label.is_number || only_digits(label.text);
               });
  }
  if (!numbered || !truth.categories.empty() || !predictions.categories.empty()) {
    return std::vector<std::string>{};
  }
  const auto known = [&protocol](const ColumnLabel& label) {
    return label.is_number && label.number >= 1 &&
           label.number <= static_cast<std::int64_t>(protocol.classes.size());
  };
  bool named = false;
  for (PoseTable* table : {&truth, &predictions}) {
    for (ColumnLabel& label : table->row_labels) {
      if (only_digits(label.text)) {
        label = {label.text, std::stoll(label.text), true};
      }
      named = named || !label.is_number;
    }
  }
  for (const PoseTable* table : {&truth, &predictions}) {
    for (std::size_t i = 0; i < table->row_labels.size(); ++i) {
      const ColumnLabel& label = table->row_labels[i];
      if (label.is_number && (named || !known(label))) {
        return unnamed_classes(*table, "category[" + std::to_string(first_row_of(*table, i)) + "]",
                               "the number " + label.text + (named ? " beside named classes" : ""), protocol);
      }
    }
  }
  std::string names;
  for (const std::string& name : protocol.classes) {
    names += (names.empty() ? "" : ", ") + name;
  }
  truth.notes.push_back("Nothing names the classes; the numbers 1 to " +
                        std::to_string(protocol.classes.size()) +
                        " are taken in the protocol's own order: " + names + ".");
  return protocol.classes;
}

}  // namespace

Expected<std::shared_ptr<const EvaluationInput>> read_exchange(const std::filesystem::path& ground_truth,
                                                               const std::filesystem::path& predictions,
                                                               const std::vector<std::string>& categories,
                                                               const Protocol* protocol) {
  auto truth = read_pose_table(ground_truth, PoseRole::kTruth);
  if (!truth) {
    return truth.error();
  }
  auto found = read_pose_table(predictions, PoseRole::kPredictions);
  if (!found) {
    return found.error();
  }
  auto classes = categories;
  if (protocol != nullptr && categories.empty() && !protocol->classes.empty()) {
    auto named = name_numbers(*truth, *found, *protocol);
    if (!named) {
      return named.error();
    }
    classes = std::move(*named);
  }
  auto input = join_tables(std::move(*truth), std::move(*found), classes);
  if (!input) {
    return input.error();
  }
  auto provenance = provenance_of(ground_truth, predictions);
  if (!provenance) {
    return provenance.error();
  }
  (*input)->provenance = std::move(*provenance);
  return std::shared_ptr<const EvaluationInput>(std::move(*input));
}

bool needs_models(const Protocol& protocol) {
  return protocol.family == "bop" || protocol.family == "add" || protocol.family == "swisscube";
}

Expected<std::shared_ptr<const EvaluationInput>> read_sample_sets(const std::filesystem::path& path,
                                                                  const std::string& set) {
  const auto file = read_samples(path);
  if (!file) {
    return file.error();
  }
  auto tables = sample_tables(*file, path.string(), set);
  if (!tables) {
    return tables.error();
  }
  const auto digest = sha256_file(path);
  if (!digest) {
    return digest.error();
  }
  const std::string name = tables->predictions.name;
  auto input = join_tables(std::move(tables->truth), std::move(tables->predictions), {});
  if (!input) {
    return input.error();
  }
  nlohmann::ordered_json recipe;
  recipe["sample_sets"] = path.filename().string();
  recipe["sample_sets_sha256"] = *digest;
  recipe["set"] = name;
  (*input)->provenance = current_provenance();
  (*input)->provenance.recipe = json_text(recipe);
  return std::shared_ptr<const EvaluationInput>(std::move(*input));
}

Expected<std::shared_ptr<const EvaluationReport>> evaluate_with_intervals(
    const Protocol& protocol, std::shared_ptr<const EvaluationInput> input, const BootstrapOptions& bootstrap,
    const JobContext& job) {
  auto report = evaluate(protocol, std::move(input), job);
  if (!report || bootstrap.replicates == 0) {
    return report;
  }
  auto with = with_intervals(**report, bootstrap, job);
  if (!with) {
    return with.error();
  }
  return std::shared_ptr<const EvaluationReport>(std::make_shared<EvaluationReport>(std::move(*with)));
}

BootstrapOptions default_bootstrap() {
  return {};
}

}  // namespace alidade
