// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QString>
#include <QWidget>

#include "views/rooms/room_camera.h"
#include "views/rooms/room_contents.h"

namespace alidade {

/// What is painted over the 3D picture of a room: labels, legend, scales, a note. Takes no mouse.
class RoomHud : public QWidget {
  Q_OBJECT

 public:
  explicit RoomHud(QWidget* parent);

  /// The view's own contents, which outlive this, and the boxes that are drawn.
  void setContents(const RoomContents* contents) { contents_ = contents; }
  void setBoxes(std::vector<RoomBox> boxes);
  void setCamera(const RoomCamera& camera);
  /// At the right of the legend: "120 000 of 1 000 000 points".
  void setNote(const QString& note);
  const QString& note() const { return note_; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const RoomContents* contents_ = nullptr;
  std::vector<RoomBox> boxes_;
  RoomCamera camera_;
  QString note_;
};

}  // namespace alidade
