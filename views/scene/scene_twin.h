// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QWidget>

#include "views/scene/scene_actors.h"

namespace alidade {

class SceneHud;
class VtkWidget;

/// A second picture of a scene, seen through the same camera: result B beside A. Make one only where
/// glProbe().usable; the events of its VTK widget are the owner's business.
class SceneTwin : public QWidget {
  Q_OBJECT

 public:
  explicit SceneTwin(QWidget* parent = nullptr);
  ~SceneTwin() override;

  /// `caption` says whose poses are seen: "B · demo".
  void setContents(const SceneContents& contents, const Floor& floor, const SceneStyle& style,
                   const QString& caption);
  void setViewpoint(const Viewpoint& viewpoint);
  VtkWidget& vtkWidget() const { return *vtk_; }
  const SceneContents& contents() const { return contents_; }

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  SceneContents contents_;
  Viewpoint viewpoint_;
  VtkWidget* vtk_;
  SceneHud* hud_;
  std::unique_ptr<SceneActors> actors_;
};

}  // namespace alidade
