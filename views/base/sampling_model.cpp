// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/sampling_model.h"

#include <algorithm>
#include <utility>

namespace alidade {

void SamplingModel::ask(const SamplingRequest& request) {
  if (request != request_ && request.columns.size() <= kMostSamplingColumns) {
    request_ = request;
    Q_EMIT asked();
  }
}

void SamplingModel::setWanted(bool wanted) {
  if (wanted != wanted_) {
    wanted_ = wanted;
    Q_EMIT wantedChanged();
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
