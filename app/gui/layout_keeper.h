// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>
#include <QTimer>

#include "app/gui/layouts.h"

namespace alidade {

/// Keeps the layout of each perspective. One that nobody changed is arranged as it is defined, for the
/// window's size; one that somebody changed is stored at that moment and always restored from what was
/// stored. Nothing is read back from a layout that the program itself has made: so nothing drifts, however
/// often one changes perspectives, sizes or sessions.
class LayoutKeeper : public QObject {
  Q_OBJECT

 public:
  /// `layouts`: perspective id -> what is kept of it, written here; outlives the keeper, as do the docks.
  LayoutKeeper(QMainWindow& window, const Docks& docks, QJsonObject& layouts);

  /// Arranges `perspective`, which outlives the keeper.
  void apply(const Perspective& perspective);
  /// Stores what has been changed since the perspective was applied; which tabs are in front always.
  void store();
  /// Forgets the changes of every perspective.
  void reset();
  /// Sizes the docks anew, for the window's present size, at the next turn of the event loop.
  void fitSoon() { fit_.start(); }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fit();
  bool narrow() const;
  QList<QRect> places() const;
  QJsonObject kept() const;
  void raise(const QJsonObject& layout);

  QMainWindow& window_;
  const Docks& docks_;
  QJsonObject& layouts_;
  const Perspective* perspective_ = nullptr;
  QTimer fit_;
  QString structure_;  ///< as it was applied
  QList<QRect> pressed_;
  bool moved_ = false;
  bool arranged_narrow_ = false;
};

}  // namespace alidade
