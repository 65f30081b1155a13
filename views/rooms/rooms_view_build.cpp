// SPDX-License-Identifier: BSD-3-Clause
// The actions and bars of RoomsView.
#include <algorithm>
#include <cmath>

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>

#include "views/base/choice_action.h"
#include "views/base/color_map_action.h"
#include "views/base/layer_bar.h"
#include "views/base/plot.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/rooms/rooms_view.h"

namespace alidade {
namespace {

constexpr int kSliderSteps = 100;
constexpr int kLowestCut = 20;  // percent of the room's height
constexpr int kSliderWidth = 120;
constexpr double kMostPointSize = 12.0;

QSlider* percentSlider(const QString& id, const QString& name, int least) {
  auto* slider = new QSlider(Qt::Horizontal);
  slider->setObjectName(id);
  slider->setAccessibleName(name);
  slider->setToolTip(name);
  slider->setRange(least, kSliderSteps);
  slider->setPageStep(5);
  slider->setMinimumWidth(60);
  slider->setMaximumWidth(2 * kSliderWidth);
  return slider;
}

QLabel* numberLabel() {
  auto* label = new QLabel;
  label->setTextFormat(Qt::PlainText);
  label->setFont(numberFont());
  label->setProperty("muted", true);
  return label;
}

}  // namespace

void RoomsView::addToggle(const char* id, const QString& text, const QString& tip, bool* flag,
                          const QKeySequence& key) {
  auto* action = new QAction(text, this);
  action->setObjectName(QStringLiteral("rooms-") + QLatin1String(id));
  action->setToolTip(tip);
  action->setCheckable(true);
  action->setChecked(*flag);
  action->setShortcut(key);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  addAction(action);
  toggles_.push_back({action, flag});
  connect(action, &QAction::toggled, this, [this, flag](bool on) {
    *flag = on;
    rebuild();
  });
}

void RoomsView::addCommand(const char* id, const QString& text, const QKeySequence& key,
                           std::function<void()> run) {
  auto* action = new QAction(text, this);
  action->setObjectName(QStringLiteral("rooms-") + QLatin1String(id));
  action->setShortcut(key);
  action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  addAction(action);
  connect(action, &QAction::triggered, this, std::move(run));
}

void RoomsView::buildActions() {
  RoomLayers& layers = contents_.layers;
  addToggle("truth", tr("Ground truth"), tr("Boxes of the ground truth: solid green"), &layers.truth,
            Qt::Key_G);
  addToggle("detections", tr("Detections"), tr("Boxes that were detected: dashed"), &layers.detections,
            Qt::Key_P);
  addToggle("labels", tr("Labels"), tr("Class and score of each box"), &layers.labels, Qt::Key_L);
  addToggle("points", tr("Points"), tr("The room's points"), &layers.points, {});
  color_ = new ChoiceAction(tr("Color of points"), tr("Points: "), {tr("photo"), tr("height")}, this);
  color_->setObjectName("rooms-color");
  color_->setToolTip(tr("Color of the points: as scanned, or by height above the floor"));
  connect(color_, &ChoiceAction::chosen, this, [this](int option) {
    contents_.layers.color = static_cast<RoomColor>(option);
    rebuild();
  });
  colors_ = new ColorMapAction(tr("Colors of heights"), tr("Color map of heights"), contents_.layers.colors,
                               false, this);
  colors_->setObjectName("rooms-colors");
  addAction(colors_);
  connect(colors_, &ColorMapAction::chosen, this, [this] {
    contents_.layers.colors = colors_->map();
    rebuild();
  });
  classes_ = new QAction(this);
  classes_->setObjectName("rooms-classes");
  classes_->setToolTip(tr("Which classes are shown"));
  classes_->setMenu(new QMenu(this));
  buildViewActions();
}

void RoomsView::buildViewActions() {
  addCommand("reset", tr("Whole room"), Qt::Key_R, [this] { setSide(RoomSide::kCorner); });
  addCommand("top", tr("Top view"), Qt::Key_7, [this] { setSide(RoomSide::kTop); });
  addCommand("front", tr("Front view"), Qt::Key_1, [this] { setSide(RoomSide::kFront); });
  addCommand("right", tr("Right view"), Qt::Key_3, [this] { setSide(RoomSide::kRight); });
  const auto resize = [this](double by) {
    contents_.layers.point_size = std::clamp(contents_.layers.point_size + by, 1.0, kMostPointSize);
    rebuild();
  };
  addCommand("larger-points", tr("Larger points"), Qt::Key_Plus, [resize] { resize(1.0); });
  addCommand("smaller-points", tr("Smaller points"), Qt::Key_Minus, [resize] { resize(-1.0); });
  addCommand("all-classes", tr("Show all classes"), {}, [this] {
    contents_.layers.hidden.clear();
    fillClasses();
    rebuild();
  });
}

QWidget* RoomsView::buildBar() {
  auto* bar = new LayerBar(this);
  bar->addLayer(findChild<QAction*>("rooms-top"));
  for (const Toggle& toggle : toggles_) {
    bar->addLayer(toggle.action);
  }
  bar->addLayer(color_);
  bar->addLayer(classes_);
  return bar;
}

QWidget* RoomsView::buildSliders() {
  auto* bar = new QWidget(this);
  auto* line = new QHBoxLayout(bar);
  line->setContentsMargins(12, 4, 12, 4);
  line->setSpacing(8);
  score_ = percentSlider("rooms-score", tr("Least score of the detections that are shown"), 0);
  cut_ = percentSlider("rooms-cut", tr("Height above which points are cut away"), kLowestCut);
  score_text_ = numberLabel();
  cut_text_ = numberLabel();
  line->addWidget(score_text_);
  line->addWidget(score_, 1);
  line->addSpacing(8);
  line->addWidget(cut_text_);
  line->addWidget(cut_, 1);
  line->addStretch(0);
  connect(score_, &QSlider::valueChanged, this, [this](int value) { setLeastScore(value / 100.0); });
  connect(cut_, &QSlider::valueChanged, this, [this](int value) { setCut(value / 100.0); });
  showNumbers();
  fillClasses();
  return bar;
}

void RoomsView::showNumbers() {
  const RoomLayers& layers = contents_.layers;
  const QSignalBlocker quiet_score(score_), quiet_cut(cut_);
  score_->setValue(static_cast<int>(std::lround(100.0 * layers.least_score)));
  cut_->setValue(static_cast<int>(std::lround(100.0 * layers.cut)));
  score_text_->setText(tr("Score \u2265 %1").arg(numberText(layers.least_score, 2)));
  const double height = contents_.cloud ? contents_.cloud->high.z() - contents_.cloud->low.z() : 0.0;
  cut_text_->setText(layers.cut >= 1.0 || !contents_.cloud
                         ? tr("No cut")
                         : tr("Cut at %1 m").arg(numberText(layers.cut * height, 2)));
  score_->setEnabled(contents_.result != nullptr);
  for (QLabel* text : {score_text_, cut_text_}) {  // the sliders do not move while numbers change
    text->setMinimumWidth(text->fontMetrics().horizontalAdvance(
        text == score_text_ ? tr("Score \u2265 %1").arg("0.00") : tr("Cut at %1 m").arg("00.00")));
  }
}

void RoomsView::setLeastScore(double score) {
  contents_.layers.least_score = std::clamp(score, 0.0, 1.0);
  move();
  rebuild();
}

void RoomsView::setCut(double share) {
  contents_.layers.cut = std::clamp(share, 0.01 * kLowestCut, 1.0);
  move();
  rebuild();
}

/// All classes of the set and of the detections.
void RoomsView::fillClasses() {
  QMenu& menu = *classes_->menu();
  menu.clear();
  std::vector<std::string> names = contents_.categories;
  if (contents_.result) {
    for (const std::string& name : contents_.result->categories) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(name);
      }
    }
  }
  int shown = 0;
  for (const std::string& name : names) {
    QAction* action = menu.addAction(QString::fromStdString(name).replace('&', "&&"));
    action->setObjectName("rooms-class-" + QString::fromStdString(name));
    action->setCheckable(true);
    action->setChecked(!contents_.layers.hidden.contains(name));
    shown += action->isChecked() ? 1 : 0;
    connect(action, &QAction::toggled, this, [this, name](bool on) { setClassShown(name, on); });
  }
  menu.addSeparator();
  menu.addAction(findChild<QAction*>("rooms-all-classes"));
  classes_->setEnabled(!names.empty());
  classes_->setText(tr("Classes"));
  const auto all = static_cast<int>(names.size());
  classes_->setIconText((shown == all ? tr("Classes") : tr("Classes: %1 of %2").arg(shown).arg(all)) + " " +
                        QChar(0x25be));
}

void RoomsView::setClassShown(const std::string& category, bool shown) {
  shown ? static_cast<void>(contents_.layers.hidden.erase(category))
        : static_cast<void>(contents_.layers.hidden.insert(category));
  // Queued: the menu is the sender.
  QMetaObject::invokeMethod(
      this, [this] { fillClasses(); }, Qt::QueuedConnection);
  rebuild();
}

void RoomsView::setClassShown(const QString& category, bool shown) {
  setClassShown(category.toStdString(), shown);
}

}  // namespace alidade
