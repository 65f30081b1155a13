// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/view.h"

namespace alidade {

View::View(SessionModel& session, QWidget* parent) : QWidget(parent), session_(session) {}

}  // namespace alidade
