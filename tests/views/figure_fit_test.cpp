// SPDX-License-Identifier: BSD-3-Clause
#include <functional>
#include <utility>

#include <QPainter>
#include <QRegularExpression>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/figure_kinds.h"
#include "views/base/figure_fit.h"
#include "views/base/plot.h"
#include "views/base/text_recorder.h"

namespace alidade {
namespace {

/// A figure that a function paints.
class PaintedFigure : public Figure {
 public:
  using Paint = std::function<void(QPainter&, const QRectF&, const PlotTheme&)>;
  explicit PaintedFigure(Paint paint) : paint_(std::move(paint)) {}
  void paint(QPainter& painter, const QRectF& area, const PlotTheme& theme) const override {
    paint_(painter, area, theme);
  }
  Table data() const override { return {}; }
  Provenance provenance() const override { return {}; }

 private:
  Paint paint_;
};

ExportOptions sized(double width_mm, double height_mm, double text = kPrintTextSize) {
  ExportOptions options;
  options.width_mm = width_mm;
  options.height_mm = height_mm;
  options.text_size = text;
  return options;
}

/// Two words of which the second begins `apart` points right of the first one's end.
PaintedFigure twoWords(double apart) {
  return PaintedFigure([apart](QPainter& painter, const QRectF&, const PlotTheme& theme) {
    drawText(painter, theme, {10, 20}, Qt::AlignLeft | Qt::AlignBaseline, "first");
    drawText(painter, theme, {10 + textWidth(theme, "first") + apart, 20}, Qt::AlignLeft | Qt::AlignBaseline,
             "second");
  });
}

}  // namespace

class FigureFitTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void textsAreFoundWhereTheyArePainted() {
    const PaintedFigure figure([](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
      painter.save();
      painter.setClipRect(QRectF(0, 0, 50, 40), Qt::IntersectClip);
      drawText(painter, theme, {20, 30}, Qt::AlignLeft | Qt::AlignBaseline, "H");
      painter.restore();
      drawText(painter, theme, area.center(), Qt::AlignHCenter | Qt::AlignVCenter, "HHH",
               {TextRole::kBody, {}, false, false, -90.0});
    });
    const PlotTheme plot = printPlotTheme();
    const auto texts = textsOf(figure, {200, 100}, plot);
    QCOMPARE(texts.size(), std::size_t(2));
    QCOMPARE(texts[0].clip, QRectF(0, 0, 50, 40));
    QVERIFY(std::abs(texts[0].ink.bottom() - 30.0) < 0.2);
    QVERIFY(texts[0].ink.height() > 4.0 && texts[0].ink.height() < 8.0);
    QCOMPARE(texts[1].clip, QRectF(0, 0, 200, 100));
    QVERIFY(texts[1].ink.height() > 2.0 * texts[1].ink.width());  // turned
    QVERIFY((texts[1].ink.center() - QPointF(100, 50)).manhattanLength() < 1.0);
  }

  void faultsAreNamed() {
    QVERIFY(textFault(twoWords(4.0), sized(84, 60)).isEmpty());
    const QString both = textFault(twoWords(-6.0), sized(84, 60));
    QVERIFY2(both.contains("first") && both.contains("second") && both.contains("overlap"), qPrintable(both));
    const auto at = [](double x, double y, double clip) {
      return PaintedFigure([=](QPainter& painter, const QRectF&, const PlotTheme& theme) {
        painter.setClipRect(QRectF(0, 0, clip, 1000), Qt::IntersectClip);
        drawText(painter, theme, {x, y}, Qt::AlignLeft | Qt::AlignBaseline, "word");
      });
    };
    QVERIFY(textFault(at(10, 20, 1000), sized(84, 60)).isEmpty());
    QVERIFY(textFault(at(10, 20, 15), sized(84, 60)).contains("cut"));
    QVERIFY(textFault(at(-5, 20, 1000), sized(84, 60)).contains("cut"));
    QVERIFY(textFault(at(10, 175, 1000), sized(84, 60)).contains("cut"));  // leaves the page of 170 points
    const PaintedFigure shortened([](QPainter& painter, const QRectF&, const PlotTheme& theme) {
      drawText(painter, theme, {10, 20}, Qt::AlignLeft, elided(theme, "a long name of something", 30.0));
    });
    QVERIFY(textFault(shortened, sized(84, 60)).contains("cut"));
  }

  void theSentenceNamesASizeThatFits() {
    const PaintedFigure wide([](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
      drawText(painter, theme, {area.width() - 320.0, 20}, Qt::AlignLeft | Qt::AlignBaseline, "here");
    });
    const QString sentence = misfit(wide, sized(84, 60));
    QVERIFY2(sentence.contains("84 \u00d7 60 mm") && sentence.contains("120 \u00d7 80 mm is enough"),
             qPrintable(sentence));
    QVERIFY(misfit(wide, sized(174, 60)).isEmpty());
    const PaintedFigure hopeless([](QPainter& painter, const QRectF&, const PlotTheme& theme) {
      drawText(painter, theme, {-90, 20}, Qt::AlignLeft, "outside");
    });
    QVERIFY(misfit(hopeless, sized(84, 60)).contains("smaller text"));
  }

  void everyKindFitsOrSaysWhichSizeDoes() {
    static const QRegularExpression enough("; ([0-9]+) \u00d7 ([0-9]+) mm is enough");
    QStringList wrong;
    for (const test::FigureKind& kind : test::allFigureKinds()) {
      for (const double width : {84.0, 120.0, 174.0}) {
        for (const double text : {6.0, 8.0, 10.0}) {
          const ExportOptions here = sized(width, width == 84.0 ? 60.0 : width == 120.0 ? 85.0 : 120.0, text);
          const QString sentence = misfit(*kind.figure, here);
          const auto size = enough.match(sentence);
          if (sentence.isEmpty()) {
            continue;
          }
          const QString place = kind.name + QStringLiteral(": ") + sentence;
          const ExportOptions larger = sized(size.captured(1).toDouble(), size.captured(2).toDouble(), text);
          if (!size.hasMatch() || !textFault(*kind.figure, larger).isEmpty()) {
            wrong << place;
          } else if (width == 174.0 && text < 10.0) {
            wrong << place;  // two columns hold every figure in usual sizes of text
          } else {
            qInfo("%s", qPrintable(place));
          }
        }
      }
    }
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
  }

  void fourColumnsAreReadableInOneColumnOfPaper() {
    const ColumnsFigure four(test::shownColumns(4));
    QVERIFY2(textFault(four, sized(84, 120)).isEmpty(), qPrintable(textFault(four, sized(84, 120))));
    const PlotTheme plot = printPlotTheme();
    const QRectF narrow(0, 0, 238, 340);
    // Two by two: the third column stands below the first.
    const QRectF first = four.mapArea(0, narrow, plot), third = four.mapArea(2, narrow, plot);
    QVERIFY(std::abs(first.left() - third.left()) < 1e-9 && third.top() > first.bottom());
    QVERIFY(four.columnAt(third.center(), narrow, plot) == std::size_t(2));
    const QRectF wide(0, 0, 493, 250);
    QVERIFY(std::abs(four.mapArea(3, wide, plot).top() - four.mapArea(0, wide, plot).top()) < 1e-9);
  }

  void legendsSayWhatTheUserWants() {
    const PaintedFigure figure([](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
      drawLegend(painter, theme, QRectF(10, 10, area.width() - 20, 12),
                 {{LegendEntry::Mark::kLine, theme.groundTruthPen(), "run-17b"},
                  {LegendEntry::Mark::kLine, theme.predictionPen(), "B"}});
    });
    ExportOptions options = sized(84, 60);
    options.names["run-17b"] = "ours";
    const PlotTheme plot = themeFor(options);
    const auto texts = textsOf(figure, {238, 170}, plot);
    QCOMPARE(texts.size(), std::size_t(2));
    QCOMPARE(texts[0].text, QString("ours"));
    QCOMPARE(plot.names->painted, (QStringList{"run-17b", "B"}));
    const auto svg = [&] {
      options.svg_text_as_outlines = false;
      return QString::fromStdString(*figureBytes(figure, ".svg", options));
    }();
    QVERIFY(svg.contains(">ours<") && !svg.contains("run-17b"));
    // Larger text is larger by as much.
    const double small = textsOf(figure, {238, 170}, themeFor(sized(84, 60, 6)))[1].ink.height();
    const double large = textsOf(figure, {238, 170}, themeFor(sized(84, 60, 12)))[1].ink.height();
    QVERIFY(std::abs(large / small - 2.0) < 0.05);
  }

  void svgClipsWhatTheFigureClips() {
    const PaintedFigure figure([](QPainter& painter, const QRectF& area, const PlotTheme& theme) {
      painter.save();
      painter.setClipRect(QRectF(20, 30, 40, 50), Qt::IntersectClip);
      painter.fillRect(area, theme.colors.ground_truth);  // a box that spills over the picture
      painter.save();
      painter.setClipRect(QRectF(50, 0, 100, 200), Qt::IntersectClip);
      painter.fillRect(area, theme.colors.prediction);
      painter.restore();
      painter.fillRect(QRectF(22, 32, 2, 2), Qt::black);
      painter.restore();
      painter.fillRect(QRectF(0, 0, 5, 5), Qt::black);
    });
    const QString svg = QString::fromStdString(*figureBytes(figure, ".svg", sized(84, 60)));
    static const QRegularExpression clips("<clipPath id=\"(\\w+)\"><path clip-rule=\"\\w+\" d=\"([^\"]+)\"");
    QHash<QString, QRectF> rects;
    for (auto found = clips.globalMatch(svg); found.hasNext();) {
      const auto clip = found.next();
      static const QRegularExpression pair("(-?[0-9.]+),(-?[0-9.]+)");
      QPolygonF points;
      for (auto at = pair.globalMatch(clip.captured(2)); at.hasNext();) {
        const auto one = at.next();
        points << QPointF(one.captured(1).toDouble(), one.captured(2).toDouble());
      }
      rects[clip.captured(1)] = points.boundingRect();
    }
    const auto clipOf = [&](const QString& color) {
      const auto shape = svg.indexOf("fill=\"" + color + "\"", svg.indexOf("</defs>"));
      const auto group = svg.lastIndexOf("clip-path=\"url(#", shape);
      const auto closed = svg.lastIndexOf("</g>", shape);
      return shape < 0 || group < closed
                 ? QRectF()
                 : rects.value(svg.mid(group + 16, svg.indexOf(')', group) - group - 16));
    };
    const Theme colors = theme(ThemeKind::kPrint);
    QCOMPARE(clipOf(colors.ground_truth.name()), QRectF(20, 30, 40, 50));
    QCOMPARE(clipOf(colors.prediction.name()), QRectF(50, 30, 10, 50));
    // What follows is not clipped any more.
    QVERIFY(svg.lastIndexOf("</g>") < svg.lastIndexOf("#000000"));
    QCOMPARE(svg.count("<g "), svg.count("</g>"));
  }
};

}  // namespace alidade

using alidade::FigureFitTest;
ALIDADE_TEST(FigureFitTest)
#include "figure_fit_test.moc"
