// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/row_filter.h"

#include <algorithm>

#include <QSignalBlocker>

namespace alidade {
namespace {

constexpr int kManyRows = 2000;

}  // namespace

bool holdsAllWords(const QString& text, const QStringList& words) {
  return std::all_of(words.begin(), words.end(),
                     [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

/// The texts are forgotten before the base looks at what has changed: its connections come later.
void RowFilter::setSourceModel(QAbstractItemModel* model) {
  for (const QMetaObject::Connection& watched : watched_) {
    disconnect(watched);
  }
  watched_.clear();
  texts_.clear();
  if (model != nullptr) {
    const auto forget = [this] { texts_.clear(); };
    const auto count = [this] {
      texts_.clear();
      Q_EMIT totalChanged();
    };
    const auto begin = [this] {
      texts_.clear();
      lookAtColumns();
    };
    watched_ = {connect(model, &QAbstractItemModel::modelReset, this, begin),
                connect(model, &QAbstractItemModel::dataChanged, this, forget),
                connect(model, &QAbstractItemModel::rowsInserted, this, count),
                connect(model, &QAbstractItemModel::rowsRemoved, this, count),
                connect(model, &QAbstractItemModel::layoutChanged, this, forget)};
  }
  QSortFilterProxyModel::setSourceModel(model);
}

void RowFilter::setWords(const QStringList& words) {
  if (words == words_) {
    return;
  }
  Q_EMIT aboutToFilter();
  words_ = words;
  lookAtColumns();
  if (totalRows() <= kManyRows) {
    invalidateFilter();
  } else {
    beginResetModel();
    {
      const QSignalBlocker quiet(this);
      invalidate();
    }
    endResetModel();
  }
  Q_EMIT filtered();
}

/// Which columns are seen may have changed since the texts were taken.
void RowFilter::lookAtColumns() {
  std::vector<int> seen;
  for (int column = 0; sourceModel() != nullptr && column < sourceModel()->columnCount(); ++column) {
    if (!hidden_ || !hidden_(column)) {
      seen.push_back(column);
    }
  }
  if (seen != columns_) {
    columns_ = std::move(seen);
    texts_.clear();
  }
}

bool RowFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  if (words_.isEmpty()) {
    return true;
  }
  const QAbstractItemModel& model = *sourceModel();
  texts_.resize(static_cast<std::size_t>(model.rowCount(parent)));
  QString& text = texts_[static_cast<std::size_t>(row)];
  if (text.isNull()) {
    text = QLatin1String("");
    for (const int column : columns_) {
      // A line each: words have no line breaks, so that none is found across two cells.
      text += model.index(row, column, parent).data().toString() + QLatin1Char('\n');
    }
  }
  return holdsAllWords(text, words_);
}

}  // namespace alidade
