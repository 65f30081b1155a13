// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <QString>

#include "core/data/dataset.h"

namespace alidade {

/// The browser's filter language: words that must occur in a frame's name or categories, and comparisons
/// "err>10" (worst symmetry-reduced rotation error of the frame, degrees) and "n>=3" (number of objects).
/// All terms must hold. "mug error>10°" is understood as well.
class BrowserFilter {
 public:
  static BrowserFilter parse(const QString& text);

  bool empty() const { return words_.empty() && comparisons_.empty(); }
  /// What is wrong with the text, as a sentence; empty when it is understood. A faulty filter matches
  /// everything.
  const QString& problem() const { return problem_; }

  /// `worst_error_deg` is NaN when the frame has no estimate; no comparison with it holds then.
  bool matches(const FrameInfo& frame, double worst_error_deg) const;

 private:
  enum class Quantity { kError, kCount };
  enum class Relation { kLess, kLessEqual, kEqual, kGreaterEqual, kGreater };
  struct Comparison {
    Quantity quantity;
    Relation relation;
    double value;
  };

  bool addComparison(const QString& term);
  static bool holds(const Comparison& comparison, double value);

  std::vector<std::string> words_;  ///< lower case
  std::vector<Comparison> comparisons_;
  QString problem_;
};

}  // namespace alidade
