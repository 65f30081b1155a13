// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include <QCache>
#include <QImage>
#include <QObject>

#include "core/data/dataset.h"

namespace alidade {

/// Small pictures of frames, decoded on a thread of its own, newest request first. At most 400 are held
/// (20 MB); requests beyond 64 drop the oldest, which by then has scrolled away.
class ThumbnailCache : public QObject {
  Q_OBJECT

 public:
  /// Logical size in the list; pictures have twice as many pixels for dense screens.
  static constexpr int kWidth = 64;
  static constexpr int kHeight = 48;

  explicit ThumbnailCache(QObject* parent = nullptr);
  ~ThumbnailCache() override;

  void setDataset(std::shared_ptr<const Dataset> dataset);
  /// The picture with rounded corners, or a null image: it is then being decoded and thumbnailReady follows.
  QImage thumbnail(std::size_t frame);

 Q_SIGNALS:
  void thumbnailReady(quint64 frame);
  /// The frame's image could not be read; the sentence says why.
  void thumbnailFailed(quint64 frame, const QString& reason);

 private:
  struct Request {
    std::shared_ptr<const Dataset> dataset;
    std::size_t frame;
  };

  void work();
  void deliver(const Request& request, const QImage& picture, const QString& reason);

  std::shared_ptr<const Dataset> dataset_;
  QCache<quint64, QImage> pictures_{400};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Request> pending_;
  bool stopping_ = false;
  std::thread thread_;
};

/// `color` cropped to 4:3 in the middle, scaled to `width` x `height` pixels, corners rounded by `radius`
/// pixels.
QImage makeThumbnail(const ImageU8& color, int width, int height, double radius);

}  // namespace alidade
