// SPDX-License-Identifier: BSD-3-Clause
#include <QBuffer>
#include <QImage>
#include <QPainter>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>

#include "core/base/file.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_export.h"
#include "views/base/plot.h"

using namespace alidade;

namespace {

/// A figure with text, a dashed line, a photograph and numbers.
class SampleFigure : public Figure {
 public:
  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override {
    painter.fillRect(QRectF(area.center(), QSizeF(20, 10)), theme.colors.ground_truth);
    painter.setPen(theme.predictionPen());
    painter.drawLine(area.topLeft() + QPointF(10, 10), area.topLeft() + QPointF(100, 10));
    QImage photo(16, 16, QImage::Format_RGB32);
    for (int i = 0; i < 256; ++i) {
      photo.setPixel(i % 16, i / 16, qRgb(i, 255 - i, (i * 7) % 256));
    }
    painter.drawImage(QRectF(area.left() + 10, area.top() + 30, 40, 40), photo);
    drawText(painter, theme, area.center() - QPointF(0, 20), Qt::AlignHCenter, "error (°) \u221212.5");
    drawText(painter, theme, area.center() + QPointF(0, 30), Qt::AlignHCenter, "bold",
             {TextRole::kBody, {}, false, true});
  }
  Table data() const override { return {{"x", "y (cm)"}, {{1.0, 0.1}, {2.0, std::string("a,b")}}}; }
  Provenance provenance() const override {
    Provenance p = current_provenance();
    p.recipe = R"({"name":"demo · exp","k":50})";
    p.seed = 7;
    p.checkpoint = "demo (1).safetensors";
    p.dataset = "Tischplatte \u00fc";
    return p;
  }
};

std::string bytes(const char* extension, const ExportOptions& options = {}) {
  const auto result = figureBytes(SampleFigure(), extension, options);
  return result ? *result : "error: " + result.error().message;
}

}  // namespace

class FigureExportTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void twoExportsAreEqual_data() {
    QTest::addColumn<QString>("extension");
    for (const char* extension : {".png", ".svg", ".pdf", ".csv"}) {
      QTest::newRow(extension) << extension;
    }
  }

  void twoExportsAreEqual() {
    QFETCH(QString, extension);
    const std::string first = bytes(qPrintable(extension));
    QTest::qWait(1100);  // the clock of a creation date has moved on
    for (int i = 0; i < 8; ++i) {
      QHashSeed::resetRandomGlobalSeed();  // as a new process would have it
      QVERIFY(first == bytes(qPrintable(extension)));
    }
    QVERIFY(first.size() > 50);
  }

  void pngHasSizeResolutionAndProvenance() {
    const QByteArray png = QByteArray::fromStdString(bytes(".png"));
    const QImage image = QImage::fromData(png, "PNG");
    QCOMPARE(image.size(), QSize(992, 709));
    QCOMPARE(image.dotsPerMeterX(), 11811);
    QCOMPARE(image.pixelColor(image.width() / 2 + 20, image.height() / 2 + 10),
             theme(ThemeKind::kPrint).ground_truth);
    const auto json = QJsonDocument::fromJson(image.text("alidade").toUtf8()).object();
    QCOMPARE(json["seed"].toInt(), 7);
    QCOMPARE(json["dataset"].toString(), QString::fromUtf8("Tischplatte \u00fc"));
    QVERIFY(png.contains("tEXtalidade"));
  }

  void transparentLeavesTheGroundOut() {
    ExportOptions options;
    options.transparent = true;
    const QImage image = QImage::fromData(QByteArray::fromStdString(bytes(".png", options)), "PNG");
    QCOMPARE(qAlpha(image.pixel(2, 2)), 0);
  }

  void svgIsWellFormedWithoutText() {
    const QByteArray svg = QByteArray::fromStdString(bytes(".svg"));
    QXmlStreamReader reader(svg);
    QString metadata, width;
    while (!reader.atEnd()) {
      reader.readNext();
      if (reader.isStartElement() && reader.name() == QLatin1String("svg")) {
        width = reader.attributes().value("width").toString();
      }
      if (reader.isStartElement() && reader.name() == QLatin1String("metadata")) {
        metadata = reader.readElementText();
      }
    }
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
    QCOMPARE(width, QString("84mm"));
    QCOMPARE(QJsonDocument::fromJson(metadata.toUtf8()).object()["recipe"].toObject()["k"].toInt(), 50);
    QVERIFY(!svg.contains("<text"));
    ExportOptions options;
    options.svg_text_as_outlines = false;
    QVERIFY(QByteArray::fromStdString(bytes(".svg", options)).contains("<text"));
  }

  void pdfEmbedsTrueTypeAndNoJpeg() {
    const QByteArray pdf = QByteArray::fromStdString(bytes(".pdf"));
    QVERIFY(pdf.startsWith("%PDF"));
    QVERIFY(pdf.contains("/FontFile2") && pdf.contains("/CIDFontType2"));
    QVERIFY(!pdf.contains("/Type3") && !pdf.contains("DCTDecode"));
    QVERIFY(pdf.contains("/Keywords ({\"alidade\""));
    QVERIFY(pdf.contains("demo \\(1\\).safetensors"));
    QVERIFY(!pdf.contains(QByteArray::number(QDate::currentDate().year()) +
                          QDate::currentDate().toString("MMdd").toLatin1()));
  }

  void popplerReadsThePdf() {
    const QString tool = QStandardPaths::findExecutable("pdfinfo");
    if (tool.isEmpty()) {
      QSKIP("pdfinfo (poppler-utils) is not installed");
    }
    QTemporaryDir folder;
    const auto path = folder.filePath("figure.pdf");
    QVERIFY(bool(exportFigure(SampleFigure(), path.toStdString(), {})));
    QProcess process;
    process.start(tool, {path});
    QVERIFY(process.waitForFinished());
    const QByteArray text = process.readAllStandardOutput();
    QCOMPARE(process.exitCode(), 0);
    QVERIFY2(process.readAllStandardError().isEmpty(), "poppler has no complaint");
    QVERIFY(text.contains("\"seed\":7") && text.contains("238"));
  }

  void csvHoldsTheNumbers() {
    const std::string csv = bytes(".csv");
    QVERIFY(csv.starts_with("# {\"alidade\""));
    QVERIFY(csv.ends_with("x,y (cm)\n1,0.1\n2,\"a,b\"\n"));
  }

  void badRequestsAreRefused() {
    QTemporaryDir folder;
    const auto unknown = exportFigure(SampleFigure(), folder.filePath("figure.jpg").toStdString(), {});
    QVERIFY(!unknown && unknown.error().code == ErrorCode::kUsage);
    ExportOptions options;
    options.width_mm = 1e9;
    QVERIFY(!figureBytes(SampleFigure(), ".png", options));
    options.width_mm = std::nan("");
    QVERIFY(!figureBytes(SampleFigure(), ".svg", options));
    options = {};
    options.dpi = 1e9;
    QVERIFY(!figureBytes(SampleFigure(), ".png", options));
  }
};

ALIDADE_TEST(FigureExportTest)
#include "figure_export_test.moc"
