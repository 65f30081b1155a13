// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/base/provenance.h"
#include "core/evaluation/pose_set.h"
#include "core/exchange/column_reader.h"

namespace alidade {

/// Which side of an evaluation a table is.
enum class PoseRole { kTruth, kPredictions };

/// Names, each once, in the order in which they first came.
class NameList {
 public:
  /// The index of a name, which is added when it is new.
  std::uint32_t add(const std::string& name);
  /// The index of a name that is there.
  std::optional<std::uint32_t> find(const std::string& name) const;
  const std::vector<std::string>& names() const { return names_; }

 private:
  static constexpr std::uint32_t kFree = ~std::uint32_t{0};
  std::size_t slot_of(const std::string& name) const;

  std::vector<std::string> names_;
  std::vector<std::uint32_t> slots_;  ///< open addressing, at most half full: a map takes four times the room
};

/// Ground truth or predictions before the two are joined. Until then `image` and `category` of a row count
/// within the table's own lists.
struct PoseTable {
  std::string source;                   ///< for messages: file name or "dataset NAME"
  std::string name;                     ///< of the run, for tables
  std::vector<PoseRow> rows;            ///< checked: proper rotations, finite numbers
  NameList row_images;                  ///< what PoseRow::image names
  std::vector<ColumnLabel> row_labels;  ///< what PoseRow::category names
  std::vector<std::string> images;      ///< all images, also those without rows; empty = those of the rows
  std::vector<std::string> categories;  ///< order of the classes; empty = not said
  std::vector<double> times;            ///< seconds, one per entry of `images`; empty = unknown
  std::vector<std::string> skipped;     ///< what the file says of objects that could not be estimated
  bool has_categories = true;
  bool has_sizes = true;
  bool has_centers = true;
  bool has_scores = true;
  std::vector<std::string> notes;
  Provenance provenance;

  const std::string& image_of(const PoseRow& row) const { return row_images.names()[row.image]; }
  const ColumnLabel& label_of(const PoseRow& row) const { return row_labels[row.category]; }
  /// Puts a row behind the others, its image and its category by name.
  void add(const std::string& image, const std::string& category, PoseRow row);
};

/// Checks the pose of a row and splits it: rotation, translation; `size` and `center_obj` are multiplied by
/// the scale inside. A matrix that is a rotation but for rounding of doubles stays as it is. `deviation`
/// receives what the projection changed. The Error is the `problem` of input_error.
Expected<void> set_pose(const Eigen::Matrix4d& pose, PoseRow* row, double* deviation);

/// What `to_json(Provenance)` wrote; fields that are missing or of another type stay empty.
Provenance parse_provenance(const std::string& json);

/// Joins ground truth and predictions into what protocols take. `categories` (empty = none) decides the
/// classes and their order before the tables' own lists do; classes named nowhere come in the order of
/// names, or of numbers. A prediction in an image or of a class that the ground truth does not know is an
/// Error that names file and row; ties, exact duplicates and an empty side are noted.
Expected<std::shared_ptr<EvaluationInput>> join_tables(PoseTable truth, PoseTable predictions,
                                                       const std::vector<std::string>& categories);

}  // namespace alidade
