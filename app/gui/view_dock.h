// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QDockWidget>

class QLabel;
class QToolButton;

namespace alidade {

class ElidedLabel;
class View;

/// Title bar of a dock: name, muted context, and at the right export, dock or float, menu.
class DockTitle : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kHeight = 30;

  explicit DockTitle(QDockWidget* dock);

  /// Adds a button that closes the dock.
  void addClose();
  void setContext(const QString& text);
  void setExportable(bool exportable);
  /// The docks that share this place as tabs, this one among them: each is a button; one alone is just the
  /// name.
  void setTabs(const QList<QDockWidget*>& docks);
  QString contextText() const;
  /// Marks the view that commands mean.
  void setActive(bool active);
  bool isActive() const { return active_; }

  QSize sizeHint() const override { return {120, kHeight}; }
  QSize minimumSizeHint() const override { return {80, kHeight}; }

 Q_SIGNALS:
  void exportRequested();
  void menuRequested(const QPoint& global);
  /// One of the names beside the title was clicked.
  void tabChosen(QDockWidget* dock);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  QToolButton* button(const QString& icon, const QString& tip);

  QDockWidget* dock_;
  QLabel* name_;
  QWidget* tabs_before_;
  QWidget* tabs_after_;
  ElidedLabel* context_;
  QToolButton* export_;
  QToolButton* float_;
  QToolButton* menu_;
  bool active_ = false;
};

/// A dock that holds one view. The view may come later than the dock, so that the window opens before the
/// heavy views exist.
class ViewDock : public QDockWidget {
  Q_OBJECT

 public:
  ViewDock(const QString& id, const QString& title, QWidget* window);

  /// Its id in the window: that of the view, or "image.2" of a further one.
  const QString& viewId() const { return id_; }
  /// Offers another view of this kind by this text in the menu of the title bar.
  void offerAnother(const QString& text) { another_ = text; }
  /// Closing it is the end of its view, which closed() tells.
  void setFurther();
  void setView(View* view);
  /// Null until setView.
  View* view() const { return view_; }
  DockTitle& titleBar() const { return *title_; }
  void updateTitle();

 Q_SIGNALS:
  void exportRequested(const QString& view_id);
  void copyRequested(const QString& view_id);
  void actionRequested(const QString& action_id);
  void anotherRequested(const QString& view_id);
  void closed(const QString& view_id);

 protected:
  void closeEvent(QCloseEvent* event) override;

 private:
  void showMenu(const QPoint& global);

  QString id_;
  View* view_ = nullptr;
  DockTitle* title_;
  QWidget* frame_;
  QString another_;
  bool further_ = false;
};

}  // namespace alidade
