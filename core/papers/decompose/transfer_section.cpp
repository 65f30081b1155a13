// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/decompose/transfer_section.h"

#include <cmath>
#include <limits>
#include <vector>

#include "core/base/text_table.h"
#include "core/contention/effects.h"
#include "core/papers/decompose/gradient_summary.h"

namespace alidade::decompose {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
constexpr const char* kBlocks[] = {kBackbone, kCorrespondence, kHead};
/// Agreement is judged by these: the strict one that difficulty is of, and a lenient one.
constexpr const char* kJudged[] = {"5deg2cm", "10deg5cm"};
constexpr const char* kJudgedTitles[] = {"5°2cm", "10°5cm"};

double of_first_seed(const SeedValues& values) {
  return values.empty() ? kUnknown : values.front().value_or(kUnknown);
}

std::string cell(double value, int decimals) {
  return (std::isfinite(value) ? fixed_text(value, decimals) : std::string("–")) + " | ";
}

/// What is known of the categories, in the order of the set.
struct Transfers {
  std::vector<std::vector<double>> negative;              ///< [block][category]
  std::vector<std::vector<double>> joint, alone, gained;  ///< [metric][category], shares
};

Transfers transfers_of(const StudyNumbers& n, const StudySet& set) {
  Transfers all;
  const auto* summary = n.result("contention-" + set.name + "-" + kNone + "-s1");
  for (const char* block : kBlocks) {
    const auto known =
        summary != nullptr ? summary_transfers(*summary, block) : std::map<std::string, double>();
    auto& row = all.negative.emplace_back();
    for (const std::string& category : set.categories) {
      const auto found = known.find(category);
      row.push_back(found == known.end() ? kUnknown : found->second);
    }
  }
  for (const char* metric : kJudged) {
    auto& joint = all.joint.emplace_back();
    auto& alone = all.alone.emplace_back();
    for (const std::string& category : set.categories) {
      joint.push_back(of_first_seed(n.category_accuracy(set.name, kNone, category, metric)));
      alone.push_back(of_first_seed(n.category_accuracy(set.name, alone_arm(category), category, metric)));
    }
    all.gained.push_back(realized_transfer(joint, alone));
  }
  return all;
}

std::string table_of(const Transfers& all, const StudySet& set) {
  std::string out = "| category | N, backbone | N, correspondence | N, head |";
  std::string rule = "| --- | ---: | ---: | ---: |";
  for (const char* title : kJudgedTitles) {
    out += " " + std::string(title) + " alone (%) | with all (%) | transfer |";
    rule += " ---: | ---: | ---: |";
  }
  out += "\n" + rule + "\n";
  for (std::size_t i = 0; i < set.categories.size(); ++i) {
    out += "| " + set.categories[i] + " | ";
    for (const auto& block : all.negative) {
      out += cell(block[i], 3);
    }
    for (std::size_t m = 0; m < all.gained.size(); ++m) {
      out += cell(kPoints * all.alone[m][i], 1) + cell(kPoints * all.joint[m][i], 1) +
             cell(kPoints * all.gained[m][i], 1);
    }
    out.back() = '\n';
  }
  return out + "\n";
}

std::string agreements_of(const Transfers& all) {
  std::string out;
  for (std::size_t b = 0; b < all.negative.size(); ++b) {
    for (std::size_t m = 0; m < all.gained.size(); ++m) {
      const RankAgreement found = list_agreement(all.negative[b], all.gained[m], 1);
      if (std::isfinite(found.correlation)) {
        out += (out.empty() ? "" : "; ") + std::string(kBlocks[b]) + ", " + kJudgedTitles[m] + ": " +
               fixed_text(found.correlation, 2) + " (p " + fixed_text(found.p, 2) + ")";
      }
    }
  }
  return out.empty() ? std::string()
                     : "Rank correlation of N with the transfer (negative where N foretells a loss; p by "
                       "permutation, two-sided): " +
                           out + ".\n\n";
}

}  // namespace

std::string transfer_section(const StudyNumbers& n, const std::string& name) {
  const StudySet& set = *find_set(name);
  if (n.seeds(name, alone_arm(set.categories.front())) == 0) {
    return {};
  }
  const Transfers all = transfers_of(n, set);
  return "## Does negative transfer of gradients foretell that of accuracy?\n\n" + table_of(all, set) +
         agreements_of(all) +
         "One seed: each category alone sees as many of its objects, in as many steps, as in the training of "
         "all of them without groups. Transfer is the accuracy trained with all minus alone, in points: "
         "below "
         "0 the others cost it. N is the mean over checkpoints of that training.\n\n";
}

}  // namespace alidade::decompose
