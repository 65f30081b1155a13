// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/sample_queue.h"

#include <algorithm>

namespace alidade {

void SampleQueue::set(const QString& title, std::vector<Selection> entries) {
  if (entries.empty()) {
    clear();
    return;
  }
  title_ = title;
  entries_ = std::move(entries);
  position_ = 0;
  Q_EMIT changed();
  Q_EMIT arrived(entries_.front());
}

void SampleQueue::clear() {
  if (active()) {
    title_.clear();
    entries_.clear();
    position_ = 0;
    Q_EMIT changed();
  }
}

std::optional<Selection> SampleQueue::current() const {
  return active() ? std::optional(entries_[position_]) : std::nullopt;
}

void SampleQueue::step(int delta) {
  if (!active()) {
    return;
  }
  const auto last = static_cast<std::ptrdiff_t>(entries_.size()) - 1;
  const auto next = static_cast<std::ptrdiff_t>(position_) + delta;
  position_ = static_cast<std::size_t>(std::clamp(next, std::ptrdiff_t{0}, last));
  Q_EMIT changed();
  Q_EMIT arrived(entries_[position_]);
}

QString SampleQueue::text() const {
  return active() ? QStringLiteral("%1 · %2 / %3").arg(title_).arg(position_ + 1).arg(entries_.size())
                  : QString();
}

}  // namespace alidade
