// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/sweep_reader.h"

#include <vector>

#include "app/cli/command.h"
#include "app/gui/view_table.h"
#include "app/gui/workbench.h"
#include "core/base/log.h"
#include "views/quantization/quantization_model.h"
#include "views/quantization/quantization_view.h"

namespace alidade {
namespace {

constexpr const char* kPrintedFolder = "resources/published";

}  // namespace

SweepReader::SweepReader(Workbench& workbench)
    : workbench_(workbench), model_(workbench.session().model<QuantizationModel>()) {
  // Queued: every dock is visible for a moment while the window is laid out.
  connect(&model_, &QuantizationModel::filesAsked, this, &SweepReader::openAsked, Qt::QueuedConnection);
  connect(&model_, &QuantizationModel::evidenceChanged, this, &SweepReader::readPublished,
          Qt::QueuedConnection);
}

void SweepReader::openAsked() {
  for (const QString& path : model_.takeAskedFiles()) {
    workbench_.files().open(path, [this](const std::vector<RunId>& opened) {
      SessionModel& session = workbench_.session();
      for (const RunId run : opened) {
        const std::type_index type = session.runs().find(run)->type;
        for (const Run side : {Run::kA, Run::kB}) {
          if (!session.runs().is_chosen(run) && session.runs().chosen_run(type, side) == 0) {
            session.proposeRun(side, run);
          }
        }
      }
    });
  }
}

void SweepReader::readPublished() {
  if (published_read_ || !model_.sweep()) {
    return;
  }
  published_read_ = true;
  std::vector<std::string> problems;
  model_.setPublished(read_published_tables(share_path(kPrintedFolder), &problems));
  for (const std::string& problem : problems) {
    log_warning("published", problem);
  }
}

ViewSpec quantizationView() {
  return {"quantization", "Quantization", makeView<QuantizationView>, false,
          [](Workbench& workbench) -> std::unique_ptr<QObject> {
            return std::make_unique<SweepReader>(workbench);
          }};
}

}  // namespace alidade
