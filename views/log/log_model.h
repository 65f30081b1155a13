// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <QAbstractTableModel>
#include <QDateTime>

#include "core/base/log.h"

namespace alidade {

/// The lines of the log, newest last, at most kMaxLines. A line that repeats the one before it raises its
/// counter instead.
class LogModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { kTime, kLevel, kSource, kText, kColumnCount };
  static constexpr int kMaxLines = 10000;
  static constexpr int kLevelRole = Qt::UserRole + 1;  ///< int of LogLevel

  explicit LogModel(QObject* parent = nullptr);
  ~LogModel() override;

  /// A sink for set_log_sink: callable from any thread, also after this model is gone (lines are dropped
  /// then).
  std::function<void(const LogEntry&)> sink();
  /// Adds one line; GUI thread only.
  void append(const LogEntry& entry, const QDateTime& time);
  void clear();

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  /// "12:31:07 error bop text (3 times)".
  QString lineText(int row) const;
  int errorCount() const { return errors_; }

 Q_SIGNALS:
  void errorCountChanged(int count);

 private:
  struct Line {
    QDateTime time;
    LogEntry entry;
    int count = 1;
  };
  struct Inbox;

  void drain();

  std::deque<Line> lines_;
  std::shared_ptr<Inbox> inbox_;
  int errors_ = 0;
};

/// "info", "warning", "error".
QString levelName(LogLevel level);

}  // namespace alidade
