// SPDX-License-Identifier: BSD-3-Clause
#include "app/compute/infer_output.h"

#include <cstdio>
#include <set>

#include <nlohmann/json.hpp>

#include "app/cli/print.h"
#include "core/base/json_text.h"
#include "core/base/table.h"
#include "core/base/text_escape.h"
#include "core/base/text_table.h"
#include "core/evaluation/errors/pose_accuracy.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

std::string cell_text(const Table::Cell& cell, int decimals) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return *text;
  }
  const auto* number = std::get_if<double>(&cell);
  return number != nullptr ? fixed_text(*number, decimals) : std::string();
}

void print_table(const Table& table) {
  std::vector<std::vector<std::string>> lines{table.columns};
  for (const auto& row : table.rows) {
    lines.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      lines.back().push_back(cell_text(row[i], table.columns[i] == "instances" ? 0 : 1));
    }
  }
  print_text(aligned_text(lines));
}

/// How the objects of all frames began.
struct Starts {
  std::set<int> sequences;
  std::size_t tracked = 0, begun = 0, lost = 0;

  explicit Starts(const TrackResult& result) {
    for (const TrackedFrame& frame : result.frames) {
      sequences.insert(frame.sequence);
      tracked += frame.tracked, begun += frame.begun, lost += frame.lost;
    }
  }
};

std::vector<std::string> comparison_row(const char* name, const PoseResult& result, const FrameRates& rates) {
  const auto table = accuracy_table(result);
  const AccuracyRow all = table.empty() ? AccuracyRow{} : table.back();
  std::vector<std::string> row{name};
  for (const double share : {all.acc_5deg_2cm, all.acc_10deg_2cm, all.acc_10deg_5cm}) {
    row.push_back(fixed_text(100.0 * share, 1));
  }
  row.push_back(fixed_text(rates.frames_per_second, 2));
  row.push_back(fixed_text(rates.objects_per_second, 2));
  return row;
}

void print_tracking(const TrackResult& tracked) {
  const Starts starts(tracked);
  print("%zu frames of %zu sequences: %zu objects tracked, %zu new, %zu lost\n\n", tracked.frames.size(),
        starts.sequences.size(), starts.tracked, starts.begun, starts.lost);
  std::vector<std::vector<std::string>> lines{
      {"", "5\u00b02cm", "10\u00b02cm", "10\u00b05cm", "frames/s", "objects/s"}};
  if (tracked.single) {
    lines.push_back(comparison_row("single frames", *tracked.single, tracked.single_rates()));
  }
  lines.push_back(comparison_row("tracking", *tracked.tracking, tracked.tracking_rates()));
  print("%s\ntracking:\n", aligned_text(lines).c_str());
}

ordered_json rates_json(const FrameRates& rates) {
  return {{"frames_per_second", rates.frames_per_second}, {"objects_per_second", rates.objects_per_second}};
}

ordered_json accuracy_json(const PoseResult& result) {
  return embedded_json(to_json(to_table(accuracy_table(result))));
}

ordered_json tracking_json(const TrackResult& tracked) {
  const Starts starts(tracked);
  ordered_json json{{"sequences", starts.sequences.size()},
                    {"tracked", starts.tracked},
                    {"new", starts.begun},
                    {"lost", starts.lost}};
  json.update(rates_json(tracked.tracking_rates()));
  ordered_json frames = ordered_json::array();
  for (const TrackedFrame& frame : tracked.frames) {
    frames.push_back({{"frame", frame.frame},
                      {"sequence", frame.sequence},
                      {"time", frame.time},
                      {"tracked", frame.tracked},
                      {"new", frame.begun},
                      {"lost", frame.lost},
                      {"seconds", frame.seconds},
                      {"single_seconds", frame.single_seconds}});
  }
  json["frames"] = std::move(frames);
  return json;
}

}  // namespace

void print_infer_text(const PoseResult& result, const TrackResult* tracked) {
  print("%s\n%zu objects estimated, %zu skipped, %.1f s\n%s", visible_text(result.name).c_str(),
        result.estimates.size(), result.skipped.size(), result.seconds, tracked != nullptr ? "" : "\n");
  if (tracked != nullptr) {
    print_tracking(*tracked);
  }
  print_table(to_table(accuracy_table(result)));
}

void print_infer_json(const PoseResult& result, const std::vector<std::string>& problems,
                      const TrackResult* tracked) {
  ordered_json json;
  json["sampler"] = result.sampler;
  json["estimated"] = result.estimates.size();
  json["skipped"] = result.skipped;
  json["problems"] = problems;
  json["accuracy"] = accuracy_json(result);
  if (tracked != nullptr) {
    json["tracking"] = tracking_json(*tracked);
    if (tracked->single) {
      json["single"] = rates_json(tracked->single_rates());
      json["single"]["accuracy"] = accuracy_json(*tracked->single);
    }
  }
  json["provenance"] = embedded_json(to_json(result.provenance));
  print_text(json_text(json, 2) + "\n");
}

}  // namespace alidade
