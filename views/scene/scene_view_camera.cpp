// SPDX-License-Identifier: BSD-3-Clause
// Viewpoints that SceneView keeps, copies and pastes.
#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QInputDialog>
#include <QMenu>
#include <QShortcut>

#include "core/base/log.h"
#include "views/scene/scene_view.h"

namespace alidade {

void SceneView::buildCameraActions() {
  addCommand("copy-viewpoint", "Copy viewpoint", QKeySequence("Ctrl+C"), [this] { copyViewpoint(); });
  addCommand("paste-viewpoint", "Paste viewpoint", QKeySequence("Ctrl+V"), [this] { pasteViewpoint(); });
  viewpoints_ = new QAction(QString("Viewpoints ") + QChar(0x25be), this);
  viewpoints_->setObjectName("scene-viewpoints");
  viewpoints_->setToolTip("Keep viewpoints, and go back to them (Alt+1 to Alt+9; Ctrl+Alt+1 keeps)");
  viewpoints_->setMenu(new QMenu(this));
  for (std::size_t number = 1; number <= kViewpoints; ++number) {
    const auto key = [&](const char* modifiers, auto run) {
      auto* shortcut = new QShortcut(QKeySequence(modifiers + QString::number(number)), this);
      shortcut->setContext(Qt::WidgetWithChildrenShortcut);
      connect(shortcut, &QShortcut::activated, this, run);
    };
    key("Alt+", [this, number] { recallViewpoint(number); });
    key("Ctrl+Alt+", [this, number] { keepViewpoint(number); });
  }
  fillViewpointMenu();
}

void SceneView::fillViewpointMenu() {
  QMenu& menu = *viewpoints_->menu();
  menu.clear();
  menu.addAction("Keep this viewpoint" + QString(QChar(0x2026)), this, &SceneView::nameViewpoint);
  menu.addAction(findChild<QAction*>("scene-copy-viewpoint"));
  menu.addAction(findChild<QAction*>("scene-paste-viewpoint"));
  menu.addSeparator();
  QMenu* forget = nullptr;
  for (std::size_t number = 1; number <= kViewpoints; ++number) {
    const auto& kept = keptViewpoint(number);
    if (!kept) {
      continue;
    }
    const QString name = QString(kept->name).replace('&', "&&");  // no mnemonic
    QAction* go = menu.addAction(name + "\tAlt+" + QString::number(number), this,
                                 [this, number] { recallViewpoint(number); });
    go->setObjectName("scene-viewpoint-" + QString::number(number));
    if (!forget) {
      forget = new QMenu("Forget", &menu);
    }
    forget->addAction(name, this, [this, number] { forgetViewpoint(number); });
  }
  if (forget) {
    menu.addSeparator();
    menu.addMenu(forget);
  }
}

void SceneView::nameViewpoint() {
  std::size_t number = 1;
  while (number < kViewpoints && keptViewpoint(number)) {
    ++number;
  }
  auto* dialog = new QInputDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle("Keep viewpoint");
  dialog->setLabelText("Name of viewpoint " + QString::number(number) + " (Alt+" + QString::number(number) +
                       ")");
  dialog->setTextValue("Viewpoint " + QString::number(number));
  connect(dialog, &QInputDialog::textValueSelected, this,
          [this, number](const QString& name) { keepViewpoint(number, name.simplified()); });
  dialog->open();
}

void SceneView::keepViewpoint(std::size_t number, const QString& name) {
  if (number < 1 || number > kViewpoints || !contents_.frame) {
    return;
  }
  auto& kept = kept_[number - 1];
  const QString old = kept ? kept->name : "Viewpoint " + QString::number(number);
  kept = SavedViewpoint{name.isEmpty() ? old : name, viewpoint_, floor_};
  fillViewpointMenu();
}

void SceneView::recallViewpoint(std::size_t number) {
  if (number >= 1 && number <= kViewpoints && kept_[number - 1]) {
    look(*kept_[number - 1]);
  }
}

void SceneView::forgetViewpoint(std::size_t number) {
  kept_.at(number - 1).reset();
  fillViewpointMenu();
}

void SceneView::look(const SavedViewpoint& saved) {
  setViewpoint(carriedOver(saved.viewpoint, saved.floor, floor_));
}

QJsonValue SceneView::lookedFrom() const {
  if (!contents_.frame || !placed_) {
    return QJsonValue::Null;
  }
  return matches_image_ ? QJsonValue("image") : QJsonValue(toJson(SavedViewpoint{{}, viewpoint_, floor_}));
}

/// Of a frame that is there: a viewpoint says nothing about the next dataset.
void SceneView::lookFrom(const QJsonValue& saved) {
  if (!contents_.frame) {
    return;
  }
  if (saved.toString() == "image") {
    setStandardView(StandardView::kCamera);
  } else if (const auto viewpoint = savedViewpoint(saved.toObject())) {
    look(*viewpoint);
  }
}

void SceneView::copyViewpoint() const {
  QGuiApplication::clipboard()->setText(viewpointText({{}, viewpoint_, floor_}));
}

void SceneView::pasteViewpoint() {
  if (const auto saved = savedViewpointOf(QGuiApplication::clipboard()->text())) {
    look(*saved);
  } else {
    log_warning("scene",
                "The clipboard holds no viewpoint: expected the JSON text that Copy viewpoint writes; copy one "
                "in a scene first.");
  }
}

}  // namespace alidade
