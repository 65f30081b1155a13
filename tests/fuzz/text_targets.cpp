// SPDX-License-Identifier: BSD-3-Clause
// Parsers of results, tables, schedules, recipes and logs: core/exchange, core/evaluation, core/diffusion,
// core/experiments, core/training, core/data/procedural.
#include <cmath>

#include "core/base/job.h"
#include "core/contention/branch_costs.h"
#include "core/contention/gram_statistics.h"
#include "core/data/procedural/procedural_recipe.h"
#include "core/diffusion/guidance.h"
#include "core/evaluation/text/csv_reader.h"
#include "core/evaluation/text/published.h"
#include "core/exchange/branch_accuracy_file.h"
#include "core/exchange/contention_file.h"
#include "core/exchange/pose_set_file.h"
#include "core/exchange/quantization_sweep_file.h"
#include "core/exchange/sample_file.h"
#include "core/experiments/experiment_plan.h"
#include "core/training/run_layout.h"
#include "core/training/training_history.h"
#include "core/training/training_log_text.h"
#include "tests/fuzz/fuzz_target.h"

namespace alidade::fuzz {
namespace {

bool check_table(std::string_view bytes, PoseRole role) {
  const auto table = read_pose_table(as_file("poses.npz", bytes), role);
  if (!judge(table, "poses.npz")) {
    return false;
  }
  for (const auto& row : table->rows) {
    require(row.cam_from_obj.R.allFinite() && row.cam_from_obj.t.allFinite(), "the pose of a row is finite");
  }
  require(to_json(table->provenance).size() < (std::size_t{8} << 20), "provenance can be printed");
  return true;
}

void check_series(const TrainingSeries& series) {
  require(series.steps.size() == series.values.size(), "a series has a value for each step");
  for (std::size_t i = 1; i < series.steps.size(); ++i) {
    require(series.steps[i - 1] < series.steps[i], "the steps of a series rise");
  }
}

}  // namespace

ALIDADE_FUZZ_TARGET(predictions) {
  return check_table(bytes, PoseRole::kPredictions);
}

ALIDADE_FUZZ_TARGET(ground_truth) {
  return check_table(bytes, PoseRole::kTruth);
}

ALIDADE_FUZZ_TARGET(contention_history) {
  const auto file = read_contention_history(as_file("history.npz", bytes));
  if (!judge(file, "history.npz")) {
    return false;
  }
  const ContentionHistory& history = file->history;
  for (std::size_t e = 0; e < history.epochs.size() && e < 4; ++e) {
    for (const ContentionPart& part : parts_of(history, PartKind::kBlock)) {
      const auto statistics = gram_statistics(part_gram(history, e, part), history.samples);
      for (const double cosine : statistics.cosines) {
        require(!(std::abs(cosine) > 1.0), "a cosine lies within [-1, 1] or is undefined");
      }
    }
  }
  const auto again = as_file("again.npz", {});
  require(static_cast<bool>(write_contention_history(history, again)),
          "a history that is read can be written");
  require(static_cast<bool>(read_contention_history(again)), "and read again");
  return true;
}

ALIDADE_FUZZ_TARGET(branch_accuracy) {
  const auto accuracy = read_branch_accuracy(as_file("branches.json", bytes));
  if (!judge(accuracy, "branches.json")) {
    return false;
  }
  require(branch_table(*accuracy).rows.size() == accuracy->categories.size(), "every category has a row");
  const auto again = read_branch_accuracy(as_file("again.json", branch_accuracy_json(*accuracy)));
  require(again && again->own == accuracy->own, "what is read can be written and read again");
  return true;
}

ALIDADE_FUZZ_TARGET(quantization_sweep) {
  const auto sweep = parse_quantization_sweep(std::string(bytes), "sweep.json");
  if (!judge(sweep, "sweep.json")) {
    return false;
  }
  for (const SweepPoint& point : sweep->points) {
    require(point.levels.size() == sweep->modules.size(), "every module of a network has levels");
  }
  const std::string text = quantization_sweep_json(*sweep);
  const auto again = parse_quantization_sweep(text, "again.json");
  require(again && quantization_sweep_json(*again) == text, "what is read can be written and read again");
  return true;
}

ALIDADE_FUZZ_TARGET(samples) {
  return judge(read_samples(as_file("samples.npz", bytes)), "samples.npz");
}

ALIDADE_FUZZ_TARGET(provenance) {
  const Provenance provenance = parse_provenance(std::string(bytes));
  // A recipe that is the text of a JSON value becomes that value, once.
  const std::string printed = to_json(provenance);
  require(to_json(parse_provenance(printed)) == printed,
          "provenance that is printed and read stays the same");
  return provenance != Provenance{};
}

ALIDADE_FUZZ_TARGET(csv) {
  std::size_t records = 0;
  for (CsvReader reader(bytes); reader.more(); ++records) {
    if (reader.at_comment()) {
      reader.comment();
    } else if (!reader.record()) {
      return false;
    }
    require(records <= bytes.size(), "every record takes bytes");
  }
  return records > 0 && first_line_not_text(bytes) == 0;
}

ALIDADE_FUZZ_TARGET(published) {
  return judge(parse_published_table(bytes, "table.csv"), "table.csv");
}

ALIDADE_FUZZ_TARGET(schedule) {
  const auto guidance = guidance_from_json(std::string(bytes), "schedule.json");
  if (!judge(guidance, "schedule.json")) {
    return false;
  }
  const auto again = guidance_from_json(to_json(*guidance), "schedule.json");
  require(again && *again == *guidance, "a schedule that is written and read stays the same");
  require((*guidance)(0.5) > 0.0, "a weight is positive");
  return true;
}

ALIDADE_FUZZ_TARGET(schedule_text) {
  const auto guidance = parse_guidance(std::string(bytes));
  if (guidance) {
    const auto again = parse_guidance(to_text(*guidance));
    require(again && *again == *guidance, "a schedule that is written and read stays the same");
  }
  return judge(guidance, "");
}

ALIDADE_FUZZ_TARGET(dataset_recipe) {
  return judge(parse_procedural_recipe(std::string(bytes), "recipe.toml"), "recipe.toml");
}

ALIDADE_FUZZ_TARGET(experiment_plan) {
  const auto plan = experiment_plan_from_json(std::string(bytes), "plan.json");
  if (judge(plan, "plan.json")) {
    require(static_cast<bool>(experiment_plan_from_json(to_json(*plan), "plan.json")),
            "a plan that is written can be read");
  }
  return static_cast<bool>(plan);
}

ALIDADE_FUZZ_TARGET(run_layout) {
  return judge(parse_run_layout(std::string(bytes), "run.json"), "run.json");
}

ALIDADE_FUZZ_TARGET(run_recipe) {
  return judge(recipe_facts(std::string(bytes), "recipe.toml"), "recipe.toml");
}

ALIDADE_FUZZ_TARGET(training_log) {
  const auto history = read_training_history(as_file("metrics.jsonl", bytes), {});
  if (!judge(history, "metrics.jsonl")) {
    return false;
  }
  for (const auto* all : {&history->series, &history->accuracies}) {
    for (const TrainingSeries& series : *all) {
      check_series(series);
    }
  }
  return !history->series.empty() && history->problems.empty();
}

}  // namespace alidade::fuzz
