// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "views/image/image_figure.h"
#include "views/image/image_placement.h"

namespace alidade {

/// Shows an ImageFigure: wheel zooms about the cursor down to single pixels with their values, dragging pans,
/// a double click fits. Tells which pixel is under the cursor and which instance was clicked.
class ImageCanvas : public QWidget {
  Q_OBJECT

 public:
  explicit ImageCanvas(QWidget* parent = nullptr);

  /// Null shows nothing. The placement is kept while the image's size stays the same.
  void setFigure(std::shared_ptr<const ImageFigure> figure);
  std::shared_ptr<const ImageFigure> figure() const { return figure_; }
  /// Dims what is shown: it is no longer the selected frame.
  void setStale(bool stale);

  void fit();
  const ImagePlacement& placement() const { return placement_; }
  void setPlacement(const ImagePlacement& placement);

  /// The instance at a point of the image: whose visible mask holds the pixel, else whose box the pixel's ray
  /// meets.
  std::optional<int> instanceAt(const QPointF& image_point) const;
  /// "412, 233   rgb 120 88 60   0.734 m", without the layers that the frame lacks.
  QString readout(const QPointF& image_point) const;

  QSize sizeHint() const override { return {480, 360}; }
  QSize minimumSizeHint() const override { return {160, 120}; }

 Q_SIGNALS:
  void clicked(std::optional<int> instance);
  /// Empty when the cursor left the image.
  void readoutChanged(const QString& text);
  void hovered(std::optional<int> instance, const QPoint& global);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void paintPixelValues(QPainter& painter) const;
  QSizeF imageSize() const;
  double fitScale() const;

  std::shared_ptr<const ImageFigure> figure_;
  ImagePlacement placement_;
  bool fitted_ = true;
  bool stale_ = false;
  bool dragged_ = false;
  QPointF pressed_at_, last_at_;
};

}  // namespace alidade
