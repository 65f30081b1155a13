// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <QObject>

namespace alidade {

class JobRunner;
class LogModel;
class SessionModel;
class View;
class Workbench;

/// What a view can be made with.
struct ViewContext {
  SessionModel& session;
  JobRunner& jobs;
  LogModel& log;
};

/// What the window must know of a view before it exists.
struct ViewSpec {
  const char* id;     ///< "mollweide": that of the view
  const char* title;  ///< "Mollweide"
  View* (*make)(const ViewContext&) = nullptr;
  bool heavy = false;  ///< made when a dataset opens: needs GL or much memory
  /// Makes who computes the evidence that the view shows, while its model's demand() lasts; made with the
  /// workbench, lives as long. Null for a view of what is there anyway.
  std::unique_ptr<QObject> (*answer)(Workbench&) = nullptr;
  /// There may be further ones, each with settings of its own. Not for what there is one of in a session: the
  /// filter of frames, the schedules of the lab, runs, jobs, the log.
  bool several = false;
};

/// For ViewSpec::make of a view that needs nothing but the session.
template <class OneView>
View* makeView(const ViewContext& context) {
  return new OneView(context.session);
}

/// All views of the window: those of app/gui/views.def, in that order.
const std::vector<ViewSpec>& viewTable();

}  // namespace alidade
