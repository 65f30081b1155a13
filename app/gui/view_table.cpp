// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/view_table.h"

#include "views/browser/browser_view.h"
#include "views/image/image_view.h"
#include "views/inspector/inspector_view.h"
#include "views/jobs/jobs_view.h"
#include "views/log/log_view.h"
#include "views/mollweide/mollweide_view.h"
#include "views/predictions/predictions_view.h"
#include "views/runs/runs_view.h"
#include "views/scene/scene_view.h"

namespace alidade {

#define ALIDADE_VIEW(spec) ViewSpec spec();
#include "app/gui/views.def"
#undef ALIDADE_VIEW

const std::vector<ViewSpec>& viewTable() {
  static const std::vector<ViewSpec> table{
#define ALIDADE_VIEW(spec) spec(),
#include "app/gui/views.def"
#undef ALIDADE_VIEW
  };
  return table;
}

// Views of what is there anyway. A view that something is computed for has its line beside who computes it.

ViewSpec browserView() {
  return {"browser", "Datasets", makeView<BrowserView>};
}

ViewSpec imageView() {
  return {"image", "Image", makeView<ImageView>, true, nullptr, true};
}

ViewSpec sceneView() {
  return {"scene", "Scene", makeView<SceneView>, true, nullptr, true};
}

ViewSpec predictionsView() {
  return {"predictions", "Predictions", makeView<PredictionsView>, false, nullptr, true};
}

ViewSpec mollweideView() {
  return {"mollweide", "Mollweide", makeView<MollweideView>, false, nullptr, true};
}

ViewSpec inspectorView() {
  return {"inspector", "Inspector", makeView<InspectorView>};
}

ViewSpec runsView() {
  return {"runs", "Runs", makeView<RunsView>};
}

ViewSpec jobsView() {
  return {"jobs", "Jobs",
          [](const ViewContext& context) -> View* { return new JobsView(context.session, context.jobs); }};
}

ViewSpec logView() {
  return {"log", "Log",
          [](const ViewContext& context) -> View* { return new LogView(context.session, context.log); }};
}

}  // namespace alidade
