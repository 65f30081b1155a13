// SPDX-License-Identifier: BSD-3-Clause
#include "views/browser/frame_list_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace alidade {

FrameListModel::FrameListModel(QObject* parent) : QAbstractListModel(parent) {
  const auto changed = [this](quint64 frame, int role) {
    const int row = rowOf(frame);
    if (row >= 0) {
      Q_EMIT dataChanged(index(row), index(row), {role});
    }
  };
  connect(&thumbnails_, &ThumbnailCache::thumbnailReady, this,
          [changed](quint64 frame) { changed(frame, kThumbnailRole); });
  connect(&thumbnails_, &ThumbnailCache::thumbnailFailed, this,
          [this, changed](quint64 frame, const QString& reason) {
            problems_.emplace(frame, reason);
            changed(frame, kProblemRole);
          });
}

void FrameListModel::setDataset(std::shared_ptr<const Dataset> dataset) {
  beginResetModel();
  dataset_ = std::move(dataset);
  thumbnails_.setDataset(dataset_);
  worst_deg_.clear();
  problems_.clear();
  several_scenes_ = false;
  if (dataset_) {
    for (const DatasetProblem& problem : dataset_->problems()) {
      if (problem.frame) {
        problems_.emplace(*problem.frame, QString::fromStdString(problem.message));
      }
    }
    for (std::size_t i = 1; i < dataset_->num_frames() && !several_scenes_; ++i) {
      several_scenes_ = dataset_->frame_info(i).scene_id != dataset_->frame_info(0).scene_id;
    }
  }
  applyFilter();
  endResetModel();
}

void FrameListModel::setResult(std::shared_ptr<const PoseResult> result) {
  worst_deg_.clear();
  if (result && dataset_) {
    worst_deg_.assign(dataset_->num_frames(), std::numeric_limits<float>::quiet_NaN());
    for (const PoseEstimate& estimate : result->estimates) {
      if (estimate.frame < worst_deg_.size()) {
        const float error = static_cast<float>(estimate.error.rotation_reduced * 180.0 / std::numbers::pi);
        float& worst = worst_deg_[estimate.frame];
        worst = std::isnan(worst) ? error : std::max(worst, error);
      }
    }
  }
  if (filter_.empty()) {
    if (!rows_.empty()) {
      Q_EMIT dataChanged(index(0), index(static_cast<int>(rows_.size()) - 1), {kSubtitleRole});
    }
    return;
  }
  setFilter(filter_);
}

void FrameListModel::setFilter(const BrowserFilter& filter) {
  beginResetModel();
  filter_ = filter;
  applyFilter();
  endResetModel();
}

void FrameListModel::applyFilter() {
  rows_.clear();
  const std::size_t count = dataset_ ? dataset_->num_frames() : 0;
  rows_.reserve(filter_.empty() ? count : 0);
  for (std::size_t i = 0; i < count; ++i) {
    if (filter_.empty() || filter_.matches(dataset_->frame_info(i), worstErrorDeg(i))) {
      rows_.push_back(static_cast<std::uint32_t>(i));
    }
  }
}

int FrameListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int FrameListModel::rowOf(std::size_t frame) const {
  const auto found = std::lower_bound(rows_.begin(), rows_.end(), frame);
  return found != rows_.end() && *found == frame ? static_cast<int>(found - rows_.begin()) : -1;
}

double FrameListModel::worstErrorDeg(std::size_t frame) const {
  return frame < worst_deg_.size() ? worst_deg_[frame] : std::numeric_limits<double>::quiet_NaN();
}

QString FrameListModel::title(std::size_t frame) const {
  const QString name = QString::fromStdString(dataset_->frame_info(frame).name);
  return several_scenes_ ? name : QStringLiteral("frame ") + name.section(QLatin1Char('/'), -1);
}

QString FrameListModel::subtitle(std::size_t frame) const {
  const auto count = dataset_->frame_info(frame).categories.size();
  QString text = count == 1 ? QStringLiteral("1 object") : QStringLiteral("%1 objects").arg(count);
  const double error = worstErrorDeg(frame);
  if (!std::isnan(error)) {
    text += QStringLiteral(" · %1°").arg(error, 0, 'f', 1);
  }
  return text;
}

QVariant FrameListModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) {
    return {};
  }
  const std::size_t frame = rows_[index.row()];
  const auto problem = problems_.find(frame);
  switch (role) {
    case Qt::DisplayRole:
      return title(frame);
    case kSubtitleRole:
      return subtitle(frame);
    case kThumbnailRole:
      return thumbnails_.thumbnail(frame);
    case kFrameRole:
      return static_cast<qulonglong>(frame);
    case kProblemRole:
      return problem == problems_.end() ? QString() : problem->second;
    case Qt::AccessibleTextRole:
      return QStringLiteral("%1, %2").arg(title(frame), subtitle(frame));
    default:
      return {};
  }
}

}  // namespace alidade
