// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/view_dock.h"

#include <QCloseEvent>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/elided_label.h"
#include "views/base/figure.h"
#include "views/base/icons.h"
#include "views/base/theme.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kMark = 2;  // pixels: the line above the active view

}  // namespace

DockTitle::DockTitle(QDockWidget* dock)
    : QWidget(dock), dock_(dock), name_(new QLabel(this)), context_(new ElidedLabel(this)) {
  setObjectName(QStringLiteral("dockTitle"));
  setAttribute(Qt::WA_StyledBackground);
  setFixedHeight(kHeight);
  name_->setObjectName(QStringLiteral("dockName"));
  name_->setTextFormat(Qt::PlainText);
  name_->setText(dock->windowTitle());
  context_->setObjectName(QStringLiteral("dockContext"));
  context_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  export_ = button(QStringLiteral("export"), tr("Export this view"));
  float_ = button(QStringLiteral("float"), tr("Float this view"));
  menu_ = button(QStringLiteral("menu"), tr("More"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(12, 0, 6, 0);
  layout->setSpacing(2);
  for (QWidget** place : {&tabs_before_, &tabs_after_}) {
    *place = new QWidget(this);
    auto* row = new QHBoxLayout(*place);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    (*place)->hide();
  }
  layout->addWidget(tabs_before_);
  layout->addWidget(name_);
  layout->addWidget(tabs_after_);
  layout->addSpacing(6);
  layout->addWidget(context_, 1);
  layout->addWidget(export_);
  layout->addWidget(float_);
  layout->addWidget(menu_);
  connect(export_, &QToolButton::clicked, this, &DockTitle::exportRequested);
  connect(float_, &QToolButton::clicked, this, [this] { dock_->setFloating(!dock_->isFloating()); });
  connect(menu_, &QToolButton::clicked, this,
          [this] { Q_EMIT menuRequested(menu_->mapToGlobal(QPoint(0, menu_->height()))); });
  connect(dock, &QDockWidget::topLevelChanged, this, [this](bool floating) {
    float_->setIcon(themedIcon(floating ? QStringLiteral("dock") : QStringLiteral("float")));
    float_->setToolTip(floating ? tr("Put this view back") : tr("Float this view"));
    float_->setAccessibleName(float_->toolTip());
  });
}

QToolButton* DockTitle::button(const QString& icon, const QString& tip) {
  auto* made = new QToolButton(this);
  made->setIcon(themedIcon(icon));
  made->setIconSize({16, 16});
  made->setToolTip(tip);
  made->setAccessibleName(tip);
  made->setFocusPolicy(Qt::TabFocus);
  return made;
}

void DockTitle::addClose() {
  QToolButton* close = button(QStringLiteral("close"), tr("Close this view"));
  close->setObjectName(QStringLiteral("dockClose"));
  layout()->addWidget(close);
  connect(close, &QToolButton::clicked, dock_, &QDockWidget::close);
}

void DockTitle::setContext(const QString& text) {
  context_->setFullText(text);
}

QString DockTitle::contextText() const {
  return context_->fullText();
}

void DockTitle::setActive(bool active) {
  if (active != active_) {
    active_ = active;
    setAccessibleDescription(active ? tr("Active view") : QString());
    update();
  }
}

void DockTitle::setExportable(bool exportable) {
  export_->setVisible(exportable);
}

void DockTitle::setTabs(const QList<QDockWidget*>& docks) {
  for (QWidget* place : {tabs_before_, tabs_after_}) {
    qDeleteAll(place->findChildren<QToolButton*>());
    place->hide();
  }
  QWidget* place = tabs_before_;
  for (QDockWidget* dock : docks) {
    if (dock == dock_) {
      place = tabs_after_;
      continue;
    }
    auto* tab = new QToolButton(place);
    tab->setObjectName(QStringLiteral("dockTab"));
    tab->setText(dock->windowTitle());
    tab->setAccessibleName(tr("Show %1").arg(dock->windowTitle()));
    tab->setToolTip(tab->accessibleName());
    tab->setFocusPolicy(Qt::TabFocus);
    connect(tab, &QToolButton::clicked, this, [this, dock] { Q_EMIT tabChosen(dock); });
    place->layout()->addWidget(tab);
    place->show();
  }
}

void DockTitle::paintEvent(QPaintEvent* event) {
  QWidget::paintEvent(event);
  if (active_) {
    QPainter(this).fillRect(0, 0, width(), kMark, themeOf(*this).accent);
  }
}

void DockTitle::contextMenuEvent(QContextMenuEvent* event) {
  Q_EMIT menuRequested(event->globalPos());
}

ViewDock::ViewDock(const QString& id, const QString& title, QWidget* window)
    : QDockWidget(title, window), id_(id), frame_(new QWidget(this)) {
  setObjectName(QStringLiteral("dock.") + id);
  setAccessibleName(title);
  title_ = new DockTitle(this);
  title_->setExportable(false);
  setTitleBarWidget(title_);
  frame_->setObjectName(QStringLiteral("viewFrame"));
  frame_->setAttribute(Qt::WA_StyledBackground);
  auto* layout = new QVBoxLayout(frame_);
  layout->setContentsMargins(0, 0, 0, 0);
  setWidget(frame_);
  connect(title_, &DockTitle::menuRequested, this, &ViewDock::showMenu);
  connect(title_, &DockTitle::exportRequested, this, [this] { Q_EMIT exportRequested(id_); });
}

void ViewDock::setFurther() {
  further_ = true;
  title_->addClose();
}

void ViewDock::closeEvent(QCloseEvent* event) {
  QDockWidget::closeEvent(event);
  if (further_ && event->isAccepted()) {
    Q_EMIT closed(id_);
  }
}

void ViewDock::setView(View* view) {
  view_ = view;
  view->setAccessibleName(windowTitle());
  frame_->layout()->addWidget(view);
  connect(view, &View::contextChanged, this, &ViewDock::updateTitle);
  connect(view, &View::actionRequested, this, &ViewDock::actionRequested);
  updateTitle();
}

void ViewDock::updateTitle() {
  if (view_) {
    title_->setContext(view_->context());
    title_->setExportable(view_->showsFigure());
  }
}

void ViewDock::showMenu(const QPoint& global) {
  QMenu menu(this);
  if (view_) {
    menu.addActions(view_->viewActions());
    menu.addSeparator();
    connect(menu.addAction(tr("Copy as image")), &QAction::triggered, this,
            [this] { Q_EMIT copyRequested(id_); });
    if (view_->showsFigure()) {
      connect(menu.addAction(tr("Export…")), &QAction::triggered, this,
              [this] { Q_EMIT exportRequested(id_); });
    }
  }
  connect(menu.addAction(isFloating() ? tr("Dock") : tr("Float")), &QAction::triggered, this,
          [this] { setFloating(!isFloating()); });
  if (!another_.isEmpty()) {
    connect(menu.addAction(another_), &QAction::triggered, this, [this] { Q_EMIT anotherRequested(id_); });
  }
  connect(menu.addAction(further_ ? tr("Close") : tr("Hide")), &QAction::triggered, this,
          &QDockWidget::close);
  menu.exec(global);
}

}  // namespace alidade
