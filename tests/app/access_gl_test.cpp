// SPDX-License-Identifier: BSD-3-Clause
// Every control of every view has a name for a screen reader and a tip, can be reached with Tab, and nothing
// is cut in a small window.
#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabBar>
#include <QTemporaryDir>
#include <QToolBar>
#include <QToolButton>
#include <QtTest>

#include "app/gui/actions.h"
#include "app/gui/main_window.h"
#include "app/gui/tour.h"
#include "app/gui/view_dock.h"
#include "app/gui/widget_rules.h"
#include "tests/support/test_registry.h"
#include "tests/views/small_dataset.h"
#include "views/base/elided_label.h"
#include "views/base/view.h"

using namespace alidade;

class AccessGlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init();
  void everyControlHasANameAndATip();
  void tabGoesAroundTheWindow();
  void nothingIsCutInASmallWindow_data();
  void nothingIsCutInASmallWindow();
  void theTourShowsEveryStep();

 private:
  std::unique_ptr<QTemporaryDir> home_;
};

namespace {

/// A part of another control, or a frame that only scrolls.
bool isPart(const QWidget& widget) {
  const QWidget* parent = widget.parentWidget();
  return qobject_cast<const QScrollArea*>(&widget) || (parent && isControl(*parent)) ||
         (parent && parent->inherits("QComboBoxPrivateContainer")) ||
         widget.objectName().startsWith(QLatin1String("qt_"));
}

/// What a person would see of it: class, names, the view it is in.
QString described(const QWidget* widget) {
  QString text = QString::fromLatin1(widget->metaObject()->className()) + QLatin1String(" \"") +
                 widget->objectName() + QLatin1String("\" \"") + controlName(*widget) + QLatin1String("\"");
  for (const QWidget* around = widget; around; around = around->parentWidget()) {
    if (const auto* dock = qobject_cast<const ViewDock*>(around)) {
      text += QLatin1String(" in ") + dock->viewId();
    }
  }
  return text;
}

void openSample(MainWindow& window) {
  SessionModel& session = window.workbench().session();
  const auto dataset = std::make_shared<alidade::test::SmallDataset>(6);
  session.setDataset(dataset);
  session.setResultA(alidade::test::smallResult(*dataset, "a result with a rather long name"));
  session.setResultB(alidade::test::smallResult(*dataset, "b"));
  QTRY_VERIFY(session.frame());
  session.selectInstance(session.frame()->instances.front().index);
}

/// Labels and buttons that show less than they say, and do not say so.
QStringList cutTexts(const MainWindow& window) {
  QStringList cut;
  for (const QWidget* widget : window.findChildren<QWidget*>()) {
    const auto* label = qobject_cast<const QLabel*>(widget);
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    const bool wraps = label && label->wordWrap();
    if ((!label && !button) || (button && !isControl(*button)) || wraps ||
        widget->visibleRegion().isEmpty()) {
      continue;
    }
    if (const auto* elided = qobject_cast<const ElidedLabel*>(widget)) {
      if (elided->isCut() && elided->toolTip().isEmpty()) {
        cut << described(widget) + QLatin1String(": cut without a tip");
      }
      continue;
    }
    const QSize needed = label ? label->sizeHint() : widget->minimumSizeHint();
    if (widget->width() + 1 < needed.width()) {
      cut << described(widget) + QStringLiteral(": %1 of %2 pixels").arg(widget->width()).arg(needed.width());
    }
  }
  for (const QToolBar* bar : window.findChildren<QToolBar*>()) {
    const auto* extension = bar->findChild<QToolButton*>(QStringLiteral("qt_toolbar_ext_button"));
    if (extension && extension->isVisible()) {
      cut << QStringLiteral("the tool bar's end");
    }
  }
  return cut;
}

}  // namespace

void AccessGlTest::init() {
  home_ = std::make_unique<QTemporaryDir>();
  qputenv("XDG_CONFIG_HOME", home_->filePath(QStringLiteral("config")).toUtf8());
  qputenv("XDG_STATE_HOME", home_->filePath(QStringLiteral("state")).toUtf8());
}

void AccessGlTest::everyControlHasANameAndATip() {
  MainWindow window({});
  window.open({1600, 1000});
  openSample(window);
  for (const auto& [id, dock] : window.docks()) {
    QVERIFY2(window.view(id) || id == QLatin1String("figure"), qPrintable(id));
  }
  QStringList nameless;
  int controls = 0;
  for (QWidget* widget : window.findChildren<QWidget*>()) {
    if (widget->isHidden()) {
      continue;  // nothing to press: a card without a button, a line without problems
    }
    widget->ensurePolished();
    const bool named = isControl(*widget) || (widget->focusPolicy() == Qt::StrongFocus && !isPart(*widget));
    controls += named;
    if (named && controlName(*widget).isEmpty()) {
      nameless << described(widget);
    }
    // What a screen reader is told.
    if (isControl(*widget) && !qobject_cast<QAbstractButton*>(widget) && widget->accessibleName().isEmpty()) {
      nameless << described(widget) + QLatin1String(" (for a screen reader)");
    }
  }
  QVERIFY2(controls > 60, qPrintable(QString::number(controls)));
  nameless.sort();
  QVERIFY2(nameless.isEmpty(),
           qPrintable(QLatin1String("neither name nor tip:\n") + nameless.join(QLatin1Char('\n'))));
}

void AccessGlTest::tabGoesAroundTheWindow() {
  MainWindow window({});
  window.open({1600, 1000});
  openSample(window);
  window.activateWindow();
  QVERIFY(QTest::qWaitForWindowActive(&window));
  QWidget* start = window.view(QStringLiteral("browser"))->findChild<QLineEdit*>();
  start->setFocus();
  QSet<QString> views;
  int presses = 0;
  do {
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    for (QWidget* widget = QApplication::focusWidget(); widget; widget = widget->parentWidget()) {
      if (const auto* dock = qobject_cast<ViewDock*>(widget)) {
        views << dock->viewId();
      }
    }
  } while (QApplication::focusWidget() != start && ++presses < 500);
  QVERIFY2(QApplication::focusWidget() == start, qPrintable(described(QApplication::focusWidget())));
  for (const char* id : {"browser", "image", "scene", "predictions", "mollweide", "inspector", "jobs"}) {
    QVERIFY2(views.contains(QLatin1String(id)), id);
  }
}

void AccessGlTest::nothingIsCutInASmallWindow_data() {
  QTest::addColumn<QSize>("size");
  // 1280 x 720 as it is; 1600 x 1000 at 1.25; 3200 x 2000 at 2.
  for (const QSize& size : {QSize(1280, 720), QSize(1280, 800), QSize(1600, 1000)}) {
    QTest::addRow("%d x %d", size.width(), size.height()) << size;
  }
}

void AccessGlTest::nothingIsCutInASmallWindow() {
  QFETCH(QSize, size);
  MainWindow window({});
  window.open(size);
  openSample(window);
  for (const Perspective& perspective : perspectiveTable()) {
    window.setPerspective(QLatin1String(perspective.id));
    QTRY_VERIFY(!window.workbench().jobs().busy());
    QStringList cut;
    const bool whole = QTest::qWaitFor([&] { return (cut = cutTexts(window)).isEmpty(); });  // once laid out
    QVERIFY2(whole, perspective.id + QByteArray(":\n") + cut.join(QLatin1Char('\n')).toUtf8());
  }
}

void AccessGlTest::theTourShowsEveryStep() {
  MainWindow window({});
  window.open({1280, 720});
  openSample(window);
  QVERIFY(!window.settings().tour_taken);
  QVERIFY(window.actions().trigger(QStringLiteral("tour")));
  QVERIFY(window.settings().tour_taken);
  auto* tour = window.findChild<Tour*>();
  QCOMPARE(tourSteps().size(), std::size_t{6});
  QAbstractButton* next = nullptr;
  for (QAbstractButton* button : tour->findChildren<QAbstractButton*>()) {
    next = button->text() == QLatin1String("Next") ? button : next;
  }
  QVERIFY(next);
  for (std::size_t step = 0; step < tourSteps().size(); ++step) {
    QCoreApplication::processEvents();
    QVERIFY(tour->isVisible());
    QCOMPARE(tour->step(), step);
    QCOMPARE(window.settings().perspective, QString::fromLatin1(tourSteps()[step].perspective));
    QVERIFY(!window.docks().at(QLatin1String(tourSteps()[step].view))->visibleRegion().isEmpty());
    QVERIFY2(window.rect().contains(tour->geometry()), tourSteps()[step].title);
    for (const QLabel* label : tour->findChildren<QLabel*>()) {
      QVERIFY2(!label->text().contains(QLatin1Char('%')), qPrintable(label->text()));
      QVERIFY2(label->height() >= label->heightForWidth(label->width()), qPrintable(label->text()));
    }
    QTest::mouseClick(next, Qt::LeftButton);
  }
  QVERIFY(!tour->isVisible());
  QCOMPARE(window.settings().perspective, QStringLiteral("inspect"));
}

ALIDADE_TEST(AccessGlTest)
#include "access_gl_test.moc"
