// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include <QDialog>

#include "core/data/camera_settings.h"

class QCheckBox;
class QDoubleSpinBox;
class QLabel;

namespace alidade {

/// Asks for the camera of a frame that no file describes: intrinsics in pixels, depth scale in millimetres per
/// unit.
class CameraDialog : public QDialog {
  Q_OBJECT

 public:
  /// Tells what was entered, and whether it shall be written beside the images.
  using Take = std::function<void(const CameraSettings& settings, bool save)>;

  CameraDialog(const CameraSettings& settings, Take take, QWidget* parent);

  /// As they stand in the fields.
  CameraSettings settings() const;

  void accept() override;

 private:
  QDoubleSpinBox* addNumber(const QString& name, const QString& tip, double value, const QString& unit,
                            bool negative);

  Take take_;
  QDoubleSpinBox *fx_, *fy_, *cx_, *cy_, *depth_scale_;
  QCheckBox* save_;
  QLabel* problem_;
};

}  // namespace alidade
