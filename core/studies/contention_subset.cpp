// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/contention_subset.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>

#include "core/base/log.h"
#include "core/base/random.h"

namespace alidade {
namespace {

constexpr std::uint64_t kSubsetFrames = 0x73756273ULL, kSubsetNoise = 0x6e6f69ULL;
constexpr std::size_t kMostRows = 256;

struct FrameOfSource {
  std::size_t source, frame;
};

/// The frames in a random order of the seed's.
std::vector<FrameOfSource> shuffled_frames(const std::vector<std::shared_ptr<const Dataset>>& sources,
                                           const ContentionSubset& options) {
  std::vector<FrameOfSource> frames;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const std::size_t count = sources[s]->num_frames();
    for (std::size_t f = options.draw == ContentionDraw::kHeldOut ? count - count / 5 : 0; f < count; ++f) {
      frames.push_back({s, f});
    }
  }
  Random random(mix_seed(options.seed, kSubsetFrames));
  for (std::size_t i = frames.size(); i > 1; --i) {
    std::swap(frames[i - 1], frames[random.index(static_cast<std::uint32_t>(i))]);
  }
  return frames;
}

bool shares_examples(ContentionRows rows) {
  return rows == ContentionRows::kLossPart || rows == ContentionRows::kDiffusionTime;
}

std::string time_bin_name(int bin, int bins) {
  char text[48];
  std::snprintf(text, sizeof text, "t %.3g to %.3g", static_cast<double>(bin) / bins,
                static_cast<double>(bin + 1) / bins);
  return text;
}

/// The rows that do not come out of the data, with their aspects.
Expected<std::vector<LossAspect>> aspects_of(const Model& model, const ContentionSubset& options,
                                             std::vector<std::string>& names) {
  std::vector<LossAspect> aspects;
  if (options.rows == ContentionRows::kLossPart) {
    names = model.loss_parts();
    for (const std::string& part : names) {
      aspects.push_back({part, LossAspect{}.times});
    }
  } else if (model.has_times()) {
    for (int bin = 0; bin < options.time_bins; ++bin) {
      names.push_back(time_bin_name(bin, options.time_bins));
      aspects.push_back(
          {"",
           {static_cast<double>(bin) / options.time_bins, static_cast<double>(bin + 1) / options.time_bins}});
    }
  }
  if (aspects.size() < 2) {
    return Error{ErrorCode::kInput,
                 model.architecture() +
                     (options.rows == ContentionRows::kLossPart ? " does not give its losses one by one"
                                                                : " knows no diffusion times") +
                     "; choose rows of categories."};
  }
  return aspects;
}

/// Collects examples row by row until each has enough.
class SubsetCollector {
 public:
  SubsetCollector(const Model& model, const std::vector<std::shared_ptr<const Dataset>>& sources,
                  const ContentionSubset& options)
      : model_(model),
        sources_(sources),
        options_(options),
        wanted_(static_cast<std::size_t>(options.batches) * options.batch_size) {
    if (options.rows == ContentionRows::kCategory) {
      for (const auto& source : sources) {
        for (const std::string& category : source->categories()) {
          found_.emplace(category, std::vector<std::size_t>());
        }
      }
    }
  }

  Expected<void> collect(const JobContext& job) {
    const auto frames = shuffled_frames(sources_, options_);
    for (std::size_t i = 0; i < frames.size() && !is_full(); ++i) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "the measurement was stopped; nothing was written."};
      }
      const Dataset& source = *sources_[frames[i].source];
      if (const auto frame = source.load(frames[i].frame, model_.needs())) {
        add_objects(frames[i], *frame);
      }
      job.report("drawing the diagnostic subset", static_cast<std::int64_t>(i + 1),
                 static_cast<std::int64_t>(frames.size()));
    }
    return {};
  }

  std::map<std::string, std::vector<std::size_t>>& found() { return found_; }
  DiagnosticSubset& out() { return out_; }
  const std::string& refused() const { return refused_; }

 private:
  bool is_full() const {
    // Instances are not known before they are seen: all frames are looked at.
    return options_.rows != ContentionRows::kInstance && !found_.empty() &&
           found_.size() >= (options_.rows == ContentionRows::kSource ? sources_.size() : 1) &&
           std::all_of(found_.begin(), found_.end(),
                       [&](const auto& row) { return row.second.size() >= wanted_; });
  }

  std::string row_of(std::size_t source, const Instance& instance) const {
    switch (options_.rows) {
      case ContentionRows::kCategory:
        return instance.category;
      case ContentionRows::kInstance:
        return instance.category + " " + std::to_string(instance.object_id);
      case ContentionRows::kSource:
        return sources_[source]->name();
      default:
        return "all";
    }
  }

  void add_objects(const FrameOfSource& place, const Frame& frame) {
    for (std::size_t i = 0; i < frame.instances.size(); ++i) {
      const Instance& instance = frame.instances[i];
      auto& row = found_[row_of(place.source, instance)];
      const double visible = instance.visible_fraction;
      if (row.size() >= wanted_ || (visible >= 0.0 && visible < options_.min_visible_fraction)) {
        continue;
      }
      auto example = model_.example(frame, i, mix_seed(options_.seed, frame.index * 64 + i));
      if (!example) {
        refused_ = example.error().message;
        continue;
      }
      row.push_back(out_.examples.size());
      out_.examples.push_back(std::move(*example));
      out_.places.push_back({place.source, place.frame, instance.index});
    }
  }

  const Model& model_;
  const std::vector<std::shared_ptr<const Dataset>>& sources_;
  const ContentionSubset& options_;
  std::size_t wanted_;
  std::map<std::string, std::vector<std::size_t>> found_;
  DiagnosticSubset out_;
  std::string refused_;
};

/// Batches of equal counts from what was found.
Expected<void> make_batches(SubsetCollector& collector, const ContentionSubset& options,
                            const std::vector<LossAspect>& aspects) {
  DiagnosticSubset& out = collector.out();
  std::size_t least = static_cast<std::size_t>(options.batches) * options.batch_size;
  for (const auto& [name, examples] : collector.found()) {
    if (examples.empty()) {
      return Error{ErrorCode::kInput,
                   "\"" + name + "\" has no sample in the diagnostic subset" +
                       (collector.refused().empty() ? "" : " (" + collector.refused() + ")") +
                       "; give data that shows it."};
    }
    least = std::min(least, examples.size());
  }
  // At least two batches: a half of a row is compared with the other.
  const std::size_t batches = std::min<std::size_t>(options.batches, least);
  const std::size_t size = std::max<std::size_t>(1, least / batches);
  if (size * batches < static_cast<std::size_t>(options.batches) * options.batch_size) {
    log_warning("contention", "the row with the fewest samples has " + std::to_string(least) +
                                  "; every row is measured on " + std::to_string(batches * size));
  }
  if (batches < 2) {
    log_warning("contention",
                "a row has one sample alone, so that every row is one batch: reliability and "
                "intervals are undefined; give more frames or rows with more samples");
  }
  out.example_rows.assign(out.examples.size(), -1);
  int row = 0;
  const auto add_row = [&](const std::vector<std::size_t>& examples, const LossAspect& aspect) {
    for (std::size_t b = 0; b < batches; ++b) {
      SubsetBatch& batch = out.batches.emplace_back();
      batch.row = row;
      batch.seed = mix_seed(options.seed ^ kSubsetNoise, b);
      batch.aspect = aspect;
      for (std::size_t k = 0; k < size; ++k) {
        batch.examples.push_back(out.examples[examples[b * size + k]].get());
        out.example_rows[examples[b * size + k]] = aspects.empty() ? row : -1;
      }
    }
    out.samples.push_back(static_cast<std::int64_t>(batches * size));
    ++row;
  };
  for (const auto& [name, examples] : collector.found()) {
    if (aspects.empty()) {
      out.rows.push_back(name);
      add_row(examples, {});
      continue;
    }
    for (const LossAspect& aspect : aspects) {
      add_row(examples, aspect);
    }
  }
  return {};
}

}  // namespace

Expected<DiagnosticSubset> diagnostic_subset(const Model& model,
                                             const std::vector<std::shared_ptr<const Dataset>>& sources,
                                             const ContentionSubset& options, const JobContext& job) {
  std::vector<LossAspect> aspects;
  std::vector<std::string> names;
  if (shares_examples(options.rows)) {
    auto made = aspects_of(model, options, names);
    if (!made) {
      return made.error();
    }
    aspects = std::move(*made);
  }
  SubsetCollector collector(model, sources, options);
  if (auto collected = collector.collect(job); !collected) {
    return collected.error();
  }
  if (collector.found().empty()) {
    return Error{ErrorCode::kInput,
                 "no object for the diagnostic subset was found; give data with annotations."};
  }
  if (auto made = make_batches(collector, options, aspects); !made) {
    return made.error();
  }
  DiagnosticSubset subset = std::move(collector.out());
  if (!aspects.empty()) {
    subset.rows = std::move(names);
  }
  if (subset.rows.size() < 2 || subset.rows.size() > kMostRows) {
    return Error{ErrorCode::kInput, std::to_string(subset.rows.size()) + " rows were found, expected 2 to " +
                                        std::to_string(kMostRows) + "; choose other rows or other data."};
  }
  return subset;
}

}  // namespace alidade
