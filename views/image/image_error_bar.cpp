// SPDX-License-Identifier: BSD-3-Clause
#include "views/image/image_error_bar.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QStandardItemModel>

#include "views/base/plot.h"

namespace alidade {
namespace {

constexpr std::array<double, 7> kRanges{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1};  // metres

QComboBox* makeChoice(QWidget& parent, const QString& name, const QString& tip) {
  auto* choice = new QComboBox(&parent);
  choice->setAccessibleName(name);
  choice->setToolTip(tip);
  choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  choice->setMinimumContentsLength(6);
  choice->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  return choice;
}

}  // namespace

ImageErrorBar::ImageErrorBar(QWidget* parent)
    : QWidget(parent),
      against_(makeChoice(*this, "Depth of", "Measured depth minus the depth of this model")),
      range_(makeChoice(*this, "Range of differences", "Depth difference that has the darkest color")),
      opacity_label_(new QLabel("Opacity", this)),
      opacity_(new QSlider(Qt::Horizontal, this)) {
  setObjectName("imageErrorBar");
  against_->addItems({"Prediction", "Ground truth"});
  for (const double range : kRanges) {
    range_->addItem(QString(QChar(0x00b1)) + QChar(0x2009) + numberText(range * 1000.0, 0) + " mm");
  }
  opacity_->setRange(0, 100);
  opacity_->setPageStep(10);
  opacity_->setMinimumWidth(50);
  opacity_->setAccessibleName("Opacity of the error layers");
  opacity_->setToolTip("Opacity of meshes, silhouettes and depth differences");
  opacity_label_->setProperty("muted", true);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(8, 0, 8, 4);
  row->setSpacing(6);
  row->addWidget(opacity_label_);
  row->addWidget(opacity_, 1);
  row->addWidget(against_);
  row->addWidget(range_);
  connect(opacity_, &QSlider::valueChanged, this, &ImageErrorBar::take);
  connect(against_, &QComboBox::activated, this, &ImageErrorBar::take);
  connect(range_, &QComboBox::activated, this, &ImageErrorBar::take);
}

void ImageErrorBar::setLayers(const ErrorLayers& layers, bool has_prediction) {
  layers_ = layers;
  const QSignalBlocker blocker(opacity_);
  opacity_->setValue(static_cast<int>(std::lround(100.0 * layers.opacity)));
  auto* items = qobject_cast<QStandardItemModel*>(against_->model());
  items->item(0)->setEnabled(has_prediction);
  against_->setCurrentIndex(has_prediction && layers.against == DepthModel::kPrediction ? 0 : 1);
  const auto nearest = std::min_element(kRanges.begin(), kRanges.end(), [&](double a, double b) {
    return std::abs(a - layers.range) < std::abs(b - layers.range);
  });
  range_->setCurrentIndex(static_cast<int>(nearest - kRanges.begin()));
  against_->setVisible(layers.difference);
  range_->setVisible(layers.difference);
  setVisible(layers.any());
}

void ImageErrorBar::take() {
  ErrorLayers next = layers_;
  next.opacity = opacity_->value() / 100.0;
  if (against_->model()->flags(against_->model()->index(0, 0)) & Qt::ItemIsEnabled) {
    next.against = against_->currentIndex() == 0 ? DepthModel::kPrediction : DepthModel::kGroundTruth;
  }
  next.range = kRanges[static_cast<std::size_t>(std::max(0, range_->currentIndex()))];
  layers_ = next;
  Q_EMIT changed(next);
}

}  // namespace alidade
