// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/claim.h"

#include <cmath>

#include "core/base/text_table.h"
#include "core/evaluation/statistics/statistics.h"
#include "core/experiments/seed_values.h"

namespace alidade {
namespace {

std::string signed_text(double value, int decimals) {
  const std::string text = fixed_text(value, decimals);
  return value > 0.0 && text.find_first_of("123456789") != std::string::npos ? "+" + text : text;
}

/// Where the interval lies, seen from the claim.
Verdict verdict_of(const Interval& interval, std::optional<double> margin) {
  const double low = margin ? -*margin : 0.0;
  if (margin && interval.low >= low && interval.high <= *margin) {
    return Verdict::kAppeared;
  }
  if (!margin && interval.low > 0.0) {
    return Verdict::kAppeared;
  }
  const bool beyond = interval.high < low || (margin && interval.low > *margin);
  return beyond ? Verdict::kDidNotAppear : Verdict::kUndecided;
}

std::string where_it_lies(const Claim& claim, const Judgement& judgement) {
  const std::string margin =
      claim.margin ? fixed_text(*claim.margin, claim.decimals) + " " + claim.unit : std::string();
  switch (judgement.verdict) {
    case Verdict::kAppeared:
      return claim.margin ? "which lies within " + margin + " of 0" : "which lies above 0";
    case Verdict::kDidNotAppear:
      return claim.margin ? "which lies more than " + margin + " away from 0" : "which lies below 0";
    case Verdict::kUndecided:
      break;
  }
  return claim.margin ? "which reaches beyond " + margin + " of 0" : "which contains 0";
}

}  // namespace

Judgement judge(const Claim& claim) {
  Judgement judgement;
  judgement.seeds = claim.differences.size();
  if (judgement.seeds == 0) {
    return judgement;
  }
  judgement.mean = over_seeds(claim.differences).mean;
  judgement.interval = seed_interval(claim.differences);
  if (judgement.interval && std::isfinite(judgement.interval->low) &&
      std::isfinite(judgement.interval->high)) {
    judgement.verdict = verdict_of(*judgement.interval, claim.margin);
  }
  return judgement;
}

std::string sentence(const Claim& claim, const Judgement& judgement) {
  if (judgement.seeds == 0) {
    return "**Undecided.** " + claim.statement + ": nothing was measured.";
  }
  const std::string mean = claim.measure + " is " + signed_text(judgement.mean, claim.decimals) +
                           (claim.unit.empty() ? "" : " " + claim.unit);
  if (!judgement.interval) {
    return "**Undecided.** " + claim.statement + ": " + mean + " with one seed, which gives no interval.";
  }
  const char* verdict = judgement.verdict == Verdict::kAppeared       ? "**Appeared.** "
                        : judgement.verdict == Verdict::kDidNotAppear ? "**Did not appear.** "
                                                                      : "**Undecided.** ";
  return verdict + claim.statement + ": " + mean + " on average over " + std::to_string(judgement.seeds) +
         " seeds, 95 % interval [" + fixed_text(judgement.interval->low, claim.decimals) + ", " +
         fixed_text(judgement.interval->high, claim.decimals) + "], " + where_it_lies(claim, judgement) + ".";
}

std::string claim_sentences(const std::vector<Claim>& claims) {
  std::string out;
  for (const Claim& claim : claims) {
    out += "- " + sentence(claim, judge(claim)) + "\n";
  }
  return out + "\n";
}

std::string claim_counts(const std::vector<Claim>& claims) {
  std::size_t counts[3] = {};
  for (const Claim& claim : claims) {
    ++counts[static_cast<std::size_t>(judge(claim).verdict)];
  }
  return "Of " + std::to_string(claims.size()) + " numbers behind the paper's claims " +
         std::to_string(counts[0]) + " appeared, " + std::to_string(counts[1]) + " did not appear, " +
         std::to_string(counts[2]) + " are undecided.";
}

}  // namespace alidade
