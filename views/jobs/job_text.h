// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

#include "views/base/job_runner.h"

namespace alidade {

/// "412 / 600 · 0:21 left", "done · 0.08 s", "waiting", "cancelled".
QString jobStatus(const JobInfo& job);

/// "0:21", "1:02:03".
QString clockTime(double seconds);

/// "0.08 s", "12.4 s", "3:05".
QString shortDuration(double seconds);

}  // namespace alidade
