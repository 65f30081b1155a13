// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/opposing_keeper.h"

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "app/gui/workbench.h"
#include "core/studies/opposing_samples.h"
#include "views/contention/contention_model.h"

namespace alidade {
namespace {

/// The folder of the file that a history was opened from; empty where it was not.
std::filesystem::path folder_of(const SessionModel& session,
                                const std::shared_ptr<const ContentionHistory>& history) {
  for (const HeldRuns::Entry& entry : session.runs().all()) {
    if (session.runs().get<ContentionHistory>(entry.id) == history) {
      return std::filesystem::path(entry.file).parent_path();
    }
  }
  return {};
}

}  // namespace

OpposingKeeper::OpposingKeeper(Workbench& workbench, QObject* parent)
    : QObject(parent), workbench_(workbench), model_(workbench.session().model<ContentionModel>()) {
  connect(&workbench.session(), &SessionModel::datasetChanged, this, &OpposingKeeper::update);
  connect(&model_, &ContentionModel::samplePairsAsked, this, &OpposingKeeper::answer, Qt::QueuedConnection);
  update();
}

void OpposingKeeper::update() {
  model_.setMeasuresSamplePairs(workbench_.session().dataset() != nullptr);
}

void OpposingKeeper::answer() {
  const auto question = model_.samplePairsQuestion();
  const auto dataset = workbench_.session().dataset();
  if (!question || !dataset) {
    return;
  }
  const auto part = find_part(*question->history, question->kind, question->pair.part);
  if (!part) {
    return;
  }
  const OpposingQuestion asked{question->epoch, *part, question->pair.row, question->pair.other};
  const auto folder = folder_of(workbench_.session(), question->history);
  auto found = std::make_shared<std::vector<OpposedSamples>>();
  const auto work = [history = question->history, dataset, asked, folder,
                     found](const JobContext& job) -> Expected<void> {
    const auto checkpoint = find_checkpoint(*history, asked.epoch, folder);
    if (!checkpoint) {
      return checkpoint.error();
    }
    const auto samples = opposing_samples(*history, *checkpoint, dataset, asked, job);
    if (!samples) {
      return samples.error();
    }
    for (const OpposingSamples& one : *samples) {
      found->push_back({one.frame, one.other_frame, one.instance, one.other_instance, one.cosine});
    }
    return {};
  };
  const QString title = tr("Opposing samples of %1 and %2")
                            .arg(QString::fromStdString(asked.row), QString::fromStdString(asked.other));
  workbench_.jobs().start(title, work, [this, question, found](const Expected<void>& done) {
    if (done) {
      model_.setSamplePairs(*question, std::move(*found));
    }
  });
}

}  // namespace alidade
