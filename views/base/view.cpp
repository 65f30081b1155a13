// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/view.h"

#include "views/base/session_model.h"

namespace alidade {

QString plainToolTip(const QString& text) {
  return text.isEmpty() ? QString() : "<p style='white-space:pre'>" + text.toHtmlEscaped() + "</p>";
}

QString wrappedToolTip(const QString& text) {
  return text.isEmpty() ? QString() : "<p style='white-space:pre-wrap'>" + text.toHtmlEscaped() + "</p>";
}

View::View(SessionModel& session, QWidget* parent) : QWidget(parent), session_(session) {}

QString View::awaited() const {
  const bool of_frame = subject() == ViewSubject::kFrame || subject() == ViewSubject::kObject;
  const bool loading = session_.selection().frame && !session_.frame() && session_.frameProblem().isEmpty();
  return of_frame && loading ? tr("The frame is still being read.") : QString();
}

void View::setWatched(bool watched) {
  if (watched != watched_) {
    watched_ = watched;
    Q_EMIT watchedChanged(watched);
  }
}

}  // namespace alidade
