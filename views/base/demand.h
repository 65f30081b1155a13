// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>

#include <QObject>

class QWidget;

namespace alidade {

/// "Compute this while I am visible": what views say to a model, and what those who compute for it listen to.
class Demand : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// `viewer` wants numbers whenever it is visible, or watched elsewhere (View::setWatched), until it dies;
  /// it is not `interested` while it shows something else.
  void follow(QWidget* viewer, bool interested = true);
  /// Somebody who is interested is visible. Nothing is computed while nobody is.
  bool wanted() const { return wanted_; }

 Q_SIGNALS:
  void changed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  struct Viewer {
    bool visible = false, watched = false, interested = true;
  };

  void update();

  std::map<const QObject*, Viewer> viewers_;
  bool wanted_ = false;
};

}  // namespace alidade
