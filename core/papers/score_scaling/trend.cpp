// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/trend.h"

#include <cmath>

#include "core/base/text_table.h"
#include "core/evaluation/statistics.h"

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

std::string where_it_lies(const TrendCheck& check, const TrendResult& result) {
  const std::string margin =
      check.margin ? fixed_text(*check.margin, check.decimals) + " " + check.unit : std::string();
  switch (result.verdict) {
    case Verdict::kAppeared:
      return check.margin ? "which lies within " + margin + " of 0" : "which lies above 0";
    case Verdict::kDidNotAppear:
      return check.margin ? "which lies more than " + margin + " away from 0" : "which lies below 0";
    case Verdict::kUndecided:
      break;
  }
  return check.margin ? "which reaches beyond " + margin + " of 0" : "which contains 0";
}

}  // namespace

std::optional<Interval> seed_interval(std::span<const double> values, double level) {
  const SeedSummary summary = over_seeds(values);
  if (!summary.sem) {
    return std::nullopt;
  }
  const double half = student_t_quantile(0.5 + level / 2.0, summary.count - 1) * *summary.sem;
  return Interval{summary.mean - half, summary.mean + half, level};
}

TrendResult judge(const TrendCheck& check) {
  TrendResult result;
  result.seeds = check.differences.size();
  if (result.seeds == 0) {
    return result;
  }
  result.mean = over_seeds(check.differences).mean;
  result.interval = seed_interval(check.differences);
  if (result.interval && std::isfinite(result.interval->low) && std::isfinite(result.interval->high)) {
    result.verdict = verdict_of(*result.interval, check.margin);
  }
  return result;
}

std::string sentence(const TrendCheck& check, const TrendResult& result) {
  if (result.seeds == 0) {
    return "**Undecided.** " + check.claim + ": nothing was measured.";
  }
  const std::string mean = check.measure + " is " + signed_text(result.mean, check.decimals) +
                           (check.unit.empty() ? "" : " " + check.unit);
  if (!result.interval) {
    return "**Undecided.** " + check.claim + ": " + mean + " with one seed, which gives no interval.";
  }
  const char* verdict = result.verdict == Verdict::kAppeared       ? "**Appeared.** "
                        : result.verdict == Verdict::kDidNotAppear ? "**Did not appear.** "
                                                                   : "**Undecided.** ";
  return verdict + check.claim + ": " + mean + " on average over " + std::to_string(result.seeds) +
         " seeds, 95 % interval [" + fixed_text(result.interval->low, check.decimals) + ", " +
         fixed_text(result.interval->high, check.decimals) + "], " + where_it_lies(check, result) + ".";
}

}  // namespace alidade
