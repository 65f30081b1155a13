// SPDX-License-Identifier: BSD-3-Clause
#include <QDockWidget>
#include <QMainWindow>
#include <QPointer>
#include <QtTest>

#include <vtkActor.h>
#include <vtkCubeSource.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>

#include "tests/support/test_registry.h"
#include "tests/views/vtk_message_counter.h"
#include "views/vtk/gl_probe.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {
namespace {

/// A flat red or green cube in the middle before a blue background.
VtkWidget* makeView(double red, double green) {
  auto* view = new VtkWidget;
  vtkNew<vtkCubeSource> cube;
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputConnection(cube->GetOutputPort());
  vtkNew<vtkActor> actor;
  actor->SetMapper(mapper);
  actor->GetProperty()->SetColor(red, green, 0.0);
  actor->GetProperty()->LightingOff();
  view->renderer().AddActor(actor);
  view->renderer().SetBackground(0.0, 0.0, 1.0);
  view->renderer().ResetCamera();
  return view;
}

}  // namespace

class VtkWidgetGlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    if (!glProbe().usable) {
      QSKIP(qPrintable(glProbe().problem));
    }
    vtkOutputWindow::SetInstance(counter_);
  }

  void cleanupTestCase() { vtkOutputWindow::SetInstance(nullptr); }

  /// Every way a view can move between windows; after each, object and background stand where they belong.
  void picturesSurviveDocking() {
    QMainWindow window;
    window.resize(1000, 600);
    window.setCentralWidget(new QWidget);
    window.centralWidget()->setMaximumWidth(20);
    auto* first = makeView(1.0, 0.0);
    auto* second = makeView(0.0, 1.0);
    auto* left = addDock(window, first, Qt::LeftDockWidgetArea);
    auto* right = addDock(window, second, Qt::RightDockWidgetArea);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    const auto both = [&](const char* step) {
      check(first, Qt::red, step);
      check(second, Qt::green, step);
    };
    both("start");
    window.tabifyDockWidget(left, right);
    left->raise();
    check(first, Qt::red, "tabbed, first raised");
    right->raise();
    check(second, Qt::green, "tabbed, second raised");
    left->setFloating(true);
    right->setFloating(true);
    both("floating");
    left->setFloating(false);
    right->setFloating(false);
    window.splitDockWidget(left, right, Qt::Horizontal);
    both("docked again");
    left->close();
    check(second, Qt::green, "first closed");
    left->show();
    both("first opened again");
    for (int cycle = 0; cycle < 10; ++cycle) {
      left->setFloating(true);
      check(first, Qt::red, "cycle, floating");
      left->setFloating(false);
      both("cycle, docked");
    }
    first->setParent(nullptr);
    first->resize(300, 200);
    first->show();
    check(first, Qt::red, "top level");
    left->setWidget(first);
    first->show();
    both("back in its dock");
    window.resize(700, 400);
    both("smaller");
    window.hide();
    QTest::qWait(50);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    both("shown again");
    for (const auto& message : counter_->messages) {
      qWarning("%s", message.c_str());
    }
    QVERIFY(counter_->messages.empty());
  }

  void neverShownWidgetIsDestroyedQuietly() {
    delete makeView(1.0, 0.0);
    QVERIFY(counter_->messages.empty());
  }

 private:
  static QDockWidget* addDock(QMainWindow& window, QWidget* view, Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(&window);
    dock->setWidget(view);
    window.addDockWidget(area, dock);
    return dock;
  }

  static void check(VtkWidget* view, const QColor& object, const char* step) {
    QTest::qWait(30);
    QVERIFY2(view->isVisible() && view->width() > 20 && view->height() > 20, step);
    const QImage image = view->grabFramebuffer();
    QVERIFY2(image.pixelColor(image.width() / 2, image.height() / 2) == object, step);
    QVERIFY2(image.pixelColor(2, 2) == QColor(Qt::blue), step);
    QVERIFY2(qAlpha(image.pixel(2, 2)) == 255, step);
  }

  vtkNew<test::VtkMessageCounter> counter_;
};

}  // namespace alidade

using alidade::VtkWidgetGlTest;
ALIDADE_TEST(VtkWidgetGlTest)
#include "vtk_widget_gl_test.moc"
