// SPDX-License-Identifier: BSD-3-Clause
#include "views/inspector/inspector_view.h"

#include <algorithm>

#include <QAction>
#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QScrollArea>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/elided_label.h"
#include "core/data/camera_settings.h"
#include "views/base/icons.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/theme.h"

namespace alidade {

InspectorView::InspectorView(SessionModel& session, QWidget* parent)
    : View(session, parent), empty_(new StateCard(this)), scroll_(new QScrollArea(this)) {
  empty_->setContent(QStringLiteral("info"), tr("Select an object to see its numbers"));
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setAccessibleName(tr("Properties of the selection"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(empty_, 1);
  layout->addWidget(scroll_, 1);
  copy_all_ = new QAction(tr("Copy all properties"), this);
  connect(copy_all_, &QAction::triggered, this, [this] {
    QString text;
    for (const Property& property : shown_) {
      text += property.name + QLatin1Char('\t') + property.exact + QLatin1Char('\n');
    }
    QGuiApplication::clipboard()->setText(text);
  });
  connect(empty_, &StateCard::triggered, this, [this] { Q_EMIT actionRequested("camera"); });
  connect(&session, &SessionModel::datasetChanged, this, &InspectorView::refresh);
  connect(&session, &SessionModel::selectionChanged, this, &InspectorView::refresh);
  connect(&session, &SessionModel::frameChanged, this, &InspectorView::refresh);
  connect(&session, &SessionModel::resultsChanged, this, &InspectorView::refresh);
  refresh();
}

const Instance* InspectorView::instance() const {
  const auto frame = session().frame();
  const auto selected = session().selection().instance;
  if (!frame || !selected) {
    return nullptr;
  }
  const auto found = std::find_if(frame->instances.begin(), frame->instances.end(),
                                  [&](const Instance& candidate) { return candidate.index == *selected; });
  return found == frame->instances.end() ? nullptr : &*found;
}

QString InspectorView::context() const {
  const Instance* selected = instance();
  return selected
             ? QStringLiteral("%1 · #%2").arg(QString::fromStdString(selected->category)).arg(selected->index)
             : QString();
}

QList<QAction*> InspectorView::viewActions() const {
  return {copy_all_};
}

void InspectorView::refresh() {
  // While the next frame loads the old numbers stay: no flicker when stepping.
  if (session().selection().frame && session().selection().instance && !session().frame()) {
    return;
  }
  std::vector<Property> lines;
  if (const Instance* selected = instance()) {
    const auto dataset = session().dataset();
    const ObjectModel* model = dataset ? dataset->model(selected->object_id) : nullptr;
    const auto result = session().shownResult();
    lines = describeInstance(*selected, model ? QString::fromStdString(model->name) : QString(),
                             result ? result->find(session().frame()->index, selected->index) : nullptr);
  }
  const bool same = std::equal(lines.begin(), lines.end(), shown_.begin(), shown_.end(),
                               [](const Property& a, const Property& b) { return a.name == b.name; });
  shown_ = std::move(lines);
  if (!same) {
    rebuild();
  }
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    if (values_[i]) {
      values_[i]->setFullText(shown_[i].value);
    }
  }
  showCard();
  empty_->setVisible(shown_.empty());
  scroll_->setVisible(!shown_.empty());
  copy_all_->setEnabled(!shown_.empty());
  Q_EMIT contextChanged();
}

/// A loose frame offers to tell its camera; all others wait for an object.
void InspectorView::showCard() {
  const auto* settable = dynamic_cast<const CameraSettable*>(session().dataset().get());
  if (!settable) {
    empty_->setContent(QStringLiteral("info"), tr("Select an object to see its numbers"));
    return;
  }
  const CameraSettings camera = settable->camera_settings();
  const bool focal = camera.fx > 0.0;
  empty_->setContent(QStringLiteral("info"),
                     focal && camera.depth_scale > 0.0
                         ? tr("Select an object to see its numbers. Camera: fx %1, fy %2, cx %3, cy %4, %5 mm "
                              "per unit of depth.")
                               .arg(camera.fx)
                               .arg(camera.fy)
                               .arg(camera.cx)
                               .arg(camera.cy)
                               .arg(camera.depth_scale)
                     : focal ? tr("The unit of the depth image is unknown, or there is none.")
                             : tr("The camera of this frame is unknown: no poses, no 3D."),
                     tr("Camera…"));
}

void InspectorView::rebuild() {
  auto* content = new QWidget;
  grid_ = new QGridLayout(content);
  grid_->setContentsMargins(12, 8, 8, 8);
  grid_->setHorizontalSpacing(8);
  grid_->setVerticalSpacing(2);
  grid_->setColumnStretch(1, 1);
  values_.clear();
  for (std::size_t i = 0; i < shown_.size(); ++i) {
    addRow(static_cast<int>(i), shown_[i]);
  }
  grid_->setRowStretch(static_cast<int>(shown_.size()), 1);
  scroll_->setWidget(content);
  content->setAutoFillBackground(false);
  scroll_->viewport()->setAutoFillBackground(false);
}

void InspectorView::addRow(int row, const Property& property) {
  auto* name = new QLabel(property.name);
  name->setTextFormat(Qt::PlainText);
  if (property.value.isEmpty()) {
    QFont font = name->font();
    font.setPixelSize(12);
    font.setWeight(QFont::DemiBold);
    name->setFont(font);
    name->setContentsMargins(0, row == 0 ? 0 : 12, 0, 2);
    grid_->addWidget(name, row, 0, 1, 3);
    values_.push_back(nullptr);
    return;
  }
  name->setProperty("muted", true);
  auto* value = new ElidedLabel;
  value->setFont(numberFont());
  value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  value->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* copy = new QToolButton;
  copy->setIcon(themedIcon(QStringLiteral("copy")));
  copy->setIconSize({14, 14});
  copy->setToolTip(tr("Copy at full precision, in SI units"));
  copy->setAccessibleName(tr("Copy %1").arg(property.name));
  connect(copy, &QToolButton::clicked, this, [this, row] {
    if (row < static_cast<int>(shown_.size())) {
      QGuiApplication::clipboard()->setText(shown_[row].exact);
    }
  });
  const bool several_lines = property.value.contains(QLatin1Char(10));
  name->setMinimumHeight(22);
  grid_->addWidget(name, row, 0, several_lines ? Qt::AlignTop : Qt::AlignVCenter);
  grid_->addWidget(value, row, 1);
  grid_->addWidget(copy, row, 2, several_lines ? Qt::AlignTop : Qt::AlignVCenter);
  values_.push_back(value);
}

}  // namespace alidade
