// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/export_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTimer>

#include "app/gui/figure_preview.h"
#include "app/gui/name_form.h"
#include "core/base/log.h"
#include "views/base/figure_fit.h"
#include "views/base/figure_of_view.h"
#include "views/base/newest_answer.h"
#include "views/base/session_model.h"

namespace alidade {
namespace {

/// The figure, and with `numbers` what is plotted beside it as .csv.
Expected<void> writeFigure(const Figure& figure, const QString& path, const ExportOptions& options,
                           bool numbers) {
  auto written = exportFigure(figure, path.toStdString(), options);
  if (written && numbers) {
    const QFileInfo file(path);
    const QString table = file.path() + QLatin1Char('/') + file.completeBaseName() + QStringLiteral(".csv");
    written = exportFigure(figure, table.toStdString(), options);
  }
  return written;
}

constexpr int kPlotMilliseconds = 100;   // until a view that follows a model has drawn it
constexpr int kWaitMilliseconds = 50;    // between two looks whether the view is up to date
constexpr int kTypedMilliseconds = 150;  // a preview may have to render a scene

}  // namespace

ExportPanel::ExportPanel(SessionModel& session, Views views, QWidget* parent)
    : View(session, parent),
      views_(std::move(views)),
      preview_(new FigurePreview(this)),
      judged_(new NewestAnswer(this)),
      written_(new NewestAnswer(this)),
      waiting_(new QTimer(this)),
      typed_(new QTimer(this)) {
  preview_->setAccessibleName(tr("Preview of the figure"));
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(preview_, 1);
  layout->addWidget(buildForm());
  waiting_->setInterval(kWaitMilliseconds);
  typed_->setInterval(kTypedMilliseconds);
  typed_->setSingleShot(true);
  connectFields();
  // Queued: the views make their figures from the same signals first.
  connect(&session, &SessionModel::frameChanged, this, &ExportPanel::refresh, Qt::QueuedConnection);
  connect(&session, &SessionModel::selectionChanged, this, &ExportPanel::refresh, Qt::QueuedConnection);
  connect(&session, &SessionModel::resultsChanged, this, &ExportPanel::refresh, Qt::QueuedConnection);
  connect(&session, &SessionModel::evidenceChanged, this,
          [this] { QTimer::singleShot(kPlotMilliseconds, this, &ExportPanel::refresh); });
}

ExportPanel::~ExportPanel() {
  delete judged_;  // what they compute is taken by nobody any more
  delete written_;
  watch(nullptr);
}

QString ExportPanel::context() const {
  const QString name = view_->currentText();
  return (name.isEmpty() ? QString() : name + QStringLiteral(" · ")) +
         QStringLiteral("%1 × %2 mm").arg(width_->value()).arg(height_->value());
}

View* ExportPanel::chosen() const {
  for (const OfferedView& offered : views_()) {
    if (offered.id == view_->currentData().toString()) {
      return offered.view;
    }
  }
  return nullptr;
}

QList<View*> ExportPanel::existing() const {
  QList<View*> views;
  for (const OfferedView& offered : views_()) {
    views << offered.view;
  }
  return views;
}

std::shared_ptr<const Figure> ExportPanel::figure() const {
  const View* view = chosen();
  return view && view->awaited().isEmpty() ? figureOf(*view, existing()) : nullptr;
}

bool ExportPanel::showsFigure() const {
  const View* view = chosen();
  return view && view->showsFigure();
}

QString ExportPanel::awaited() const {
  const View* view = chosen();
  return view ? view->awaited() : QString();
}

void ExportPanel::watch(View* view) {
  if (watched_view_ && watched_view_ != view) {
    watched_view_->setWatched(false);
  }
  watched_view_ = view;
  if (view) {
    view->setWatched(true);
  }
}

void ExportPanel::chooseView(const QString& view_id) {
  const QString wanted = view_id.isEmpty() ? view_->currentData().toString() : view_id;
  {
    const QSignalBlocker quiet(view_);
    view_->clear();
    for (const OfferedView& offered : views_()) {
      const View* view = offered.view;
      const bool on_its_way = offered.id == wanted && !view->awaited().isEmpty();
      if (view != this && (view->showsFigure() || on_its_way)) {
        view_->addItem(offered.title, offered.id);
      }
    }
    view_->setCurrentIndex(std::max(view_->findData(wanted), 0));
  }
  display();
}

ExportOptions ExportPanel::options() const {
  ExportOptions options;
  options.width_mm = width_->value();
  options.height_mm = height_->value();
  options.dpi = dpi_->value();
  options.text_size = text_->value();
  options.names = names_->replaced();
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
  View::showEvent(event);
  chooseView({});
}

void ExportPanel::hideEvent(QHideEvent* event) {
  watch(nullptr);
  waiting_->stop();
  View::hideEvent(event);
}

void ExportPanel::refresh() {
  if (isVisible()) {
    chooseView({});
  }
}

void ExportPanel::display() {
  if (isVisible()) {
    watch(chosen());
  }
  const QString wait = awaited();
  if (wait.isEmpty()) {
    waiting_->stop();
  } else {
    waiting_->start();
  }
  const auto shown = figure();
  export_->setEnabled(shown != nullptr);
  if (shown || wait.isEmpty()) {
    preview_->display(shown, options());
    judge(shown);
  }
  outcome_->setText(shown             ? QString()
                    : !wait.isEmpty() ? wait
                                      : tr("Open a dataset to have something to export."));
  Q_EMIT contextChanged();
}

Expected<void> ExportPanel::write(const QString& path) const {
  if (const QString wait = awaited(); !wait.isEmpty()) {
    return Error{ErrorCode::kUsage,
                 wait.toStdString() + " The figure would not show what is selected; export it in a moment."};
  }
  const auto shown = figure();
  if (!shown) {
    return Error{ErrorCode::kUsage, "The view shows nothing that could be exported; open a dataset first."};
  }
  return writeFigure(*shown, path, options(), numbers_->isChecked());
}

/// Says whether the texts fit: the figure is painted for it once a size.
void ExportPanel::judge(std::shared_ptr<const Figure> shown) {
  judged_->ask([this, shown = std::move(shown), options = options()]() -> NewestAnswer::Take {
    return [this, sentence = shown ? misfit(*shown, options) : QString()] {
      misfit_->setText(sentence);
      misfit_->setVisible(!sentence.isEmpty());
    };
  });
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
  const auto shown = figure();
  if (!shown || !awaited().isEmpty()) {
    outcome_->setText(QString::fromStdString(write(path).error().message));
    return;
  }
  outcome_->setText(tr("Writing %1").arg(path));
  export_->setEnabled(false);
  // On another thread: a scene is rendered for it, and a large one takes seconds.
  written_->ask(
      [this, shown, path, options = options(), numbers = numbers_->isChecked()]() -> NewestAnswer::Take {
        return [this, path, written = writeFigure(*shown, path, options, numbers)] {
          export_->setEnabled(true);
          outcome_->setText(written ? tr("Written: %1").arg(path)
                                    : QString::fromStdString(written.error().message));
          if (!written) {
            log_error("export", written.error().message);
          }
        };
      });
}

}  // namespace alidade
