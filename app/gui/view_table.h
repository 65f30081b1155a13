// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QString>

namespace alidade {

class JobRunner;
class LogModel;
class SessionModel;
class View;

/// What the window must know of a view before it exists.
struct ViewSpec {
  const char* id;
  const char* title;
  bool heavy = false;  ///< created when a dataset opens: needs GL or much memory
};

/// All views of the window.
const std::vector<ViewSpec>& viewTable();

/// A new view; null for an id that is not in the table.
View* makeView(const QString& id, SessionModel& session, JobRunner& jobs, LogModel& log);

}  // namespace alidade
