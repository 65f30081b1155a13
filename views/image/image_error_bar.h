// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QWidget>

#include "views/image/image_errors.h"

class QComboBox;
class QLabel;
class QSlider;

namespace alidade {

/// How the error layers look: opacity, and for depth differences whose model and up to which difference.
class ImageErrorBar : public QWidget {
  Q_OBJECT

 public:
  explicit ImageErrorBar(QWidget* parent = nullptr);

  /// Shows the choices and emits nothing; hidden while no layer is on. Without a prediction its depth cannot
  /// be chosen.
  void setLayers(const ErrorLayers& layers, bool has_prediction);

 Q_SIGNALS:
  /// The user chose: the layers as they shall be.
  void changed(const ErrorLayers& layers);

 private:
  void take();

  ErrorLayers layers_;
  QComboBox* against_;
  QComboBox* range_;
  QLabel* opacity_label_;
  QSlider* opacity_;
};

}  // namespace alidade
