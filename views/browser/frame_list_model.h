// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include <QAbstractListModel>

#include "core/data/dataset.h"
#include "core/results/pose_result.h"
#include "views/browser/browser_filter.h"
#include "views/browser/thumbnail_cache.h"

namespace alidade {

/// The frames that pass the filter. Rows are made on demand, so that a million frames open at once.
class FrameListModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    kFrameRole = Qt::UserRole + 1,  ///< index in the dataset, qulonglong
    kSubtitleRole,                  ///< "3 objects · 10.8°"
    kThumbnailRole,                 ///< QImage; null while it is decoded
    kProblemRole,                   ///< why this frame is not whole; empty when it is
  };

  explicit FrameListModel(QObject* parent = nullptr);

  void setDataset(std::shared_ptr<const Dataset> dataset);
  /// Where the errors in the subtitles come from; null for none.
  void setResult(std::shared_ptr<const PoseResult> result);
  void setFilter(const BrowserFilter& filter);

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;

  /// Row of a frame, -1 when the filter hides it.
  int rowOf(std::size_t frame) const;
  std::size_t frameAt(int row) const { return rows_[row]; }
  /// The frames that pass the filter, rising.
  std::vector<std::size_t> frames() const { return {rows_.begin(), rows_.end()}; }

 private:
  void applyFilter();
  double worstErrorDeg(std::size_t frame) const;
  QString title(std::size_t frame) const;
  QString subtitle(std::size_t frame) const;

  std::shared_ptr<const Dataset> dataset_;
  BrowserFilter filter_;
  std::vector<float> worst_deg_;  ///< per frame, NaN without estimates; empty without a result
  std::vector<std::uint32_t> rows_;
  std::unordered_map<std::size_t, QString> problems_;
  bool several_scenes_ = false;
  mutable ThumbnailCache thumbnails_;
};

}  // namespace alidade
