// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QWidget>

#include "core/diffusion/sampler.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QTabBar;
class QToolButton;
class QVBoxLayout;

namespace alidade {

class CurveEditor;
class SamplerFields;

/// The schedule of one column: which column, shape and numbers of w(t), sampler and its
/// numbers. What is refused is
/// said below the curve and never applied.
class SchedulePanel : public QWidget {
  Q_OBJECT

 public:
  explicit SchedulePanel(QWidget* parent = nullptr);

  /// Shows column `current` of all columns; emits nothing.
  void showColumns(const std::vector<SamplerOptions>& columns, std::size_t current);
  /// Estimating all frames needs a checkpoint.
  void setBatchEnabled(bool enabled);
  bool logarithmic() const;
  void setLogarithmic(bool logarithmic);
  void refuse(const QString& sentence);
  CurveEditor& editor() const { return *editor_; }

 Q_SIGNALS:
  void edited(const SamplerOptions& options);
  void columnChosen(std::size_t column);
  void addRequested();
  void loadRequested();
  void saveRequested();
  void batchRequested();

 private:
  void buildColumns(QVBoxLayout& column);
  void buildNumbers(QVBoxLayout& column);
  void buildFiles(QVBoxLayout& column);
  void takeShape(int index);
  void takeNumbers();
  void propose(const Guidance& guidance);
  void showNumbers();

  QTabBar* tabs_;
  QToolButton* add_;
  QComboBox* shape_;
  QDoubleSpinBox* w_min_;
  QDoubleSpinBox* w_max_;
  QDoubleSpinBox* rate_;
  SamplerFields* sampler_;
  QLabel* formula_;
  CurveEditor* editor_;
  QLabel* message_;
  QCheckBox* log_;
  QPushButton* batch_;
  SamplerOptions options_;
};

}  // namespace alidade
