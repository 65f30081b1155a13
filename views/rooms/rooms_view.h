// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QTimer>

#include "core/data/point_scene.h"
#include "views/base/view.h"
#include "views/rooms/room_camera.h"
#include "views/rooms/room_contents.h"

class QAction;
class QLabel;
class QMenu;
class QSlider;
class QStackedWidget;

namespace alidade {

class ChoiceAction;
class ColorMapAction;
class LayerBar;
class NewestAnswer;
class RoomActors;
class RoomHud;
class StateCard;
class VtkWidget;

/// The selected indoor scene in space: colored points, boxes of the ground truth and of detections with class
/// and score. Left drag orbits, right, middle or Ctrl drag pans, the wheel moves closer, a click selects the
/// object under it. Sliders choose the least score and the height above which points are cut away; a menu the
/// classes. Large clouds are thinned while they move. Without OpenGL a card says why, and figure() works.
class RoomsView : public View {
  Q_OBJECT

 public:
  explicit RoomsView(SessionModel& session, QWidget* parent = nullptr);
  ~RoomsView() override;

  QString id() const override { return QStringLiteral("rooms"); }
  QString title() const override { return tr("Room"); }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  bool showsFigure() const override { return contents_.cloud != nullptr; }
  QString awaited() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override { return actions(); }

  const RoomContents& contents() const { return contents_; }
  const RoomCamera& camera() const { return camera_; }
  void setCamera(const RoomCamera& camera);
  void setSide(RoomSide side);
  void setLeastScore(double score);
  void setCut(double share);
  void setClassShown(const QString& category, bool shown);
  /// Places that are lit above the points: the pairs of a kernel's offset. Null takes them away.
  void setLit(std::shared_ptr<const std::vector<RoomPair>> pairs);
  /// What is said of them beside the number of points.
  const QString& litText() const { return lit_text_; }
  /// The box under a point of the 3D picture.
  std::optional<RoomBox> boxAt(const QPointF& at) const;

  /// Null without OpenGL.
  VtkWidget* vtkWidget() const { return vtk_; }
  RoomHud* hud() const { return hud_; }
  /// Points that are drawn now.
  std::size_t drawnPoints() const;
  /// The room is being moved: fewer points are drawn until it rests.
  bool isMoving() const { return resting_.isActive(); }

 protected:
  void changeEvent(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void buildActions();
  void buildViewActions();
  QWidget* buildBar();
  QWidget* buildSliders();
  void addToggle(const char* id, const QString& text, const QString& tip, bool* flag,
                 const QKeySequence& key);
  void addCommand(const char* id, const QString& text, const QKeySequence& key, std::function<void()> run);
  void takeDataset();
  void takeScene();
  void takeRuns();
  void takePick();
  void load();
  void showScene(std::shared_ptr<const RoomCloud> cloud, std::size_t scene);
  void setClassShown(const std::string& category, bool shown);
  void fillClasses();
  void rebuild();
  void showCard();
  void showNumbers();
  void fit();
  void applyCamera();
  void move();
  void rest();
  void clickAt(const QPointF& at);
  void hoverAt(const QPointF& at, const QPoint& global);
  bool mouse(QEvent* event);
  QString noteText() const;
  double aspect() const;

  std::shared_ptr<const PointSceneSet> scenes_;
  std::optional<std::size_t> asked_;  ///< scene that is being read
  QString problem_;                   ///< why the selected scene could not be read
  RoomContents contents_;
  RoomCamera camera_;
  std::optional<RoomSide> fitted_ = RoomSide::kCorner;  ///< the whole room from there, in any shape
  std::optional<RoomCamera> restored_;                  ///< for the first room that is shown
  std::vector<RoomBox> boxes_;
  struct Toggle {
    QAction* action;
    bool* flag;
  };
  std::vector<Toggle> toggles_;
  ChoiceAction* color_ = nullptr;
  ColorMapAction* colors_ = nullptr;
  QAction* classes_ = nullptr;
  QSlider* score_ = nullptr;
  QSlider* cut_ = nullptr;
  QLabel* score_text_ = nullptr;
  QLabel* cut_text_ = nullptr;
  QStackedWidget* stack_ = nullptr;
  StateCard* card_ = nullptr;
  VtkWidget* vtk_ = nullptr;
  RoomHud* hud_ = nullptr;
  std::unique_ptr<RoomActors> actors_;
  NewestAnswer* loader_;
  NewestAnswer* pairs_;
  QString lit_text_;
  QTimer resting_;
  bool dragged_ = false;
  QPointF pressed_at_, last_at_;
  QString drawn_theme_;
};

}  // namespace alidade
