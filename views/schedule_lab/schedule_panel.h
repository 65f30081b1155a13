// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QWidget>

#include "core/diffusion/guidance.h"
#include "views/base/sampling_model.h"

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

/// The schedule of the model's shown column: which column, shape and numbers of w(t), sampler and its
/// numbers. Edits go to the model; what is refused is said below the curve and never applied.
class SchedulePanel : public QWidget {
  Q_OBJECT

 public:
  explicit SchedulePanel(SamplingModel& model, QWidget* parent = nullptr);

  /// Shows what the model says now, in place of what was refused.
  void showSchedule();
  /// Estimating all frames needs a checkpoint.
  void setBatchEnabled(bool enabled);
  bool logarithmic() const;
  void setLogarithmic(bool logarithmic);
  void refuse(const QString& sentence);
  CurveEditor& editor() const { return *editor_; }

 Q_SIGNALS:
  void addRequested();
  void loadRequested();
  void saveRequested();
  void batchRequested();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void buildColumns(QVBoxLayout& column);
  void buildNumbers(QVBoxLayout& column);
  void buildFiles(QVBoxLayout& column);
  void takeShape(int index);
  void takeNumbers();
  void propose(const Guidance& guidance);
  void showTabs();
  void showNumbers();

  SamplingModel& model_;
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
};

}  // namespace alidade
