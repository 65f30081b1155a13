// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

#include "app/gui/perspectives.h"

namespace alidade {

class View;

/// The view that commands mean: the last one that had the keyboard or was clicked, as long as it is seen. Its
/// title bar is marked.
class ActiveView : public QObject {
  Q_OBJECT

 public:
  /// `docks` outlive it; the dock `passive` never becomes active.
  ActiveView(const Docks& docks, QString passive, QObject* parent);

  /// The id of the active view; empty when none is seen.
  const QString& id() const { return id_; }
  /// Null before the view is made, or when none is seen.
  View* view() const;
  /// The id of the view that an export means: the active one, or, when that has nothing to export, the one
  /// that was active before and has; else the largest on screen that has. The active one when none has.
  QString exportable() const;
  void activate(const QString& id);
  /// After other docks came to the front: the active view is one that is seen, the largest one where the
  /// last one is not.
  void settle();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void follow(QWidget* widget);
  bool seen(const QString& id) const;
  /// Of those that are seen and, if asked, have something to export; empty for none.
  QString largest(bool exportable) const;

  const Docks& docks_;
  QString passive_;
  QString id_;
  QStringList before_;  ///< newest first
};

}  // namespace alidade
