// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QPaintEngine>
#include <QString>

#include "views/base/clip_tracker.h"

namespace alidade {

/// The paint engine of an SvgDevice.
class SvgEngine : public QPaintEngine {
 public:
  SvgEngine();

  bool begin(QPaintDevice* device) override;
  bool end() override;
  Type type() const override { return SVG; }
  void updateState(const QPaintEngineState& now) override;
  void drawPath(const QPainterPath& path) override;
  void drawPolygon(const QPointF* points, int count, PolygonDrawMode mode) override;
  void drawImage(const QRectF& target, const QImage& image, const QRectF& source,
                 Qt::ImageConversionFlags flags) override;
  void drawPixmap(const QRectF& target, const QPixmap& pixmap, const QRectF& source) override;
  void drawTextItem(const QPointF& at, const QTextItem& item) override;

  QString elements() const;

 private:
  void write(const QString& element);
  QString strokeAndFill(bool filled);
  QString fill();
  QString place() const;

  QString definitions_, body_;
  int definition_count_ = 0;  ///< of clips and gradients
  QString clip_group_;        ///< id of the clip that the open group has; empty for no group
  ClipTracker clip_;
  QTransform transform_;
  QPen pen_;
  QBrush brush_;
  double opacity_ = 1.0;
};

}  // namespace alidade
