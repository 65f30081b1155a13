// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>

class QApplication;
class QWidget;

namespace alidade {

enum class ThemeKind {
  kDark,
  kLight,
  kPrint,  ///< figures on paper; never for widgets
};

/// Every color of the program, by meaning. Read from resources/theme/*.json (compiled in); there is no other
/// place with color literals but the published color maps.
struct Theme {
  QString name;  ///< "dark", "light", "print"
  bool dark = false;
  QColor window, surface, raised, border, grid;
  QColor text, muted;
  QColor accent, on_accent, selection;
  QColor ground_truth;         ///< solid lines
  QColor prediction;           ///< dashed lines
  std::array<QColor, 4> runs;  ///< results A to D
  QColor warning, error;
  std::array<QColor, 3> axes;  ///< x red, y green, z blue
  QColor halo;                 ///< dark rim of lines over photographs
};

const Theme& theme(ThemeKind kind);

/// Dark or light after the palette's window color: the theme a widget is shown in. Ask for it whenever
/// painting, and repaint on QEvent::PaletteChange; then a live switch needs nothing else.
const Theme& themeOf(const QWidget& widget);
const Theme& themeOf(const QPalette& palette);

/// What the desktop asks for, judged by the palette Qt starts with; ask before applyTheme.
ThemeKind systemTheme();

/// Fusion, palette, style sheet and font of the whole program; may be called again to switch live.
void applyTheme(QApplication& application, ThemeKind kind);

QPalette paletteOf(const Theme& theme);
/// The style sheet with the theme's colors filled in.
QString styleSheetOf(const Theme& theme);

/// The program's font for words and numbers: Inter with figures of equal width, which the program carries; 13
/// px.
QFont uiFont();
/// The same: what is a column of numbers says so.
QFont numberFont();

}  // namespace alidade
