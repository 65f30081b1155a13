// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/measure_dialog.h"

#include <utility>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "app/gui/native_path.h"
#include "core/studies/contention_measurement.h"
#include "views/base/elided_label.h"
#include "views/base/theme.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kDialogWidth = 520, kCountWidth = 64;
constexpr int kMostEvery = 100000, kMostBatches = 64, kMostBatchSize = 1024;

/// Fields side by side, each with the words before it.
QHBoxLayout* inLine(std::initializer_list<QWidget*> widgets) {
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  for (QWidget* widget : widgets) {
    line->addWidget(widget);
  }
  line->addStretch(1);
  return line;
}

QSpinBox* countField(int low, int high, int value, const QString& name) {
  auto* count = new QSpinBox;
  count->setRange(low, high);
  count->setValue(value);
  count->setAccessibleName(name);
  count->setToolTip(name);
  count->setButtonSymbols(QAbstractSpinBox::NoButtons);
  count->setFixedWidth(kCountWidth);
  return count;
}

QString epochNumber(double epoch) {
  return QString::number(epoch, 'g', 6);
}

}  // namespace

MeasureDialog::MeasureDialog(const std::vector<CheckpointPlace>& places, const QString& dataset,
                             const FileQuestions& questions, Take take, QWidget* parent)
    : QDialog(parent),
      questions_(questions),
      take_(std::move(take)),
      places_(new QComboBox),
      rows_(new QComboBox),
      every_(countField(1, kMostEvery, 1, tr("Every so manieth checkpoint, counted from the last"))),
      batches_(countField(2, kMostBatches, ContentionSubset().batches, tr("Batches of each row"))),
      batch_size_(countField(1, kMostBatchSize, ContentionSubset().batch_size, tr("Samples of a batch"))),
      held_out_(new QCheckBox(tr("only the last fifth: for a training that left it out"))),
      effects_(new QCheckBox(tr("also what training on one row does to the others, at the last checkpoint"))),
      file_(new ElidedLabel),
      cost_(new QLabel) {
  setWindowTitle(tr("Measure contention"));
  setMinimumWidth(kDialogWidth);
  auto* column = new QVBoxLayout(this);
  column->setSpacing(12);
  auto* form = new QFormLayout;
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  column->addLayout(form);
  buildFields(*form, places, dataset);
  cost_->setTextFormat(Qt::PlainText);
  cost_->setWordWrap(true);
  cost_->setMinimumHeight(2 * cost_->fontMetrics().lineSpacing());
  cost_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  column->addWidget(cost_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
  measure_ = buttons->button(QDialogButtonBox::Ok);
  measure_->setText(tr("Measure"));
  for (QAbstractButton* button : buttons->buttons()) {
    button->setIcon({});
  }
  column->addWidget(buttons);
  connect(buttons, &QDialogButtonBox::accepted, this, &MeasureDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &MeasureDialog::reject);
  connect(places_, &QComboBox::currentIndexChanged, this, &MeasureDialog::look);
  for (const QSpinBox* count : {every_, batches_, batch_size_}) {
    connect(count, &QSpinBox::valueChanged, this, &MeasureDialog::showCost);
  }
  connect(effects_, &QCheckBox::toggled, this, &MeasureDialog::showCost);
  look();
}

void MeasureDialog::buildFields(QFormLayout& form, const std::vector<CheckpointPlace>& places,
                                const QString& dataset) {
  for (const CheckpointPlace& place : places) {
    places_->addItem(place.name, place.path);
    places_->setItemData(places_->count() - 1, plainToolTip(place.path), Qt::ToolTipRole);
  }
  places_->setAccessibleName(tr("Checkpoints"));
  places_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  auto* folder = new QPushButton(tr("Folder\u2026"));
  folder->setToolTip(tr("Choose the folder of a training run, or one with numbered checkpoints."));
  connect(folder, &QPushButton::clicked, this, &MeasureDialog::chooseFolder);
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  line->addWidget(places_, 1);
  line->addWidget(folder);
  form.addRow(tr("Checkpoints"), line);
  auto* name = new ElidedLabel;
  name->setFullText(dataset);
  form.addRow(tr("Dataset"), name);
  for (const auto& [text, rows] : {std::pair(tr("categories"), ContentionRows::kCategory),
                                   std::pair(tr("instances"), ContentionRows::kInstance),
                                   std::pair(tr("loss terms"), ContentionRows::kLossPart),
                                   std::pair(tr("diffusion times"), ContentionRows::kDiffusionTime)}) {
    rows_->addItem(text, static_cast<int>(rows));
  }
  rows_->setAccessibleName(tr("Rows"));
  form.addRow(tr("Rows"), inLine({rows_}));
  form.addRow(tr("Each row"),
              inLine({batches_, new QLabel(tr("batches of")), batch_size_, new QLabel(tr("samples"))}));
  form.addRow(tr("Every"), inLine({every_, new QLabel(tr("checkpoint, counted from the last"))}));
  form.addRow(tr("Frames"), held_out_);
  form.addRow(tr("Effect"), effects_);
  form.addRow(tr("File"), buildFile());
}

QWidget* MeasureDialog::buildFile() {
  auto* widget = new QWidget;
  auto* line = new QHBoxLayout(widget);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(8);
  line->addWidget(file_, 1);
  auto* change = new QPushButton(tr("Change\u2026"));
  connect(change, &QPushButton::clicked, this, &MeasureDialog::chooseFile);
  line->addWidget(change);
  return widget;
}

MeasurementOrder MeasureDialog::order() const {
  MeasurementOrder order;
  order.measurement.runs = {bytesOfPath(places_->currentData().toString())};
  order.measurement.every = every_->value();
  ContentionSubset& subset = order.measurement.contention.subset;
  subset.rows = static_cast<ContentionRows>(rows_->currentData().toInt());
  subset.batches = batches_->value();
  subset.batch_size = batch_size_->value();
  subset.draw = held_out_->isChecked() ? ContentionDraw::kHeldOut : ContentionDraw::kAll;
  order.measurement.effects = effects_->isChecked();
  order.file = file_->fullText();
  order.overwrite = overwrite_;
  return order;
}

QString MeasureDialog::said() const {
  return cost_->text();
}

bool MeasureDialog::isReady() const {
  return measure_->isEnabled();
}

void MeasureDialog::accept() {
  if (isReady()) {
    take_(order());
    QDialog::accept();
  }
}

void MeasureDialog::chooseFolder() {
  const QString start =
      places_->count() > 0 ? QFileInfo(places_->currentData().toString()).path() : QString();
  const QString folder = questions_.folder(tr("Checkpoints to measure"), start);
  if (folder.isEmpty()) {
    return;
  }
  if (const int known = places_->findData(folder); known >= 0) {
    places_->setCurrentIndex(known);
    return;
  }
  places_->addItem(QFileInfo(folder).fileName(), folder);
  places_->setCurrentIndex(places_->count() - 1);
}

void MeasureDialog::chooseFile() {
  // Who names a file that is there is asked by that dialog.
  QString path = questions_.save_file(tr("Write the history to"), file_->fullText(),
                                      tr("Histories of contention (*.npz)"));
  if (path.isEmpty()) {
    return;
  }
  const bool ends = !QFileInfo(path).suffix().isEmpty();
  path += ends ? QString() : QStringLiteral(".npz");
  file_->setFullText(path);
  overwrite_ = ends;  // of another name nobody was asked
  file_chosen_ = true;
  showCost();
}

void MeasureDialog::look() {
  series_.clear();
  problem_.clear();
  const QString place = places_->currentData().toString();
  if (place.isEmpty()) {
    problem_ = tr("Choose the folder of a training run that kept its checkpoints.");
    showCost();
    return;
  }
  if (!file_chosen_) {
    file_->setFullText(freeHistoryFile(place));
  }
  const int number = ++looked_;
  auto series = std::make_shared<std::vector<SeriesCheckpoint>>();
  const auto work = [place, series](const JobContext&) -> Expected<void> {
    auto found = checkpoint_series({bytesOfPath(place)});
    if (!found) {
      return found.error();
    }
    *series = std::move(*found);
    return {};
  };
  looking_.start(QString(), work, [this, number, series](const Expected<void>& outcome) {
    if (number != looked_) {
      return;
    }
    series_ = std::move(*series);
    problem_ = outcome ? QString() : QString::fromStdString(outcome.error().message);
    showCost();
  });
  showCost();
}

void MeasureDialog::showCost() {
  const QFileInfo folder(QFileInfo(file_->fullText()).path());
  QString problem = problem_;
  if (problem.isEmpty() && !series_.empty() && folder.exists() && !folder.isWritable()) {
    problem = tr("%1 cannot be written to; choose another file.").arg(folder.filePath());
  }
  const bool ready = problem.isEmpty() && !series_.empty();
  measure_->setEnabled(ready);
  const Theme& theme = themeOf(*this);
  cost_->setStyleSheet(
      QStringLiteral("color: %1").arg((problem.isEmpty() ? theme.muted : theme.error).name()));
  if (!ready) {
    cost_->setText(problem.isEmpty() ? tr("Looking at the checkpoints\u2026") : problem);
    return;
  }
  const auto measured = thinned_series(series_, every_->value());
  const int samples = batches_->value() * batch_size_->value();
  const QString epochs = measured.size() == 1 ? tr("1 checkpoint")
                                              : tr("%1 checkpoints, %2 to %3")
                                                    .arg(measured.size())
                                                    .arg(epochNumber(measured.front().epoch),
                                                         epochNumber(measured.back().epoch));
  cost_->setText(
      tr("%1: gradients of up to %2 samples of each row at each of them. Nothing is trained%3.")
          .arg(epochs)
          .arg(samples)
          .arg(effects_->isChecked() ? tr(" but for the effect, which is taken back") : QString()));
}

}  // namespace alidade
