// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <compare>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "core/exchange/pose_table.h"

namespace alidade {
namespace {

std::string place(std::size_t row) {
  return "pose[" + std::to_string(row) + "]";
}

Error row_error(const PoseTable& table, std::size_t row, const std::string& problem,
                const std::string& remedy) {
  return input_error(table.source, place(row), problem, remedy);
}

/// Class names in the order of the report's rows.
std::vector<std::string> class_order(const PoseTable& truth, const PoseTable& predictions,
                                     const std::vector<std::string>& chosen) {
  for (const auto* list : {&chosen, &truth.categories, &predictions.categories}) {
    if (!list->empty()) {
      return *list;
    }
  }
  std::vector<ColumnLabel> labels = (truth.rows.empty() ? predictions : truth).row_labels;
  std::sort(labels.begin(), labels.end(), [](const ColumnLabel& a, const ColumnLabel& b) {
    return std::tie(a.number, a.text) < std::tie(b.number, b.text);
  });
  std::vector<std::string> names;
  for (const ColumnLabel& label : labels) {
    if (names.empty() || names.back() != label.text) {
      names.push_back(label.text);
    }
  }
  return names;
}

/// What makes two predictions the same, compared without a copy: there are a million of them.
struct RowContent {
  const PoseRow* row;

  std::partial_ordering operator<=>(const RowContent& other) const {
    const auto head = [](const PoseRow& r) { return std::tie(r.image, r.category, r.score); };
    if (const auto order = head(*row) <=> head(*other.row); order != 0) {
      return order;
    }
    const auto numbers = [](const auto& m, const auto& n) {
      return std::lexicographical_compare_three_way(m.data(), m.data() + m.size(), n.data(),
                                                    n.data() + n.size());
    };
    const auto order = numbers(row->cam_from_obj.R, other.row->cam_from_obj.R);
    return order != 0 ? order : numbers(row->cam_from_obj.t, other.row->cam_from_obj.t);
  }
  bool operator==(const RowContent& other) const { return (*this <=> other) == 0; }
};

/// Puts image and category numbers into the rows.
class Joiner {
 public:
  Joiner(PoseTable& truth, PoseTable& predictions, const std::vector<std::string>& chosen)
      : truth_(truth), predictions_(predictions), input_(std::make_shared<EvaluationInput>()) {
    input_->categories = class_order(truth, predictions, chosen);
    for (std::size_t i = 0; i < input_->categories.size(); ++i) {
      class_index_.emplace(input_->categories[i], static_cast<std::uint32_t>(i));
    }
    classes_declared_ = !chosen.empty() || !truth.categories.empty() || !predictions.categories.empty();
  }

  Expected<std::shared_ptr<EvaluationInput>> join() {
    if (auto images = collect_images(); !images) {
      return images.error();
    }
    for (PoseTable* table : {&truth_, &predictions_}) {
      PoseSet& set = table == &truth_ ? input_->truth : input_->predictions;
      set.source = table->source;
      if (auto rows = resolve(*table, &set); !rows) {
        return rows.error();
      }
      input_->notes.insert(input_->notes.end(), table->notes.begin(), table->notes.end());
    }
    input_->name = predictions_.name;
    note_sides();
    note_ties();
    note_duplicates();
    return input_;
  }

 private:
  Expected<void> collect_images() {
    for (std::size_t i = 0; i < truth_.images.size(); ++i) {
      add_image(truth_.images[i]);
      input_->images.back().time = i < truth_.times.size() ? truth_.times[i] : -1.0;
    }
    const bool listed = !truth_.images.empty();
    for (std::size_t i = 0; i < truth_.rows.size(); ++i) {
      const std::string& name = truth_.image_of(truth_.rows[i]);
      if (listed && !image_index_.find(name)) {
        return row_error(truth_, i, "image \"" + name + "\" is not in the list \"images\"",
                         "add it to the list or leave out the row");
      }
      add_image(name);
      ImageInfo& image = input_->images[*image_index_.find(name)];
      image.time = truth_.rows[i].seconds >= 0.0 ? truth_.rows[i].seconds : image.time;
    }
    return {};
  }

  void add_image(const std::string& name) {
    if (image_index_.add(name) == input_->images.size()) {
      input_->images.emplace_back().name = name;
    }
  }

  Expected<void> resolve(PoseTable& table, PoseSet* set) {
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      PoseRow& row = table.rows[i];
      const auto image = image_index_.find(table.image_of(row));
      if (!image) {
        return row_error(table, i, "image \"" + table.image_of(row) + "\" is not in " + truth_.source,
                         "leave out the row, or list images without objects under \"images\" in the ground "
                         "truth");
      }
      const auto category = class_of(table, i);
      if (!category) {
        return category.error();
      }
      row.image = *image;
      row.category = *category;
    }
    set->rows = std::move(table.rows);
    return {};
  }

  /// A number counts within the table's own list of classes, else within the common one.
  Expected<std::uint32_t> class_of(const PoseTable& table, std::size_t i) const {
    const ColumnLabel& label = table.label_of(table.rows[i]);
    std::string name = label.text;
    if (label.is_number && classes_declared_) {
      const auto& list = table.categories.empty() ? input_->categories : table.categories;
      if (label.number < 1 || label.number > static_cast<std::int64_t>(list.size())) {
        return row_error(table, i,
                         "class number " + name + " is not between 1 and " + std::to_string(list.size()) +
                             ", the number of classes",
                         "correct the row or the list of classes");
      }
      name = list[static_cast<std::size_t>(label.number - 1)];
    }
    const auto found = class_index_.find(name);
    if (found == class_index_.end()) {
      return row_error(table, i, "the class \"" + name.substr(0, 80) + "\" is unknown",
                       "name all classes under \"categories\" in the ground truth or with --categories, or "
                       "leave out the row");
    }
    return found->second;
  }

  void note_sides() {
    if (input_->truth.rows.empty()) {
      input_->notes.push_back("There is no ground truth: nothing can be found.");
    }
    if (input_->predictions.rows.empty()) {
      input_->notes.push_back("There are no predictions: every ground truth counts as missed.");
      return;
    }
    if (!predictions_.has_scores) {
      input_->notes.push_back(predictions_.source + ": no \"score\"; every prediction counts with score 1.");
    }
    for (const PoseTable* table : {&truth_, &predictions_}) {
      const PoseSet& set = table == &truth_ ? input_->truth : input_->predictions;
      if (!table->has_sizes && !set.rows.empty()) {
        input_->notes.push_back(table->source + ": no \"size\"; overlaps of boxes are 0.");
      }
    }
  }

  /// Numbers of the predictions, by the key and then by number.
  template <class Key>
  std::vector<std::uint32_t> sorted_by(const Key& key) const {
    std::vector<std::uint32_t> order(input_->predictions.rows.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      const auto left = key(a), right = key(b);
      return left != right ? left < right : a < b;
    });
    return order;
  }

  /// Average precision depends on the order of equal scores.
  void note_ties() {
    const auto& rows = input_->predictions.rows;
    const auto key = [&](std::uint32_t i) { return std::pair(rows[i].category, rows[i].score); };
    const auto order = sorted_by(key);
    std::size_t tied = 0;
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
      while (end < order.size() && key(order[end]) == key(order[begin])) {
        ++end;
      }
      tied += end - begin > 1 ? end - begin : 0;
    }
    if (tied > 0 && predictions_.has_scores) {
      input_->notes.push_back(std::to_string(tied) + " of " +
                              std::to_string(input_->predictions.rows.size()) +
                              " predictions share their score with another one of their class; what ranks by "
                              "score depends on the order among them.");
    }
  }

  void note_duplicates() {
    const auto& rows = input_->predictions.rows;
    const auto order = sorted_by([&](std::uint32_t i) { return RowContent{&rows[i]}; });
    std::size_t count = 0, first = rows.size();
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (RowContent{&rows[order[i]]} == RowContent{&rows[order[i - 1]]}) {
        ++count;
        first = std::min<std::size_t>(first, order[i]);
      }
    }
    if (count > 0) {
      input_->notes.push_back(predictions_.source + ": " + std::to_string(count) +
                              " predictions repeat another one of the same image, class, pose and score "
                              "(first: " +
                              place(first) + "); they count as detections of their own.");
    }
  }

  PoseTable& truth_;
  PoseTable& predictions_;
  std::shared_ptr<EvaluationInput> input_;
  NameList image_index_;
  std::map<std::string, std::uint32_t> class_index_;
  bool classes_declared_ = false;
};

}  // namespace

Expected<std::shared_ptr<EvaluationInput>> join_tables(PoseTable truth, PoseTable predictions,
                                                       const std::vector<std::string>& categories) {
  return Joiner(truth, predictions, categories).join();
}

}  // namespace alidade
