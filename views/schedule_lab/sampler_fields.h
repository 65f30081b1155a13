// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QDoubleSpinBox>
#include <QWidget>

#include "core/diffusion/sampler.h"

class QCheckBox;
class QComboBox;
class QSpinBox;

namespace alidade {

/// A box for numbers that matter by their power of ten, such as tolerances: shown as 1e-05, a step is a
/// factor of ten.
class PowerBox : public QDoubleSpinBox {
 public:
  PowerBox(double low, double high, QWidget* parent = nullptr);
  QString textFromValue(double value) const override;
  double valueFromText(const QString& text) const override;
  QValidator::State validate(QString& text, int& position) const override;
  void stepBy(int steps) override;
};

/// Sampler of a column and the numbers that this sampler uses; the others are not shown.
class SamplerFields : public QWidget {
  Q_OBJECT

 public:
  explicit SamplerFields(QWidget* parent = nullptr);

  /// Shows all but the guidance; emits nothing.
  void setOptions(const SamplerOptions& options);
  /// `base` with what the fields say.
  SamplerOptions applyTo(SamplerOptions base) const;

 Q_SIGNALS:
  void edited();

 private:
  void arrange();
  void connectFields();
  void showUsed();

  QComboBox* kind_;
  QSpinBox* steps_;
  QWidget* steps_row_;
  QDoubleSpinBox* start_;
  QWidget* start_row_;
  QDoubleSpinBox* snr_;
  QWidget* snr_row_;
  PowerBox* rtol_;
  PowerBox* atol_;
  QWidget* rtol_row_;
  QWidget* atol_row_;
  QCheckBox* each_;
  QCheckBox* denoise_;
};

}  // namespace alidade
