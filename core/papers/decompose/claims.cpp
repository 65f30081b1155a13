// SPDX-License-Identifier: BSD-3-Clause
#include <nlohmann/json.hpp>

#include "core/papers/decompose/gradient_summary.h"
#include "core/papers/decompose/report.h"

namespace alidade::decompose {
namespace {

struct NamedMetric {
  const char* id;
  const char* title;
};
/// The metrics that claims are judged by: the strict one that difficulty is of, and a lenient one.
constexpr NamedMetric kJudged[] = {{"5deg2cm", "5°2cm"}, {"10deg5cm", "10°5cm"}};

/// An arm in a sentence.
struct Named {
  std::string arm, words;
};

class StudyClaims {
 public:
  explicit StudyClaims(const StudyNumbers& numbers) : numbers_(numbers) {}

  /// "a is better than b" on a set, if the plan has both.
  void compare(const std::string& statement, const std::string& set, const Named& a, const Named& b,
               std::optional<double> margin = {}) {
    if (numbers_.seeds(set, a.arm) == 0 || numbers_.seeds(set, b.arm) == 0) {
      return;
    }
    for (const NamedMetric& metric : kJudged) {
      add(statement,
          std::string(metric.title) + " of \"" + a.words + "\" minus \"" + b.words + "\"" + on(set),
          difference(numbers_.accuracy(set, a.arm, metric.id), numbers_.accuracy(set, b.arm, metric.id),
                     kPoints),
          "points", 1, margin);
    }
  }

  void add(const std::string& statement, const std::string& measure, const SeedValues& differences,
           const std::string& unit, int decimals, std::optional<double> margin = {}) {
    claims_.push_back({statement, measure, unit, decimals, present(differences), margin});
  }

  std::string on(const std::string& set) const {
    return ", " + std::to_string(find_set(set)->categories.size()) + " categories" +
           (set == "unlike" ? " least alike," : ",");
  }

  std::vector<Claim> take() { return std::move(claims_); }

 private:
  const StudyNumbers& numbers_;
  std::vector<Claim> claims_;
};

const Named kShared{kNone, "no groups"}, kRandomGroups{"random", "random groups"};

Named grouped_of(const std::string& set) {
  return {grouped_arm(*find_set(set)), "groups by difficulty"};
}

/// Fig. 3a: where do categories fight?
void add_location(const StudyNumbers& n, StudyClaims& claims, const std::string& set) {
  if (n.seeds(set, kNone) == 0) {
    return;
  }
  const std::string where = "while training without groups" + claims.on(set);
  claims.add("The correspondence block has the lowest cosines between categories (Fig. 3a)",
             "the lowest mean cosine of the other blocks minus that of the correspondence block, " + where,
             n.lead(set, kNone, "mean_cosine", true), "", 3);
  claims.add("The correspondence block has the most scattered cosines (Fig. 3a)",
             "the variance of cosines in the correspondence block minus the highest of the others, " + where,
             n.lead(set, kNone, "variance", false), "", 4);
  claims.add(
      "The correspondence block has the most negative transfer (Fig. 3a)",
      "the mean negative transfer in the correspondence block minus the highest of the others, " + where,
      n.lead(set, kNone, "mean_negative_transfer", false), "", 3);
}

/// Fig. 3c, 4 and 6: does it help the gradients?
void add_dynamics(const StudyNumbers& n, StudyClaims& claims, const std::string& set) {
  const std::string main = grouped_arm(*find_set(set));
  if (n.seeds(set, main) == 0 || n.seeds(set, kNone) == 0) {
    return;
  }
  const auto backbone = [&](const std::string& arm) { return n.block(set, arm, kBackbone, "mean_cosine"); };
  claims.add("Groups make categories agree more in the shared backbone (Fig. 3c, 6)",
             "the mean cosine in the backbone, groups by difficulty minus none" + claims.on(set),
             difference(backbone(main), backbone(kNone)), "", 3);
  claims.add("Categories in one branch agree more than without groups (Fig. 3b)",
             "the mean cosine in the correspondence block over the pairs that share a branch, groups by "
             "difficulty minus none" +
                 claims.on(set),
             n.within_gain(set, main), "", 3);
  const std::string high(find_set(set)->groups, 'h');
  if (n.seeds(set, high) > 0) {
    claims.add("Asymmetric branches make training steadier than equal ones (Fig. 4)",
               "the mean cosine in the backbone, asymmetric minus equal high branches" + claims.on(set),
               difference(backbone(main), backbone(high)), "", 3);
  }
}

void add_table_two(StudyClaims& claims, const std::string& set, const std::string& table) {
  claims.compare("Groups by difficulty beat no groups (" + table + ")", set, grouped_of(set), kShared);
  claims.compare("Groups by difficulty beat random ones (" + table + ")", set, grouped_of(set),
                 kRandomGroups);
}

void add_ablations(StudyClaims& claims, const std::string& set) {
  const Named grouped = grouped_of(set);
  const std::size_t groups = static_cast<std::size_t>(find_set(set)->groups);
  const std::string high(groups, 'h'), low(groups, 'l');
  const std::string turned = groups == 3 ? "llh" : "llhh";
  claims.compare("Boundary refinement improves the groups (Table 2)", set, grouped,
                 {"unrefined", "groups by difficulty without refinement"});
  claims.compare("Low branches for hard categories beat high branches for all (Table 3)", set, grouped,
                 {high, "high branches only"});
  claims.compare("Low branches for hard categories beat low branches for all (Table 3)", set, grouped,
                 {low, "low branches only"});
  claims.compare("Low branches for hard categories beat low branches for easy ones (Table 3)", set, grouped,
                 {turned, "low branches for easy categories"});
  claims.compare("It is the correspondence block that should be split, not the backbone (Table 4)", set,
                 grouped, {"split-backbone", "a split backbone"});
  claims.compare("It is the correspondence block that should be split, not the pose head (Table 4)", set,
                 grouped, {"split-head", "a split pose head"});
  for (const char* count : {"2", "3", "4", "5"}) {
    claims.compare("The paper's number of groups is the best (Table 5)", set, grouped,
                   {std::string("g") + count, std::string(count) + " groups"});
  }
  for (const auto& [arm, words] : {std::pair{"by-diffusion", "difficulty by pose diffusion"},
                                   std::pair{"by-regression", "difficulty by its regression head"}}) {
    claims.compare("Whose accuracy ranks the categories hardly matters (Table 6; within 2 points)", set,
                   {arm, words}, grouped, 2.0);
  }
}

/// How much more capacity helps with groups than without: 2 x 2 of grouping and capacity.
void add_interaction(const StudyNumbers& n, StudyClaims& claims) {
  if (n.seeds("six", "low") == 0) {
    return;
  }
  for (const NamedMetric& metric : kJudged) {
    const auto value = [&](const char* arm) { return n.accuracy("six", arm, metric.id); };
    claims.add(
        "Groups help more where branches are high than where they are low",
        std::string(metric.title) + ", gain by groups with high branches minus gain with low ones,",
        difference(difference(value("hhh"), value(kNone)), difference(value("lll"), value("low")), kPoints),
        "points", 1);
  }
}

}  // namespace

std::vector<Claim> paper_claims(const StudyNumbers& numbers) {
  StudyClaims claims(numbers);
  for (const char* set : {"six", "ten"}) {
    add_location(numbers, claims, set);
    add_dynamics(numbers, claims, set);
    add_table_two(claims, set, "Table 1, 2 and 7");
    add_ablations(claims, set);
  }
  add_table_two(claims, "unlike", "Table 8");
  return claims.take();
}

std::vector<Claim> open_questions(const StudyNumbers& numbers) {
  StudyClaims claims(numbers);
  const Named grouped = grouped_of("six");
  claims.compare("Groups beat one branch with as many parameters", "six", grouped,
                 {"wide", "no groups, as many parameters"});
  claims.compare("Random groups already beat no groups", "six", kRandomGroups, kShared);
  claims.compare("Groups still help with AG-Pose's own weights of the losses in the baseline", "six", grouped,
                 {"ag-pose", "no groups, AG-Pose's weights"});
  claims.compare("Groups by difficulty beat groups by clustered gradients (App. G)", "six", grouped,
                 {"by-gradients", "groups by clustered gradients"});
  claims.compare("Groups by difficulty beat groups by measured effects (App. G)", "six", grouped,
                 {"by-effects", "groups by measured effects"});
  claims.compare("Color features help", "six", grouped, {"color-none", "without color"});
  claims.compare("What the color encoder has learned helps", "six", grouped,
                 {"color-random", "color features of random weights"});
  add_interaction(numbers, claims);
  return claims.take();
}

}  // namespace alidade::decompose
