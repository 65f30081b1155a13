// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/schedule_lab_view.h"

#include <algorithm>

#include <QAction>
#include <QComboBox>
#include <QEvent>
#include <QFile>
#include <QLabel>
#include <QSaveFile>
#include <QSpinBox>
#include <QStackedWidget>

#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/schedule_lab/figure_canvas.h"
#include "views/schedule_lab/schedule_panel.h"
#include "views/schedule_lab/time_bar.h"

namespace alidade {
namespace {

constexpr qint64 kMostScheduleBytes = 1 << 20;
constexpr double kDefaultSigmaHigh = 50.0, kDefaultSigmaLow = 0.01;

}  // namespace

QString ScheduleLabView::context() const {
  const auto& samples = session().model<SamplingModel>().column(0).samples;
  return samples ? QStringLiteral("%1 %2 \u00b7 K = %3")
                       .arg(QString::fromStdString(samples->category))
                       .arg(samples->instance)
                       .arg(samples->samples.size())
                 : QString();
}

std::shared_ptr<const Figure> ScheduleLabView::figure() const {
  if (stack_->currentWidget() == card_ || !session().model<SamplingModel>().column(0).samples) {
    return nullptr;
  }
  if (export_curves_->isChecked()) {
    return errors_figure_;
  }
  return columns_figure_;
}

void ScheduleLabView::choose(std::size_t column) {
  if (column < columns_.size() && column != current_) {
    current_ = column;
    panel_->showColumns(columns_, current_);
    redisplay();
    session().model<SamplingModel>().setShownColumn(current_);
  }
}

void ScheduleLabView::addColumn() {
  if (columns_.size() < kMostSamplingColumns) {
    columns_.push_back(columns_[current_]);
    current_ = columns_.size() - 1;
    columnsChanged();
  }
}

void ScheduleLabView::removeColumn() {
  if (columns_.size() > 1) {
    columns_.erase(columns_.begin() + static_cast<std::ptrdiff_t>(current_));
    current_ = std::min(current_, columns_.size() - 1);
    columnsChanged();
  }
}

void ScheduleLabView::swapFirstTwo() {
  if (columns_.size() > 1) {
    std::swap(columns_[0], columns_[1]);
    columnsChanged();
  }
}

void ScheduleLabView::columnsChanged() {
  panel_->showColumns(columns_, current_);
  ask();
  session().model<SamplingModel>().setShownColumn(current_);
  redisplay();
}

void ScheduleLabView::ask() {
  SamplingRequest request;
  request.columns = columns_;
  request.num_samples = count_->value();
  request.seed = static_cast<std::uint64_t>(seed_->value());
  request.analytic = field_->currentIndex() == 1;
  request.from_regression = start_->currentIndex() == 1;
  session().model<SamplingModel>().ask(request);
}

void ScheduleLabView::takeAnswers() {
  const SamplingModel& model = session().model<SamplingModel>();
  panel_->setBatchEnabled(model.hasNetwork());
  field_->setItemText(
      0, model.hasNetwork() ? tr("Score of the checkpoint") : tr("No checkpoint: analytic demo"));
  const bool analytic = field_->currentIndex() == 1 || !model.hasNetwork();
  start_->setEnabled(!analytic);
  state_->setText(model.sampling() ? tr("sampling\u2026")
                  : analytic       ? tr("analytic demo: known modes, no network")
                                   : QString());
  showCard();
  int states = 0;
  double high = 0.0, low = 1e9;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (const auto& samples = model.column(i).samples) {
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
  redisplay();
  Q_EMIT contextChanged();
}

void ScheduleLabView::showCard() {
  const SamplingModel& model = session().model<SamplingModel>();
  const QString problem = session().frameProblem().isEmpty() ? model.problem() : session().frameProblem();
  if (!session().dataset()) {
    card_action_ = QStringLiteral("try-sample");
    card_->setContent(QStringLiteral("sliders"),
                      tr("Open a dataset to compare sampling schedules on an object."), tr("Try the sample"));
  } else if (!problem.isEmpty()) {
    card_action_.clear();
    const bool helps = session().frameProblem().isEmpty() && field_->currentIndex() == 0;
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
  const SamplingModel::Column& answer = session().model<SamplingModel>().column(column);
  ShownColumn made;
  made.index = column;
  made.samples = answer.samples;
  made.sampling = answer.sampling;
  made.problem = answer.problem;
  made.selected = column == current_;
  moveTo(made, time_->lock(), time_->place(), column < shown_.size() ? &shown_[column] : nullptr);
  return made;
}

void ScheduleLabView::showFigures(std::vector<ShownColumn> all, std::optional<double> cursor) {
  const bool same = all.size() == shown_.size() && cursor == cursor_ &&
                    std::equal(all.begin(), all.end(), shown_.begin(),
                               [](const ShownColumn& a, const ShownColumn& b) { return a.looksLike(b); });
  if (!same) {
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
  const auto& marked = session().model<SamplingModel>().marked();
  if (same && columns_figure_ && columns_figure_->marked() == marked &&
      all[0].index == columns_figure_->columns()[0].index) {
    return;
  }
  auto figure = std::make_shared<ColumnsFigure>(std::move(all), marked);
  if (columns_figure_) {
    figure->keepPicturesOf(*columns_figure_);
  }
  columns_figure_ = std::move(figure);
  maps_->setFigure(columns_figure_);
}

void ScheduleLabView::redisplay() {
  std::vector<ShownColumn> all;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    all.push_back(shown(i));
  }
  std::optional<double> cursor;
  for (const ShownColumn& column : all) {
    if (time_->lock() != TimeLock::kStep && column.samples) {
      cursor = time_->lock() == TimeLock::kTime ? time_->place() : column.time();
      break;
    }
  }
  if (all[current_].samples) {
    session().model<SamplingModel>().setTime(time_->lock() == TimeLock::kTime ? time_->place()
                                                                              : all[current_].time());
  }
  showFigures(std::move(all), cursor);
  // Samples of another object are old; those of an older curve are about to move and stay bright.
  const auto& first = session().model<SamplingModel>().column(0).samples;
  const Selection& selection = session().selection();
  const bool stale = first && (first->frame != selection.frame || first->instance != selection.instance);
  maps_->setStale(stale);
  curves_->setStale(stale);
}

bool ScheduleLabView::loadSchedule(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly) || file.size() > kMostScheduleBytes) {
    panel_->refuse(tr("%1 cannot be read as a schedule; choose a JSON file.").arg(path));
    return false;
  }
  const auto guidance = guidance_from_json(file.readAll().toStdString(), path.toStdString());
  if (!guidance) {
    panel_->refuse(QString::fromStdString(guidance.error().message));
    return false;
  }
  columns_[current_].guidance = *guidance;
  columnsChanged();
  return true;
}

bool ScheduleLabView::saveSchedule(const QString& path) {
  QSaveFile file(path);
  const QByteArray text = QByteArray::fromStdString(to_json(columns_[current_].guidance));
  if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size() || !file.commit()) {
    panel_->refuse(tr("%1 cannot be written; choose another folder.").arg(path));
    return false;
  }
  return true;
}

void ScheduleLabView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    panel_->showColumns(columns_, current_);  // the tabs' colors are the theme's
  }
  View::changeEvent(event);
}

}  // namespace alidade
