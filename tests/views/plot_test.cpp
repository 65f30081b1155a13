// SPDX-License-Identifier: BSD-3-Clause
#include <QImage>
#include <QPainter>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/plot.h"
#include "views/base/table_figure.h"

using namespace alidade;

namespace {

/// The bounding box of pixels that differ from the background.
QRect inkOf(const QImage& image) {
  QRect box;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      if (image.pixel(x, y) != image.pixel(0, 0)) {
        box = box.united(QRect(x, y, 1, 1));
      }
    }
  }
  return box;
}

template <class F>
QImage plotPainted(F paint) {
  QImage image(400, 300, QImage::Format_RGB32);
  image.fill(Qt::white);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  paint(painter);
  return image;
}

}  // namespace

class PlotTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void numbersHaveATrueMinus() {
    QCOMPARE(numberText(-1.26, 1), QString(QChar(0x2212)) + "1.3");
    QCOMPARE(numberText(-0.001, 2), QString("0.00"));
    QCOMPARE(numberText(12.0, 0), QString("12"));
  }

  void alignmentPutsTextOnTheRightSideOfItsAnchor() {
    const PlotTheme print = printPlotTheme();
    for (const PlotTheme& plot : {screenPlotTheme(theme(ThemeKind::kLight)), print}) {
      const auto box = [&](Qt::Alignment alignment) {
        return inkOf(plotPainted([&](QPainter& p) { drawText(p, plot, {200, 150}, alignment, "HHHH"); }));
      };
      QVERIFY(box(Qt::AlignLeft | Qt::AlignBaseline).left() >= 199);
      QVERIFY(box(Qt::AlignRight | Qt::AlignBaseline).right() <= 201);
      QVERIFY(std::abs(box(Qt::AlignHCenter | Qt::AlignVCenter).center().x() - 200) <= 1);
      QVERIFY(std::abs(box(Qt::AlignHCenter | Qt::AlignVCenter).center().y() - 150) <= 1);
      QVERIFY(box(Qt::AlignLeft | Qt::AlignTop).top() >= 149);
      QVERIFY(box(Qt::AlignLeft | Qt::AlignBottom).bottom() <= 151);
    }
  }

  void outlinesLieWhereTextLies() {
    PlotTheme plot = printPlotTheme();
    const auto text = inkOf(plotPainted([&](QPainter& p) {
      drawText(p, plot, {50, 100}, Qt::AlignLeft, "Mollweide 123");
    }));
    plot.text_as_outlines = true;
    const auto path = inkOf(plotPainted([&](QPainter& p) {
      drawText(p, plot, {50, 100}, Qt::AlignLeft, "Mollweide 123");
    }));
    QVERIFY(std::abs(text.left() - path.left()) <= 1 && std::abs(text.right() - path.right()) <= 1);
    QVERIFY(std::abs(text.top() - path.top()) <= 1 && std::abs(text.bottom() - path.bottom()) <= 1);
  }

  void tableCountsRowsThatDoNotFit() {
    TableFigure::Content content;
    content.columns = {{"name", false}, {"value", true}};
    for (int i = 0; i < 40; ++i) {
      content.rows.push_back({{QString("row %1").arg(i)}, {QString::number(i)}});
    }
    const TableFigure figure(content);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    const QRectF area(20, 20, 300, 200);
    const QImage image = plotPainted([&](QPainter& p) { figure.paint(p, area, plot); });
    QVERIFY(area.toAlignedRect().contains(inkOf(image)));
  }

  void groundTruthAndPredictionDifferWithoutColor() {
    const PlotTheme plot = printPlotTheme();
    QCOMPARE(plot.groundTruthPen().style(), Qt::SolidLine);
    QVERIFY(plot.predictionPen().style() != Qt::SolidLine);
    QVERIFY(!plot.predictionPen().isCosmetic() && !plot.axisPen().isCosmetic() &&
            !plot.gridPen().isCosmetic());
  }
};

ALIDADE_TEST(PlotTest)
#include "plot_test.moc"
