// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/h2a2/arms.h"

#include <algorithm>
#include <cmath>

#include "core/base/text_table.h"

namespace alidade::h2a2 {
namespace {

Arm plain_arm(const std::string& name, const std::string& words) {
  Arm arm;
  arm.name = name;
  arm.words = words;
  return arm;
}

/// SF-KS and NGH, which most controls change in one thing.
Arm both_arm(const std::string& name, const std::string& words) {
  Arm arm = plain_arm(name, words);
  arm.choice = "selected";
  arm.combine = "harmonized";
  return arm;
}

Arm chosen_arm(const std::string& name, const std::string& words, const std::string& choice) {
  Arm arm = both_arm(name, words);
  arm.choice = choice;
  return arm;
}

Arm with_norm(Arm arm, const std::string& norm) {
  arm.norm = norm;
  return arm;
}

Arm with_ratio(double ratio, double start = kUsualStart) {
  const std::string text = fixed_text(ratio, 2);
  const bool usual = start == kUsualStart;
  Arm arm = both_arm("ratio-" + text + (usual ? "" : "-from-0"),
                     "tau / sigma(O) = " + text + (usual ? "" : ", O = 0 at the start"));
  arm.ratio = ratio;
  arm.offset_start = start;
  return arm;
}

Arm with_threshold(double threshold) {
  const std::string text = fixed_text(threshold, 2);
  Arm arm = both_arm("threshold-" + text, "threshold of Psi " + text);
  arm.threshold = threshold;
  return arm;
}

Arm of_data(Arm arm, const std::string& data) {
  arm.name = data + "-" + arm.name;
  arm.data = data;
  return arm;
}

Arm every(Arm arm) {
  arm.every_seed = true;
  return arm;
}

void add_main(std::vector<Arm>& arms) {
  Arm joint = every(plain_arm(kJoint, "joint training, everything shared but the heads"));
  Arm selection = every(plain_arm(kSelection, "SF-KS"));
  selection.choice = "selected";
  Arm harmony = every(plain_arm(kHarmony, "NGH"));
  harmony.combine = "harmonized";
  Arm both = every(both_arm(kBoth, "SF-KS and NGH"));
  joint.cosines = both.cosines = true;
  arms.insert(arms.end(), {joint, both, selection, harmony});
  for (const StudySource& source : main_sources()) {
    Arm alone = every(plain_arm(alone_arm(source.name), source.name + " alone"));
    alone.only = {source.name};
    alone.transfers = source.name != main_sources().back().name;
    arms.push_back(std::move(alone));
  }
  Arm projection = every(plain_arm(kProjection, "PCGrad"));
  projection.combine = "projected";
  arms.push_back(std::move(projection));
}

void add_left_out(std::vector<Arm>& arms, const std::string& left_out) {
  for (const char* method : {kJoint, kBoth}) {
    Arm arm = std::string(method) == kBoth ? both_arm("", "SF-KS and NGH") : plain_arm("", "joint");
    arm.name = without_arm(left_out, method);
    arm.words += " without " + left_out;
    arm.transfers = true;
    for (const StudySource& source : main_sources()) {
      if (source.name != left_out) {
        arm.only.push_back(source.name);
      }
    }
    arms.push_back(std::move(arm));
  }
}

void add_controls(std::vector<Arm>& arms) {
  arms.push_back(chosen_arm("all-shared", "gamma = 1: modulation and gates alone", "shared"));
  arms.push_back(chosen_arm("all-exclusive", "gamma = 0", "exclusive"));
  arms.push_back(chosen_arm(kRandomShare, "gamma at random, as often 1 as with SF-KS and NGH", "random"));
  arms.push_back(chosen_arm("alpha-only", "gamma by alpha alone", "alpha"));
  arms.push_back(chosen_arm("beta-only", "gamma by beta alone", "beta"));
  arms.push_back(
      with_norm(plain_arm("joint-own-norms", "joint training, batch norms per source"), "separate"));
  arms.push_back(with_norm(both_arm("both-own-norms", "SF-KS and NGH, batch norms per source"), "separate"));
  arms.push_back(with_norm(both_arm("both-one-norm", "SF-KS and NGH, batch norms shared"), "shared"));
  Arm published = both_arm("published-epsilon", "SF-KS and NGH with the published epsilon");
  published.harmony_rules = "reference";
  arms.push_back(std::move(published));
}

void add_known_answers(std::vector<Arm>& arms) {
  for (const char* data : {"identical", "conflict"}) {
    arms.push_back(of_data(every(both_arm(kBoth, std::string("SF-KS and NGH, ") + data + " sources")), data));
    arms.push_back(of_data(plain_arm(kJoint, std::string("joint training, ") + data + " sources"), data));
  }
}

}  // namespace

const std::vector<StudyData>& study_data() {
  static const std::vector<StudyData> data{
      {"rooms",
       {{"scans", "ScanNet v2", "a"}, {"views", "SUN RGB-D", "b"}, {"offices", "S3DIS Area 5", "c"}}},
      {"identical", {{"identical-a"}, {"identical-b"}, {"identical-c"}}},
      {"conflict", {{"identical-a"}, {"identical-b"}, {"conflict"}}}};
  return data;
}

const StudyData& data_of(const std::string& name) {
  return *std::find_if(study_data().begin(), study_data().end(),
                       [&](const StudyData& data) { return data.name == name; });
}

const std::vector<StudySource>& main_sources() {
  return study_data().front().sources;
}

std::vector<Arm> study_arms(Breadth breadth) {
  std::vector<Arm> arms;
  add_main(arms);
  arms.push_back(
      with_norm(plain_arm("joint-one-norm", "joint training, running values of norms averaged"), "shared"));
  add_left_out(arms, main_sources().back().name);
  for (const double ratio : {0.45, 0.55}) {
    arms.push_back(with_ratio(ratio));
  }
  for (const double threshold : {0.5, 0.95}) {
    arms.push_back(with_threshold(threshold));
  }
  if (breadth == Breadth::kMain) {
    return arms;
  }
  add_controls(arms);
  add_known_answers(arms);
  arms.insert(arms.end(), {with_ratio(0.4), with_ratio(0.6), with_ratio(kUsualRatio, 0.0),
                           with_ratio(1.0, 0.0), with_threshold(0.65), with_threshold(0.99)});
  for (const char* left_out : {"scans", "views"}) {
    add_left_out(arms, left_out);
  }
  return arms;
}

const Arm* find_arm(const std::vector<Arm>& arms, const std::string& name) {
  const auto found = std::find_if(arms.begin(), arms.end(), [&](const Arm& arm) { return arm.name == name; });
  return found == arms.end() ? nullptr : &*found;
}

double tau_of(const Arm& arm) {
  return arm.ratio / (1.0 + std::exp(-arm.offset_start));
}

std::vector<StudySource> trained_sources(const Arm& arm) {
  std::vector<StudySource> sources;
  for (const StudySource& source : data_of(arm.data).sources) {
    if (arm.only.empty() || std::find(arm.only.begin(), arm.only.end(), source.name) != arm.only.end()) {
      sources.push_back(source);
    }
  }
  return sources;
}

std::vector<StudySource> unseen_sources(const Arm& arm) {
  std::vector<StudySource> sources;
  for (const StudySource& source : data_of(arm.data).sources) {
    if (!arm.only.empty() && std::find(arm.only.begin(), arm.only.end(), source.name) == arm.only.end()) {
      sources.push_back(source);
    }
  }
  return sources;
}

std::string alone_arm(const std::string& source) {
  return "alone-" + source;
}

std::string without_arm(const std::string& source, const std::string& method) {
  return "without-" + source + "-" + method;
}

}  // namespace alidade::h2a2
