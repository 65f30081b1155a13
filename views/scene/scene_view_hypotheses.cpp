// SPDX-License-Identifier: BSD-3-Clause
// What SceneView shows of samples: where they come from, how they are drawn, and how they move.
#include <algorithm>
#include <cmath>

#include "core/data/camera_settings.h"
#include "core/data/depth_unit.h"
#include "views/base/layer_bar.h"
#include "views/base/mesh_cache.h"
#include "views/base/plot.h"
#include "views/base/sampling_model.h"
#include "views/base/session_model.h"
#include "views/base/choice_action.h"
#include "views/scene/hypotheses.h"
#include "views/scene/hypothesis_wires.h"
#include "views/scene/playback_bar.h"
#include "views/scene/scene_actors.h"
#include "views/scene/scene_distance.h"
#include "views/scene/scene_hud.h"
#include "views/scene/scene_view.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

// Software GL takes about 40 ms for this many pixels of lines on two busy cores, and as long for this many
// lines that are not even seen.
constexpr double kMostPixelsInSoftware = 8e5;
constexpr double kMostLinesInSoftware = 30000.0;
constexpr double kFewestLines = 1200.0;  // fifty boxes are always drawn, and twice as many
constexpr std::size_t kMostLines = 400000;
constexpr double kNearest = 0.05;      // metres
constexpr double kBudgetChange = 1.6;  // factor from which on other samples are chosen

QString columnName(std::size_t column) {
  return QString("Column ") + QChar(static_cast<char16_t>(u'A' + column));
}

QString unknownUnitText(const Dataset* dataset) {
  return QString("unit of depth unknown: ") +
         (dynamic_cast<const CameraSettable*>(dataset) ? "set it with File > Camera" : "add depth_scale");
}

QStringList summaryOptions() {
  QStringList options{"No summary"};
  for (const double level : kSummaryLevels) {
    options << QString("Summary %1 %").arg(std::lround(100.0 * level));
  }
  return options;
}

/// The option of a level; 0 for none.
int summaryOption(double level) {
  const auto found = std::find(kSummaryLevels.begin(), kSummaryLevels.end(), level);
  return found == kSummaryLevels.end() ? 0 : 1 + static_cast<int>(found - kSummaryLevels.begin());
}

QString ordinal(std::size_t number) {
  return QString::number(number) + (number == 2 ? "nd" : number == 3 ? "rd" : "th");
}

}  // namespace

QWidget* SceneView::buildHypothesisBar() {
  const QString degree = QChar(0x00b0);
  source_ = new ChoiceAction("Samples of", "",
                             {"Result", columnName(0), columnName(1), columnName(2), columnName(3)}, this);
  source_->setToolTip("Whose samples: the inference result's, or a column's of the schedule lab");
  mark_ = new ChoiceAction("Samples as", "", {"Frames", "Boxes"}, this);
  mark_->setToolTip("Samples as frames (x red, y green, z blue) or as boxes");
  color_ = new ChoiceAction("Color of samples", "Color: ", {"plain", "t", "error", "energy"}, this);
  color_->setToolTip("Color of the samples: plain, diffusion time t, rotation error under the symmetry (" +
                     degree + "), or the ranker's energy");
  trails_ = new ChoiceAction("Trails", "",
                             {"No trails", "Trails", "Trails of x", "Trails of y", "Trails of z"}, this);
  trails_->setToolTip("The way of each sample's center, or of the tip of an axis, colored by t");
  connect(source_, &ChoiceAction::chosen, this, [this](int option) {
    contents_.layers.look.source = option == 0 ? HypothesisSource::kResult : HypothesisSource::kColumn;
    if (option > 0) {
      session().model<SamplingModel>().setShownColumn(static_cast<std::size_t>(option - 1));
    }
    takeSamples();
    rebuild();
  });
  connect(mark_, &ChoiceAction::chosen, this, [this](int option) {
    contents_.layers.look.mark = static_cast<HypothesisMark>(option);
    rebuild();
  });
  connect(color_, &ChoiceAction::chosen, this, [this](int option) {
    contents_.layers.look.color = static_cast<HypothesisColor>(option);
    rebuild();
  });
  connect(trails_, &ChoiceAction::chosen, this, [this](int option) {
    contents_.layers.look.trails = static_cast<HypothesisTrails>(option);
    rebuild();
  });
  onion_ = addToggle("onion", "Onion skin", "All states of the path at once, colored by t",
                     &contents_.layers.look.onion);
  summary_ = new ChoiceAction("Summary", "", summaryOptions(), this);
  summary_->setToolTip(
      "Mean of the samples under the symmetry, ellipsoid of the place, and a cone per axis: each holds so "
      "many of them if they are normal; a badge says where they are not");
  connect(summary_, &ChoiceAction::chosen, this, [this](int option) {
    contents_.layers.look.summary_level =
        option == 0 ? 0.0 : kSummaryLevels[static_cast<std::size_t>(option - 1)];
    rebuild();
  });
  hypothesis_bar_ = new LayerBar(this);
  for (QAction* action :
       {static_cast<QAction*>(source_), static_cast<QAction*>(mark_), static_cast<QAction*>(color_),
        static_cast<QAction*>(trails_), onion_, static_cast<QAction*>(summary_)}) {
    hypothesis_bar_->addLayer(action);
  }
  hypothesis_bar_->hide();
  return hypothesis_bar_;
}

QWidget* SceneView::buildPlayback() {
  playback_ = new PlaybackBar(this);
  playback_->hide();
  SamplingModel& model = session().model<SamplingModel>();
  connect(playback_, &PlaybackBar::timeChanged, &model, &SamplingModel::setTime);
  connect(&model, &SamplingModel::timeChanged, this, &SceneView::takeTime);
  connect(&model, &SamplingModel::answered, this, &SceneView::takeSamples);
  connect(&model, &SamplingModel::asked, this, &SceneView::showChoices);
  connect(&model, &SamplingModel::problemChanged, this, &SceneView::showChoices);
  connect(&model, &SamplingModel::shownColumnChanged, this, &SceneView::takeSamples);
  connect(&model, &SamplingModel::markedChanged, this, [this] {
    contents_.marked = session().model<SamplingModel>().marked();
    if (showsPath()) {
      rebuild();
    }
  });
  addCommand("play", "Play or pause the denoising", Qt::Key_Space,
             [this] { playback_->setPlaying(!playback_->playing()); });
  addCommand("state-back", "One state towards the noise", Qt::Key_Comma, [this] { playback_->step(-1); });
  addCommand("state-forward", "One state towards the pose", Qt::Key_Period, [this] { playback_->step(1); });
  addCommand("mark", "Samples as frames or boxes", Qt::Key_B, [this] {
    HypothesisMark& mark = contents_.layers.look.mark;
    mark = mark == HypothesisMark::kBoxes ? HypothesisMark::kFrames : HypothesisMark::kBoxes;
    rebuild();
  });
  return playback_;
}

bool SceneView::showsPath() const {
  const SceneLayers& layers = contents_.layers;
  return layers.hypotheses && layers.look.source == HypothesisSource::kColumn && showsColumn(contents_) &&
         contents_.samples->trajectory.size() > 1;
}

bool SceneView::showsLab() const {
  return contents_.layers.hypotheses && contents_.layers.look.source == HypothesisSource::kColumn;
}

QString SceneView::awaited() const {
  const Selection& selection = session().selection();
  const QString frame = View::awaited();
  return frame.isEmpty() && showsLab() && selection.frame && selection.instance &&
                 session().model<SamplingModel>().awaits(*selection.frame, *selection.instance)
             ? tr("The object is still being sampled.")
             : frame;
}

QStringList SceneView::companions() const {
  return showsLab() ? QStringList{QStringLiteral("schedule-lab")} : QStringList();
}

void SceneView::wantSamples() {
  SamplingModel& model = session().model<SamplingModel>();
  const bool interested = showsLab() && contents_.frame;
  if (interested && isSeen() && model.request().columns.empty()) {
    SamplingRequest request;
    request.columns.resize(1);
    model.ask(request);
  }
  model.demand().follow(this, interested);
}

std::size_t SceneView::lineBudget() const {
  const auto groups = hypothesisGroups(contents_);
  if (!glProbe().software() || groups.empty() || groups.front().final_poses->empty()) {
    return kMostLines;
  }
  const HypothesisGroup& group = groups.front();
  const bool boxes = contents_.layers.look.mark == HypothesisMark::kBoxes;
  const Rigid3& pose = group.truth ? *group.truth : group.final_poses->front();
  const double depth = std::max(kNearest, (viewpoint_.view_from_cam * pose.t).z());
  const double per_metre = viewpoint_.camera(vtk_->width(), vtk_->height()).fy / depth;
  const double metres = boxes ? group.size.sum() / 3.0 : group.axisLength();  // of one line
  const double lines =
      kMostPixelsInSoftware / std::max(1.0, metres * per_metre) / static_cast<double>(groups.size());
  return static_cast<std::size_t>(std::isfinite(lines) ? std::clamp(lines, kFewestLines, kMostLinesInSoftware)
                                                       : kFewestLines);
}

void SceneView::keepBudget() {
  const HypothesisWires& wires = actors_->hypotheses();
  const bool thinned = wires.plain_stride * wires.trail_stride * wires.onion_stride > 1;
  if (contents_.frame && contents_.layers.hypotheses && (thinned || wires.lines() > kFewestLines)) {
    const double ratio =
        static_cast<double>(lineBudget()) / static_cast<double>(std::max<std::size_t>(1, line_budget_));
    if (ratio > kBudgetChange || ratio < 1.0 / kBudgetChange) {
      showContents();
      hud_->setNote(note());
    }
  }
}

void SceneView::takeSamples() {
  const SamplingModel& model = session().model<SamplingModel>();
  const auto& samples = model.column(model.shownColumn()).samples;
  const bool other = samples != contents_.samples;
  contents_.samples = samples;
  contents_.time = model.time();
  contents_.marked = model.marked();
  if (other && contents_.layers.hypotheses && contents_.layers.look.source == HypothesisSource::kColumn) {
    rebuild();
  } else {
    showChoices();
  }
}

void SceneView::takeTime(double t) {
  contents_.time = t;
  playback_->setTime(t);
  if (!showsPath() || !vtk_ || !isVisible()) {
    return;
  }
  const std::size_t state = stateNear(*contents_.samples, t);
  if (state != shown_state_) {
    shown_state_ = state;
    actors_->setMoment(contents_);
    showBadge();
    vtk_->redraw();
  }
}

void SceneView::showChoices() {
  const SamplingModel& model = session().model<SamplingModel>();
  const SceneLayers& layers = contents_.layers;
  const auto groups = hypothesisGroups(contents_);
  const bool column = layers.look.source == HypothesisSource::kColumn;
  const bool path = showsPath();
  source_->setCurrent(column ? 1 + static_cast<int>(model.shownColumn()) : 0);
  for (std::size_t i = 0; i < kMostSamplingColumns; ++i) {
    source_->setOptionVisible(1 + static_cast<int>(i),
                              i < std::max<std::size_t>(1, model.request().columns.size()));
  }
  mark_->setCurrent(static_cast<int>(layers.look.mark));
  for (int i = 0; i < 4; ++i) {
    color_->setOptionEnabled(i, colorAvailable(groups, static_cast<HypothesisColor>(i)));
  }
  color_->setCurrent(static_cast<int>(shownColor(contents_, groups)));
  trails_->setCurrent(static_cast<int>(layers.look.trails));
  trails_->setEnabled(path);
  onion_->setEnabled(path);
  summary_->setCurrent(summaryOption(layers.look.summary_level));
  hypothesis_bar_->setVisible(layers.hypotheses);
  playback_->setVisible(path && vtk_);
  if (path) {
    playback_->setTimes(contents_.samples->times);
    playback_->setTime(contents_.time);
  }
  wantSamples();
  if (hud_ && contents_.frame) {
    hud_->setScales(sceneScales(contents_));
    hud_->setNote(note());
    showBadge();
  }
}

void SceneView::showBadge() {
  hud_->setBadge(contents_.layers.hypotheses ? summaryBadge(actors_->hypotheses().summaries) : QString());
}

QString SceneView::note() const {
  const Frame& frame = *contents_.frame;
  QStringList parts;
  const auto groups = hypothesisGroups(contents_);
  if (contents_.layers.hypotheses && contents_.layers.look.source == HypothesisSource::kColumn) {
    const SamplingModel& model = session().model<SamplingModel>();
    const SamplingModel::Column& column = model.column(model.shownColumn());
    const QString problem = column.problem.isEmpty() ? model.problem() : column.problem;
    if (!groups.empty()) {
      parts << QString::fromStdString(contents_.samples->name);
      if (contents_.samples->analytic) {
        parts << "analytic demo";
      }
      if (contents_.samples->first_bad_step >= 0) {
        parts << "not finite at step " + QString::number(contents_.samples->first_bad_step);
      }
    } else if (!contents_.selected) {
      parts << "select an object to sample its pose";
    } else {
      parts << (problem.isEmpty() ? "sampling" + QString(QChar(0x2026)) : problem);
    }
  }
  if (groups.size() == 1) {
    parts << "K = " + QString::number(groups.front().poses->size());
  }
  if (actors_ && actors_->hypotheses().plain_stride > 1) {
    parts << "every " + ordinal(actors_->hypotheses().plain_stride) + " drawn";
  }
  if (actors_ && actors_->hypotheses().trail_stride > 1) {
    parts << "every " + ordinal(actors_->hypotheses().trail_stride) + " trail";
  }
  if (actors_ && actors_->hypotheses().onion_stride > 1) {
    parts << "every " + ordinal(actors_->hypotheses().onion_stride) + " in the onion skin";
  }
  if (measuring_) {
    parts << (contents_.measured.size() == 1 ? "click the second point" : "click two points, Esc ends");
  }
  if (contents_.layers.point_color != PointColor::kPhoto && contents_.meshes.empty() &&
      !meshes_->awaited(frame)) {
    parts << "no meshes to measure distances to";
  }
  if (frame.depth.empty() || !frame.camera.valid()) {
    parts << (depth_unit_unknown(frame) ? unknownUnitText(session().dataset().get())
              : frame.depth.empty()     ? QString("no depth in dataset")
                                        : QString("no intrinsics in dataset"));
  }
  return parts.join(" " + QString(QChar(0x00b7)) + " ");
}

void SceneView::saveLook(QJsonObject& state) const {
  const HypothesisLook& look = contents_.layers.look;
  state["samples_source"] = look.source == HypothesisSource::kColumn ? "column" : "result";
  state["samples_mark"] = look.mark == HypothesisMark::kBoxes ? "boxes" : "frames";
  state["samples_color"] = static_cast<int>(look.color);
  state["samples_trails"] = static_cast<int>(look.trails);
  state["samples_summary"] = look.summary_level;
  state["loop"] = playback_->looping();
  state["speed"] = playback_->speed();
}

void SceneView::restoreLook(const QJsonObject& state) {
  HypothesisLook& look = contents_.layers.look;
  look.source = state.value("samples_source").toString() == "column" ? HypothesisSource::kColumn
                                                                     : HypothesisSource::kResult;
  look.mark =
      state.value("samples_mark").toString() == "boxes" ? HypothesisMark::kBoxes : HypothesisMark::kFrames;
  look.color = static_cast<HypothesisColor>(std::clamp(state.value("samples_color").toInt(), 0, 3));
  look.trails = static_cast<HypothesisTrails>(std::clamp(state.value("samples_trails").toInt(), 0, 4));
  const int summary = summaryOption(state.value("samples_summary").toDouble());
  look.summary_level = summary == 0 ? 0.0 : kSummaryLevels[static_cast<std::size_t>(summary - 1)];
  playback_->setLooping(state.value("loop").toBool());
  playback_->setSpeed(state.value("speed").toDouble(1.0));
}

}  // namespace alidade
