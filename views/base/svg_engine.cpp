// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/svg_engine.h"

#include <algorithm>

#include <QBuffer>
#include <QFontInfo>
#include <QImage>
#include <QPainterPath>
#include <QPixmap>

namespace alidade {
namespace {

/// Shortest text of a coordinate: a ten thousandth of a point is nothing to see.
QString number(double value) {
  QString text = QString::number(value, 'f', 4);
  while (text.endsWith(QLatin1Char('0'))) {
    text.chop(1);
  }
  if (text.endsWith(QLatin1Char('.'))) {
    text.chop(1);
  }
  return text == QLatin1String("-0") ? QStringLiteral("0") : text;
}

QString pair(double x, double y) {
  return number(x) + QLatin1Char(',') + number(y);
}

QString pathData(const QPainterPath& path) {
  QString data;
  for (int i = 0; i < path.elementCount(); ++i) {
    const QPainterPath::Element& element = path.elementAt(i);
    if (element.type == QPainterPath::MoveToElement) {
      data += QLatin1Char('M');
    } else if (element.type == QPainterPath::LineToElement) {
      data += QLatin1Char('L');
    } else if (element.type == QPainterPath::CurveToElement) {
      data += QLatin1Char('C');
    } else {
      data += QLatin1Char(' ');  // second and third point of a curve
    }
    data += pair(element.x, element.y);
  }
  return data;
}

QString opacityOf(const char* name, double alpha) {
  return alpha < 1.0 ? QStringLiteral(" %1=\"%2\"").arg(QLatin1String(name), number(alpha)) : QString();
}

QString dashes(const QPen& pen) {
  QString list;
  const double width = pen.widthF() > 0.0 ? pen.widthF() : 1.0;
  for (const double dash : pen.dashPattern()) {
    list += (list.isEmpty() ? QString() : QStringLiteral(",")) + number(dash * width);
  }
  return list;
}

QString strokeOf(const QPen& pen) {
  if (pen.style() == Qt::NoPen) {
    return QStringLiteral(" stroke=\"none\"");
  }
  const QColor color = pen.color();
  QString text = QStringLiteral(" stroke=\"%1\" stroke-width=\"%2\"")
                     .arg(color.name(), number(pen.widthF() > 0.0 ? pen.widthF() : 1.0));
  text += opacityOf("stroke-opacity", color.alphaF());
  if (pen.widthF() <= 0.0 || pen.isCosmetic()) {
    text += QStringLiteral(" vector-effect=\"non-scaling-stroke\"");
  }
  text += pen.capStyle() == Qt::RoundCap    ? QStringLiteral(" stroke-linecap=\"round\"")
          : pen.capStyle() == Qt::SquareCap ? QStringLiteral(" stroke-linecap=\"square\"")
                                            : QString();
  text += pen.joinStyle() == Qt::RoundJoin   ? QStringLiteral(" stroke-linejoin=\"round\"")
          : pen.joinStyle() == Qt::BevelJoin ? QStringLiteral(" stroke-linejoin=\"bevel\"")
                                             : QString();
  if (pen.style() != Qt::SolidLine) {
    text += QStringLiteral(" stroke-dasharray=\"%1\"").arg(dashes(pen));
  }
  return text;
}

}  // namespace

SvgEngine::SvgEngine()
    : QPaintEngine(PrimitiveTransform | PixmapTransform | PainterPaths | Antialiasing | AlphaBlend |
                   ConstantOpacity | LinearGradientFill) {}

bool SvgEngine::begin(QPaintDevice*) {
  clip_ = {};
  return true;
}

bool SvgEngine::end() {
  return true;
}

void SvgEngine::updateState(const QPaintEngineState& now) {
  transform_ = now.transform();
  pen_ = now.pen();
  brush_ = now.brush();
  opacity_ = now.opacity();
  const std::optional<QPainterPath> before = clip_.clip();
  clip_.update(now);
  if (clip_.clip() == before) {
    return;
  }
  if (!clip_group_.isEmpty()) {
    body_ += QStringLiteral("</g>\n");
    clip_group_.clear();
  }
  if (clip_.clip()) {
    clip_group_ = QStringLiteral("clip%1").arg(++definition_count_);
    const QPainterPath& path = *clip_.clip();
    definitions_ +=
        QStringLiteral("<clipPath id=\"%1\"><path clip-rule=\"%2\" d=\"%3\"/></clipPath>\n")
            .arg(clip_group_,
                 path.fillRule() == Qt::OddEvenFill ? QStringLiteral("evenodd") : QStringLiteral("nonzero"),
                 pathData(path));
    body_ += QStringLiteral("<g clip-path=\"url(#%1)\">\n").arg(clip_group_);
  }
}

QString SvgEngine::elements() const {
  const QString open_group = clip_group_.isEmpty() ? QString() : QStringLiteral("</g>\n");
  const QString defined = definitions_.isEmpty()
                              ? QString()
                              : QStringLiteral("<defs>\n") + definitions_ + QStringLiteral("</defs>\n");
  return defined + body_ + open_group;
}

QString SvgEngine::place() const {
  return transform_.isIdentity() ? QString()
                                 : QStringLiteral(" transform=\"matrix(%1,%2,%3,%4,%5,%6)\"")
                                       .arg(transform_.m11(), 0, 'g', 9)
                                       .arg(transform_.m12(), 0, 'g', 9)
                                       .arg(transform_.m21(), 0, 'g', 9)
                                       .arg(transform_.m22(), 0, 'g', 9)
                                       .arg(transform_.dx(), 0, 'g', 9)
                                       .arg(transform_.dy(), 0, 'g', 9);
}

QString SvgEngine::fill() {
  if (brush_.style() != Qt::LinearGradientPattern) {
    return QStringLiteral(" fill=\"%1\"").arg(brush_.color().name()) +
           opacityOf("fill-opacity", brush_.color().alphaF());
  }
  const auto& gradient = *static_cast<const QLinearGradient*>(brush_.gradient());
  const QString id = QStringLiteral("gradient%1").arg(++definition_count_);
  definitions_ += QStringLiteral(
                      "<linearGradient id=\"%1\" gradientUnits=\"userSpaceOnUse\" x1=\"%2\" "
                      "y1=\"%3\" x2=\"%4\" y2=\"%5\">")
                      .arg(id, number(gradient.start().x()), number(gradient.start().y()),
                           number(gradient.finalStop().x()), number(gradient.finalStop().y()));
  for (const auto& [offset, color] : gradient.stops()) {
    definitions_ += QStringLiteral("<stop offset=\"%1\" stop-color=\"%2\"%3/>")
                        .arg(number(offset), color.name(), opacityOf("stop-opacity", color.alphaF()));
  }
  definitions_ += QStringLiteral("</linearGradient>\n");
  return QStringLiteral(" fill=\"url(#%1)\"").arg(id);
}

QString SvgEngine::strokeAndFill(bool filled) {
  const bool painted = filled && brush_.style() != Qt::NoBrush;
  return (painted ? fill() : QStringLiteral(" fill=\"none\"")) + strokeOf(pen_) +
         opacityOf("opacity", opacity_);
}

void SvgEngine::write(const QString& element) {
  body_ += element + QLatin1Char('\n');
}

void SvgEngine::drawPath(const QPainterPath& path) {
  if (path.isEmpty()) {
    return;
  }
  const QString rule =
      path.fillRule() == Qt::OddEvenFill ? QStringLiteral(" fill-rule=\"evenodd\"") : QString();
  write(QStringLiteral("<path d=\"%1\"%2%3%4/>").arg(pathData(path), rule, strokeAndFill(true), place()));
}

void SvgEngine::drawPolygon(const QPointF* points, int count, PolygonDrawMode mode) {
  QString list;
  for (int i = 0; i < count; ++i) {
    list += (i == 0 ? QString() : QStringLiteral(" ")) + pair(points[i].x(), points[i].y());
  }
  const bool closed = mode != PolylineMode;
  const QString rule = mode == OddEvenMode ? QStringLiteral(" fill-rule=\"evenodd\"") : QString();
  write(QStringLiteral("<%1 points=\"%2\"%3%4%5/>")
            .arg(closed ? QStringLiteral("polygon") : QStringLiteral("polyline"), list, rule,
                 strokeAndFill(closed), place()));
}

void SvgEngine::drawImage(const QRectF& target, const QImage& image, const QRectF& source,
                          Qt::ImageConversionFlags) {
  const QImage part = source == QRectF(image.rect()) ? image : image.copy(source.toAlignedRect());
  QByteArray png;
  QBuffer buffer(&png);
  buffer.open(QIODevice::WriteOnly);
  part.save(&buffer, "PNG");
  write(QStringLiteral("<image x=\"%1\" y=\"%2\" width=\"%3\" height=\"%4\" preserveAspectRatio=\"none\" "
                       "xlink:href=\"data:image/png;base64,")
            .arg(number(target.x()), number(target.y()), number(target.width()), number(target.height())) +
        QString::fromLatin1(png.toBase64()) + QLatin1Char('"') + opacityOf("opacity", opacity_) + place() +
        QStringLiteral("/>"));
}

void SvgEngine::drawPixmap(const QRectF& target, const QPixmap& pixmap, const QRectF& source) {
  drawImage(target, pixmap.toImage(), source, Qt::AutoColor);
}

void SvgEngine::drawTextItem(const QPointF& at, const QTextItem& item) {
  const QFont font = item.font();
  write(QStringLiteral(
            "<text x=\"%1\" y=\"%2\" font-family=\"%3\" font-size=\"%4\" font-weight=\"%5\" fill=\"%6\"")
            .arg(number(at.x()), number(at.y()), font.family().toHtmlEscaped())
            .arg(font.pixelSize())
            .arg(static_cast<int>(font.weight()))
            .arg(pen_.color().name()) +
        opacityOf("fill-opacity", pen_.color().alphaF()) + opacityOf("opacity", opacity_) +
        QStringLiteral(" xml:space=\"preserve\"") + place() + QLatin1Char('>') + item.text().toHtmlEscaped() +
        QStringLiteral("</text>"));
}

}  // namespace alidade
