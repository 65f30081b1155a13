// SPDX-License-Identifier: BSD-3-Clause
#include "views/training/training_view.h"

#include <algorithm>

#include <QCheckBox>
#include <QComboBox>
#include <QJsonArray>
#include <QLabel>
#include <QListWidget>
#include <QSignalBlocker>
#include <QSlider>
#include <QStackedWidget>
#include <QTimer>
#include <QToolButton>

#include "views/base/plot_canvas.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/training_model.h"
#include "views/training/gradient_norms_figure.h"
#include "views/training/run_list.h"
#include "views/training/training_canvas.h"

namespace alidade {
namespace {

constexpr double kSliderSteps = 100.0;
constexpr int kDefaultSmoothing = 90;
constexpr int kMostSavedRuns = 64;
constexpr int kQuantityHeight = 24;

QStringList strings(const QJsonValue& value) {
  QStringList all;
  for (const QJsonValue& one : value.toArray()) {
    if (all.size() < kMostSavedRuns && one.isString()) {
      all << one.toString();
    }
  }
  return all;
}

}  // namespace

QString TrainingView::context() const {
  const auto runs = shownRuns();
  if (runs.empty()) {
    return {};
  }
  std::int64_t last = 0;
  for (const ShownRun& run : runs) {
    last = std::max(last, run.history->last_step);
  }
  return tr("%1 \u00b7 step %2")
      .arg(runs.size() == 1 ? tr("1 run") : tr("%1 runs").arg(runs.size()))
      .arg(last);
}

double TrainingView::smoothing() const {
  return smoothing_->value() / kSliderSteps;
}

std::vector<ShownRun> TrainingView::shownRuns() const {
  const auto& runs = session().model<TrainingModel>().runs();
  const std::vector<int> styles = stylesOf(runs, by_arm_->isChecked());
  std::vector<ShownRun> shown;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].history && runs[i].visible) {
      shown.push_back({runs[i].history, styles[i]});
    }
  }
  return shown;
}

std::shared_ptr<const Figure> TrainingView::figure() const {
  if (stack_->currentWidget() == page_ && canvases_->currentWidget() == norms_canvas_) {
    return norms_canvas_->figure();
  }
  const auto figure = canvas_->figure();
  return stack_->currentWidget() == page_ && figure && !figure->plots().plots.empty() ? figure : nullptr;
}

void TrainingView::takeRuns() {
  fillQuantities();
  showCard();
  updateStrip();
  replot_soon_->start();
}

void TrainingView::fillQuantities() {
  std::vector<std::shared_ptr<const TrainingHistory>> histories;
  for (const TrainingModel::Run& run : session().model<TrainingModel>().runs()) {
    if (run.history) {
      histories.push_back(run.history);
    }
  }
  const auto all = quantitiesOf(histories);
  const QStringList defaults = defaultQuantities(all);
  const QSignalBlocker quiet(quantities_);
  const bool same = quantities_->count() == static_cast<int>(all.size()) &&
                    std::all_of(all.begin(), all.end(), [&, row = 0](const auto& quantity) mutable {
                      return quantities_->item(row++)->data(Qt::UserRole).toString() == quantity.id;
                    });
  if (same) {
    return;
  }
  quantities_->clear();
  for (const TrainingQuantity& quantity : all) {
    auto* item = new QListWidgetItem(quantity.title, quantities_);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable);
    item->setData(Qt::UserRole, quantity.id);
    item->setData(Qt::UserRole + 1, defaults.contains(quantity.id));
    const bool shown =
        defaults.contains(quantity.id) ? !hidden_.contains(quantity.id) : shown_.contains(quantity.id);
    item->setCheckState(shown ? Qt::Checked : Qt::Unchecked);
    item->setToolTip(plainToolTip(quantity.id));
    item->setSizeHint({0, kQuantityHeight});
  }
}

void TrainingView::chooseQuantity(const QListWidgetItem& item) {
  const QString id = item.data(Qt::UserRole).toString();
  shown_.removeAll(id);
  hidden_.removeAll(id);
  const bool by_default = item.data(Qt::UserRole + 1).toBool();
  const bool shown = item.checkState() == Qt::Checked;
  if (shown != by_default) {
    (shown ? shown_ : hidden_) << id;
  }
  replot();
}

QStringList TrainingView::chosenQuantities() const {
  QStringList chosen;
  for (int row = 0; row < quantities_->count(); ++row) {
    if (quantities_->item(row)->checkState() == Qt::Checked) {
      chosen << quantities_->item(row)->data(Qt::UserRole).toString();
    }
  }
  return chosen;
}

void TrainingView::showCard() {
  const TrainingModel& model = session().model<TrainingModel>();
  const auto& runs = model.runs();
  const auto has_records = [](const TrainingModel::Run& run) {
    return run.history && !(run.history->series.empty() && run.history->accuracies.empty());
  };
  if (std::any_of(runs.begin(), runs.end(), has_records)) {
    stack_->setCurrentWidget(page_);
    return;
  }
  const auto waiting = std::find_if(runs.begin(), runs.end(),
                                    [](const TrainingModel::Run& run) { return run.history != nullptr; });
  const QString open = tr("Open training runs\u2026");
  if (model.reading()) {
    card_->setContent(QStringLiteral("jobs"), tr("Reading the training runs\u2026"));
  } else if (waiting != runs.end() && !waiting->history->problems.empty()) {
    card_->setContent(QStringLiteral("warning"), QString::fromStdString(waiting->history->problems.front()),
                      open);
  } else if (waiting != runs.end()) {
    card_->setContent(
        QStringLiteral("jobs"),
        tr("Waiting for the first record of %1.").arg(QString::fromStdString(waiting->history->name)), open);
  } else if (!runs.empty()) {
    card_->setContent(QStringLiteral("warning"), runs.back().problem, open);
  } else {
    card_->setContent(QStringLiteral("training"),
                      tr("Open training runs to compare their losses and accuracies."), open);
  }
  stack_->setCurrentWidget(card_);
}

void TrainingView::replot() {
  TrainingPlotOptions options;
  options.quantities = chosenQuantities();
  options.smoothing = smoothing();
  options.by_arm = by_arm_->isChecked();
  if (options.quantities.isEmpty()) {
    options.quantities << QString();  // none chosen, which is not the same as the default
  }
  const auto runs = shownRuns();
  canvas_->setPlots(makeTrainingPlots(runs, options));
  replotNorms(runs);
  Q_EMIT contextChanged();
}

void TrainingView::replotNorms(const std::vector<ShownRun>& runs) {
  std::shared_ptr<const GradientNormsFigure> figure;
  for (std::size_t i = 0; i < runs.size() && !figure; ++i) {
    if (!gradient_norms_of(*runs[i].history).empty()) {
      figure = std::make_shared<const GradientNormsFigure>(
          GradientNormsQuestion{runs[i].history, wanted_group_.toStdString()});
    }
  }
  const QSignalBlocker quiet(norm_group_);
  norm_group_->clear();
  for (std::size_t g = 0; figure && g < figure->norms().groups.size(); ++g) {
    norm_group_->addItem(QString::fromStdString(figure->norms().groups[g].name));
  }
  if (figure) {
    norm_group_->setCurrentText(QString::fromStdString(figure->group().name));
    norms_canvas_->setFigure(figure,
                             [figure](const QPointF& point, const QRectF& area, const PlotTheme& theme) {
                               return figure->describe(point, area, theme);
                             });
  } else {
    norms_canvas_->setFigure(nullptr);
  }
  showNorms();
}

/// The figure of norms, or the panels of quantities.
void TrainingView::showNorms() {
  const bool there = norms_canvas_->figure() != nullptr, shown = there && norms_->isChecked();
  norms_->setVisible(there);
  norm_group_->setVisible(shown);
  for (QWidget* widget :
       std::initializer_list<QWidget*>{smoothing_, smoothing_text_, logarithmic_, by_arm_}) {
    widget->setEnabled(!shown);
  }
  canvases_->setCurrentWidget(shown ? static_cast<QWidget*>(norms_canvas_) : canvas_);
}

void TrainingView::updateStrip() {
  smoothing_text_->setText(smoothing_->value() > 0 ? QStringLiteral("EMA %1").arg(smoothing(), 0, 'f', 2)
                                                   : tr("none"));
  const auto& runs = session().model<TrainingModel>().runs();
  const auto going = std::count_if(runs.begin(), runs.end(), [](const TrainingModel::Run& run) {
    return run.history && run.history->total_steps > 0 && !run.history->finished();
  });
  state_->setText(session().model<TrainingModel>().reading() ? tr("reading\u2026")
                  : going > 0                                ? tr("following %1 unfinished").arg(going)
                                                             : QString());
  all_steps_->setVisible(canvas_->steps().has_value());
}

QJsonObject TrainingView::saveState() const {
  QStringList paths = session().model<TrainingModel>().asked(), unseen;
  for (const TrainingModel::Run& run : session().model<TrainingModel>().runs()) {
    if (!run.derived) {
      paths << run.path;
    }
    if (!run.visible) {
      unseen << run.path;
    }
  }
  return {{QStringLiteral("runs"), QJsonArray::fromStringList(paths)},
          {QStringLiteral("unseen"), QJsonArray::fromStringList(unseen)},
          {QStringLiteral("smoothing"), smoothing_->value()},
          {QStringLiteral("logarithmic"), logarithmic_->isChecked()},
          {QStringLiteral("by_arm"), by_arm_->isChecked()},
          {QStringLiteral("norms"), norms_->isChecked()},
          {QStringLiteral("norm_group"), wanted_group_},
          {QStringLiteral("shown"), QJsonArray::fromStringList(shown_)},
          {QStringLiteral("hidden"), QJsonArray::fromStringList(hidden_)}};
}

void TrainingView::restoreState(const QJsonObject& state) {
  shown_ = strings(state.value(QLatin1String("shown")));
  hidden_ = strings(state.value(QLatin1String("hidden")));
  smoothing_->setValue(state.value(QLatin1String("smoothing")).toInt(kDefaultSmoothing));
  logarithmic_->setChecked(state.value(QLatin1String("logarithmic")).toBool());
  by_arm_->setChecked(state.value(QLatin1String("by_arm")).toBool());
  norms_->setChecked(state.value(QLatin1String("norms")).toBool());
  wanted_group_ = state.value(QLatin1String("norm_group")).toString();
  session().model<TrainingModel>().open(strings(state.value(QLatin1String("runs"))));
  for (const QString& path : strings(state.value(QLatin1String("unseen")))) {
    session().model<TrainingModel>().setVisible(path, false);
  }
}

}  // namespace alidade
