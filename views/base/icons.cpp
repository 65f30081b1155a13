// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/icons.h"

#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QSvgRenderer>

#include "views/base/theme.h"

namespace alidade {
namespace {

QColor inkOf(QIcon::Mode mode) {
  const Theme& colors = themeOf(QGuiApplication::palette());
  if (mode == QIcon::Disabled) {
    QColor faint = colors.muted;
    faint.setAlphaF(0.5F);
    return faint;
  }
  return mode == QIcon::Active || mode == QIcon::Selected ? colors.text : colors.muted;
}

/// Renders an SVG whose strokes are "currentColor" in the color of the theme.
class LineIconEngine : public QIconEngine {
 public:
  explicit LineIconEngine(QByteArray svg) : svg_(std::move(svg)) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
    const QColor ink = inkOf(mode);
    QByteArray colored = svg_;
    colored.replace("currentColor", ink.name().toLatin1());
    QSvgRenderer renderer(colored);
    painter->save();
    painter->setOpacity(painter->opacity() * ink.alphaF());
    renderer.render(painter, rect);
    painter->restore();
  }

  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap pixmap(size);
    if (pixmap.isNull()) {
      return pixmap;  // asked for by buttons that have no room yet
    }
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, {QPoint(0, 0), size}, mode, state);
    return pixmap;
  }

  QIconEngine* clone() const override { return new LineIconEngine(svg_); }

 private:
  QByteArray svg_;
};

}  // namespace

QIcon themedIcon(const QString& name) {
  theme(ThemeKind::kDark);  // the resources are registered with the first theme
  QFile file(":/icons/" + name + ".svg");
  return file.open(QIODevice::ReadOnly) ? QIcon(new LineIconEngine(file.readAll())) : QIcon();
}

QStringList iconNames() {
  theme(ThemeKind::kDark);
  QStringList names = QDir(":/icons").entryList({"*.svg"});
  names.replaceInStrings(".svg", "");
  return names;
}

}  // namespace alidade
