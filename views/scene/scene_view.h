// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <functional>
#include <memory>

#include "views/base/view.h"
#include "core/session/held_runs.h"
#include "views/scene/scene_contents.h"
#include "views/scene/viewpoint_text.h"

class QAction;
class QHBoxLayout;
class QMenu;
class QStackedWidget;

namespace alidade {

class ChoiceAction;
class ColorMapAction;
class LayerBar;
class MeshCache;
class NewestAnswer;
class PlaybackBar;
class SceneActors;
class SceneHud;
class SceneTwin;
class StateCard;
class VtkWidget;

/// The selected frame in space: point cloud, ground truth, predictions. Left drag orbits about the pivot,
/// right, middle or Ctrl drag pans, the wheel moves closer, a double click sets the pivot, a click selects.
/// The viewpoint stays, relative to the floor, when frames are stepped. Without OpenGL a card says why, and
/// figure() still works. With
/// samples shown a second row says whose and how, and a bar below plays the denoising of a path. Points may be
/// colored by their distance to the models, lengths measured between two of them, viewpoints kept under
/// numbers and copied as text, and result B be seen beside A through the same camera.
class SceneView : public View {
  Q_OBJECT

 public:
  explicit SceneView(SessionModel& session, QWidget* parent = nullptr);
  ~SceneView() override;

  QString id() const override { return "scene"; }
  QString title() const override { return "Scene"; }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  QString awaited() const override;
  QStringList companions() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override;

  const SceneContents& contents() const { return contents_; }
  const Viewpoint& viewpoint() const { return viewpoint_; }
  void setViewpoint(const Viewpoint& viewpoint);
  void setStandardView(StandardView view);
  void frameSelection();
  /// Null without OpenGL.
  VtkWidget* vtkWidget() const { return vtk_; }
  /// Result B beside A; null while it is not shown.
  SceneTwin* twin() const { return twin_; }

  static constexpr std::size_t kViewpoints = 9;  ///< that are kept, under the digits from 1
  /// Keeps the viewpoint; an empty name keeps the one that it had, else is "Viewpoint 1".
  void keepViewpoint(std::size_t number, const QString& name = {});
  /// Looks from a viewpoint that was kept, from the same side of this frame's floor; nothing without one.
  void recallViewpoint(std::size_t number);
  void forgetViewpoint(std::size_t number);
  const std::optional<SavedViewpoint>& keptViewpoint(std::size_t number) const {
    return kept_.at(number - 1);
  }

  /// While measuring, clicks choose points of the cloud, and lengths stand between two of them.
  void setMeasuring(bool on);
  bool measuring() const { return measuring_; }
  PlaybackBar& playback() const { return *playback_; }
  /// The instance under a point of the 3D widget.
  std::optional<int> instanceAt(const QPointF& at) const;

 protected:
  void showEvent(QShowEvent* event) override;
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void buildActions();
  void buildPointActions();
  void buildCameraActions();
  void fillViewpointMenu();
  void nameViewpoint();
  void copyViewpoint() const;
  void pasteViewpoint();
  void look(const SavedViewpoint& saved);
  QJsonValue lookedFrom() const;
  void lookFrom(const QJsonValue& saved);
  void askDistances();
  bool measureAt(const QPointF& at);
  void previewMeasure(const QPointF& at);
  void setBeside(bool on);
  void showTwin(const SceneContents& contents);
  QString runCaption(Run side) const;
  void savePoints(QJsonObject& state) const;
  void restorePoints(const QJsonObject& state);
  QWidget* buildBar();
  QWidget* buildHypothesisBar();
  QWidget* buildPlayback();
  QAction* addToggle(const QString& id, const QString& text, const QString& tip, bool* flag,
                     const QKeySequence& key = {});
  void addCommand(const QString& id, const QString& text, const QKeySequence& key,
                  const std::function<void()>& run);
  void takeFrame();
  void takeSamples();
  void takeTime(double t);
  bool showsPath() const;
  bool showsLab() const;
  void wantSamples();
  std::size_t lineBudget() const;
  void keepBudget();
  void showChoices();
  void showBadge();
  QString note() const;
  void saveLook(QJsonObject& state) const;
  void restoreLook(const QJsonObject& state);
  void rebuild();
  void applyMeshes();
  void showContents();
  void applyViewpoint();
  void showCard();
  double aspect() const;
  Eigen::Vector3d rayThrough(const QPointF& at) const;
  bool mousePress(const QPointF& at);
  bool mouseMove(const QPointF& at, Qt::MouseButtons buttons, Qt::KeyboardModifiers modifiers,
                 const QPoint& global);
  bool mouseRelease(const QPointF& at, Qt::MouseButton button);
  void setPivotAt(const QPointF& at);

  SceneContents contents_;
  Floor floor_;
  Viewpoint viewpoint_;
  bool matches_image_ = false;  ///< the camera view: fitted again when the widget's shape changes
  bool placed_ = false;         ///< a viewpoint was chosen for this dataset
  bool dragged_ = false;
  QPointF pressed_at_, last_at_;
  struct Toggle {
    QAction* action;
    bool* flag;
  };
  std::vector<Toggle> toggles_;
  QStackedWidget* stack_ = nullptr;
  StateCard* card_ = nullptr;
  VtkWidget* vtk_ = nullptr;
  SceneHud* hud_ = nullptr;
  LayerBar* hypothesis_bar_ = nullptr;  ///< while samples are shown
  ChoiceAction* source_ = nullptr;
  ChoiceAction* mark_ = nullptr;
  ChoiceAction* color_ = nullptr;
  ChoiceAction* trails_ = nullptr;
  QAction* onion_ = nullptr;
  ChoiceAction* summary_ = nullptr;
  PlaybackBar* playback_ = nullptr;
  std::size_t shown_state_ = 0;  ///< of the path
  std::size_t line_budget_ = 0;  ///< of the hypotheses that are drawn now
  ChoiceAction* point_color_ = nullptr;
  ChoiceAction* distance_range_ = nullptr;
  ColorMapAction* colors_ = nullptr;
  QAction* measure_ = nullptr;
  QAction* beside_ = nullptr;
  QAction* viewpoints_ = nullptr;
  std::array<std::optional<SavedViewpoint>, kViewpoints> kept_;
  bool measuring_ = false;
  QHBoxLayout* pictures_ = nullptr;  ///< the scene, and its twin beside it
  SceneTwin* twin_ = nullptr;
  struct DistanceQuestion {
    std::shared_ptr<const Frame> frame;
    std::shared_ptr<const PoseResult> result;
    std::map<int, std::shared_ptr<const Mesh>> meshes;
    PointColor color = PointColor::kPhoto;
    double range = 0.0;
    bool operator==(const DistanceQuestion&) const = default;
  };
  std::optional<DistanceQuestion> asked_distances_;
  NewestAnswer* distances_;
  MeshCache* meshes_;
  std::unique_ptr<SceneActors> actors_;
  QString drawn_theme_;  ///< name; empty before the first switch
};

}  // namespace alidade
