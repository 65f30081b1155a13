// SPDX-License-Identifier: BSD-3-Clause
// What the metrics view's actions do: queues, copies, exported tables.
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>

#include "core/base/file.h"
#include "core/base/log.h"
#include "views/base/sample_queue.h"
#include "views/base/session_model.h"
#include "views/metrics/metrics_view.h"

namespace alidade {
namespace {

constexpr std::size_t kWorst = 20;

}  // namespace

void MetricsView::setQueue(const QString& title, const std::vector<std::size_t>& samples) {
  const auto shown = chosenReport();
  std::vector<Selection> entries;
  for (const std::size_t i : samples) {
    const auto selection = selectionOf(*shown, i, frames_);
    if (selection && std::find(entries.begin(), entries.end(), *selection) == entries.end()) {
      entries.push_back(*selection);
    }
  }
  if (entries.empty()) {
    session().queue().clear();
    state_->setText(tr("%1: none").arg(title));
    state_->setToolTip({});
    return;
  }
  state_->clear();
  session().queue().set(title, std::move(entries));
}

void MetricsView::queueWorst() {
  if (const auto shown = chosenReport(); shown && !shown->measures.empty()) {
    const std::size_t by = std::min(measure(), shown->measures.size() - 1);
    setQueue(tr("Worst by %1").arg(QString::fromStdString(shown->measures[by].title)),
             worstSamples(*shown, chosenSamples(), by, kWorst));
  }
}

void MetricsView::queueDifference(Run right) {
  const auto a = report(kPlaceA), b = report(kPlaceB);
  const auto column = chosenColumn();
  if (!a || !b || !column || chosenPlace() > kPlaceB) {
    return;
  }
  // The list shows the chosen run; what it must have been follows from who is to be right.
  const bool chosen_is_right = chosenPlace() == (right == Run::kA ? kPlaceA : kPlaceB);
  const auto& other = chosenPlace() == kPlaceA ? b : a;
  setQueue(right == Run::kA ? tr("A right, B wrong") : tr("B right, A wrong"),
           samplesWhere(*chosenReport(), chosenSamples(), *column,
                        chosen_is_right ? Outcome::kCorrect : Outcome::kWrong, *other,
                        chosen_is_right ? Outcome::kWrong : Outcome::kCorrect));
}

void MetricsView::queueAOverB() {
  queueDifference(Run::kA);
}
void MetricsView::queueBOverA() {
  queueDifference(Run::kB);
}

void MetricsView::queueMissed() {
  const auto shown = chosenReport();
  const auto column = chosenColumn();
  if (shown && column) {
    setQueue(tr("Missed by %1").arg(QString::fromStdString(shown->columns[*column].title)),
             missedSamples(*shown, chosenSamples(), *column));
  }
}

Expected<void> MetricsView::writeTable(const std::filesystem::path& path) const {
  const auto a = report(kPlaceA);
  if (!a) {
    return Error{ErrorCode::kFailed, "There is no table to write yet."};
  }
  const auto bytes = tableBytes(table(), a->provenance, path.extension().string());
  return bytes ? write_file_atomically(path, *bytes) : Expected<void>(bytes.error());
}

void MetricsView::exportTable() {
  const QString path = QFileDialog::getSaveFileName(this, tr("Export table"), QStringLiteral("metrics.csv"),
                                                    tr("CSV (*.csv);;Markdown (*.md);;LaTeX (*.tex)"));
  if (path.isEmpty()) {
    return;
  }
  const auto written = writeTable(path.toStdString());
  state_->setText(written ? tr("table written") : tr("not written"));
  state_->setToolTip(wrappedToolTip(written ? path : QString::fromStdString(written.error().message)));
  if (!written) {
    log_error("metrics", written.error().message);
  }
}

void MetricsView::copyCsv() {
  QGuiApplication::clipboard()->setText(QString::fromStdString(to_csv(to_table(table()))));
}
void MetricsView::copyMarkdown() {
  QGuiApplication::clipboard()->setText(QString::fromStdString(to_markdown(table())));
}
void MetricsView::copyLatex() {
  QGuiApplication::clipboard()->setText(QString::fromStdString(to_latex(table())));
}

}  // namespace alidade
