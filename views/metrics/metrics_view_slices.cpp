// SPDX-License-Identifier: BSD-3-Clause
// The metrics view's slices: where they come from, what is kept of them.
#include <algorithm>

#include <QAction>
#include <QItemSelectionModel>
#include <QToolButton>

#include "views/base/data_table.h"
#include "views/base/frame_filter_model.h"
#include "views/base/row_filter.h"
#include "views/base/sample_queue.h"
#include "views/base/session_model.h"
#include "views/metrics/metric_model.h"
#include "views/metrics/metrics_view.h"
#include "views/metrics/sample_model.h"
#include "views/metrics/slice_bar.h"
#include "views/metrics/slice_state.h"

namespace alidade {
namespace {

constexpr qsizetype kMostKept = 1 << 16;

/// Objects by the names that the evaluation knows their images by.
std::vector<SlicedObject> slicedObjects(const Dataset& dataset, const std::vector<Selection>& selections) {
  std::vector<SlicedObject> objects;
  for (const Selection& selection : selections) {
    if (selection.frame && *selection.frame < dataset.num_frames()) {
      objects.push_back({dataset.frame_info(*selection.frame).name, selection.instance});
    }
  }
  return objects;
}

}  // namespace

QJsonArray savedSlices(const std::vector<Slice>& slices) {
  QJsonArray saved;
  for (const Slice& slice : slices) {
    if (static_cast<qsizetype>(slice.expression.size()) <= kMostKept) {
      saved.append(QJsonArray{QString::fromStdString(slice.name), QString::fromStdString(slice.expression)});
    }
  }
  return saved;
}

std::vector<Slice> restoredSlices(const QJsonArray& saved) {
  std::vector<Slice> slices;
  for (const QJsonValue& value : saved) {
    const QJsonArray pair = value.toArray();
    const std::string name = pair.at(0).toString().toStdString();
    auto slice = parse_slice(pair.at(1).toString().toStdString());
    const bool known =
        std::any_of(slices.begin(), slices.end(), [&](const Slice& other) { return other.name == name; });
    if (slice && !name.empty() && !known && slices.size() < SliceBar::kMostSlices) {
      slice->name = name;
      slices.push_back(*std::move(slice));
    }
  }
  return slices;
}

void MetricsView::buildSlices() {
  slices_button_->setAccessibleName(tr("Slices"));
  from_filter_ =
      slice_bar_->addSource(tr("Filtered frames"), tr("The frames that the filter of the browser leaves"));
  from_selection_ = slice_bar_->addSource(
      tr("Selected objects"),
      tr("The selected rows of the list of samples, else the selected object or frame"));
  from_queue_ = slice_bar_->addSource(tr("Queue"), tr("The objects of the queue that J and K step through"));
  connect(slice_bar_, &SliceBar::aboutToAsk, this, &MetricsView::enableSources);
  connect(slice_bar_, &SliceBar::slicesChanged, this, &MetricsView::takeSlices);
  connect(from_filter_, &QAction::triggered, this, &MetricsView::sliceFilter);
  connect(from_selection_, &QAction::triggered, this, &MetricsView::sliceSelection);
  connect(from_queue_, &QAction::triggered, this, &MetricsView::sliceQueue);
}

void MetricsView::takeSlices() {
  session().model<EvaluationModel>().setSlices(slice_bar_->slices());
}

/// The field and the table follow the session's slices.
void MetricsView::refreshSlices() {
  const EvaluationModel& evaluation = session().model<EvaluationModel>();
  const auto named = [](const std::vector<Slice>& slices) {
    std::vector<std::pair<std::string, std::string>> names;
    for (const Slice& slice : slices) {
      names.emplace_back(slice.name, slice.expression);
    }
    return names;
  };
  if (named(slice_bar_->slices()) != named(evaluation.slices())) {
    slice_bar_->setSlices(evaluation.slices());
  }
  if (slices_button_->isChecked()) {
    refreshTable();
  }
}

void MetricsView::restoreSlices(const QJsonObject& state) {
  if (state.contains("slice_list")) {
    session().model<EvaluationModel>().setSlices(restoredSlices(state.value("slice_list").toArray()));
  }
  session().model<EvaluationModel>().setSlicesShown(this, slices_button_->isChecked());
}

std::vector<SlicedObject> MetricsView::selectedObjects() const {
  const auto dataset = session().dataset();
  if (!dataset) {
    return {};
  }
  std::vector<Selection> chosen;
  const auto shown = sample_model_->content().report;
  const QModelIndexList rows = samples_->selectionModel()->selectedRows();
  for (const QModelIndex& row : rows) {
    const auto sample = sample_model_->sample(sorted_->mapToSource(row).row());
    const auto selection = shown && sample ? selectionOf(*shown, *sample, frames_) : std::nullopt;
    if (selection && selection->instance) {
      chosen.push_back(*selection);
    }
  }
  if (chosen.size() < 2) {
    chosen = {session().selection()};
  }
  return slicedObjects(*dataset, chosen);
}

void MetricsView::enableSources() {
  from_filter_->setEnabled(!session().model<FrameFilterModel>().frames().empty());
  from_selection_->setEnabled(!selectedObjects().empty());
  from_queue_->setEnabled(session().queue().active());
}

void MetricsView::sliceFilter() {
  const FrameFilterModel& filter = session().model<FrameFilterModel>();
  const auto dataset = session().dataset();
  if (!dataset || filter.frames().empty()) {
    return;
  }
  std::vector<Selection> frames;
  for (const std::uint32_t frame : filter.frames()) {
    frames.push_back({frame, std::nullopt});
  }
  slice_bar_->add(QString::fromStdString(expression_of_objects(slicedObjects(*dataset, frames))),
                  filter.text());
}

void MetricsView::sliceSelection() {
  const auto objects = selectedObjects();
  if (objects.empty()) {
    return;
  }
  const QString name =
      objects.size() > 1 ? tr("%1 selected objects").arg(objects.size())
      : objects[0].instance
          ? tr("%1, object %2").arg(QString::fromStdString(objects[0].image)).arg(*objects[0].instance)
          : QString::fromStdString(objects[0].image);
  slice_bar_->add(QString::fromStdString(expression_of_objects(objects)), name);
}

void MetricsView::sliceQueue() {
  const auto dataset = session().dataset();
  if (dataset && session().queue().active()) {
    slice_bar_->add(
        QString::fromStdString(expression_of_objects(slicedObjects(*dataset, session().queue().entries()))),
        session().queue().title());
  }
}

const SliceReport* MetricsView::chosenSlice() const {
  const auto& compared = session().model<EvaluationModel>().comparedSlices();
  if (chosen_.slice.empty() || !compared) {
    return nullptr;
  }
  for (const ComparedSlice& slice : *compared) {
    if (slice.a.name == chosen_.slice) {
      return &sliceOf(slice, chosenPlace());
    }
  }
  return nullptr;
}

}  // namespace alidade
