// SPDX-License-Identifier: BSD-3-Clause
#include "views/jobs/job_row.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/base/elided_label.h"
#include "views/base/icons.h"
#include "views/base/theme.h"
#include "views/jobs/job_text.h"

namespace alidade {
namespace {

void setFlag(QWidget* widget, const char* property, bool on) {
  if (widget->property(property).toBool() != on) {
    widget->setProperty(property, on);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
  }
}

QLabel* plainLabel(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextFormat(Qt::PlainText);
  return label;
}

}  // namespace

JobRow::JobRow(QWidget* parent)
    : QWidget(parent),
      title_(new ElidedLabel(this)),
      status_(new ElidedLabel(this)),
      message_(plainLabel(this)),
      bar_(new QProgressBar(this)),
      cancel_(new QToolButton(this)) {
  title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  status_->setFont(numberFont());
  status_->setProperty("muted", true);
  message_->setWordWrap(true);
  message_->setProperty("muted", true);
  bar_->setTextVisible(false);
  cancel_->setIcon(themedIcon(QStringLiteral("cancel")));
  cancel_->setIconSize({16, 16});
  cancel_->setToolTip(tr("Cancel this job"));
  auto* line = new QHBoxLayout;
  line->setSpacing(8);
  line->addWidget(title_, 1);
  line->addWidget(status_);
  line->addWidget(cancel_);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(12, 4, 12, 4);
  layout->setSpacing(4);
  layout->addLayout(line);
  layout->addWidget(bar_);
  layout->addWidget(message_);
  connect(cancel_, &QToolButton::clicked, this, [this] {
    cancel_->setEnabled(false);
    Q_EMIT cancelRequested(id_);
  });
}

void JobRow::display(const JobInfo& job) {
  const bool active = job.state == JobState::kQueued || job.state == JobState::kRunning;
  const bool is_new = id_ != job.id;
  id_ = job.id;
  title_->setFullText(job.title);
  setFlag(title_, "muted", !active);
  status_->setFullText(jobStatus(job));
  cancel_->setVisible(active);
  cancel_->setAccessibleName(tr("Cancel %1").arg(job.title));
  if (is_new) {
    cancel_->setEnabled(true);
  }
  bar_->setVisible(job.state == JobState::kRunning);
  bar_->setRange(0, job.progress.total > 0 ? 1000 : 0);
  if (job.progress.total > 0) {
    bar_->setValue(static_cast<int>(1000.0 * job.progress.done / job.progress.total));
  }
  const bool has_message = job.state == JobState::kFailed && !job.message.isEmpty();
  message_->setVisible(has_message);
  message_->setText(has_message ? job.message : QString());
  setAccessibleName(QStringLiteral("%1, %2").arg(job.title, status_->fullText()));
}

}  // namespace alidade
