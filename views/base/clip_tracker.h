// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <QPaintEngineState>
#include <QPainterPath>

namespace alidade {

/// The clip of a paint engine, in device units, as the painter's changes of state make it.
class ClipTracker {
 public:
  void update(const QPaintEngineState& state);
  /// None while nothing is clipped.
  const std::optional<QPainterPath>& clip() const { return enabled_ ? clip_ : kNone; }

 private:
  void combine(Qt::ClipOperation operation, const QPainterPath& path);

  static const std::optional<QPainterPath> kNone;
  std::optional<QPainterPath> clip_;
  bool enabled_ = true;
};

}  // namespace alidade
