// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QIcon>
#include <QStringList>

namespace alidade {

/// One of our line icons (resources/icons/NAME.svg), drawn in the palette's text color at the moment of
/// painting, so that a change of theme needs no new icon. Unknown names give a null icon.
QIcon themedIcon(const QString& name);

/// The names that themedIcon knows.
QStringList iconNames();

}  // namespace alidade
