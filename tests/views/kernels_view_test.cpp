// SPDX-License-Identifier: BSD-3-Clause
// The view of shared kernels with real widgets: threshold, pages, picking, pixels, what it remembers.
#include <cmath>
#include <functional>
#include <set>

#include <QComboBox>
#include <QImage>
#include <QJsonObject>
#include <QLabel>
#include <QPainter>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <QtTest>

#include "core/sharing/sharing_numbers.h"
#include "tests/support/kernel_sharings.h"
#include "tests/support/test_registry.h"
#include "views/base/figure_export.h"
#include "views/base/hover_canvas.h"
#include "views/base/offset_pick_model.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/kernels/kernel_cells_figure.h"
#include "views/kernels/kernel_cube_figure.h"
#include "views/kernels/kernel_layers_figure.h"
#include "views/kernels/kernel_matrix_figure.h"
#include "views/kernels/kernel_paint.h"
#include "views/kernels/kernels_view.h"
#include "views/kernels/tau_canvas.h"

using namespace alidade;

namespace {

using SharedKernels = std::shared_ptr<const KernelSharing>;

SharedKernels madeKernels(std::uint64_t seed = 1) {
  return std::make_shared<const KernelSharing>(test::kernelSharing(seed));
}

/// The view with made-up kernels in it, on the screen.
struct ShownKernels {
  SessionModel session;
  KernelsModel& model = session.model<KernelsModel>();
  std::unique_ptr<KernelsView> view;

  explicit ShownKernels(const SharedKernels& kernels = madeKernels()) {
    if (kernels) {
      session.chooseRun(Run::kA, session.addRun("made up", kernels, false));
    }
    view = std::make_unique<KernelsView>(session);
    view->resize(1280, 640);
    view->show();
    QCoreApplication::processEvents();
  }
  template <class Part>
  Part& part(const char* name) const {
    return *view->findChild<Part*>(QString::fromLatin1(name));
  }
  HoverCanvas& map() const { return part<HoverCanvas>("kernelMap"); }
  const KernelSheet& sheet() const {
    return std::dynamic_pointer_cast<const KernelCubeFigure>(map().figure())->sheet();
  }
  void press(const QString& text) const {
    for (QToolButton* button : view->findChildren<QToolButton*>()) {
      if (button->text() == text && button->isVisible()) {
        button->click();
      }
    }
    QCoreApplication::processEvents();
  }
  /// Clicks the middle of a stop.
  void click(HoverCanvas& canvas, std::size_t stop) const {
    const auto stops = canvas.figure()->stops(canvas.rect(), screenPlotTheme(themeOf(canvas)));
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, stops[stop].spot.center().toPoint());
    QCoreApplication::processEvents();
  }
};

KernelQuestion questionOf(const SharedKernels& kernels) {
  KernelQuestion question;
  question.sharing = kernels;
  question.all = {kernels};
  return question;
}

QImage kernelsPainted(const Figure& figure, const QSize& size, const PlotTheme& theme) {
  QImage image(size, QImage::Format_RGB32);
  image.fill(Qt::black);
  QPainter painter(&image);
  figure.paint(painter, QRectF(QPointF(0, 0), QSizeF(size)), theme);
  return image;
}

std::set<QRgb> colorsIn(const QImage& image, const QRectF& area) {
  std::set<QRgb> colors;
  for (int y = static_cast<int>(area.top()); y < area.bottom(); ++y) {
    for (int x = static_cast<int>(area.left()); x < area.right(); ++x) {
      if (image.rect().contains(x, y)) {
        colors.insert(image.pixel(x, y));
      }
    }
  }
  return colors;
}

}  // namespace

class KernelsViewTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void itFollowsTheRunsOfTheSession() {
    ShownKernels shown(nullptr);
    QVERIFY(!shown.view->figure() && !shown.model.standsAlone());
    QSignalSpy asked(shown.view.get(), &View::actionRequested);
    Q_EMIT shown.view->findChild<StateCard*>()->triggered();
    QCOMPARE(asked.size(), 1);
    const RunId run = shown.session.addRun("made up", madeKernels(), false);
    shown.session.chooseRun(Run::kA, run);
    QVERIFY(shown.view->figure());
    QVERIFY(shown.view->context().contains(QStringLiteral("made up")));
    // A second network: agreement stands beside the map.
    QVERIFY(shown.sheet().cells.agreement.offsets.empty());
    shown.session.addRun("other seed", madeKernels(2), false);
    QCOMPARE(shown.sheet().cells.agreement.networks, std::size_t{2});
    QVERIFY(shown.part<QLabel>("seedAgreement").text().contains(QStringLiteral("2 networks")));
    shown.session.removeRun(run);
    QVERIFY(!shown.view->figure());
  }

  void tauIsLive() {
    ShownKernels shown;
    QSlider& slider = shown.part<QSlider>("tauSlider");
    double share = 1.0;
    for (int value = 0; value <= 1000; value += 100) {
      slider.setValue(value);
      const double now = share_ratio(shown.sheet().layer(), 0, shown.model.choice().tau).offsets;
      QVERIFY(now <= share + 1e-12);  // a higher threshold never shares more
      share = now;
    }
    QCOMPARE(share, 0.0);
    auto& histogram = shown.part<TauCanvas>("tauCanvas");
    QTest::mouseClick(&histogram, Qt::LeftButton, {}, QPoint(histogram.width() / 2, histogram.height() / 2));
    QVERIFY(shown.model.choice().tau && *shown.model.choice().tau > 0.3 && *shown.model.choice().tau < 0.6);
    QVERIFY(std::abs(histogram.tauX() - histogram.width() / 2.0) < 2.0);
    QCOMPARE(slider.value(), static_cast<int>(std::lround(1000.0 * *shown.model.choice().tau)));
    shown.press(QStringLiteral("Recorded"));
    QVERIFY(!shown.model.choice().tau);
    QCOMPARE(slider.value(), 300);
  }

  void aPickedOffsetGoesToOtherViews() {
    ShownKernels shown;
    OffsetPickModel& pick = shown.session.model<OffsetPickModel>();
    QSignalSpy changed(&pick, &OffsetPickModel::pickChanged);
    shown.click(shown.map(), 14);  // right of the center
    QCOMPARE(changed.size(), 1);
    QVERIFY(pick.pick().has_value());
    QVERIFY((pick.pick()->offset == std::array<int, 3>{1, 0, 0}));
    QCOMPARE(pick.pick()->layer, std::string("backbone.stem.conv"));
    QCOMPARE(pick.pick()->source, std::string("rooms-scan"));
    QCOMPARE(pick.pick()->cell_m, 0.02);
    QVERIFY(shown.part<QLabel>("offsetHead").text().contains(QStringLiteral("faces")));
    // Another layer forgets it.
    shown.click(shown.part<HoverCanvas>("kernelLayers"), 2);
    QCOMPARE(shown.model.layer(), std::size_t{2});
    QVERIFY(!pick.pick());
    shown.press(QStringLiteral("Matrix"));
    shown.click(shown.map(), 27 + 3);
    QCOMPARE(shown.model.choice().source, std::string("rooms-view"));
    QVERIFY(pick.pick().has_value());
    QTest::keyClick(&shown.map(), Qt::Key_Escape);
    QVERIFY(!pick.pick());
  }

  void pagesShowTheirFigures() {
    ShownKernels shown;
    QVERIFY(std::dynamic_pointer_cast<const KernelCubeFigure>(shown.view->figure()));
    shown.press(QStringLiteral("Matrix"));
    QVERIFY(std::dynamic_pointer_cast<const KernelMatrixFigure>(shown.view->figure()));
    QCOMPARE(shown.view->figure()->data().rows.size(), std::size_t{3 * 27});
    shown.press(QStringLiteral("Dead cells"));
    QVERIFY(std::dynamic_pointer_cast<const KernelCellsFigure>(shown.view->figure()));
    // One dead corner in each of four kernels of four layers.
    double dead = 0.0;
    for (const auto& row : shown.view->figure()->data().rows) {
      dead += std::get<double>(row[3]);
    }
    QVERIFY(dead >= 4.0);
    shown.press(QStringLiteral("Cube"));
    shown.press(QStringLiteral("Exploded"));
    shown.press(QStringLiteral("Orbits"));
    QVERIFY(shown.sheet().asked.exploded && shown.sheet().asked.orbits);
    auto& colors = shown.part<QComboBox>("sharingChannel");
    colors.setCurrentIndex(1);
    Q_EMIT colors.activated(1);
    QCOMPARE(shown.sheet().channel, KernelChannel::kAlpha);
  }

  void cellsHaveTheColorAndSizeOfTheirNumbers() {
    const auto kernels = madeKernels();
    const auto sheet = makeKernelSheet(questionOf(kernels));
    const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
    const QSize size(900, 420);
    const KernelCubeFigure figure(sheet);
    const QImage image = kernelsPainted(figure, size, theme);
    const KernelCubeLayout layout = layoutKernelCube(QRectF(QPointF(0, 0), QSizeF(size)), theme, *sheet);
    for (std::size_t j = 0; j < 27; ++j) {
      const QRectF& box = layout.boxes[j];
      const QColor color = kernelColor(theme, sheet->cells.values[j]);
      int filled = 0;
      for (int y = static_cast<int>(box.top()) + 1; y < box.bottom() - 1; ++y) {
        for (int x = static_cast<int>(box.left()) + 1; x < box.right() - 1; ++x) {
          filled += image.pixelColor(x, y) == color ? 1 : 0;
        }
      }
      const double edge = sheet->fill(sheet->cells.pairs[j]);
      const double most = edge * edge * box.width() * box.height();
      QVERIFY2(filled > 0.25 * most && filled <= 1.05 * most + 40.0, qPrintable(QString::number(j)));
      QCOMPARE(sheet->few(sheet->cells.pairs[j]), sheet->cells.pairs[j] < kFewPairs);
    }
    // The center has most pairs and fills most.
    QVERIFY(sheet->fill(sheet->cells.pairs[13]) > sheet->fill(sheet->cells.pairs[0]));
    QCOMPARE(sheet->fill(0), 0.0);
    QVERIFY(sheet->fill(1) > 0.0);
  }

  void hatchingStandsWhereFewPairsAre() {
    KernelSharing few = test::kernelSharing();
    auto& pairs = few.layers[0].sources[0].pairs;
    pairs[26] = 40;
    const auto sheet = makeKernelSheet(questionOf(std::make_shared<const KernelSharing>(few)));
    const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kDark));
    const QImage image = kernelsPainted(KernelCubeFigure(sheet), {1200, 500}, theme);
    const auto layout = layoutKernelCube(QRectF(0, 0, 1200, 500), theme, *sheet);
    // A part of the cell beside what is written there.
    const auto part = [&](std::size_t j, double above) {
      const QRectF& box = layout.boxes[j];
      return QRectF(box.center() - QPointF(0.06, above + 0.04) * box.width(),
                    QSizeF(0.12, 0.08) * box.width());
    };
    QVERIFY(sheet->few(40) && !sheet->few(pairs[12]));
    QVERIFY(colorsIn(image, part(26, 0.04)).size() >= 2);
    QCOMPARE(colorsIn(image, part(12, 0.22)).size(), std::size_t{1});
  }

  void figuresStayInsideAndExportAlike() {
    const auto kernels = madeKernels();
    KernelQuestion question = questionOf(kernels);
    question.all.push_back(madeKernels(2));
    for (const bool exploded : {false, true}) {
      question.exploded = exploded;
      question.orbits = true;
      const auto sheet = makeKernelSheet(question);
      for (const QSize& size : {QSize(500, 260), QSize(1100, 640), QSize(140, 90)}) {
        const PlotTheme theme = screenPlotTheme(alidade::theme(ThemeKind::kLight));
        const QImage once = kernelsPainted(KernelCubeFigure(sheet), size, theme);
        QVERIFY(once == kernelsPainted(KernelCubeFigure(sheet), size, theme));
        QVERIFY(!kernelsPainted(KernelMatrixFigure(sheet), size, theme).isNull());
        QVERIFY(!kernelsPainted(KernelLayersFigure({kernels, {}, 1}), size, theme).isNull());
        QVERIFY(!kernelsPainted(KernelCellsFigure(kernels), size, theme).isNull());
      }
    }
  }

  void kernelsOfOthersHaveNoSources() {
    KernelSharing foreign;
    foreign.name = "foreign";
    LayerSharing layer;
    layer.name = "conv";
    layer.raw_order = true;
    for (int j = 0; j < 27; ++j) {
      layer.offsets.push_back({j, 0, 0});
      layer.shared.weight.push_back(j < 9 ? 0.5f : 0.0f);
    }
    foreign.layers = {layer};
    ShownKernels shown(std::make_shared<const KernelSharing>(foreign));
    QCOMPARE(shown.sheet().channel, KernelChannel::kWeight);
    QVERIFY(!shown.part<QComboBox>("sharingSource").isVisible());
    QVERIFY(!shown.part<QSlider>("tauSlider").isVisible());
    shown.press(QStringLiteral("Matrix"));
    shown.press(QStringLiteral("Dead cells"));
    QCOMPARE(std::get<double>(shown.view->figure()->data().rows.front()[3]), 18.0);
    shown.press(QStringLiteral("Cube"));
    shown.click(shown.map(), 3);
    QVERIFY(shown.part<QLabel>("offsetHead").text().contains(QStringLiteral("index 3")));
  }

  void statesComeBackAndBadOnesAreBorne() {
    ShownKernels shown;
    KernelsChoice choice;
    choice.page = KernelsPage::kMatrix;
    choice.layer = "backbone.stage1.block0.conv1";
    choice.source = "rooms-office";
    choice.channel = KernelChannel::kProduct;
    choice.tau = 0.4;
    choice.exploded = choice.orbits = true;
    shown.model.choose(choice);
    shown.model.pick(std::array<int, 3>{0, 1, -1});
    const QJsonObject state = shown.view->saveState();
    shown.model.choose({});
    shown.view->restoreState(state);
    QVERIFY(shown.model.choice() == choice);
    QVERIFY((shown.model.picked() == std::optional(std::array<int, 3>{0, 1, -1})));
    for (const QJsonObject& bad :
         {QJsonObject{{"page", 99}, {"channel", -4}, {"tau", 1e300}, {"offset", "x"}, {"layer", 7}},
          QJsonObject{{"files", QJsonObject()}, {"tau", "x"}, {"source", QJsonArray{1}}}}) {
      shown.view->restoreState(bad);
      QVERIFY(shown.view->figure());
      QVERIFY(!shown.model.choice().tau);
    }
  }
};

ALIDADE_TEST(KernelsViewTest)
#include "kernels_view_test.moc"
