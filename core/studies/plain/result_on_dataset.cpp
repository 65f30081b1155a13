// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/plain/result_on_dataset.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "core/base/helper_threads.h"
#include "core/evaluation/errors/pose_accuracy.h"
#include "core/geometry/so3_statistics.h"
#include "core/studies/plain/unit_check.h"

namespace alidade {
namespace {

constexpr std::size_t kNobody = static_cast<std::size_t>(-1);

std::string counted(std::size_t count, const std::string& one, const std::string& many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

/// The number before the first dot; 0 when there is none.
int major_version(const std::string& version) {
  int number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

/// A row with the object that it answers to.
struct MatchedRow {
  const PoseRow* row;
  const Instance* truth;
  std::size_t frame;
};

/// Rows of a table against the annotations of a dataset.
class ResultMatcher {
 public:
  ResultMatcher(const Dataset& dataset, PoseTable& table, const JobContext& job)
      : dataset_(dataset), table_(table), job_(job), result_(std::make_shared<PoseResult>()) {}

  Expected<DatasetResult> match() {
    notes_ = table_.notes;
    for (const auto step : {&ResultMatcher::find_frames, &ResultMatcher::read_frames,
                            &ResultMatcher::check_matches, &ResultMatcher::make_estimates}) {
      if (auto done = (this->*step)(); !done) {
        return done.error();
      }
    }
    describe();
    return DatasetResult{result_, std::move(notes_)};
  }

 private:
  std::string dataset_name() const { return "dataset \"" + dataset_.name() + "\""; }

  /// Where the file's images are in the dataset, those of its list first, as a run reads them.
  Expected<void> find_frames() {
    std::map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < dataset_.num_frames(); ++i) {
      index.emplace(dataset_.frame_info(i).name, i);
    }
    std::vector<std::string> names = table_.images;
    const auto& row_names = table_.row_images.names();
    names.insert(names.end(), row_names.begin(), row_names.end());
    std::set<std::string> seen;
    std::size_t all = 0, unknown = 0;
    std::string first_unknown;
    for (const std::string& name : names) {
      if (!seen.insert(name).second) {
        continue;
      }
      ++all;
      if (const auto found = index.find(name); found != index.end()) {
        result_->frames.push_back(found->second);
        result_->images.push_back(name);
      } else {
        first_unknown = unknown++ == 0 ? name : first_unknown;
      }
    }
    if (all > 0 && result_->frames.empty()) {
      const std::string own = dataset_.num_frames() > 0 ? dataset_.frame_info(0).name : std::string();
      return input_error(table_.source, "",
                         "none of its " + counted(all, "image", "images") + " (first: \"" +
                             shortened(first_unknown, 80) + "\") is among the " +
                             std::to_string(dataset_.num_frames()) + " of " + dataset_name() +
                             (own.empty() ? "" : " (first: \"" + own + "\")"),
                         "open the dataset that it belongs to" + origin());
    }
    if (unknown > 0) {
      notes_.push_back(table_.source + ": " + std::to_string(unknown) + " of its " +
                       counted(all, "image", "images") + " are not among the " +
                       std::to_string(dataset_.num_frames()) + " of " + dataset_name() + " (first: \"" +
                       shortened(first_unknown, 80) + "\") and are left out.");
    }
    return {};
  }

  std::string origin() const {
    const std::string& name = table_.provenance.dataset;
    return name.empty() ? "" : ", \"" + shortened(name, 80) + "\" as the file says";
  }

  Expected<void> read_frames() {
    std::vector<std::vector<std::size_t>> rows_of(table_.row_images.names().size());
    for (std::size_t i = 0; i < table_.rows.size(); ++i) {
      rows_of[table_.rows[i].image].push_back(i);
    }
    frames_.reserve(result_->frames.size());
    std::int64_t done = 0;
    for (std::size_t f = 0; f < result_->frames.size(); ++f) {
      if (job_.stopped()) {
        return Error{ErrorCode::kCancelled, "opening " + table_.source + " was stopped."};
      }
      auto frame = dataset_.load(result_->frames[f], {false, false, false, false});
      if (!frame) {
        return frame.error();
      }
      annotated_ += frame->instances.size();
      frames_.push_back(std::move(frame->instances));
      const auto image = table_.row_images.find(result_->images[f]);
      match_frame(f, image ? rows_of[*image] : std::vector<std::size_t>{});
      job_.report("matching objects", ++done, static_cast<std::int64_t>(result_->frames.size()));
    }
    return {};
  }

  void match_frame(std::size_t f, std::vector<std::size_t> rows) {
    rows_seen_ += rows.size();
    std::stable_sort(rows.begin(), rows.end(), [this](std::size_t a, std::size_t b) {
      return table_.rows[a].score > table_.rows[b].score;
    });
    const std::vector<Instance>& truths = frames_[f];
    std::vector<const PoseRow*> taken(truths.size(), nullptr);
    // Numbered rows first: a row that only names an object must not take the place of one that is certain.
    for (const bool numbered : {true, false}) {
      for (const std::size_t i : rows) {
        const PoseRow& row = table_.rows[i];
        if ((row.instance >= 0) != numbered) {
          continue;
        }
        const std::size_t place = numbered ? place_of(row, truths) : nearest(row, truths, taken);
        if (place == kNobody || taken[place] != nullptr) {
          first_left_out_ = left_out_++ == 0 ? i : first_left_out_;
          continue;
        }
        taken[place] = &row;
      }
    }
    for (std::size_t k = 0; k < truths.size(); ++k) {
      if (taken[k] != nullptr) {
        matches_.push_back({taken[k], &truths[k], result_->frames[f]});
      }
    }
  }

  /// Whether a row may speak of this object.
  bool fits(const PoseRow& row, const Instance& truth) const {
    if (row.object_id != 0) {
      return row.object_id == truth.object_id;
    }
    const ColumnLabel& label = table_.label_of(row);
    return !table_.has_categories || label.is_number || label.text == truth.category;
  }

  std::size_t place_of(const PoseRow& row, const std::vector<Instance>& truths) const {
    const auto found = std::find_if(truths.begin(), truths.end(), [&](const Instance& truth) {
      return truth.index == row.instance && fits(row, truth);
    });
    return found == truths.end() ? kNobody : static_cast<std::size_t>(found - truths.begin());
  }

  std::size_t nearest(const PoseRow& row, const std::vector<Instance>& truths,
                      const std::vector<const PoseRow*>& taken) const {
    std::size_t best = kNobody;
    double smallest = 0.0;
    for (std::size_t k = 0; k < truths.size(); ++k) {
      const double distance = (truths[k].cam_from_obj.t - row.cam_from_obj.t).norm();
      if (taken[k] == nullptr && fits(row, truths[k]) && (best == kNobody || distance < smallest)) {
        best = k;
        smallest = distance;
      }
    }
    return best;
  }

  Expected<void> check_matches() {
    if (matches_.empty() && rows_seen_ > 0) {
      return input_error(table_.source, "",
                         "none of its " + counted(rows_seen_, "object", "objects") + " in " +
                             counted(result_->frames.size(), "common image", "common images") +
                             " is one of the " + std::to_string(annotated_) + " that " + dataset_name() +
                             " annotates there",
                         "open the dataset that it belongs to" + origin() +
                             ", or correct instance, object or category");
    }
    UnitCheck units;
    for (const MatchedRow& match : matches_) {
      units.add(match.row->cam_from_obj.t.norm(), match.truth->cam_from_obj.t.norm());
    }
    if (auto problem = units.problem("its objects lie", "m from the camera")) {
      return input_error(table_.source, "", *problem + ", those of " + dataset_name() + " " + units.expected(),
                         units.remedy("translations"));
    }
    UnitCheck sides;
    for (const MatchedRow& match : matches_) {
      sides.add(match.row->size.norm(), match.truth->size.norm());
    }
    if (auto problem = sides.problem("its boxes measure", "m from corner to corner")) {
      return input_error(table_.source, "", *problem + ", those of " + dataset_name() + " " + sides.expected(),
                         sides.remedy("sizes"));
    }
    return {};
  }

  PoseEstimate estimate_of(const MatchedRow& match) const {
    const PoseRow& row = *match.row;
    const Instance& truth = *match.truth;
    PoseEstimate estimate;
    estimate.frame = match.frame;
    estimate.frame_name = dataset_.frame_info(match.frame).name;
    estimate.instance = truth.index;
    estimate.object_id = truth.object_id;
    estimate.category = truth.category;
    estimate.symmetry = truth.symmetry.name;
    estimate.cam_from_obj = row.cam_from_obj;
    estimate.size = table_.has_sizes ? row.size : truth.size;
    estimate.center_obj = table_.has_centers ? row.center_obj : truth.center_obj;
    estimate.score = row.score;
    estimate.hypotheses = row.hypotheses;
    estimate.energies = row.energies;
    if (estimate.hypotheses.empty()) {
      estimate.hypotheses = {estimate.cam_from_obj};
    }
    estimate.error = pose_error(estimate.cam_from_obj, estimate.size, truth);
    return estimate;
  }

  /// Exact overlaps of 100,000 boxes take seconds on one thread.
  Expected<void> make_estimates() {
    constexpr std::size_t kPiece = 256;
    std::stable_sort(matches_.begin(), matches_.end(), [](const MatchedRow& a, const MatchedRow& b) {
      return std::pair(a.frame, a.truth->index) < std::pair(b.frame, b.truth->index);
    });
    result_->estimates.resize(matches_.size());
    std::atomic<std::size_t> next = 0;
    const unsigned helpers = std::max(1U, std::thread::hardware_concurrency()) - 1;
    work_together(matches_.size() > kPiece ? helpers : 0, [&](bool) {
      for (std::size_t begin = next.fetch_add(kPiece); begin < matches_.size() && !job_.stopped();
           begin = next.fetch_add(kPiece)) {
        const std::size_t end = std::min(begin + kPiece, matches_.size());
        for (std::size_t i = begin; i < end; ++i) {
          result_->estimates[i] = estimate_of(matches_[i]);
        }
      }
    });
    if (job_.stopped()) {
      return Error{ErrorCode::kCancelled, "opening " + table_.source + " was stopped."};
    }
    return {};
  }

  void describe() {
    result_->name = table_.name;
    const std::string prefix = table_.provenance.checkpoint + " \u00b7 ";
    result_->sampler = !table_.provenance.checkpoint.empty() && table_.name.starts_with(prefix)
                           ? table_.name.substr(prefix.size())
                           : table_.name;
    result_->skipped = table_.skipped;
    result_->provenance = table_.provenance;
    // What the file itself lists as skipped is no surprise.
    if (matches_.size() + table_.skipped.size() != annotated_ || left_out_ > 0) {
      std::string note = table_.source + ": " + counted(matches_.size(), "estimate answers", "estimates answer") +
                         " to the " + counted(annotated_, "object", "objects") + " that " + dataset_name() +
                         " annotates in " + counted(frames_.size(), "image", "images");
      if (left_out_ > 0) {
        note += "; " + counted(left_out_, "row", "rows") + " more (first: row " +
                std::to_string(first_left_out_) + ") answer to none and are left out";
      }
      notes_.push_back(note + ".");
    }
    if (!table_.has_sizes && !matches_.empty()) {
      notes_.push_back(table_.source + ": no \"size\"; boxes have the size that " + dataset_name() + " gives.");
    }
    const Provenance& own = table_.provenance;
    if (major_version(own.version) > major_version(current_provenance().version)) {
      notes_.insert(notes_.begin(), table_.source + ": written by Alidade " + shortened(own.version, 40) +
                                        ", this is " + current_provenance().version +
                                        "; what only that version knows is not shown.");
    }
    if (!own.dataset_sha256.empty() && own.dataset_sha256 != dataset_.digest()) {
      notes_.push_back(table_.source + ": made on \"" + shortened(own.dataset, 80) + "\" with the digest " +
                       own.dataset_sha256.substr(0, 12) + ", opened on " + dataset_name() + " with " +
                       dataset_.digest().substr(0, 12) + "; images are matched by their names.");
    }
  }

  const Dataset& dataset_;
  PoseTable& table_;
  const JobContext& job_;
  std::shared_ptr<PoseResult> result_;
  std::vector<std::string> notes_;
  std::vector<std::vector<Instance>> frames_;  ///< annotations, one entry per frame of the result
  std::vector<MatchedRow> matches_;
  std::size_t annotated_ = 0, rows_seen_ = 0, left_out_ = 0, first_left_out_ = 0;
};

/// The sets of one schedule as rows; where a sampler diverged there is no pose.
void add_sample_row(const ObjectSamples& samples, PoseTable& table) {
  PoseRow row;
  row.instance = samples.instance;
  row.hypotheses = samples.samples;
  row.cam_from_obj = mean_pose(samples.samples);
  table.add(samples.frame_name, samples.category.empty() ? "object" : samples.category, std::move(row));
}

}  // namespace

Expected<DatasetResult> result_on_dataset(const Dataset& dataset, PoseTable table, const JobContext& job) {
  return ResultMatcher(dataset, table, job).match();
}

Expected<std::vector<DatasetResult>> results_on_dataset(const Dataset& dataset, const SampleFile& file,
                                                        const std::string& source, const JobContext& job) {
  std::vector<PoseTable> tables;
  for (const auto& samples : file.samples) {
    auto table = std::find_if(tables.begin(), tables.end(),
                              [&](const PoseTable& one) { return one.name == samples->name; });
    if (table == tables.end()) {
      PoseTable made;
      made.source = source;
      made.name = samples->name;
      made.provenance = samples->provenance;
      made.has_sizes = made.has_centers = false;
      made.has_categories = !samples->category.empty();
      table = tables.insert(tables.end(), std::move(made));
    }
    if (!samples->samples.empty()) {
      add_sample_row(*samples, *table);
    }
  }
  std::vector<DatasetResult> results;
  for (PoseTable& table : tables) {
    auto result = result_on_dataset(dataset, std::move(table), job);
    if (!result) {
      return result.error();
    }
    result->notes.push_back(source + ": the pose of an object is the mean of its samples.");
    results.push_back(std::move(*result));
  }
  if (!results.empty()) {
    auto& notes = results.front().notes;
    notes.insert(notes.begin(), file.notes.begin(), file.notes.end());
    if (std::any_of(file.samples.begin(), file.samples.end(),
                    [](const auto& samples) { return !samples->trajectory.empty(); })) {
      notes.push_back(source + ": the samples are taken, their paths stay in the file.");
    }
  }
  return results;
}

}  // namespace alidade
