// SPDX-License-Identifier: BSD-3-Clause
#include "views/jobs/job_text.h"

#include <cmath>

namespace alidade {

QString clockTime(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::max(seconds, 0.0)));
  const QString tail = QStringLiteral("%1").arg(whole % 60, 2, 10, QLatin1Char('0'));
  if (whole < 3600) {
    return QStringLiteral("%1:%2").arg(whole / 60).arg(tail);
  }
  return QStringLiteral("%1:%2:%3").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, QLatin1Char('0')).arg(tail);
}

QString shortDuration(double seconds) {
  if (seconds >= 60.0) {
    return clockTime(seconds);
  }
  return QStringLiteral("%1 s").arg(seconds, 0, 'f', seconds < 1.0 ? 2 : 1);
}

QString jobStatus(const JobInfo& job) {
  switch (job.state) {
    case JobState::kQueued:
      return QStringLiteral("waiting");
    case JobState::kDone:
      return QStringLiteral("done · ") + shortDuration(job.seconds);
    case JobState::kFailed:
      return QStringLiteral("failed · ") + shortDuration(job.seconds);
    case JobState::kCancelled:
      return QStringLiteral("cancelled · ") + shortDuration(job.seconds);
    case JobState::kRunning:
      break;
  }
  QString text = job.progress.total > 0
                     ? QStringLiteral("%1 / %2").arg(job.progress.done).arg(job.progress.total)
                     : QString::fromStdString(job.progress.step);
  if (job.seconds_left >= 0.0 && job.progress.total > 0) {
    text += QStringLiteral(" · %1 left").arg(clockTime(job.seconds_left));
  }
  return text.isEmpty() ? QStringLiteral("running") : text;
}

}  // namespace alidade
