// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QSortFilterProxyModel>

#include "core/base/log.h"

namespace alidade {

/// Lines of at least a level whose source or text contains the words searched for.
class LogFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

  void setLevel(LogLevel at_least);
  void setSearch(const QString& text);

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  LogLevel level_ = LogLevel::kInfo;
  QString search_;
};

}  // namespace alidade
