// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

#include "views/base/theme.h"

namespace alidade {

/// What the program's style sheet adds for the window's own widgets: dock titles, tool bar, badges, welcome
/// card, palette.
QString windowStyleSheet(const Theme& theme);

}  // namespace alidade
