// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/evaluation/report/report.h"

namespace alidade {

/// Whether numbers show what a paper claims.
enum class Verdict {
  kAppeared,      ///< the whole interval lies where the claim puts it
  kDidNotAppear,  ///< the whole interval lies elsewhere
  kUndecided,     ///< the interval reaches into both, or there is none
};

/// What a paper says of a difference A - B, measured once per seed.
struct Claim {
  std::string statement;  ///< "Guided K = 1 is more accurate than unguided K = 1 (Table 2)"
  std::string measure;    ///< what the differences are of: "10°2cm, guided minus unguided"
  std::string unit;       ///< "points", "°"
  int decimals = 1;
  std::vector<double> differences;  ///< one per seed, in `unit`
  /// The claim: differences above 0. With a margin: differences within -+ margin.
  std::optional<double> margin;
};

struct Judgement {
  Verdict verdict = Verdict::kUndecided;
  std::size_t seeds = 0;
  double mean = 0.0;
  std::optional<Interval> interval;  ///< Student's t over seeds; missing below two seeds
};

Judgement judge(const Claim& claim);

/// The verdict in words, computed from the numbers: "**Appeared.** STATEMENT: MEASURE is +12.3 points on
/// average over 3 seeds, 95 % interval [8.1, 16.5], which lies above 0."
std::string sentence(const Claim& claim, const Judgement& judgement);

/// The sentences of all as a Markdown list.
std::string claim_sentences(const std::vector<Claim>& claims);

/// "Of 12 numbers behind the paper's claims 5 appeared, 3 did not appear, 4 are undecided."
std::string claim_counts(const std::vector<Claim>& claims);

}  // namespace alidade
