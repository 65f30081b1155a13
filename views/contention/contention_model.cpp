// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_model.h"

#include <algorithm>
#include <utility>

#include "views/base/session_model.h"
#include "views/contention/contention_sheets.h"

namespace alidade {
namespace {

bool holdsRow(const ContentionHistory& history, const std::string& name) {
  return std::find(history.rows.begin(), history.rows.end(), name) != history.rows.end();
}

ContentionModel::Groups routedGroups(const ContentionHistory& history) {
  std::size_t count = 1;
  for (const int branch : history.routing) {
    count = std::max(count, static_cast<std::size_t>(std::max(branch, 0)) + 1);
  }
  ContentionModel::Groups groups(count);
  for (std::size_t i = 0; i < history.rows.size(); ++i) {
    const int branch = i < history.routing.size() ? std::max(history.routing[i], 0) : 0;
    groups[static_cast<std::size_t>(branch)].push_back(history.rows[i]);
  }
  return groups;
}

}  // namespace

ContentionModel::ContentionModel(SessionModel* session) : EvidenceModel(session), session_(*session) {
  connect(session, &SessionModel::resultsChanged, this, &ContentionModel::takeResults);
  takeResults();
}

ContentionModel::History ContentionModel::history(Run side) const {
  return session_.runs().chosen<ContentionHistory>(side);
}

ContentionModel::History ContentionModel::shown() const {
  const History b = history(Run::kB);
  return choice_.shown == ContentionShown::kB && b ? b : history(Run::kA);
}

QString ContentionModel::name(Run side) const {
  const HeldRuns::Entry* entry = session_.runs().find(session_.runs().chosen_run<ContentionHistory>(side));
  return entry ? QString::fromStdString(entry->name) : QString();
}

ContentionModel::Accuracy ContentionModel::accuracy(Run side) const {
  return session_.runs().chosen<BranchAccuracy>(side);
}

QString ContentionModel::accuracyName(Run side) const {
  const HeldRuns::Entry* entry = session_.runs().find(session_.runs().chosen_run<BranchAccuracy>(side));
  return entry ? QString::fromStdString(entry->name) : QString();
}

void ContentionModel::askFiles(const QStringList& paths) {
  asked_files_ << paths;
  if (!paths.isEmpty()) {
    Q_EMIT filesAsked();
  }
}

QStringList ContentionModel::takeAskedFiles() {
  return std::exchange(asked_files_, {});
}

QStringList ContentionModel::files() const {
  QStringList paths;
  const auto add = [&](const HeldRuns::Entry* entry) {
    const QString path = entry ? QString::fromStdString(entry->file.string()) : QString();
    if (!path.isEmpty() && !paths.contains(path)) {
      paths << path;
    }
  };
  for (const Run side : {Run::kA, Run::kB}) {
    add(session_.runs().find(session_.runs().chosen_run<ContentionHistory>(side)));
    add(session_.runs().find(session_.runs().chosen_run<BranchAccuracy>(side)));
  }
  for (const HeldRuns::Entry& entry : session_.runs().all()) {
    add(entry.type == typeid(ContentionHistory) || entry.type == typeid(BranchAccuracy) ? &entry : nullptr);
  }
  return paths;
}

void ContentionModel::takeResults() {
  const std::array<History, 2> now{history(Run::kA), history(Run::kB)};
  const std::array<Accuracy, 2> accuracies{accuracy(Run::kA), accuracy(Run::kB)};
  if (now == held_ && accuracies == held_accuracy_) {
    return;
  }
  const bool other_a = now[0] != held_[0];
  const RunId run = session_.runs().chosen_run<ContentionHistory>(Run::kA);
  if (other_a && run == held_run_ && now[0] && held_[0]) {
    followGrowth(*held_[0], *now[0]);
  }
  held_ = now;
  held_run_ = run;
  held_accuracy_ = accuracies;
  numbers_.keep({now[0], now[1]});
  if (other_a && now[0]) {
    const auto& rows = now[0]->rows;
    if (pair_ && (!holdsRow(*now[0], pair_->row) || !holdsRow(*now[0], pair_->other))) {
      setPair(std::nullopt);
    }
    const bool grouped = std::all_of(rows.begin(), rows.end(), [&](const std::string& row) {
      return std::any_of(groups_.begin(), groups_.end(), [&](const auto& group) {
        return std::find(group.begin(), group.end(), row) != group.end();
      });
    });
    if (!grouped) {
      resetGroups();
    }
  }
  Q_EMIT evidenceChanged();
}

void ContentionModel::followGrowth(const ContentionHistory& before, const ContentionHistory& now) {
  const bool at_end =
      before.epochs.size() > 1 && nearestEpoch(before, choice_.epoch) + 1 == before.epochs.size();
  if (at_end && !now.epochs.empty() && now.epochs.back().epoch > before.epochs.back().epoch) {
    choice_.epoch = now.epochs.back().epoch;
  }
}

void ContentionModel::choose(const ContentionChoice& choice) {
  if (!(choice == choice_)) {
    choice_ = choice;
    Q_EMIT choiceChanged();
  }
}

std::size_t ContentionModel::epochOf(const ContentionHistory& history) const {
  return nearestEpoch(history, choice_.epoch);
}

std::vector<ContentionPart> ContentionModel::shownParts(const History& history) {
  return chosenParts(numbers_.parts(history, choice_.kind), choice_);
}

void ContentionModel::setPair(const std::optional<ContentionPair>& pair) {
  if (pair != pair_) {
    pair_ = pair;
    Q_EMIT pairChanged();
  }
}

void ContentionModel::setGroups(Groups groups) {
  if (groups != groups_) {
    groups_ = std::move(groups);
    Q_EMIT groupsChanged();
  }
}

void ContentionModel::resetGroups() {
  const History shown_now = shown();
  setGroups(shown_now ? routedGroups(*shown_now) : Groups{});
}

void ContentionModel::setMeasuring(const MeasuringState& state) {
  if (!(state == measuring_)) {
    measuring_ = state;
    Q_EMIT measuringChanged();
  }
}

void ContentionModel::askSamplePairs(const SamplePairsQuestion& question) {
  if (question_ != question) {
    question_ = question;
    sample_pairs_.reset();
    Q_EMIT samplePairsAsked();
    Q_EMIT samplePairsAnswered();
  }
}

void ContentionModel::setMeasuresSamplePairs(bool measures) {
  measures_sample_pairs_ = measures;
  Q_EMIT samplePairsAnswered();
}

void ContentionModel::setSamplePairs(const SamplePairsQuestion& of, std::vector<OpposedSamples> pairs) {
  if (question_ == of) {
    sample_pairs_ = std::make_shared<const std::vector<OpposedSamples>>(std::move(pairs));
    Q_EMIT samplePairsAnswered();
  }
}

}  // namespace alidade
