// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <vector>

#include <QString>

#include "views/base/evidence_model.h"

namespace alidade {

/// The frames that pass the browser's filter, for whoever works on them alone.
class FrameFilterModel : public EvidenceModel {
  Q_OBJECT

 public:
  using EvidenceModel::EvidenceModel;

  /// `text` is the filter as it was written, `frames` are the indices that pass it, rising. An empty text: no
  /// filter.
  void set(const QString& text, std::vector<std::size_t> frames);
  bool active() const { return !text_.isEmpty(); }
  const QString& text() const { return text_; }
  const std::vector<std::size_t>& frames() const { return frames_; }

 Q_SIGNALS:
  void changed();

 private:
  QString text_;
  std::vector<std::size_t> frames_;
};

}  // namespace alidade
