// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/contention_reader.h"

#include <vector>

#include "app/gui/opposing_keeper.h"
#include "app/gui/view_table.h"
#include "app/gui/workbench.h"
#include "core/contention/contention_training.h"
#include "views/base/training_model.h"
#include "views/contention/contention_model.h"
#include "views/contention/contention_view.h"

namespace alidade {

ContentionReader::ContentionReader(Workbench& workbench)
    : workbench_(workbench),
      model_(workbench.session().model<ContentionModel>()),
      training_(workbench.session().model<TrainingModel>()) {
  // Queued: every dock is visible for a moment while the window is laid out.
  connect(&model_, &ContentionModel::filesAsked, this, &ContentionReader::openAsked, Qt::QueuedConnection);
  connect(&training_.demand(), &Demand::changed, this, &ContentionReader::update, Qt::QueuedConnection);
  connect(&workbench.session(), &SessionModel::runsChanged, this, &ContentionReader::update,
          Qt::QueuedConnection);
  // A run that follows its file has another result.
  connect(&workbench.session(), &SessionModel::resultsChanged, this, &ContentionReader::update,
          Qt::QueuedConnection);
  connect(&workbench.files(), &RunFiles::contentionOpened, this, &ContentionReader::showOpened);
}

/// Who opens a file wants to see what it holds.
void ContentionReader::showOpened(RunId run) {
  const bool branches = workbench_.session().runs().get<BranchAccuracy>(run) != nullptr;
  ContentionChoice choice = model_.choice();
  if (branches != (choice.reading == ContentionReading::kBranches)) {
    choice.reading = branches ? ContentionReading::kBranches : ContentionReading::kMeans;
    model_.choose(choice);
  }
}

void ContentionReader::openAsked() {
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

void ContentionReader::update() {
  const HeldRuns& runs = workbench_.session().runs();
  std::vector<RunId> gone;
  for (const auto& [run, lines] : lines_) {
    if (!runs.get<ContentionHistory>(run)) {
      gone.push_back(run);
    }
  }
  for (const RunId run : gone) {
    forget(run);
  }
  if (!training_.demand().wanted()) {
    return;
  }
  for (const HeldRuns::Entry& entry : runs.all()) {
    const auto history = runs.get<ContentionHistory>(entry.id);
    const auto held = lines_.find(entry.id);
    if (history && (held == lines_.end() || held->second.history != history)) {
      startSeries(entry.id, history);
    }
  }
}

void ContentionReader::startSeries(RunId run, const std::shared_ptr<const ContentionHistory>& history) {
  lines_[run].history = history;
  const auto made = std::make_shared<std::vector<TrainingHistory>>();
  const auto work = [history, made](const JobContext& job) -> Expected<void> {
    const auto series = block_series(*history, {}, job);
    if (!series) {
      return series.error();
    }
    *made = contention_as_training(*history, *series);
    return {};
  };
  const QString name = QString::fromStdString(workbench_.session().runs().find(run)->name);
  const auto take = [this, run, history, made](const Expected<void>& done) {
    const auto held = lines_.find(run);
    if (!done || held == lines_.end() || held->second.history != history) {
      return;
    }
    // A line that is there already is replaced: it keeps its look.
    QStringList& paths = held->second.paths;
    training_.remove(paths.mid(static_cast<int>(made->size())));
    paths.clear();
    for (TrainingHistory& line : *made) {
      paths << QStringLiteral("contention:%1:%2").arg(run).arg(paths.size());
      training_.setHistory(paths.back(), std::make_shared<const TrainingHistory>(std::move(line)), true);
    }
  };
  workbench_.jobs().start(tr("Series of %1").arg(name), work, take);
}

void ContentionReader::forget(RunId run) {
  training_.remove(lines_[run].paths);
  lines_.erase(run);
}

ViewSpec contentionView() {
  return {"contention", "Contention", makeView<ContentionView>, false,
          [](Workbench& workbench) -> std::unique_ptr<QObject> {
            auto reader = std::make_unique<ContentionReader>(workbench);
            new OpposingKeeper(workbench, reader.get());
            return reader;
          }};
}

}  // namespace alidade
