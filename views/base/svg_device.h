// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include <QPaintDevice>
#include <QSizeF>

namespace alidade {

class SvgEngine;

/// What is painted on it becomes SVG 1.1: shapes, images and text, each with its clip. Qt's own generator
/// leaves clips out. One unit is a point.
class SvgDevice : public QPaintDevice {
 public:
  /// A page of `size` points.
  explicit SvgDevice(const QSizeF& size);
  ~SvgDevice() override;

  QPaintEngine* paintEngine() const override;
  /// The elements painted so far, clip paths first.
  std::string elements() const;

 protected:
  int metric(PaintDeviceMetric metric) const override;

 private:
  QSizeF size_;
  std::unique_ptr<SvgEngine> engine_;
};

}  // namespace alidade
