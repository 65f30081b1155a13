// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>

#include "core/session/held_runs.h"
#include "views/base/view.h"
#include "views/image/image_frames.h"

class QAction;
class QLabel;
class QLayout;
class QStackedWidget;

namespace alidade {

class ColorMapAction;
class ElidedLabel;
class ImageCanvas;
class ImageErrorBar;
class MeshCache;
class NewestAnswer;
class StateCard;

/// What stands on the two sides of the wipe.
enum class WipeSides { kOff, kRuns, kTruthOfA, kTruthOfB };

/// The selected frame's image with its layers. Follows the session's frame, selection and shown result. The
/// error layers are made on a thread of the view's own; until they are there the old picture stays.
class ImageView : public View {
  Q_OBJECT

 public:
  explicit ImageView(SessionModel& session, QWidget* parent = nullptr);
  ~ImageView() override;

  QString id() const override { return "image"; }
  QString title() const override { return "Image"; }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  bool showsFigure() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override;

  const ImageLayers& layers() const { return layers_; }
  void setLayers(const ImageLayers& layers);
  WipeSides wipeSides() const { return wipe_; }
  void setWipeSides(WipeSides sides);
  ImageCanvas& canvas() const { return *canvas_; }

 protected:
  void changeEvent(QEvent* event) override;
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;

 private:
  QAction* addToggle(const QString& id, const QString& text, const QString& tip, bool* flag,
                     const QKeySequence& key = {});
  void addCommand(const QString& id, const QString& text, const QKeySequence& key,
                  const std::function<void()>& run);
  void buildActions();
  void buildErrorActions();
  void buildWipe();
  void buildColors();
  QWidget* buildBar();
  QLayout* buildFoot();
  void follow();
  void rebuild();
  ImageFigureData contentsFor(std::shared_ptr<const PoseResult> result) const;
  ImageWish wish() const;
  QString runName(Run side) const;
  void take(const ImageAnswer& answer);
  ImageAnswer held() const;
  void showCard();
  void refreshToggles();
  void refreshNote();
  void showTip(std::optional<int> instance, const QPoint& global);

  ImageLayers layers_;
  WipeSides wipe_ = WipeSides::kOff;
  struct Toggle {
    QAction* action;
    QString tip;
    bool* flag;
  };
  std::vector<Toggle> toggles_;
  ColorMapAction* depth_colors_ = nullptr;
  ColorMapAction* difference_colors_ = nullptr;
  QAction* wipe_action_ = nullptr;
  QList<QAction*> wipe_options_;  ///< in the order of WipeSides
  QStackedWidget* stack_;
  StateCard* card_;
  ImageCanvas* canvas_;
  ImageErrorBar* error_bar_;
  ElidedLabel* readout_;
  QLabel* note_;
  QWidget* depth_bar_;
  QWidget* error_legend_;
  MeshCache* meshes_;
  NewestAnswer* answer_;
  std::optional<ImageWish> wished_;  ///< shown, or on its way
};

}  // namespace alidade
