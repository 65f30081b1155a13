// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include <QDialog>

#include "app/gui/contention_measurer.h"
#include "app/gui/file_questions.h"
#include "core/studies/contention.h"
#include "views/base/job_runner.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace alidade {

class ElidedLabel;

/// Asks what is to be measured: checkpoints, rows, how many batches, and into which file. Says what it comes
/// to before it begins.
class MeasureDialog : public QDialog {
  Q_OBJECT

 public:
  using Take = std::function<void(const MeasurementOrder& order)>;

  /// `dataset` is the name of the one that is open. `questions` stay for as long as the dialog.
  MeasureDialog(const std::vector<CheckpointPlace>& places, const QString& dataset,
                const FileQuestions& questions, Take take, QWidget* parent);

  /// As it stands in the fields.
  MeasurementOrder order() const;
  /// What the checkpoints are, or why they cannot be measured; what it comes to.
  QString said() const;
  /// They can be measured.
  bool isReady() const;

  void accept() override;

 private:
  void buildFields(QFormLayout& form, const std::vector<CheckpointPlace>& places, const QString& dataset);
  QWidget* buildFile();
  void chooseFolder();
  void chooseFile();
  /// Looks at the checkpoints, on a thread.
  void look();
  void showCost();

  const FileQuestions& questions_;
  Take take_;
  QComboBox* places_;
  QComboBox* rows_;
  QSpinBox *every_, *batches_, *batch_size_;
  QCheckBox *held_out_, *effects_;
  ElidedLabel* file_;
  QLabel* cost_;
  QPushButton* measure_ = nullptr;
  std::vector<SeriesCheckpoint> series_;
  QString problem_;  ///< why the series cannot be measured
  bool overwrite_ = false;
  bool file_chosen_ = false;
  int looked_ = 0;
  JobRunner looking_;  ///< last, so that it ends first
};

}  // namespace alidade
