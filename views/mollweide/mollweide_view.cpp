// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_view.h"

#include <algorithm>
#include <array>

#include <QAction>
#include <QJsonArray>
#include <QStackedLayout>

#include "core/geometry/rotation.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/mollweide/mollweide_canvas.h"

namespace alidade {
namespace {

const Instance* truthOf(const Frame* frame, int instance) {
  if (!frame) {
    return nullptr;
  }
  const auto found = std::find_if(frame->instances.begin(), frame->instances.end(),
                                  [instance](const Instance& i) { return i.index == instance; });
  return found == frame->instances.end() ? nullptr : &*found;
}

QJsonArray toArray(const Eigen::Matrix3d& R) {
  QJsonArray quaternion;
  for (const double value : quat_wxyz_from_rotation(R)) {
    quaternion.append(value);
  }
  return quaternion;
}

Eigen::Matrix3d fromArray(const QJsonArray& quaternion) {
  std::array<double, 4> q{1.0, 0.0, 0.0, 0.0};
  double length = 0.0;
  for (int i = 0; i < 4 && quaternion.size() == 4; ++i) {
    q[i] = quaternion[i].toDouble();
    length += q[i] * q[i];
  }
  return length > 0.25 && length < 4.0 ? rotation_from_quat_wxyz(q) : Eigen::Matrix3d::Identity();
}

}  // namespace

MollweideView::MollweideView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      canvas_(new MollweideCanvas(this)),
      card_(new StateCard(this)),
      stack_(new QStackedLayout(this)) {
  stack_->addWidget(canvas_);
  stack_->addWidget(card_);
  buildActions();
  connect(card_, &StateCard::triggered, this, [this] { Q_EMIT actionRequested(card_action_); });
  connect(canvas_, &MollweideCanvas::doubleClicked, this, &MollweideView::centerOnTruth);
  connect(canvas_, &MollweideCanvas::turned, this,
          [this](const Eigen::Vector2d& from, const Eigen::Vector2d& to) {
            MollweideData shown = figure_->source();
            turnGlobe(shown, from, to);
            canonical_ = shown.canonical;
            camera_side_ = shown.camera_side;
            redisplay();
          });
  for (const auto signal : {&SessionModel::datasetChanged, &SessionModel::selectionChanged,
                            &SessionModel::frameChanged, &SessionModel::resultsChanged}) {
    connect(&session, signal, this, &MollweideView::refresh);
  }
  refresh();
}

void MollweideView::buildActions() {
  const auto toggle = [this](const QString& text, bool on) {
    auto* action = new QAction(text, this);
    action->setCheckable(true);
    action->setChecked(on);
    connect(action, &QAction::toggled, this, &MollweideView::redisplay);
    actions_.append(action);
    return action;
  };
  hsv_ = toggle("Tilt colors as published (HSV)", false);
  genpose_ = toggle("GenPose convention (Euler Z-X-Y)", false);
  equivalents_ = toggle("Ground-truth equivalents", true);
  auto* center = new QAction("Center on the ground truth", this);
  connect(center, &QAction::triggered, this, &MollweideView::centerOnTruth);
  auto* reset = new QAction("Reset the canonical rotation", this);
  connect(reset, &QAction::triggered, this, [this] {
    canonical_ = camera_side_ = Eigen::Matrix3d::Identity();
    redisplay();
  });
  actions_ << center << reset;
}

QString MollweideView::context() const {
  return figure_ ? QString::fromStdString(figure_->source().context) : QString();
}

std::shared_ptr<const Figure> MollweideView::figure() const {
  return figure_;
}

void MollweideView::applySettings(MollweideData& shown) const {
  shown.hue = hsv_->isChecked() ? CyclicMap::kHsv : CyclicMap::kUniform;
  shown.convention = genpose_->isChecked() ? SphereConvention::kGenPose : SphereConvention::kImplicitPdf;
  shown.show_equivalents = equivalents_->isChecked();
  shown.canonical = canonical_;
  shown.camera_side = camera_side_;
}

void MollweideView::redisplay() {
  if (!figure_) {
    return;
  }
  MollweideData shown = figure_->source();
  applySettings(shown);
  figure_ = std::make_shared<MollweideFigure>(std::move(shown));
  canvas_->setFigure(figure_);
}

void MollweideView::refresh() {
  const auto result = session().shownResult();
  const auto frame = session().frame();
  const Selection& selection = session().selection();
  const bool chosen = selection.frame && selection.instance;
  const PoseEstimate* estimate =
      result && chosen ? result->find(*selection.frame, *selection.instance) : nullptr;
  if (estimate && !frame && session().frameProblem().isEmpty() && figure_) {
    canvas_->setDimmed(true);  // the truth comes with the frame; until then the old picture stays, faint
    return;
  }
  canvas_->setDimmed(false);
  if (!estimate) {
    figure_.reset();
    showCard();
  } else {
    MollweideData shown =
        mollweideData(*estimate, truthOf(frame.get(), *selection.instance), result->provenance);
    applySettings(shown);
    figure_ = std::make_shared<MollweideFigure>(std::move(shown));
    canvas_->setFigure(figure_);
    stack_->setCurrentWidget(canvas_);
  }
  Q_EMIT contextChanged();
}

void MollweideView::showCard() {
  if (!session().dataset()) {
    card_action_ = "try-sample";
    card_->setContent("mollweide", "Open a dataset to see how rotation estimates are distributed.",
                      "Try the sample");
  } else if (!session().shownResult()) {
    card_action_ = "infer";
    card_->setContent("mollweide", "Estimate poses to see how the rotation samples are distributed.",
                      "Estimate poses");
  } else {
    card_action_.clear();
    card_->setContent("mollweide", session().selection().instance
                                       ? "The result has no estimate for this object."
                                       : "Select an object to see its rotation samples.");
  }
  stack_->setCurrentWidget(card_);
}

void MollweideView::centerOnTruth() {
  if (!figure_) {
    return;
  }
  MollweideData shown = figure_->source();
  if (!shown.equivalents.empty()) {
    centerOn(shown, shown.equivalents.front());
  } else if (!shown.orbits.empty()) {
    centerOn(shown, shown.orbits.front().front());
  } else {
    shown.canonical = shown.camera_side = Eigen::Matrix3d::Identity();
  }
  canonical_ = shown.canonical;
  camera_side_ = shown.camera_side;
  redisplay();
}

QJsonObject MollweideView::saveState() const {
  return {{"hsv", hsv_->isChecked()},
          {"genpose", genpose_->isChecked()},
          {"equivalents", equivalents_->isChecked()},
          {"canonical_rotation", toArray(canonical_)},
          {"camera_rotation", toArray(camera_side_)}};
}

void MollweideView::restoreState(const QJsonObject& state) {
  hsv_->setChecked(state.value("hsv").toBool(false));
  genpose_->setChecked(state.value("genpose").toBool(false));
  equivalents_->setChecked(state.value("equivalents").toBool(true));
  canonical_ = fromArray(state.value("canonical_rotation").toArray());
  camera_side_ = fromArray(state.value("camera_rotation").toArray());
  redisplay();
}

}  // namespace alidade
