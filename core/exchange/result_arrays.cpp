// SPDX-License-Identifier: BSD-3-Clause
#include "core/exchange/result_arrays.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "core/exchange/column_reader.h"
#include "core/exchange/pose_set_file.h"

namespace alidade {
namespace {

ArraysKind kind_of(const ColumnReader& columns) {
  const auto any = [&columns](std::initializer_list<const char*> keys) {
    return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return columns.has(key); });
  };
  if (columns.has("samples") && !columns.has("pose")) {
    return ArraysKind::kSamples;
  }
  // "symmetry" stands in both; what estimates alone have decides first.
  const bool predictions = any({"score", "hypotheses", "energy", "rotation_error_deg"});
  const bool truth = any({"visible_fraction", "handle_visible", "symmetry"});
  return truth && !predictions ? ArraysKind::kGroundTruth : ArraysKind::kPoses;
}

}  // namespace

Expected<ResultArrays> read_result_arrays(const std::filesystem::path& path) {
  auto columns = ColumnReader::read(path, {"image"}, "Pose results");
  if (!columns) {
    return columns.error();
  }
  ResultArrays arrays;
  arrays.kind = kind_of(*columns);
  const bool samples = arrays.kind == ArraysKind::kSamples;
  const char* key = samples ? "samples" : "pose";
  if (!columns->has(key)) {
    return input_error(path.string(), "", "it holds neither \"pose\" nor \"samples\"",
                       "see \"Pose results\" and \"Sample sets\" in docs/formats.md");
  }
  if (auto counted = columns->count_by(key); !counted) {
    return counted.error();
  }
  if (samples) {
    auto read = samples_of(std::move(*columns));
    if (!read) {
      return read.error();
    }
    arrays.samples = std::move(*read);
    return arrays;
  }
  const auto role = arrays.kind == ArraysKind::kGroundTruth ? PoseRole::kTruth : PoseRole::kPredictions;
  auto read = pose_table_of(*columns, path, role);
  if (!read) {
    return read.error();
  }
  arrays.poses = std::move(*read);
  return arrays;
}

}  // namespace alidade
