// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "views/base/view.h"
#include "views/image/image_figure.h"

class QAction;
class QLabel;
class QStackedWidget;

namespace alidade {

class ImageCanvas;
class StateCard;

/// The selected frame's image with its layers. Follows the session's frame, selection and shown result.
class ImageView : public View {
  Q_OBJECT

 public:
  explicit ImageView(SessionModel& session, QWidget* parent = nullptr);

  QString id() const override { return "image"; }
  QString title() const override { return "Image"; }
  QString context() const override;
  std::shared_ptr<const Figure> figure() const override;
  QJsonObject saveState() const override;
  void restoreState(const QJsonObject& state) override;
  QList<QAction*> viewActions() const override;

  const ImageLayers& layers() const { return layers_; }
  void setLayers(const ImageLayers& layers);
  ImageCanvas& canvas() const { return *canvas_; }

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QAction* addToggle(const QString& id, const QString& text, const QString& tip, bool* flag,
                     const QKeySequence& key = {});
  void buildActions();
  QWidget* buildBar();
  void rebuild();
  void showCard();
  void refreshToggles();
  void refreshNote();
  void showTip(std::optional<int> instance, const QPoint& global);

  ImageLayers layers_;
  struct Toggle {
    QAction* action;
    QString tip;
    bool* flag;
  };
  std::vector<Toggle> toggles_;
  QStackedWidget* stack_;
  StateCard* card_;
  ImageCanvas* canvas_;
  QLabel* readout_;
  QLabel* note_;
  QWidget* depth_bar_;
};

}  // namespace alidade
