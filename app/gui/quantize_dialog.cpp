// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/quantize_dialog.h"

#include <algorithm>
#include <memory>
#include <utility>

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include "app/gui/native_path.h"
#include "core/nn/registry/open_model.h"
#include "core/studies/infer.h"
#include "views/base/elided_label.h"
#include "views/base/theme.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kQuantizeWidth = 520, kFramesWidth = 72, kModulesHeight = 112;
constexpr std::size_t kDefaultFrames = 24;
constexpr const char* kFloat = "32";
constexpr const char* kOfferedLevels[] = {kFloat, "8",       "6",      "5",       "4",      "3",
                                          "2",    "ternary", "binary", "powers5", "powers4"};
constexpr const char* kFirstLevels = "4";

QComboBox* levelsField(const QString& name) {
  auto* box = new QComboBox;
  for (const char* id : kOfferedLevels) {
    const auto levels = named_levels(id);
    box->addItem(levels ? QString::fromStdString(levels->label()) : QStringLiteral("float32"),
                 QString::fromLatin1(id));
  }
  box->setCurrentIndex(box->findData(QString::fromLatin1(kFirstLevels)));
  box->setAccessibleName(name);
  return box;
}

/// Bytes of the parameters: codes without their scales, float32 for what is not quantized.
double bytesOf(const ModuleSize& size, const QString& levels) {
  const auto set = named_levels(levels.toStdString());
  const double bits = set ? set->bits : 32;
  return (static_cast<double>(size.weights) * bits +
          static_cast<double>(size.parameters - size.weights) * 32.0) /
         8.0;
}

}  // namespace

QuantizeDialog::QuantizeDialog(const QString& checkpoint, const LookedDataset& dataset,
                               const FileQuestions& questions, Take take, QWidget* parent)
    : QDialog(parent),
      questions_(questions),
      take_(std::move(take)),
      dataset_(dataset),
      file_(new ElidedLabel),
      all_(levelsField(tr("Levels of all modules"))),
      modules_(new QWidget),
      scales_(new QComboBox),
      range_(new QComboBox),
      frames_(new QSpinBox),
      cost_(new QLabel) {
  setWindowTitle(tr("Quantize and look"));
  setMinimumWidth(kQuantizeWidth);
  auto* column = new QVBoxLayout(this);
  column->setSpacing(12);
  auto* form = new QFormLayout;
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  column->addLayout(form);
  file_->setFullText(checkpoint);
  buildFields(*form);
  cost_->setTextFormat(Qt::PlainText);
  cost_->setWordWrap(true);
  cost_->setMinimumHeight(2 * cost_->fontMetrics().lineSpacing());
  cost_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  column->addWidget(cost_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
  start_ = buttons->button(QDialogButtonBox::Ok);
  start_->setText(tr("Quantize and look"));
  for (QAbstractButton* button : buttons->buttons()) {
    button->setIcon({});
  }
  column->addWidget(buttons);
  connect(buttons, &QDialogButtonBox::accepted, this, &QuantizeDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QuantizeDialog::reject);
  connect(frames_, &QSpinBox::valueChanged, this, &QuantizeDialog::showCost);
  connect(all_, &QComboBox::activated, this, &QuantizeDialog::setAll);
  look();
}

void QuantizeDialog::buildFields(QFormLayout& form) {
  form.addRow(tr("Checkpoint"), buildFile());
  auto* name = new ElidedLabel;
  name->setFullText(dataset_.name);
  form.addRow(tr("Dataset"), name);
  form.addRow(tr("All modules"), all_);
  auto* scroll = new QScrollArea;
  scroll->setWidget(modules_);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setMinimumHeight(kModulesHeight);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  form.addRow(tr("Each module"), scroll);
  scales_->addItem(tr("one per output channel"), static_cast<int>(Granularity::kChannel));
  scales_->addItem(tr("one per tensor"), static_cast<int>(Granularity::kTensor));
  scales_->setAccessibleName(tr("Scales"));
  form.addRow(tr("Scales"), scales_);
  range_->addItem(tr("least squared error"), static_cast<int>(RangeRule::kLeastSquares));
  range_->addItem(tr("the largest weight gets the largest level"), static_cast<int>(RangeRule::kLargest));
  range_->setAccessibleName(tr("Range"));
  form.addRow(tr("Range"), range_);
  const auto most = std::max<std::size_t>(dataset_.frames, 1);
  frames_->setRange(1, static_cast<int>(std::min<std::size_t>(most, 1000000)));
  frames_->setValue(static_cast<int>(std::min(most, kDefaultFrames)));
  frames_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  frames_->setFixedWidth(kFramesWidth);
  frames_->setAccessibleName(tr("Frames"));
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  line->addWidget(frames_);
  line->addWidget(new QLabel(tr("of %1, evenly spread").arg(dataset_.frames)));
  line->addStretch(1);
  form.addRow(tr("Frames"), line);
}

QWidget* QuantizeDialog::buildFile() {
  auto* widget = new QWidget;
  auto* line = new QHBoxLayout(widget);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(8);
  line->addWidget(file_, 1);
  auto* change = new QPushButton(tr("Change\u2026"));
  change->setAutoDefault(false);  // Enter quantizes
  connect(change, &QPushButton::clicked, this, &QuantizeDialog::chooseFile);
  line->addWidget(change);
  return widget;
}

void QuantizeDialog::chooseFile() {
  const QString path = questions_.open_file(tr("Checkpoint to quantize"), QFileInfo(file_->fullText()).path(),
                                            tr("Checkpoints (*.safetensors *.pt);;All files (*)"));
  if (!path.isEmpty()) {
    file_->setFullText(path);
    look();
  }
}

void QuantizeDialog::look() {
  sizes_.clear();
  problem_.clear();
  showModules();
  const QString path = file_->fullText();
  if (path.isEmpty()) {
    problem_ = tr("Choose the checkpoint of a pose network.");
    showCost();
    return;
  }
  const int number = ++looked_;
  auto sizes = std::make_shared<std::vector<ModuleSize>>();
  const auto work = [path, sizes](const JobContext&) -> Expected<void> {
    const auto model = open_pose_model(bytesOfPath(path));
    if (!model) {
      return model.error();
    }
    *sizes = module_sizes(**model);
    return {};
  };
  looking_.start(QString(), work, [this, number, sizes](const Expected<void>& outcome) {
    if (number != looked_) {
      return;
    }
    sizes_ = std::move(*sizes);
    problem_ = outcome ? QString() : QString::fromStdString(outcome.error().message);
    showModules();
    showCost();
  });
  showCost();
}

void QuantizeDialog::showModules() {
  levels_.clear();
  if (modules_->layout()) {
    qDeleteAll(modules_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    delete modules_->layout();
  }
  auto* form = new QFormLayout(modules_);
  form->setContentsMargins(0, 0, 4, 0);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  for (const ModuleSize& size : sizes_) {
    const QString name = QString::fromStdString(size.name);
    QComboBox* box = levelsField(name);
    if (size.weights == 0) {
      box->setCurrentIndex(box->findData(QString::fromLatin1(kFloat)));
      box->setEnabled(false);
    }
    connect(box, &QComboBox::currentIndexChanged, this, &QuantizeDialog::showCost);
    auto* label = new QLabel(name);
    label->setTextFormat(Qt::PlainText);
    label->setToolTip(plainToolTip(
        tr("%1 parameters").arg(QLocale::c().toString(static_cast<qlonglong>(size.parameters)))));
    form->addRow(label, box);
    levels_.push_back(box);
  }
}

void QuantizeDialog::setAll() {
  for (QComboBox* box : levels_) {
    const QSignalBlocker quiet(box);
    if (box->isEnabled()) {
      box->setCurrentIndex(all_->currentIndex());
    }
  }
  showCost();
}

LookOrder QuantizeDialog::order() const {
  LookOrder order;
  order.checkpoint = file_->fullText();
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    order.options.assignment.emplace_back(sizes_[i].name, levels_[i]->currentData().toString().toStdString());
  }
  order.options.weights.granularity = static_cast<Granularity>(scales_->currentData().toInt());
  order.options.weights.rule = static_cast<RangeRule>(range_->currentData().toInt());
  order.options.infer = default_infer_options();
  order.options.infer.frames = spread_frames(static_cast<std::size_t>(frames_->value()), dataset_.frames);
  return order;
}

QString QuantizeDialog::said() const {
  return cost_->text();
}

bool QuantizeDialog::isReady() const {
  return start_->isEnabled();
}

void QuantizeDialog::accept() {
  if (isReady()) {
    take_(order());
    QDialog::accept();
  }
}

QString QuantizeDialog::costText() const {
  double before = 0.0, after = 0.0;
  std::vector<WeightModule> modules;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    before += bytesOf(sizes_[i], QString::fromLatin1(kFloat));
    after += bytesOf(sizes_[i], levels_[i]->currentData().toString());
    modules.push_back({sizes_[i].name, {}});
  }
  const QLocale plain = QLocale::c();
  return tr("%1: %2 kB of parameters in place of %3 kB, scales not counted. Nothing is retrained; both "
            "networks "
            "estimate %4 frames.")
      .arg(QString::fromStdString(module_label(modules, order().options.assignment)),
           plain.toString(after / 1000.0, 'f', 0), plain.toString(before / 1000.0, 'f', 0))
      .arg(frames_->value());
}

void QuantizeDialog::showCost() {
  const auto rounds = [](const QComboBox* box) {
    return box->currentData().toString() != QLatin1String(kFloat);
  };
  QString problem = problem_;
  if (problem.isEmpty() && !sizes_.empty() && std::none_of(levels_.begin(), levels_.end(), rounds)) {
    problem = tr("Every module stays float32; give one of them fewer bits.");
  }
  if (problem.isEmpty() && dataset_.frames == 0) {
    problem = tr("The dataset has no frames.");
  }
  const bool ready = problem.isEmpty() && !sizes_.empty();
  start_->setEnabled(ready);
  const Theme& theme = themeOf(*this);
  cost_->setStyleSheet(
      QStringLiteral("color: %1").arg((problem.isEmpty() ? theme.muted : theme.error).name()));
  cost_->setText(ready ? costText() : problem.isEmpty() ? tr("Looking at the checkpoint\u2026") : problem);
}

}  // namespace alidade
