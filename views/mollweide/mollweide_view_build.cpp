// SPDX-License-Identifier: BSD-3-Clause
// The widgets and actions of the Mollweide view.
#include <cmath>

#include <QAction>
#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/evaluation/errors/pose_summary.h"
#include "views/base/color_map_action.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/mollweide/marked_panel.h"
#include "views/mollweide/mollweide_canvas.h"
#include "views/mollweide/mollweide_view.h"

namespace alidade {
namespace {

constexpr int kTimeSteps = 1000;
constexpr int kMostStates = 24;

/// A list that shows its whole entries where there is room and gives way where there is not.
void fill(QComboBox& list, const QString& name, const QString& tip, const QStringList& entries) {
  list.addItems(entries);
  list.setAccessibleName(name);
  list.setToolTip(plainToolTip(tip));
  list.setSizeAdjustPolicy(QComboBox::AdjustToContents);
  list.setMinimumContentsLength(4);
  list.setMinimumWidth(64);
  list.setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void prepare(QToolButton& button, const QString& text, const QString& tip, bool checkable) {
  button.setObjectName("layerButton");
  button.setText(text);
  button.setToolTip(wrappedToolTip(tip));
  button.setCheckable(checkable);
  button.setFocusPolicy(Qt::TabFocus);
}

}  // namespace

MollweideView::MollweideView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      canvas_(new MollweideCanvas),
      card_(new StateCard),
      stack_(new QStackedLayout),
      marked_panel_(new MarkedPanel),
      source_(new QComboBox),
      drawn_(new QComboBox),
      maps_(new QComboBox),
      kernel_(new QComboBox),
      summary_(new QComboBox),
      states_(new QSpinBox),
      lasso_(new QToolButton),
      object_(new QToolButton),
      reset_(new QToolButton),
      time_(new QSlider(Qt::Horizontal)),
      time_text_(new QLabel),
      answer_(new NewestAnswer(this)) {
  buildActions();
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildBar());
  column->addLayout(stack_, 1);
  stack_->addWidget(buildPage());
  stack_->addWidget(card_);
  connectParts();
  showControls();
  answer_->setPaused(true);  // until it is shown
  refresh();
}

QWidget* MollweideView::buildBar() {
  auto* bar = new QWidget;
  bar->setBackgroundRole(QPalette::Base);
  bar->setAutoFillBackground(true);
  bar_ = new QBoxLayout(QBoxLayout::LeftToRight, bar);
  bar_->setContentsMargins(8, 6, 8, 2);
  bar_->setSpacing(4);
  auto* lists = new QHBoxLayout;
  lists->setSpacing(6);
  auto* tools = new QHBoxLayout;
  tools->setSpacing(6);
  bar_->addLayout(lists);
  bar_->addStretch(1);
  bar_->addLayout(tools);
  fill(*source_, tr("Samples"), tr("Which samples are shown"), {tr("Result"), tr("Lab column")});
  fill(*drawn_, tr("Drawn as"), tr("A dot per sample, or how often a place occurs"),
       {tr("Dots"), tr("Density")});
  fill(*maps_, tr("Maps"), tr("One map, or small ones over time, over schedules or both"),
       {tr("One map"), tr("Over t"), tr("Schedules"), tr("Schedules \u00d7 t")});
  fill(*kernel_, tr("Kernel"),
       tr("How far a sample is spread over the cells of the equal-volume grid on SO(3).\n"
          "Automatic: 40\u00b0 for 50 samples, less for more."),
       {tr("Kernel: auto"), tr("Kernel: none"), tr("Kernel: 10\u00b0"), tr("Kernel: 20\u00b0"),
        tr("Kernel: 30\u00b0"), tr("Kernel: 45\u00b0")});
  QStringList levels{tr("No summary")};
  for (const double level : kSummaryLevels) {
    levels << tr("Summary %1 %").arg(std::lround(100.0 * level));
  }
  fill(*summary_, tr("Summary"),
       tr("Mean of the samples under the symmetry, and the outline of the cone that holds so many of the "
          "shown "
          "axes\nif they are normal; a badge says where they are not."),
       levels);
  states_->setRange(2, kMostStates);
  states_->setValue(6);
  states_->setSuffix(tr(" times"));
  states_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  states_->setAccessibleName(tr("Number of times"));
  states_->setToolTip(tr("How many diffusion times are shown"));
  prepare(*lasso_, tr("Lasso"),
          tr("Draw a line about samples to mark them: their paths from noise to the end are shown, and which "
             "of them left their basin. Esc cancels."),
          true);
  prepare(*object_, tr("Turn object"),
          tr("Drag to turn the canonical rotation, the object side; the wheel turns about the shown axis. "
             "Without this tool: with Ctrl. Dragging alone turns the globe."),
          true);
  prepare(*reset_, tr("Reset"), tr("Reset the canonical rotation"), false);
  for (QWidget* widget :
       {static_cast<QWidget*>(source_), static_cast<QWidget*>(drawn_), static_cast<QWidget*>(maps_),
        static_cast<QWidget*>(states_), static_cast<QWidget*>(kernel_), static_cast<QWidget*>(summary_)}) {
    lists->addWidget(widget);
  }
  lists->addStretch(1);
  for (QToolButton* button : {lasso_, object_, reset_}) {
    tools->addWidget(button);
  }
  tools->addStretch(1);
  return bar;
}

void MollweideView::arrangeBar() {
  int needed = 40;
  for (const QWidget* widget :
       {static_cast<QWidget*>(source_), static_cast<QWidget*>(drawn_), static_cast<QWidget*>(maps_),
        static_cast<QWidget*>(states_), static_cast<QWidget*>(kernel_), static_cast<QWidget*>(summary_),
        static_cast<QWidget*>(lasso_), static_cast<QWidget*>(object_), static_cast<QWidget*>(reset_)}) {
    needed += widget->isHidden() ? 0 : widget->sizeHint().width() + 6;
  }
  // Tools get a line of their own where the lists would be cut.
  bar_->setDirection(width() < needed ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

QWidget* MollweideView::buildPage() {
  time_row_ = new QWidget;
  time_row_->setBackgroundRole(QPalette::Base);
  time_row_->setAutoFillBackground(true);
  time_->setRange(0, kTimeSteps);
  time_->setAccessibleName(tr("Diffusion time"));
  time_->setToolTip(tr("Diffusion time: noise, t = 1, at the left; the end, t = 0, at the right"));
  time_text_->setProperty("muted", true);
  time_text_->setMinimumWidth(time_text_->fontMetrics().horizontalAdvance("t = 0.00"));
  auto* row = new QHBoxLayout(time_row_);
  row->setContentsMargins(8, 0, 8, 6);
  row->addWidget(time_, 1);
  row->addWidget(time_text_);
  auto* maps = new QWidget;
  auto* column = new QVBoxLayout(maps);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(canvas_, 1);
  column->addWidget(time_row_);
  auto* page = new QSplitter(Qt::Vertical);
  page->addWidget(maps);
  page->addWidget(marked_panel_);
  page->setStretchFactor(0, 1);
  page->setStretchFactor(1, 0);
  page->setChildrenCollapsible(false);
  marked_panel_->hide();
  return page;
}

QAction* MollweideView::addToggle(const QString& text, bool on) {
  auto* action = new QAction(text, this);
  action->setCheckable(true);
  action->setChecked(on);
  connect(action, &QAction::toggled, this, &MollweideView::redisplay);
  actions_.append(action);
  return action;
}

void MollweideView::buildActions() {
  hsv_ = addToggle(tr("Tilt colors as published (HSV)"), false);
  genpose_ = addToggle(tr("GenPose convention (Euler Z-X-Y)"), false);
  equivalents_ = addToggle(tr("Ground-truth equivalents"), true);
  fine_ = addToggle(tr("Fine density cells (3.7\u00b0 in place of 7.3\u00b0)"), true);
  colors_ = new ColorMapAction(tr("Colors of densities and paths"),
                               tr("Color map of densities, and of the diffusion time on paths"),
                               style_.amounts, false, this);
  colors_->setObjectName("mollweide-colors");
  connect(colors_, &ColorMapAction::chosen, this, &MollweideView::redisplay);
  actions_.append(colors_);
  const auto add = [this](const QString& text, auto&& run) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, run);
    actions_.append(action);
  };
  add(tr("Center on the ground truth"), [this] { centerOnTruth(); });
  add(tr("Reset the canonical rotation"), [this] {
    style_.canonical.setIdentity();
    redisplay();
  });
  add(tr("Reset the globe"), [this] {
    style_.camera_side.setIdentity();
    // Under GenPose's convention the globe turns with the canonical rotation.
    if (genpose_->isChecked()) {
      style_.canonical.setIdentity();
    }
    redisplay();
  });
  add(tr("Forget the marked samples"), [this] { session().model<SamplingModel>().setMarked({}); });
}

void MollweideView::connectParts() {
  connect(card_, &StateCard::triggered, this, [this] { Q_EMIT actionRequested(card_action_); });
  connect(this, &View::watchedChanged, this, &MollweideView::updateWanted);
  connect(canvas_, &MollweideCanvas::sheetChanged, this, [this] {
    if (asked_ && !asked_->light()) {
      makeAsked();
    }
  });
  connect(canvas_, &MollweideCanvas::doubleClicked, this, &MollweideView::centerOnTruth);
  connect(canvas_, &MollweideCanvas::turned, this,
          [this](const Eigen::Vector2d& from, const Eigen::Vector2d& to) {
            style_.convention =
                genpose_->isChecked() ? SphereConvention::kGenPose : SphereConvention::kImplicitPdf;
            turnGlobe(style_, from, to);
            redisplay();
          });
  connect(canvas_, &MollweideCanvas::objectTurned, this, [this](double right, double up, double tilt) {
    style_.convention = genpose_->isChecked() ? SphereConvention::kGenPose : SphereConvention::kImplicitPdf;
    turnCanonical(style_, right, up, tilt);
    redisplay();
  });
  connect(canvas_, &MollweideCanvas::lassoed, this,
          [this](const std::vector<int>& samples) { session().model<SamplingModel>().setMarked(samples); });
  connect(canvas_, &MollweideCanvas::escaped, this, [this] {
    lasso_->setChecked(false);
    object_->setChecked(false);
  });
  connect(lasso_, &QToolButton::toggled, this, [this](bool on) { toggleTool(lasso_, on); });
  connect(object_, &QToolButton::toggled, this, [this](bool on) { toggleTool(object_, on); });
  connect(reset_, &QToolButton::clicked, this, [this] {
    style_.canonical.setIdentity();
    redisplay();
  });
  connect(marked_panel_, &MarkedPanel::clearAsked, this,
          [this] { session().model<SamplingModel>().setMarked({}); });
  connect(marked_panel_, &MarkedPanel::currentChanged, this, &MollweideView::redisplay);
  for (QComboBox* list : {source_, drawn_, maps_, kernel_, summary_}) {
    connect(list, &QComboBox::currentIndexChanged, this, [this] {
      showControls();
      updateWanted();
      refresh();
    });
  }
  connect(states_, &QSpinBox::valueChanged, this, &MollweideView::redisplay);
  connect(time_, &QSlider::valueChanged, this, [this](int value) {
    session().model<SamplingModel>().setTime(1.0 - static_cast<double>(value) / kTimeSteps);
  });
  for (const auto signal : {&SessionModel::datasetChanged, &SessionModel::selectionChanged,
                            &SessionModel::frameChanged, &SessionModel::resultsChanged}) {
    connect(&session(), signal, this, &MollweideView::refresh);
  }
  const auto in_lab = [this] {
    if (source() == kLab) {
      refresh();
    }
  };
  SamplingModel& model = session().model<SamplingModel>();
  connect(&model, &SamplingModel::answered, this, in_lab);
  connect(&model, &SamplingModel::problemChanged, this, in_lab);
  connect(&model, &SamplingModel::basinsAnswered, this, &MollweideView::showBasins);
  connect(&model, &SamplingModel::shownColumnChanged, this, in_lab);
  connect(&model, &SamplingModel::markedChanged, this, in_lab);
  connect(&model, &SamplingModel::timeChanged, this, in_lab);
  connect(&session(), &SessionModel::referenceShown, this, in_lab);
}

}  // namespace alidade
