// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/view_factory.h"

#include "views/browser/browser_view.h"
#if __has_include("views/image/image_view.h")
#include "views/image/image_view.h"
#define HAVE_IMAGE
#endif
#include "views/inspector/inspector_view.h"
#include "views/jobs/jobs_view.h"
#include "views/log/log_view.h"
#include "views/mollweide/mollweide_view.h"
#if __has_include("views/predictions/predictions_view.h")
#include "views/predictions/predictions_view.h"
#define HAVE_PREDICTIONS
#endif
#if __has_include("views/scene/scene_view.h")
#include "views/scene/scene_view.h"
#define HAVE_SCENE
#endif

namespace alidade {

const std::vector<ViewSpec>& viewTable() {
  static const std::vector<ViewSpec> table = {
      {"browser", "Datasets"},      {"image", "Image", true},   {"scene", "Scene", true},
      {"predictions", "Predictions"}, {"mollweide", "Mollweide"}, {"inspector", "Inspector"},
      {"jobs", "Jobs"},             {"log", "Log"},
  };
  return table;
}

View* makeView(const QString& id, SessionModel& session, JobRunner& jobs, LogModel& log) {
  if (id == QLatin1String("browser")) {
    return new BrowserView(session);
  }
#ifdef HAVE_IMAGE
  if (id == QLatin1String("image")) {
    return new ImageView(session);
  }
#endif
#ifdef HAVE_SCENE
  if (id == QLatin1String("scene")) {
    return new SceneView(session);
  }
#endif
#ifdef HAVE_PREDICTIONS
  if (id == QLatin1String("predictions")) {
    return new PredictionsView(session);
  }
#endif
  if (id == QLatin1String("mollweide")) {
    return new MollweideView(session);
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
