// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/report.h"

#include "core/base/provenance.h"
#include "core/base/text_table.h"

namespace alidade::h2a2 {
namespace {

/// Differences of one seed, which decide nothing: a table in place of sentences.
std::string single_table(const std::vector<Claim>& claims) {
  std::string out = "| claim | difference | of one seed |\n| --- | --- | ---: |\n";
  for (const Claim& claim : claims) {
    out += "| " + claim.statement + " | " + claim.measure + " | " +
           fixed_text(claim.differences.front(), claim.decimals) + (claim.unit.empty() ? "" : " ") +
           claim.unit + " |\n";
  }
  return out + "\n";
}

/// Sentences for what several seeds say, and a table of what one seed says.
std::string judged_claims(const std::vector<Claim>& all, bool counted) {
  std::vector<Claim> several, single;
  for (const Claim& claim : all) {
    (claim.differences.size() == 1 ? single : several).push_back(claim);
  }
  std::string out = counted ? claim_counts(several) + "\n\n" : "";
  out += claim_sentences(several);
  return out + (single.empty()
                    ? ""
                    : "One seed shows a difference and decides nothing:\n\n" + single_table(single));
}

std::string report_head(const StudyNumbers& n) {
  const StudySizes& s = n.plan().sizes;
  const auto count = [](int value) { return std::to_string(value); };
  return "# H2A2, reproduced on Rooms\n\nMade by Alidade " + current_provenance().version +
         ".\n\n**What this is.** The comparisons of the H2A2 paper on three procedural sources of indoor "
         "scenes: "
         "whole scanned rooms stand for ScanNet, single noisy views for SUN RGB-D, large offices for S3DIS. "
         "Published numbers are of real scans, a network of many times the size and trainings of days; they "
         "stand "
         "beside ours to show the paper's order, not to be compared with them.\n\n**What was done.** Network "
         "\"" +
         s.network + "\", " + count(s.steps) + " optimization steps for every arm, with " + count(s.batch) +
         " scenes of each of its sources in a step; at most " + count(s.train_scenes) + " training and " +
         count(s.test_scenes) + " test scenes of each source with at most " + count(s.points) +
         " points, voxels of " + count(s.voxel_mm) +
         " mm. A detector of one source alone has as many steps of its own, so that the three of them "
         "cost what "
         "joint training costs. Arms differ in what their names say and in nothing else; equal seeds draw "
         "scenes and "
         "augmentation alike. Batch norms keep running values for each source in every arm unless its name "
         "says "
         "otherwise: averaged over sources they fit none of them, which is no matter of kernels. The main "
         "arms have " +
         count(s.seeds) +
         " seeds; rows of one seed say so and have no interval. Numbers are means over seeds with the 95 % "
         "interval "
         "of Student's t, differences are taken seed by seed; intervals are not corrected for the number of "
         "comparisons.\n\n";
}

constexpr char kReadings[] =
    "## How the paper was read\n\n"
    "- The paper is known to us by a summary. \"mAP\" is at overlaps of 0.25 and 0.5 by the indoor "
    "protocol.\n"
    "- beta is (1 + cosine) / 2, so that it lies in [0, 1] as the paper says; its mean is over the sites of "
    "a "
    "scene. tau and the initial O are not published; they are stated together.\n"
    "- Naive joint training of the ablation's first row is worse than TR3D alone on ScanNet and SUN RGB-D "
    "and better "
    "on S3DIS (76.4 / 56.8 against 74.5 / 51.7), which the text does not say. SF-KS alone lowers mAP@0.5 on "
    "S3DIS, "
    "and NGH alone is higher than SF-KS there and on SUN RGB-D.\n"
    "- NGH without the published epsilon of 1e-8, which calls equal norms of 1e-4 imbalanced.\n"
    "- Whether the paper shares batch norms is not said.\n\n";

}  // namespace

std::string study_report(const StudyNumbers& n, const std::vector<PublishedTable>& published) {
  std::string out = report_head(n);
  out += "## Did the paper's trends appear?\n\n" + judged_claims(paper_claims(n), true);
  out += "## What the paper leaves open\n\n" + judged_claims(open_questions(n), false);
  out += accuracy_sections(n, published) + sharing_sections(n) + gradient_section(n) + transfer_section(n);
  out += cost_section(n, published) + kReadings;
  return out +
         "## Not covered\n\nThe three real datasets, the other published methods, several ranks of one "
         "source.\n";
}

}  // namespace alidade::h2a2
