// SPDX-License-Identifier: BSD-3-Clause
#include "views/browser/thumbnail_cache.h"

#include <algorithm>

#include <QMetaObject>
#include <QPainter>
#include <QPainterPath>

namespace alidade {
namespace {

constexpr std::size_t kMaxPending = 64;
constexpr double kCornerRadius = 6.0;

QRect middleCrop(const QSize& size, double aspect) {
  const int width = std::min(size.width(), static_cast<int>(size.height() * aspect + 0.5));
  const int height = std::min(size.height(), static_cast<int>(size.width() / aspect + 0.5));
  return {(size.width() - width) / 2, (size.height() - height) / 2, std::max(width, 1), std::max(height, 1)};
}

}  // namespace

QImage makeThumbnail(const ImageU8& color, int width, int height, double radius) {
  if (color.empty() || color.channels != 3) {
    return {};
  }
  const QImage whole(color.data.data(), color.width, color.height, color.width * 3, QImage::Format_RGB888);
  const QRect crop = middleCrop(whole.size(), static_cast<double>(width) / height);
  const QImage small =
      whole.copy(crop).scaled(width, height, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
  QImage picture(width, height, QImage::Format_ARGB32_Premultiplied);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(QBrush(small));
  painter.drawRoundedRect(QRectF(0, 0, width, height), radius, radius);
  return picture;
}

ThumbnailCache::ThumbnailCache(QObject* parent) : QObject(parent), thread_([this] { work(); }) {}

ThumbnailCache::~ThumbnailCache() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void ThumbnailCache::setDataset(std::shared_ptr<const Dataset> dataset) {
  dataset_ = std::move(dataset);
  pictures_.clear();
  const std::lock_guard lock(mutex_);
  pending_.clear();
}

QImage ThumbnailCache::thumbnail(std::size_t frame) {
  if (const QImage* picture = pictures_.object(frame)) {
    return *picture;
  }
  if (!dataset_ || frame >= dataset_->num_frames()) {
    return {};
  }
  {
    const std::lock_guard lock(mutex_);
    const auto same = [frame](const Request& request) { return request.frame == frame; };
    if (std::any_of(pending_.begin(), pending_.end(), same)) {
      return {};
    }
    pending_.push_back({dataset_, frame});
    if (pending_.size() > kMaxPending) {
      pending_.pop_front();
    }
  }
  wake_.notify_one();
  return {};
}

void ThumbnailCache::work() {
  for (;;) {
    Request request;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !pending_.empty(); });
      if (stopping_) {
        return;
      }
      request = std::move(pending_.back());
      pending_.pop_back();
    }
    FrameLayers layers;
    layers.depth = layers.masks = layers.nocs = false;
    const auto frame = request.dataset->load(request.frame, layers);
    QImage picture;
    QString reason;
    if (!frame) {
      reason = QString::fromStdString(frame.error().message);
    } else if (frame->color.empty()) {
      reason = frame->problems.empty() ? QStringLiteral("no color image")
                                       : QString::fromStdString(frame->problems.front());
    } else {
      picture = makeThumbnail(frame->color, 2 * kWidth, 2 * kHeight, 2 * kCornerRadius);
    }
    // Queued: the GUI thread alone touches the cache. A destroyed receiver drops the call.
    QMetaObject::invokeMethod(
        this, [this, request, picture, reason] { deliver(request, picture, reason); }, Qt::QueuedConnection);
  }
}

void ThumbnailCache::deliver(const Request& request, const QImage& picture, const QString& reason) {
  if (request.dataset != dataset_) {
    return;
  }
  // A failed picture is kept too, as one transparent pixel, so that it is not asked for again and again.
  QImage kept = picture;
  if (kept.isNull()) {
    kept = QImage(1, 1, QImage::Format_ARGB32_Premultiplied);
    kept.fill(Qt::transparent);
  }
  pictures_.insert(request.frame, new QImage(kept));
  if (picture.isNull()) {
    Q_EMIT thumbnailFailed(request.frame, reason);
  } else {
    Q_EMIT thumbnailReady(request.frame);
  }
}

}  // namespace alidade
