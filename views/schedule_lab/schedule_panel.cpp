// SPDX-License-Identifier: BSD-3-Clause
#include "views/schedule_lab/schedule_panel.h"

#include <algorithm>
#include <array>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/theme.h"
#include "views/schedule_lab/curve_editor.h"
#include "views/schedule_lab/sampler_fields.h"
#include "views/schedule_lab/shown_column.h"

namespace alidade {
namespace {

/// An entry of the list of shapes; a preset brings its numbers.
struct Shape {
  const char* name;
  GuidanceKind kind;
  double w_max = 0.0;  ///< 0: keep the numbers
};

constexpr std::array<Shape, 7> kShapes{{{"None", GuidanceKind::kNone},
                                        {"Constant", GuidanceKind::kConstant},
                                        {"Linear", GuidanceKind::kLinear},
                                        {"Exponential", GuidanceKind::kExponential},
                                        {"Exponential 1\u20138", GuidanceKind::kExponential, 8.0},
                                        {"Exponential 1\u201315", GuidanceKind::kExponential, 15.0},
                                        {"Drawn", GuidanceKind::kSpline}}};
constexpr double kPresetRate = 5.0;
constexpr double kFirstWeight = 8.0;  // of a shape chosen after "None", where all numbers are 1
constexpr double kMostWeight = 10000.0;

QString formulaOf(GuidanceKind kind) {
  switch (kind) {
    case GuidanceKind::kNone:
      return QStringLiteral("w(t) = 1");
    case GuidanceKind::kConstant:
      return QStringLiteral("w(t) = w max");
    case GuidanceKind::kLinear:
      return QStringLiteral("w(t) = w min + (w max \u2212 w min) (1 \u2212 t)");
    case GuidanceKind::kExponential:
      return QStringLiteral("w(t) = w min + (w max \u2212 w min) exp(\u2212rate t)");
    case GuidanceKind::kSpline:
      return QStringLiteral("w(t): monotone cubic through the points");
  }
  return {};
}

QDoubleSpinBox* numberBox(const QString& name) {
  auto* box = new QDoubleSpinBox;
  box->setRange(0.0, kMostWeight);
  box->setDecimals(2);
  box->setSingleStep(0.5);
  box->setKeyboardTracking(false);
  box->setButtonSymbols(QAbstractSpinBox::NoButtons);
  box->setAccessibleName(name);
  return box;
}

QLabel* mutedHint(const QString& text) {
  auto* label = new QLabel(text);
  label->setProperty("muted", true);
  return label;
}

}  // namespace

SchedulePanel::SchedulePanel(SamplingModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      tabs_(new QTabBar),
      add_(new QToolButton),
      shape_(new QComboBox),
      w_min_(numberBox(tr("w min"))),
      w_max_(numberBox(tr("w max"))),
      rate_(numberBox(tr("rate"))),
      sampler_(new SamplerFields),
      formula_(mutedHint({})),
      editor_(new CurveEditor(model)),
      message_(new QLabel),
      log_(new QCheckBox(tr("logarithmic w"))),
      batch_(new QPushButton(tr("Estimate all frames with A"))) {
  setBackgroundRole(QPalette::Base);
  setAutoFillBackground(true);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 4, 8, 8);
  column->setSpacing(6);
  buildColumns(*column);
  buildNumbers(*column);
  column->addWidget(formula_);
  column->addWidget(editor_, 1);
  message_->setObjectName(QStringLiteral("refusal"));
  message_->setWordWrap(true);
  message_->setTextFormat(Qt::PlainText);
  message_->setMinimumHeight(34);
  message_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  column->addWidget(message_);
  buildFiles(*column);
  connect(editor_, &CurveEditor::accepted, this, [this] { refuse({}); });
  connect(editor_, &CurveEditor::refused, this, &SchedulePanel::refuse);
  connect(log_, &QCheckBox::toggled, editor_, &CurveEditor::setLogarithmic);
  connect(&model_, &SamplingModel::schedulesChanged, this, &SchedulePanel::showSchedule);
  connect(&model_, &SamplingModel::shownColumnChanged, this, &SchedulePanel::showSchedule);
  showSchedule();
}

void SchedulePanel::buildColumns(QVBoxLayout& column) {
  auto* row = new QHBoxLayout;
  tabs_->setExpanding(false);
  tabs_->setAccessibleName(tr("Column to edit"));
  row->addWidget(tabs_);
  add_->setText(QStringLiteral("+"));
  add_->setToolTip(tr("Add a column with the same schedule."));
  add_->setAccessibleName(tr("Add a column"));
  row->addWidget(add_);
  row->addStretch(1);
  column.addLayout(row);
  connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
    if (index >= 0) {
      model_.setShownColumn(static_cast<std::size_t>(index));
    }
  });
  connect(add_, &QToolButton::clicked, this, &SchedulePanel::addRequested);
}

void SchedulePanel::buildNumbers(QVBoxLayout& column) {
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(6);
  grid->setVerticalSpacing(4);
  for (const Shape& shape : kShapes) {
    shape_->addItem(QString::fromUtf8(shape.name));
  }
  shape_->setAccessibleName(tr("Shape of the guidance curve"));
  grid->addWidget(shape_, 0, 0, 1, 3);
  int at = 0;
  for (const auto& [text, box] :
       {std::pair{tr("w min"), w_min_}, {tr("w max"), w_max_}, {tr("rate"), rate_}}) {
    grid->addWidget(mutedHint(text), 1, at);
    grid->addWidget(box, 2, at++);
    connect(box, &QDoubleSpinBox::valueChanged, this, &SchedulePanel::takeNumbers);
  }
  column.addLayout(grid);
  column.addWidget(sampler_);
  connect(shape_, &QComboBox::activated, this, &SchedulePanel::takeShape);
  connect(sampler_, &SamplerFields::edited, this,
          [this] { model_.setShownSchedule(sampler_->applyTo(model_.shownSchedule())); });
}

void SchedulePanel::buildFiles(QVBoxLayout& column) {
  auto* row = new QHBoxLayout;
  auto* load = new QPushButton(tr("Load\u2026"));
  auto* save = new QPushButton(tr("Save\u2026"));
  load->setToolTip(tr("Read this column's schedule from a JSON file."));
  save->setToolTip(tr("Write this column's schedule as JSON."));
  row->addWidget(log_);
  row->addStretch(1);
  row->addWidget(load);
  row->addWidget(save);
  column.addLayout(row);
  batch_->setToolTip(tr("Estimate the poses of every object with sampler, schedule and K of column A."));
  column.addWidget(batch_);
  connect(load, &QPushButton::clicked, this, &SchedulePanel::loadRequested);
  connect(save, &QPushButton::clicked, this, &SchedulePanel::saveRequested);
  connect(batch_, &QPushButton::clicked, this, &SchedulePanel::batchRequested);
}

void SchedulePanel::showSchedule() {
  showTabs();
  showNumbers();
}

void SchedulePanel::showTabs() {
  const auto count = static_cast<int>(model_.request().columns.size());
  const QSignalBlocker quiet(tabs_);
  while (tabs_->count() > count) {
    tabs_->removeTab(tabs_->count() - 1);
  }
  while (tabs_->count() < count) {
    tabs_->addTab(columnLetter(static_cast<std::size_t>(tabs_->count())));
  }
  for (int i = 0; i < count; ++i) {
    tabs_->setTabTextColor(i, themeOf(*this).runs[static_cast<std::size_t>(i)]);
  }
  tabs_->setCurrentIndex(std::min(static_cast<int>(model_.shownColumn()), count - 1));
  add_->setEnabled(model_.request().columns.size() < kMostSamplingColumns);
}

void SchedulePanel::showNumbers() {
  const Guidance& guidance = model_.shownSchedule().guidance;
  const QSignalBlocker q1(w_min_), q2(w_max_), q3(rate_);
  w_min_->setValue(guidance.w_min);
  w_max_->setValue(guidance.w_max);
  rate_->setValue(guidance.rate);
  const GuidanceKind kind = guidance.kind;
  w_min_->setEnabled(kind == GuidanceKind::kLinear || kind == GuidanceKind::kExponential);
  w_max_->setEnabled(w_min_->isEnabled() || kind == GuidanceKind::kConstant);
  rate_->setEnabled(kind == GuidanceKind::kExponential);
  const bool preset =
      kind == GuidanceKind::kExponential && guidance.w_min == 1.0 && guidance.rate == kPresetRate;
  int entry = 0;
  for (int i = 0; i < static_cast<int>(kShapes.size()); ++i) {
    const Shape& shape = kShapes[static_cast<std::size_t>(i)];
    if (shape.kind == kind && (shape.w_max == 0.0 || (preset && shape.w_max == guidance.w_max))) {
      entry = i;
    }
  }
  shape_->setCurrentIndex(entry);
  sampler_->setOptions(model_.shownSchedule());
  formula_->setText(formulaOf(kind));
  refuse({});
}

void SchedulePanel::takeShape(int index) {
  const Shape& shape = kShapes.at(static_cast<std::size_t>(index));
  Guidance guidance = model_.shownSchedule().guidance;
  if (shape.kind == GuidanceKind::kSpline) {
    guidance = drawnFrom(guidance);
  } else {
    guidance.kind = shape.kind;
    guidance.points.clear();
  }
  if (shape.w_max > 0.0) {
    guidance.w_min = 1.0;
    guidance.w_max = shape.w_max;
    guidance.rate = kPresetRate;
  } else if (guidance.w_min == guidance.w_max) {
    guidance.w_max = std::max(kFirstWeight, guidance.w_min);
  }
  propose(guidance);
  showNumbers();
}

void SchedulePanel::takeNumbers() {
  Guidance guidance = model_.shownSchedule().guidance;
  guidance.w_min = w_min_->value();
  guidance.w_max = w_max_->value();
  guidance.rate = rate_->value();
  propose(guidance);
}

void SchedulePanel::propose(const Guidance& guidance) {
  if (const auto checked = check_guidance(guidance); !checked) {
    refuse(QString::fromStdString(checked.error().message));
    return;
  }
  refuse({});
  SamplerOptions schedule = model_.shownSchedule();
  schedule.guidance = guidance;
  model_.setShownSchedule(schedule);
}

void SchedulePanel::refuse(const QString& sentence) {
  QPalette colors = message_->palette();
  colors.setColor(QPalette::WindowText, themeOf(*this).error);
  message_->setPalette(colors);
  message_->setText(sentence.isEmpty() ? QString() : sentence.left(1).toUpper() + sentence.mid(1));
}

void SchedulePanel::setBatchEnabled(bool enabled) {
  batch_->setEnabled(enabled);
}

void SchedulePanel::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    showTabs();  // the tabs' colors are the theme's
  }
  QWidget::changeEvent(event);
}

bool SchedulePanel::logarithmic() const {
  return log_->isChecked();
}

void SchedulePanel::setLogarithmic(bool logarithmic) {
  log_->setChecked(logarithmic);
}

}  // namespace alidade
