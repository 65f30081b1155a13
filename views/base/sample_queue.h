// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <QObject>
#include <QString>

#include "core/session/selection.h"

namespace alidade {

/// An ordered list of objects to look at one after the other: "Worst 20 by rotation error". While it is
/// active, "next sample" and "previous sample" walk it instead of the dataset.
class SampleQueue : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// Replaces the queue and goes to its first entry; without entries the queue is left.
  void set(const QString& title, std::vector<Selection> entries);
  void clear();

  bool active() const { return !entries_.empty(); }
  const QString& title() const { return title_; }
  std::size_t size() const { return entries_.size(); }
  std::size_t position() const { return position_; }  ///< from 0
  const std::vector<Selection>& entries() const { return entries_; }
  /// The entry that the queue stands at.
  std::optional<Selection> current() const;
  /// Moves by `delta` entries and stops at both ends.
  void step(int delta);
  /// "Worst 20 by rotation error · 3 / 17"; empty when there is no queue.
  QString text() const;

 Q_SIGNALS:
  void changed();
  /// The queue stands at an entry, also at the same one once more: it shall be selected.
  void arrived(const Selection& entry);

 private:
  QString title_;
  std::vector<Selection> entries_;
  std::size_t position_ = 0;
};

}  // namespace alidade
