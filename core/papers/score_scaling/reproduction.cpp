// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/reproduction.h"

#include <algorithm>
#include <deque>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/log.h"
#include "core/base/provenance.h"
#include "core/base/sha256.h"
#include "core/evaluation/published.h"
#include "core/papers/score_scaling/figures.h"
#include "core/papers/score_scaling/report.h"
#include "core/papers/score_scaling/run.h"
#include "core/papers/score_scaling/steps.h"

namespace alidade {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::uintmax_t kMaxPlanBytes = 1 << 20;
constexpr std::uintmax_t kMaxResultBytes = std::uintmax_t{64} << 20;

fs::path plan_path(const ReproduceOptions& options) {
  return options.folder / "plan.json";
}

Expected<std::string> recipes_digest(const fs::path& recipes, const std::vector<std::string>& arms) {
  Sha256 digest;
  for (const std::string& arm : arms) {
    const auto text = read_file(recipes / (arm + ".toml"), kMaxPlanBytes);
    if (!text) {
      return text.error();
    }
    digest.add(std::to_string(text->size()) + "\n" + *text);
  }
  return digest.hex();
}

Error other_plan(const ReproduceOptions& options, const std::string& what) {
  return {ErrorCode::kUsage,
          plan_path(options).string() + ": the folder holds another plan (" + what +
              "); resume it with the options it was started with, or name another folder."};
}

Expected<ReproducePlan> read_plan(const ReproduceOptions& options) {
  const auto text = read_file(plan_path(options), kMaxPlanBytes);
  if (!text) {
    return input_error(plan_path(options).string(), "", "there is no reproduction to resume",
                       "start it without --resume");
  }
  auto plan = reproduce_plan_from_json(*text, plan_path(options).string());
  if (!plan) {
    return plan.error();
  }
  const auto digest = recipes_digest(options.recipes, plan->arms());
  if (!digest) {
    return digest.error();
  }
  if (options.quick && !plan->quick) {
    return other_plan(options, "the full one");
  }
  if (options.seeds && *options.seeds != plan->sizes.seeds) {
    return other_plan(options, std::to_string(plan->sizes.seeds) + " seeds");
  }
  if (options.steps && *options.steps != plan->sizes.steps) {
    return other_plan(options, std::to_string(plan->sizes.steps) + " steps");
  }
  if (options.sizes && !(*options.sizes == plan->sizes)) {
    return other_plan(options, "other sizes");
  }
  if (*digest != plan->recipes_sha256) {
    return other_plan(options, "other training recipes");
  }
  return plan;
}

Expected<void> write_plan(const ReproduceOptions& options, ReproducePlan& plan) {
  const auto digest = recipes_digest(options.recipes, plan.arms());
  if (!digest) {
    return digest.error();
  }
  plan.recipes_sha256 = *digest;
  return write_file_atomically(plan_path(options), to_json(plan));
}

/// The folder's plan with the steps that it lacks, written.
Expected<ReproducePlan> extended_plan(const ReproduceOptions& options) {
  const auto older = read_plan(options);
  if (!older) {
    return older.error();
  }
  ReproducePlan plan = extended(*older, options.pretraining_study.value_or(true));
  const auto written = write_plan(options, plan);
  return written ? Expected<ReproducePlan>(std::move(plan)) : written.error();
}

Expected<void> check(const ReproduceOptions& options) {
  if (options.extend && !options.resume) {
    return Error{ErrorCode::kUsage,
                 "--extend goes with --resume: there is no plan to extend in a new folder."};
  }
  if (options.seeds && (*options.seeds < 1 || *options.seeds > 20)) {
    return Error{ErrorCode::kUsage, "the number of seeds must lie between 1 and 20."};
  }
  if (options.steps && (*options.steps < 4 || *options.steps > 1000000)) {
    return Error{ErrorCode::kUsage, "the number of steps must lie between 4 and 1000000."};
  }
  return {};
}

/// Computing time, all workers together. Trainings do not divide evenly among workers: the last round may
/// leave some of them without work.
double available_seconds(const ReproduceOptions& options) {
  constexpr double kBusyShare = 0.9;
  const double seconds = options.quick ? kQuickSeconds : kFullSeconds;
  return options.workers > 1 ? seconds * options.workers * kBusyShare / kSideBySideCost : seconds;
}

/// The plan of a new folder.
Expected<ReproducePlan> new_plan(const ReproduceOptions& options, const DatasetReaders& readers,
                                 const JobContext& job) {
  ReproducePlan plan;
  if (options.sizes) {
    plan = make_plan(*options.sizes, {}, options.pretraining_study.value_or(true));
  } else {
    ReproduceSizes wanted = options.quick ? quick_sizes() : full_sizes();
    wanted.seeds = options.seeds.value_or(wanted.seeds);
    if (options.steps) {
      wanted.ranker_steps = static_cast<int>(
          std::max<std::int64_t>(1, std::int64_t{wanted.ranker_steps} * *options.steps / wanted.steps));
      wanted.steps = *options.steps;
    }
    ReproduceWork work{options.folder, options.recipes, wanted, readers};
    const auto costs = measure_costs(work, job);
    if (!costs) {
      return costs.error();
    }
    const double seconds = available_seconds(options);
    const bool study = options.pretraining_study.value_or(options.steps.has_value() ||
                                                          has_time_for_study(wanted, *costs, seconds));
    ReproduceSizes sizes = fitted(wanted, *costs, seconds, study);
    if (options.steps) {
      sizes.steps = wanted.steps;
      sizes.ranker_steps = wanted.ranker_steps;
    }
    plan = make_plan(sizes, *costs, study);
  }
  plan.quick = options.quick;
  return plan;
}

fs::path result_path(const fs::path& folder, const ReproduceStep& step) {
  return folder / "steps" / (step.name() + ".json");
}

/// The stored result of a step when it was made by this recipe.
std::optional<ordered_json> stored_result(const fs::path& path, const std::string& recipe_sha256) {
  std::error_code failure;
  if (!fs::exists(path, failure)) {
    return std::nullopt;
  }
  const auto text = read_file(path, kMaxResultBytes);
  auto json = text ? ordered_json::parse(*text, nullptr, false) : ordered_json();
  if (!json.is_object() || json.value("recipe_sha256", std::string()) != recipe_sha256 ||
      !json.contains("result") || !json.at("result").is_object()) {
    return std::nullopt;
  }
  return std::move(json.at("result"));
}

/// Stored, or computed and stored.
Expected<ordered_json> result_of(ReproduceWork& work, const ReproduceStep& step, const JobContext& job) {
  const auto recipe = recipe_of(work, step, job);
  if (!recipe) {
    return recipe.error();
  }
  const std::string digest = sha256_hex(recipe->dump());
  const fs::path path = result_path(work.folder, step);
  if (auto stored = stored_result(path, digest)) {
    return *stored;
  }
  log_info("reproduce", step.name());
  auto result = run_step(work, step, job);
  if (!result) {
    return result.error();
  }
  const ordered_json file{{"step", step.name()},
                          {"version", current_provenance().version},
                          {"recipe_sha256", digest},
                          {"recipe", *recipe},
                          {"result", *result}};
  if (auto written = write_file_atomically(path, file.dump(2) + "\n"); !written) {
    return written.error();
  }
  return result;
}

Expected<void> write_report(const ReproduceOptions& options, const ReproduceNumbers& numbers) {
  std::vector<std::string> problems;
  const auto published = read_published_tables(options.published, &problems);
  for (const std::string& problem : problems) {
    log_warning("reproduce", problem);
  }
  std::vector<std::pair<std::string, std::string>> files = reproduce_figures(numbers);
  files.insert(files.end(), {{"curves.csv", to_csv(numbers.curves())},
                             {"steps.csv", to_csv(numbers.steps())},
                             {"schedules.csv", to_csv(numbers.schedules())},
                             {"features.csv", to_csv(numbers.features())},
                             {"report.md", reproduce_report(numbers, published)}});
  for (const auto& [name, text] : files) {
    if (auto written = write_file_atomically(options.folder / name, text); !written) {
      return written;
    }
  }
  return {};
}

}  // namespace

Expected<ReproducePlan> plan_reproduction(const ReproduceOptions& options, const DatasetReaders& readers,
                                          const JobContext& job) {
  if (auto checked = check(options); !checked) {
    return checked.error();
  }
  if (options.resume) {
    return options.extend ? extended_plan(options) : read_plan(options);
  }
  std::error_code failure;
  if (fs::exists(plan_path(options), failure)) {
    return Error{ErrorCode::kUsage,
                 options.folder.string() +
                     ": there is a reproduction already; continue it with --resume or name another folder."};
  }
  auto plan = new_plan(options, readers, job);
  if (!plan) {
    return plan.error();
  }
  if (auto written = write_plan(options, *plan); !written) {
    return written.error();
  }
  return plan;
}

Expected<void> reproduce_score_scaling(const ReproduceOptions& options, const ReproducePlan& plan,
                                       const DatasetReaders& readers, const JobContext& job) {
  const int workers = std::max(1, options.workers);
  std::deque<ReproduceWork> works;  // one for each worker: they hold samples and a dataset
  for (int worker = 0; worker < workers; ++worker) {
    works.push_back({options.folder, options.recipes, plan.sizes, readers});
  }
  std::vector<ordered_json> found(plan.steps.size());
  const auto run = [&](std::size_t index, int worker, const JobContext& own) -> Expected<void> {
    const ReproduceStep& step = plan.steps[index];
    auto result = result_of(works[worker], step, own);
    if (!result) {
      return result.error().code == ErrorCode::kCancelled
                 ? Error{ErrorCode::kCancelled, "stopped in " + step.name() + "; continue with --resume."}
                 : result.error();
    }
    found[index] = std::move(*result);
    return {};
  };
  if (auto done = run_steps(plan, workers, job, run); !done) {
    return done;
  }
  std::map<std::string, ordered_json> results;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    results.emplace(plan.steps[i].name(), std::move(found[i]));
  }
  return write_report(options, ReproduceNumbers(plan, std::move(results)));
}

}  // namespace alidade
