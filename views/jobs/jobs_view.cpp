// SPDX-License-Identifier: BSD-3-Clause
#include "views/jobs/jobs_view.h"

#include <algorithm>

#include <QAction>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

#include "views/base/job_runner.h"
#include "views/base/row_filter.h"
#include "views/base/table_search.h"
#include "views/jobs/job_row.h"
#include "views/jobs/job_text.h"

namespace alidade {
namespace {

constexpr std::size_t kMaxRows = 50;

/// What a row says, for the search.
QString wordsOf(const JobInfo& job) {
  return job.title + QLatin1Char('\n') + jobStatus(job) + QLatin1Char('\n') + job.message;
}

}  // namespace

JobsView::JobsView(SessionModel& session, JobRunner& jobs, QWidget* parent)
    : View(session, parent),
      jobs_(jobs),
      empty_(new QLabel(tr("No jobs"), this)),
      scroll_(new QScrollArea(this)),
      search_(new TableSearch(tr("Search the jobs"), *scroll_)),
      found_(withSearch(search_)) {
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setProperty("muted", true);
  auto* content = new QWidget;
  list_ = new QVBoxLayout(content);
  list_->setContentsMargins(0, 8, 0, 8);
  list_->setSpacing(0);
  list_->addStretch(1);
  scroll_->setWidget(content);
  scroll_->setWidgetResizable(true);
  // setWidget turns the background on; the view's own surface shall show.
  content->setAutoFillBackground(false);
  scroll_->viewport()->setAutoFillBackground(false);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setAccessibleName(tr("Jobs"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(empty_, 1);
  layout->addWidget(found_, 1);
  cancel_all_ = new QAction(tr("Cancel all jobs"), this);
  connect(cancel_all_, &QAction::triggered, &jobs_, &JobRunner::cancelAll);
  connect(&jobs_, &JobRunner::jobsChanged, this, &JobsView::updateRows);
  connect(search_, &TableSearch::wordsChanged, this, &JobsView::updateRows);
  updateRows();
}

void JobsView::updateRows() {
  const auto& jobs = jobs_.jobs();
  const std::size_t count = std::min(jobs.size(), kMaxRows);
  while (rows_.size() < count) {
    auto* row = new JobRow(this);
    connect(row, &JobRow::cancelRequested, &jobs_, &JobRunner::cancel);
    list_->insertWidget(static_cast<int>(rows_.size()), row);
    rows_.push_back(row);
  }
  int found = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const bool shown = i < count && holdsAllWords(wordsOf(jobs[i]), search_->words());
    rows_[i]->setVisible(shown);
    if (i < count) {
      rows_[i]->display(jobs[i]);
    }
    found += shown ? 1 : 0;
  }
  search_->setCount(found, static_cast<int>(count));
  empty_->setVisible(count == 0);
  found_->setVisible(count > 0);
  cancel_all_->setEnabled(jobs_.busy());
  Q_EMIT contextChanged();
}

QString JobsView::context() const {
  const auto& jobs = jobs_.jobs();
  const auto running = std::count_if(jobs.begin(), jobs.end(), [](const JobInfo& job) {
    return job.state == JobState::kRunning || job.state == JobState::kQueued;
  });
  return running > 0 ? tr("%1 running").arg(running) : QString();
}

QList<QAction*> JobsView::viewActions() const {
  return {cancel_all_};
}

}  // namespace alidade
