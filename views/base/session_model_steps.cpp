// SPDX-License-Identifier: BSD-3-Clause
// What the user does to the session's runs and datasets, in steps that can be undone.
#include <utility>

#include <QUndoStack>

#include "views/base/session_model.h"

#include <algorithm>
#include "views/base/undo_step.h"

namespace alidade {
namespace {

/// A run that was removed, with what it takes to put it back.
struct RemovedRun {
  HeldRuns::Entry entry;
  std::size_t place = 0;
  bool was_a = false, was_b = false;
};

/// An open dataset with what belongs to it.
struct DatasetContents {
  std::shared_ptr<const Dataset> dataset;
  HeldRuns runs;
  Selection selection;
};

QString quotedName(const HeldRuns::Entry& entry) {
  return QStringLiteral("\u201c%1\u201d").arg(QString::fromStdString(entry.name));
}

}  // namespace

void SessionModel::editRun(RunId run, const std::function<void(HeldRuns::Entry&)>& change) {
  if (runs_.find(run) != nullptr) {
    runs_.edit(run, change);
    Q_EMIT runsChanged();
  }
}

void SessionModel::editAsStep(RunId run, const QString& text,
                              const std::function<void(HeldRuns::Entry&)>& change) {
  const HeldRuns::Entry* entry = runs_.find(run);
  if (entry == nullptr) {
    return;
  }
  const auto restore = [this, run, note = entry->note, style = entry->style, styled = entry->styled,
                        in_tables = entry->in_tables] {
    editRun(run, [&](HeldRuns::Entry& held) {
      held.note = note;
      held.style = style;
      held.styled = styled;
      held.in_tables = in_tables;
    });
  };
  editRun(run, change);
  undo_->push(new UndoStep(text, restore, [this, run, change] { editRun(run, change); }));
}

void SessionModel::setRunNote(RunId run, const QString& note) {
  const HeldRuns::Entry* entry = runs_.find(run);
  if (entry != nullptr && QString::fromStdString(entry->note) != note) {
    editAsStep(run, tr("note on %1").arg(quotedName(*entry)),
               [text = note.toStdString()](HeldRuns::Entry& held) { held.note = text; });
  }
}

void SessionModel::setRunStyle(RunId run, int style) {
  const HeldRuns::Entry* entry = runs_.find(run);
  if (entry != nullptr && entry->style != style && style >= 0) {
    editAsStep(run, tr("color of %1").arg(quotedName(*entry)), [style](HeldRuns::Entry& held) {
      held.style = style;
      held.styled = true;
    });
  }
}

void SessionModel::setRunInTables(RunId run, bool shown) {
  const HeldRuns::Entry* entry = runs_.find(run);
  if (entry != nullptr && entry->in_tables != shown) {
    editAsStep(
        run,
        shown ? tr("%1 in tables").arg(quotedName(*entry)) : tr("%1 not in tables").arg(quotedName(*entry)),
        [shown](HeldRuns::Entry& held) { held.in_tables = shown; });
  }
}

void SessionModel::nameRun(RunId run, const std::string& name) {
  runs_.rename(run, name);
  Q_EMIT runsChanged();
  Q_EMIT resultsChanged();  // legends name the runs
}

void SessionModel::renameRun(RunId run, const QString& name) {
  const HeldRuns::Entry* entry = runs_.find(run);
  const std::string wanted = name.trimmed().toStdString();
  if (entry == nullptr || wanted.empty() || wanted == entry->name) {
    return;
  }
  const auto call = [this, run](const std::string& text) { nameRun(run, text); };
  const std::string before = entry->name;
  const QString text = tr("rename %1").arg(quotedName(*entry));
  call(wanted);
  undo_->push(new UndoStep(text, [call, before] { call(before); }, [call, wanted] { call(wanted); }));
}

void SessionModel::removeRuns(const std::vector<RunId>& runs) {
  auto removed = std::make_shared<std::vector<RemovedRun>>();
  for (const RunId run : runs) {
    if (const HeldRuns::Entry* entry = runs_.find(run)) {
      removed->push_back({*entry, runs_.place_of(run), runs_.chosen_run(entry->type, Run::kA) == run,
                          runs_.chosen_run(entry->type, Run::kB) == run});
    }
  }
  if (removed->empty()) {
    return;
  }
  // The places are those before the removal: put back from the first on, each finds its own again.
  std::sort(removed->begin(), removed->end(),
            [](const RemovedRun& a, const RemovedRun& b) { return a.place < b.place; });
  const auto remove = [this, removed] {
    for (const RemovedRun& one : *removed) {
      runs_.remove(one.entry.id);
    }
    for (const RemovedRun& one : *removed) {
      const RunId b = runs_.chosen_run(one.entry.type, Run::kB);
      if (one.was_a && b != 0) {
        runs_.choose(Run::kA, b, false);
        runs_.choose_none(Run::kB, one.entry.type);
      }
    }
    Q_EMIT runsChanged();
    Q_EMIT resultsChanged();
  };
  const auto put_back = [this, removed] {
    for (const RemovedRun& one : *removed) {
      runs_.put_back(one.entry, one.place);
    }
    for (const RemovedRun& one : *removed) {
      const RunId a = runs_.chosen_run(one.entry.type, Run::kA);
      if (one.was_a) {
        if (a != 0 && runs_.chosen_run(one.entry.type, Run::kB) == 0) {
          runs_.choose(Run::kB, a, false);
        }
        runs_.choose(Run::kA, one.entry.id, false);
      }
      if (one.was_b) {
        runs_.choose(Run::kB, one.entry.id, false);
      }
    }
    Q_EMIT runsChanged();
    Q_EMIT resultsChanged();
  };
  const QString text = removed->size() == 1 ? tr("remove %1").arg(quotedName(removed->front().entry))
                                            : tr("remove %1 runs").arg(removed->size());
  remove();
  undo_->push(new UndoStep(text, put_back, remove));
}

void SessionModel::switchDataset(std::shared_ptr<const Dataset> dataset) {
  const auto other = std::make_shared<DatasetContents>(DatasetContents{dataset_, runs_, selection_});
  const bool had_dataset = dataset_ != nullptr;
  setDataset(std::move(dataset));
  if (!had_dataset) {
    return;
  }
  // Undoing and redoing are the same: what is open and what is kept change places.
  const auto change_places = [this, other] {
    DatasetContents open{dataset_, runs_, selection_};
    setDataset(other->dataset);
    runs_.take_from(other->runs);
    Q_EMIT runsChanged();
    Q_EMIT resultsChanged();
    setSelection(other->selection);
    *other = std::move(open);
  };
  const QString text = tr("open %1").arg(QString::fromStdString(dataset_ ? dataset_->name() : std::string()));
  undo_->push(new UndoStep(text, change_places, change_places));
}

void SessionModel::swapResults() {
  const RunId a = resultRun(Run::kA), b = resultRun(Run::kB);
  if (b == 0) {
    return;
  }
  runs_.choose(Run::kA, b);
  if (a != 0) {
    runs_.choose(Run::kB, a);
  } else {
    runs_.choose_none(Run::kB, resultType());
  }
  Q_EMIT resultsChanged();
}

QString SessionModel::resultName(Run side) const {
  const HeldRuns::Entry* entry = runs_.find(resultRun(side));
  return entry ? QString::fromStdString(entry->name) : QString();
}

int SessionModel::resultStyle(Run side) const {
  const HeldRuns::Entry* entry = runs_.find(resultRun(side));
  return entry != nullptr && entry->style >= 0 ? entry->style : static_cast<int>(side);
}

QString SessionModel::nameOf(const PoseResult& result) const {
  for (const HeldRuns::Entry& entry : runs_.all()) {
    if (entry.result.get() == &result) {
      return QString::fromStdString(entry.name);
    }
  }
  return QString::fromStdString(result.name);
}

}  // namespace alidade
