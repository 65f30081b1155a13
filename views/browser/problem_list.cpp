// SPDX-License-Identifier: BSD-3-Clause
#include "views/browser/problem_list.h"

#include <QEvent>
#include <QListWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/theme.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kMaxListed = 500;
constexpr int kListHeight = 220;
constexpr int kFrameRole = Qt::UserRole + 1;

}  // namespace

ProblemList::ProblemList(QWidget* parent)
    : QWidget(parent), toggle_(new QToolButton(this)), list_(new QListWidget(this)) {
  toggle_->setCheckable(true);
  toggle_->setAccessibleName(tr("Show the problems of the dataset"));
  toggle_->setToolTip(tr("Show or hide what is wrong with the dataset"));
  toggle_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  toggle_->setFixedHeight(32);
  toggle_->setToolButtonStyle(Qt::ToolButtonTextOnly);
  list_->setWordWrap(true);
  list_->setFixedHeight(kListHeight);
  list_->setFrameShape(QFrame::NoFrame);
  list_->setSpacing(4);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setAccessibleName(tr("Problems of the dataset"));
  list_->hide();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(0);
  layout->addWidget(toggle_);
  layout->addWidget(list_);
  connect(toggle_, &QToolButton::toggled, list_, &QWidget::setVisible);
  connect(list_, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
    if (item->data(kFrameRole).isValid()) {
      Q_EMIT frameChosen(item->data(kFrameRole).toULongLong());
    }
  });
  connect(list_, &QListWidget::itemClicked, list_, &QListWidget::itemActivated);
  hide();
}

void ProblemList::setDataset(const std::shared_ptr<const Dataset>& dataset) {
  toggle_->setChecked(false);
  list_->clear();
  const std::size_t count = dataset ? dataset->problems().size() : 0;
  setVisible(count > 0);
  summary_.clear();
  if (count > 0) {
    const DatasetProblem& first = dataset->problems().front();
    summary_ = (count == 1 ? tr("1 problem") : tr("%1 problems").arg(count)) + QStringLiteral(" · ") +
               QString::fromStdString(first.message);
    fill(dataset->problems());
  }
  updateSummary();
}

void ProblemList::fill(const std::vector<DatasetProblem>& problems) {
  for (const DatasetProblem& problem : problems) {
    if (list_->count() == kMaxListed) {
      new QListWidgetItem(tr("… and %1 more").arg(problems.size() - kMaxListed), list_);
      break;
    }
    const QString file = QString::fromStdString(problem.file);
    const QString message = QString::fromStdString(problem.message);
    auto* item = new QListWidgetItem(
        message.contains(file) ? message : file.section(QLatin1Char('/'), -2) + QLatin1Char('\n') + message,
        list_);
    item->setToolTip(plainToolTip(file));
    if (problem.frame) {
      item->setData(kFrameRole, static_cast<qulonglong>(*problem.frame));
    }
  }
}

void ProblemList::updateSummary() {
  const Theme& colors = themeOf(*this);
  toggle_->setStyleSheet(
      QStringLiteral("QToolButton { color: %1; text-align: left; padding: 0 12px; border-radius: 0; "
                     "border-top: 1px solid %2; }")
          .arg(colors.warning.name(), colors.border.name()));
  toggle_->setText(toggle_->fontMetrics().elidedText(summary_, Qt::ElideRight, width() - 24));
  toggle_->setAccessibleName(summary_);
}

QString ProblemList::summary() const {
  return summary_;
}

bool ProblemList::isOpen() const {
  return toggle_->isChecked();
}

void ProblemList::setOpen(bool open) {
  toggle_->setChecked(open);
}

void ProblemList::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  toggle_->setText(toggle_->fontMetrics().elidedText(summary_, Qt::ElideRight, width() - 24));
}

void ProblemList::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange) {
    updateSummary();
  }
  QWidget::changeEvent(event);
}

}  // namespace alidade
