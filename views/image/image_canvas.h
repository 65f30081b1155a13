// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>

#include <QWidget>

#include "views/image/image_figure.h"
#include "views/image/image_placement.h"
#include "views/image/image_wipe.h"

namespace alidade {

/// Shows an ImageFigure: wheel zooms about the cursor down to single pixels with their values, dragging pans,
/// a double click fits. A second figure may stand to the right of a border that is dragged. Tells which pixel
/// is under the cursor, also when the figure changes below it, and which instance was clicked.
class ImageCanvas : public QWidget {
  Q_OBJECT

 public:
  explicit ImageCanvas(QWidget* parent = nullptr);

  /// Null shows nothing. The placement is kept while the image's size stays the same.
  void setFigure(std::shared_ptr<const ImageFigure> figure, std::optional<ImageWipe> wipe = {});
  std::shared_ptr<const ImageFigure> figure() const { return figure_; }
  const std::optional<ImageWipe>& wipe() const { return wipe_; }
  /// Where the border stands: the share of the widget's width that lies left of it, 0..1.
  double wipeShare() const { return wipe_share_; }
  void setWipeShare(double share);
  /// The same in shares of the image's width.
  double wipeShareOfImage() const;
  /// Dims what is shown: it is no longer the selected frame.
  void setStale(bool stale);

  void fit();
  const ImagePlacement& placement() const { return placement_; }
  void setPlacement(const ImagePlacement& placement);

  /// The instance at a point of the image: whose visible mask holds the pixel, else whose box the pixel's ray
  /// meets.
  std::optional<int> instanceAt(const QPointF& image_point) const;
  /// See pixelReadout.
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
  void paintSide(QPainter& painter, const ImageFigure& figure, const QRectF& part) const;
  const ImageFigure& figureAt(const QPointF& image_point) const;
  bool onBorder(const QPointF& at) const;
  void tellReadout();
  QSizeF imageSize() const;
  double fitScale() const;

  std::shared_ptr<const ImageFigure> figure_;
  std::optional<ImageWipe> wipe_;
  double wipe_share_ = 0.5;
  bool wiping_ = false;            ///< the border is being dragged
  std::optional<QPointF> cursor_;  ///< where the mouse is; nowhere outside of the widget
  ImagePlacement placement_;
  bool fitted_ = true;
  bool stale_ = false;
  bool dragged_ = false;
  QPointF pressed_at_, last_at_;
};

}  // namespace alidade
