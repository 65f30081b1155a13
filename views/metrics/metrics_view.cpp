// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/metrics_view.h"

#include <algorithm>

#include <QAction>
#include <QComboBox>
#include <QKeyEvent>
#include <QLabel>
#include <QSplitter>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>

#include "core/results/detection_result.h"
#include "views/base/data_table.h"
#include "views/base/plot_canvas.h"
#include "views/base/row_filter.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/metrics/curve_figure.h"
#include "views/metrics/explainer_panel.h"
#include "views/metrics/histogram_figure.h"
#include "views/metrics/metric_model.h"
#include "views/metrics/protocol_box.h"
#include "views/metrics/published_list.h"
#include "views/metrics/sample_model.h"
#include "views/metrics/slice_bar.h"

namespace alidade {
namespace {

constexpr int kSideBySide = 760;  ///< list and plots stand one above the other in narrower views

}  // namespace

std::optional<std::size_t> MetricsView::chosenRow() const {
  const auto shown = chosenReport();
  return shown ? rowNamed(*shown, chosen_.row) : std::nullopt;
}

std::optional<std::size_t> MetricsView::chosenColumn() const {
  const auto shown = chosenReport();
  return shown ? shown->column(chosen_.column) : std::nullopt;
}

std::vector<std::size_t> MetricsView::chosenSamples() const {
  const auto row = chosenRow(), column = chosenColumn();
  if (!row || !column) {
    return {};
  }
  const auto samples = samples_behind(*chosenReport(), *row, *column);
  const SliceReport* slice = chosenSlice();
  return slice != nullptr ? samples_in_slice(*chosenReport(), *slice, samples) : samples;
}

std::size_t MetricsView::measure() const {
  return static_cast<std::size_t>(std::max(0, measure_->currentIndex()));
}

void MetricsView::takeDataset() {
  frames_ = session().dataset() ? FrameNames(*session().dataset()) : FrameNames();
  refresh();
}

void MetricsView::refreshProtocols() {
  const EvaluationModel& evaluation = session().model<EvaluationModel>();
  protocol_->setProtocols(evaluation.obstacles(), evaluation.protocol());
  refresh();
}

/// The list of published rows that have numbers for the shown columns.
void MetricsView::refreshPublished() {
  const auto a = report(kPlaceA);
  published_list_->setTables(session().model<EvaluationModel>().published(), a.get(), published_);
  published_button_->setEnabled(!published_list_->isEmpty());
}

void MetricsView::refresh() {
  takeRuns();
  const auto a = report(kPlaceA);
  const EvaluationModel& evaluation = session().model<EvaluationModel>();
  const bool models = models_->isChecked();
  published_button_->setVisible(models);
  slice_bar_->setVisible(slices_button_->isChecked());
  compare_->setVisible(evaluation.comparison() != nullptr);
  showProblems();
  if (!a || session().resultRun(Run::kA) == 0) {
    showCard();
  } else {
    refreshPublished();
    fillCurves();
    refreshTable();
    stack_->setCurrentIndex(0);
  }
  Q_EMIT contextChanged();
}

void MetricsView::showCard() {
  const EvaluationModel::Side& side = session().model<EvaluationModel>().side(Run::kA);
  card_action_.clear();
  if (!session().dataset()) {
    card_action_ = "try-sample";
    card_->setContent("table", tr("Open a dataset to see how well estimates score."), tr("Try the sample"));
  } else if (session().resultRun(Run::kA) == 0 && session().resultType() == typeid(DetectionResult)) {
    card_action_ = "detect";
    card_->setContent("table", tr("Detect objects to see how they score."), tr("Detect"));
  } else if (session().resultRun(Run::kA) == 0) {
    card_action_ = "infer";
    card_->setContent("table", tr("Estimate poses to see how they score."), tr("Estimate poses"));
  } else if (!side.problem.isEmpty()) {
    card_action_ = "again";
    card_->setContent("warning", side.problem, tr("Try again"));
  } else {
    card_->setContent("table", side.evaluating ? tr("evaluating…")
                                               : tr("The numbers follow when all frames are estimated."));
  }
  stack_->setCurrentWidget(card_);
}

ShownTable MetricsView::shownTable() const {
  const EvaluationModel& evaluation = session().model<EvaluationModel>();
  if (slices_button_->isChecked()) {
    std::vector<std::string> categories;
    for (const MetricRow& row : report(kPlaceA)->rows) {
      if (!row.is_mean) {
        categories.push_back(row.name);
      }
    }
    slice_bar_->setCategories(categories);
    return sliceTable(runs_, evaluation.slices(), evaluation.comparedSlices().get(),
                      evaluation.sliceProblem());
  }
  return models_->isChecked() ? modelTable(runs_, evaluation.published(), published_) : categoryTable(runs_);
}

/// Whether a row of the table is the chosen number's.
bool MetricsView::isChosen(std::size_t row) const {
  const ShownTable& shown = model_->content().shown;
  const RowSource& source = shown.sources[row];
  const std::string slice =
      source.kind == RowSource::Kind::kSlice ? shown.table.rows[row].name : std::string();
  return source.kind != RowSource::Kind::kPublished && source.run == chosenPlace() &&
         slice == chosen_.slice && chosenReport()->rows[source.row].name == chosen_.row;
}

void MetricsView::refreshTable() {
  const auto a = report(kPlaceA);
  if (!a) {
    return;
  }
  const auto comparison = compare_->isChecked() ? session().model<EvaluationModel>().comparison() : nullptr;
  following_ = true;
  model_->setContent({shownTable(), runs_, comparison});
  following_ = false;
  if (!chosenRow() || !chosenColumn()) {
    chosen_ = {kPlaceA, 0, a->rows.back().name, a->columns.empty() ? std::string() : a->columns.front().id};
  }
  if (!slices_button_->isChecked() || chosenSlice() == nullptr) {
    chosen_.slice.clear();
  }
  markChosen();
  refreshSamples();
  Q_EMIT contextChanged();
}

/// The chosen number is the current cell, unless a search hides its row.
void MetricsView::markChosen() {
  const auto a = report(kPlaceA);
  const auto column = a ? a->column(chosen_.column) : std::nullopt;
  following_ = true;
  for (std::size_t r = 0; column && r < model_->content().shown.sources.size(); ++r) {
    const QModelIndex shown =
        rows_->mapFromSource(model_->index(static_cast<int>(r), model_->columnOf(*column)));
    if (shown.isValid() && isChosen(r)) {
      table_->setCurrentIndex(shown);
    }
  }
  following_ = false;
}

void MetricsView::refreshSamples() {
  const auto shown = chosenReport();
  const auto column = chosenColumn();
  following_ = true;
  if (shown && column) {
    const std::size_t place = chosenPlace(), other = place == kPlaceA ? kPlaceB : kPlaceA;
    sample_model_->setContent(
        {shown, report(other), letterOrName(place), letterOrName(other), chosenSamples(), *column});
    samples_title_->setText(
        QStringLiteral("%1 · %2 · %3 samples")
            .arg(QString::fromStdString(chosen_.slice.empty() ? chosen_.row : chosen_.slice),
                 QString::fromStdString(shown->columns[*column].title))
            .arg(sample_model_->rowCount()));
  } else {
    sample_model_->setContent({});
    samples_title_->clear();
  }
  following_ = false;
  samples_title_->setToolTip(plainToolTip(samples_title_->text()));
  sample_.reset();
  const bool any = sample_model_->rowCount() > 0;
  const bool both = any && report(kPlaceA) && report(kPlaceB) && chosenPlace() <= kPlaceB;
  worst_->setEnabled(any && !shown->measures.empty());
  missed_->setEnabled(any);
  a_over_b_->setEnabled(both);
  b_over_a_->setEnabled(both);
  queue_button_->setEnabled(any);
  followSelection();
  refreshPlots();
}

void MetricsView::fillCurves() {
  const auto a = report(kPlaceA);
  const auto fill = [](QComboBox& combo, const auto& entries) {
    const QString before = combo.currentData().toString();
    combo.clear();
    for (const auto& entry : entries) {
      combo.addItem(QString::fromStdString(entry.title), QString::fromStdString(entry.id));
    }
    combo.setCurrentIndex(std::max(0, combo.findData(before)));
  };
  const QSignalBlocker quiet_curve(curve_), quiet_measure(measure_);
  fill(*curve_, a->curves);
  fill(*measure_, a->measures);
}

void MetricsView::refreshPlots() {
  pages_->setCurrentIndex(tabs_->currentIndex());
  curve_->setVisible(tabs_->currentIndex() == kCurvesTab && curve_->count() > 0);
  measure_->setVisible(tabs_->currentIndex() == kHistogramTab && measure_->count() > 0);
  const auto a = report(kPlaceA);
  const auto row = chosenRow(), column = chosenColumn();
  curves_->setStale(stale());
  histogram_->setStale(stale());
  const auto named_in_a = a ? rowNamed(*a, chosen_.row) : std::nullopt;
  const auto column_in_a = a ? a->column(chosen_.column) : std::nullopt;
  if (!row || !column || !named_in_a || !column_in_a) {
    curves_->setFigure(nullptr);
    histogram_->setFigure(nullptr);
  } else {
    if (curve_->currentIndex() >= 0) {
      const auto figure = std::make_shared<CurveFigure>(CurveData{
          runs_, static_cast<std::size_t>(curve_->currentIndex()), *named_in_a, true, a->provenance});
      curves_->setFigure(figure, [figure](const QPointF& point, const QRectF& area, const PlotTheme& theme) {
        return figure->describe(point, area, theme);
      });
    } else {
      curves_->setFigure(nullptr, {}, tr("This protocol has no threshold curves."));
    }
    if (measure_->currentIndex() >= 0) {
      const auto figure =
          std::make_shared<HistogramFigure>(histogramData(runs_, *named_in_a, *column_in_a, measure()));
      histogram_->setFigure(figure,
                            [figure](const QPointF& point, const QRectF& area, const PlotTheme& theme) {
                              return figure->describe(point, area, theme);
                            });
    } else {
      histogram_->setFigure(nullptr, {}, tr("This protocol measures no single samples."));
    }
  }
  refreshExplainer();
  Q_EMIT contextChanged();
}

void MetricsView::refreshExplainer() {
  const auto shown = chosenReport();
  why_->explain(shown.get(), chosenColumn().value_or(0), sample_);
}

void MetricsView::chooseCell(const QModelIndex& index) {
  if (following_ || !index.isValid()) {
    return;
  }
  const auto at = static_cast<std::size_t>(rows_->mapToSource(index).row());
  const RowSource& source = model_->content().shown.sources[at];
  const auto shown = report(source.run);
  if (source.kind == RowSource::Kind::kPublished || !shown) {
    return;  // nobody has the samples of a printed number
  }
  chosen_.place = source.run;
  chosen_.further = runs_[source.run].run;
  chosen_.row = shown->rows[source.row].name;
  chosen_.slice =
      source.kind == RowSource::Kind::kSlice ? model_->content().shown.table.rows[at].name : std::string();
  if (const auto metric = model_->metricOf(index.column())) {
    chosen_.column = model_->content().shown.table.columns[*metric].id;
  }
  refreshSamples();
}

void MetricsView::chooseSample(const QModelIndex& proxy_index) {
  if (following_ || !proxy_index.isValid()) {
    return;
  }
  sample_ = sample_model_->sample(sorted_->mapToSource(proxy_index).row());
  refreshExplainer();
  if (!sample_) {
    return;
  }
  if (const auto selection = selectionOf(*chosenReport(), *sample_, frames_)) {
    session().setSelection(*selection);
  }
}

/// Shows the selected object in the list, unless the sample explained now is that very object.
void MetricsView::followSelection() {
  const auto shown = sample_model_->content().report;
  const Selection& selection = session().selection();
  if (!shown || !selection.frame ||
      (sample_ && selectionOf(*shown, *sample_, frames_) == std::optional(selection))) {
    return;
  }
  sample_.reset();
  for (const std::size_t i : sample_model_->content().samples) {
    if (selectionOf(*shown, i, frames_) == std::optional(selection)) {
      sample_ = i;
      break;
    }
  }
  markSample();
  refreshExplainer();
}

/// The explained sample is the current row, unless a search hides it.
void MetricsView::markSample() {
  following_ = true;
  const int row = sample_ ? sample_model_->rowOf(*sample_) : -1;
  const QModelIndex index = row < 0 ? QModelIndex() : sorted_->mapFromSource(sample_model_->index(row, 0));
  if (!index.isValid()) {
    samples_->clearSelection();
    samples_->setCurrentIndex({});
  } else if (samples_->currentIndex().row() != index.row()) {  // a choice of several rows stays
    samples_->setCurrentIndex(index);
    samples_->scrollTo(index);
  }
  following_ = false;
}

QString MetricsView::context() const {
  const auto a = report(kPlaceA);
  if (!a || stack_->currentWidget() == card_) {
    return {};
  }
  QString text = QStringLiteral("%1 · %2 images").arg(QString::fromStdString(a->name)).arg(a->images.size());
  return stale() ? text + tr(" · evaluating…") : text;
}

MetricTable MetricsView::table() const {
  return someRows(model_->content().shown.table, [this](std::size_t row) {
    return rows_->mapFromSource(model_->index(static_cast<int>(row), 0)).isValid();
  });
}

QString MetricsView::awaited() const {
  return session().model<EvaluationModel>().evaluating() ? tr("The results are still being evaluated.")
                                                         : QString();
}

std::shared_ptr<const Figure> MetricsView::figure() const {
  const auto a = report(kPlaceA);
  if (!a || stack_->currentWidget() == card_) {
    return nullptr;
  }
  if (tabs_->currentIndex() == kCurvesTab && curves_->figure()) {
    return curves_->figure();
  }
  if (tabs_->currentIndex() == kHistogramTab && histogram_->figure()) {
    return histogram_->figure();
  }
  return std::make_shared<TableFigure>(metricFigure(table(), a->provenance));
}

void MetricsView::resizeEvent(QResizeEvent* event) {
  View::resizeEvent(event);
  details_->setOrientation(width() < kSideBySide ? Qt::Vertical : Qt::Horizontal);
}

void MetricsView::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    table_->viewport()->update();
    samples_->viewport()->update();
  }
  View::changeEvent(event);
}

/// The arrows move within the table; elsewhere they step through the samples.
bool MetricsView::eventFilter(QObject* watched, QEvent* event) {
  if (watched == table_ && event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool arrow = key->key() == Qt::Key_Left || key->key() == Qt::Key_Right ||
                       key->key() == Qt::Key_Home || key->key() == Qt::Key_End;
    if (arrow && key->modifiers() == Qt::NoModifier) {
      event->accept();
      return true;
    }
  }
  return View::eventFilter(watched, event);
}

}  // namespace alidade
