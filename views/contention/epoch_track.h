// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QAbstractSlider>

namespace alidade {

/// A slider over the epochs of a series, which stand where they lie on its axis, with the share of pairs in
/// conflict as a spark line. Its value is the number of the epoch; arrows step, Home and End go to the ends.
class EpochTrack : public QAbstractSlider {
  Q_OBJECT

 public:
  explicit EpochTrack(QWidget* parent = nullptr);

  /// Rising places on the axis, and a share from 0 to 1 of each; NaN leaves a gap.
  void setSeries(std::vector<double> epochs, std::vector<double> shares);
  /// Where the handle of epoch `index` stands; pixels.
  double placeOf(int index) const;
  /// The epoch next to a pixel.
  int indexAt(double x) const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  QRectF line() const;

  std::vector<double> epochs_, shares_;
};

}  // namespace alidade
