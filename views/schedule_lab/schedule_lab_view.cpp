// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/schedule_lab_view.h"

#include <algorithm>

#include <QAction>
#include <QComboBox>
#include <QImage>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>

#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/schedule_lab/figure_canvas.h"
#include "views/schedule_lab/schedule_panel.h"
#include "views/schedule_lab/time_bar.h"

namespace alidade {
namespace {

constexpr std::size_t kFewSamples = 200;    // of a column
constexpr std::size_t kLightSamples = 800;  // of all columns: painted within a few frames of the screen

std::size_t samplesOf(const std::vector<ShownColumn>& columns) {
  std::size_t count = 0;
  for (const ShownColumn& column : columns) {
    count += column.samples ? column.samples->samples.size() : 0;
  }
  return count;
}

constexpr double kDefaultSigmaHigh = 50.0, kDefaultSigmaLow = 0.01;

}  // namespace

QString ScheduleLabView::context() const {
  const auto& samples = model_.column(0).samples;
  return samples ? QStringLiteral("%1 %2 \u00b7 K = %3")
                       .arg(QString::fromStdString(samples->category))
                       .arg(samples->instance)
                       .arg(samples->samples.size())
                 : QString();
}

bool ScheduleLabView::showsFigure() const {
  return stack_->currentWidget() != card_ && model_.column(0).samples;
}

QString ScheduleLabView::awaited() const {
  const Selection& selection = session().selection();
  const QString frame = View::awaited();
  return frame.isEmpty() && selection.frame && selection.instance &&
                 model_.awaits(*selection.frame, *selection.instance)
             ? tr("The object is still being sampled.")
             : frame;
}

std::shared_ptr<const Figure> ScheduleLabView::figure() const {
  if (!showsFigure()) {
    return nullptr;
  }
  if (export_curves_->isChecked()) {
    return errors_figure_;
  }
  // Nobody exports numbers of another time.
  const SampleStates missing = model_.unmeasured();
  model_.setMeasures(missing, measuresOf(missing));
  answer_->wait();
  return columns_figure_;
}

void ScheduleLabView::edit(const std::function<void(SamplingRequest&)>& change) {
  SamplingRequest request = model_.request();
  change(request);
  model_.ask(request);
}

void ScheduleLabView::addColumn() {
  SamplingRequest request = model_.request();
  if (request.columns.size() < kMostSamplingColumns) {
    request.columns.push_back(request.columns[current()]);
    model_.ask(request, request.columns.size() - 1);
  }
}

void ScheduleLabView::removeColumn() {
  if (columns().size() > 1) {
    edit([this](SamplingRequest& request) {
      request.columns.erase(request.columns.begin() + static_cast<std::ptrdiff_t>(current()));
    });
  }
}

void ScheduleLabView::swapFirstTwo() {
  if (columns().size() > 1) {
    edit([](SamplingRequest& request) { std::swap(request.columns[0], request.columns[1]); });
  }
}

void ScheduleLabView::showRequest() {
  const SamplingRequest& request = model_.request();
  const QSignalBlocker quiet_count(count_), quiet_seed(seed_);
  field_->setCurrentIndex(request.analytic ? 1 : 0);
  start_->setCurrentIndex(request.from_regression ? 1 : 0);
  count_->setValue(request.num_samples);
  seed_->setValue(static_cast<int>(request.seed));
  showState();
}

void ScheduleLabView::showState() {
  panel_->setBatchEnabled(model_.hasNetwork());
  field_->setItemText(
      0, model_.hasNetwork() ? tr("Score of the checkpoint") : tr("No checkpoint: analytic demo"));
  const bool analytic = model_.request().analytic || !model_.hasNetwork();
  start_->setEnabled(!analytic);
  state_->setText(model_.sampling() ? tr("sampling\u2026")
                  : analytic        ? tr("analytic demo: known modes, no network")
                                    : QString());
  showCard();
}

void ScheduleLabView::takeAnswers() {
  showState();
  showTimes();
  redisplay();
  Q_EMIT contextChanged();
}

void ScheduleLabView::showTimes() {
  int states = 0;
  double high = 0.0, low = 1e9;
  for (std::size_t i = 0; i < columns().size(); ++i) {
    if (const auto& samples = model_.column(i).samples) {
      states = std::max(states, static_cast<int>(samples->times.size()));
      for (const SampleCurvePoint& point : samples->curve) {
        high = std::max(high, point.sigma);
        low = std::min(low, point.sigma);
      }
    }
  }
  if (states > 0) {
    time_->setRange(states, high > low ? high : kDefaultSigmaHigh, high > low ? low : kDefaultSigmaLow);
  }
}

void ScheduleLabView::showCard() {
  const QString problem = session().frameProblem().isEmpty() ? model_.problem() : session().frameProblem();
  if (!session().dataset()) {
    card_action_ = QStringLiteral("try-sample");
    card_->setContent(QStringLiteral("sliders"),
                      tr("Open a dataset to compare sampling schedules on an object."), tr("Try the sample"));
  } else if (!problem.isEmpty()) {
    card_action_.clear();
    const bool helps = session().frameProblem().isEmpty() && !model_.request().analytic;
    card_->setContent(QStringLiteral("warning"), problem, helps ? tr("Use the analytic demo") : QString());
  } else if (!session().selection().instance) {
    card_action_.clear();
    card_->setContent(QStringLiteral("sliders"), tr("Select an object to sample its pose."));
  } else {
    stack_->setCurrentIndex(0);
    return;
  }
  stack_->setCurrentWidget(card_);
}

ShownColumn ScheduleLabView::shown(std::size_t column) const {
  const SamplingModel::Column& answer = model_.column(column);
  ShownColumn made;
  made.index = column;
  made.samples = answer.samples;
  made.problem = answer.problem;
  made.selected = column == current();
  if (made.samples) {
    made.position = positionFor(*made.samples, time_->lock(), time_->place());
  }
  return made;
}

void ScheduleLabView::measure(std::vector<ShownColumn>& columns) {
  SampleStates states;
  for (const ShownColumn& column : columns) {
    states[column.index] = {column.samples, column.position};
  }
  model_.askMeasures(states);
  for (ShownColumn& column : columns) {
    column.measures = model_.measures(column.index);
  }
}

void ScheduleLabView::showFigures(std::vector<ShownColumn> all, std::optional<double> cursor) {
  const auto as_shown = [&](auto alike) {
    return std::equal(all.begin(), all.end(), shown_.begin(), shown_.end(), alike);
  };
  const bool same_states = cursor == cursor_ && as_shown([](const ShownColumn& a, const ShownColumn& b) {
                             return a.standsLike(b);
                           });
  const bool same =
      same_states && as_shown([](const ShownColumn& a, const ShownColumn& b) { return a.looksLike(b); });
  if (!same_states) {
    errors_figure_ = std::make_shared<ErrorsFigure>(all, cursor);
    curves_->setFigure(errors_figure_);
  }
  shown_ = all;
  cursor_ = cursor;
  if (session().showsReference() && all.size() > 1) {
    const bool selected = all[0].selected;
    all[0] = all[1];  // while Shift is held, B stands in A's place
    all[0].selected = selected;
  }
  const auto& marked = model_.marked();
  if (same && !asked_.empty() && asked_marks_ == marked && all[0].index == asked_[0].index) {
    return;
  }
  asked_ = all;
  asked_marks_ = marked;
  showColumns(std::move(all));
}

void ScheduleLabView::showColumns(std::vector<ShownColumn> columns) {
  const auto make = [columns = std::move(columns), marked = asked_marks_, older = columns_figure_] {
    auto figure = std::make_shared<ColumnsFigure>(columns, marked);
    if (older) {
      figure->keepPicturesOf(*older);
    }
    return figure;
  };
  if (samplesOf(asked_) <= kLightSamples) {
    answer_->forget();
    takeColumns(make());
    return;
  }
  // The figure keeps what is painted here, so that the widget has but to copy it.
  answer_->ask([this, make, theme = screenPlotTheme(themeOf(*maps_)), area = maps_->rect(),
                ratio = maps_->devicePixelRatioF()] {
    const auto figure = make();
    QImage screen((QSizeF(area.size()) * ratio).toSize(), QImage::Format_RGB32);
    screen.setDevicePixelRatio(ratio);
    QPainter painter(&screen);
    figure->paint(painter, area, theme);
    return [this, figure] { takeColumns(figure); };
  });
}

void ScheduleLabView::takeColumns(std::shared_ptr<const ColumnsFigure> figure) {
  columns_figure_ = std::move(figure);
  maps_->setFigure(columns_figure_);
}

void ScheduleLabView::redisplay() {
  std::vector<ShownColumn> all;
  for (std::size_t i = 0; i < columns().size(); ++i) {
    all.push_back(shown(i));
  }
  measure(all);
  std::optional<double> cursor;
  for (const ShownColumn& column : all) {
    if (time_->lock() != TimeLock::kStep && column.samples) {
      cursor = time_->lock() == TimeLock::kTime ? time_->place() : column.time();
      break;
    }
  }
  if (all[current()].samples) {
    model_.setTime(time_->lock() == TimeLock::kTime ? time_->place() : all[current()].time());
  }
  // Few samples are measured at once: their numbers are painted with them, not after them.
  const auto few = [](const SampleState& state) {
    return !state.samples || state.samples->samples.size() <= kFewSamples;
  };
  const SampleStates& open = model_.unmeasured();
  maps_->setHeld(model_.measuresAwaited() && std::all_of(open.begin(), open.end(), few));
  showFigures(std::move(all), cursor);
  // Samples of another object are old; those of an older curve are about to move and stay bright.
  const auto& first = model_.column(0).samples;
  const Selection& selection = session().selection();
  const bool stale = first && (first->frame != selection.frame || first->instance != selection.instance);
  maps_->setStale(stale);
  curves_->setStale(stale);
}

}  // namespace alidade
