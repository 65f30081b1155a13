// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QJsonArray>
#include <QString>
#include <QStringList>

#include "app/gui/perspectives.h"
#include "app/gui/view_table.h"

namespace alidade {

/// So many views of one kind at most, the first one included.
inline constexpr int kMostViewsOfAKind = 4;

/// The kind of a view by its id in the window: "image" of "image" and of its further one "image.2".
QString kindOfView(const QString& id);
/// 1 for the first of its kind, 2 for "image.2".
int numberOfView(const QString& id);
bool isFurtherView(const QString& id);

/// The id of the next view of this kind, the lowest that is free; empty when there are as many as there may
/// be.
QString nextViewId(const QString& kind, const Docks& docks);

/// The line of the table for a view of this id; null for an unknown one, and for a further view of a kind
/// that has only one.
const ViewSpec* specOfView(const std::vector<ViewSpec>& table, const QString& id);

/// The further views that a list from a file names, each once; what is no such id is left out.
QStringList furtherViewsOf(const QJsonArray& list, const std::vector<ViewSpec>& table);

}  // namespace alidade
