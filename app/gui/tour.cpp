// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/tour.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/view_dock.h"

namespace alidade {
namespace {

constexpr int kTourWidth = 340;
constexpr int kTourGap = 16;

QLabel* tourText(const char* name) {
  auto* label = new QLabel;
  label->setObjectName(QLatin1String(name));
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  return label;
}

QPushButton* tourButton(const QString& text, const QString& tip) {
  auto* button = new QPushButton(text);
  button->setToolTip(tip);
  return button;
}

}  // namespace

const std::vector<TourStep>& tourSteps() {
  static const std::vector<TourStep> steps{
      {"inspect", "browser", "Frames",
       "Every frame of the dataset, with the largest error in it. Type into the line above to filter: a "
       "category, "
       "err>10, n>=3. %1 goes there from anywhere; J and K step.",
       "find"},
      {"inspect", "image", "Truth and estimate",
       "Ground truth is solid green, the estimate dashed orange, here and in the 3D scene beside. The "
       "buttons above "
       "turn layers on and off. A click on an object selects it in every view."},
      {"inspect", "predictions", "A and B",
       "Two runs are compared at a time. Hold Shift: every view shows B in place of A, numbers included. %1 "
       "swaps "
       "them.",
       "swap-results"},
      {"diffusion", "mollweide", "Where the samples are",
       "Each dot is a sampled rotation, its place the direction of the object's axis, its color the turn "
       "about it. "
       "Rings are the equivalents of the truth: a symmetric object has several."},
      {"evaluate", "metrics", "Numbers and reasons",
       "Metrics of published benchmarks. Click a number: its samples stand below, and Why tells for each of "
       "them "
       "what decided."},
      {"lab", "schedule-lab", "The laboratory, and figures",
       "Drag a handle of the curve: four schedules sample anew from the same noise. Every view is a figure: "
       "%1 writes "
       "it as PDF, SVG or PNG with its numbers.",
       "export"}};
  return steps;
}

Tour::Tour(MainWindow& window)
    : QFrame(&window),
      window_(window),
      mark_(new QFrame(&window)),
      count_(tourText("tourCount")),
      title_(tourText("tourTitle")),
      text_(tourText("tourText")),
      back_(tourButton(tr("Back"), tr("The step before"))),
      next_(tourButton(tr("Next"), tr("The next step"))) {
  setObjectName(QStringLiteral("tour"));
  setAccessibleName(tr("Tour"));
  setFixedWidth(kTourWidth);
  mark_->setObjectName(QStringLiteral("tourMark"));
  mark_->setAttribute(Qt::WA_TransparentForMouseEvents);
  mark_->hide();
  next_->setProperty("primary", true);
  auto* close = tourButton(tr("Close"), tr("End the tour; Help > Tour begins it again"));
  auto* buttons = new QHBoxLayout;
  buttons->addWidget(close);
  buttons->addStretch(1);
  buttons->addWidget(back_);
  buttons->addWidget(next_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(20, 16, 20, 16);
  column->setSpacing(8);
  for (QLabel* label : {count_, title_, text_}) {
    column->addWidget(label);
  }
  column->addSpacing(4);
  column->addLayout(buttons);
  connect(close, &QPushButton::clicked, this, &Tour::end);
  connect(back_, &QPushButton::clicked, this, [this] { go(step_ - 1); });
  connect(next_, &QPushButton::clicked, this,
          [this] { step_ + 1 < tourSteps().size() ? go(step_ + 1) : end(); });
  window.installEventFilter(this);
  hide();
}

void Tour::start() {
  began_in_ = window_.settings().perspective;
  if (window_.welcomeVisible()) {
    window_.actions().trigger(QStringLiteral("try-sample"));
  }
  go(0);
  next_->setFocus(Qt::OtherFocusReason);
}

void Tour::go(std::size_t step) {
  step_ = step;
  const TourStep& now = tourSteps()[step];
  window_.setPerspective(QLatin1String(now.perspective));
  if (const auto dock = window_.docks().find(QLatin1String(now.view)); dock != window_.docks().end()) {
    dock->second->show();
    dock->second->raise();
  }
  const QAction* action = window_.actions().find(QLatin1String(now.action));
  const QString keys = action ? action->shortcut().toString(QKeySequence::NativeText) : QString();
  const QString text = QString::fromUtf8(now.text);
  count_->setText(tr("%1 of %2").arg(step + 1).arg(tourSteps().size()));
  title_->setText(QString::fromUtf8(now.title));
  text_->setText(action ? text.arg(keys.isEmpty() ? action->text() : keys) : text);
  back_->setEnabled(step > 0);
  next_->setText(step + 1 < tourSteps().size() ? tr("Next") : tr("Done"));
  show();
  place();
}

void Tour::place() {
  const auto dock = window_.docks().find(QLatin1String(tourSteps()[step_].view));
  if (!isVisible() || dock == window_.docks().end()) {
    return;
  }
  const QRect target(dock->second->mapTo(&window_, QPoint(0, 0)), dock->second->size());
  for (QLabel* label : {count_, title_, text_}) {
    label->ensurePolished();  // its font is the style sheet's
  }
  layout()->invalidate();
  setFixedHeight(heightForWidth(kTourWidth));
  // Beside the view where there is room, else inside its lower right corner.
  int left = target.right() + kTourGap;
  if (left + width() > window_.width()) {
    left = target.left() - kTourGap - width();
  }
  if (left < 0) {
    left = target.right() - kTourGap - width();
  }
  const int top = std::min(target.top() + 2 * kTourGap, window_.height() - height() - kTourGap);
  move(left, std::max(top, 0));
  mark_->setGeometry(target);
  mark_->show();
  mark_->raise();
  raise();
}

void Tour::end() {
  hide();
  mark_->hide();
  window_.setPerspective(began_in_);
}

void Tour::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) {
    end();
  } else {
    QFrame::keyPressEvent(event);
  }
}

bool Tour::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest) {
    QMetaObject::invokeMethod(this, &Tour::place, Qt::QueuedConnection);  // after the docks
  }
  return QFrame::eventFilter(watched, event);
}

}  // namespace alidade
