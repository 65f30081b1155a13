// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/training/phases.h"
#include "core/training/run_folder.h"
#include "core/training/training_task.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

ordered_json values_json(const NamedValues& values) {
  ordered_json json = ordered_json::object();
  for (const NamedValue& one : values) {
    json[one.name] = one.value;
  }
  return json;
}

/// A loss that is no number says that the weights are none either: no state of theirs may replace a good one.
Expected<void> check_losses(const StepReport& report, int step) {
  for (const NamedValue& loss : report.losses) {
    if (!std::isfinite(loss.value)) {
      return Error{ErrorCode::kFailed, "training: the loss \"" + loss.name + "\" is not finite at step " +
                                           std::to_string(step) +
                                           "; lower the learning rate and resume from the last checkpoint."};
    }
  }
  return {};
}

/// One run: its folder, and what is trained.
class TrainingLoop {
 public:
  TrainingLoop(TrainingTask& task, const RunFolder& folder)
      : task_(task),
        trainer_(*task.trainer),
        folder_(folder),
        total_(static_cast<int>(total_steps(task.phases))) {}

  Expected<void> run(const JobContext& job);

 private:
  Expected<void> stop() const;
  Expected<void> make_up_measurement(const JobContext& job);
  Expected<void> log(const StepReport& report, const JobContext& job);
  Expected<void> append(ordered_json entry, const JobContext& job);
  Expected<void> save_epoch() const;
  Expected<void> finish(const JobContext& job);
  std::string training_json(const ordered_json& accuracy) const;
  bool at_checkpoint() const {
    return trainer_.step() % task_.loop.checkpoint_every == 0 || trainer_.step() == total_;
  }

  TrainingTask& task_;
  Trainer& trainer_;
  const RunFolder& folder_;
  int total_;
};

Expected<void> TrainingLoop::run(const JobContext& job) {
  if (auto made_up = make_up_measurement(job); !made_up) {
    return made_up;
  }
  while (true) {
    if (job.stopped()) {
      return stop();
    }
    if (trainer_.step() >= total_) {
      return finish(job);
    }
    const auto report = trainer_.train();
    if (!report) {
      // One of several processes that were all stopped: another one was gone first.
      return job.stopped() && report.error().code == ErrorCode::kFailed ? stop() : report.error();
    }
    const int step = trainer_.step();
    if (auto finite = check_losses(*report, step); !finite) {
      return finite;
    }
    job.report(task_.phases[phase_at(task_.phases, step - 1)].name, step, total_);
    if (auto logged = log(*report, job); !logged) {
      return logged;
    }
    if (at_checkpoint()) {
      if (auto saved = save_epoch(); !saved) {
        return saved;
      }
    }
  }
}

Expected<void> TrainingLoop::stop() const {
  if (auto saved = folder_.save_state(trainer_.state()); !saved) {
    return saved;
  }
  return Error{ErrorCode::kCancelled, "stopped at step " + std::to_string(trainer_.step()) + " of " +
                                          std::to_string(total_) + "; continue with --resume."};
}

/// The measurement during which the run was stopped.
Expected<void> TrainingLoop::make_up_measurement(const JobContext& job) {
  const int step = trainer_.step();
  if (step == 0 || !trainer_.is_measured(step)) {
    return {};
  }
  ordered_json entry;
  return folder_.take_unmeasured(step, entry) ? append(std::move(entry), job) : Expected<void>();
}

Expected<void> TrainingLoop::log(const StepReport& report, const JobContext& job) {
  const int step = trainer_.step();
  if (!trainer_.is_measured(step) && step % task_.loop.log_every != 0 && step != total_) {
    return {};
  }
  ordered_json entry{{"step", step}, {"train", values_json(report.losses)}};
  entry.update(values_json(report.measures));
  if (at_checkpoint()) {
    if (const NamedValues validation = trainer_.validate(); !validation.empty()) {
      entry["validation"] = values_json(validation);
    }
  }
  return append(std::move(entry), job);
}

/// Appends a line of the log, with what is measured where that is due. A stop while it is measured is no
/// Error: the line then lacks it, and the resumed run makes up for it.
Expected<void> TrainingLoop::append(ordered_json entry, const JobContext& job) {
  if (trainer_.is_measured(trainer_.step())) {
    const auto measured = trainer_.measure(JobContext{job.stop, {}});
    if (!measured && measured.error().code != ErrorCode::kCancelled) {
      return measured.error();
    }
    if (measured) {
      entry.update(*measured);
    }
  }
  return folder_.append(entry);
}

Expected<void> TrainingLoop::save_epoch() const {
  const int every = task_.loop.checkpoint_every, epoch = trainer_.step() / every;
  // The end between two checkpoints takes the place of the one before; in a series that is kept it does not.
  if (trainer_.step() % every == 0 || task_.loop.keep.mode == KeepCheckpoints::Mode::kLast) {
    if (auto made = folder_.make_checkpoint_folder(); !made) {
      return made;
    }
    const auto path = folder_.checkpoint_path(epoch);
    if (auto saved = trainer_.save_checkpoint(path, training_json(nullptr)); !saved) {
      return saved;
    }
    folder_.forget_checkpoints(epoch, every, task_.loop.keep);
  }
  return folder_.save_state(trainer_.state());
}

Expected<void> TrainingLoop::finish(const JobContext& job) {
  const auto accuracy = trainer_.measure_at_end(job);
  if (!accuracy) {
    return accuracy.error();
  }
  if (auto there = folder_.check(); !there) {
    return there;
  }
  if (!accuracy->is_null()) {
    if (auto written = write_folder_file(folder_.path() / "accuracy.json", json_text(*accuracy, 2) + "\n");
        !written) {
      return written;
    }
  }
  return trainer_.save_checkpoint(folder_.path() / "final.safetensors", training_json(*accuracy));
}

std::string TrainingLoop::training_json(const ordered_json& accuracy) const {
  return folder_.training_json(task_.loop.seed, task_.dataset, task_.dataset_sha256, trainer_.step(),
                               accuracy);
}

}  // namespace

Expected<void> run_training(TrainingTask& task, const std::filesystem::path& folder, bool resume,
                            const JobContext& job) {
  if (auto checked = check_phases(task.phases, task.recipe_file.string()); !checked) {
    return checked;
  }
  const RunFolder run(folder, task.recipe, task.phases, task.threads);
  if (auto locked = run.lock(resume); !locked) {
    return locked;
  }
  const auto align = [&task] { return task.align ? task.align() : Expected<void>(); };
  const auto restore = [&](const SafeTensors* state, const std::string& file) -> Expected<int> {
    auto restored = state != nullptr ? task.trainer->restore(*state, file) : Expected<void>();
    restored = restored ? align() : restored;
    return restored ? Expected<int>(task.trainer->step()) : Expected<int>(restored.error());
  };
  // What a resumed run was is known before its data are read; a new one leaves nothing when they cannot be.
  if (auto begun = resume ? run.begin(true, restore) : Expected<void>(); !begun) {
    return begun;
  }
  if (auto prepared = task.trainer->prepare(job); !prepared) {
    return prepared;
  }
  // None of several processes leaves anything unless all of them come this far.
  if (auto together = resume ? Expected<void>() : align(); !together) {
    return together;
  }
  if (auto begun = resume ? Expected<void>() : run.begin(false, restore); !begun) {
    return begun;
  }
  return TrainingLoop(task, run).run(job);
}

}  // namespace alidade
