// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "core/evaluation/text/csv_reader.h"
#include "tests/fuzz/json_check.h"
#include "tests/fuzz/sweep/format_check.h"
#include "tests/fuzz/sweep/sweep_case.h"

namespace alidade::fuzz {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kPreparationSeconds = 300.0;
constexpr const char* kScene = "ds/test/000001/scene_gt.json";

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// The number in front of a word of the output: "88 objects".
std::optional<std::size_t> number_before(const std::string& text, const std::string& word) {
  const std::size_t end = text.find(" " + word);
  if (end == std::string::npos || end == 0) {
    return std::nullopt;
  }
  const std::size_t begin = text.find_last_not_of("0123456789", end - 1) + 1;
  return begin == end ? std::nullopt
                      : std::optional<std::size_t>(std::stoull(text.substr(begin, end - begin)));
}

/// Sum over the rows of a report in JSON that are no means.
std::optional<std::size_t> sum_in_report(const std::string& text, const char* key) {
  const json report = json::parse(text, nullptr, false);
  if (!report.is_object() || !report.contains("rows")) {
    return std::nullopt;
  }
  std::size_t sum = 0;
  for (const json& row : report["rows"]) {
    sum += row.value("mean", false) ? 0 : row.value(key, std::size_t{0});
  }
  return sum;
}

std::optional<std::size_t> truths(const Outcome& outcome, const fs::path&) {
  return sum_in_report(outcome.out, "truths");
}

std::optional<std::size_t> predictions(const Outcome& outcome, const fs::path&) {
  return sum_in_report(outcome.out, "predictions");
}

std::optional<std::size_t> truth_rows(const Outcome& outcome, const fs::path&) {
  return number_before(outcome.out, "objects in");
}

std::optional<std::size_t> estimates(const Outcome& outcome, const fs::path&) {
  const auto done = number_before(outcome.out, "objects estimated"),
             skipped = number_before(outcome.out, "skipped");
  return done && skipped ? std::optional(*done + *skipped) : std::nullopt;
}

/// Different steps in the fourth column of a figure's numbers.
std::optional<std::size_t> plotted_steps(const Outcome&, const fs::path& folder) {
  const std::string text = read_text(folder / "log.csv");
  std::set<std::string> steps;
  for (CsvReader reader(text); reader.more();) {
    if (reader.at_comment()) {
      reader.comment();
    } else if (const auto record = reader.record(); record && record->size() > 3 && (*record)[0] != "run") {
      steps.insert((*record)[3]);
    }
  }
  return steps.empty() ? std::nullopt : std::optional(steps.size());
}

/// The poses of the ground truth as BOP results.
std::string results_of(const fs::path& scene_gt) {
  std::string text = "scene_id,im_id,obj_id,score,R,t,time\n";
  const auto numbers = [](const json& list) {
    std::string words;
    for (const json& number : list) {
      words += (words.empty() ? "" : " ") + number.dump();
    }
    return words;
  };
  const json images = json::parse(read_text(scene_gt));
  for (const auto& [image, list] : images.items()) {
    for (const json& one : list) {
      text += "1," + image + "," + one["obj_id"].dump() + ",0.5," + numbers(one["cam_R_m2c"]) + "," +
              numbers(one["cam_t_m2c"]) + ",-1\n";
    }
  }
  return text;
}

constexpr const char* kTraining = R"([network]
config = "tiny"
[data]
train = "ds"
train_frames = 4
[training]
seed = 1
batch = 4
noise_draws = 2
pretrain_steps = 4
joint_steps = 8
log_every = 2
checkpoint_every = 4
)";

bool prepare(const std::string& program, const fs::path& root, const fs::path& folder) {
  fs::copy(root / "datasets/tabletop-mini", folder / "ds", fs::copy_options::recursive);
  fs::copy(root / "resources/checkpoints/demo.safetensors", folder / "demo.safetensors");
  fs::copy(root / "resources/recipes/tabletop/mini.toml", folder / "dataset.toml");
  write_text(folder / "gt_ds-test.csv", results_of(folder / kScene));
  write_text(
      folder / "schedule.json",
      R"({"format": "alidade-guidance/1", "kind": "spline", "points": [[0.0, 15.0], [0.4, 3.0], [1.0, 1.0]]})");
  write_text(folder / "training.toml", kTraining);
  write_text(folder / "log.json", R"({"schema": 1, "figure": "training", "view": {"runs": ["run"]}})");
  json figure = json::parse(read_text(root / "resources/recipes/figures/overlay.json"));
  figure["dataset"] = "ds";
  figure["checkpoint"] = "demo.safetensors";
  write_text(folder / "figure.json", figure.dump(2));
  const std::vector<std::vector<std::string>> commands{
      {program, "infer", "--checkpoint", "demo.safetensors", "--dataset", "ds", "-k", "1", "--steps", "2",
       "-o", "poses.npz"},
      {program, "dataset", "truth", "ds", "-o", "truth.npz"},
      {program, "train", "training.toml", "-o", "run"}};
  for (const auto& words : commands) {
    const Outcome outcome = run_program(words, folder, kPreparationSeconds);
    if (outcome.exit_code != 0) {
      std::fprintf(stderr, "%s %s failed: %s\n", program.c_str(), words[1].c_str(), outcome.err.c_str());
      return false;
    }
  }
  return true;
}

}  // namespace

std::vector<SweepCase> prepare_cases(const std::string& program, const fs::path& root,
                                     const fs::path& folder) {
  if (!prepare(program, root, folder)) {
    return {};
  }
  const std::vector<std::string> report{"--json", "--bootstrap", "0"};
  const auto evaluate = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "evaluate");
    words.insert(words.end(), report.begin(), report.end());
    return words;
  };
  const auto with_dataset = evaluate({"nocs", "--dataset", "ds", "--result", "poses.npz"});
  const auto with_lines = evaluate({"add", "--dataset", "ds", "--result", "gt_ds-test.csv"});
  const auto with_files = evaluate({"nocs", "--ground-truth", "truth.npz", "--predictions", "poses.npz"});
  const std::vector<std::string> infer{
      "infer", "--checkpoint", "demo.safetensors", "--dataset", "ds", "-k", "1", "--steps", "1"};
  return {
      {"scene_gt",
       kScene,
       {{with_dataset, {}, truths},
        {with_lines, {}, truths},
        {{"dataset", "truth", "ds", "-o", "out.npz"}, {"out.npz"}, truth_rows}},
       is_json,
       annotations_in},
      {"scene_gt-infer", kScene, {{infer, {}, estimates}}, is_json, annotations_in},
      {"results-csv", "gt_ds-test.csv", {{with_lines, {}, predictions}}, is_results_csv, lines_in},
      {"result-npz",
       "poses.npz",
       {{with_dataset, {}, predictions}, {with_files, {}, predictions}},
       is_npz,
       rows_in},
      {"checkpoint", "demo.safetensors", {{infer, {}}}},
      {"ply", "ds/models/obj_000001.ply", {{with_lines, {}}}, is_ply},
      {"dataset-toml",
       "dataset.toml",
       {{{"dataset", "make", "dataset.toml", "--frames", "1", "-o", "made"}, {"made"}}},
       is_toml},
      {"training-toml",
       "training.toml",
       {{{"train", "training.toml", "-o", "other"}, {"other"}}},
       is_toml,
       nullptr,
       true},
      {"figure-json",
       "figure.json",
       {{{"render", "figure.json", "-o", "figure.png"}, {"figure.png"}}},
       is_json},
      {"schedule-json",
       "schedule.json",
       {{{"sample", "--analytic", "--dataset", "ds", "--schedule", "schedule.json", "--steps", "2", "-k", "2",
          "--instance", "0"},
         {}}},
       is_json},
      {"log-figure",
       "run/metrics.jsonl",
       {{{"render", "log.json", "-o", "log.csv"}, {"log.csv"}, plotted_steps}},
       is_training_log,
       steps_in},
      {"log-resume",
       "run/metrics.jsonl",
       {{{"train", "training.toml", "-o", "run", "--resume"}, {}}},
       is_training_log},
  };
}

}  // namespace alidade::fuzz
