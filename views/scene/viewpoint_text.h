// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>

#include <QJsonObject>
#include <QString>

#include "views/scene/viewpoint.h"

namespace alidade {

/// A viewpoint with the floor of the scene that it was chosen in: with both it looks at another frame's scene
/// from the same side.
struct SavedViewpoint {
  QString name;  ///< may be empty
  Viewpoint viewpoint;
  Floor floor;
};

/// As docs/formats.md describes it: metres, radians, rotation row by row.
QJsonObject toJson(const SavedViewpoint& saved);
/// Nothing when a number is missing, not finite or out of bounds, or when the rotation is none.
std::optional<SavedViewpoint> savedViewpoint(const QJsonObject& json);

/// The same as text, for the clipboard.
QString viewpointText(const SavedViewpoint& saved);
/// Nothing for text that is no viewpoint, or that is longer than 64 KiB.
std::optional<SavedViewpoint> savedViewpointOf(const QString& text);

}  // namespace alidade
