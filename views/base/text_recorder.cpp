// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/text_recorder.h"

#include <algorithm>

#include <QFontMetricsF>
#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainter>

#include "views/base/clip_tracker.h"
#include "views/base/figure.h"
#include "views/base/plot_theme.h"

namespace alidade {
namespace {

constexpr double kHalo = 1.5;  // points that a halo is painted aside

/// Notes texts and forgets everything else.
class RecordingEngine : public QPaintEngine {
 public:
  explicit RecordingEngine(const QRectF& page)
      : QPaintEngine(AllFeatures & ~QPaintEngine::PaintEngineFeatures(PaintOutsidePaintEvent)), page_(page) {}

  bool begin(QPaintDevice*) override { return true; }
  bool end() override { return true; }
  Type type() const override { return User; }
  void updateState(const QPaintEngineState& now) override {
    transform_ = now.transform();
    clip_.update(now);
  }
  void drawPath(const QPainterPath&) override {}
  void drawPolygon(const QPointF*, int, PolygonDrawMode) override {}
  void drawPixmap(const QRectF&, const QPixmap&, const QRectF&) override {}
  void drawImage(const QRectF&, const QImage&, const QRectF&, Qt::ImageConversionFlags) override {}
  void drawTextItem(const QPointF& at, const QTextItem& item) override {
    const QRectF ink = QFontMetricsF(item.font()).tightBoundingRect(item.text()).translated(at);
    const QRectF clip = clip_.clip() ? clip_.clip()->boundingRect() & page_ : page_;
    add({item.text(), transform_.mapRect(ink), clip});
  }

  std::vector<PlacedText> take() { return std::move(texts_); }

 private:
  void add(PlacedText text) {
    const bool halo = std::any_of(texts_.begin(), texts_.end(), [&](const PlacedText& other) {
      const QPointF aside = other.ink.center() - text.ink.center();
      return other.text == text.text && aside.manhattanLength() <= 2.0 * kHalo;
    });
    if (!halo && !text.ink.isEmpty()) {
      texts_.push_back(std::move(text));
    }
  }

  QRectF page_;
  QTransform transform_;
  ClipTracker clip_;
  std::vector<PlacedText> texts_;
};

class RecordingDevice : public QPaintDevice {
 public:
  explicit RecordingDevice(const QSizeF& size) : size_(size), engine_(QRectF(QPointF(0, 0), size)) {}

  QPaintEngine* paintEngine() const override { return &engine_; }
  std::vector<PlacedText> take() { return engine_.take(); }

 protected:
  int metric(PaintDeviceMetric metric) const override {
    constexpr int kPointsPerInch = 72;
    switch (metric) {
      case PdmWidth:
        return static_cast<int>(size_.width()) + 1;
      case PdmHeight:
        return static_cast<int>(size_.height()) + 1;
      case PdmDpiX:
      case PdmDpiY:
      case PdmPhysicalDpiX:
      case PdmPhysicalDpiY:
        return kPointsPerInch;
      case PdmDevicePixelRatio:
        return 1;
      case PdmDevicePixelRatioScaled:
        return static_cast<int>(devicePixelRatioFScale());
      default:
        return 0;
    }
  }

 private:
  QSizeF size_;
  mutable RecordingEngine engine_;
};

}  // namespace

std::vector<PlacedText> textsOf(const Figure& figure, const QSizeF& size, const PlotTheme& theme) {
  RecordingDevice device(size);
  PlotTheme texts = theme;
  texts.texts_only = true;
  QPainter painter(&device);
  figure.paint(painter, QRectF(QPointF(0, 0), size), texts);
  painter.end();
  return device.take();
}

}  // namespace alidade
