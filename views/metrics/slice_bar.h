// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <QWidget>

#include "core/evaluation/slices/slice.h"

class QAction;
class QLabel;
class QLineEdit;
class QMenu;
class QStringListModel;
class QToolButton;

namespace alidade {

/// Where slices are written, listed and taken away: a field with suggestions, a menu of where else a slice
/// comes from, and the list of those that are there.
class SliceBar : public QWidget {
  Q_OBJECT

 public:
  static constexpr std::size_t kMostSlices = 40;

  explicit SliceBar(QWidget* parent = nullptr);

  const std::vector<Slice>& slices() const { return slices_; }
  /// Emits nothing.
  void setSlices(std::vector<Slice> slices);
  /// Classes to suggest.
  void setCategories(const std::vector<std::string>& categories);
  /// Adds a slice, or says below the field why not. `name` empty: as the expression says.
  bool add(const QString& text, const QString& name = {});
  /// An entry of the menu "From"; it is the caller's to enable it.
  QAction* addSource(const QString& text, const QString& tip);
  void say(const QString& sentence);

 Q_SIGNALS:
  void slicesChanged();
  void aboutToAsk();  ///< the menu "From" opens: its entries should be enabled as they can be used

 private:
  void refreshList();
  void remove(std::size_t index);

  std::vector<Slice> slices_;
  QLineEdit* field_;
  QStringListModel* suggestions_;
  QToolButton* from_;
  QMenu* from_menu_;
  QToolButton* list_;
  QMenu* list_menu_;
  QLabel* message_;
};

}  // namespace alidade
