// SPDX-License-Identifier: BSD-3-Clause
// The widgets of the schedule lab.
#include <QAction>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "views/base/plot_theme.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/schedule_lab/figure_canvas.h"
#include "views/schedule_lab/schedule_lab_view.h"
#include "views/schedule_lab/schedule_panel.h"
#include "views/schedule_lab/time_bar.h"

namespace alidade {
namespace {

constexpr int kMostSamples = 10000;
constexpr int kPanelWidth = 300;
constexpr int kMapsHeight = 430, kCurvesHeight = 260;

SamplerOptions columnOf(GuidanceKind kind, double w_max) {
  SamplerOptions options;
  options.guidance.kind = kind;
  options.guidance.w_max = w_max;
  return options;
}

/// The comparison of the paper's Fig. 9.
std::vector<SamplerOptions> firstColumns() {
  return {columnOf(GuidanceKind::kExponential, 15.0), columnOf(GuidanceKind::kNone, 1.0),
          columnOf(GuidanceKind::kConstant, 8.0), columnOf(GuidanceKind::kLinear, 8.0)};
}

/// The session's model, asked for the first columns: the lab always has some.
SamplingModel& askedModel(SessionModel& session) {
  SamplingModel& model = session.model<SamplingModel>();
  SamplingRequest request;
  request.columns = firstColumns();
  model.ask(request, 0);
  return model;
}

QLabel* mutedLabel(const QString& text) {
  auto* label = new QLabel(text);
  label->setProperty("muted", true);
  return label;
}

}  // namespace

ScheduleLabView::ScheduleLabView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      model_(askedModel(session)),
      stack_(new QStackedWidget),
      card_(new StateCard),
      field_(new QComboBox),
      start_(new QComboBox),
      count_(new QSpinBox),
      seed_(new QSpinBox),
      state_(mutedLabel({})),
      panel_(new SchedulePanel(model_)),
      maps_(new FigureCanvas(tr("Samples of every column"))),
      curves_(new FigureCanvas(tr("Errors along the sampling"))),
      time_(new TimeBar),
      answer_(new NewestAnswer(this)) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(stack_);
  stack_->addWidget(buildPage());
  stack_->addWidget(card_);
  buildActions();
  connectParts();
  showRequest();
  takeAnswers();
}

QWidget* ScheduleLabView::buildStrip() {
  auto* strip = new QWidget;
  strip->setBackgroundRole(QPalette::Base);
  strip->setAutoFillBackground(true);
  auto* row = new QHBoxLayout(strip);
  row->setContentsMargins(8, 6, 8, 6);
  row->setSpacing(6);
  field_->addItems({tr("Score of the checkpoint"), tr("Analytic demo")});
  count_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  seed_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  field_->setAccessibleName(tr("Score field"));
  field_->setToolTip(
      tr("The analytic demo is a mixture of Gaussians about the true pose and its symmetric equivalents: it "
         "knows the answer and needs no network."));
  count_->setRange(1, kMostSamples);
  count_->setValue(50);
  count_->setPrefix(QStringLiteral("K = "));
  count_->setKeyboardTracking(false);
  count_->setAccessibleName(tr("Number of samples"));
  seed_->setRange(0, 1 << 30);
  seed_->setPrefix(tr("noise seed "));
  seed_->setKeyboardTracking(false);
  seed_->setAccessibleName(tr("Seed of the noise that all columns start from"));
  seed_->setToolTip(tr("All columns start from the same noise: what differs is the schedule."));
  start_->addItems({tr("Start: noise"), tr("Start: regression head")});
  start_->setAccessibleName(tr("What the noise is added to at the start"));
  start_->setToolTip(tr(
      "Warm start: the noise of each column's T0 is added to the pose of the checkpoint's regression head. "
      "A T0 well below 1 keeps what that pose knows."));
  row->addWidget(field_);
  row->addWidget(start_);
  row->addWidget(count_);
  row->addWidget(seed_);
  row->addStretch(1);
  row->addWidget(state_);
  return strip;
}

QWidget* ScheduleLabView::buildPage() {
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildStrip());
  auto* pictures = new QSplitter(Qt::Vertical);
  pictures->setChildrenCollapsible(false);
  pictures->addWidget(maps_);
  pictures->addWidget(curves_);
  pictures->setStretchFactor(0, 3);
  pictures->setStretchFactor(1, 2);
  pictures->setSizes({kMapsHeight, kCurvesHeight});
  auto* split = new QSplitter(Qt::Horizontal);
  split->setChildrenCollapsible(false);
  split->addWidget(panel_);
  split->addWidget(pictures);
  split->setStretchFactor(1, 1);
  split->setSizes({kPanelWidth, 3 * kPanelWidth});
  column->addWidget(split, 1);
  column->addWidget(time_);
  return page;
}

void ScheduleLabView::buildActions() {
  const auto add = [this](const QString& text, void (ScheduleLabView::*run)()) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, run);
    actions_ << action;
  };
  add(tr("Duplicate the column"), &ScheduleLabView::addColumn);
  add(tr("Remove the column"), &ScheduleLabView::removeColumn);
  add(tr("Swap columns A and B"), &ScheduleLabView::swapFirstTwo);
  export_curves_ = new QAction(tr("Export the error curves instead of the maps"), this);
  export_curves_->setCheckable(true);
  actions_ << export_curves_;
}

void ScheduleLabView::connectParts() {
  connect(panel_, &SchedulePanel::addRequested, this, &ScheduleLabView::addColumn);
  connect(panel_, &SchedulePanel::batchRequested, this,
          [this] { Q_EMIT actionRequested(QStringLiteral("infer-schedule")); });
  connect(panel_, &SchedulePanel::loadRequested, this, [this] {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Load schedule"), {}, tr("Schedules (*.json)"));
    if (!path.isEmpty()) {
      loadSchedule(path);
    }
  });
  connect(panel_, &SchedulePanel::saveRequested, this, [this] {
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Save schedule"), QStringLiteral("schedule.json"), tr("Schedules (*.json)"));
    if (!path.isEmpty()) {
      saveSchedule(path);
    }
  });
  connect(field_, &QComboBox::activated, this,
          [this](int index) { edit([index](SamplingRequest& request) { request.analytic = index == 1; }); });
  connect(start_, &QComboBox::activated, this, [this](int index) {
    edit([index](SamplingRequest& request) { request.from_regression = index == 1; });
  });
  connect(count_, &QSpinBox::valueChanged, this,
          [this](int count) { edit([count](SamplingRequest& request) { request.num_samples = count; }); });
  connect(seed_, &QSpinBox::valueChanged, this, [this](int seed) {
    edit([seed](SamplingRequest& request) { request.seed = static_cast<std::uint64_t>(seed); });
  });
  connect(time_, &TimeBar::placeChanged, this, &ScheduleLabView::redisplay);
  connect(maps_, &FigureCanvas::pressed, this, [this](const QPointF& point) {
    const PlotTheme theme = screenPlotTheme(themeOf(*this));
    if (const auto hit = columns_figure_->columnAt(point, maps_->rect(), theme)) {
      model_.setShownColumn(*hit);
    }
  });
  maps_->setTips([this](const QPointF& point) {
    const auto hit = columns_figure_->columnAt(point, maps_->rect(), screenPlotTheme(themeOf(*this)));
    const auto& columns = model_.request().columns;
    return hit && *hit < columns.size() ? columnLetter(*hit) + QStringLiteral(": ") +
                                              QString::fromStdString(to_text(columns[*hit].guidance))
                                        : tr("Maps of the columns' samples; a click chooses a column.");
  });
  connect(curves_, &FigureCanvas::pressed, this, [this](const QPointF& point) {
    const PlotTheme theme = screenPlotTheme(themeOf(*this));
    if (const auto t = errors_figure_->timeAt(point, curves_->rect(), theme)) {
      time_->setTime(*t);
    }
  });
  connect(card_, &StateCard::triggered, this, [this] {
    if (card_action_.isEmpty()) {
      edit([](SamplingRequest& request) { request.analytic = true; });
    } else {
      Q_EMIT actionRequested(card_action_);
    }
  });
  connectModel();
}

void ScheduleLabView::connectModel() {
  model_.demand().follow(this);
  connect(&model_, &SamplingModel::asked, this, &ScheduleLabView::showRequest);
  for (const auto signal :
       {&SamplingModel::samplingChanged, &SamplingModel::problemChanged, &SamplingModel::hasNetworkChanged}) {
    connect(&model_, signal, this, &ScheduleLabView::showState);
  }
  connect(&model_, &SamplingModel::answered, this, &ScheduleLabView::takeAnswers);
  connect(&model_, &SamplingModel::timeChanged, time_, &TimeBar::setTime);
  for (const auto signal : {&SamplingModel::schedulesChanged, &SamplingModel::shownColumnChanged,
                            &SamplingModel::markedChanged, &SamplingModel::measured}) {
    connect(&model_, signal, this, &ScheduleLabView::redisplay);
  }
  for (const auto signal :
       {&SessionModel::datasetChanged, &SessionModel::selectionChanged, &SessionModel::frameChanged}) {
    connect(&session(), signal, this, &ScheduleLabView::takeAnswers);
  }
  connect(&session(), &SessionModel::referenceShown, this, &ScheduleLabView::redisplay);
}

}  // namespace alidade
