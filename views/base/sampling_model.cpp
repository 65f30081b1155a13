// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/sampling_model.h"

#include <algorithm>
#include <utility>

namespace alidade {

void SamplingModel::ask(const SamplingRequest& request) {
  if (request != request_ && request.columns.size() <= kMostSamplingColumns) {
    const bool same_noise = request.seed == request_.seed && request.num_samples == request_.num_samples;
    request_ = request;
    if (!same_noise) {
      setMarked({});
    }
    Q_EMIT asked();
  }
}

void SamplingModel::setTime(double t) {
  t = std::clamp(t, 0.0, 1.0);
  if (t != time_) {
    time_ = t;
    Q_EMIT timeChanged(t);
  }
}

void SamplingModel::setShownColumn(std::size_t column) {
  if (column != shown_column_ && column < kMostSamplingColumns) {
    shown_column_ = column;
    Q_EMIT shownColumnChanged();
  }
}

void SamplingModel::setMarked(std::vector<int> samples) {
  std::sort(samples.begin(), samples.end());
  samples.erase(std::unique(samples.begin(), samples.end()), samples.end());
  if (samples != marked_) {
    marked_ = std::move(samples);
    Q_EMIT markedChanged();
  }
}

bool SamplingModel::sampling() const {
  return std::any_of(columns_.begin(), columns_.end(), [](const Column& column) { return column.sampling; });
}

void SamplingModel::setColumn(std::size_t index, Column column) {
  columns_.at(index) = std::move(column);
  Q_EMIT answered();
}

void SamplingModel::setSampling(std::size_t index) {
  if (Column& column = columns_.at(index); !column.sampling) {
    column.sampling = true;
    Q_EMIT answered();
  }
}

void SamplingModel::setProblem(const QString& problem) {
  if (problem != problem_) {
    problem_ = problem;
    Q_EMIT answered();
  }
}

void SamplingModel::setHasNetwork(bool has_network) {
  if (has_network != has_network_) {
    has_network_ = has_network;
    Q_EMIT answered();
  }
}

void SamplingModel::clear() {
  columns_ = {};
  problem_.clear();
  Q_EMIT answered();
}

}  // namespace alidade
