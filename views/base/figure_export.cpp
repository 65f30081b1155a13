// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/figure_export.h"

#include <cmath>

#include <QBuffer>
#include <QImage>
#include <QPainter>

#include "core/base/file.h"
#include "views/base/figure_bytes.h"
#include "views/base/svg_device.h"

namespace alidade {
namespace {

constexpr double kPointsPerInch = 72.0;
constexpr double kMillimetresPerInch = 25.4;
constexpr double kMaxSide_mm = 2000.0;
constexpr double kMaxPixels = 200e6;

double points(double mm) {
  return mm / kMillimetresPerInch * kPointsPerInch;
}

Expected<void> check(const ExportOptions& options) {
  const auto sane = [](double mm) { return std::isfinite(mm) && mm >= 5.0 && mm <= kMaxSide_mm; };
  if (!sane(options.width_mm) || !sane(options.height_mm)) {
    return Error{ErrorCode::kUsage, "The figure's width and height must be 5 to 2000 mm."};
  }
  if (!std::isfinite(options.dpi) || options.dpi < 30.0 || options.dpi > 2400.0) {
    return Error{ErrorCode::kUsage, "The figure's resolution must be 30 to 2400 dpi."};
  }
  if (!std::isfinite(options.text_size) || options.text_size < 4.0 || options.text_size > 24.0) {
    return Error{ErrorCode::kUsage, "The figure's text must be 4 to 24 points."};
  }
  const double scale = options.dpi / kMillimetresPerInch;
  if (options.width_mm * options.height_mm * scale * scale > kMaxPixels) {
    return Error{ErrorCode::kUsage,
                 "The figure would have more than 200 megapixels; choose a smaller size or fewer dpi."};
  }
  return {};
}

/// Qt lists a PDF's fonts in the order of a hash whose seed is random. Containers keep the seed they were
/// made with, so a fixed one while the file is written gives equal bytes and touches nothing else.
struct FixedHashSeed {
  FixedHashSeed() { QHashSeed::setDeterministicGlobalSeed(); }
  ~FixedHashSeed() { QHashSeed::resetRandomGlobalSeed(); }
  FixedHashSeed(const FixedHashSeed&) = delete;
  FixedHashSeed& operator=(const FixedHashSeed&) = delete;
};

/// What every file says of its making.
std::string recordOf(const Figure& figure) {
  return to_json(FigureRecord{figure.provenance(), figure.origin()});
}

void paintOn(QPaintDevice& device, double scale, const QRectF& area, const Figure& figure,
             const PlotTheme& theme) {
  QPainter painter(&device);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing |
                         QPainter::SmoothPixmapTransform | QPainter::LosslessImageRendering);
  painter.scale(scale, scale);
  painter.translate(area.topLeft());
  const QRectF page(QPointF(0, 0), area.size());
  if (!theme.transparent) {
    painter.fillRect(page, theme.background());
  }
  figure.paint(painter, page, theme);
}

Expected<std::string> pngOf(const Figure& figure, const ExportOptions& options) {
  const double scale = options.dpi / kPointsPerInch;
  const int width = static_cast<int>(std::lround(points(options.width_mm) * scale));
  const int height = static_cast<int>(std::lround(points(options.height_mm) * scale));
  QImage image(width, height,
               options.transparent ? QImage::Format_ARGB32_Premultiplied : QImage::Format_RGB32);
  if (image.isNull()) {
    return Error{ErrorCode::kFailed, "There is not enough memory for a figure of this size."};
  }
  image.fill(Qt::transparent);
  paintOn(image, scale, QRectF(0, 0, width / scale, height / scale), figure, themeFor(options));
  const int dots_per_metre = static_cast<int>(std::lround(options.dpi / kMillimetresPerInch * 1000.0));
  image.setDotsPerMeterX(dots_per_metre);
  image.setDotsPerMeterY(dots_per_metre);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  if (!image.save(&buffer, "PNG")) {
    return Error{ErrorCode::kFailed, "The figure could not be written as PNG."};
  }
  return withPngText(bytes.toStdString(), "alidade", recordOf(figure));
}

Expected<std::string> svgOf(const Figure& figure, const ExportOptions& options) {
  const QSizeF page(points(options.width_mm), points(options.height_mm));
  SvgDevice device(page);
  PlotTheme theme = themeFor(options);
  theme.text_as_outlines = options.svg_text_as_outlines;
  paintOn(device, 1.0, QRectF(QPointF(0, 0), page), figure, theme);
  const QString head = QStringLiteral(
                           "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg width=\"%1mm\" height=\"%2mm\" "
                           "viewBox=\"0 0 %3 %4\" xmlns=\"http://www.w3.org/2000/svg\" "
                           "xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\">\n"
                           "<title>Alidade figure</title>\n<metadata id=\"alidade\">%5</metadata>\n")
                           .arg(options.width_mm)
                           .arg(options.height_mm)
                           .arg(page.width())
                           .arg(page.height())
                           .arg(QString::fromStdString(recordOf(figure)).toHtmlEscaped());
  return head.toStdString() + device.elements() + "</svg>\n";
}

}  // namespace

PlotTheme themeFor(const ExportOptions& options) {
  PlotTheme theme = printPlotTheme(options.theme, options.text_size);
  theme.transparent = options.transparent;
  theme.names = std::make_shared<LegendNames>();
  theme.names->instead = options.names;
  return theme;
}

Expected<std::string> figureBytes(const Figure& figure, const std::string& extension,
                                  const ExportOptions& options) {
  if (const auto sane = check(options); !sane) {
    return sane.error();
  }
  const FixedHashSeed seed;
  if (extension == ".png") {
    return pngOf(figure, options);
  }
  if (extension == ".svg") {
    return svgOf(figure, options);
  }
  if (extension == ".pdf") {
    return pdfBytes(options.width_mm, options.height_mm, recordOf(figure),
                    [&](QPaintDevice& device, double scale, const QRectF& area) {
                      paintOn(device, scale, area, figure, themeFor(options));
                    });
  }
  if (extension == ".csv") {
    return csv_comment(recordOf(figure)) + to_csv(figure.data());
  }
  return Error{ErrorCode::kUsage,
               "Figures are written as .png, .svg, .pdf or .csv, not as \"" + extension + "\"."};
}

Expected<void> exportFigure(const Figure& figure, const std::filesystem::path& path,
                            const ExportOptions& options) {
  std::string extension = path.extension().string();
  for (char& c : extension) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const auto bytes = figureBytes(figure, extension, options);
  if (!bytes) {
    return bytes.error();
  }
  return write_file_atomically(path, *bytes);
}

}  // namespace alidade
