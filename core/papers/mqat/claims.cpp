// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/papers/mqat/report.h"

namespace alidade::mqat {
namespace {

/// Within so many points of each other nothing was gained or lost.
constexpr double kNothing = 1.0;
/// How far speed-up and compression may differ and still be in proportion, as a share.
constexpr double kInProportion = 0.2;
constexpr NormMode kNormModes[] = {NormMode::kLive, NormMode::kFrozen, NormMode::kFolded};

class StudyClaims {
 public:
  explicit StudyClaims(const StudyNumbers& numbers) : numbers_(numbers) {}

  /// "a is better than b", if the plan has both; by the usual metric and by the strict one.
  void compare(const std::string& statement, const std::string& a, const std::string& b,
               std::optional<double> margin = {}) {
    for (const ShareMetric& metric : {kUsual, kStrict}) {
      compare_by(metric, statement, a, b, margin);
    }
  }

  void compare_by(const ShareMetric& metric, const std::string& statement, const std::string& a,
                  const std::string& b, std::optional<double> margin = {}) {
    if (numbers_.seeds(a) > 0 && numbers_.seeds(b) > 0) {
      add(statement, metric.title() + " of " + a + " minus " + b,
          difference(numbers_.shares(a, metric), numbers_.shares(b, metric), kPoints), "points", 1, margin);
    }
  }

  void add(const std::string& statement, const std::string& measure, const SeedValues& differences,
           const std::string& unit, int decimals, std::optional<double> margin = {}) {
    claims_.push_back({statement, measure, unit, decimals, present(differences), margin});
  }

  std::vector<Claim> take() { return std::move(claims_); }

 private:
  const StudyNumbers& numbers_;
  std::vector<Claim> claims_;
};

std::string with_norm(const char* what, NormMode norm) {
  return std::string(what) + "-" + norm_word(norm);
}

/// Question (a), which the abstract answers with "more than 7 %" (published: 83.8 against 78.79, +5.0).
void add_pyramid(StudyClaims& claims) {
  for (const NormMode norm : kNormModes) {
    claims.compare("Two bits in the feature pyramid alone raise accuracy, norms " +
                       std::string(norm_word(norm)) + " (Table 1, Fig. 4; published +5.0)",
                   with_norm("pyramid2", norm), with_norm("float", norm));
  }
  for (int bin = 0; bin < static_cast<int>(std::size(kBins)); ++bin) {
    const char* published[] = {"+3.7", "+7.3", "+6.9"};
    ShareMetric metric = kUsual;
    metric.bin = bin;
    claims.compare_by(metric,
                      std::string("Two bits in the feature pyramid raise accuracy on ") + kBins[bin] +
                          " images (Table 3; published " + published[bin] + ")",
                      "pyramid2-frozen", "float-frozen");
  }
}

/// Fig. 4 and Table 1: what is more sensitive.
void add_sensitivity(StudyClaims& claims) {
  claims.compare("Two bits in the backbone alone lower accuracy (Fig. 4; published -9.7)", "float-frozen",
                 "backbone2-frozen");
  claims.compare("Two bits in the head alone lower accuracy (Fig. 4; published -11.0)", "float-frozen",
                 "head2-frozen");
  for (const char* more : {"backbone2-pyramid2-frozen", "backbone2-head2-frozen", "pyramid2-head2-frozen",
                           "backbone2-pyramid2-head2-frozen"}) {
    claims.compare_by(kUsual, "No other combination of two-bit modules gains (Fig. 4)", "float-frozen", more);
  }
}

/// Questions (b) and (c).
void add_methods(StudyClaims& claims) {
  for (const char* budget : kBudgets) {
    const std::string b = budget, size = " at the size of the uniform " + b + "-bit network (Fig. 6)";
    claims.compare("MQAT beats uniform LSQ" + size, "mqat-" + b, "uniform-" + b);
    claims.compare("MQAT beats layer-wise HAWQ" + size, "mqat-" + b, "layers-" + b);
    claims.compare("MQAT beats full precision" + size, "mqat-" + b, "float-total");
  }
  claims.compare("The order of the flow beats the reverse one (Table 1)", "mqat-3", "reverse-3");
  for (const char* other : {"middle-first-3", "order-1-3", "order-3-3", "order-4-3"}) {
    claims.compare("The order of the flow beats another one (Table 1)", "mqat-3", other);
  }
  for (const char* other : {"reverse-3", "middle-first-3"}) {
    claims.compare("Nothing recovers the accuracy that a wrong beginning lost (Sec. 4.3.1)", "float-total",
                   other);
  }
}

void add_generality(const StudyNumbers& n, StudyClaims& claims) {
  claims.compare("MQAT 8-2-8 with LSQ beats full precision (Table 2; published +4.6)", "table-2-lsq",
                 "float-total");
  claims.compare("MQAT 8-2-8 with INQ, powers of two, beats full precision (Table 2; published +4.9)",
                 "table-2-inq", "float-total");
  claims.compare("INQ beats LSQ (Table 2; published +0.3)", "table-2-inq", "table-2-lsq");
  for (const char* other : {"float-frozen", "pyramid-8", "pyramid-4", "pyramid-3"}) {
    claims.compare_by(kUsual, "Two bits suit the feature pyramid better than more (Fig. 5)",
                      "pyramid2-frozen", other);
  }
  claims.compare_by(kUsual, "A binary feature pyramid still beats full precision (Fig. 5)", "pyramid-binary",
                    "float-frozen");
  claims.compare("MQAT 8-2-8 beats full precision with the second backbone (Table 4; published +3.3)",
                 "second-mqat-8-2-8", "second-float-total");
  claims.compare("MQAT 8-2-8 beats uniform 8 bits with the second backbone (Table 4; published +8.0)",
                 "second-mqat-8-2-8", "second-lsq-8-8-8");
  claims.compare("MQAT 4-2-4 beats uniform 3 bits with the second backbone (Table 4; published +11.5)",
                 "second-mqat-4-2-4", "second-lsq-3-3-3");
  claims.compare("Two bits in the feature pyramid raise accuracy with the second backbone (Table 3)",
                 "second-pyramid2-frozen", "second-float-frozen");
  claims.compare("MQAT 8-2-8 beats full precision on occluded images (Table 2; published +2.0)",
                 "occluded-mqat-8-2-8", "occluded-float-total");
  claims.compare("INQ beats LSQ on occluded images (Table 2; published +0.4)", "occluded-mqat-8-2-8-inq",
                 "occluded-mqat-8-2-8");
  claims.compare("MQAT 8-2-8 beats full precision on the probe (Table 9; published +2.9)", "probe-mqat-8-2-8",
                 "probe-float-total");
  claims.add("Keypoints of MQAT are more concentrated than those of full precision (Fig. 7)",
             "the spread of a corner's votes, float-total minus mqat-3,",
             difference(n.spread("float-total"), n.spread("mqat-3")), "px", 2);
  for (const char* widths : kTimed) {
    if (widths != kTimed[0]) {
      claims.add("Latency falls in proportion to compression (Sec. 5; within 20 %)",
                 std::string("speed-up over compression of W") + widths +
                     " minus 1, repeated measurements in the place of seeds,",
                 n.latency_excess(widths), "", 2, kInProportion);
    }
  }
}

}  // namespace

std::vector<Claim> paper_claims(const StudyNumbers& numbers) {
  StudyClaims claims(numbers);
  add_pyramid(claims);
  add_sensitivity(claims);
  add_methods(claims);
  add_generality(numbers, claims);
  return claims.take();
}

std::vector<Claim> open_questions(const StudyNumbers& n) {
  StudyClaims claims(n);
  for (const NormMode norm : kNormModes) {
    claims.compare("Two bits in the feature pyramid change nothing, norms " + std::string(norm_word(norm)) +
                       " (within 1 point)",
                   with_norm("pyramid2", norm), with_norm("float", norm), kNothing);
  }
  const auto gain = [&](NormMode norm, const ShareMetric& metric) {
    return difference(n.shares(with_norm("pyramid2", norm), metric),
                      n.shares(with_norm("float", norm), metric), kPoints);
  };
  for (const ShareMetric& metric : {kUsual, kStrict}) {
    claims.add("Live norms make two bits look better than frozen ones do",
               metric.title() + ", gain by two bits with live norms minus gain with frozen ones,",
               difference(gain(NormMode::kLive, metric), gain(NormMode::kFrozen, metric)), "points", 1);
  }
  claims.compare("Freezing the norms is what fine-tuning gains by", "float-frozen", "float-live");
  claims.compare("Order changes nothing (within 1 point)", "mqat-3", "reverse-3", kNothing);
  claims.compare("Module after module beats the same widths at once", "mqat-3", "at-once-3");
  claims.compare("Retraining beats quantization without it", "mqat-3", "post-mqat-3");
  const auto light = [&](const char* arm) { return n.shares(arm, kUsual, kLight); };
  claims.add("MQAT loses no more than full precision under light that it has not seen (within 1 point)",
             kUsual.title() + " under unseen light, mqat-3 minus float-total,",
             difference(light("mqat-3"), light("float-total"), kPoints), "points", 1, kNothing);
  return claims.take();
}

}  // namespace alidade::mqat
