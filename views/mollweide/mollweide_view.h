// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QList>

#include "views/base/newest_answer.h"
#include "views/base/sampling_model.h"
#include "views/base/view.h"
#include "views/mollweide/mollweide_maker.h"

class QAction;
class QBoxLayout;
class QComboBox;
class QLabel;
class QSlider;
class QSpinBox;
class QStackedLayout;
class QToolButton;

namespace alidade {

class ColorMapAction;
class MarkedPanel;
class MollweideCanvas;
class StateCard;

/// The distribution of the selected instance's rotations, with its ground truth: the hypotheses of the shown
/// result, or the samples of the schedule laboratory's current column at the shared diffusion time.
class MollweideView : public View {
  Q_OBJECT

 public:
  enum Source { kResult, kLab };
  enum Drawn { kDots, kDensity };
  enum Maps { kOneMap, kOverTime, kOverSchedules, kSchedulesOverTime };

  explicit MollweideView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return "mollweide"; }
  QString title() const override { return "Mollweide"; }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  bool showsFigure() const override { return asked_.has_value(); }
  QString awaited() const override;
  QStringList companions() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions_; }

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void buildActions();
  QAction* addToggle(const QString& text, bool on);
  QWidget* buildBar();
  void arrangeBar();
  QWidget* buildPage();
  void connectParts();

  void refresh();
  void refreshResult();
  void refreshLab();
  void forget();
  MollweideWish wish() const;
  void wishSeveral(MollweideWish& wish) const;
  void redisplay();
  void makeAsked();
  void take(const MollweideMade& made);
  void showControls();
  void showCard();
  void showLabCard(const QString& problem);
  void showTime();
  void followMarks();
  void showBasins();
  void toggleTool(QToolButton* button, bool on);
  void updateWanted();
  void centerOnTruth();

  Source source() const;
  Maps maps() const;
  bool drawsDensity() const;
  std::size_t column() const;
  std::shared_ptr<const ObjectSamples> labSamples() const;
  MapDensityOptions densityOptions() const;
  QString columnName(std::size_t column) const;

  MollweideCanvas* canvas_;
  StateCard* card_;
  QStackedLayout* stack_;
  MarkedPanel* marked_panel_;
  QComboBox* source_;
  QComboBox* drawn_;
  QComboBox* maps_;
  QComboBox* kernel_;
  QComboBox* summary_;
  QSpinBox* states_;
  QToolButton* lasso_;
  QToolButton* object_;
  QToolButton* reset_;
  QBoxLayout* bar_ = nullptr;
  QWidget* time_row_ = nullptr;
  QSlider* time_;
  QLabel* time_text_;
  QList<QAction*> actions_;
  ColorMapAction* colors_ = nullptr;
  QAction* hsv_ = nullptr;
  QAction* genpose_ = nullptr;
  QAction* equivalents_ = nullptr;
  QAction* fine_ = nullptr;

  RotationMapStyle style_;  ///< the two display rotations; the rest comes from the actions
  /// What `shown_` was made of.
  struct Shown {
    std::shared_ptr<const void> of;
    std::shared_ptr<const Frame> frame;  ///< of a result: whose truth
    std::size_t place = 0;               ///< the state, or the frame of a result
    int instance = 0;
    std::string caption;
    bool operator==(const Shown&) const = default;
  };
  Shown shown_of_;
  std::shared_ptr<const MollweideData> shown_;     ///< before style, density and marks; null: a card
  std::shared_ptr<const ObjectSamples> followed_;  ///< what the list of marks belongs to
  std::vector<int> followed_marks_;
  QString card_action_;

  std::shared_ptr<MollweideMaker> maker_ = std::make_shared<MollweideMaker>();
  std::optional<MollweideWish> asked_;  ///< what is shown, or on its way
  MollweideMade made_;                  ///< what is shown
  NewestAnswer* answer_;
};

}  // namespace alidade
