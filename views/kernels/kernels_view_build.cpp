// SPDX-License-Identifier: BSD-3-Clause
// The widgets of the view of shared kernels.
#include <QAction>
#include <QBoxLayout>
#include <QComboBox>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/hover_canvas.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/base/strip_parts.h"
#include "views/kernels/kernel_text.h"
#include "views/kernels/kernels_panel.h"
#include "views/kernels/kernels_view.h"

namespace alidade {
namespace {

constexpr int kLayersWidth = 250, kMapWidth = 720, kPanelWidth = 292;

void prepareList(QComboBox& list, const char* id, const QString& name, const QString& tip) {
  list.setObjectName(QLatin1String(id));
  prepareStripList(list, name, tip);
}

}  // namespace

KernelsView::KernelsView(SessionModel& session, QWidget* parent)
    : View(session, parent),
      model_(session.model<KernelsModel>()),
      stack_(new QStackedWidget),
      card_(new StateCard),
      sources_(new QComboBox),
      channels_(new QComboBox),
      exploded_(new QToolButton),
      orbits_(new QToolButton),
      layers_(new HoverCanvas(tr("Layers"))),
      layers_scroll_(scrolledPanel(layers_)),
      map_(new HoverCanvas(tr("Offsets"))),
      cells_(new HoverCanvas(tr("Dead cells"))),
      cells_scroll_(scrolledPanel(cells_)),
      canvas_stack_(new QStackedWidget),
      panel_(new KernelsPanel(model_)) {
  layers_->setObjectName(QStringLiteral("kernelLayers"));
  map_->setObjectName(QStringLiteral("kernelMap"));
  cells_->setObjectName(QStringLiteral("kernelCells"));
  map_->setAccessibleDescription(tr("Arrow keys go through the offsets, Enter keeps one in view."));
  setFocusProxy(map_);
  auto* outer = new QVBoxLayout(this);
  outer->setContentsMargins(0, 0, 0, 0);
  outer->addWidget(stack_);
  buildActions();
  stack_->addWidget(buildPage());
  stack_->addWidget(card_);
  model_.demand().follow(this);
  connectParts();
  takeEvidence();
}

QWidget* KernelsView::buildStrip() {
  auto* strip = new QWidget;
  strip_ = stripLayout(*strip);
  auto* pages = new QHBoxLayout;
  pages->setSpacing(6);
  for (const auto& [text, tip] :
       {std::pair(tr("Cube"), tr("The offsets of one layer for one source.")),
        std::pair(tr("Matrix"), tr("All sources against the offsets of one layer.")),
        std::pair(tr("Dead cells"), tr("Weights that were never touched, get no gradient or no pairs."))}) {
    pages_.push_back(stripToggle(new QToolButton, text, tip));
    pages->addWidget(pages_.back());
  }
  prepareList(*sources_, "sharingSource", tr("Source"), tr("The source of data whose scenes decide."));
  prepareList(*channels_, "sharingChannel", tr("Color"), tr("What colors a cell."));
  for (int i = 0; i <= static_cast<int>(kLastKernelChannel); ++i) {
    channels_->addItem(channelName(static_cast<KernelChannel>(i)));
    channels_->setItemData(i, channelText(static_cast<KernelChannel>(i)), Qt::ToolTipRole);
  }
  auto* lists = new QHBoxLayout;
  lists->setSpacing(6);
  lists->addWidget(sources_);
  lists->addWidget(channels_);
  lists->addWidget(stripToggle(exploded_, tr("Exploded"), tr("The planes as tiles in space.")));
  lists->addWidget(stripToggle(orbits_, tr("Orbits"), tr("Center, faces, edges and corners, each summed.")));
  lists->addStretch();
  strip_->addLayout(pages);
  strip_->addSpacing(8);
  strip_->addLayout(lists, 1);
  return strip;
}

QWidget* KernelsView::buildPage() {
  auto* page = new QWidget;
  auto* column = new QVBoxLayout(page);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(buildStrip());
  canvas_stack_->addWidget(map_);
  canvas_stack_->addWidget(cells_scroll_);
  side_ = scrolledPanel(panel_);
  side_->setMinimumWidth(kPanelWidth - 40);
  layers_scroll_->setMinimumWidth(150);
  auto* split = new QSplitter(Qt::Horizontal);
  split->setChildrenCollapsible(false);
  split->addWidget(layers_scroll_);
  split->addWidget(canvas_stack_);
  split->addWidget(side_);
  split->setStretchFactor(0, 0);
  split->setStretchFactor(1, 1);
  split->setStretchFactor(2, 0);
  split->setSizes({kLayersWidth, kMapWidth, kPanelWidth});
  column->addWidget(split, 1);
  return page;
}

void KernelsView::buildActions() {
  const auto add = [this](const QString& text, auto run) {
    auto* action = new QAction(text, this);
    connect(action, &QAction::triggered, this, run);
    actions_ << action;
  };
  add(tr("Next layer"), [this] { stepLayer(1); });
  add(tr("Previous layer"), [this] { stepLayer(-1); });
  add(tr("Recorded decisions"), [this] {
    KernelsChoice choice = model_.choice();
    choice.tau.reset();
    model_.choose(choice);
  });
  add(tr("Let the picked offset go"), [this] { model_.pick(std::nullopt); });
}

void KernelsView::connectParts() {
  const auto changed = [this](auto&& edit) {
    return [this, edit] {
      KernelsChoice choice = model_.choice();
      edit(choice);
      model_.choose(choice);
      showChoice();
    };
  };
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    connect(pages_[i], &QToolButton::clicked, this,
            changed([i](KernelsChoice& choice) { choice.page = static_cast<KernelsPage>(i); }));
  }
  connect(sources_, &QComboBox::activated, this,
          changed([this](KernelsChoice& choice) { choice.source = sources_->currentText().toStdString(); }));
  connect(channels_, &QComboBox::activated, this, changed([this](KernelsChoice& choice) {
            choice.channel = static_cast<KernelChannel>(channels_->currentIndex());
          }));
  connect(exploded_, &QToolButton::clicked, this,
          changed([this](KernelsChoice& choice) { choice.exploded = exploded_->isChecked(); }));
  connect(orbits_, &QToolButton::clicked, this,
          changed([this](KernelsChoice& choice) { choice.orbits = orbits_->isChecked(); }));
  connect(card_, &StateCard::triggered, this,
          [this] { Q_EMIT actionRequested(QStringLiteral("open-result")); });
  connect(&model_, &KernelsModel::evidenceChanged, this, &KernelsView::takeEvidence);
  connect(&model_, &KernelsModel::choiceChanged, this, [this] {
    showChoice();
    refresh();
  });
  const auto chooseLayer = [this](int layer) {
    const auto sharing = model_.sharing();
    if (sharing && layer >= 0 && static_cast<std::size_t>(layer) < sharing->layers.size()) {
      KernelsChoice choice = model_.choice();
      choice.layer = sharing->layers[static_cast<std::size_t>(layer)].name;
      choice.page = choice.page == KernelsPage::kCells ? KernelsPage::kCube : choice.page;
      model_.choose(choice);
    }
  };
  connect(layers_, &HoverCanvas::chosen, this, chooseLayer);
  connect(cells_, &HoverCanvas::chosen, this, chooseLayer);
  connect(map_, &HoverCanvas::chosen, this, &KernelsView::choosePlace);
  connect(map_, &HoverCanvas::left, this, [this] { model_.pick(std::nullopt); });
}

}  // namespace alidade
