// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QListWidget>
#include <QStyledItemDelegate>

#include "views/base/training_model.h"

namespace alidade {

/// Paints a run: check box, its line, its name, and below what is known of it.
class RunDelegate : public QStyledItemDelegate {
  Q_OBJECT

 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

/// The runs of the session, each with its line in the plots; the check box shows and hides it, Delete takes
/// the selected ones out.
class RunList : public QListWidget {
  Q_OBJECT

 public:
  enum Role { kPathRole = Qt::UserRole, kStyleRole, kDetailRole, kProblemRole };

  explicit RunList(TrainingModel& model, QWidget* parent = nullptr);
  QStringList selectedPaths() const;
  /// The runs of an arm carry the line that stands for it.
  void setByArm(bool by_arm);
  /// Hides the runs whose name and detail do not hold all words; emits searched.
  void setWords(const QStringList& words);

 Q_SIGNALS:
  void searched(int shown, int total);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void refresh();
  void fillRows();
  void fill(QListWidgetItem& item, const TrainingModel::Run& run, int style);
  void hideOthers();

  TrainingModel& model_;
  bool by_arm_ = false;
  QStringList words_;
};

/// A line per run, or per arm: what list and plots show.
std::vector<int> stylesOf(const std::vector<TrainingModel::Run>& runs, bool by_arm);

/// "seed 1 · step 650 of 3000"; what a list says of a run.
QString runDetail(const TrainingHistory& history);

}  // namespace alidade
