// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <vector>

#include <QDialog>

#include "app/gui/file_questions.h"
#include "app/gui/quantized_looker.h"
#include "core/studies/weight_histograms.h"
#include "views/base/job_runner.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace alidade {

class ElidedLabel;

/// The open dataset, as far as the dialog speaks of it.
struct LookedDataset {
  QString name;
  std::size_t frames = 0;
};

/// Asks which checkpoint is quantized and how: levels of each module, scales, ranges, and on how many frames
/// both networks estimate. Says what it comes to before it begins.
class QuantizeDialog : public QDialog {
  Q_OBJECT

 public:
  using Take = std::function<void(const LookOrder& order)>;

  /// `checkpoint` may be empty. `questions` stay for as long as the dialog.
  QuantizeDialog(const QString& checkpoint, const LookedDataset& dataset, const FileQuestions& questions,
                 Take take, QWidget* parent);

  /// As it stands in the fields.
  LookOrder order() const;
  /// What it comes to, or why it cannot be done.
  QString said() const;
  bool isReady() const;

  void accept() override;

 private:
  void buildFields(QFormLayout& form);
  QWidget* buildFile();
  void chooseFile();
  /// Looks at the checkpoint, on a thread.
  void look();
  void showModules();
  void setAll();
  void showCost();
  QString costText() const;

  const FileQuestions& questions_;
  Take take_;
  LookedDataset dataset_;
  ElidedLabel* file_;
  QComboBox* all_;    ///< levels for every module
  QWidget* modules_;  ///< a row for each of them
  QComboBox *scales_, *range_;
  QSpinBox* frames_;
  QLabel* cost_;
  QPushButton* start_ = nullptr;
  std::vector<ModuleSize> sizes_;
  std::vector<QComboBox*> levels_;  ///< of the modules
  QString problem_;                 ///< why the checkpoint cannot be quantized
  int looked_ = 0;
  JobRunner looking_;  ///< last, so that it ends first
};

}  // namespace alidade
