// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/view_state_text.h"

#include <QJsonDocument>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

constexpr int kVersion = 1;
constexpr qsizetype kLongestText = 1 << 20;
const QLatin1String kVersionKey("alidade_view_state");
const QLatin1String kViewKey("view");
const QLatin1String kStateKey("state");

Error noViewState() {
  return {ErrorCode::kInput,
          "The clipboard holds no view state: expected the JSON text that Copy view state makes."};
}

}  // namespace

QString viewStateText(const ViewState& state) {
  const QJsonObject json{{kVersionKey, kVersion}, {kViewKey, state.kind}, {kStateKey, state.state}};
  return QString::fromUtf8(QJsonDocument(json).toJson());
}

Expected<ViewState> viewStateOf(const QString& text) {
  const std::string bytes = text.left(kLongestText + 1).toStdString();
  if (text.size() > kLongestText || !parse_json(bytes, "clipboard")) {
    return noViewState();
  }
  const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(bytes)).object();
  const int version = json.value(kVersionKey).toInt();
  if (version > kVersion) {
    return Error{ErrorCode::kInput, "The view state in the clipboard is of version " +
                                        std::to_string(version) + ", which is newer than this program."};
  }
  ViewState state{json.value(kViewKey).toString(), json.value(kStateKey).toObject()};
  if (version < 1 || state.kind.isEmpty() || !json.value(kStateKey).isObject()) {
    return noViewState();
  }
  return state;
}

}  // namespace alidade
