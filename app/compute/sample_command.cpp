// SPDX-License-Identifier: BSD-3-Clause
#include <charconv>
#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>

#include "app/cli/command.h"
#include "app/cli/output_file.h"
#include "app/cli/print.h"
#include "app/cli/problem_lines.h"
#include "app/compute/sample_output.h"
#include "app/compute/sampler_options.h"
#include "core/base/text_escape.h"
#include "core/exchange/sample_file.h"
#include "core/nn/compute.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/plain/open_data.h"
#include "core/studies/sample.h"
#include "core/studies/train.h"

namespace alidade {
namespace {

struct SampleArguments {
  std::string checkpoint, dataset, output, frame, warm_start;
  std::vector<std::string> compare;
  int instance = -1;
  int trajectory_points = 0;
  bool analytic = false, all = false, trajectory = false, json = false, force = false;
  SamplerArguments sampler;
};

/// Asked before the work begins, so that none is lost.
Expected<void> check(const SampleArguments& o) {
  if (o.analytic == !o.checkpoint.empty()) {
    return usage_error("alidade sample needs either --checkpoint FILE or --analytic.");
  }
  if (o.all && (!o.frame.empty() || o.instance >= 0)) {
    return usage_error("--all takes every object; leave --frame and --instance out.");
  }
  if (!o.warm_start.empty() && o.warm_start != "truth" && o.warm_start != "regression") {
    return usage_error("unknown --warm-start \"" + o.warm_start + "\"; choose truth or regression.");
  }
  if (o.warm_start == "regression" && o.analytic) {
    return usage_error("--warm-start regression needs a network; the analytic field has no regression head.");
  }
  return check_output_file(o.output, o.force);
}

/// The columns: one set of sampler options per schedule, all from the same noise.
Expected<std::vector<SampleOptions>> columns_of(const SampleArguments& o) {
  const auto infer = infer_options(o.sampler);
  if (!infer) {
    return infer.error();
  }
  SampleOptions first;
  first.sampler = infer->sampler;
  first.sampler.keep_trajectory = o.trajectory || o.trajectory_points > 0;
  first.sampler.trajectory_points = o.trajectory_points;
  first.num_samples = infer->num_samples;
  first.seed = infer->seed;
  std::vector<SampleOptions> columns{first};
  for (const std::string& text : o.compare) {
    const auto guidance = guidance_argument(text);
    if (!guidance) {
      return guidance.error();
    }
    columns.push_back(first);
    columns.back().sampler.guidance = *guidance;
  }
  return columns;
}

/// A frame by its name or its number; the name goes first.
Expected<std::vector<std::size_t>> frames_of(const Dataset& dataset, const SampleArguments& o) {
  std::vector<std::size_t> frames;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    if (o.all || (o.frame.empty() ? i == 0 : dataset.frame_info(i).name == o.frame)) {
      frames.push_back(i);
    }
  }
  if (frames.empty()) {
    std::size_t index = 0;
    const char* end = o.frame.data() + o.frame.size();
    const auto [rest, failure] = std::from_chars(o.frame.data(), end, index);
    if (failure != std::errc() || rest != end || index >= dataset.num_frames()) {
      return usage_error("frame \"" + o.frame + "\" does not exist; the dataset has " +
                         std::to_string(dataset.num_frames()) + " frames, from 0.");
    }
    frames.push_back(index);
  }
  return frames;
}

/// Draws all columns of all wanted objects.
class Sampling {
 public:
  Sampling(const SampleArguments& options, ScoreModel* network, std::vector<SampleOptions> columns,
           const JobContext& job)
      : options_(options), network_(network), columns_(std::move(columns)), job_(job) {}

  Expected<void> add_frame(const Dataset& dataset, std::size_t index) {
    const auto frame = dataset.load(index, {.color = false, .depth = true, .masks = true, .nocs = false});
    if (!frame) {
      return frame.error();
    }
    lacking.add(*frame);
    annotated = annotated || frame->info.annotated;
    bool found = options_.instance < 0;
    for (std::size_t i = 0; i < frame->instances.size(); ++i) {
      if (options_.instance >= 0 && frame->instances[i].index != options_.instance) {
        continue;
      }
      found = true;
      if (auto added = add_object(dataset, *frame, i); !added) {
        return added;
      }
    }
    if (!found) {
      return usage_error("frame " + frame->info.name + " has no instance " +
                         std::to_string(options_.instance) + "; it has " +
                         std::to_string(frame->instances.size()) + " objects.");
    }
    return {};
  }

  SampleSets sets;
  std::vector<std::string> skipped;
  FrameProblems lacking;   ///< of the frames that were read
  bool annotated = false;  ///< one of them is

 private:
  Expected<SampleSubject> subject_of(const Frame& frame, std::size_t position) const {
    return network_ != nullptr ? sample_subject(frame, position, *network_, columns_.front().seed)
                               : analytic_subject(frame.instances[position], frame.info.name, frame.index);
  }

  Expected<void> add_object(const Dataset& dataset, const Frame& frame, std::size_t position) {
    auto subject = subject_of(frame, position);
    if (!subject) {
      if (subject.error().code != ErrorCode::kInput && subject.error().code != ErrorCode::kFailed) {
        return subject.error();
      }
      skipped.push_back(subject.error().message);
      return {};
    }
    subject->blank.provenance.dataset = dataset.name();
    subject->blank.provenance.dataset_sha256 = dataset.digest();
    for (SampleOptions column : columns_) {
      if (options_.warm_start == "truth") {
        column.start = subject->blank.truth;
      } else if (options_.warm_start == "regression") {
        column.start = subject->regressed;
      }
      const auto drawn = draw_samples(*subject, column, job_);
      if (!drawn) {
        return drawn.error();
      }
      sets.push_back(*drawn);
    }
    return check_sample_memory(sets);
  }

  const SampleArguments& options_;
  ScoreModel* network_;
  std::vector<SampleOptions> columns_;
  const JobContext& job_;
};

/// Sentences on standard error; sets whose sampler diverged make the run fail after everything is
/// written.
Expected<void> outcome(const Sampling& sampling) {
  int diverged = 0;
  for (const std::string& sentence : sampling.skipped) {
    print_error("skipped: %s\n", visible_text(sentence).c_str());
  }
  for (const auto& s : sampling.sets) {
    if (s->first_bad_step >= 0) {
      ++diverged;
      print_error(
          "problem: %s, instance %d, %s: the sampler diverged at step %d; the states before are kept.\n",
          visible_text(s->frame_name).c_str(), s->instance, visible_text(s->name).c_str(), s->first_bad_step);
    }
  }
  if (diverged > 0) {
    return Error{ErrorCode::kFailed,
                 std::to_string(diverged) + " of " + std::to_string(sampling.sets.size()) +
                     " sets diverged; use more steps, weaker guidance or --sampler ddim."};
  }
  return {};
}

/// Why there is no set, with advice that the options do not already follow.
Error nothing_to_sample(const SampleArguments& options, const Sampling& sampling) {
  if (!sampling.annotated) {
    return input_error(options.dataset, "",
                       "nobody annotated the objects of these images, so there are none to sample",
                       "give a split that has its ground truth (scene_gt.json)");
  }
  const std::string why = sampling.skipped.empty() ? "" : " (" + sampling.skipped.front() + ")";
  if (options.analytic) {
    return input_error(options.dataset, "", "the images show no annotated object to sample" + why,
                       "choose other frames with --frame or --all");
  }
  return input_error(options.dataset, "",
                     "expected annotated objects with depth, mask and intrinsics, found none to sample" + why,
                     "add these layers, or sample with --analytic");
}

Expected<void> run_sample(const SampleArguments& options, CommandContext& context) {
  if (auto checked = check(options); !checked) {
    return checked;
  }
  auto columns = columns_of(options);
  if (!columns) {
    return columns.error();
  }
  std::unique_ptr<ScoreModel> network;
  if (!options.analytic) {
    auto loaded = open_score_model(options.checkpoint);
    if (!loaded) {
      return loaded.error();
    }
    network = std::move(*loaded);
  }
  const auto dataset = open_data(options.dataset, context.readers, context.job);
  if (!dataset) {
    return dataset.error();
  }
  const auto frames = frames_of(**dataset, options);
  if (!frames) {
    return frames.error();
  }
  bind_compute_thread();
  Sampling sampling(options, network.get(), std::move(*columns), context.job);
  for (std::size_t i = 0; i < frames->size(); ++i) {
    if (auto added = sampling.add_frame(**dataset, (*frames)[i]); !added) {
      return added;
    }
    context.job.report("sampling", static_cast<std::int64_t>(i + 1),
                       static_cast<std::int64_t>(frames->size()));
  }
  print_problems(**dataset);
  print_problems(sampling.lacking);
  if (sampling.sets.empty()) {
    return nothing_to_sample(options, sampling);
  }
  options.json ? print_samples_json(sampling.sets, sampling.skipped) : print_samples(sampling.sets);
  std::fflush(stdout);  // a file that cannot be written does not cost the table
  if (!options.output.empty()) {
    if (auto written = write_samples(sampling.sets, options.output); !written) {
      return written;
    }
  }
  return outcome(sampling);
}

}  // namespace

void add_sample_command(CLI::App& app, Action& action) {
  const auto o = std::make_shared<SampleArguments>();
  auto* command = app.add_subcommand("sample");
  command->add_option("--dataset", o->dataset, "Folder of a dataset, or a procedural recipe (.toml)")
      ->required();
  command->add_option("--checkpoint", o->checkpoint, "Checkpoint (.safetensors)");
  command->add_flag("--analytic", o->analytic,
                    "Sample a mixture about the true poses in place of a network: for teaching and tests");
  command->add_option("--frame", o->frame, "Name or number of a frame; the first one by default");
  command->add_option("--instance", o->instance, "One object of the frame; all by default")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--all", o->all, "All objects of all frames");
  add_sampler_arguments(*command, o->sampler);
  command
      ->add_option("--compare", o->compare,
                   "Another schedule from the same noise, as in --guidance or a .json file; repeatable")
      ->allow_extra_args(false);
  command->add_option("--warm-start", o->warm_start,
                      "truth or regression: noise of --start-time about this pose in place of none");
  command->add_flag("--trajectory", o->trajectory, "Keep the state at every step");
  command
      ->add_option("--trajectory-points", o->trajectory_points,
                   "Keep so many states evenly spaced in t (rk45)")
      ->check(CLI::Range(2, 10000));
  command->add_option("-o,--out", o->output, "Write the samples to this NPZ file");
  command->add_flag("--json", o->json, "Print JSON");
  command->add_flag("--force", o->force, "Overwrite the output file");
  command->callback(
      [&action, o] { action = [o](CommandContext& context) { return run_sample(*o, context); }; });
}

}  // namespace alidade
