// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QLabel>

namespace alidade {

class ImageCanvas;

/// The depth layer's color bar at the right of the readout line.
class DepthBar : public QWidget {
 public:
  DepthBar(const ImageCanvas& canvas, QWidget* parent);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const ImageCanvas& canvas_;
};

/// The legend of the error layers below the readout line.
class ErrorLegend : public QWidget {
 public:
  ErrorLegend(const ImageCanvas& canvas, QWidget* parent);

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  const ImageCanvas& canvas_;
};

/// One line of text, cut with an ellipsis where it does not fit.
class NoteLabel : public QLabel {
 public:
  explicit NoteLabel(QWidget* parent);

 protected:
  void paintEvent(QPaintEvent* event) override;
};

}  // namespace alidade
