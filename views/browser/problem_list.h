// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>

#include <QWidget>

#include "core/data/dataset.h"

class QListWidget;
class QToolButton;

namespace alidade {

/// Foot of the browser: "2 problems · …" in amber; a click opens the list, a click in the list shows the
/// frame.
class ProblemList : public QWidget {
  Q_OBJECT

 public:
  explicit ProblemList(QWidget* parent = nullptr);

  /// Hidden when the dataset is null or whole.
  void setDataset(const std::shared_ptr<const Dataset>& dataset);
  QString summary() const;
  bool isOpen() const;
  void setOpen(bool open);

 Q_SIGNALS:
  void frameChosen(quint64 frame);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void fill(const std::vector<DatasetProblem>& problems);
  void updateSummary();

  QString summary_;
  QToolButton* toggle_;
  QListWidget* list_;
};

}  // namespace alidade
