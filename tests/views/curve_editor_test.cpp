// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>

#include <QKeyEvent>
#include <QSignalSpy>
#include <QtTest>

#include "tests/support/test_registry.h"
#include "tests/views/lab_support.h"
#include "views/schedule_lab/curve_editor.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// A model whose columns have these curves; column A is shown.
struct Curves {
  SamplingModel model;
  CurveEditor editor{model};

  explicit Curves(const std::vector<Guidance>& all) {
    SamplingRequest request;
    for (const Guidance& guidance : all) {
      request.columns.emplace_back().guidance = guidance;
    }
    model.ask(request);
    editor.resize(320, 240);
  }
};

}  // namespace

class CurveEditorTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void draggingAHandleChangesTheCurve() {
    Curves curves({{GuidanceKind::kExponential, 1.0, 10.0, 5.0, {}}});
    CurveEditor& editor = curves.editor;
    QSignalSpy edited(&curves.model, &SamplingModel::schedulesChanged);
    const QPoint from = editor.handlePosition(0).toPoint();  // t = 0: w max
    drag(&editor, from, from + QPoint(0, 40));
    QVERIFY(edited.size() >= 3);
    const Guidance now = editor.guidance();
    QVERIFY(now.w_max < 9.0 && now.w_max > 1.0);
    QCOMPARE(now.w_min, 1.0);
    QCOMPARE(now.rate, 5.0);
    QVERIFY(curves.model.request().columns[0].guidance == now);
  }

  void everyHandleLandsWhereItIsDropped_data() {
    QTest::addColumn<int>("kind");
    for (const auto kind : {GuidanceKind::kConstant, GuidanceKind::kLinear, GuidanceKind::kExponential,
                            GuidanceKind::kSpline}) {
      QTest::addRow("kind %d", static_cast<int>(kind)) << static_cast<int>(kind);
    }
  }

  void everyHandleLandsWhereItIsDropped() {
    QFETCH(int, kind);
    Guidance guidance{static_cast<GuidanceKind>(kind), 2.0, 9.0, 4.0, {}};
    if (guidance.kind == GuidanceKind::kSpline) {
      guidance = drawnFrom({GuidanceKind::kLinear, 2.0, 9.0, 4.0, {}});
    }
    for (std::size_t handle = 0; handle < handlesOf(guidance).size(); ++handle) {
      const GuidancePoint at = handlesOf(guidance)[handle];
      const Guidance moved = withHandleMoved(guidance, handle, at.t, 0.9 * at.w);
      QVERIFY(check_guidance(moved));
      QVERIFY(std::abs(handlesOf(moved)[handle].w - 0.9 * at.w) < 1e-9);
      QVERIFY(std::abs(moved(at.t) - 0.9 * at.w) < 1e-9);
    }
  }

  void invalidCurvesAreRefused() {
    Guidance drawn;
    drawn.kind = GuidanceKind::kSpline;
    drawn.points = {{0.0, 8.0}, {0.5, 3.0}, {1.0, 1.0}};
    Curves curves({{}, drawn});
    CurveEditor& editor = curves.editor;
    curves.model.setShownColumn(1);
    bool all_valid = true;
    connect(&curves.model, &SamplingModel::schedulesChanged, &editor,
            [&] { all_valid = all_valid && check_guidance(editor.guidance()); });
    QSignalSpy refused(&editor, &CurveEditor::refused);
    // Below the axis: w <= 0.
    const QPoint middle = editor.handlePosition(1).toPoint();
    drag(&editor, middle, QPoint(middle.x(), editor.height() - 2));
    QVERIFY(!refused.isEmpty() && refused.last()[0].toString().contains("positive"));
    QVERIFY(check_guidance(editor.guidance()));
    // Beyond its neighbor: out of order.
    refused.clear();
    const QPoint again = editor.handlePosition(1).toPoint();
    drag(&editor, again, QPoint(editor.handlePosition(2).toPoint().x() - 30, again.y()));
    QVERIFY(!refused.isEmpty());
    QVERIFY(check_guidance(editor.guidance()));
    QVERIFY(all_valid);
  }

  void pointsAreAddedAndRemoved() {
    Curves curves({{GuidanceKind::kConstant, 1.0, 4.0, 5.0, {}}});
    CurveEditor& editor = curves.editor;
    const QPoint at(150, 60);
    QTest::mouseDClick(&editor, Qt::LeftButton, {}, at);
    QCOMPARE(editor.guidance().kind, GuidanceKind::kSpline);
    const std::size_t count = editor.guidance().points.size();
    QVERIFY(editor.focusedHandle());
    const std::size_t added = *editor.focusedHandle();
    QVERIFY(std::hypot(editor.handlePosition(added).x() - at.x(), editor.handlePosition(added).y() - at.y()) <
            90.0);
    QTest::keyClick(&editor, Qt::Key_Delete);
    QCOMPARE(editor.guidance().points.size(), count - 1);
    QSignalSpy refused(&editor, &CurveEditor::refused);
    for (int i = 0; i < 10; ++i) {
      QTest::keyClick(&editor, Qt::Key_Delete);
    }
    QCOMPARE(editor.guidance().points.size(), std::size_t{2});
    QVERIFY(!refused.isEmpty());
  }

  void theKeyboardMovesHandles() {
    Guidance drawn;
    drawn.kind = GuidanceKind::kSpline;
    drawn.points = {{0.0, 8.0}, {0.5, 3.0}, {1.0, 1.0}};
    Curves curves({drawn});
    CurveEditor& editor = curves.editor;
    QTest::keyClick(&editor, Qt::Key_PageDown);  // the first one in the direction of sampling
    QCOMPARE(*editor.focusedHandle(), std::size_t{2});
    QTest::keyClick(&editor, Qt::Key_PageDown);
    QCOMPARE(*editor.focusedHandle(), std::size_t{1});
    QTest::keyClick(&editor, Qt::Key_Right);  // to the right is forward in sampling: smaller t
    QVERIFY(std::abs(editor.guidance().points[1].t - 0.49) < 1e-12);
    QTest::keyClick(&editor, Qt::Key_Up, Qt::ShiftModifier);
    QVERIFY(editor.guidance().points[1].w > 3.5);
    QVERIFY(editor.accessibleDescription().contains("0.49"));
    QKeyEvent shortcut(QEvent::ShortcutOverride, Qt::Key_Left, Qt::NoModifier);
    shortcut.ignore();
    QCoreApplication::sendEvent(&editor, &shortcut);
    QVERIFY(shortcut.isAccepted());  // or the window would go to the previous sample
  }
};

ALIDADE_TEST(CurveEditorTest)
#include "curve_editor_test.moc"
