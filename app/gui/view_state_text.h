// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QJsonObject>
#include <QString>

#include "core/base/expected.h"

namespace alidade {

/// What a view is set to, with its kind: on its way through the clipboard.
struct ViewState {
  QString kind;       ///< View::id
  QJsonObject state;  ///< View::saveState
};

/// JSON text, as docs/formats.md describes it.
QString viewStateText(const ViewState& state);
/// The Error's message is one sentence: what was expected of the text.
Expected<ViewState> viewStateOf(const QString& text);

}  // namespace alidade
