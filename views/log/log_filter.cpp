// SPDX-License-Identifier: BSD-3-Clause
#include "views/log/log_filter.h"

#include "views/log/log_model.h"

namespace alidade {

void LogFilter::setLevel(LogLevel at_least) {
  level_ = at_least;
  invalidateFilter();
}

void LogFilter::setSearch(const QString& text) {
  search_ = text.trimmed();
  invalidateFilter();
}

bool LogFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const auto cell = [&](int column) { return sourceModel()->index(row, column, parent); };
  if (cell(LogModel::kText).data(LogModel::kLevelRole).toInt() < static_cast<int>(level_)) {
    return false;
  }
  return search_.isEmpty() ||
         cell(LogModel::kText).data().toString().contains(search_, Qt::CaseInsensitive) ||
         cell(LogModel::kSource).data().toString().contains(search_, Qt::CaseInsensitive);
}

}  // namespace alidade
