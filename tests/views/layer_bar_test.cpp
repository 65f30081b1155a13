// SPDX-License-Identifier: BSD-3-Clause
// The row of layer buttons: whatever the width, no text is cut and no layer is lost.
#include <QAction>
#include <QApplication>
#include <QTest>
#include <QToolButton>

#include "tests/support/test_registry.h"
#include "views/base/layer_bar.h"
#include "views/base/theme.h"

using namespace alidade;

class LayerBarTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    applyTheme(*qApp, ThemeKind::kDark);
    bar_ = std::make_unique<LayerBar>();
    for (const char* name :
         {"GT", "Pred", "Box", "Axes", "Labels", "Contour", "Mask", "NOCS", "Depth", "Gray"}) {
      auto* action = new QAction(name, bar_.get());
      action->setCheckable(true);
      bar_->addLayer(action);
      actions_ << action;
    }
    bar_->resize(bar_->sizeHint());
    bar_->show();
    QVERIFY(QTest::qWaitForWindowExposed(bar_.get()));
  }

  void cleanup() {
    bar_.reset();
    actions_.clear();
  }

  void allFitAtTheSizeHint() {
    bar_->resize(bar_->sizeHint());
    QVERIFY(bar_->hiddenLayers().isEmpty());
    QCOMPARE(shown().size(), actions_.size());
  }

  void nothingIsCutOrLostAtAnyWidth() {
    for (int width = bar_->sizeHint().width() + 20; width >= bar_->minimumSizeHint().width(); width -= 7) {
      bar_->resize(width, bar_->sizeHint().height());
      QCOMPARE(shown() + bar_->hiddenLayers(), actions_);
      int end = 0;
      for (const QToolButton* button : visibleButtons()) {
        QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(button->text()));
        QVERIFY(button->geometry().left() >= end);
        QVERIFY2(button->geometry().right() < bar_->width(), qPrintable(button->text()));
        end = button->geometry().right();
      }
    }
    QCOMPARE(bar_->hiddenLayers().size(), actions_.size());
  }

  void growsAgain() {
    bar_->resize(bar_->minimumSizeHint());
    bar_->resize(bar_->sizeHint());
    QVERIFY(bar_->hiddenLayers().isEmpty());
  }

 private:
  QList<QToolButton*> visibleButtons() const {
    QList<QToolButton*> buttons = bar_->findChildren<QToolButton*>();
    buttons.removeIf([](const QToolButton* button) { return !button->isVisible(); });
    std::sort(buttons.begin(), buttons.end(), [](auto* a, auto* b) { return a->x() < b->x(); });
    return buttons;
  }

  QList<QAction*> shown() const {
    QList<QAction*> actions;
    for (const QToolButton* button : visibleButtons()) {
      if (button->defaultAction()) {
        actions << button->defaultAction();
      }
    }
    return actions;
  }

  std::unique_ptr<LayerBar> bar_;
  QList<QAction*> actions_;
};

ALIDADE_TEST(LayerBarTest)
#include "layer_bar_test.moc"
