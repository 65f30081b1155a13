// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_canvas.h"

#include <cmath>

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include "views/base/theme.h"
#include "views/image/image_rasters.h"
#include "views/image/pixel_values.h"

namespace alidade {
namespace {

constexpr double kFitMargin = 8.0;
constexpr double kPixelScale = 6.0;  ///< from here on pixels are shown as squares
constexpr double kBorderReach = 8.0;  ///< widget pixels beside the border of a wipe that take hold of it

}  // namespace

ImageCanvas::ImageCanvas(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName("Image");
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QSizeF ImageCanvas::imageSize() const {
  return figure_ ? QSizeF(figure_->rasters()->size) : QSizeF();
}

double ImageCanvas::fitScale() const {
  return ImagePlacement::fit(imageSize(), size(), kFitMargin).scale;
}

void ImageCanvas::setFigure(std::shared_ptr<const ImageFigure> figure, std::optional<ImageWipe> wipe) {
  const QSizeF before = imageSize();
  figure_ = std::move(figure);
  wipe_ = std::move(wipe);
  stale_ = false;
  if (fitted_ || imageSize() != before) {
    fit();
  } else {
    update();
    tellReadout();
  }
}

void ImageCanvas::setWipeShare(double share) {
  wipe_share_ = std::clamp(share, 0.0, 1.0);
  update();
  tellReadout();
}

double ImageCanvas::wipeShareOfImage() const {
  const double x = placement_.imageFromWidget({wipe_share_ * width(), 0.0}).x();
  return imageSize().isEmpty() ? wipe_share_ : std::clamp(x / imageSize().width(), 0.0, 1.0);
}

const ImageFigure& ImageCanvas::figureAt(const QPointF& image_point) const {
  const double x = placement_.widgetFromImage().map(image_point).x();
  return wipe_ && x >= wipe_share_ * width() ? *wipe_->right : *figure_;
}

bool ImageCanvas::onBorder(const QPointF& at) const {
  return wipe_ && std::abs(at.x() - wipe_share_ * width()) <= kBorderReach;
}

/// What is under the mouse may be another pixel, or the same one of another frame.
void ImageCanvas::tellReadout() {
  if (cursor_) {
    Q_EMIT readoutChanged(readout(placement_.imageFromWidget(*cursor_)));
  }
}

void ImageCanvas::setStale(bool stale) {
  stale_ = stale;
  update();
}

void ImageCanvas::fit() {
  fitted_ = true;
  if (!imageSize().isEmpty()) {
    placement_ = ImagePlacement::fit(imageSize(), size(), kFitMargin);
  }
  update();
  tellReadout();
}

void ImageCanvas::setPlacement(const ImagePlacement& placement) {
  fitted_ = false;
  placement_ = placement;
  update();
  tellReadout();
}

std::optional<int> ImageCanvas::instanceAt(const QPointF& image_point) const {
  if (!figure_) {
    return std::nullopt;
  }
  const Frame& frame = *figure_->contents().frame;
  const int u = static_cast<int>(std::floor(image_point.x()));
  const int v = static_cast<int>(std::floor(image_point.y()));
  for (std::size_t i = 0; i < std::min(frame.visible_masks.size(), frame.instances.size()); ++i) {
    const ImageU8& mask = frame.visible_masks[i];
    const bool inside = !mask.empty() && u >= 0 && v >= 0 && u < mask.width && v < mask.height;
    if (inside && *mask.pixel(u, v) > 127) {
      return frame.instances[i].index;
    }
  }
  if (!frame.camera.valid()) {
    return std::nullopt;
  }
  const Eigen::Vector3d ray = frame.camera.unproject(image_point.x() - 0.5, image_point.y() - 0.5, 1.0);
  const ImageFigureData& shown = figureAt(image_point).contents();
  return instanceOnRay(drawnPoses(frame, shown.result.get()), shown.layers.poses, Eigen::Vector3d::Zero(),
                       ray);
}

QString ImageCanvas::readout(const QPointF& image_point) const {
  return figure_ ? pixelReadout(figureAt(image_point), static_cast<int>(std::floor(image_point.x())),
                                static_cast<int>(std::floor(image_point.y())))
                 : QString();
}

void ImageCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& colors = themeOf(*this);
  painter.setClipRect(rect());  // labels at the rim move inwards
  painter.fillRect(rect(), colors.window);
  if (!figure_ || imageSize().isEmpty()) {
    return;
  }
  if (wipe_) {
    const double x = wipe_share_ * width();
    paintSide(painter, *figure_, {0.0, 0.0, x, static_cast<double>(height())});
    paintSide(painter, *wipe_->right, {x, 0.0, width() - x, static_cast<double>(height())});
    paintWipeBorder(painter, screenPlotTheme(colors), rect(), x, *wipe_, true);
  } else {
    paintSide(painter, *figure_, rect());
  }
  if (stale_) {
    QColor veil = colors.window;
    veil.setAlphaF(0.55F);
    painter.fillRect(rect(), veil);
  }
}

void ImageCanvas::paintSide(QPainter& painter, const ImageFigure& figure, const QRectF& part) const {
  painter.save();
  painter.setClipRect(part, Qt::IntersectClip);
  figure.paintPlaced(painter, placement_.widgetFromImage(), screenPlotTheme(themeOf(*this)),
                     placement_.scale < kPixelScale);
  if (placement_.scale > kPixelValueScale) {
    paintPixelValues(painter, figure, placement_, part);
  }
  painter.restore();
}

void ImageCanvas::resizeEvent(QResizeEvent*) {
  if (fitted_) {
    fit();
  }
}

void ImageCanvas::wheelEvent(QWheelEvent* event) {
  if (imageSize().isEmpty() || event->angleDelta().y() == 0) {
    return;
  }
  const double factor = std::pow(1.2, event->angleDelta().y() / 120.0);
  setPlacement(placement_.zoomed(event->position(), factor, 0.5 * fitScale()));
  event->accept();
}

void ImageCanvas::mousePressEvent(QMouseEvent* event) {
  pressed_at_ = last_at_ = event->position();
  wiping_ = event->button() == Qt::LeftButton && onBorder(event->position());
  dragged_ = wiping_;  // taking hold of the border is no click
}

void ImageCanvas::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  cursor_ = at;
  if (wiping_) {
    setWipeShare(at.x() / std::max(1, width()));
    return;
  }
  if (event->buttons() & (Qt::LeftButton | Qt::MiddleButton)) {
    dragged_ = dragged_ || (at - pressed_at_).manhattanLength() >= QApplication::startDragDistance();
    if (dragged_) {
      setPlacement({placement_.scale, placement_.corner + at - last_at_});
      setCursor(Qt::ClosedHandCursor);
    }
    last_at_ = at;
  } else {
    onBorder(at) ? setCursor(Qt::SplitHCursor) : unsetCursor();
    Q_EMIT hovered(instanceAt(placement_.imageFromWidget(at)), event->globalPosition().toPoint());
  }
  Q_EMIT readoutChanged(readout(placement_.imageFromWidget(at)));
}

void ImageCanvas::mouseReleaseEvent(QMouseEvent* event) {
  unsetCursor();
  if (event->button() == Qt::LeftButton && !dragged_) {
    Q_EMIT clicked(instanceAt(placement_.imageFromWidget(event->position())));
  }
  dragged_ = false;
  wiping_ = false;
}

void ImageCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
  dragged_ = true;  // the release that follows is no click
  onBorder(event->position()) ? setWipeShare(0.5) : fit();
}

void ImageCanvas::leaveEvent(QEvent*) {
  cursor_.reset();
  Q_EMIT readoutChanged({});
}

}  // namespace alidade
