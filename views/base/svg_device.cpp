// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/svg_device.h"

#include <cmath>

#include "views/base/svg_engine.h"

namespace alidade {

SvgDevice::SvgDevice(const QSizeF& size) : size_(size), engine_(std::make_unique<SvgEngine>()) {}
SvgDevice::~SvgDevice() = default;

QPaintEngine* SvgDevice::paintEngine() const {
  return engine_.get();
}

std::string SvgDevice::elements() const {
  return engine_->elements().toStdString();
}

int SvgDevice::metric(PaintDeviceMetric metric) const {
  constexpr int kPointsPerInch = 72;
  constexpr double kMillimetresPerPoint = 25.4 / kPointsPerInch;
  switch (metric) {
    case PdmWidth:
      return static_cast<int>(std::ceil(size_.width()));
    case PdmHeight:
      return static_cast<int>(std::ceil(size_.height()));
    case PdmWidthMM:
      return static_cast<int>(std::ceil(size_.width() * kMillimetresPerPoint));
    case PdmHeightMM:
      return static_cast<int>(std::ceil(size_.height() * kMillimetresPerPoint));
    case PdmDpiX:
    case PdmDpiY:
    case PdmPhysicalDpiX:
    case PdmPhysicalDpiY:
      return kPointsPerInch;
    case PdmDevicePixelRatio:
      return 1;
    case PdmDevicePixelRatioScaled:
      return static_cast<int>(devicePixelRatioFScale());
    case PdmDepth:
      return 24;
    case PdmNumColors:
      return 1 << 24;
    default:
      return 0;
  }
}

}  // namespace alidade
