// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStyleFactory>
#include <QWidget>

#include "views/base/added_style.h"

// Must stand outside of any namespace; a static library's resources are not registered by themselves.
static void registerResources() {
  Q_INIT_RESOURCE(resources);
}

namespace alidade {
namespace {

constexpr int kTextPixels = 13;
constexpr const char* kStyledProperty = "alidadeStyled";

QString (*added_style)(const Theme& theme) = nullptr;

QByteArray resourceText(const QString& path) {
  registerResources();
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) {
    qFatal("resource %s is missing from the program", qPrintable(path));
  }
  return file.readAll();
}

QJsonObject colorTokens(const QString& name) {
  return QJsonDocument::fromJson(resourceText(":/theme/" + name + ".json"))
      .object()
      .value("colors")
      .toObject();
}

Theme readTheme(const QString& name) {
  const QJsonObject tokens = colorTokens(name);
  const auto color = [&](const char* token) { return QColor(tokens.value(QLatin1String(token)).toString()); };
  Theme theme;
  theme.name = name;
  theme.window = color("window");
  theme.surface = color("surface");
  theme.raised = color("raised");
  theme.border = color("border");
  theme.grid = color("grid");
  theme.text = color("text");
  theme.muted = color("muted");
  theme.accent = color("accent");
  theme.on_accent = color("on_accent");
  theme.selection = color("selection");
  theme.ground_truth = color("ground_truth");
  theme.prediction = color("prediction");
  theme.runs = {color("run_a"), color("run_b"), color("run_c"), color("run_d")};
  theme.warning = color("warning");
  theme.error = color("error");
  theme.axes = {color("axis_x"), color("axis_y"), color("axis_z")};
  theme.halo = color("halo");
  theme.dark = theme.window.lightnessF() < 0.5F;
  return theme;
}

/// The family that the program carries, made known to Qt with the first use.
const QString& carriedFamily() {
  static const QString family = [] {
    QStringList families;
    registerResources();
    for (const char* weight : {"Regular", "SemiBold"}) {
      const int id = QFontDatabase::addApplicationFont(
          QStringLiteral(":/fonts/InterTabular-%1.otf").arg(QLatin1String(weight)));
      families = QFontDatabase::applicationFontFamilies(id);
    }
    return families.value(0);
  }();
  return family;
}

}  // namespace

const Theme& theme(ThemeKind kind) {
  static const std::array<Theme, 3> themes{readTheme("dark"), readTheme("light"), readTheme("print")};
  return themes[static_cast<std::size_t>(kind)];
}

const Theme& themeOf(const QPalette& palette) {
  return theme(palette.color(QPalette::Window).lightnessF() < 0.5F ? ThemeKind::kDark : ThemeKind::kLight);
}

const Theme& themeOf(const QWidget& widget) {
  return themeOf(widget.palette());
}

ThemeKind systemTheme() {
  return QGuiApplication::palette().color(QPalette::Window).lightnessF() < 0.5F ? ThemeKind::kDark
                                                                                : ThemeKind::kLight;
}

QPalette paletteOf(const Theme& theme) {
  QPalette palette;
  palette.setColor(QPalette::Window, theme.window);
  palette.setColor(QPalette::Base, theme.surface);
  palette.setColor(QPalette::AlternateBase, theme.surface);
  palette.setColor(QPalette::Button, theme.raised);
  palette.setColor(QPalette::ToolTipBase, theme.raised);
  palette.setColor(QPalette::Mid, theme.border);
  palette.setColor(QPalette::Midlight, theme.border);
  palette.setColor(QPalette::Dark, theme.border);
  palette.setColor(QPalette::Light, theme.raised);
  palette.setColor(QPalette::Shadow, theme.window);
  for (const auto role :
       {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
    palette.setColor(role, theme.text);
    palette.setColor(QPalette::Disabled, role, theme.muted);
  }
  palette.setColor(QPalette::BrightText, theme.error);
  palette.setColor(QPalette::PlaceholderText, theme.muted);
  palette.setColor(QPalette::Highlight, theme.selection);
  palette.setColor(QPalette::HighlightedText, theme.text);
  palette.setColor(QPalette::Link, theme.accent);
  palette.setColor(QPalette::LinkVisited, theme.accent);
  return palette;
}

QString styleSheetOf(const Theme& theme) {
  QString sheet = QString::fromUtf8(resourceText(":/theme/style.qss"));
  const QJsonObject tokens = colorTokens(theme.name);
  QStringList names = tokens.keys();
  // Longest first: "@on_accent" must not be read as another token with a tail.
  std::sort(names.begin(), names.end(),
            [](const QString& a, const QString& b) { return a.size() > b.size(); });
  for (const QString& name : names) {
    sheet.replace('@' + name, tokens.value(name).toString());
  }
  return sheet;
}

QFont uiFont() {
  QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
  if (!carriedFamily().isEmpty()) {
    font.setFamily(carriedFamily());
  }
  font.setPixelSize(kTextPixels);
  return font;
}

QFont numberFont() {
  return uiFont();
}

void addStyle(QString (*sheet_of)(const Theme& theme)) {
  added_style = sheet_of;
}

void applyTheme(QApplication& application, ThemeKind kind) {
  const Theme& chosen = theme(kind);
  application.setStyleSheet({});  // a style sheet in place would keep widgets from taking the new palette
  // Each of these goes over all widgets: only what changes is set.
  if (!application.property(kStyledProperty).toBool()) {
    application.setProperty(kStyledProperty, true);
    application.setStyle(QStyleFactory::create("Fusion"));
    application.setFont(uiFont());
  }
  application.setPalette(paletteOf(chosen));
  application.setStyleSheet(styleSheetOf(chosen) + (added_style ? added_style(chosen) : QString()));
}

}  // namespace alidade
