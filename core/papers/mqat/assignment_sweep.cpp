// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/mqat/assignment_sweep.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <system_error>

#include <nlohmann/json.hpp>

#include "core/base/sha256.h"
#include "core/papers/mqat/recipe_text.h"
#include "core/papers/mqat/sweep_parts.h"
#include "core/quant/level_set.h"
#include "core/sweep/budget_solver.h"

namespace alidade::mqat {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostAssignments = 256;

/// Every level in every module, the last module the fastest.
std::vector<ModuleLevels> combinations_of(const std::vector<std::string>& modules,
                                          const std::vector<std::string>& levels) {
  std::vector<ModuleLevels> all{{}};
  for (const std::string& module : modules) {
    std::vector<ModuleLevels> longer;
    for (const ModuleLevels& begun : all) {
      for (const std::string& name : levels) {
        longer.push_back(begun);
        longer.back().emplace_back(module, name);
      }
    }
    all = std::move(longer);
  }
  return all;
}

/// Assignments of the expected frontier over the levels of the sweep, evenly spread over its budgets.
std::vector<ModuleLevels> solved_assignments(const AssignmentSweep& order, const QuantizationSweep& frame) {
  AllowedLevels allowed;
  for (const SweepModule& module : frame.modules) {
    allowed[module.name] = order.levels;
  }
  std::vector<ModuleLevels> found;
  const auto solver = BudgetSolver::create(frame, SweepCost::kSize, allowed);
  for (int i = 0; solver && i < order.solved; ++i) {
    const double share = order.solved > 1 ? static_cast<double>(i) / (order.solved - 1) : 0.5;
    const auto& steps = solver->steps();
    const auto at = static_cast<std::size_t>(std::lround(share * static_cast<double>(steps.size() - 1)));
    const SolvedLevels solved = solver->at(at);
    ModuleLevels& levels = found.emplace_back();
    for (std::size_t module = 0; module < frame.modules.size(); ++module) {
      levels.emplace_back(frame.modules[module].name, solved.levels[module]);
    }
  }
  return found;
}

/// That a network is analyzed at these levels, and that they can be used without INQ.
Expected<void> check_levels(const std::vector<std::string>& levels, const NetworkFacts& facts) {
  std::set<std::string> known;
  for (const auto& [name, width] : facts.layers.front().widths) {
    if (!name.starts_with("powers")) {
      known.insert(name);
    }
  }
  for (const std::string& name : levels) {
    if (!known.contains(name)) {
      std::string names;
      for (const std::string& one : known) {
        names += (names.empty() ? "" : ", ") + one;
      }
      return usage_error("A sweep has no levels \"" + name + "\"; use " + names + ".");
    }
  }
  return {};
}

bool has_too_many(const AssignmentSweep& order, const NetworkFacts& facts) {
  const double count =
      std::pow(static_cast<double>(order.levels.size()), static_cast<double>(facts.modules.size()));
  return order.all && count > static_cast<double>(kMostAssignments);
}

std::string sweep_family(const std::vector<std::string>& widths) {
  const auto quantized =
      std::count_if(widths.begin(), widths.end(), [](const auto& width) { return width != kFloat; });
  const bool same =
      std::all_of(widths.begin(), widths.end(), [&](const auto& width) { return width == widths.front(); });
  return quantized == 0 ? "full precision" : same ? "uniform" : quantized == 1 ? "single module" : "mixed";
}

class Sweeper {
 public:
  Sweeper(const AssignmentSweep& order, const StudyWork& work, const JobContext& job)
      : order_(order), work_(work), job_(job), input_{none_, 0, job_} {}

  Expected<QuantizationSweep> run(const std::function<Expected<void>(const QuantizationSweep&)>& keep);

 private:
  Expected<void> prepare();
  Expected<SweepPoint> point(const ModuleLevels& modules);
  /// The checkpoint of an assignment: quantized, retrained, or the one at hand.
  Expected<fs::path> network(const std::string& name, const LayerLevels& levels);
  Expected<ImageRecords> judged(const fs::path& checkpoint, const fs::path& data) const {
    return work_.evaluate({checkpoint, data, order_.images}, input_);
  }
  std::string training(const LayerLevels& levels) const;

  const AssignmentSweep& order_;
  const StudyWork& work_;
  const JobContext& job_;
  const StepResults none_;
  const StepInput input_;
  NetworkFacts facts_;
  LayerTraces traces_;
  QuantizationSweep sweep_;
};

Expected<void> Sweeper::prepare() {
  job_.report("sizes and Hessian", 0, 0);
  auto facts = work_.facts(order_.checkpoint, input_);
  if (!facts) {
    return facts.error();
  }
  facts_ = std::move(*facts);
  if (auto known = check_levels(order_.levels, facts_); !known) {
    return known;
  }
  auto traces = work_.traces({order_.checkpoint, order_.train, order_.train_images, order_.probes}, input_);
  if (!traces) {
    return traces.error();
  }
  traces_ = std::move(*traces);
  sweep_.architecture = "alidade-keypoint/1";
  sweep_.checkpoint = order_.checkpoint.filename().string();
  sweep_.name = order_.checkpoint.stem().string();
  sweep_.dataset = order_.held_out.stem().string();
  sweep_.provenance = current_provenance();
  const auto digest = sha256_file(order_.checkpoint);
  sweep_.checkpoint_sha256 = digest ? *digest : std::string();
  sweep_.modules = sweep_modules(facts_, &traces_);
  sweep_.layers = sweep_layers(facts_);
  return {};
}

std::string Sweeper::training(const LayerLevels& levels) const {
  TrainingOrder training;
  const fs::path recipes = fs::absolute(order_.train).parent_path();
  training.data = order_.train.filename().string();
  training.start = fs::absolute(order_.checkpoint).lexically_relative(recipes).generic_string();
  training.norm = NormMode::kFrozen;
  training.quantizer = levels.empty() ? ArmQuantizer::kNone : ArmQuantizer::kLsq;
  training.activation_bits = order_.activation_bits;
  if (!levels.empty()) {
    training.stages = {stage_at_once(facts_, levels)};
  }
  training.stage_steps = order_.steps;
  training.seed = order_.seed;
  StudySizes sizes;
  sizes.batch = order_.batch;
  sizes.train_images = order_.retrain_images;
  sizes.stage_steps = order_.steps;
  return training_text(training, sizes);
}

Expected<fs::path> Sweeper::network(const std::string& name, const LayerLevels& levels) {
  if (levels.empty() && order_.steps == 0) {
    return order_.checkpoint;
  }
  const fs::path run = order_.runs / name, written = run / "final.safetensors";
  Expected<void> done;
  if (order_.steps > 0) {
    done =
        work_.train(run, training(levels), fs::absolute(order_.train).parent_path() / "sweep.toml", input_);
  } else {
    std::error_code failure;
    fs::create_directories(run, failure);
    done = work_.quantize({order_.checkpoint, written, order_.train, levels, order_.activation_bits}, input_);
  }
  return done ? Expected<fs::path>(written) : Expected<fs::path>(done.error());
}

Expected<SweepPoint> Sweeper::point(const ModuleLevels& modules) {
  const LayerLevels levels = layer_levels(facts_, modules);
  SweepPoint point;
  point.name = levels.empty() ? "float32" : assignment_name(facts_, levels);
  add_assignment(point, facts_, &traces_, levels, order_.activation_bits);
  point.family = sweep_family(point.levels);
  point.method = levels.empty()     ? SweepMethod::kFullPrecision
                 : order_.steps > 0 ? SweepMethod::kLsq
                                    : SweepMethod::kPostTraining;
  point.norm = order_.steps > 0 ? NormMode::kFrozen : NormMode::kNone;
  point.seed = static_cast<std::uint64_t>(order_.seed);
  point.extra_steps = order_.steps;
  const auto checkpoint = network(point.name, levels);
  if (!checkpoint) {
    return checkpoint.error();
  }
  const auto held_out = judged(*checkpoint, order_.held_out);
  const auto selection = held_out && !order_.selection.empty() ? judged(*checkpoint, order_.selection)
                                                               : Expected<ImageRecords>(ImageRecords());
  if (!held_out || !selection) {
    return held_out ? selection.error() : held_out.error();
  }
  point.accuracies = sweep_accuracies(selection->empty() ? nullptr : &*selection, &*held_out);
  if (const auto digest = sha256_file(*checkpoint)) {
    point.checkpoint_sha256 = *digest;
  }
  return point;
}

Expected<QuantizationSweep> Sweeper::run(
    const std::function<Expected<void>(const QuantizationSweep&)>& keep) {
  if (auto prepared = prepare(); !prepared) {
    return prepared.error();
  }
  const auto assignments = swept_assignments(order_, facts_, sweep_);
  if (!assignments) {
    return assignments.error();
  }
  for (std::size_t i = 0; i < assignments->size(); ++i) {
    if (job_.stopped()) {
      return Error{ErrorCode::kCancelled, "The sweep was stopped; what was measured is in the file."};
    }
    job_.report("networks", static_cast<std::int64_t>(i), static_cast<std::int64_t>(assignments->size()));
    auto measured = point((*assignments)[i]);
    if (!measured) {
      return measured.error();
    }
    sweep_.points.push_back(std::move(*measured));
    if (auto kept = keep(sweep_); !kept) {
      return kept.error();
    }
  }
  return std::move(sweep_);
}

}  // namespace

Expected<std::vector<ModuleLevels>> swept_assignments(const AssignmentSweep& order, const NetworkFacts& facts,
                                                      const QuantizationSweep& frame) {
  if (has_too_many(order, facts)) {
    return usage_error("All combinations of " + std::to_string(order.levels.size()) + " levels in " +
                       std::to_string(facts.modules.size()) + " modules are more than " +
                       std::to_string(kMostAssignments) + "; name fewer levels, or leave --all out.");
  }
  std::vector<ModuleLevels> wanted{{}};
  for (const std::string& name : order.levels) {
    wanted.push_back(uniform_levels_of(facts, name));
  }
  const auto add = [&](const std::vector<ModuleLevels>& more) {
    wanted.insert(wanted.end(), more.begin(), more.end());
  };
  if (order.all) {
    add(combinations_of(facts.modules, order.levels));
  } else {
    for (const std::string& module : facts.modules) {
      for (const std::string& name : order.levels) {
        wanted.push_back({{module, name}});
      }
    }
    add(solved_assignments(order, frame));
  }
  std::set<LayerLevels> known;
  std::erase_if(wanted,
                [&](const ModuleLevels& one) { return !known.insert(layer_levels(facts, one)).second; });
  return wanted;
}

Expected<QuantizationSweep> sweep_assignments(
    const AssignmentSweep& order, const StudyWork& work,
    const std::function<Expected<void>(const QuantizationSweep&)>& keep, const JobContext& job) {
  if (order.levels.empty() || order.images < 2) {
    return usage_error("A sweep needs levels and at least two images.");
  }
  return Sweeper(order, work, job).run(keep);
}

}  // namespace alidade::mqat
