// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/document_pdf.h"

#include <QHash>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextDocument>
#include <QTextFrame>
#include <QTextTable>
#include <QUrl>

#include "app/render/render.h"
#include "core/base/file.h"
#include "core/base/provenance.h"
#include "views/base/figure_bytes.h"

namespace alidade {
namespace {

constexpr double kPageWidth_mm = 297.0, kPageHeight_mm = 210.0;
constexpr int kTextPoints = 8;

constexpr double kLargestWidth = 960.0, kLargestHeight = 560.0;  ///< of an image, 1/96 inch
constexpr double kImageDots = 3.0;                               ///< per 1/96 inch

/// An SVG file as the image of a document; a dot of paper when it cannot be read, for which Qt would draw an
/// icon.
QImage drawnSvg(const std::filesystem::path& file) {
  constexpr std::uintmax_t kMaxBytes = std::uintmax_t{64} << 20;
  const auto text = read_file(file, kMaxBytes);
  QSvgRenderer renderer;
  if (!text || !renderer.load(QByteArray::fromStdString(*text)) || renderer.defaultSize().isEmpty()) {
    QImage blank(1, 1, QImage::Format_RGB32);
    blank.fill(Qt::white);
    return blank;
  }
  const QSizeF size(renderer.defaultSize());
  const double shrink = std::min({1.0, kLargestWidth / size.width(), kLargestHeight / size.height()});
  QImage image((kImageDots * shrink * size).toSize(), QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  renderer.render(&painter);
  painter.end();
  image.setDevicePixelRatio(kImageDots);
  return image;
}

/// A document whose images lie in one folder.
class FolderDocument : public QTextDocument {
 public:
  explicit FolderDocument(std::filesystem::path folder) : folder_(std::move(folder)) {}

 protected:
  QVariant loadResource(int type, const QUrl& name) override {
    return type == QTextDocument::ImageResource ? QVariant(drawnSvg(folder_ / name.fileName().toStdString()))
                                                : QVariant();
  }

 private:
  std::filesystem::path folder_;
};

/// Thin lines and room in the cells; Markdown says nothing about that.
void formatTables(QTextFrame& frame) {
  for (QTextFrame* child : frame.childFrames()) {
    if (auto* table = qobject_cast<QTextTable*>(child)) {
      QTextTableFormat format = table->format();
      format.setBorder(0.5);
      format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
      format.setBorderCollapse(true);
      format.setBorderBrush(QBrush(QColor(0xb0, 0xb0, 0xb0)));
      format.setCellPadding(2.5);
      format.setBottomMargin(6);
      table->setFormat(format);
    }
    formatTables(*child);
  }
}

}  // namespace

Expected<void> write_document_pdf(const std::string& markdown, const std::filesystem::path& pdf) {
  const HeadlessGui gui;
  // Qt lists a PDF's fonts in the order of a hash whose seed is random.
  QHashSeed::setDeterministicGlobalSeed();
  FolderDocument document(pdf.parent_path());
  document.setDefaultFont(QFont(QStringLiteral("DejaVu Sans"), kTextPoints));
  document.setMarkdown(QString::fromStdString(markdown), QTextDocument::MarkdownDialectGitHub);
  formatTables(*document.rootFrame());
  const auto bytes =
      pdfBytes(kPageWidth_mm, kPageHeight_mm, asciiJson(to_json(current_provenance())),
               [&document](QPaintDevice& device, double, const QRectF&) {
                 document.print(static_cast<QPdfWriter*>(&device));  // pdfBytes paints on nothing else
               });
  QHashSeed::resetRandomGlobalSeed();
  return bytes ? write_folder_file(pdf, *bytes) : Expected<void>(bytes.error());
}

}  // namespace alidade
