// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/sampler_fields.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

namespace alidade {
namespace {

constexpr int kMostSteps = 1000;
constexpr double kLowestTolerance = 1e-9, kHighestTolerance = 1e-1;
constexpr double kEarliestStart = 0.01;
constexpr int kPowerDecimals = 12;  // of the number behind the text 1e-09

constexpr std::array<std::pair<const char*, SamplerKind>, 7> kSamplers{
    {{"DDIM", SamplerKind::kDdimExponential},
     {"DDIM, naive step", SamplerKind::kDdim},
     {"Euler", SamplerKind::kEuler},
     {"Heun", SamplerKind::kHeun},
     {"RK45, adaptive", SamplerKind::kRk45},
     {"Reverse SDE", SamplerKind::kReverseSde},
     {"Predictor-corrector", SamplerKind::kPredictorCorrector}}};

/// A number with its name before it; hidden as one.
QWidget* labelled(const QString& name, QAbstractSpinBox* box, const QString& tip) {
  box->setKeyboardTracking(false);
  box->setButtonSymbols(QAbstractSpinBox::NoButtons);
  box->setAccessibleName(name);
  box->setToolTip(tip);
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  auto* label = new QLabel(name);
  label->setProperty("muted", true);
  label->setBuddy(box);
  layout->addWidget(label);
  layout->addWidget(box, 1);
  return row;
}

QDoubleSpinBox* fineBox(double low, double high, double step) {
  auto* box = new QDoubleSpinBox;
  box->setDecimals(3);
  box->setRange(low, high);
  box->setSingleStep(step);
  return box;
}

}  // namespace

PowerBox::PowerBox(double low, double high, QWidget* parent) : QDoubleSpinBox(parent) {
  setDecimals(kPowerDecimals);
  setRange(low, high);
}

QString PowerBox::textFromValue(double value) const {
  return QString::number(value, 'g', 3);
}

double PowerBox::valueFromText(const QString& text) const {
  return text.trimmed().toDouble();
}

QValidator::State PowerBox::validate(QString& text, int&) const {
  bool number = false;
  const double value = text.trimmed().toDouble(&number);
  return number && value >= minimum() && value <= maximum() ? QValidator::Acceptable
                                                            : QValidator::Intermediate;
}

void PowerBox::stepBy(int steps) {
  setValue(value() * std::pow(10.0, steps));
  selectAll();
}

SamplerFields::SamplerFields(QWidget* parent)
    : QWidget(parent),
      kind_(new QComboBox),
      steps_(new QSpinBox),
      start_(fineBox(kEarliestStart, 1.0, 0.05)),
      snr_(fineBox(0.001, 10.0, 0.01)),
      rtol_(new PowerBox(kLowestTolerance, kHighestTolerance)),
      atol_(new PowerBox(kLowestTolerance, kHighestTolerance)),
      each_(new QCheckBox(tr("step per sample"))),
      denoise_(new QCheckBox(tr("final denoise"))) {
  for (const auto& [name, kind] : kSamplers) {
    kind_->addItem(QString::fromUtf8(name));
  }
  kind_->setAccessibleName(tr("Sampler"));
  kind_->setMinimumContentsLength(8);
  steps_->setRange(1, kMostSteps);
  steps_row_ = labelled(tr("steps"), steps_, tr("Number of steps, evenly spaced in t."));
  start_row_ =
      labelled(tr("T0"), start_, tr("Time that sampling starts at: 1 is pure noise. GenPose: 0.55."));
  snr_row_ = labelled(tr("snr"), snr_, tr("Signal-to-noise ratio of the Langevin step."));
  rtol_row_ = labelled(tr("rtol"), rtol_, tr("Relative tolerance of a step."));
  atol_row_ = labelled(tr("atol"), atol_, tr("Absolute tolerance of a step."));
  each_->setToolTip(
      tr("Every sample has its own step size. Otherwise one serves the whole batch, as GenPose has it."));
  denoise_->setToolTip(tr("One full denoising step after the last one: x + \u03c3\u00b2 score."));
  arrange();
  connectFields();
  setOptions({});
}

void SamplerFields::arrange() {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 0);
  grid->setHorizontalSpacing(6);
  grid->setVerticalSpacing(4);
  grid->setColumnStretch(0, 1);
  grid->setColumnStretch(1, 1);
  grid->addWidget(kind_, 0, 0, 1, 2);
  grid->addWidget(start_row_, 1, 0);
  // What one sampler uses takes the place of what another one does.
  grid->addWidget(steps_row_, 1, 1);
  grid->addWidget(rtol_row_, 1, 1);
  grid->addWidget(denoise_, 2, 0);
  grid->addWidget(snr_row_, 2, 1);
  grid->addWidget(atol_row_, 2, 1);
  grid->addWidget(each_, 3, 0, 1, 2);
}

void SamplerFields::connectFields() {
  connect(kind_, &QComboBox::activated, this, [this] {
    showUsed();
    Q_EMIT edited();
  });
  connect(steps_, &QSpinBox::valueChanged, this, &SamplerFields::edited);
  for (QDoubleSpinBox* box :
       {start_, snr_, static_cast<QDoubleSpinBox*>(rtol_), static_cast<QDoubleSpinBox*>(atol_)}) {
    connect(box, &QDoubleSpinBox::valueChanged, this, &SamplerFields::edited);
  }
  for (QCheckBox* box : {each_, denoise_}) {
    connect(box, &QCheckBox::toggled, this, &SamplerFields::edited);
  }
}

void SamplerFields::setOptions(const SamplerOptions& options) {
  const QSignalBlocker quiet(this);
  const auto found = std::find_if(kSamplers.begin(), kSamplers.end(),
                                  [&](const auto& entry) { return entry.second == options.kind; });
  kind_->setCurrentIndex(static_cast<int>(found - kSamplers.begin()));
  steps_->setValue(options.steps);
  start_->setValue(options.start_time);
  snr_->setValue(options.langevin_snr);
  rtol_->setValue(options.rtol);
  atol_->setValue(options.atol);
  each_->setChecked(!options.joint_step);
  denoise_->setChecked(options.final_denoise);
  showUsed();
}

SamplerOptions SamplerFields::applyTo(SamplerOptions base) const {
  base.kind = kSamplers.at(static_cast<std::size_t>(kind_->currentIndex())).second;
  base.steps = steps_->value();
  base.start_time = start_->value();
  base.langevin_snr = snr_->value();
  base.rtol = rtol_->value();
  base.atol = atol_->value();
  base.joint_step = !each_->isChecked();
  base.final_denoise = denoise_->isChecked();
  return base;
}

void SamplerFields::showUsed() {
  const SamplerKind kind = kSamplers.at(static_cast<std::size_t>(kind_->currentIndex())).second;
  const bool adaptive = kind == SamplerKind::kRk45;
  steps_row_->setVisible(!adaptive);
  for (QWidget* row : {rtol_row_, atol_row_, static_cast<QWidget*>(each_)}) {
    row->setVisible(adaptive);
  }
  snr_row_->setVisible(kind == SamplerKind::kPredictorCorrector);
}

}  // namespace alidade
