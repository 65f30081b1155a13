// SPDX-License-Identifier: BSD-3-Clause
#include "app/compute/sample_output.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "core/base/constants.h"
#include "core/base/json_text.h"
#include "core/base/text_escape.h"
#include "core/base/text_table.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr double kCentimetres = 100.0;

/// What is reported of one set, or the mean of several.
struct Line {
  double rotation = 0.0, translation = 0.0;  ///< degrees, centimetres
  double coverage = 0.0, entropy = 0.0, outliers = 0.0;
  double evaluations = 0.0, milliseconds = 0.0;
  int bad_step = -1;  ///< of a sampler that diverged: its errors are no numbers to report

  void add(const Line& other, double weight) {
    rotation += weight * other.rotation;
    translation += weight * other.translation;
    coverage += weight * other.coverage;
    entropy += weight * other.entropy;
    outliers += weight * other.outliers;
    evaluations += weight * other.evaluations;
    milliseconds += weight * other.milliseconds;
  }

  std::vector<std::string> cells() const {
    if (bad_step >= 0) {
      return {"diverged",
              "at step " + std::to_string(bad_step),
              "",
              "",
              "",
              fixed_text(evaluations, 0),
              fixed_text(milliseconds, 1)};
    }
    return {fixed_text(rotation, 2),    fixed_text(translation, 2),      fixed_text(100.0 * coverage, 1),
            fixed_text(entropy, 3),     fixed_text(100.0 * outliers, 1), fixed_text(evaluations, 0),
            fixed_text(milliseconds, 1)};
  }

  ordered_json json() const {
    if (bad_step >= 0) {
      return {{"evaluations", evaluations}, {"milliseconds", milliseconds}};
    }
    return {{"rotation_median_deg", rotation},
            {"translation_median_cm", translation},
            {"coverage", coverage},
            {"entropy", entropy},
            {"outliers", outliers},
            {"evaluations", evaluations},
            {"milliseconds", milliseconds}};
  }
};

/// Instances of a dataset always have a truth, and so do their samples.
Line line_of(const ObjectSamples& s) {
  const SampleMeasures m = s.measures.value_or(SampleMeasures{});
  return {m.rotation_median * kDegreesPerRadian,
          m.translation_median * kCentimetres,
          m.coverage,
          m.entropy,
          m.outliers,
          static_cast<double>(s.evaluations),
          s.milliseconds,
          s.first_bad_step};
}

struct Summary {
  std::string schedule;
  std::size_t objects = 0;
  Line mean;
};

/// Means per schedule over the sets that did not diverge, in the order of the columns.
std::vector<Summary> summaries(const SampleSets& sets) {
  std::vector<Summary> out;
  for (const auto& set : sets) {
    if (set->first_bad_step >= 0) {
      continue;
    }
    auto found = out.begin();
    while (found != out.end() && found->schedule != set->name) {
      ++found;
    }
    if (found == out.end()) {
      found = out.insert(out.end(), {set->name, 0, {}});
    }
    ++found->objects;
    found->mean.add(line_of(*set), 1.0);
  }
  for (Summary& summary : out) {
    Line mean;
    mean.add(summary.mean, 1.0 / static_cast<double>(summary.objects));
    summary.mean = mean;
  }
  return out;
}

ordered_json curve_json(const std::vector<SampleCurvePoint>& curve) {
  auto out = ordered_json::array();
  for (const SampleCurvePoint& p : curve) {
    out.push_back({{"t", p.t},
                   {"sigma", p.sigma},
                   {"rotation_mean_deg", p.rotation_mean * kDegreesPerRadian},
                   {"rotation_std_deg", p.rotation_std * kDegreesPerRadian},
                   {"translation_mean_cm", p.translation_mean * kCentimetres},
                   {"translation_std_cm", p.translation_std * kCentimetres}});
  }
  return out;
}

}  // namespace

void print_samples(const SampleSets& sets) {
  const std::vector<std::string> numbers{"rot (deg)",  "trans (cm)", "coverage %", "entropy",
                                         "outliers %", "NFE",        "ms"};
  std::vector<std::vector<std::string>> lines{{"image", "instance", "category", "schedule"}};
  lines.front().insert(lines.front().end(), numbers.begin(), numbers.end());
  const auto add = [&lines](std::vector<std::string> head, const Line& line) {
    const auto cells = line.cells();
    head.insert(head.end(), cells.begin(), cells.end());
    lines.push_back(std::move(head));
  };
  for (const auto& s : sets) {
    add({s->frame_name, std::to_string(s->instance), s->category, s->name}, line_of(*s));
  }
  for (const Summary& summary : summaries(sets)) {
    if (summary.objects > 1) {
      add({"mean of " + std::to_string(summary.objects), "", "", summary.schedule}, summary.mean);
    }
  }
  print("%s%s\n\n%s", sets.front()->analytic ? "analytic score field, no network · " : "",
        visible_text(sets.front()->sampler).c_str(), aligned_text(lines, 4).c_str());
}

void print_samples_json(const SampleSets& sets, const std::vector<std::string>& skipped) {
  ordered_json json;
  json["sets"] = ordered_json::array();
  for (const auto& s : sets) {
    ordered_json entry{{"image", s->frame_name},      {"instance", s->instance}, {"category", s->category},
                       {"schedule", s->name},         {"sampler", s->sampler},   {"analytic", s->analytic},
                       {"samples", s->samples.size()}};
    entry.update(line_of(*s).json());
    entry["evaluations"] = s->evaluations;
    entry["steps"] = s->steps;
    entry["first_bad_step"] = s->first_bad_step < 0 ? ordered_json(nullptr) : ordered_json(s->first_bad_step);
    if (!s->curve.empty()) {
      entry["curve"] = curve_json(s->curve);
    }
    entry["provenance"] = embedded_json(to_json(s->provenance));
    json["sets"].push_back(std::move(entry));
  }
  json["means"] = ordered_json::array();
  for (const Summary& summary : summaries(sets)) {
    ordered_json entry{{"schedule", summary.schedule}, {"objects", summary.objects}};
    entry.update(summary.mean.json());
    json["means"].push_back(std::move(entry));
  }
  json["skipped"] = skipped;
  print_text(json_text(json, 2) + "\n");
}

}  // namespace alidade
