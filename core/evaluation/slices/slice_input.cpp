// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/slices/slice_input.h"

#include <algorithm>
#include <map>
#include <utility>

#include "core/evaluation/slices/slice_facts.h"

namespace alidade {
namespace {

enum class SlicePlace : char { kOutside, kInside, kUndecided };

SlicePlace place_of(const SliceAnswer& answer) {
  return !answer.holds ? SlicePlace::kUndecided : *answer.holds ? SlicePlace::kInside : SlicePlace::kOutside;
}

class InputSlicer {
 public:
  InputSlicer(const EvaluationInput& input, const SliceAssignment& assignment,
              const SliceCondition& condition)
      : input_(input), assignment_(assignment), condition_(condition) {}

  SlicedInput slice(bool targets) {
    place_truths();
    place_predictions();
    drop_strangers();
    if (sliced_.counts.truths > 0) {
      make_input(targets);
    }
    return std::move(sliced_);
  }

 private:
  void note_missing(const SliceAnswer& answer) {
    if (!answer.holds && sliced_.counts.undecided.empty()) {
      sliced_.counts.undecided = missing_fact(answer.missing);
    }
  }

  void place_truths() {
    const auto& rows = input_.truth.rows;
    truths_.assign(rows.size(), SlicePlace::kOutside);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!assignment_.truths[i]) {
        continue;
      }
      const std::int64_t answering = assignment_.answer_of[i];
      const PoseRow* answer =
          answering < 0 ? nullptr : &input_.predictions.rows[static_cast<std::size_t>(answering)];
      const SliceAnswer found = answer_of(condition_, facts_of_truth(input_, rows[i], answer));
      truths_[i] = place_of(found);
      note_missing(found);
      ++sliced_.counts.all_truths;
      sliced_.counts.truths += truths_[i] == SlicePlace::kInside;
      sliced_.counts.undecided_truths += truths_[i] == SlicePlace::kUndecided;
    }
  }

  void place_predictions() {
    const auto& rows = input_.predictions.rows;
    predictions_.assign(rows.size(), SlicePlace::kOutside);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!assignment_.predictions[i]) {
        continue;
      }
      const std::int64_t truth = assignment_.truth_of[i];
      if (truth >= 0) {
        predictions_[i] = truths_[static_cast<std::size_t>(truth)];
      } else {
        const SliceAnswer found = answer_of(condition_, facts_of_prediction(input_, rows[i]));
        predictions_[i] = place_of(found);
        note_missing(found);
      }
      ++sliced_.counts.all_predictions;
      sliced_.counts.predictions += predictions_[i] == SlicePlace::kInside;
      sliced_.counts.undecided_predictions += predictions_[i] == SlicePlace::kUndecided;
    }
  }

  /// A class that has ground truth, but none in the slice, has no precision there: what was predicted of it
  /// without any ground truth cannot be judged.
  void drop_strangers() {
    std::vector<bool> in_whole(input_.categories.size()), inside(input_.categories.size());
    for (std::size_t i = 0; i < truths_.size(); ++i) {
      const std::uint32_t category = input_.truth.rows[i].category;
      in_whole[category] = true;
      inside[category] = inside[category] || truths_[i] == SlicePlace::kInside;
    }
    for (std::size_t i = 0; i < predictions_.size(); ++i) {
      const std::uint32_t category = input_.predictions.rows[i].category;
      if (predictions_[i] == SlicePlace::kInside && in_whole[category] && !inside[category]) {
        predictions_[i] = SlicePlace::kUndecided;
        --sliced_.counts.predictions;
        ++sliced_.counts.without_class;
      }
    }
  }

  /// Classes with rows inside, and those that have no row in the whole either; the new index of each old one.
  std::vector<std::uint32_t> keep_classes(EvaluationInput& made) const {
    std::vector<bool> kept(input_.categories.size(), true);
    for (const auto* rows : {&input_.truth.rows, &input_.predictions.rows}) {
      for (const PoseRow& row : *rows) {
        kept[row.category] = false;
      }
    }
    for (const auto& [rows, places] :
         {std::pair(&input_.truth.rows, &truths_), std::pair(&input_.predictions.rows, &predictions_)}) {
      for (std::size_t i = 0; i < rows->size(); ++i) {
        if ((*places)[i] == SlicePlace::kInside) {
          kept[(*rows)[i].category] = true;
        }
      }
    }
    std::vector<std::uint32_t> index(kept.size(), 0);
    for (std::size_t c = 0; c < kept.size(); ++c) {
      index[c] = static_cast<std::uint32_t>(made.categories.size());
      if (kept[c]) {
        made.categories.push_back(input_.categories[c]);
      }
    }
    return index;
  }

  static void copy_rows(const PoseSet& from, const std::vector<SlicePlace>& places,
                        const std::vector<std::uint32_t>& classes, PoseSet& to,
                        std::vector<std::int64_t>& copied) {
    to.source = from.source;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i] == SlicePlace::kInside) {
        copied.push_back(static_cast<std::int64_t>(i));
        to.rows.push_back(from.rows[i]);
        to.rows.back().category = classes[from.rows[i].category];
      }
    }
  }

  /// Where instance numbers did not pair the rows of the whole, they must not pair those of a part.
  void keep_pairing(EvaluationInput& made) const {
    const auto known = [](const PoseRow& row) { return row.instance >= 0; };
    const bool paired_by_number =
        std::all_of(input_.truth.rows.begin(), input_.truth.rows.end(), known) &&
        std::all_of(input_.predictions.rows.begin(), input_.predictions.rows.end(), known);
    if (!paired_by_number) {
      for (PoseRow& row : made.predictions.rows) {
        row.instance = -1;
      }
    }
  }

  static std::vector<Target> targets_of(const EvaluationInput& made) {
    std::map<std::pair<std::uint32_t, int>, Target> targets;
    for (const PoseRow& row : made.truth.rows) {
      Target& target = targets.try_emplace({row.image, row.object_id}, Target{row.image, row.object_id, 0, 0})
                           .first->second;
      ++target.count;
    }
    for (const PoseRow& row : made.predictions.rows) {
      if (const auto found = targets.find({row.image, row.object_id}); found != targets.end()) {
        ++found->second.estimates;
      }
    }
    std::vector<Target> list;
    for (const auto& [place, target] : targets) {
      list.push_back(target);
    }
    return list;
  }

  void make_input(bool targets) {
    auto made = std::make_shared<EvaluationInput>();
    made->name = input_.name;
    made->images = input_.images;
    const std::vector<std::uint32_t> classes = keep_classes(*made);
    copy_rows(input_.truth, truths_, classes, made->truth, sliced_.truth_rows);
    copy_rows(input_.predictions, predictions_, classes, made->predictions, sliced_.prediction_rows);
    keep_pairing(*made);
    for (const PoseRow& row : made->truth.rows) {
      if (const auto found = input_.objects.find(row.object_id); found != input_.objects.end()) {
        made->objects.insert(*found);
      }
    }
    if (targets) {
      made->targets = targets_of(*made);
    }
    made->depth = input_.depth;
    made->notes = input_.notes;
    made->allowed_problems = input_.allowed_problems;
    made->provenance = input_.provenance;
    made->judges_samples = false;
    sliced_.input = std::move(made);
  }

  const EvaluationInput& input_;
  const SliceAssignment& assignment_;
  const SliceCondition& condition_;
  std::vector<SlicePlace> truths_, predictions_;
  SlicedInput sliced_;
};

}  // namespace

SlicedInput sliced_input(const Protocol& protocol, const EvaluationInput& input,
                         const SliceAssignment& assignment, const SliceCondition& condition) {
  return InputSlicer(input, assignment, condition).slice(static_cast<bool>(protocol.looked_at));
}

}  // namespace alidade
