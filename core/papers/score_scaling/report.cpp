// SPDX-License-Identifier: BSD-3-Clause
#include "core/papers/score_scaling/report.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/constants.h"
#include "core/base/provenance.h"
#include "core/base/text_table.h"
#include "core/evaluation/statistics/statistics.h"
#include "core/experiments/report_parts.h"

namespace alidade::score_scaling {
namespace {

std::vector<MetricColumn> accuracy_columns() {
  return {{"5deg2cm", "5°2cm", "%", 100.0},
          {"10deg2cm", "10°2cm", "%", 100.0},
          {"10deg5cm", "10°5cm", "%", 100.0}};
}

std::vector<MetricTable::Cell> accuracy_cells(const ReproduceNumbers& n,
                                              const std::vector<MetricColumn>& columns,
                                              const std::string& arm, const std::string& setting) {
  std::vector<MetricTable::Cell> cells;
  for (const MetricColumn& column : columns) {
    cells.push_back(seed_cell(column, n.accuracy(arm, setting, column.id)));
  }
  return cells;
}

/// A row of Table 2: ours, and the paper's that it answers to.
struct Table2Row {
  const char* name;
  const char* arm;
  const char* setting;
  const char* method;  ///< published: method, K, ranker
  const char* count;
  const char* ranker;
};

constexpr Table2Row kTable2[] = {
    {"ours: from scratch, K = 1", kScratch, "unguided-1", "GenPose", "1", "no"},
    {"ours: from scratch, K = 20, mean", kScratch, "unguided-20-mean", "GenPose", "20", "no"},
    {"ours: from scratch, K = 50, mean", kScratch, "unguided-50-mean", "GenPose", "50", "no"},
    {"ours: from scratch, K = 20, ranker", kScratch, "ranker-20", "GenPose", "20", "yes"},
    {"ours: from scratch, K = 50, ranker", kScratch, "ranker-50", "GenPose", "50", "yes"},
    {"ours: joint (J), K = 50, mean", kJoint, "unguided-50-mean", "Score scaling: ours (J)", "50", "no"},
    {"ours: guided (G), K = 1", kScratch, "guided-1", "Score scaling: ours (G)", "1", "no"},
    {"ours: joint and guided (J+G), K = 1", kJoint, "guided-1", "Score scaling: ours (J+G)", "1", "no"}};

bool is_ranked(const Table2Row& row) {
  return std::string_view(row.ranker) == "yes";
}

/// Parameters in millions, those of the ranker included where it is used.
std::optional<double> parameters(const ReproduceNumbers& n, bool ranked) {
  const auto of = [&](const std::string& step) -> std::optional<double> {
    const auto* result = n.result(step);
    if (result == nullptr || !result->contains("parameters")) {
      return std::nullopt;
    }
    return result->at("parameters").get<double>() / 1e6;
  };
  const auto network = of(std::string("train-") + kScratch + "-s1");
  const auto ranker = of(std::string("ranker-") + kScratch + "-s1");
  if (!network || (ranked && !ranker)) {
    return std::nullopt;
  }
  return *network + (ranked ? *ranker : 0.0);
}

/// Milliseconds for one object, encoder included.
std::optional<double> milliseconds(const ReproduceNumbers& n, const std::string& setting) {
  const auto* timing = n.result("timing");
  if (timing == nullptr || !timing->contains("after_encoder_ms") ||
      !timing->at("after_encoder_ms").contains(setting)) {
    return std::nullopt;
  }
  return timing->at("encoder_ms").get<double>() + timing->at("after_encoder_ms").at(setting).get<double>();
}

std::string table2(const ReproduceNumbers& n, const PublishedTable* published, const std::string& prefix) {
  MetricTable table;
  table.corner = "method";
  table.columns = accuracy_columns();
  table.columns.pop_back();  // the paper does not tabulate 10°5cm
  const std::vector<MetricColumn> accuracies = table.columns;
  const MetricColumn fps{"fps", "speed", "frames/s"};
  const MetricColumn millions{"parameters_m", "parameters", "million", 1.0, false, 2};
  const bool timed = n.plan().sizes.timing_objects > 0;
  if (timed) {
    table.columns.push_back(fps);
  }
  table.columns.push_back(millions);
  for (const Table2Row& row : kTable2) {
    auto cells = accuracy_cells(n, accuracies, row.arm, prefix + row.setting);
    const auto ms = milliseconds(n, prefix + row.setting);
    if (timed) {
      cells.push_back(
          table_cell(fps, ms && *ms > 0.0 ? std::optional(1000.0 / *ms) : std::nullopt, {}, "not timed"));
    }
    cells.push_back(table_cell(millions, parameters(n, is_ranked(row)), {}, "not trained"));
    table.rows.push_back(report_row(row.name, std::move(cells)));
    add_published_rows(table, published, row.method, {{"K", row.count}, {"ranker", row.ranker}});
  }
  return report_table(std::move(table));
}

std::string further_settings(const ReproduceNumbers& n) {
  struct Setting {
    const char* id;
    const char* name;
  };
  constexpr Setting kSettings[] = {{"regression", "regression head"},
                                   {"unguided-1", "unguided, K = 1"},
                                   {"guided-1", "guided, K = 1"},
                                   {"unguided-50-mean", "unguided, mean of a random 60 % of 50"},
                                   {"unguided-50-mode", "unguided, highest mode of 50"},
                                   {"guided-50-mean", "guided, mean of a random 60 % of 50"},
                                   {"guided-50-mode", "guided, highest mode of 50"},
                                   {"ranker-50", "unguided, ranker on 50"},
                                   {"oracle-50-mean", "unguided, oracle: mean of the best 60 % of 50"},
                                   {"oracle-50-best", "unguided, oracle: the best of 50"}};
  MetricTable table;
  table.corner = "training, estimate";
  table.columns = accuracy_columns();
  for (const std::string& arm : trained_arms(n.plan())) {
    for (const Setting& setting : kSettings) {
      if (!present(n.accuracy(arm, setting.id, "5deg2cm")).empty()) {
        table.rows.push_back(
            report_row(arm + ": " + setting.name, accuracy_cells(n, table.columns, arm, setting.id)));
      }
    }
  }
  return report_table(std::move(table));
}

/// How much of the room between the pooled 50 and the oracle each way fills.
std::string gap_sentences(const ReproduceNumbers& n) {
  std::string out;
  for (const char* arm : {kScratch, kJoint}) {
    const auto mean_of = [&](const char* setting) -> std::optional<double> {
      const auto values = present(n.accuracy(arm, setting, "10deg2cm"));
      return values.empty() ? std::nullopt : std::optional(100.0 * over_seeds(values).mean);
    };
    const auto pooled = mean_of("unguided-50-mean"), oracle = mean_of("oracle-50-mean");
    if (!pooled || !oracle || *oracle - *pooled <= 0.0) {
      continue;
    }
    out += std::string("- ") + arm + ", 10°2cm: the oracle (mean of the best 60 % of 50) lies " +
           fixed_text(*oracle - *pooled, 1) + " points above the mean of a random 60 %. Of this gap";
    const char* before = " ";
    for (const auto& [setting, name] :
         {std::pair("guided-1", "one guided sample"), std::pair("unguided-50-mode", "the highest mode"),
          std::pair("ranker-50", "the ranker")}) {
      if (const auto value = mean_of(setting)) {
        out += before + std::string(name) + " closes " +
               fixed_text(100.0 * (*value - *pooled) / (*oracle - *pooled), 0) + " %";
        before = ", ";
      }
    }
    out += ".\n";
  }
  return out.empty() ? out : out + "\n";
}

std::string curve_table(const ReproduceNumbers& n) {
  MetricTable table;
  table.corner = "training";
  table.columns = {{"guided_mean", "guided K = 1, mean over the training", "%", 100.0},
                   {"guided_last", "guided K = 1, last step", "%", 100.0},
                   {"head_pretrained", "regression head, end of pre-training", "%", 100.0},
                   {"head_last", "regression head, last step", "%", 100.0}};
  for (const char* arm : kReproduceArms) {
    const bool has_head = arm != kScratch;
    const SeedValues none(static_cast<std::size_t>(n.plan().sizes.seeds));
    table.rows.push_back(report_row(
        arm,
        {seed_cell(table.columns[0], n.curve_mean(arm, "guided", "10deg5cm")),
         seed_cell(table.columns[1], n.curve_last(arm, "guided", "10deg5cm")),
         seed_cell(table.columns[2], has_head ? n.curve_pretrained(arm, "regression", "10deg5cm") : none),
         seed_cell(table.columns[3], has_head ? n.curve_last(arm, "regression", "10deg5cm") : none)}));
  }
  return report_table(std::move(table));
}

std::string pretraining_table(const ReproduceNumbers& n) {
  MetricTable table;
  table.corner = "pre-training, then joint";
  table.columns = {{"guided_mean", "guided K = 1, mean over the training", "%", 100.0},
                   {"guided_last", "guided K = 1, last step", "%", 100.0},
                   {"unguided_last", "unguided K = 1, last step", "%", 100.0},
                   {"head_last", "regression head, last step", "%", 100.0}};
  const std::pair<const char*, const char*> kRows[] = {{kJoint, "regression"},
                                                       {kPretrainingArms[0], "classification"},
                                                       {kPretrainingArms[1], "reconstruction"},
                                                       {kReproduceArms[1], "none"},
                                                       {kScratch, "none, and no regression (from scratch)"}};
  for (const auto& [arm, name] : kRows) {
    const SeedValues none(static_cast<std::size_t>(n.plan().sizes.seeds));
    table.rows.push_back(report_row(
        name,
        {seed_cell(table.columns[0], n.curve_mean(arm, "guided", "10deg5cm")),
         seed_cell(table.columns[1], n.curve_last(arm, "guided", "10deg5cm")),
         seed_cell(table.columns[2], n.curve_last(arm, "unguided", "10deg5cm")),
         seed_cell(table.columns[3],
                   std::string_view(arm) == kScratch ? none : n.curve_last(arm, "regression", "10deg5cm"))}));
  }
  return report_table(std::move(table));
}

std::string feature_table(const ReproduceNumbers& n) {
  MetricTable table;
  table.corner = "encoder after";
  table.columns = {{"similarity", "similarity to pre-training", "", 1.0, true, 3},
                   {"purity", "neighbors of the same category", "%", 100.0},
                   {"agreement", "correlation with rotation", "", 1.0, true, 3},
                   {"noise_shift", "shift by 3 mm of noise", "", 1.0, false, 3}};
  for (const std::string network : {"pre-training", "joint", "joint-no-pretraining", "from-scratch"}) {
    MetricTable::Row row = report_row(network, {});
    for (const MetricColumn& column : table.columns) {
      row.cells.push_back(seed_cell(column, n.feature(network, column.id)));
    }
    table.rows.push_back(std::move(row));
  }
  return report_table(std::move(table));
}

/// When joint learning reaches what training from scratch reaches at best, seed by seed.
std::string reaching_sentence(const ReproduceNumbers& n) {
  const SeedValues best = n.curve_best(kScratch, "guided", "10deg5cm");
  const SeedValues own = n.first_step(kScratch, "guided", "10deg5cm", best);
  const SeedValues joint = n.first_step(kJoint, "guided", "10deg5cm", best);
  std::string out = "Steps to the best 10°5cm (guided, K = 1) that training from scratch reaches:";
  for (std::size_t i = 0; i < best.size(); ++i) {
    out += (i == 0 ? " " : "; ") + std::string("seed ") + std::to_string(i + 1) + ": ";
    if (!own[i]) {
      out += "not measured";
      continue;
    }
    out += "from scratch " + fixed_text(*own[i], 0) + ", joint " +
           (joint[i] ? fixed_text(*joint[i], 0) : std::string("never"));
  }
  return out + ", of " + std::to_string(n.plan().sizes.steps) + ".\n\n";
}

std::string sweep_table(const ReproduceNumbers& n, const char* metric) {
  MetricTable table;
  table.corner = "sampler (joint, K = 1)";
  for (const int steps : {5, 10, 20, 50}) {
    table.columns.push_back({"steps_" + std::to_string(steps), std::to_string(steps) + " steps", "%", 100.0});
  }
  for (const auto& [mode, name] : {std::pair("unguided", "DDIM, unguided"),
                                   std::pair("guided", "DDIM in exponential form, exponential 1–15"),
                                   std::pair("guided-naive", "DDIM as published, exponential 1–15")}) {
    MetricTable::Row row = report_row(name, {});
    std::size_t column = 0;
    for (const int steps : {5, 10, 20, 50}) {
      row.cells.push_back(seed_cell(table.columns[column++], n.sweep(mode, steps, metric)));
    }
    table.rows.push_back(std::move(row));
  }
  return report_table(std::move(table));
}

std::string schedule_table(const ReproduceNumbers& n) {
  MetricTable table;
  table.corner = "w(t) (joint, K = 50)";
  table.columns = {{"rotation_median", "median rotation error", "°", kDegreesPerRadian, false, 2},
                   {"translation_median", "median translation error", "cm", 100.0, false, 2},
                   {"coverage", "coverage of the orbit", "%", 100.0},
                   {"entropy", "entropy over the orbit", "", 1.0, true, 3},
                   {"outliers", "outliers beyond 30°", "%", 100.0, false}};
  const auto* first = n.result(std::string("schedules-") + kJoint + "-s1");
  if (first == nullptr || !first->contains("schedules")) {
    return "Not measured.\n\n";
  }
  for (const auto& entry : first->at("schedules")) {
    const std::string guidance = entry.value("guidance", std::string());
    MetricTable::Row row = report_row(guidance, {});
    for (const MetricColumn& column : table.columns) {
      row.cells.push_back(seed_cell(column, n.schedule(guidance, column.id)));
    }
    table.rows.push_back(std::move(row));
  }
  return report_table(std::move(table));
}

std::string head(const ReproduceNumbers& n) {
  const ReproduceSizes& s = n.plan().sizes;
  const auto count = [](int value) { return std::to_string(value); };
  return "# Score scaling guidance, reproduced on Tabletop\n\n"
         "Made by Alidade " +
         current_provenance().version +
         ".\n\n"
         "**What this is.** The comparisons of the score-scaling paper on the procedural Tabletop set: "
         "rendered objects of six categories with simulated depth noise, ground-truth masks, exact camera "
         "intrinsics. Published numbers are of photographs with detected masks, trained for days; they stand "
         "beside ours to show the paper's order, not to be compared with them.\n\n"
         "**What was done.** Network \"" +
         s.network + "\", " + count(s.seeds) + " seeds; each training has " + count(s.steps) +
         " steps (pre-training included) on the objects of " + count(s.train_frames) +
         " frames, the trainings of a seed on the same ones. " +
         (s.ranker_steps > 0 ? "The ranker has " + count(s.ranker_steps) + " more. "
                             : "No ranker was trained. ") +
         "Samples are drawn with DDIM in exponential form, 20 steps from t = 1; guidance is exponential "
         "1–15 unless said otherwise; without ranker K samples become the mean of a random 60 %. Accuracies "
         "are category means over all objects of " +
         count(s.test_frames) + " test frames (curves: " + count(s.curve_frames) +
         ", steps: " + count(s.sweep_frames) +
         "). Numbers are means over seeds with the 95 % interval of Student's t; equal seeds share starting "
         "weights, order of training data and noise, and differences are taken seed by seed. The "
         "intervals are not corrected for the number of comparisons.\n\n";
}

std::string pretraining_section(const ReproduceNumbers& n) {
  if (!has_pretraining_study(n.plan())) {
    return {};
  }
  return "## Fig. 4a: what is pre-trained on (10°5cm; curves.csv)\n\n" + pretraining_table(n) +
         "Equal steps, starting weights, objects and order; after pre-training the encoder is kept. "
         "Classification is cross-entropy over the categories, reconstruction the Chamfer distance of a "
         "cloud "
         "decoded from the feature; their heads, as deep as the regression head, are thrown away, and the "
         "regression head then starts fresh. The paper does not say what its heads were.\n\n";
}

std::string feature_section(const ReproduceNumbers& n) {
  if (n.feature_entry(kJoint, 1) == nullptr) {
    return {};
  }
  return "## Fig. 7: features of test objects (features.csv)\n\n" + feature_table(n) +
         "The paper shows a projection and reads \"consistent feature distribution patterns between "
         "pre-training and joint learning\" from it. Measured in the whole feature space: the similarity of "
         "two encoders is linear centered kernel alignment (unbiased: 0 = unrelated, 1 = equal up to a turn "
         "and a factor); neighbors are the ten nearest objects; the correlation is Spearman's between "
         "feature "
         "distance and rotation distance (symmetries taken out) of objects of one category; the shift is in "
         "mean distances between two objects. The figure is exact t-SNE (perplexity 30, started at the "
         "principal components, turned onto the first panel), seed 1: distances between its groups mean "
         "nothing.\n\n![Figure 7](figure-7.svg)\n\n";
}

}  // namespace

std::string reproduce_report(const ReproduceNumbers& n, const std::vector<PublishedTable>& published) {
  const auto trends = paper_trends(n);
  std::string out = head(n);
  out += "## Did the paper's trends appear?\n\n" + claim_counts(trends) + "\n\n" + claim_sentences(trends);
  out += "## What the paper leaves open\n\n" + claim_sentences(further_questions(n)) + gap_sentences(n);
  out +=
      "## Table 2: single frames\n\n" + table2(n, find_published(published, "score-scaling-table-2-a"), "");
  out +=
      "Speed is that of one object on this machine's CPU, from points to pose; the paper's is of whole "
      "frames on a GPU, with an adaptive solver.\n\n";
  out += "## Table 2: tracking\n\n" +
         table2(n, find_published(published, "score-scaling-table-2-b"), "tracking-");
  out +=
      "The test split holds stills, no sequences. The previous frame's estimate is the same setting's "
      "single-frame estimate, "
      "turned by 2 degrees and shifted by 5 mm; sampling starts about it at t = 0.15, 3 steps.\n\n";
  out += "## Estimates from one network\n\n" + further_settings(n);
  out += pretraining_section(n);
  out += "## Fig. 4b and 4c: convergence (10°5cm; curves.csv)\n\n" + curve_table(n) + reaching_sentence(n);
  out += "![Figure 4](figure-4.svg)\n\n";
  out += "## Fig. 4d: steps against accuracy (steps.csv)\n\n5°2cm:\n\n" + sweep_table(n, "5deg2cm") +
         "10°2cm:\n\n" + sweep_table(n, "10deg2cm");
  out += feature_section(n);
  out += "## Fig. 8 and 9: schedules on symmetric objects (schedules.csv)\n\n" + schedule_table(n) +
         "![Figure 8](figure-8.svg)\n\n";
  out += std::string("## Not covered\n\n") +
         (has_pretraining_study(n.plan()) ? "" : "Fig. 4a (other pre-training; no time in this plan), ") +
         "Fig. 5 and Tables 1, 3 and 4 (other data sets, training for days), Fig. 6 (photographs).\n";
  return out;
}

}  // namespace alidade::score_scaling
