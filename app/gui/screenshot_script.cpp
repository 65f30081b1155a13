// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/screenshot_script.h"

#include <algorithm>

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMouseEvent>
#include <nlohmann/json.hpp>

#include "app/gui/actions.h"
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

void playScreenshotScript(MainWindow& window, const QJsonObject& script) {
  SessionModel& session = window.workbench().session();
  select(session, script);
  if (script.contains(QLatin1String("marked"))) {
    std::vector<int> marked;
    for (const QJsonValue& number : script.value(QLatin1String("marked")).toArray()) {
      marked.push_back(number.toInt());
    }
    session.model<SamplingModel>().setMarked(std::move(marked));
  }
  if (script.contains(QLatin1String("drag"))) {
    dragHandle(window, script.value(QLatin1String("drag")).toObject());
  }
  for (const QJsonValue& action : script.value(QLatin1String("actions")).toArray()) {
    window.actions().trigger(action.toString());
  }
  if (script.contains(QLatin1String("time"))) {
    session.model<SamplingModel>().setTime(script.value(QLatin1String("time")).toDouble());
  }
}

}  // namespace alidade
