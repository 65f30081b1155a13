// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/window_style.h"

namespace alidade {
namespace {

/// `color` at a share of its opacity, as style sheets write it.
QString faint(const QColor& color, double share) {
  return QStringLiteral("rgba(%1, %2, %3, %4)")
      .arg(color.red())
      .arg(color.green())
      .arg(color.blue())
      .arg(share);
}

}  // namespace

QString windowStyleSheet(const Theme& theme) {
  QString sheet = QStringLiteral(R"(
#dockTitle { background: @surface; border-bottom: 1px solid @border; }
#dockName { font-size: 12px; font-weight: 600; color: @text; }
#dockContext { font-size: 11px; color: @muted; }
#viewFrame { background: @surface; }
#brand { font-weight: 600; color: @text; padding: 0 4px 0 12px; }
QToolButton#perspective { padding: 0 12px; min-height: 26px; border: 1px solid transparent; border-radius: 6px; color: @muted; }
QToolButton#perspective:hover { color: @text; background: @raised; }
QToolButton#perspective:checked { color: @text; background: @raised; border: 1px solid @border; }
QLabel#badgeA, QLabel#badgeB { border-radius: 4px; padding: 3px 8px; font-size: 12px; }
QLabel[runHue="0"] { color: @run0; background: @faint0; }
QLabel[runHue="1"] { color: @run1; background: @faint1; }
QLabel[runHue="2"] { color: @run2; background: @faint2; }
QLabel[runHue="3"] { color: @run3; background: @faint3; }
QLabel#shiftHint { color: @muted; }
QPushButton#searchButton { background: @surface; color: @muted; text-align: left; padding: 0 10px; }
QPushButton#searchButton:hover { color: @text; }
QLabel#searchKeys { color: @muted; font-size: 12px; background: transparent; }
#welcomePage { background: @window; }
#welcomeCard { background: @surface; border: 1px solid @border; border-radius: 12px; }
#welcomeTitle { font-size: 22px; font-weight: 600; color: @text; }
#welcomeCard QPushButton { min-height: 34px; }
#welcomeError { color: @error; }
QPushButton#recentEntry { background: transparent; border: none; border-radius: 6px; text-align: left; color: @text; padding: 0 8px; min-height: 28px; }
QPushButton#recentEntry:hover, QPushButton#recentEntry:focus { background: @raised; }
#tour { background: @surface; border: 1px solid @border; border-radius: 10px; }
#tourMark { background: transparent; border: 2px solid @accent; border-radius: 4px; }
#tourCount { font-size: 11px; color: @muted; }
#tourTitle { font-size: 15px; font-weight: 600; color: @text; }
#commandPalette { background: @surface; border: 1px solid @border; border-radius: 10px; }
QStatusBar QLabel, QStatusBar QToolButton { color: @muted; font-size: 12px; }
QStatusBar QLabel#keyTruth { color: @truth; }
QStatusBar QLabel#keyPrediction { color: @prediction; }
QStatusBar QToolButton#queueChip { color: @text; background: @raised; border-radius: 4px; padding: 1px 6px; }
QStatusBar QToolButton#errorCount { color: @error; }
QTabBar#dockTabs::tab { height: 0; width: 0; min-width: 0; padding: 0; margin: 0; border: none; }
QToolButton#dockTab { font-size: 12px; font-weight: 600; color: @muted; padding: 3px 4px; }
QToolButton#dockTab:hover { color: @text; background: transparent; }
QToolButton#layerButton:disabled { color: @faintMuted; }
#verdictWrong { color: @prediction; font-weight: 600; }
#verdictCorrect { color: @truth; font-weight: 600; }
#verdict { font-weight: 600; }
#sheetGroup { font-size: 12px; font-weight: 600; color: @text; }
)");
  const std::pair<const char*, QString> values[] = {
      {"@surface", theme.surface.name()},
      {"@window", theme.window.name()},
      {"@raised", theme.raised.name()},
      {"@border", theme.border.name()},
      {"@text", theme.text.name()},
      {"@muted", theme.muted.name()},
      {"@accent", theme.accent.name()},
      {"@faintMuted", faint(theme.muted, 0.5)},
      {"@truth", theme.ground_truth.name()},
      {"@prediction", theme.prediction.name()},
      {"@error", theme.error.name()},
  };
  for (const auto& [token, value] : values) {
    sheet.replace(QLatin1String(token), value);
  }
  for (std::size_t hue = 0; hue < theme.runs.size(); ++hue) {
    sheet.replace(QStringLiteral("@run%1").arg(hue), theme.runs[hue].name());
    sheet.replace(QStringLiteral("@faint%1").arg(hue), faint(theme.runs[hue], 0.18));
  }
  return sheet;
}

}  // namespace alidade
