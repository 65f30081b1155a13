// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/export_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSpinBox>
#include <QTimer>

#include "core/base/log.h"
#include "views/base/plot_theme.h"
#include "views/base/session_model.h"

namespace alidade {
namespace {

constexpr double kPointsPerMm = 72.0 / 25.4;
constexpr int kFormWidth = 300;
constexpr int kPlotMilliseconds = 100;  // until a view that follows a model has drawn it

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

void FigurePreview::display(std::shared_ptr<const Figure> figure, const ExportOptions& options) {
  figure_ = std::move(figure);
  options_ = options;
  update();
}

void FigurePreview::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  const QSizeF paper(options_.width_mm * kPointsPerMm, options_.height_mm * kPointsPerMm);
  const QRectF room = QRectF(rect()).adjusted(32, 32, -32, -32);
  painter.fillRect(rect(), palette().color(QPalette::Window));
  if (room.isEmpty()) {
    return;
  }
  const double scale = std::min(room.width() / paper.width(), room.height() / paper.height());
  painter.translate(room.center() - QPointF(paper.width(), paper.height()) * scale / 2);
  painter.scale(scale, scale);
  const QRectF sheet(QPointF(), paper);
  const PlotTheme print = printPlotTheme(options_.theme);
  painter.fillRect(sheet, print.background());
  painter.setPen(QPen(palette().color(QPalette::Mid), 0));
  painter.drawRect(sheet);
  if (figure_) {
    painter.setClipRect(sheet);
    figure_->paint(painter, sheet, print);
  }
}

ExportPanel::ExportPanel(SessionModel& session, Views views, QWidget* parent)
    : View(session, parent), views_(std::move(views)), preview_(new FigurePreview(this)) {
  preview_->setAccessibleName(tr("Preview of the figure"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(preview_, 1);
  layout->addWidget(buildForm());
  // Queued: the views make their figures from the same signals first.
  connect(&session, &SessionModel::frameChanged, this, &ExportPanel::refresh, Qt::QueuedConnection);
  connect(&session, &SessionModel::selectionChanged, this, &ExportPanel::refresh, Qt::QueuedConnection);
  connect(&session, &SessionModel::resultsChanged, this, &ExportPanel::refresh, Qt::QueuedConnection);
  connect(&session, &SessionModel::evidenceChanged, this,
          [this] { QTimer::singleShot(kPlotMilliseconds, this, &ExportPanel::refresh); });
}

QWidget* ExportPanel::buildForm() {
  auto* form = new QWidget(this);
  form->setFixedWidth(kFormWidth);
  view_ = new QComboBox;
  format_ = new QComboBox;
  format_->addItems({QStringLiteral("PDF"), QStringLiteral("SVG"), QStringLiteral("PNG")});
  preset_ = new QComboBox;
  preset_->addItems({tr("One column, 84 mm"), tr("Two columns, 174 mm"), tr("Custom")});
  width_ = millimetres(84.0);
  height_ = millimetres(60.0);
  dpi_ = new QSpinBox;
  dpi_->setRange(72, 1200);
  dpi_->setButtonSymbols(QAbstractSpinBox::NoButtons);
  dpi_->setValue(300);
  dpi_->setSuffix(QStringLiteral(" dpi"));
  background_ = new QComboBox;
  background_->addItems({tr("White"), tr("Transparent"), tr("Light theme"), tr("Dark theme")});
  numbers_ = new QCheckBox(tr("Numbers beside it, as CSV"));
  outcome_ = new QLabel;
  outcome_->setTextFormat(Qt::PlainText);
  outcome_->setWordWrap(true);
  outcome_->setProperty("muted", true);
  export_ = new QPushButton(tr("Export…"));
  export_->setProperty("primary", true);
  auto* rows = new QFormLayout(form);
  rows->setContentsMargins(16, 24, 24, 24);
  rows->setSpacing(8);
  rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  const std::pair<QString, QWidget*> fields[] = {{tr("View"), view_},
                                                 {tr("Format"), format_},
                                                 {tr("Size"), preset_},
                                                 {tr("Width"), width_},
                                                 {tr("Height"), height_},
                                                 {tr("Resolution"), dpi_},
                                                 {tr("Background"), background_}};
  for (const auto& [name, field] : fields) {
    field->setAccessibleName(name);
    rows->addRow(name, field);
  }
  rows->addRow(numbers_);
  rows->addRow(export_);
  rows->addRow(outcome_);
  connect(preset_, &QComboBox::currentIndexChanged, this, [this](int index) {
    if (index < 2) {
      width_->setValue(index == 0 ? 84.0 : 174.0);
    }
  });
  connect(width_, &QDoubleSpinBox::valueChanged, this, [this](double mm) {
    preset_->setCurrentIndex(mm == 84.0 ? 0 : mm == 174.0 ? 1 : 2);
    display();
  });
  connect(height_, &QDoubleSpinBox::valueChanged, this, &ExportPanel::display);
  connect(view_, &QComboBox::currentIndexChanged, this, &ExportPanel::display);
  connect(background_, &QComboBox::currentIndexChanged, this, &ExportPanel::display);
  connect(format_, &QComboBox::currentIndexChanged, this,
          [this] { dpi_->setEnabled(extension() == QLatin1String(".png")); });
  connect(export_, &QPushButton::clicked, this, &ExportPanel::askAndWrite);
  dpi_->setEnabled(false);
  return form;
}

QString ExportPanel::context() const {
  const QString name = view_->currentText();
  return (name.isEmpty() ? QString() : name + QStringLiteral(" · ")) +
         QStringLiteral("%1 × %2 mm").arg(width_->value()).arg(height_->value());
}

std::shared_ptr<const Figure> ExportPanel::figure() const {
  for (const View* view : views_()) {
    if (view->id() == view_->currentData().toString()) {
      return view->figure();
    }
  }
  return nullptr;
}

void ExportPanel::chooseView(const QString& view_id) {
  const QString wanted = view_id.isEmpty() ? view_->currentData().toString() : view_id;
  const QSignalBlocker quiet(view_);
  view_->clear();
  for (const View* view : views_()) {
    if (view != this && view->showsFigure()) {
      view_->addItem(view->title(), view->id());
    }
  }
  view_->setCurrentIndex(std::max(view_->findData(wanted), 0));
  display();
}

ExportOptions ExportPanel::options() const {
  ExportOptions options;
  options.width_mm = width_->value();
  options.height_mm = height_->value();
  options.dpi = dpi_->value();
  options.transparent = background_->currentIndex() == 1;
  options.theme = background_->currentIndex() == 2   ? ThemeKind::kLight
                  : background_->currentIndex() == 3 ? ThemeKind::kDark
                                                     : ThemeKind::kPrint;
  return options;
}

QString ExportPanel::extension() const {
  return QLatin1Char('.') + format_->currentText().toLower();
}

void ExportPanel::showEvent(QShowEvent* event) {
  chooseView({});
  View::showEvent(event);
}

void ExportPanel::refresh() {
  if (isVisible()) {
    chooseView({});
  }
}

void ExportPanel::display() {
  const auto shown = figure();
  preview_->display(shown, options());
  export_->setEnabled(shown != nullptr);
  outcome_->setText(shown ? QString() : tr("Open a dataset to have something to export."));
  Q_EMIT contextChanged();
}

Expected<void> ExportPanel::write(const QString& path) const {
  const auto shown = figure();
  if (!shown) {
    return Error{ErrorCode::kUsage, "The view shows nothing that could be exported; open a dataset first."};
  }
  auto written = exportFigure(*shown, path.toStdString(), options());
  if (written && numbers_->isChecked()) {
    const QFileInfo file(path);
    const QString table = file.path() + QLatin1Char('/') + file.completeBaseName() + QStringLiteral(".csv");
    written = exportFigure(*shown, table.toStdString(), options());
  }
  return written;
}

void ExportPanel::askAndWrite() {
  QString path =
      QFileDialog::getSaveFileName(this, tr("Export figure"), view_->currentData().toString() + extension(),
                                   tr("%1 file (*%2)").arg(format_->currentText(), extension()));
  if (path.isEmpty()) {
    return;
  }
  if (!path.endsWith(extension(), Qt::CaseInsensitive)) {
    path += extension();
  }
  const auto written = write(path);
  outcome_->setText(written ? tr("Written: %1").arg(path) : QString::fromStdString(written.error().message));
  if (!written) {
    log_error("export", written.error().message);
  }
}

}  // namespace alidade
