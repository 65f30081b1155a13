// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernels_view.h"

#include <algorithm>
#include <cmath>

#include <QBoxLayout>
#include <QComboBox>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>

#include "views/base/hover_canvas.h"
#include "views/base/session_model.h"
#include "views/base/state_card.h"
#include "views/kernels/kernel_cells_figure.h"
#include "views/kernels/kernel_cube_figure.h"
#include "views/kernels/kernel_layers_figure.h"
#include "views/kernels/kernel_matrix_figure.h"
#include "views/kernels/kernel_text.h"
#include "views/kernels/kernels_panel.h"

namespace alidade {

QString KernelsView::context() const {
  const auto sharing = model_.sharing();
  return sharing ? tr("%1 \u00b7 %2")
                       .arg(model_.name(), sharing->layers.size() == 1
                                               ? tr("1 layer")
                                               : tr("%1 layers").arg(sharing->layers.size()))
                 : QString();
}

std::shared_ptr<const Figure> KernelsView::figure() const {
  return model_.choice().page == KernelsPage::kCells ? cells_->figure() : map_->figure();
}

KernelQuestion KernelsView::question() const {
  const KernelsChoice& choice = model_.choice();
  KernelQuestion asked;
  asked.sharing = model_.sharing();
  asked.all = model_.all();
  asked.layer = model_.layer();
  asked.source = model_.source();
  asked.channel = choice.channel;
  asked.tau = choice.tau;
  asked.exploded = choice.exploded;
  asked.orbits = choice.orbits;
  asked.picked = model_.picked();
  return asked;
}

void KernelsView::takeEvidence() {
  const auto sharing = model_.sharing();
  if (sharing != listed_) {
    listed_ = sharing;
    sources_->clear();
    for (const std::string& name : sharing ? sharing->sources : std::vector<std::string>()) {
      sources_->addItem(QString::fromStdString(name));
    }
  }
  pickWanted();
  showChoice();
  refresh();
}

void KernelsView::showChoice() {
  const KernelsChoice& choice = model_.choice();
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    pages_[i]->setChecked(i == static_cast<std::size_t>(choice.page));
  }
  if (sources_->count() > 0) {
    sources_->setCurrentIndex(static_cast<int>(model_.source()));
  }
  channels_->setCurrentIndex(static_cast<int>(choice.channel));
  exploded_->setChecked(choice.exploded);
  orbits_->setChecked(choice.orbits);
  const bool selects = sources_->count() > 0, map = choice.page != KernelsPage::kCells;
  const bool cube = choice.page == KernelsPage::kCube;
  sources_->setVisible(selects && map);
  channels_->setVisible(selects && map);
  exploded_->setVisible(cube);
  orbits_->setVisible(cube);
  side_->setVisible(map);
  layers_scroll_->setVisible(map);
  arrangeStrip();
}

void KernelsView::refresh() {
  const auto sharing = model_.sharing();
  if (!sharing || sharing->layers.empty()) {
    for (HoverCanvas* canvas : {layers_, map_, cells_}) {
      canvas->setFigure(nullptr);
    }
    panel_->setSheet(nullptr);
    card_->setContent(QStringLiteral("kernels"),
                      tr("Open shared kernels (.npz): which kernels of a network its sources of data share."),
                      tr("Open a file\u2026"));
    stack_->setCurrentWidget(card_);
    Q_EMIT contextChanged();
    return;
  }
  stack_->setCurrentIndex(0);
  const KernelsChoice& choice = model_.choice();
  const auto sheet = makeKernelSheet(question());
  const PlotTheme theme = screenPlotTheme(themeOf(*this));
  const auto layers =
      std::make_shared<const KernelLayersFigure>(LayersQuestion{sharing, choice.tau, model_.layer()});
  layers_->setMinimumHeight(static_cast<int>(std::ceil(layers->wantedHeight(theme))));
  layers_->setFigure(layers);
  if (choice.page == KernelsPage::kCells) {
    const auto cells = std::make_shared<const KernelCellsFigure>(sharing);
    cells_->setMinimumHeight(static_cast<int>(std::ceil(cells->wantedHeight(theme))));
    cells_->setFigure(cells);
    canvas_stack_->setCurrentWidget(cells_scroll_);
  } else if (choice.page == KernelsPage::kMatrix) {
    map_->setFigure(std::make_shared<const KernelMatrixFigure>(sheet));
    canvas_stack_->setCurrentWidget(map_);
  } else {
    map_->setFigure(std::make_shared<const KernelCubeFigure>(sheet));
    canvas_stack_->setCurrentWidget(map_);
  }
  panel_->setSheet(sheet);
  Q_EMIT contextChanged();
}

/// A cell of the cube, or one of the matrix, where the source is chosen too. Choosing it again ends that.
void KernelsView::choosePlace(int place) {
  const auto sharing = model_.sharing();
  if (!sharing || sharing->layers.empty()) {
    return;
  }
  const auto& offsets = sharing->layers[model_.layer()].offsets;
  const std::size_t source = static_cast<std::size_t>(place) / offsets.size();
  if (model_.choice().page == KernelsPage::kMatrix && source < sharing->sources.size()) {
    KernelsChoice choice = model_.choice();
    choice.source = sharing->sources[source];
    model_.choose(choice);
  }
  const auto& offset = offsets[static_cast<std::size_t>(place) % offsets.size()];
  model_.pick(model_.picked() == std::optional(offset) ? std::nullopt : std::optional(offset));
}

void KernelsView::stepLayer(int delta) {
  const auto sharing = model_.sharing();
  if (!sharing || sharing->layers.empty()) {
    return;
  }
  const int next =
      std::clamp(static_cast<int>(model_.layer()) + delta, 0, static_cast<int>(sharing->layers.size()) - 1);
  KernelsChoice choice = model_.choice();
  choice.layer = sharing->layers[static_cast<std::size_t>(next)].name;
  model_.choose(choice);
}

void KernelsView::arrangeStrip() {
  int needed = 40;
  for (const QToolButton* button : pages_) {
    needed += button->sizeHint().width() + 6;
  }
  for (const QWidget* widget :
       std::initializer_list<const QWidget*>{sources_, channels_, exploded_, orbits_}) {
    needed += widget->isHidden() ? 0 : widget->sizeHint().width() + 6;
  }
  strip_->setDirection(width() < needed ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void KernelsView::resizeEvent(QResizeEvent* event) {
  View::resizeEvent(event);
  arrangeStrip();
}

}  // namespace alidade
