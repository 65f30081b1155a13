// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/contention_numbers.h"

#include <algorithm>

#include "core/contention/baselines.h"

namespace alidade {
namespace {

std::unique_ptr<ContentionSignal> signalOf(const ContentionHistory& history, const ContentionPart& part,
                                           std::size_t epoch, const GramStatistics& statistics) {
  const auto block = std::find(history.blocks.begin(), history.blocks.end(), part.name);
  if (part.kind != PartKind::kBlock || block == history.blocks.end()) {
    return nullptr;
  }
  const auto batches = batch_gram(history, epoch, static_cast<std::size_t>(block - history.blocks.begin()));
  if (!batches) {
    return nullptr;
  }
  const PartGram gram = part_gram(history, epoch, part);
  auto signal = std::make_unique<ContentionSignal>();
  signal->reliability = row_reliability(*batches, kContentionSeed);
  signal->corrected = corrected_cosines(statistics.cosines, signal->reliability.reliability);
  signal->intervals = cosine_intervals(*batches, gram, kContentionSeed);
  signal->batches = batch_cosines(*batches, gram);
  return signal;
}

std::unique_ptr<ContentionChange> changeOf(const ContentionHistory& history, const PartGram& gram,
                                           const CombinedGradients& changed) {
  auto change = std::make_unique<ContentionChange>();
  change->statistics = gram_statistics(changed_gram(gram, changed), history.samples);
  change->with_step = cosines_with_step(gram, changed);
  change->steps = cosine_of_steps(gram, changed, plain_mean(gram));
  return change;
}

}  // namespace

void ContentionNumbers::keep(const std::vector<History>& histories) {
  const auto other = [&](const History& history) {
    return std::find(histories.begin(), histories.end(), history) == histories.end();
  };
  std::erase_if(parts_, [&](const auto& entry) { return other(entry.second.history); });
  std::erase_if(lists_, [&](const auto& entry) { return other(entry.second.history); });
}

ContentionNumbers::Part& ContentionNumbers::part(const History& history, const ContentionPart& of) {
  Part& part = parts_[{history.get(), of.kind, of.name}];
  if (!part.history) {
    part.history = history;
    part.used = asked_ + 1;
    if (parts_.size() > kMostParts) {
      parts_.erase(std::min_element(parts_.begin(), parts_.end(), [](const auto& a, const auto& b) {
        return a.second.used < b.second.used;
      }));
    }
    part.statistics.resize(history->epochs.size());
    part.signals.resize(history->epochs.size());
    part.projected.resize(history->epochs.size());
    part.balanced.resize(history->epochs.size());
  }
  part.used = ++asked_;
  return part;
}

const GramStatistics& ContentionNumbers::statistics(const History& history, const ContentionPart& of,
                                                    std::size_t epoch) {
  auto& held = part(history, of).statistics[epoch];
  if (!held) {
    held = gram_statistics(part_gram(*history, epoch, of), history->samples);
  }
  return *held;
}

const ContentionSignal* ContentionNumbers::signal(const History& history, const ContentionPart& of,
                                                  std::size_t epoch) {
  auto& held = part(history, of).signals[epoch];
  if (!held) {
    held = signalOf(*history, of, epoch, statistics(history, of, epoch));
  }
  return held->get();
}

const ContentionChange& ContentionNumbers::projected(const History& history, const ContentionPart& of,
                                                     std::size_t epoch) {
  auto& held = part(history, of).projected[epoch];
  if (!held) {
    const PartGram gram = part_gram(*history, epoch, of);
    held = changeOf(*history, gram, project_conflicts(gram, projection_orders(gram.rows, kContentionSeed)));
  }
  return *held;
}

const ContentionChange& ContentionNumbers::balanced(const History& history, const ContentionPart& of,
                                                    std::size_t epoch) {
  auto& held = part(history, of).balanced[epoch];
  if (!held) {
    const PartGram gram = part_gram(*history, epoch, of);
    held = changeOf(*history, gram, balance_norms(gram));
  }
  return *held;
}

const std::vector<double>& ContentionNumbers::conflictRates(const History& history,
                                                            const ContentionPart& of) {
  Part& held = part(history, of);
  if (held.conflict_rates.empty()) {
    for (std::size_t epoch = 0; epoch < history->epochs.size(); ++epoch) {
      held.conflict_rates.push_back(statistics(history, of, epoch).conflict_rate);
    }
  }
  return held.conflict_rates;
}

const std::vector<ContentionPart>& ContentionNumbers::parts(const History& history, PartKind kind) {
  Listed& listed = lists_[{history.get(), kind}];
  if (!listed.history) {
    listed = {history, parts_of(*history, kind)};
  }
  return listed.parts;
}

}  // namespace alidade
