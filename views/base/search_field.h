// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QLineEdit>

class QSortFilterProxyModel;

namespace alidade {

/// The one line in which a view is searched. Ctrl+F goes to that of the active view: the window finds it
/// among the view's children. Esc empties it, and once more gives the keyboard back to the view.
class SearchField : public QLineEdit {
  Q_OBJECT

 public:
  /// `name` says what is searched: tip, name for a screen reader and, with an ellipsis, what stands in the
  /// empty line.
  explicit SearchField(const QString& name, QWidget* parent = nullptr);

  /// Rows of `rows` that hold the text in any column stay, without regard to case.
  void filter(QSortFilterProxyModel* rows);
  /// Takes the keyboard, with what stands there chosen.
  void open();

 Q_SIGNALS:
  void aboutToOpen();

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
};

}  // namespace alidade
