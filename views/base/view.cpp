// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/view.h"

namespace alidade {

QString plainToolTip(const QString& text) {
  return text.isEmpty() ? QString() : "<p style='white-space:pre'>" + text.toHtmlEscaped() + "</p>";
}

QString wrappedToolTip(const QString& text) {
  return text.isEmpty() ? QString() : "<p style='white-space:pre-wrap'>" + text.toHtmlEscaped() + "</p>";
}

View::View(SessionModel& session, QWidget* parent) : QWidget(parent), session_(session) {}

}  // namespace alidade
