// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/screenshot_script.h"

#include <algorithm>

#include <QAbstractButton>
#include <QCoreApplication>
#include <QDropEvent>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QMouseEvent>
#include <QUrl>
#include <nlohmann/json.hpp>

#include "app/gui/actions.h"
#include "app/gui/export_panel.h"
#include "app/gui/main_window.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "views/base/sampling_model.h"
#include "views/schedule_lab/curve_editor.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMostBytes = 1 << 20;
constexpr int kDragSteps = 8;

void sendMouse(QWidget& widget, QEvent::Type type, const QPointF& at) {
  const bool moves = type == QEvent::MouseMove;
  QMouseEvent event(type, at, widget.mapToGlobal(at), moves ? Qt::NoButton : Qt::LeftButton,
                    type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(&widget, &event);
}

void dragHandle(MainWindow& window, const QJsonObject& drag) {
  auto* editor = window.findChild<CurveEditor*>();
  const QJsonArray by = drag.value(QLatin1String("by")).toArray();
  if (!editor || by.size() != 2) {
    return;
  }
  const auto handle = static_cast<std::size_t>(std::max(0, drag.value(QLatin1String("handle")).toInt()));
  const QPointF from = editor->handlePosition(handle);
  const QPointF way(by[0].toDouble(), by[1].toDouble());
  sendMouse(*editor, QEvent::MouseButtonPress, from);
  for (int step = 1; step <= kDragSteps; ++step) {
    sendMouse(*editor, QEvent::MouseMove, from + way * step / kDragSteps);
  }
  sendMouse(*editor, QEvent::MouseButtonRelease, from + way);
}

void select(SessionModel& session, const QJsonObject& script) {
  if (script.contains(QLatin1String("frame"))) {
    session.selectFrame(static_cast<std::size_t>(std::max(0, script.value(QLatin1String("frame")).toInt())));
  }
  if (script.contains(QLatin1String("instance"))) {
    session.selectInstance(script.value(QLatin1String("instance")).toInt());
  }
}

void dropFile(MainWindow& window, const QString& path) {
  QMimeData mime;
  mime.setUrls({QUrl::fromLocalFile(QFileInfo(path).absoluteFilePath())});
  const QPoint middle = window.rect().center();
  QDragEnterEvent enter(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(&window, &enter);  // only then is a drop delivered
  QDropEvent drop(middle, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
  QCoreApplication::sendEvent(&window, &drop);
}

bool pressButton(MainWindow& window, const QString& name) {
  for (auto* button : window.findChildren<QAbstractButton*>()) {
    if ((button->accessibleName() == name || button->text() == name) && button->isVisible() &&
        button->isEnabled()) {
      button->click();
      return true;
    }
  }
  return false;
}

bool typeText(MainWindow& window, const QJsonObject& typed) {
  for (auto* line : window.findChildren<QLineEdit*>()) {
    if (line->accessibleName() == typed.value(QLatin1String("into")).toString() && line->isVisible()) {
      line->setText(typed.value(QLatin1String("text")).toString());
      QKeyEvent enter(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier);
      QCoreApplication::sendEvent(line, &enter);
      return true;
    }
  }
  return false;
}

Expected<void> exportFigure(MainWindow& window, const QString& path) {
  auto* panel = dynamic_cast<ExportPanel*>(window.view(QStringLiteral("figure")));
  View* active = window.activeView();
  if (!panel || !active) {
    return Error{ErrorCode::kFailed, "no view is active that could be exported."};
  }
  panel->chooseView(active->id());
  return panel->write(path);
}

}  // namespace

Expected<QJsonObject> readScreenshotScript(const QString& path) {
  const auto text = read_file(path.toStdString(), kMostBytes);
  if (!text) {
    return text.error();
  }
  if (const auto strict = parse_json(*text, path.toStdString()); !strict) {
    return strict.error();
  }
  const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(*text));
  if (!document.isObject()) {
    return input_error(path.toStdString(), "", "expected a JSON object", "see app/gui/screenshot_script.h");
  }
  return document.object();
}

std::vector<QJsonObject> screenshotSteps(const QJsonObject& script) {
  if (!script.contains(QLatin1String("steps"))) {
    return script.isEmpty() ? std::vector<QJsonObject>{} : std::vector<QJsonObject>{script};
  }
  std::vector<QJsonObject> steps;
  for (const QJsonValue& step : script.value(QLatin1String("steps")).toArray()) {
    steps.push_back(step.toObject());
  }
  return steps;
}

Expected<void> playScreenshotStep(MainWindow& window, const QJsonObject& step) {
  const auto text = [&step](const char* key) { return step.value(QLatin1String(key)).toString(); };
  SessionModel& session = window.workbench().session();
  select(session, step);
  if (step.contains(QLatin1String("perspective"))) {
    window.setPerspective(text("perspective"));
  }
  if (step.contains(QLatin1String("drop"))) {
    dropFile(window, text("drop"));
  }
  if (step.contains(QLatin1String("press")) && !pressButton(window, text("press"))) {
    return Error{ErrorCode::kFailed, "no button \"" + text("press").toStdString() + "\" can be pressed."};
  }
  if (const QJsonObject typed = step.value(QLatin1String("type")).toObject();
      !typed.isEmpty() && !typeText(window, typed)) {
    return Error{
        ErrorCode::kFailed,
        "no line \"" + typed.value(QLatin1String("into")).toString().toStdString() + "\" can be typed into."};
  }
  if (step.contains(QLatin1String("marked"))) {
    std::vector<int> marked;
    for (const QJsonValue& number : step.value(QLatin1String("marked")).toArray()) {
      marked.push_back(number.toInt());
    }
    session.model<SamplingModel>().setMarked(std::move(marked));
  }
  if (step.contains(QLatin1String("drag"))) {
    dragHandle(window, step.value(QLatin1String("drag")).toObject());
  }
  for (const QJsonValue& action : step.value(QLatin1String("actions")).toArray()) {
    window.actions().trigger(action.toString());
  }
  if (step.contains(QLatin1String("time"))) {
    session.model<SamplingModel>().setTime(step.value(QLatin1String("time")).toDouble());
  }
  return step.contains(QLatin1String("export")) ? exportFigure(window, text("export")) : Expected<void>{};
}

}  // namespace alidade
