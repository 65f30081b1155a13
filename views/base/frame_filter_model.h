// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <QString>

#include "views/base/evidence_model.h"

namespace alidade {

/// The frames that the browser's filter leaves, for views that work on some frames only.
class FrameFilterModel : public EvidenceModel {
  Q_OBJECT

 public:
  using EvidenceModel::EvidenceModel;

  /// The filter as it was typed; empty = every frame.
  const QString& text() const { return text_; }
  /// Indices in the dataset, rising; empty without a filter.
  const std::vector<std::uint32_t>& frames() const { return frames_; }

  void setFilter(const QString& text, std::vector<std::uint32_t> frames) {
    text_ = text;
    frames_ = std::move(frames);
    Q_EMIT filterChanged();
  }

 Q_SIGNALS:
  void filterChanged();

 private:
  QString text_;
  std::vector<std::uint32_t> frames_;
};

}  // namespace alidade
