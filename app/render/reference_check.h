// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "core/data/image_difference.h"
#include "views/base/figure.h"
#include "views/base/figure_export.h"

namespace alidade {

/// A picture that a figure is to look like.
struct ReferenceCheck {
  std::filesystem::path file;        ///< PNG; empty: none
  double threshold = 0.001;          ///< share of the pixels that may differ (core/data/image_difference.h)
  std::filesystem::path difference;  ///< PNG to write: where they differ; empty: none
};

/// A PNG with its alpha. kInput when it is none.
Expected<ImageU8> read_reference(const std::filesystem::path& file);

/// The figure as the PNG that `options` give, compared with a reference. kMismatch, with both sizes, when
/// these differ.
Expected<ImageDifference> compare_with_reference(const Figure& figure, const ExportOptions& options,
                                                 const ImageU8& reference, const ReferenceCheck& check);

/// What was found, as the line that `alidade render` prints.
std::string reference_line(const ImageDifference& found, const ReferenceCheck& check);

/// kMismatch when more differs than may.
Expected<void> judge_difference(const ImageDifference& found, const ReferenceCheck& check);

}  // namespace alidade
