// SPDX-License-Identifier: BSD-3-Clause
// The widgets of the training view.
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSlider>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/plot_canvas.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/table_search.h"
#include "views/base/training_model.h"
#include "views/training/run_list.h"
#include "views/training/training_canvas.h"
#include "views/training/training_view.h"

namespace alidade {
namespace {

constexpr int kSideWidth = 260;
constexpr int kSliderWidth = 120;
constexpr int kMostSmoothing = 99;
constexpr int kReplotMilliseconds = 30;

QLabel* mutedLabel(const QString& text) {
  auto* label = new QLabel(text);
  label->setProperty("muted", true);
  return label;
}

QWidget* withHead(const QString& head, QWidget* body) {
  auto* box = new QWidget;
  box->setBackgroundRole(QPalette::Base);
  box->setAutoFillBackground(true);
  auto* column = new QVBoxLayout(box);
  column->setContentsMargins(8, 8, 0, 0);
  column->setSpacing(4);
  auto* label = mutedLabel(head);
  label->setContentsMargins(4, 0, 8, 0);
  column->addWidget(label);
  column->addWidget(body, 1);
  return box;
}

}  // namespace

TrainingView::TrainingView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      stack_(new QStackedWidget),
      card_(new StateCard),
      page_(new QWidget),
      smoothing_(new QSlider(Qt::Horizontal)),
      smoothing_text_(mutedLabel({})),
      logarithmic_(new QCheckBox(tr("Logarithmic"))),
      by_arm_(new QCheckBox(tr("Mean of seeds"))),
      all_steps_(new QToolButton),
      norms_(new QToolButton),
      norm_group_(new QComboBox),
      state_(mutedLabel({})),
      canvases_(new QStackedWidget),
      canvas_(new TrainingCanvas),
      norms_canvas_(new PlotCanvas(tr("Gradient norms"))),
      runs_(new RunList(session.model<TrainingModel>())),
      quantities_(new QListWidget),
      replot_soon_(new QTimer(this)) {
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(stack_);
  auto* column = new QVBoxLayout(page_);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildStrip());
  auto* split = new QSplitter(Qt::Horizontal);
  split->setChildrenCollapsible(false);
  canvases_->addWidget(canvas_);
  canvases_->addWidget(norms_canvas_);
  split->addWidget(canvases_);
  split->addWidget(buildSide());
  split->setStretchFactor(0, 1);
  split->setSizes({4 * kSideWidth, kSideWidth});
  column->addWidget(split, 1);
  stack_->addWidget(page_);
  stack_->addWidget(card_);
  buildActions();
  connectParts();
  takeRuns();
}

QWidget* TrainingView::buildStrip() {
  auto* strip = new QWidget;
  strip->setBackgroundRole(QPalette::Base);
  strip->setAutoFillBackground(true);
  auto* row = new QHBoxLayout(strip);
  row->setContentsMargins(8, 6, 8, 6);
  row->setSpacing(8);
  smoothing_->setRange(0, kMostSmoothing);
  smoothing_->setValue(90);
  smoothing_->setFixedWidth(kSliderWidth);
  smoothing_->setAccessibleName(tr("Smoothing"));
  const QString how =
      tr("Exponential moving average over the records, with bias correction. Learning rate, validation and "
         "accuracies are never smoothed.");
  smoothing_->setToolTip(wrappedToolTip(how));
  smoothing_text_->setMinimumWidth(
      smoothing_text_->fontMetrics().horizontalAdvance(QStringLiteral("EMA 0.00 ")));
  logarithmic_->setToolTip(plainToolTip(tr("Logarithmic axes, but for accuracies.")));
  by_arm_->setToolTip(wrappedToolTip(
      tr("Runs whose recipes differ in the seed alone become one line, their mean, in a band from the least "
         "to the greatest.")));
  all_steps_->setText(tr("All steps"));
  all_steps_->setToolTip(plainToolTip(tr("Show all steps again; a double-click does the same.")));
  all_steps_->setToolButtonStyle(Qt::ToolButtonTextOnly);
  all_steps_->setObjectName(QStringLiteral("layerButton"));
  norms_->setText(tr("Gradient norms"));
  norms_->setObjectName(QStringLiteral("layerButton"));
  norms_->setAccessibleName(norms_->text());
  norms_->setToolTip(wrappedToolTip(
      tr("Norms of the gradients of each source of data on shared weights, and how they were harmonized.")));
  norms_->setCheckable(true);
  norms_->setToolButtonStyle(Qt::ToolButtonTextOnly);
  norm_group_->setObjectName(QStringLiteral("normGroup"));
  norm_group_->setAccessibleName(tr("Shared weights"));
  norm_group_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
  row->addWidget(mutedLabel(tr("Smoothing")));
  row->addWidget(smoothing_);
  row->addWidget(smoothing_text_);
  row->addSpacing(8);
  row->addWidget(logarithmic_);
  row->addWidget(by_arm_);
  row->addWidget(all_steps_);
  row->addWidget(norms_);
  row->addWidget(norm_group_);
  row->addStretch(1);
  row->addWidget(state_);
  return strip;
}

QWidget* TrainingView::buildSide() {
  quantities_->setFrameShape(QFrame::NoFrame);
  quantities_->setAccessibleName(tr("Quantities"));
  quantities_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  auto* open = new QPushButton(tr("Open training runs\u2026"));
  connect(open, &QPushButton::clicked, this, [this] { Q_EMIT actionRequested(QStringLiteral("open-runs")); });
  auto* search = new TableSearch(tr("Search the training runs"), *runs_);
  connect(search, &TableSearch::wordsChanged, runs_, &RunList::setWords);
  connect(runs_, &RunList::searched, search, &TableSearch::setCount);
  auto* runs = withHead(tr("Runs"), withSearch(search));
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(4, 4, 12, 8);
  foot->addWidget(open);
  static_cast<QVBoxLayout*>(runs->layout())->addLayout(foot);
  auto* side = new QSplitter(Qt::Vertical);
  side->setChildrenCollapsible(false);
  side->addWidget(runs);
  side->addWidget(withHead(tr("Quantities"), quantities_));
  side->setSizes({kSideWidth, kSideWidth});
  return side;
}

void TrainingView::buildActions() {
  const auto add = [this](const QString& text, auto run) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, run);
    actions_ << action;
  };
  add(tr("Show all steps"), [this] { canvas_->setSteps(std::nullopt); });
  add(tr("Remove the selected runs"),
      [this] { session().model<TrainingModel>().remove(runs_->selectedPaths()); });
  add(tr("Remove all runs"), [this] {
    QStringList paths;
    for (const TrainingModel::Run& run : session().model<TrainingModel>().runs()) {
      paths << run.path;
    }
    session().model<TrainingModel>().remove(paths);
  });
}

void TrainingView::connectParts() {
  replot_soon_->setSingleShot(true);
  replot_soon_->setInterval(kReplotMilliseconds);
  connect(replot_soon_, &QTimer::timeout, this, &TrainingView::replot);
  session().model<TrainingModel>().demand().follow(this);
  connect(&session().model<TrainingModel>(), &TrainingModel::runsChanged, this, &TrainingView::takeRuns);
  connect(smoothing_, &QSlider::valueChanged, this, [this] {
    updateStrip();
    replot_soon_->start();
  });
  connect(logarithmic_, &QCheckBox::toggled, canvas_, &TrainingCanvas::setLogarithmic);
  connect(by_arm_, &QCheckBox::toggled, this, &TrainingView::replot);
  connect(by_arm_, &QCheckBox::toggled, runs_, &RunList::setByArm);
  connect(norms_, &QToolButton::toggled, this, [this] {
    showNorms();
    Q_EMIT contextChanged();
  });
  connect(norm_group_, &QComboBox::activated, this, [this] {
    wanted_group_ = norm_group_->currentText();
    replot();
  });
  connect(quantities_, &QListWidget::itemChanged, this,
          [this](const QListWidgetItem* item) { chooseQuantity(*item); });
  connect(all_steps_, &QToolButton::clicked, canvas_, [this] { canvas_->setSteps(std::nullopt); });
  connect(canvas_, &TrainingCanvas::stepsChanged, this, &TrainingView::updateStrip);
  connect(card_, &StateCard::triggered, this,
          [this] { Q_EMIT actionRequested(QStringLiteral("open-runs")); });
}

}  // namespace alidade
