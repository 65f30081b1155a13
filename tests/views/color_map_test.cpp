// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QPainter>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/color_map_action.h"
#include "views/base/figure_of_view.h"
#include "views/base/rotation_map_density.h"
#include "views/base/session_model.h"
#include "views/base/theme.h"
#include "views/image/image_canvas.h"
#include "views/image/image_figure.h"
#include "views/image/image_rasters.h"
#include "views/image/image_view.h"
#include "views/mollweide/mollweide_view.h"
#include "views/base/color_scale.h"

using namespace alidade;

namespace {

double lightnessOf(const QColor& color) {
  return lightness_of({static_cast<std::uint8_t>(color.red()), static_cast<std::uint8_t>(color.green()),
                       static_cast<std::uint8_t>(color.blue())});
}

/// From magenta to cyan, which no other color of the program is between.
ColorMap magentaToCyan() {
  return {QStringLiteral("mine"), ColorRows{{255, 0, 255}, {0, 255, 255}}};
}

bool nearTo(const QColor& a, const QColor& b, int tolerance = 3) {
  return std::abs(a.red() - b.red()) <= tolerance && std::abs(a.green() - b.green()) <= tolerance &&
         std::abs(a.blue() - b.blue()) <= tolerance;
}

int pixelsLike(const QImage& image, const QColor& color) {
  int count = 0;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      count += nearTo(image.pixelColor(x, y), color, 12);
    }
  }
  return count;
}

ColorMap throughText(const ColorMap& map, const ColorMap& fallback, bool is_signed) {
  const QJsonObject json{{QStringLiteral("map"), map.saved()}};
  return ColorMap::restored(
      QJsonDocument::fromJson(QJsonDocument(json).toJson()).object().value(QStringLiteral("map")), fallback,
      is_signed);
}

}  // namespace

class ColorMapTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;

  QString file(const char* name, const QByteArray& text) const {
    QFile made(folder_.filePath(QLatin1String(name)));
    return made.open(QIODevice::WriteOnly) && made.write(text) == text.size() ? made.fileName() : QString();
  }

 private Q_SLOTS:
  void builtInMapsDeserveNoRemark() {
    for (const bool is_signed : {false, true}) {
      for (const QString& name : colorMapNames(is_signed)) {
        ColorMap map = builtInColorMap(name, is_signed);
        QCOMPARE(map.name(), name);
        QVERIFY2(map.remark(is_signed).isEmpty(), qPrintable(name + map.remark(is_signed)));
        const QColor low = map.at(0.0);
        map.setInverted(true);
        QCOMPARE(map.at(1.0), low);
        QVERIFY(map.remark(is_signed).isEmpty());
      }
    }
    QVERIFY(!ColorMap(SequentialMap::kViridis).remark(true).isEmpty());
  }

  void builtInMapsAreTheTables() {
    for (int i = 0; i <= 1000; ++i) {
      const double share = i / 1000.0;
      QVERIFY(nearTo(ColorMap(SequentialMap::kViridis).at(share),
                     sequentialColor(SequentialMap::kViridis, share), 1));
      QVERIFY(nearTo(ColorMap(DivergingMap::kBlueBrown).at(share), divergingColor(2.0 * share - 1.0), 1));
    }
    QCOMPARE(ColorMap(SequentialMap::kPlasma).at(1.0), QColor(0xf0, 0xf9, 0x21));
    QCOMPARE(ColorMap(SequentialMap::kViridis).at(std::nan("")), QColor(0x44, 0x01, 0x54));
  }

  /// Whichever way round, nothing has the color of the surface, and equal amounts still differ.
  void linesStandOutOnTheSurface() {
    for (const QString& name : colorMapNames(false)) {
      for (const bool inverted : {false, true}) {
        ColorMap map = builtInColorMap(name, false);
        map.setInverted(inverted);
        for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
          QVERIFY(lightnessOf(map.onSurface(share, true)) > 15.0);
          QVERIFY(lightnessOf(map.onSurface(share, false)) < 92.0);
        }
        QVERIFY(map.onSurface(0.0, true) != map.onSurface(1.0, true));
        // The end of a path stands out, whichever way round the map is.
        QVERIFY(lightnessOf(map.ofTime(0.0, true)) > lightnessOf(map.ofTime(1.0, true)) + 30.0);
        QVERIFY(lightnessOf(map.ofTime(0.0, false)) < lightnessOf(map.ofTime(1.0, false)) - 30.0);
      }
    }
    for (const double share : {0.0, 0.3, 1.0}) {
      QVERIFY(nearTo(ColorMap(SequentialMap::kCividis).onSurface(share, true),
                     surfaceColor(SequentialMap::kCividis, share, true), 1));
      QVERIFY(nearTo(ColorMap(SequentialMap::kCividis).onSurface(share, false),
                     surfaceColor(SequentialMap::kCividis, share, false), 1));
    }
  }

  void mapsAreKeptByContent() {
    const ColorMap viridis(SequentialMap::kViridis);
    ColorMap mine = magentaToCyan();
    mine.setInverted(true);
    QVERIFY(throughText(mine, viridis, false) == mine);
    QVERIFY(throughText(ColorMap(SequentialMap::kMagma), viridis, false) == ColorMap(SequentialMap::kMagma));
    const ColorMap difference(DivergingMap::kGreenPurple);
    QVERIFY(throughText(difference, ColorMap(DivergingMap::kBlueBrown), true) == difference);
    // Not for such amounts.
    QVERIFY(throughText(difference, viridis, false) == viridis);
    for (const QString& rows : {QStringLiteral("00ff"), QStringLiteral("00ff00"),
                                QStringLiteral("00ff00zzzzzz"), QString(6 * 4097, QLatin1Char('a'))}) {
      const QJsonObject hostile{{QStringLiteral("name"), QStringLiteral("x")},
                                {QStringLiteral("rows"), rows}};
      QVERIFY(ColorMap::restored(hostile, viridis, false) == viridis);
    }
    QVERIFY(ColorMap::restored(QJsonValue(7), viridis, false) == viridis);
  }

  void aFileIsChosenInTheMenu() {
    QObject owner;
    ColorMapAction action(QStringLiteral("Colors"), QStringLiteral("Tip"), SequentialMap::kViridis, false,
                          &owner);
    QSignalSpy chosen(&action, &ColorMapAction::chosen), said(&action, &ColorMapAction::said);
    action.setFileQuestion([this] { return file("dark & light.csv", "0,0,0\n40,60,80\n255,255,255\n"); });
    action.open()->trigger();
    QCOMPARE(chosen.size(), 1);
    QVERIFY(said.isEmpty());
    QCOMPARE(action.map().name(), QStringLiteral("dark & light"));
    QCOMPARE(action.map().at(0.5), QColor(40, 60, 80));
    action.invert()->trigger();
    QCOMPARE(action.map().at(1.0), QColor(0, 0, 0));
    QCOMPARE(chosen.size(), 2);
    // The way round is kept when another map is chosen.
    action.option(3)->trigger();
    QCOMPARE(action.map().name(), QStringLiteral("inferno"));
    QVERIFY(action.map().inverted() && action.option(3)->isChecked());
    QVERIFY(action.option(3)->font().bold() && !action.option(0)->font().bold());
    action.setFileQuestion([] { return QString(); });
    action.open()->trigger();
    QCOMPARE(action.map().name(), QStringLiteral("inferno"));
  }

  void doubtfulFilesAreRemarkedOn() {
    QObject owner;
    ColorMapAction action(QStringLiteral("Colors"), QStringLiteral("Tip"), SequentialMap::kViridis, false,
                          &owner);
    QSignalSpy said(&action, &ColorMapAction::said);
    action.openFile(file("wavy.csv", "0,0,0\n50,50,50\n100,100,100\n80,80,80\n200,200,200\n255,255,255\n"));
    QCOMPARE(said.size(), 1);
    QCOMPARE(said[0][0].toString(),
             QStringLiteral("wavy is not perceptually uniform: lightness goes back at 40 %."));
    QCOMPARE(said[0][1].toBool(), false);
    action.openFile(file("bad.csv", "0,0,0\n1,2\n"));
    QCOMPARE(said.size(), 2);
    QVERIFY(said[1][0].toString().contains(QStringLiteral("bad.csv: line 2: has 2 values")));
    QCOMPARE(said[1][1].toBool(), true);
    QCOMPARE(action.map().name(), QStringLiteral("wavy"));  // still
    action.openFile(folder_.filePath(QStringLiteral("missing.csv")));
    QCOMPARE(said.size(), 3);
    ColorMapAction difference(QStringLiteral("Colors"), QStringLiteral("Tip"), DivergingMap::kBlueBrown, true,
                              &owner);
    QSignalSpy remark(&difference, &ColorMapAction::said);
    difference.openFile(file("rising.csv", "0,0,0\n255,255,255\n"));
    QVERIFY(remark.at(0)[0].toString().contains(QStringLiteral("not diverging")));
  }

  void theImageAndItsFigureUseIt() {
    SessionModel session;
    session.setDataset(std::make_shared<alidade::test::SmallDataset>(2));
    session.selectFrame(0);
    QTRY_VERIFY(session.frame());
    ImageView view(session);
    view.resize(500, 400);
    QVERIFY(view.findChild<QAction*>(QStringLiteral("image-depth")));
    view.findChild<QAction*>(QStringLiteral("image-depth"))->setChecked(true);
    auto* colors = view.findChild<ColorMapAction*>(QStringLiteral("image-depth-colors"));
    QVERIFY(view.viewActions().contains(colors));
    colors->openFile(file("mine.txt", "255 0 255\n0 255 255\n"));
    const auto figure = std::dynamic_pointer_cast<const ImageFigure>(view.figure());
    QVERIFY(figure);
    QVERIFY(figure->contents().layers.depth_map == magentaToCyan());
    const ImageRasters& rasters = *figure->rasters();
    const double share = (1.0 - rasters.range.low) / (rasters.range.high - rasters.range.low);
    QVERIFY(nearTo(rasters.depth.pixelColor(10, 10), magentaToCyan().at(share), 2));
    QImage bar(500, 24, QImage::Format_RGB32);
    bar.fill(Qt::white);
    QPainter painter(&bar);
    figure->paintDepthBar(painter, QRectF(0, 0, 500, 24), screenPlotTheme(theme(ThemeKind::kLight)));
    painter.end();
    QVERIFY(pixelsLike(bar, Qt::magenta) > 5 && pixelsLike(bar, Qt::cyan) > 5);
    // What the figure notes holds the colors, and brings them back without the file.
    const auto record = figureOf(view, {&view})->origin();
    QVERIFY(record.states.at("image").find("ff00ff00ffff") != std::string::npos);
    ImageView again(session);
    again.restoreState(
        QJsonDocument::fromJson(QByteArray::fromStdString(record.states.at("image"))).object());
    QVERIFY(again.layers().depth_map == magentaToCyan());
    QVERIFY(again.saveState() == view.saveState());
    again.restoreState({});  // of an older program
    QVERIFY(again.layers().depth_map == ColorMap(SequentialMap::kViridis));
  }

  void densitiesAndScalesUseIt() {
    RotationMap map;
    map.samples.assign(20, Eigen::Matrix3d::Identity());
    map.amounts = magentaToCyan();
    const auto density = mapDensity(map, {});
    QImage picture(300, 60, QImage::Format_RGB32);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    const PlotTheme plot = screenPlotTheme(theme(ThemeKind::kLight));
    paintDensityBar(painter, plot, QRectF(10, 5, 200, 50), *density, map.amounts);
    painter.end();
    QVERIFY(pixelsLike(picture, Qt::magenta) > 5 && pixelsLike(picture, Qt::cyan) > 5);
    QVERIFY(!sameStyle(map, RotationMap{}));
    ColorScale scale{QStringLiteral("error"), 0.0, 10.0, 0, false, ColorMap(SequentialMap::kMagma)};
    QCOMPARE(scale.color(10.0, true), ColorMap(SequentialMap::kMagma).at(1.0));
    QImage bars(300, 60, QImage::Format_RGB32);
    bars.fill(Qt::white);
    scale.map = magentaToCyan();
    QPainter on_bars(&bars);
    paintColorBars(on_bars, plot, QRectF(10, 5, 280, 50), {scale});
    on_bars.end();
    QVERIFY(pixelsLike(bars, scale.map.onSurface(0.0, false)) > 5);
    QVERIFY(pixelsLike(bars, scale.map.onSurface(1.0, false)) > 5);
  }

  void theMapKeepsItsColors() {
    SessionModel session;
    MollweideView view(session);
    view.findChild<ColorMapAction*>()->option(2)->trigger();
    MollweideView again(session);
    again.restoreState(view.saveState());
    QCOMPARE(again.findChild<ColorMapAction*>()->map().name(), QStringLiteral("magma"));
  }
};

ALIDADE_TEST(ColorMapTest)
#include "color_map_test.moc"
