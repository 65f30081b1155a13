// SPDX-License-Identifier: BSD-3-Clause
// Parallel coordinates: brushing, moving axes, logarithmic axes, gaps, keyboard.
#include <cmath>
#include <limits>

#include <QSignalSpy>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "views/base/plot.h"
#include "views/parallel/parallel_panel.h"

using namespace alidade;

namespace {

/// Steps of a sampler: a schedule sweep, as little of one as shows all kinds of axes.
std::shared_ptr<const ParallelTable> schedules() {
  auto table = std::make_shared<ParallelTable>();
  table->axes = {
      {QStringLiteral("error"), true, true},
      {QStringLiteral("schedule"), false, false, false, {QStringLiteral("linear"), QStringLiteral("cosine")}},
      {QStringLiteral("steps"), false, true},
      {QStringLiteral("within 5\u00b0"), true, false, true}};
  for (int i = 0; i < 6; ++i) {
    table->rows.push_back({QStringLiteral("run %1").arg(i),
                           {0.01 * (1 << i), static_cast<double>(i % 2), 10.0 * (1 << i), 0.1 * i},
                           i});
  }
  table->rows[5].values[2] = std::numeric_limits<double>::quiet_NaN();
  table->color_axis = 3;
  return table;
}

struct ShownPanel {
  ParallelPanel panel;

  ShownPanel() {
    panel.resize(700, 320);
    panel.setTable(schedules());
    panel.show();
    QCoreApplication::processEvents();
  }
  void drag(const QPointF& from, const QPointF& to) {
    QTest::mousePress(&panel, Qt::LeftButton, {}, from.toPoint());
    QMouseEvent move(QEvent::MouseMove, to, panel.mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                     Qt::NoModifier);
    QApplication::sendEvent(&panel, &move);
    QTest::mouseRelease(&panel, Qt::LeftButton, {}, to.toPoint());
  }
  std::size_t kept() const {
    std::size_t count = 0;
    for (const ParallelRow& row : panel.figure()->table().rows) {
      count += isKept(panel.look(), row) ? 1 : 0;
    }
    return count;
  }
};

}  // namespace

class ParallelTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void choicesStandLeftOfScores() {
    const ShownPanel shown;
    const ParallelLayout layout = shown.panel.layoutNow();
    QCOMPARE(orderedAxes(shown.panel.figure()->table(), {}), (std::vector<std::size_t>{1, 2, 0, 3}));
    QVERIFY(layout.axes.front().x < layout.axes.back().x);
    QVERIFY(layout.axes[1].scale.logarithmic() && !layout.axes[3].scale.logarithmic());
    // Equal ratios are equal distances.
    const auto y = [&](double value) { return layout.yAt(layout.axes[1], value); };
    QVERIFY(std::abs((y(10) - y(20)) - (y(80) - y(160))) < 1e-6);
    QVERIFY(std::isnan(y(std::numeric_limits<double>::quiet_NaN())));
  }

  void draggingAlongAnAxisBrushesIt() {
    ShownPanel shown;
    QSignalSpy changed(&shown.panel, &ParallelPanel::lookChanged);
    const ParallelLayout layout = shown.panel.layoutNow();
    const ParallelLayout::Axis& score = layout.axes[3];
    shown.drag({score.x, layout.yAt(score, 0.25)}, {score.x, layout.area.top() + 1.0});
    QVERIFY(!changed.isEmpty());
    QCOMPARE(shown.kept(), std::size_t{3});  // 0.3, 0.4, 0.5
    const ParallelLayout::Axis& steps = layout.axes[1];
    shown.drag({steps.x, layout.area.bottom()}, {steps.x, layout.area.top()});
    QCOMPARE(shown.kept(), std::size_t{2});  // an unknown value lies in no brush
    QVERIFY(std::get<std::string>(shown.panel.figure()->data().rows[0].back()) == "no");
    QTest::mouseClick(&shown.panel, Qt::LeftButton, {}, QPointF(steps.x, layout.area.center().y()).toPoint());
    QCOMPARE(shown.kept(), std::size_t{3});  // a click takes the brush away
    shown.panel.setFocus();
    QTest::keyClick(&shown.panel, Qt::Key_Escape);
    QCOMPARE(shown.kept(), std::size_t{6});
  }

  void namesMoveTheirAxes() {
    ShownPanel shown;
    const ParallelLayout layout = shown.panel.layoutNow();
    shown.drag({layout.axes[0].x + 4.0, layout.head}, {layout.axes[2].x, layout.head});
    QCOMPARE(shown.panel.look().order, (std::vector<std::size_t>{2, 0, 1, 3}));
    shown.panel.setFocus();
    QTest::keyClick(&shown.panel, Qt::Key_Right, Qt::ShiftModifier);
    QCOMPARE(shown.panel.look().order, (std::vector<std::size_t>{2, 0, 3, 1}));
    QCOMPARE(shown.panel.figure()->data().columns[3], std::string("within 5\u00b0 (%)"));
  }

  void linesAreChosen() {
    ShownPanel shown;
    QSignalSpy chosen(&shown.panel, &ParallelPanel::chosen);
    const ParallelLayout layout = shown.panel.layoutNow();
    const ParallelRow& row = shown.panel.figure()->table().rows[4];
    const QPointF a(layout.axes[1].x, layout.yAt(layout.axes[1], row.values[2]));
    const QPointF b(layout.axes[2].x, layout.yAt(layout.axes[2], row.values[0]));
    QTest::mouseClick(&shown.panel, Qt::LeftButton, {}, (0.5 * (a + b)).toPoint());
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen[0][0].toInt(), 4);
    shown.panel.setFocus();
    QTest::keyClick(&shown.panel, Qt::Key_Down);
    QTest::keyClick(&shown.panel, Qt::Key_Down);
    QTest::keyClick(&shown.panel, Qt::Key_Return);
    QCOMPARE(chosen.last()[0].toInt(), 1);
    QVERIFY(
        shown.panel.figure()->cardOf(0).texts().join(QLatin1Char(' ')).contains(QStringLiteral("linear")));
  }

  void faintLinesAreThoseOutside() {
    ShownPanel shown;
    const auto saturated = [&] {
      const QImage image = shown.panel.grab().toImage();
      int count = 0;
      for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
          count += image.pixelColor(x, y).saturation() > 110 ? 1 : 0;
        }
      }
      return count;
    };
    const int before = saturated();
    ParallelLook look;
    look.brushes.resize(4);
    look.brushes[3] = ParallelBrush{2.0, 3.0};  // nothing lies there
    shown.panel.setLook(look);
    QVERIFY(saturated() < before / 2);
    shown.panel.setTable(nullptr);
    QVERIFY(!shown.panel.figure());
    shown.panel.grab();
  }
};

ALIDADE_TEST(ParallelTest)
#include "parallel_test.moc"
