// SPDX-License-Identifier: BSD-3-Clause
// What RoomsView remembers.
#include <algorithm>
#include <utility>

#include <QAction>
#include <QJsonArray>
#include <QSignalBlocker>

#include "views/base/choice_action.h"
#include "views/base/color_map_action.h"
#include "views/rooms/rooms_view.h"

namespace alidade {
namespace {

constexpr double kLargestPoints = 12.0;
constexpr double kLeastCut = 0.2;

}  // namespace

QJsonObject RoomsView::saveState() const {
  const RoomLayers& layers = contents_.layers;
  QJsonObject state;
  for (const Toggle& toggle : toggles_) {
    state[toggle.action->objectName().mid(6)] = *toggle.flag;
  }
  state["color"] = static_cast<int>(layers.color);
  state["colors"] = layers.colors.saved();
  state["point_size"] = layers.point_size;
  state["score"] = layers.least_score;
  state["cut"] = layers.cut;
  QJsonArray hidden;
  for (const std::string& name : layers.hidden) {
    hidden.append(QString::fromStdString(name));
  }
  state["hidden"] = hidden;
  if (fitted_) {
    state["from"] = static_cast<int>(*fitted_);
  } else {
    state["camera"] = toJson(camera_);
  }
  return state;
}

void RoomsView::restoreState(const QJsonObject& state) {
  RoomLayers& layers = contents_.layers;
  for (const Toggle& toggle : toggles_) {
    *toggle.flag = state.value(toggle.action->objectName().mid(6)).toBool(*toggle.flag);
    const QSignalBlocker blocker(toggle.action);
    toggle.action->setChecked(*toggle.flag);
  }
  layers.color = static_cast<RoomColor>(std::clamp(state.value("color").toInt(), 0, 1));
  color_->setCurrent(static_cast<int>(layers.color));
  colors_->restore(state.value("colors"));
  layers.colors = colors_->map();
  layers.point_size = std::clamp(state.value("point_size").toDouble(layers.point_size), 1.0, kLargestPoints);
  layers.least_score = std::clamp(state.value("score").toDouble(layers.least_score), 0.0, 1.0);
  layers.cut = std::clamp(state.value("cut").toDouble(layers.cut), kLeastCut, 1.0);
  layers.hidden.clear();
  for (const QJsonValue& name : state.value("hidden").toArray()) {
    layers.hidden.insert(name.toString().toStdString());
  }
  if (const QJsonValue from = state.value("from"); from.isDouble()) {
    fitted_ = static_cast<RoomSide>(std::clamp(from.toInt(), 0, 3));
    fit();
  }
  if (const auto camera = roomCameraOf(state.value("camera").toObject())) {
    restored_ = camera;
    if (contents_.cloud) {
      setCamera(*std::exchange(restored_, std::nullopt));
    }
  }
  fillClasses();
  showNumbers();
  rebuild();
}

}  // namespace alidade
