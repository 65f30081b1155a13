// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include "views/base/newest_answer.h"
#include "views/base/sampling_model.h"
#include "views/base/view.h"
#include "views/schedule_lab/columns_figure.h"
#include "views/schedule_lab/errors_figure.h"

class QComboBox;
class QLabel;
class QSpinBox;
class QStackedWidget;

namespace alidade {

class FigureCanvas;
class SchedulePanel;
class StateCard;
class TimeBar;

/// The schedule lab: up to four columns sample the selected object from the same noise, each with its own
/// guidance curve and sampler; one slider moves them all through the sampling.
class ScheduleLabView : public View {
  Q_OBJECT

 public:
  explicit ScheduleLabView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return QStringLiteral("schedule-lab"); }
  QString title() const override { return tr("Schedule lab"); }
  QString context() const override;
  /// The columns, or the error curves when the menu says so.
  std::shared_ptr<const Figure> figure() const override;
  bool showsFigure() const override;
  QString awaited() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions_; }

  const std::vector<SamplerOptions>& columns() const { return model_.request().columns; }
  std::size_t current() const { return std::min(model_.shownColumn(), columns().size() - 1); }
  /// Reads or writes the current column's schedule; says in the panel what is wrong with a file.
  bool loadSchedule(const QString& path);
  bool saveSchedule(const QString& path);

 private:
  void buildActions();
  QWidget* buildStrip();
  QWidget* buildPage();
  void connectParts();
  void connectModel();

  void addColumn();
  void removeColumn();
  void swapFirstTwo();
  /// Asks for samples with the request as `change` leaves it.
  void edit(const std::function<void(SamplingRequest&)>& change);
  /// What the strip says: the request's shared numbers, and how the sampling stands.
  void showRequest();
  void showState();
  void takeAnswers();
  void showTimes();
  void showCard();
  void redisplay();
  ShownColumn shown(std::size_t column) const;
  /// Asks for the measures of what is shown and fills in the last answers.
  void measure(std::vector<ShownColumn>& columns);
  /// Makes and shows the figures of the columns, unless they would look like those that are shown.
  void showFigures(std::vector<ShownColumn> all, std::optional<double> cursor);
  void showColumns(std::vector<ShownColumn> columns);
  void takeColumns(std::shared_ptr<const ColumnsFigure> figure);

  SamplingModel& model_;  ///< owns the schedules
  QStackedWidget* stack_;
  StateCard* card_;
  QString card_action_;
  QComboBox* field_;
  QComboBox* start_;
  QSpinBox* count_;
  QSpinBox* seed_;
  QLabel* state_;
  SchedulePanel* panel_;
  FigureCanvas* maps_;
  FigureCanvas* curves_;
  TimeBar* time_;
  QAction* export_curves_ = nullptr;
  QList<QAction*> actions_;
  std::vector<ShownColumn> shown_;  ///< what the figures were made of
  std::optional<double> cursor_;
  std::vector<ShownColumn> asked_;  ///< what the newest figure of columns is made of, shown or on its way
  std::vector<int> asked_marks_;
  NewestAnswer* answer_;
  std::shared_ptr<const ColumnsFigure> columns_figure_;
  std::shared_ptr<const ErrorsFigure> errors_figure_;
};

}  // namespace alidade
