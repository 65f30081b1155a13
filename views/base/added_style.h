// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

#include "views/base/theme.h"

namespace alidade {

/// What a program adds to the style sheet of its widgets, for a theme. Given once, before the first
/// applyTheme: one sheet for the whole program means one pass over all widgets when the theme changes, which
/// is what that costs.
void addStyle(QString (*sheet_of)(const Theme& theme));

}  // namespace alidade
