// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/kernels_reader.h"

#include <vector>

#include "app/gui/view_table.h"
#include "app/gui/workbench.h"
#include "views/kernels/kernels_model.h"
#include "views/kernels/kernels_view.h"

namespace alidade {

KernelsReader::KernelsReader(Workbench& workbench)
    : workbench_(workbench), model_(workbench.session().model<KernelsModel>()) {
  // Queued: every dock is visible for a moment while the window is laid out.
  connect(&model_, &KernelsModel::filesAsked, this, &KernelsReader::openAsked, Qt::QueuedConnection);
}

void KernelsReader::openAsked() {
  for (const QString& path : model_.takeAskedFiles()) {
    workbench_.files().open(path, [this](const std::vector<RunId>& opened) {
      SessionModel& session = workbench_.session();
      for (const RunId run : opened) {
        if (session.runs().chosen_run(session.runs().find(run)->type, Run::kA) == 0) {
          session.proposeRun(Run::kA, run);
        }
      }
    });
  }
}

ViewSpec kernelsView() {
  return {"kernels", "Kernel sharing", makeView<KernelsView>, false,
          [](Workbench& workbench) -> std::unique_ptr<QObject> {
            return std::make_unique<KernelsReader>(workbench);
          }};
}

}  // namespace alidade
