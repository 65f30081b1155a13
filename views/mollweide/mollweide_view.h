// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <QList>
#include <QPointF>

#include "views/base/view.h"
#include "views/mollweide/mollweide_figure.h"

class QAction;
class QStackedLayout;

namespace alidade {

class MollweideCanvas;
class StateCard;

/// The distribution of the selected instance's rotation hypotheses, with its ground truth.
class MollweideView : public View {
  Q_OBJECT

 public:
  explicit MollweideView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return "mollweide"; }
  QString title() const override { return "Mollweide"; }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions_; }

 private:
  void buildActions();
  void refresh();
  void showCard();
  void applySettings(MollweideData& shown) const;
  void redisplay();
  void centerOnTruth();

  MollweideCanvas* canvas_;
  StateCard* card_;
  QStackedLayout* stack_;
  QList<QAction*> actions_;
  QAction* hsv_ = nullptr;
  QAction* genpose_ = nullptr;
  QAction* equivalents_ = nullptr;
  std::shared_ptr<const MollweideFigure> figure_;
  QString card_action_;
  Eigen::Matrix3d canonical_ = Eigen::Matrix3d::Identity();
  Eigen::Matrix3d camera_side_ = Eigen::Matrix3d::Identity();
};

}  // namespace alidade
