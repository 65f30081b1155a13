// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <vector>

#include <QSortFilterProxyModel>
#include <QStringList>

namespace alidade {

/// Whether a text holds every word, in any order and without regard to case. No words are in every text.
bool holdsAllWords(const QString& text, const QStringList& words);

/// The rows of a flat table whose texts hold all words of a search; sorts as its base does.
class RowFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

  void setSourceModel(QAbstractItemModel* model) override;
  /// Columns whose texts are not looked at, because nobody sees them.
  void setHidden(std::function<bool(int column)> hidden) { hidden_ = std::move(hidden); }
  void setWords(const QStringList& words);
  const QStringList& words() const { return words_; }
  /// Rows without the search.
  int totalRows() const { return sourceModel() ? sourceModel()->rowCount() : 0; }

 Q_SIGNALS:
  /// Around a change of words: current row and selection move although nobody chose. Above 2,000 rows the
  /// model is reset, for views to be told of every gap would take seconds.
  void aboutToFilter();
  void filtered();
  void totalChanged();

 protected:
  bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  void lookAtColumns();

  QStringList words_;
  std::function<bool(int)> hidden_;
  std::vector<int> columns_;            ///< that are looked at
  mutable std::vector<QString> texts_;  ///< of the rows, as far as they were asked for; null = not yet
  std::vector<QMetaObject::Connection> watched_;
};

}  // namespace alidade
