// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QStringList>
#include <QWidget>

class QAbstractScrollArea;
class QLabel;
class QTableView;

namespace alidade {

class RowFilter;
class SearchField;

/// The line above a table that hides rows without all of its words. Ctrl+F brings it, with what was typed
/// before; Esc, or its cross, clears it and gives the keyboard back to the table. Beside the words stands how
/// many rows are left, and over a table without any a sentence that says so.
class TableSearch : public QWidget {
  Q_OBJECT

 public:
  /// `name` says what is searched: "Search the runs". Who owns the rows listens to wordsChanged and says with
  /// setCount what is left of them.
  TableSearch(const QString& name, QAbstractScrollArea& searched, QWidget* parent = nullptr);
  /// Searches the rows of a filter that the table shows; columns that the table hides do not count.
  TableSearch(const QString& name, QTableView& table, RowFilter& rows, QWidget* parent = nullptr);

  SearchField& field() const { return *field_; }
  QAbstractScrollArea& searched() const { return searched_; }
  QStringList words() const;
  /// Opens the line with this text, at most 200 characters of it; an empty one closes it.
  void setText(const QString& text);
  QString text() const;
  void setCount(int shown, int total);

 Q_SIGNALS:
  void wordsChanged(const QStringList& words);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void leave();
  void placeSentence();

  QAbstractScrollArea& searched_;
  SearchField* field_;
  QLabel* count_;
  QLabel* sentence_;  ///< over the table
};

/// A column of the search line and what it searches.
QWidget* withSearch(TableSearch* search);

/// What Ctrl+F opens in a view: the line of the table that has the keyboard (`focus`, may be null), else that
/// of the uppermost one in sight, else a search field that stands there. Null when nothing can be searched.
SearchField* searchFieldIn(const QWidget& view, const QWidget* focus);

}  // namespace alidade
