// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/document_pdf.h"

#include <QHash>
#include <QPdfWriter>
#include <QTextDocument>
#include <QTextFrame>
#include <QTextTable>

#include "app/render/render.h"
#include "core/base/file.h"
#include "core/base/provenance.h"
#include "views/base/figure_bytes.h"

namespace alidade {
namespace {

constexpr double kPageWidth_mm = 297.0, kPageHeight_mm = 210.0;
constexpr int kTextPoints = 8;

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
  QTextDocument document;
  document.setDefaultFont(QFont(QStringLiteral("DejaVu Sans"), kTextPoints));
  document.setMarkdown(QString::fromStdString(markdown), QTextDocument::MarkdownDialectGitHub);
  formatTables(*document.rootFrame());
  const auto bytes =
      pdfBytes(kPageWidth_mm, kPageHeight_mm, asciiJson(to_json(current_provenance())),
               [&document](QPaintDevice& device, double, const QRectF&) {
                 document.print(static_cast<QPdfWriter*>(&device));  // pdfBytes paints on nothing else
               });
  QHashSeed::resetRandomGlobalSeed();
  return bytes ? write_file_atomically(pdf, *bytes) : Expected<void>(bytes.error());
}

}  // namespace alidade
