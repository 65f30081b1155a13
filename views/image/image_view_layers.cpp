// SPDX-License-Identifier: BSD-3-Clause
// What ImageView lets its user choose, and what it says of it.
#include <algorithm>

#include <QAction>
#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>

#include "core/data/depth_unit.h"
#include "views/base/color_map_action.h"
#include "views/base/elided_label.h"
#include "views/base/layer_bar.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/image/image_canvas.h"
#include "views/image/image_view.h"

namespace alidade {
namespace {

constexpr double kWipeStep = 0.05;  // of the width

bool hasAny(const std::vector<ImageU8>& images) {
  return std::any_of(images.begin(), images.end(), [](const ImageU8& image) { return !image.empty(); });
}

/// What stands on the button: "Wipe: A | B", with the arrow of a menu.
QString wipeText(WipeSides sides, const QString& option) {
  return (sides == WipeSides::kOff ? QString("Wipe ") : "Wipe: " + option + " ") + QChar(0x25be);
}

/// Why an error layer shows less than one expects.
QStringList errorNotes(std::size_t without_mesh, std::size_t objects, const ErrorLayers& layers,
                       bool has_result) {
  QStringList notes;
  if (layers.any() && without_mesh > 0) {
    notes << (without_mesh == objects ? QString("The objects have no meshes: error layers stay empty.")
                                      : QString("%1 of %2 objects have no mesh and are left out.")
                                            .arg(without_mesh)
                                            .arg(objects));
  }
  if (layers.silhouette && !has_result) {
    notes << "No prediction to compare the silhouettes with.";
  }
  return notes;
}

}  // namespace

QAction* ImageView::addToggle(const QString& id, const QString& text, const QString& tip, bool* flag,
                              const QKeySequence& key) {
  auto* action = new QAction(text, this);
  action->setObjectName("image-" + id);
  action->setCheckable(true);
  action->setChecked(*flag);
  action->setShortcut(key);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  addAction(action);
  toggles_.push_back({action, tip, flag});
  connect(action, &QAction::toggled, this, [this, flag](bool on) {
    *flag = on;
    rebuild();
  });
  return action;
}

void ImageView::buildActions() {
  OverlayLayers& poses = layers_.poses;
  addToggle("ground-truth", "Ground truth", "Ground truth: solid green", &poses.ground_truth, Qt::Key_G)
      ->setIconText("GT");
  addToggle("prediction", "Prediction", "Prediction: dashed red-orange", &poses.prediction, Qt::Key_P)
      ->setIconText("Pred");
  addToggle("box", "Box", "Oriented boxes", &poses.boxes);
  addToggle("axes", "Axes", "Object axes: x red, y green, z blue", &poses.axes);
  addToggle("labels", "Labels", "Names and rotation errors", &poses.labels);
  addToggle("contour", "Contour", "Outlines of the visible masks", &layers_.contours);
  addToggle("mask", "Mask", "Visible masks", &layers_.masks);
  addToggle("nocs", "NOCS", "Normalized object coordinates as colors", &layers_.nocs);
  addToggle("depth", "Depth", "Depth as colors", &layers_.depth);
  addToggle("gray", "Gray", "Gray background, so that overlays stand out", &layers_.gray);
  buildErrorActions();
  buildColors();
  addCommand("fit", "Fit image", Qt::Key_R, [this] { canvas_->fit(); });
}

void ImageView::addCommand(const QString& id, const QString& text, const QKeySequence& key,
                           const std::function<void()>& run) {
  auto* action = new QAction(text, this);
  action->setObjectName("image-" + id);
  action->setShortcut(key);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  addAction(action);
  connect(action, &QAction::triggered, this, run);
}

void ImageView::buildErrorActions() {
  ErrorLayers& errors = layers_.errors;
  addToggle("mesh", "Mesh", "Meshes in the image: ground truth outlined, prediction filled", &errors.mesh,
            Qt::Key_M);
  addToggle("silhouette", "Silhouette",
            "Silhouettes, truth against prediction: missing is blue, too much orange", &errors.silhouette,
            Qt::Key_S);
  addToggle("difference", "Difference",
            "Measured depth minus the model's: blue is nearer than the model, brown farther",
            &errors.difference, Qt::Key_D);
  buildWipe();
}

void ImageView::buildWipe() {
  auto* menu = new QMenu(this);
  auto* group = new QActionGroup(menu);
  const QString bar = QString(" ") + QChar(0x2502) + " ";
  for (const QString& text : {QString("Off"), "A" + bar + "B", "A" + bar + "ground truth",
                              "B" + bar + "ground truth"}) {
    const auto sides = static_cast<WipeSides>(wipe_options_.size());
    QAction* option = menu->addAction(text, this, [this, sides] { setWipeSides(sides); });
    option->setCheckable(true);
    option->setChecked(sides == wipe_);
    group->addAction(option);
    wipe_options_ << option;
  }
  wipe_action_ = new QAction("Wipe", this);
  wipe_action_->setObjectName("image-wipe");
  wipe_action_->setToolTip("Two results side by side, with a border that is dragged");
  wipe_action_->setMenu(menu);
  wipe_action_->setIconText(wipeText(WipeSides::kOff, {}));
  addCommand("wipe-runs", "Wipe between A and B", Qt::Key_W, [this] {
    setWipeSides(wipe_ == WipeSides::kOff ? WipeSides::kRuns : WipeSides::kOff);
  });
  addCommand("wipe-left", "Move the wipe to the left", Qt::Key_BracketLeft,
             [this] { canvas_->setWipeShare(canvas_->wipeShare() - kWipeStep); });
  addCommand("wipe-right", "Move the wipe to the right", Qt::Key_BracketRight,
             [this] { canvas_->setWipeShare(canvas_->wipeShare() + kWipeStep); });
}

void ImageView::buildColors() {
  depth_colors_ =
      new ColorMapAction("Colors of depth", "Color map of the depth layer", layers_.depth_map, false, this);
  depth_colors_->setObjectName("image-depth-colors");
  difference_colors_ = new ColorMapAction("Colors of differences", "Color map of the depth differences",
                                          layers_.errors.map, true, this);
  difference_colors_->setObjectName("image-difference-colors");
  for (ColorMapAction* colors : {depth_colors_, difference_colors_}) {
    addAction(colors);
    connect(colors, &ColorMapAction::chosen, this, [this] {
      layers_.depth_map = depth_colors_->map();
      layers_.errors.map = difference_colors_->map();
      rebuild();
    });
  }
}

void ImageView::setWipeSides(WipeSides sides) {
  wipe_ = sides;
  wipe_options_[static_cast<qsizetype>(sides)]->setChecked(true);
  wipe_action_->setIconText(wipeText(sides, wipe_options_[static_cast<qsizetype>(sides)]->text()));
  rebuild();
}

QWidget* ImageView::buildBar() {
  auto* bar = new LayerBar(this);
  for (const Toggle& toggle : toggles_) {
    bar->addLayer(toggle.action);
  }
  bar->addLayer(wipe_action_);
  return bar;
}

QLayout* ImageView::buildFoot() {
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(8, 0, 8, 0);
  readout_->setFont(numberFont());
  readout_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  readout_->hide();
  for (QLabel* label : {static_cast<QLabel*>(readout_), note_}) {  // one of them is shown
    label->setFixedHeight(24);
    foot->addWidget(label, 1);
  }
  foot->addWidget(depth_bar_);
  return foot;
}

void ImageView::refreshToggles() {
  for (const Toggle& toggle : toggles_) {
    const QSignalBlocker blocker(toggle.action);
    toggle.action->setChecked(*toggle.flag);
  }
}

void ImageView::refreshNote() {
  const Frame& frame = *session().frame();
  const auto allow = [this](const char* id, bool has, const QString& why) {
    for (const Toggle& toggle : toggles_) {
      if (toggle.action->objectName() == QString("image-") + id) {
        toggle.action->setEnabled(has);
        toggle.action->setToolTip(has ? toggle.tip : toggle.tip + " (" + why + ")");
      }
    }
  };
  const bool camera = frame.camera.valid();
  for (const char* pose : {"ground-truth", "prediction", "box", "axes", "labels"}) {
    allow(pose, camera, "no intrinsics");
  }
  allow("contour", hasAny(frame.visible_masks), "not in dataset");
  allow("mask", hasAny(frame.visible_masks), "not in dataset");
  allow("nocs", !frame.nocs.empty(), "not in dataset");
  const QString no_depth = depth_unit_unknown(frame) ? "its unit is unknown" : "not in dataset";
  allow("depth", !frame.depth.empty(), no_depth);
  allow("gray", !frame.color.empty(), "not in dataset");
  for (const char* layer : {"mesh", "silhouette"}) {
    allow(layer, camera, "no intrinsics");
  }
  allow("difference", camera && !frame.depth.empty(), camera ? "depth: " + no_depth : "no intrinsics");
  QStringList notes;
  if (!camera) {
    notes << "No intrinsics in the dataset: poses are not drawn.";
  }
  if (frame.color.empty()) {
    notes << "No color image: other layers still work.";
  }
  notes << errorNotes(canvas_->figure()->errors()->without_mesh.size(), frame.instances.size(),
                      layers_.errors, canvas_->figure()->contents().result != nullptr);
  for (const auto* sentences : {&frame.problems, &frame.remarks}) {
    for (const std::string& sentence : *sentences) {
      notes << QString::fromStdString(sentence);
    }
  }
  note_->setText(notes.join("  "));
  note_->setToolTip(plainToolTip(notes.join("\n")));
}

QJsonObject ImageView::saveState() const {
  QJsonObject state;
  for (const Toggle& toggle : toggles_) {
    state[toggle.action->objectName().mid(6)] = *toggle.flag;
  }
  state["error_opacity"] = layers_.errors.opacity;
  state["error_range"] = layers_.errors.range;
  state["error_against"] = layers_.errors.against == DepthModel::kPrediction ? "prediction" : "ground truth";
  state["depth_colors"] = layers_.depth_map.saved();
  state["difference_colors"] = layers_.errors.map.saved();
  state["wipe"] = static_cast<int>(wipe_);
  state["wipe_share"] = canvas_->wipeShare();
  return state;
}

void ImageView::restoreState(const QJsonObject& state) {
  for (const Toggle& toggle : toggles_) {
    *toggle.flag = state.value(toggle.action->objectName().mid(6)).toBool(*toggle.flag);
  }
  ErrorLayers& errors = layers_.errors;
  errors.opacity = std::clamp(state.value("error_opacity").toDouble(errors.opacity), 0.0, 1.0);
  errors.range = std::clamp(state.value("error_range").toDouble(errors.range), 1e-4, 1.0);
  errors.against = state.value("error_against").toString("prediction") == "ground truth"
                       ? DepthModel::kGroundTruth
                       : DepthModel::kPrediction;
  depth_colors_->restore(state.value("depth_colors"));
  difference_colors_->restore(state.value("difference_colors"));
  layers_.depth_map = depth_colors_->map();
  errors.map = difference_colors_->map();
  canvas_->setWipeShare(state.value("wipe_share").toDouble(0.5));
  refreshToggles();
  setWipeSides(static_cast<WipeSides>(std::clamp(state.value("wipe").toInt(), 0, 3)));
}

}  // namespace alidade
