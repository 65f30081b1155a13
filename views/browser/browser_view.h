// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "views/base/view.h"

class QLabel;
class QListView;
class QStackedLayout;

namespace alidade {

class FrameBar;
class FrameListModel;
class ProblemList;
class SearchField;
class StateCard;

/// The frames of the open dataset with thumbnails, filter and the list of problems.
class BrowserView : public View {
  Q_OBJECT

 public:
  explicit BrowserView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("browser"); }
  QString title() const override { return tr("Datasets"); }
  QString context() const override;
  QList<QAction*> viewActions() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;

  /// Shows why a dataset could not be opened, above the frames of the one that is still open, until one
  /// opens.
  void showError(const QString& sentence);
  void setFilterText(const QString& text);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void buildPage();
  void applyDataset();
  void applyFilter();
  void applySelection();
  void updateField();
  void shareFilter();
  void styleError();

  FrameListModel* frames_;
  SearchField* filter_;
  QLabel* matches_;
  QLabel* error_;
  QListView* list_;
  QLabel* none_;
  FrameBar* bar_;
  ProblemList* problems_;
  StateCard* empty_;
  QWidget* page_;
  QStackedLayout* pages_;
  QAction* focus_filter_;
  QAction* clear_filter_;
  QAction* play_frames_;
  bool following_ = false;  ///< the list is being moved to the session's selection
};

}  // namespace alidade
