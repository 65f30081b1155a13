// SPDX-License-Identifier: BSD-3-Clause
#include <array>

#include <nlohmann/json.hpp>

#include "core/papers/h2a2/report.h"

namespace alidade::h2a2 {
namespace {

/// Within so many points of each other nothing was gained or lost.
constexpr double kNothing = 1.0;
constexpr const char* kMetricTitles[] = {"mAP@0.25", "mAP@0.5"};

class StudyClaims {
 public:
  explicit StudyClaims(const StudyNumbers& numbers) : numbers_(numbers) {}

  /// "a is better than b" on a source by a metric, if the plan has both.
  void compare_by(std::size_t metric, const std::string& statement, const std::string& source,
                  const std::string& a, const std::string& b, std::optional<double> margin = {}) {
    if (numbers_.seeds(a) > 0 && numbers_.seeds(b) > 0) {
      add(statement, std::string(kMetricTitles[metric]) + " of " + a + " minus " + b + where(source),
          points(metric, source, a, b), "points", 1, margin);
    }
  }
  /// By both metrics, the mean over the sources.
  void compare(const std::string& statement, const std::string& a, const std::string& b,
               std::optional<double> margin = {}) {
    for (std::size_t metric = 0; metric < std::size(kMetrics); ++metric) {
      compare_by(metric, statement, kMean, a, b, margin);
    }
  }

  void add(const std::string& statement, const std::string& measure, const SeedValues& differences,
           const std::string& unit, int decimals, std::optional<double> margin = {}) {
    claims_.push_back({statement, measure, unit, decimals, present(differences), margin});
  }

  SeedValues points(std::size_t metric, const std::string& source, const std::string& a,
                    const std::string& b) const {
    return difference(numbers_.accuracy(a, source, kMetrics[metric]),
                      numbers_.accuracy(b, source, kMetrics[metric]), kPoints);
  }

  std::vector<Claim> take() { return std::move(claims_); }

 private:
  static std::string where(const std::string& source) {
    return source == kMean ? ", mean over the sources," : " on " + source;
  }

  const StudyNumbers& numbers_;
  std::vector<Claim> claims_;
};

/// What the paper prints for a difference, by source and metric.
using Published = std::array<std::array<const char*, 2>, 3>;

/// A claim on each source by both metrics.
void on_each_source(StudyClaims& claims, const std::string& statement, const char* a, const char* b,
                    const Published& published) {
  const auto& sources = main_sources();
  for (std::size_t k = 0; k < sources.size(); ++k) {
    for (std::size_t metric = 0; metric < std::size(kMetrics); ++metric) {
      claims.compare_by(metric,
                        statement + " (" + sources[k].published + " published " + published[k][metric] + ")",
                        sources[k].name, a, b);
    }
  }
}

void add_ablation(StudyClaims& claims) {
  on_each_source(claims, "Naive joint training is worse than a detector of the source alone", kAlone, kJoint,
                 {{{"+2.1", "+4.7"}, {"+2.7", "+6.8"}, {"-1.9", "-5.1"}}});
  on_each_source(claims, "SF-KS helps joint training", kSelection, kJoint,
                 {{{"+5.9", "+6.7"}, {"+2.9", "+4.5"}, {"+1.4", "-0.8"}}});
  on_each_source(claims, "SF-KS gains more than NGH", kSelection, kHarmony,
                 {{{"+3.8", "+5.2"}, {"+1.8", "-0.3"}, {"+1.1", "-2.2"}}});
  on_each_source(claims, "SF-KS and NGH together beat SF-KS", kBoth, kSelection,
                 {{{"+0.8", "+2.5"}, {"+0.7", "+3.3"}, {"+0.9", "+3.3"}}});
  on_each_source(claims, "SF-KS and NGH together beat NGH", kBoth, kHarmony,
                 {{{"+4.6", "+7.7"}, {"+2.5", "+3.0"}, {"+2.0", "+1.1"}}});
  on_each_source(claims, "H2A2 beats a detector of the source alone", kBoth, kAlone,
                 {{{"+4.6", "+4.5"}, {"+0.9", "+1.0"}, {"+4.2", "+7.6"}}});
}

/// S3DIS gains most: over training alone, the mean of the other two sources' gains taken off.
void add_smallest_source(StudyClaims& claims) {
  const auto& sources = main_sources();
  const char* published[] = {"+1.5", "+4.9"};
  for (std::size_t metric = 0; metric < std::size(kMetrics); ++metric) {
    const SeedValues own = claims.points(metric, sources[2].name, kBoth, kAlone);
    const SeedValues a = claims.points(metric, sources[0].name, kBoth, kAlone),
                     b = claims.points(metric, sources[1].name, kBoth, kAlone);
    const SeedValues more = difference(difference(own, a, 0.5), difference(b, own, 0.5));
    claims.add(
        std::string("The small regular source gains most (S3DIS; published ") + published[metric] + ")",
        std::string(kMetricTitles[metric]) + " gained over training alone on " + sources[2].name +
            " minus the mean gain on the others",
        more, "points", 1);
  }
}

void add_structure(const StudyNumbers& n, StudyClaims& claims) {
  for (const char* arm : {kBoth, kSelection}) {
    claims.add(
        "Training lowers alpha where pairs lack",
        std::string("Spearman's correlation of alpha with the pairs of an offset, mean over layers of ") +
            arm,
        n.support_rank(arm), "", 2);
  }
  claims.add("Kernels of separately trained sources agree by offset (Fig. 1)",
             "Spearman's correlation of kernel norms between sources minus that of shuffled offsets",
             n.responses("trained", OffsetShuffle::kAll), "", 3);
  claims.add("They agree beyond the distance from the center (Fig. 1)",
             "the same, offsets shuffled among those equally far from the center,",
             n.responses("trained", OffsetShuffle::kWithinOrbits), "", 3);
}

void add_gradients(const StudyNumbers& n, StudyClaims& claims) {
  claims.add("Directions of the sources' gradients do not conflict",
             "the mean cosine between sources on shared parameters after joint training", n.cosine(kJoint),
             "", 3);
  SeedValues lack;
  for (const auto& psi : n.balance(kJoint, "psi")) {
    lack.push_back(psi ? std::optional(kUsualThreshold - *psi) : std::nullopt);
  }
  claims.add("Norms of the sources' gradients are out of balance",
             "0.8 minus the mean of Psi in joint training", lack, "", 3);
  claims.compare("NGH helps joint training", kHarmony, kJoint);
  claims.compare("Balancing norms beats projecting directions (PCGrad)", kHarmony, kProjection);
  claims.compare("Projecting directions changes nothing (PCGrad; within 1 point)", kProjection, kJoint,
                 kNothing);
}

void add_transfer(const StudyNumbers& n, StudyClaims& claims) {
  for (const StudySource& source : main_sources()) {
    const std::string joint = without_arm(source.name, kJoint), both = without_arm(source.name, kBoth);
    if (n.seeds(joint) == 0 || n.seeds(both) == 0) {
      continue;
    }
    for (std::size_t metric = 0; metric < std::size(kMetrics); ++metric) {
      claims.add("H2A2 transfers better than joint training to a source that it has not seen",
                 std::string(kMetricTitles[metric]) + " of " + both + " minus " + joint + " on " + source.name +
                     " by the best head",
                 difference(n.best_transfer(both, source.name, kMetrics[metric]),
                            n.best_transfer(joint, source.name, kMetrics[metric]), kPoints),
                 "points", 1);
    }
  }
}

/// Seeds as they are, ratios less 1.
SeedValues slower(const SeedValues& a, const SeedValues& b) {
  SeedValues values;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    values.push_back(a[i] && b[i] && *b[i] > 0.0 ? std::optional(*a[i] / *b[i] - 1.0) : std::nullopt);
  }
  return values;
}

/// The mean share of gamma of two sources less that of the third, which contradicts them.
SeedValues conflict_share(const StudyNumbers& n, const std::string& arm) {
  const auto& sources = data_of("conflict").sources;
  const SeedValues a = n.shared(arm, sources[0].name), b = n.shared(arm, sources[1].name),
                   odd = n.shared(arm, sources[2].name);
  return difference(difference(a, odd, 0.5), difference(odd, b, 0.5));
}

SeedValues mean_share(const StudyNumbers& n, const std::string& arm, const std::string& data) {
  const auto& sources = data_of(data).sources;
  SeedValues sum = n.shared(arm, sources[0].name);
  for (std::size_t k = 1; k < sources.size(); ++k) {
    const SeedValues next = n.shared(arm, sources[k].name);
    for (std::size_t i = 0; i < std::min(sum.size(), next.size()); ++i) {
      sum[i] = sum[i] && next[i] ? std::optional(*sum[i] + *next[i]) : std::nullopt;
    }
  }
  for (auto& value : sum) {
    value = value ? std::optional(*value / static_cast<double>(sources.size())) : value;
  }
  return sum;
}

}  // namespace

std::vector<Claim> paper_claims(const StudyNumbers& n) {
  StudyClaims claims(n);
  add_ablation(claims);
  add_smallest_source(claims);
  add_structure(n, claims);
  add_gradients(n, claims);
  add_transfer(n, claims);
  claims.add("SF-KS slows detection (published 23.7 to 18.2 frames/s, +0.30)",
             "seconds of a detection, both over joint, minus 1, repeated measurements in the place of seeds,",
             slower(n.timing(kBoth, "scene_s"), n.timing(kJoint, "scene_s")), "", 2);
  return claims.take();
}

std::vector<Claim> open_questions(const StudyNumbers& n) {
  StudyClaims claims(n);
  claims.compare("Running values of norms per source, not kernels, are what joint training lacks", kJoint,
                 "joint-one-norm");
  for (const char* control : {"all-shared", "all-exclusive", kRandomShare, "alpha-only", "beta-only"}) {
    claims.compare("Selection by alpha x beta beats the control", kBoth, control);
  }
  claims.compare("Batch norms per source help joint training", "joint-own-norms", kJoint);
  claims.compare("SF-KS helps where batch norms are per source", "both-own-norms", "joint-own-norms");
  claims.compare("The published epsilon changes nothing (within 1 point)", "published-epsilon", kBoth,
                 kNothing);
  const std::string identical = std::string("identical-") + kBoth,
                    conflict = std::string("conflict-") + kBoth;
  if (n.seeds(identical) > 0) {
    claims.add(
        "gamma shares more between identical sources than where one conflicts",
        "share of shared kernels, identical minus conflict,",
        difference(mean_share(n, identical, "identical"), mean_share(n, conflict, "conflict"), kPoints),
        "points", 1);
    claims.add(
        "gamma finds the source that conflicts",
        "share of shared kernels of the others minus that of the one",
        difference(conflict_share(n, conflict), SeedValues(conflict_share(n, conflict).size(), 0.0), kPoints),
        "points", 1);
  }
  SeedValues beyond;
  for (const auto& more : n.seed_agreement(kBoth, true)) {
    beyond.push_back(more ? std::optional(kPoints * *more) : std::nullopt);
  }
  claims.add("gamma is the same whatever the seed, more often than by chance",
             "decisions that agree between seeds minus what their shares alone would give", beyond, "points",
             1);
  return claims.take();
}

}  // namespace alidade::h2a2
