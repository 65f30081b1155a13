// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

class QToolButton;
class QWidget;

namespace alidade {

/// Appends a button with a themed icon to the layout of `bar`; its name is tool tip and accessible name.
QToolButton* addIconButton(QWidget& bar, const QString& icon, const QString& name, bool checkable);

}  // namespace alidade
