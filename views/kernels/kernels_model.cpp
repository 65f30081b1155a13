// SPDX-License-Identifier: BSD-3-Clause
#include "views/kernels/kernels_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "views/base/offset_pick_model.h"
#include "views/base/session_model.h"

namespace alidade {

KernelsModel::KernelsModel(SessionModel* session)
    : EvidenceModel(session), session_(*session), pick_(session->model<OffsetPickModel>()) {
  connect(session, &SessionModel::resultsChanged, this, &KernelsModel::takeResults);
  connect(session, &SessionModel::runsChanged, this, &KernelsModel::takeResults);
  connect(&pick_, &OffsetPickModel::pickChanged, this, &KernelsModel::choiceChanged);
  takeResults();
}

KernelsModel::Sharing KernelsModel::sharing() const {
  return session_.runs().chosen<KernelSharing>(Run::kA);
}

QString KernelsModel::name() const {
  const HeldRuns::Entry* entry = session_.runs().find(session_.runs().chosen_run<KernelSharing>(Run::kA));
  return entry != nullptr ? QString::fromStdString(entry->name) : QString();
}

std::vector<KernelsModel::Sharing> KernelsModel::all() const {
  std::vector<Sharing> all;
  for (const HeldRuns::Entry& entry : session_.runs().all()) {
    if (auto sharing = session_.runs().get<KernelSharing>(entry.id)) {
      all.push_back(std::move(sharing));
    }
  }
  return all;
}

void KernelsModel::takeResults() {
  std::vector<Sharing> now = all();
  now.push_back(sharing());
  if (now != held_) {
    held_ = std::move(now);
    Q_EMIT evidenceChanged();
  }
}

void KernelsModel::askFiles(const QStringList& paths) {
  asked_files_ << paths;
  if (!paths.isEmpty()) {
    Q_EMIT filesAsked();
  }
}

QStringList KernelsModel::takeAskedFiles() {
  return std::exchange(asked_files_, {});
}

/// A first: who opens them again finds the same A.
QStringList KernelsModel::files() const {
  QStringList files;
  const RunId a = session_.runs().chosen_run<KernelSharing>(Run::kA);
  for (const HeldRuns::Entry& entry : session_.runs().all()) {
    if (session_.runs().get<KernelSharing>(entry.id) != nullptr && !entry.file.empty()) {
      const QString file = QString::fromStdString(entry.file.string());
      entry.id == a ? files.prepend(file) : files.append(file);
    }
  }
  return files;
}

void KernelsModel::choose(const KernelsChoice& choice) {
  KernelsChoice wanted = choice;
  if (wanted.tau && !(*wanted.tau >= 0.0 && *wanted.tau <= 1.0)) {
    wanted.tau.reset();
  }
  if (wanted == choice_) {
    return;
  }
  const std::size_t before = layer();
  choice_ = wanted;
  if (before != layer()) {
    pick_.setPick(std::nullopt);
  }
  Q_EMIT choiceChanged();
}

std::size_t KernelsModel::layer() const {
  const Sharing held = sharing();
  for (std::size_t l = 0; held && l < held->layers.size(); ++l) {
    if (held->layers[l].name == choice_.layer) {
      return l;
    }
  }
  return 0;
}

std::size_t KernelsModel::source() const {
  const Sharing held = sharing();
  for (std::size_t k = 0; held && k < held->sources.size(); ++k) {
    if (held->sources[k] == choice_.source) {
      return k;
    }
  }
  return 0;
}

std::optional<std::array<int, 3>> KernelsModel::picked() const {
  const Sharing held = sharing();
  const auto& pick = pick_.pick();
  return pick && held && !held->layers.empty() && pick->layer == held->layers[layer()].name
             ? std::optional(pick->offset)
             : std::nullopt;
}

void KernelsModel::pick(std::optional<std::array<int, 3>> offset) {
  const Sharing held = sharing();
  if (!offset || !held || held->layers.empty()) {
    pick_.setPick(std::nullopt);
    return;
  }
  const LayerSharing& of = held->layers[layer()];
  const std::string source = held->sources.empty() ? std::string() : held->sources[this->source()];
  pick_.setPick(OffsetPick{of.name, source, *offset, of.cell_m, held->checkpoint_sha256});
}

}  // namespace alidade
