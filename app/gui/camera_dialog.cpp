// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/camera_dialog.h"

#include <utility>

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "views/base/theme.h"

namespace alidade {
namespace {

constexpr double kLargestEntry = 999999.0;
constexpr int kEntryDecimals = 4;

}  // namespace

CameraDialog::CameraDialog(const CameraSettings& settings, Take take, QWidget* parent)
    : QDialog(parent), take_(std::move(take)) {
  setWindowTitle(tr("Camera of the frame"));
  auto* column = new QVBoxLayout(this);
  auto* explanation = new QLabel(
      tr("Intrinsics as in OpenCV: pixel centers at whole numbers, no distortion. 0 means unknown."));
  explanation->setWordWrap(true);
  explanation->setProperty("muted", true);
  column->addWidget(explanation);
  auto* form = new QFormLayout;
  form->setObjectName(QStringLiteral("form"));
  column->addLayout(form);
  const QString pixels = tr(" px");
  fx_ = addNumber(tr("fx"), tr("Focal length along the rows, in pixels"), settings.fx, pixels, false);
  fy_ = addNumber(tr("fy"), tr("Focal length along the columns, in pixels"), settings.fy, pixels, false);
  cx_ = addNumber(tr("cx"), tr("Column of the principal point"), settings.cx, pixels, true);
  cy_ = addNumber(tr("cy"), tr("Row of the principal point"), settings.cy, pixels, true);
  depth_scale_ = addNumber(
      tr("depth scale"),
      tr("Millimetres per unit of the depth image: 1 for millimetres, 0.1 for YCB-Video, 1000 for metres"),
      settings.depth_scale, tr(" mm per unit"), false);
  save_ = new QCheckBox(tr("Write it to camera.json beside the image, in place of the one there"));
  column->addWidget(save_);
  problem_ = new QLabel;
  problem_->setTextFormat(Qt::PlainText);
  problem_->setWordWrap(true);
  problem_->setStyleSheet(QStringLiteral("color: %1").arg(themeOf(*this).error.name()));
  problem_->hide();
  column->addWidget(problem_);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
  buttons->button(QDialogButtonBox::Ok)->setText(tr("Use this camera"));
  column->addWidget(buttons);
  connect(buttons, &QDialogButtonBox::accepted, this, &CameraDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &CameraDialog::reject);
}

QDoubleSpinBox* CameraDialog::addNumber(const QString& name, const QString& tip, double value,
                                        const QString& unit, bool negative) {
  auto* number = new QDoubleSpinBox;
  number->setDecimals(kEntryDecimals);
  number->setRange(negative ? -kLargestEntry : 0.0, kLargestEntry);
  number->setValue(value);
  number->setSuffix(unit);
  number->setToolTip(tip);
  number->setAccessibleName(name);
  number->setButtonSymbols(QAbstractSpinBox::NoButtons);
  number->setMinimumWidth(180);
  findChild<QFormLayout*>(QStringLiteral("form"))->addRow(name, number);
  return number;
}

CameraSettings CameraDialog::settings() const {
  return {fx_->value(), fy_->value(), cx_->value(), cy_->value(), depth_scale_->value()};
}

void CameraDialog::accept() {
  const CameraSettings entered = settings();
  if (const auto checked = check_camera_settings(entered); !checked) {
    problem_->setText(QString::fromStdString(checked.error().message));
    problem_->show();
    return;
  }
  take_(entered, save_->isChecked());
  QDialog::accept();
}

}  // namespace alidade
