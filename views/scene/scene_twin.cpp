// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/scene_twin.h"

#include <algorithm>

#include <QVBoxLayout>

#include <vtkRenderer.h>

#include "views/scene/scene_distance.h"
#include "views/scene/scene_hud.h"
#include "views/vtk/vtk_widget.h"

namespace alidade {

SceneTwin::SceneTwin(QWidget* parent)
    : QWidget(parent),
      vtk_(new VtkWidget(this)),
      hud_(new SceneHud(vtk_)),
      actors_(std::make_unique<SceneActors>(vtk_->renderer())) {
  vtk_->setAccessibleName("Scene of result B");
  hud_->setContents(&contents_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(vtk_);
}

SceneTwin::~SceneTwin() {
  delete vtk_;  // before the actors whose memory it reads
}

void SceneTwin::setContents(const SceneContents& contents, const Floor& floor, const SceneStyle& style,
                            const QString& caption) {
  contents_ = contents;
  const QColor& ground = style.colors.surface;
  vtk_->renderer().SetBackground(ground.redF(), ground.greenF(), ground.blueF());
  actors_->setContents(contents_, floor, style);
  hud_->setCaption(caption);
  hud_->setScales(sceneScales(contents_));
}

void SceneTwin::setViewpoint(const Viewpoint& viewpoint) {
  viewpoint_ = viewpoint;
  const QSize size = vtk_->size();
  actors_->setViewpoint(viewpoint,
                        static_cast<double>(std::max(1, size.width())) / std::max(1, size.height()));
  hud_->setViewpoint(viewpoint);
  vtk_->redraw();
}

void SceneTwin::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  layout()->activate();
  hud_->setGeometry(vtk_->rect());
  setViewpoint(viewpoint_);
}

}  // namespace alidade
