// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_canvas.h"

#include <cmath>

#include <QApplication>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include "views/base/plot.h"
#include "views/base/theme.h"
#include "views/image/image_rasters.h"

namespace alidade {
namespace {

constexpr double kFitMargin = 8.0;
constexpr double kPixelScale = 6.0;        ///< from here on pixels are shown as squares
constexpr double kPixelValueScale = 28.0;  ///< from here on with their values

template <class T>
bool holds(const Image<T>& image, int u, int v) {
  return !image.empty() && u >= 0 && v >= 0 && u < image.width && v < image.height;
}

QString depthText(float z) {
  return z > 0.0F && std::isfinite(z) ? numberText(z, 3) : QString(QChar(0x2013));
}

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

void ImageCanvas::setFigure(std::shared_ptr<const ImageFigure> figure) {
  const QSizeF before = imageSize();
  figure_ = std::move(figure);
  stale_ = false;
  if (fitted_ || imageSize() != before) {
    fit();
  }
  update();
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
}

void ImageCanvas::setPlacement(const ImagePlacement& placement) {
  fitted_ = false;
  placement_ = placement;
  update();
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
    if (holds(mask, u, v) && *mask.pixel(u, v) > 127) {
      return frame.instances[i].index;
    }
  }
  if (!frame.camera.valid()) {
    return std::nullopt;
  }
  const Eigen::Vector3d ray = frame.camera.unproject(image_point.x() - 0.5, image_point.y() - 0.5, 1.0);
  return instanceOnRay(drawnPoses(frame, figure_->contents().result.get()), figure_->contents().layers.poses,
                       Eigen::Vector3d::Zero(), ray);
}

QString ImageCanvas::readout(const QPointF& image_point) const {
  const int u = static_cast<int>(std::floor(image_point.x()));
  const int v = static_cast<int>(std::floor(image_point.y()));
  if (!figure_ || u < 0 || v < 0 || u >= imageSize().width() || v >= imageSize().height()) {
    return {};
  }
  const Frame& frame = *figure_->contents().frame;
  QString text = QString("%1, %2").arg(u, 4).arg(v, 4);
  if (holds(frame.color, u, v)) {
    const std::uint8_t* p = frame.color.pixel(u, v);
    text += QString("   rgb %1 %2 %3").arg(p[0], 3).arg(p[1], 3).arg(p[2], 3);
  }
  if (holds(frame.depth, u, v)) {
    text += "   depth " + depthText(*frame.depth.pixel(u, v)) + " m";
  }
  if (figure_->contents().layers.nocs && holds(frame.nocs, u, v)) {
    const std::uint8_t* p = frame.nocs.pixel(u, v);
    text += QString("   nocs %1 %2 %3")
                .arg(p[0] / 255.0, 0, 'f', 2)
                .arg(p[1] / 255.0, 0, 'f', 2)
                .arg(p[2] / 255.0, 0, 'f', 2);
  }
  return text;
}

void ImageCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const Theme& colors = themeOf(*this);
  painter.fillRect(rect(), colors.window);
  if (!figure_ || imageSize().isEmpty()) {
    return;
  }
  const PlotTheme plot = screenPlotTheme(colors);
  figure_->paintPlaced(painter, placement_.widgetFromImage(), plot, placement_.scale < kPixelScale);
  if (placement_.scale > kPixelValueScale) {
    paintPixelValues(painter);
  }
  if (stale_) {
    QColor veil = colors.window;
    veil.setAlphaF(0.55F);
    painter.fillRect(rect(), veil);
  }
}

void ImageCanvas::paintPixelValues(QPainter& painter) const {
  const Frame& frame = *figure_->contents().frame;
  PlotTheme plot = screenPlotTheme(theme(ThemeKind::kDark));
  plot.small_size = std::min(11.0, placement_.scale / 3.4);
  const QPointF first = placement_.imageFromWidget({0, 0});
  const QPointF last =
      placement_.imageFromWidget({static_cast<double>(width()), static_cast<double>(height())});
  const double row = plot.small_size * 1.05;
  const bool depth = figure_->contents().layers.depth;
  for (int v = std::max(0, static_cast<int>(first.y()));
       v < std::min(imageSize().height(), std::ceil(last.y())); ++v) {
    for (int u = std::max(0, static_cast<int>(first.x()));
         u < std::min(imageSize().width(), std::ceil(last.x())); ++u) {
      const QPointF middle = placement_.widgetFromImage().map(QPointF(u + 0.5, v + 0.5));
      if (depth && holds(frame.depth, u, v)) {
        const QColor ground =
            QColor::fromRgba(figure_->rasters()->depth.isNull() ? 0 : figure_->rasters()->depth.pixel(u, v));
        const QColor ink = ground.lightnessF() > 0.45F ? plot.colors.halo : plot.colors.text;
        drawText(painter, plot, middle, Qt::AlignCenter, depthText(*frame.depth.pixel(u, v)),
                 {TextRole::kSmall, ink, true});
      } else if (!depth && holds(frame.color, u, v)) {
        const std::uint8_t* p = frame.color.pixel(u, v);
        const QColor ink = qGray(p[0], p[1], p[2]) > 130 ? plot.colors.halo : plot.colors.text;
        for (int channel = 0; channel < 3; ++channel) {
          drawText(painter, plot, middle + QPointF(0, (channel - 1) * row), Qt::AlignCenter,
                   QString::number(p[channel]), {TextRole::kSmall, ink, true});
        }
      }
    }
  }
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
  dragged_ = false;
}

void ImageCanvas::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  if (event->buttons() & (Qt::LeftButton | Qt::MiddleButton)) {
    dragged_ = dragged_ || (at - pressed_at_).manhattanLength() >= QApplication::startDragDistance();
    if (dragged_) {
      setPlacement({placement_.scale, placement_.corner + at - last_at_});
      setCursor(Qt::ClosedHandCursor);
    }
    last_at_ = at;
  } else {
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
}

void ImageCanvas::mouseDoubleClickEvent(QMouseEvent*) {
  dragged_ = true;  // the release that follows is no click
  fit();
}

void ImageCanvas::leaveEvent(QEvent*) {
  Q_EMIT readoutChanged({});
}

}  // namespace alidade
