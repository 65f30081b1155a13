// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QJsonObject>
#include <QString>
#include <QWidget>

namespace alidade {

class Figure;
class SessionModel;

/// Text from data as a tool tip, which would otherwise take what looks like markup as markup. Lines stay as
/// they are.
QString plainToolTip(const QString& text);
/// The same for sentences: long lines are wrapped.
QString wrappedToolTip(const QString& text);

/// How much of the selection a view shows: what its figures must name, and what they wait for.
enum class ViewSubject {
  kNothing,  ///< evidence that belongs to no dataset
  kDataset,  ///< all of the dataset
  kFrame,    ///< the selected frame
  kObject    ///< the selected object of the frame
};

/// A view: a widget that shows one thing of the session. The dock around it draws title, context, the export
/// button and the menu.
class View : public QWidget {
  Q_OBJECT

 public:
  explicit View(SessionModel& session, QWidget* parent = nullptr);

  virtual QString id() const = 0;     ///< "mollweide": stable, used in layouts and recipes
  virtual QString title() const = 0;  ///< "Mollweide"
  /// Muted text beside the title: "mug 3 · K = 50"; emit contextChanged when it changes.
  virtual QString context() const { return {}; }
  /// What is shown now as a figure for export, complete and current: what is still on its way is waited for
  /// or computed here. Null when the view is empty.
  virtual std::shared_ptr<const Figure> figure() const { return nullptr; }
  /// There is a figure, at no cost.
  virtual bool showsFigure() const { return figure() != nullptr; }
  virtual ViewSubject subject() const { return ViewSubject::kObject; }
  /// Why figure() does not show yet what is selected ("The frame is still being read."); empty when it does.
  virtual QString awaited() const;
  /// Views, by id, whose state this one's picture depends on too.
  virtual QStringList companions() const { return {}; }
  /// Somebody shows this view's figure elsewhere: what it needs is computed although nobody sees the view.
  void setWatched(bool watched);
  bool watched() const { return watched_; }
  /// Its picture is seen, here or where it is watched.
  bool isSeen() const { return isVisible() || watched_; }
  virtual QJsonObject saveState() const { return {}; }
  virtual void restoreState(const QJsonObject&) {}
  /// Actions for the view's menu and the command palette; owned by the view.
  virtual QList<QAction*> viewActions() const { return {}; }

  SessionModel& session() const { return session_; }

 Q_SIGNALS:
  void contextChanged();
  void watchedChanged(bool watched);
  /// Ask the window to run an action by id ("open-dataset", "infer", "try-sample"): for the buttons of empty
  /// states.
  void actionRequested(const QString& action_id);

 private:
  SessionModel& session_;
  bool watched_ = false;
};

}  // namespace alidade
