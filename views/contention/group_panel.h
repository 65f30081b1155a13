// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <QWidget>

#include "views/contention/contention_model.h"

class QGridLayout;
class QLabel;
class QSpinBox;

namespace alidade {

class ElidedLabel;
class GroupBoard;
class SessionModel;

/// What if a part were split into branches: who is in which, how well the groups agree with the gradients of
/// the shown epoch, what the branches cost, and the routing as text for a training.
class GroupPanel : public QWidget {
  Q_OBJECT

 public:
  explicit GroupPanel(SessionModel& session, QWidget* parent = nullptr);

  /// Takes what the model says now.
  void refresh();
  /// The value beside a name: "within", "between", "added parameters".
  QString fact(const QString& name) const;
  /// The routing for a recipe, as TOML.
  QString routing() const;
  void copyRouting() const;
  GroupBoard& board() const { return *board_; }

 Q_SIGNALS:
  /// One sentence: what cannot be done.
  void said(const QString& sentence);

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  /// What is split, of which history.
  struct Place {
    std::shared_ptr<const ContentionHistory> history;
    ContentionPart part;
    std::size_t epoch = 0;
  };

  QWidget* buildFill();
  QWidget* buildExport();
  std::optional<Place> place() const;
  void showFacts(const std::vector<std::pair<QString, QString>>& facts);
  void fillByDifficulty();
  void fillByGradients();
  void take(const ContentionHistory& history, const std::vector<int>& groups);
  void save();

  ContentionModel& model_;
  ElidedLabel* where_;
  QSpinBox* count_;
  GroupBoard* board_;
  QGridLayout* facts_;
  std::vector<std::pair<QLabel*, QLabel*>> fact_labels_;
};

}  // namespace alidade
