// SPDX-License-Identifier: BSD-3-Clause
// The export panel's form.
#include <initializer_list>

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <QTimer>
#include <QVBoxLayout>

#include "app/gui/export_panel.h"
#include "app/gui/figure_preview.h"
#include "app/gui/name_form.h"

namespace alidade {
namespace {

constexpr int kFormWidth = 300;

QDoubleSpinBox* millimetres(double value) {
  auto* box = new QDoubleSpinBox;
  box->setRange(20.0, 400.0);
  box->setDecimals(0);
  box->setButtonSymbols(QAbstractSpinBox::NoButtons);
  box->setSuffix(QStringLiteral(" mm"));
  box->setValue(value);
  return box;
}

}  // namespace

QWidget* ExportPanel::buildForm() {
  auto* form = new QWidget;
  view_ = new QComboBox;
  format_ = new QComboBox;
  format_->addItems({QStringLiteral("PDF"), QStringLiteral("SVG"), QStringLiteral("PNG")});
  numbers_ = new QCheckBox(tr("Numbers beside it, as CSV"));
  names_ = new NameForm;
  names_->hide();
  misfit_ = new QLabel;
  misfit_->setObjectName(QStringLiteral("misfit"));
  outcome_ = new QLabel;
  outcome_->setProperty("muted", true);
  for (QLabel* sentence : {misfit_, outcome_}) {
    sentence->setTextFormat(Qt::PlainText);
    sentence->setWordWrap(true);
  }
  export_ = new QPushButton(tr("Export…"));
  export_->setProperty("primary", true);
  auto* rows = new QFormLayout(form);
  rows->setContentsMargins(16, 24, 24, 8);
  rows->setSpacing(8);
  rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  view_->setAccessibleName(tr("View"));
  format_->setAccessibleName(tr("Format"));
  rows->addRow(tr("View"), view_);
  rows->addRow(tr("Format"), format_);
  addSizeFields(*rows);
  addLookFields(*rows);
  rows->addRow(names_);
  auto* scroll = new QScrollArea;
  scroll->setWidget(form);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  // What is wrong and the button stay in sight, however small the window.
  auto* panel = new QWidget(this);
  panel->setFixedWidth(kFormWidth);
  auto* column = new QVBoxLayout(panel);
  column->setContentsMargins(0, 0, 0, 16);
  column->addWidget(scroll);
  auto* end = new QVBoxLayout;
  end->setContentsMargins(16, 0, 24, 0);
  end->setSpacing(8);
  for (QWidget* row : std::initializer_list<QWidget*>{misfit_, numbers_, export_, outcome_}) {
    end->addWidget(row);
  }
  column->addLayout(end);
  return panel;
}

void ExportPanel::addSizeFields(QFormLayout& rows) {
  preset_ = new QComboBox;
  preset_->addItems({tr("One column, 84 mm"), tr("Two columns, 174 mm"), tr("Custom")});
  width_ = millimetres(84.0);
  height_ = millimetres(60.0);
  dpi_ = new QSpinBox;
  dpi_->setRange(72, 1200);
  dpi_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  dpi_->setValue(300);
  dpi_->setSuffix(QStringLiteral(" dpi"));
  dpi_->setEnabled(false);
  const std::pair<QString, QWidget*> fields[] = {
      {tr("Size"), preset_}, {tr("Width"), width_}, {tr("Height"), height_}, {tr("Resolution"), dpi_}};
  for (const auto& [name, field] : fields) {
    field->setAccessibleName(name);
    rows.addRow(name, field);
  }
}

void ExportPanel::addLookFields(QFormLayout& rows) {
  text_ = new QDoubleSpinBox;
  text_->setObjectName(QStringLiteral("textSize"));
  text_->setRange(5.0, 16.0);
  text_->setSingleStep(0.5);
  text_->setDecimals(1);
  text_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  text_->setSuffix(QStringLiteral(" pt"));
  text_->setValue(kPrintTextSize);
  text_->setToolTip(tr("Size of the text on paper; numbers and titles keep their ratio to it"));
  background_ = new QComboBox;
  background_->addItems({tr("White"), tr("Transparent"), tr("Light theme"), tr("Dark theme")});
  const std::pair<QString, QWidget*> fields[] = {{tr("Text"), text_}, {tr("Background"), background_}};
  for (const auto& [name, field] : fields) {
    field->setAccessibleName(name);
    rows.addRow(name, field);
  }
}

void ExportPanel::connectFields() {
  connect(preset_, &QComboBox::currentIndexChanged, this, [this](int index) {
    if (index < 2) {
      width_->setValue(index == 0 ? 84.0 : 174.0);
    }
  });
  connect(width_, &QDoubleSpinBox::valueChanged, this, [this](double mm) {
    preset_->setCurrentIndex(mm == 84.0 ? 0 : mm == 174.0 ? 1 : 2);
    typed_->start();
  });
  const auto soon = [this] { typed_->start(); };
  connect(height_, &QDoubleSpinBox::valueChanged, this, soon);
  connect(text_, &QDoubleSpinBox::valueChanged, this, soon);
  connect(names_, &NameForm::changed, this, soon);
  connect(typed_, &QTimer::timeout, this, &ExportPanel::display);
  connect(waiting_, &QTimer::timeout, this, &ExportPanel::refresh);
  connect(preview_, &FigurePreview::painted, this, [this] { names_->setNames(preview_->names()); });
  connect(view_, &QComboBox::currentIndexChanged, this, &ExportPanel::display);
  connect(background_, &QComboBox::currentIndexChanged, this, &ExportPanel::display);
  connect(format_, &QComboBox::currentIndexChanged, this,
          [this] { dpi_->setEnabled(extension() == QLatin1String(".png")); });
  connect(export_, &QPushButton::clicked, this, &ExportPanel::askAndWrite);
}

}  // namespace alidade
