// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <memory>
#include <tuple>
#include <vector>

#include <QString>

#include "core/geometry/rotation.h"
#include "tests/support/branch_accuracies.h"
#include "tests/support/contention_histories.h"
#include "tests/support/quantization_sweeps.h"
#include "tests/support/quantized_looks.h"
#include "tests/views/small_dataset.h"
#include "tests/views/small_report.h"
#include "tests/views/synthetic_scene.h"
#include "views/base/chart/chart_figure.h"
#include "views/contention/branch_figure.h"
#include "views/contention/contention_figure.h"
#include "views/contention/contention_sheets.h"
#include "views/image/image_figure.h"
#include "views/metrics/curve_figure.h"
#include "views/metrics/histogram_figure.h"
#include "views/mollweide/mollweide_figure.h"
#include "views/mollweide/mollweide_multiples_figure.h"
#include "views/parallel/parallel_figure.h"
#include "views/predictions/prediction_cells.h"
#include "views/quantization/bit_strip.h"
#include "views/quantization/parallel_sweep.h"
#include "views/quantization/study_sheets.h"
#include "views/quantization/tradeoff_figure.h"
#include "views/scene/scene_figure.h"
#include "views/schedule_lab/columns_figure.h"
#include "views/schedule_lab/errors_figure.h"
#include "views/schedule_lab/schedule_maps_figure.h"
#include "views/training/training_figure.h"
#include "views/weights/weights_figure.h"

namespace alidade::test {

struct FigureKind {
  QString name;
  std::shared_ptr<const Figure> figure;
};

/// Twelve samples of a bottle at five times, as the laboratory draws them.
inline std::shared_ptr<const ObjectSamples> bottleSamples(const std::string& name) {
  auto made = std::make_shared<ObjectSamples>();
  made->name = name;
  made->sampler = "Euler-Maruyama, 200 steps";
  made->category = "bottle";
  made->frame_name = "000001/000002";
  made->symmetry = continuous_symmetry(Eigen::Vector3d::UnitY());
  made->truth = Rigid3{rotation_about(Eigen::Vector3d(1, 2, 3).normalized(), 0.7), {0.1, 0.0, 0.8}};
  made->size = Eigen::Vector3d(0.08, 0.2, 0.08);
  made->evaluations = 400;
  made->milliseconds = 812.0;
  made->analytic = true;
  made->times = {1.0, 0.7, 0.5, 0.2, 0.0};
  for (const double t : made->times) {
    std::vector<Rigid3> poses;
    for (int k = 0; k < 12; ++k) {
      const auto turn = rotation_about(Eigen::Vector3d::UnitY(), 0.5 * k);
      const auto aside = rotation_about(Eigen::Vector3d::UnitX(), t * 0.2 * k);
      poses.push_back({made->truth->R * aside * turn, made->truth->t * (1.0 + t)});
    }
    made->trajectory.push_back(poses);
    made->curve.push_back({t, 0.1 + t, 0.2 + t, 0.1, 0.01 + t, 0.01});
  }
  made->samples = made->trajectory.back();
  return made;
}

inline ShownColumn shownColumn(std::size_t index, const std::string& name) {
  ShownColumn column;
  column.index = index;
  column.samples = bottleSamples(name);
  column.position = 4;
  SampleMeasures measures;
  measures.coverage = 0.83;
  measures.entropy = 0.7;
  measures.rotation_median = 2.05;
  measures.translation_median = 1.234;
  column.measures = measures;
  return column;
}

inline std::vector<ShownColumn> shownColumns(std::size_t count) {
  const char* names[] = {"constant 1", "exp 1\u201315", "linear 1\u201350", "cosine 2\u201330"};
  std::vector<ShownColumn> columns;
  for (std::size_t i = 0; i < count; ++i) {
    columns.push_back(shownColumn(i, names[i]));
  }
  return columns;
}

inline ScheduleMaps scheduleMaps() {
  ScheduleMaps maps;
  maps.columns = {{"Constant", "const 5", 2}, {"Exponential", "exp 1\u20135", 3}};
  maps.rows = {{"t = 0.50", {}, {}}, {"t = 0.00", {}, {}}};
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t c = 0; c < 2; ++c) {
      ShownColumn cell = shownColumn(2 + c, "schedule");
      cell.position = row == 0 ? 2 : 4;
      maps.cells.push_back(cell);
    }
  }
  maps.caption = "One bottle, twelve samples.";
  return maps;
}

inline std::vector<FigureKind> sceneKinds() {
  const std::shared_ptr<const Frame> frame = syntheticFrame();
  const std::shared_ptr<const PoseResult> result = syntheticResult(*frame);
  ImageFigureData image;
  image.frame = frame;
  image.result = result;
  image.layers.depth = true;
  SceneFigureData scene;
  scene.contents.frame = frame;
  scene.contents.result = result;
  std::vector<const PoseEstimate*> rows;
  for (const PoseEstimate& estimate : result->estimates) {
    rows.push_back(&estimate);
  }
  return {{"image", std::make_shared<ImageFigure>(image)},
          {"scene", std::make_shared<SceneFigure>(scene)},
          {"predictions", std::make_shared<TableFigure>(predictionsFigure(rows, true, {}))},
          {"accuracy", std::make_shared<TableFigure>(accuracyFigure(*result))}};
}

inline std::vector<FigureKind> metricKinds() {
  const SmallDataset dataset(24);
  const auto a = smallReport(dataset, "guided", 0.4), b = smallReport(dataset, "unguided", 0.7);
  return {
      {"curve", std::make_shared<CurveFigure>(CurveData{comparedRuns({a, b}), 0, 0, true, a->provenance})},
      {"histogram", std::make_shared<HistogramFigure>(histogramData(comparedRuns({a, b}), 0, 0, 0))}};
}

inline std::vector<FigureKind> rotationKinds() {
  const auto one = bottleSamples("exp 1\u201315"), two = bottleSamples("constant 1");
  MollweideData map = mollweideData(*one, 0.2);
  map.caption = "A \u00b7 exp 1\u201315 \u00b7 t = 0.20 \u00b7 analytic demo";
  MollweideMultiplesStyle density;
  density.density = MapDensityOptions{};
  return {
      {"mollweide", std::make_shared<MollweideFigure>(map)},
      {"maps over time",
       std::make_shared<MollweideMultiplesFigure>(one, std::vector<double>{1.0, 0.7, 0.5, 0.2, 0.0})},
      {"densities over schedules and time",
       std::make_shared<MollweideMultiplesFigure>(std::vector<std::shared_ptr<const ObjectSamples>>{one, two},
                                                  std::vector<double>{1.0, 0.5, 0.0}, density)}};
}

inline std::vector<FigureKind> labKinds() {
  ErrorsStyle named;
  named.names = true;
  named.caption = "Twelve samples of one bottle.";
  return {{"one column", std::make_shared<ColumnsFigure>(shownColumns(1))},
          {"two columns", std::make_shared<ColumnsFigure>(shownColumns(2))},
          {"four columns", std::make_shared<ColumnsFigure>(shownColumns(4))},
          {"errors", std::make_shared<ErrorsFigure>(shownColumns(4), 0.5)},
          {"named errors", std::make_shared<ErrorsFigure>(shownColumns(2), 0.5, named)},
          {"schedule maps", std::make_shared<ScheduleMapsFigure>(scheduleMaps())}};
}

inline std::shared_ptr<const TrainingPlots> smallTraining() {
  auto made = std::make_shared<TrainingPlots>();
  made->legend = {{"joint-s1", 0}, {"regression only, encoder features", 1}};
  made->boundaries = {1500.0};
  made->smoothing = 0.9;
  made->last_step = 6000.0;
  for (const auto& [id, title, accuracy] : {std::tuple("loss/score", "score loss", false),
                                            std::tuple("loss/regression", "rotation regression loss", false),
                                            std::tuple("learning_rate", "learning rate", false),
                                            std::tuple("accuracy/5deg2cm", "5\u00b02cm (%)", true)}) {
    TrainingPlot plot;
    plot.quantity = {id, title, accuracy};
    for (const auto& entry : made->legend) {
      TrainingCurve curve;
      curve.name = entry.name;
      curve.style = entry.style;
      for (int step = 0; step <= 6000; step += 50) {
        curve.bold.steps.push_back(step);
        curve.bold.values.push_back((accuracy ? 80.0 : 0.02) / (1.0 + std::exp((3000.0 - step) / 900.0)) +
                                    0.001 * entry.style);
      }
      plot.curves.push_back(std::move(curve));
    }
    made->plots.push_back(std::move(plot));
  }
  return made;
}

inline std::vector<FigureKind> chartKinds() {
  ChartFigure::Content content;
  content.columns = 2;
  for (const char* title : {"accuracy at 5\u00b02cm (%)", "median translation error (cm)"}) {
    ChartPanel panel;
    panel.title = title;
    panel.x.label = "training steps";
    panel.y.label = "value";
    for (const char* name : {"joint training", "pre-training, then joint", "score only"}) {
      ChartLine line;
      line.name = name;
      for (int i = 0; i <= 10; ++i) {
        line.x.push_back(1000.0 * i);
        line.y.push_back(10.0 * std::sqrt(i) + static_cast<double>(content.panels.size()));
      }
      panel.lines.push_back(std::move(line));
    }
    content.panels.push_back(std::move(panel));
  }
  return {{"training", std::make_shared<TrainingFigure>(smallTraining(), TrainingFigure::Window{})},
          {"chart", std::make_shared<ChartFigure>(std::move(content))}};
}

/// All blocks of a made history, one block with groups, effects beside what cosines predict, gradients that a
/// method changed, and accuracies through branches.
inline std::vector<FigureKind> contentionKinds() {
  SheetQuestion question;
  question.a = contentionHistory();
  question.name_a = QStringLiteral("joint");
  question.choice.epoch = 25.0;
  ContentionNumbers numbers;
  const auto made = [&] { return std::make_shared<ContentionFigure>(makeSheet(question, numbers)); };
  std::vector<FigureKind> kinds{{"contention, all blocks", made()}};
  question.choice.part = "correspondence";
  question.choice.order = ContentionOrder::kGroup;
  question.groups = {{"bottle", "can", "mug"}, {"bowl", "laptop"}};
  kinds.push_back({"contention", made()});
  question.choice.reading = ContentionReading::kEffects;
  kinds.push_back({"contention, effects", made()});
  question.choice.reading = ContentionReading::kProjected;
  kinds.push_back({"contention, after PCGrad", made()});
  BranchQuestion branches;
  branches.a = std::make_shared<const BranchAccuracy>(branchAccuracies());
  branches.name_a = QStringLiteral("routed");
  kinds.push_back({"branch accuracy", std::make_shared<BranchFigure>(makeBranchSheet(branches))});
  return kinds;
}

inline std::vector<FigureKind> weightKinds() {
  return {{"weights, three levels", std::make_shared<WeightsFigure>(quantizedLook(), WeightsChoice{0})},
          {"weights, 256 levels", std::make_shared<WeightsFigure>(quantizedLook(), WeightsChoice{1})},
          {"weights alone", std::make_shared<WeightsFigure>(quantizedLook(), WeightsChoice{2, false})}};
}

/// A made sweep as a trade-off on two axes, bits with sensitivities of modules and layers, studies of
/// modules, and everything as parallel coordinates.
inline std::vector<FigureKind> quantizationKinds() {
  const auto sweep = sharedQuantizationSweep();
  const std::string metric = "adi_0.1d";
  std::vector<FigureKind> kinds;
  for (const SweepCost cost : {SweepCost::kCompression, SweepCost::kLatency}) {
    const auto solver = BudgetSolver::create(*sweep, cost);
    TradeoffQuestion question;
    question.a = question.b = sweep;
    question.name_a = QStringLiteral("made up");
    question.name_b = QStringLiteral("made up again");
    question.titled = true;
    question.cost = cost;
    question.metric = metric;
    question.solver = &*solver;
    question.budget = 5.0;
    question.solved = *solver->solve(5.0);
    question.prediction = predict_metric(*sweep, metric, cost);
    kinds.push_back({cost == SweepCost::kLatency ? "trade-off, latency" : "trade-off",
                     std::make_shared<TradeoffFigure>(makeTradeoff(question))});
  }
  BitStripQuestion strip;
  strip.sweep = sweep;
  strip.point = 11;
  kinds.push_back({"bit strip", std::make_shared<BitStripFigure>(makeBitStrip(strip))});
  strip.layers = true;
  kinds.push_back({"bit strip, layers", std::make_shared<BitStripFigure>(makeBitStrip(strip))});
  const StudyQuestion study{sweep, sweep, QStringLiteral("made up"), QStringLiteral("again"), metric,
                            {},    true};
  kinds.push_back({"order study", std::make_shared<StudyFigure>(makeOrderStudy(study))});
  kinds.push_back({"bit widths", std::make_shared<StudyFigure>(makeWidths(study))});
  kinds.push_back({"parallel coordinates",
                   std::make_shared<ParallelFigure>(makeSweepTable(*sweep, metric), ParallelLook{})});
  return kinds;
}

/// Every kind of figure that views make, with small data.
inline std::vector<FigureKind> allFigureKinds() {
  std::vector<FigureKind> all;
  for (const auto& kinds : {sceneKinds(), metricKinds(), rotationKinds(), labKinds(), chartKinds(),
                            contentionKinds(), weightKinds(), quantizationKinds()}) {
    all.insert(all.end(), kinds.begin(), kinds.end());
  }
  return all;
}

}  // namespace alidade::test
