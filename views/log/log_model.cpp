// SPDX-License-Identifier: BSD-3-Clause
#include "views/log/log_model.h"

#include <mutex>

#include <QMetaObject>

namespace alidade {

QString levelName(LogLevel level) {
  switch (level) {
    case LogLevel::kWarning:
      return QStringLiteral("warning");
    case LogLevel::kError:
      return QStringLiteral("error");
    case LogLevel::kInfo:
      break;
  }
  return QStringLiteral("info");
}

/// Lines on their way from other threads. The model lets go of it when it is destroyed.
struct LogModel::Inbox {
  std::mutex mutex;
  std::vector<std::pair<LogEntry, QDateTime>> waiting;
  LogModel* model = nullptr;
};

LogModel::LogModel(QObject* parent) : QAbstractTableModel(parent), inbox_(std::make_shared<Inbox>()) {
  inbox_->model = this;
}

LogModel::~LogModel() {
  const std::lock_guard lock(inbox_->mutex);
  inbox_->model = nullptr;
}

std::function<void(const LogEntry&)> LogModel::sink() {
  return [inbox = inbox_](const LogEntry& entry) {
    const std::lock_guard lock(inbox->mutex);
    if (!inbox->model) {
      return;
    }
    inbox->waiting.emplace_back(entry, QDateTime::currentDateTime());
    if (inbox->waiting.size() == 1) {
      QMetaObject::invokeMethod(
          inbox->model, [model = inbox->model] { model->drain(); }, Qt::QueuedConnection);
    }
  };
}

void LogModel::drain() {
  std::vector<std::pair<LogEntry, QDateTime>> arrived;
  {
    const std::lock_guard lock(inbox_->mutex);
    arrived.swap(inbox_->waiting);
  }
  for (const auto& [entry, time] : arrived) {
    append(entry, time);
  }
}

void LogModel::append(const LogEntry& entry, const QDateTime& time) {
  if (entry.level == LogLevel::kError) {
    Q_EMIT errorCountChanged(++errors_);
  }
  if (!lines_.empty()) {
    Line& last = lines_.back();
    if (last.entry.level == entry.level && last.entry.source == entry.source &&
        last.entry.text == entry.text) {
      ++last.count;
      last.time = time;
      const int row = static_cast<int>(lines_.size()) - 1;
      Q_EMIT dataChanged(index(row, 0), index(row, kColumnCount - 1));
      return;
    }
  }
  if (lines_.size() == kMaxLines) {
    beginRemoveRows({}, 0, 0);
    lines_.pop_front();
    endRemoveRows();
  }
  const int row = static_cast<int>(lines_.size());
  beginInsertRows({}, row, row);
  lines_.push_back({time, entry});
  endInsertRows();
}

void LogModel::clear() {
  beginResetModel();
  lines_.clear();
  errors_ = 0;
  endResetModel();
  Q_EMIT errorCountChanged(0);
}

int LogModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(lines_.size());
}

int LogModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumnCount;
}

QVariant LogModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) {
    return {};
  }
  const Line& line = lines_[index.row()];
  if (role == kLevelRole) {
    return static_cast<int>(line.entry.level);
  }
  if (role != Qt::DisplayRole) {
    return {};
  }
  switch (index.column()) {
    case kTime:
      return line.time.toString(QStringLiteral("HH:mm:ss"));
    case kLevel:
      return levelName(line.entry.level);
    case kSource:
      return QString::fromStdString(line.entry.source);
    default:
      return QString::fromStdString(line.entry.text) +
             (line.count > 1 ? QStringLiteral("  (%1 times)").arg(line.count) : QString());
  }
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
    return {};
  }
  static const char* const kNames[] = {"time", "level", "source", "text"};
  return section >= 0 && section < kColumnCount ? QString::fromLatin1(kNames[section]) : QString();
}

QString LogModel::lineText(int row) const {
  QStringList cells;
  for (int column = 0; column < kColumnCount; ++column) {
    cells << data(index(row, column), Qt::DisplayRole).toString();
  }
  return cells.join(QLatin1Char(' '));
}

}  // namespace alidade
