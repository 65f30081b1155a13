// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// Numbers are read, written and typed with a decimal point and without grouping, whatever the user's locale
/// says. Call it right behind the making of the application: Qt takes over the locale of the environment there,
/// in which strtod would read "0.5" as 0.
void usePlainNumbers();

}  // namespace alidade
