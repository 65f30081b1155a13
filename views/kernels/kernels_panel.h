// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QWidget>

#include "views/kernels/kernel_sheet.h"

class QGridLayout;
class QLabel;
class QSlider;
class QToolButton;

namespace alidade {

class TauCanvas;

/// Beside the map: the threshold with what it does, and what is known of the picked offset.
class KernelsPanel : public QWidget {
  Q_OBJECT

 public:
  explicit KernelsPanel(KernelsModel& model, QWidget* parent = nullptr);

  /// Null = nothing is shown.
  void setSheet(std::shared_ptr<const KernelSheet> sheet);

 private:
  void buildThreshold();
  void showThreshold();
  void showOffset();
  void chooseTau(std::optional<double> tau);

  KernelsModel& model_;
  std::shared_ptr<const KernelSheet> sheet_;
  QWidget* threshold_;
  QSlider* slider_;
  QLabel* tau_;
  QLabel* share_;
  QToolButton* recorded_;
  TauCanvas* histogram_;
  QLabel* head_;
  QGridLayout* facts_;
  QLabel* foot_;
  QLabel* agreement_;
};

}  // namespace alidade
