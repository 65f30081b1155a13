// SPDX-License-Identifier: BSD-3-Clause
#include "views/mollweide/mollweide_view.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QAction>
#include <QComboBox>
#include <QJsonArray>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStackedLayout>
#include <QToolButton>

#include "core/base/constants.h"
#include "core/evaluation/errors/pose_summary.h"
#include "core/geometry/rotation.h"
#include "views/base/color_map_action.h"
#include "views/base/plot.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/mollweide/marked_panel.h"
#include "views/mollweide/mollweide_canvas.h"

namespace alidade {
namespace {

constexpr std::array<double, 6> kKernels{-1.0, 0.0, 10.0, 20.0, 30.0, 45.0};  // degrees, as in the list
constexpr int kFineSides = 16, kCoarseSides = 8;

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

void choose(QComboBox& list, const QJsonValue& value) {
  list.setCurrentIndex(std::clamp(value.toInt(0), 0, list.count() - 1));
}

}  // namespace

MollweideView::Source MollweideView::source() const {
  return static_cast<Source>(source_->currentIndex());
}

MollweideView::Maps MollweideView::maps() const {
  return source() == kLab ? static_cast<Maps>(maps_->currentIndex()) : kOneMap;
}

bool MollweideView::drawsDensity() const {
  return drawn_->currentIndex() == kDensity;
}

std::size_t MollweideView::column() const {
  const SamplingModel& model = session().model<SamplingModel>();
  // While Shift is held B stands in A's place, as in the laboratory.
  return session().showsReference() && model.shownColumn() == 0 && model.column(1).samples
             ? 1
             : model.shownColumn();
}

std::shared_ptr<const ObjectSamples> MollweideView::labSamples() const {
  return session().model<SamplingModel>().column(column()).samples;
}

MapDensityOptions MollweideView::densityOptions() const {
  const double degrees = kKernels[static_cast<std::size_t>(std::max(0, kernel_->currentIndex()))];
  return {fine_->isChecked() ? kFineSides : kCoarseSides, degrees * kRadiansPerDegree};
}

QString MollweideView::columnName(std::size_t column) const {
  const auto& samples = session().model<SamplingModel>().column(column).samples;
  const QString letter(QChar(static_cast<char16_t>(u'A' + column)));
  return samples ? letter + QStringLiteral(" \u00b7 ") + QString::fromStdString(samples->name) : letter;
}

QString MollweideView::context() const {
  return showsFigure() ? QString::fromStdString(shown_->context) : QString();
}

QString MollweideView::awaited() const {
  const Selection& selection = session().selection();
  const QString frame = View::awaited();
  return frame.isEmpty() && source() == kLab && selection.frame && selection.instance &&
                 session().model<SamplingModel>().awaits(*selection.frame, *selection.instance)
             ? tr("The object is still being sampled.")
             : frame;
}

QStringList MollweideView::companions() const {
  return source() == kLab ? QStringList{QStringLiteral("schedule-lab")} : QStringList();
}

std::shared_ptr<const Figure> MollweideView::figure() const {
  answer_->wait();
  if (made_.several) {
    return made_.several;
  }
  return made_.one;
}

void MollweideView::showControls() {
  const bool lab = source() == kLab;
  maps_->setVisible(lab);
  time_row_->setVisible(lab);
  states_->setVisible(maps() == kOverTime || maps() == kSchedulesOverTime);
  kernel_->setVisible(drawsDensity());
  summary_->setVisible(maps() == kOneMap);
  lasso_->setVisible(lab);
  if (!lab) {
    lasso_->setChecked(false);
  }
  arrangeBar();
}

void MollweideView::toggleTool(QToolButton* button, bool on) {
  if (on) {
    (button == lasso_ ? object_ : lasso_)->setChecked(false);
    canvas_->setTool(button == lasso_ ? MollweideCanvas::Tool::kLasso : MollweideCanvas::Tool::kObject);
    canvas_->setFocus();
  } else if (!lasso_->isChecked() && !object_->isChecked()) {
    canvas_->setTool(MollweideCanvas::Tool::kGlobe);
  }
}

void MollweideView::updateWanted() {
  SamplingModel& model = session().model<SamplingModel>();
  const bool lab = source() == kLab;
  if (lab && isSeen() && model.request().columns.empty()) {
    // The laboratory was never opened: the schedule of the paper stands in.
    SamplingRequest request;
    SamplerOptions options;
    options.guidance.kind = GuidanceKind::kExponential;
    options.guidance.w_max = 15.0;
    request.columns.push_back(options);
    model.ask(request);
  }
  model.demand().follow(this, lab);
}

void MollweideView::showEvent(QShowEvent* event) {
  View::showEvent(event);
  if (asked_ && asked_->light()) {
    makeAsked();
  }
  answer_->setPaused(false);
  updateWanted();
  if (source() == kLab) {
    refresh();
  }
}

void MollweideView::hideEvent(QHideEvent* event) {
  View::hideEvent(event);
  answer_->setPaused(true);
}

void MollweideView::resizeEvent(QResizeEvent* event) {
  View::resizeEvent(event);
  arrangeBar();
}

void MollweideView::refresh() {
  if (source() == kLab) {
    refreshLab();
  } else {
    refreshResult();
  }
  Q_EMIT contextChanged();
}

void MollweideView::forget() {
  shown_of_ = {};
  shown_.reset();
  asked_.reset();
  made_ = {};
  answer_->forget();
}

void MollweideView::refreshResult() {
  const auto result = session().shownResult();
  const auto frame = session().frame();
  const Selection& selection = session().selection();
  const bool chosen = selection.frame && selection.instance;
  const PoseEstimate* estimate =
      result && chosen ? result->find(*selection.frame, *selection.instance) : nullptr;
  if (estimate && !frame && session().frameProblem().isEmpty() && asked_) {
    canvas_->setDimmed(true);  // the truth comes with the frame; until then the old picture stays, faint
    return;
  }
  canvas_->setDimmed(false);
  marked_panel_->hide();
  if (!estimate) {
    forget();
    showCard();
    return;
  }
  if (Shown of{result, frame, *selection.frame, *selection.instance, {}}; of != shown_of_ || !shown_) {
    shown_ = std::make_shared<MollweideData>(
        mollweideData(*estimate, truthOf(frame.get(), *selection.instance), result->provenance));
    shown_of_ = std::move(of);
  }
  redisplay();
}

void MollweideView::refreshLab() {
  const SamplingModel& model = session().model<SamplingModel>();
  const auto samples = labSamples();
  showTime();
  const QString problem = session().frameProblem().isEmpty() ? model.problem() : session().frameProblem();
  if (!samples || !session().dataset() || !problem.isEmpty() || samples->samples.empty()) {
    forget();
    showLabCard(problem.isEmpty() ? model.column(column()).problem : problem);
    return;
  }
  const Selection& selection = session().selection();
  canvas_->setDimmed(samples->frame != selection.frame || samples->instance != selection.instance);
  const std::size_t state = stateNearest(*samples, model.time());
  if (Shown of{samples, nullptr, state, -1, columnName(column()).toStdString()}; of != shown_of_ || !shown_) {
    auto shown = std::make_shared<MollweideData>(mollweideData(*samples, model.time()));
    shown->caption = of.caption + " \u00b7 t = " + numberText(*shown->time, 2).toStdString();
    if (samples->analytic) {
      shown->caption += " \u00b7 analytic demo";
    }
    shown_ = std::move(shown);
    shown_of_ = std::move(of);
  }
  followMarks();
  redisplay();
}

void MollweideView::followMarks() {
  const auto samples = labSamples();
  const std::vector<int>& marked = session().model<SamplingModel>().marked();
  if (samples != followed_ || marked != followed_marks_) {
    followed_ = samples;
    followed_marks_ = marked;
    const auto followed = static_cast<std::ptrdiff_t>(std::min(marked.size(), MarkedPanel::kMostFollowed));
    session().model<SamplingModel>().askBasins({samples, {marked.begin(), marked.begin() + followed}});
    if (marked.empty()) {
      marked_panel_->clear();
    }
  }
  marked_panel_->setVisible(!marked.empty());
}

void MollweideView::showBasins() {
  const SamplingModel& model = session().model<SamplingModel>();
  const bool emphasized = marked_panel_->current() >= 0;
  if (const auto& report = model.basins()) {
    marked_panel_->setReport(*report, model.basinQuestion().samples->truth, model.marked().size());
  } else {
    marked_panel_->clear();
  }
  if (emphasized) {
    redisplay();  // the list stands at no row any more
  }
}

void MollweideView::showTime() {
  const QSignalBlocker quiet(time_);
  const double t = session().model<SamplingModel>().time();
  time_->setValue(static_cast<int>(std::lround((1.0 - t) * time_->maximum())));
  time_text_->setText("t = " + numberText(t, 2));
}

void MollweideView::redisplay() {
  if (const bool turned = !canonicalText(style_.canonical).isEmpty(); turned == reset_->isHidden()) {
    reset_->setVisible(turned);
    arrangeBar();
  }
  if (!shown_ || shown_->samples.empty()) {
    return;
  }
  style_.hue = hsv_->isChecked() ? CyclicMap::kHsv : CyclicMap::kUniform;
  style_.amounts = colors_->map();
  style_.convention = genpose_->isChecked() ? SphereConvention::kGenPose : SphereConvention::kImplicitPdf;
  style_.show_equivalents = equivalents_->isChecked();
  stack_->setCurrentIndex(0);
  if (MollweideWish wanted = wish(); wanted != asked_) {
    asked_ = std::move(wanted);
    makeAsked();
  }
}

void MollweideView::makeAsked() {
  if (asked_->light() && (isSeen() || source() == kResult)) {
    answer_->forget();
    take(maker_->made(*asked_));
    return;
  }
  answer_->ask([this, maker = maker_, wish = *asked_, sheet = canvas_->sheet()] {
    return [this, made = maker->painted(wish, sheet)] { take(made); };
  });
}

void MollweideView::take(const MollweideMade& made) {
  made_ = made;
  canvas_->setMade(made);
}

MollweideWish MollweideView::wish() const {
  const SamplingModel& model = session().model<SamplingModel>();
  MollweideWish wish;
  static_cast<RotationMapStyle&>(wish.style) = style_;
  if (drawsDensity()) {
    wish.style.density = densityOptions();
  }
  if (source() == kLab) {
    wish.style.marked = model.marked();
  }
  if (maps() != kOneMap) {
    wishSeveral(wish);
    return wish;
  }
  wish.one = shown_;
  if (const int level = summary_->currentIndex(); level > 0) {
    wish.summary_level = kSummaryLevels[static_cast<std::size_t>(level - 1)];
  }
  if (!wish.style.marked.empty()) {
    wish.emphasized = marked_panel_->current();
    wish.paths_of = labSamples();
  }
  return wish;
}

void MollweideView::wishSeveral(MollweideWish& wish) const {
  const SamplingModel& model = session().model<SamplingModel>();
  for (std::size_t i = 0; i < kMostSamplingColumns; ++i) {
    if (model.column(i).samples && (maps() != kOverTime || i == column())) {
      wish.schedules.push_back(model.column(i).samples);
      wish.style.row_names.push_back(columnName(i));
    }
  }
  wish.times = {model.time()};
  if (maps() != kOverSchedules) {
    wish.times = spreadTimes(*labSamples(), static_cast<std::size_t>(states_->value()));
  }
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

void MollweideView::showLabCard(const QString& problem) {
  if (!session().dataset()) {
    showCard();
    return;
  }
  card_action_.clear();
  if (!problem.isEmpty()) {
    card_->setContent("warning", problem);
  } else if (!session().selection().instance) {
    card_->setContent("mollweide", "Select an object to sample its pose.");
  } else {
    card_->setContent("mollweide", "Sampling\u2026");
  }
  stack_->setCurrentWidget(card_);
}

void MollweideView::centerOnTruth() {
  if (!showsFigure()) {
    return;
  }
  if (shown_->truth && !shown_->any_rotation) {
    centerOn(style_, shown_->truth->R);
  } else {
    style_.canonical.setIdentity();
    style_.camera_side.setIdentity();
  }
  redisplay();
}

QJsonObject MollweideView::saveState() const {
  return {{"hsv", hsv_->isChecked()},
          {"genpose", genpose_->isChecked()},
          {"equivalents", equivalents_->isChecked()},
          {"colors", colors_->map().saved()},
          {"fine_cells", fine_->isChecked()},
          {"source", source_->currentIndex()},
          {"drawn", drawn_->currentIndex()},
          {"maps", maps_->currentIndex()},
          {"kernel", kernel_->currentIndex()},
          {"summary", summary_->currentIndex()},
          {"states", states_->value()},
          {"canonical_rotation", toArray(style_.canonical)},
          {"camera_rotation", toArray(style_.camera_side)}};
}

void MollweideView::restoreState(const QJsonObject& state) {
  hsv_->setChecked(state.value("hsv").toBool(false));
  genpose_->setChecked(state.value("genpose").toBool(false));
  equivalents_->setChecked(state.value("equivalents").toBool(true));
  fine_->setChecked(state.value("fine_cells").toBool(true));
  colors_->restore(state.value("colors"));
  states_->setValue(state.value("states").toInt(6));
  style_.canonical = fromArray(state.value("canonical_rotation").toArray());
  style_.camera_side = fromArray(state.value("camera_rotation").toArray());
  choose(*drawn_, state.value("drawn"));
  choose(*maps_, state.value("maps"));
  choose(*kernel_, state.value("kernel"));
  choose(*summary_, state.value("summary"));
  choose(*source_, state.value("source"));
  redisplay();
}

}  // namespace alidade
