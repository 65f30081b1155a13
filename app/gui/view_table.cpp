// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/view_factory.h"

#include "views/browser/browser_view.h"
#include "views/image/image_view.h"
#include "views/inspector/inspector_view.h"
#include "views/jobs/jobs_view.h"
#include "views/log/log_view.h"
#include "views/metrics/metrics_view.h"
#include "views/mollweide/mollweide_view.h"
#include "views/predictions/predictions_view.h"
#include "views/scene/scene_view.h"
#include "views/schedule_lab/schedule_lab_view.h"
#include "views/training/training_view.h"

namespace alidade {

const std::vector<ViewSpec>& viewTable() {
  static const std::vector<ViewSpec> table = {
      {"browser", "Datasets"},
      {"image", "Image", true},
      {"scene", "Scene", true},
      {"predictions", "Predictions"},
      {"mollweide", "Mollweide"},
      {"inspector", "Inspector"},
      {"metrics", "Metrics"},
      {"schedule-lab", "Schedule lab"},
      {"training", "Training"},
      {"jobs", "Jobs"},
      {"log", "Log"},
  };
  return table;
}

View* makeView(const QString& id, SessionModel& session, JobRunner& jobs, LogModel& log) {
  if (id == QLatin1String("browser")) {
    return new BrowserView(session);
  }
  if (id == QLatin1String("image")) {
    return new ImageView(session);
  }
  if (id == QLatin1String("scene")) {
    return new SceneView(session);
  }
  if (id == QLatin1String("predictions")) {
    return new PredictionsView(session);
  }
  if (id == QLatin1String("mollweide")) {
    return new MollweideView(session);
  }
  if (id == QLatin1String("metrics")) {
    return new MetricsView(session);
  }
  if (id == QLatin1String("schedule-lab")) {
    return new ScheduleLabView(session);
  }
  if (id == QLatin1String("training")) {
    return new TrainingView(session);
  }
  if (id == QLatin1String("inspector")) {
    return new InspectorView(session);
  }
  if (id == QLatin1String("jobs")) {
    return new JobsView(session, jobs);
  }
  if (id == QLatin1String("log")) {
    return new LogView(session, log);
  }
  return nullptr;
}

}  // namespace alidade
