// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/sampling_model.h"

#include <algorithm>
#include <utility>

namespace alidade {

void SamplingModel::ask(const SamplingRequest& request, std::optional<std::size_t> shown) {
  if (request.columns.size() > kMostSamplingColumns) {
    return;
  }
  const bool other = request != request_, other_columns = request.columns != request_.columns;
  const bool same_noise = request.seed == request_.seed && request.num_samples == request_.num_samples;
  std::size_t column = shown.value_or(shown_column_);
  if (!request.columns.empty()) {
    column = std::min(column, request.columns.size() - 1);
  }
  const bool other_shown = column != shown_column_;
  // All of it stands before anybody hears of it, so that each listener draws once.
  request_ = request;
  shown_column_ = column;
  if (!same_noise) {
    setMarked({});
  }
  if (other_columns) {
    Q_EMIT schedulesChanged();
  }
  if (other_shown) {
    Q_EMIT shownColumnChanged();
  }
  if (other) {
    Q_EMIT asked();
  }
}

const SamplerOptions& SamplingModel::shownSchedule() const {
  static const SamplerOptions kNoColumn;
  return request_.columns.empty() ? kNoColumn
                                  : request_.columns[std::min(shown_column_, request_.columns.size() - 1)];
}

void SamplingModel::setShownSchedule(const SamplerOptions& schedule) {
  if (!request_.columns.empty()) {
    SamplingRequest request = request_;
    request.columns[std::min(shown_column_, request.columns.size() - 1)] = schedule;
    ask(request);
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

bool SamplingModel::awaits(std::size_t frame, int instance) const {
  if (!problem_.isEmpty()) {
    return false;
  }
  for (std::size_t i = 0; i < request_.columns.size(); ++i) {
    const Column& column = columns_.at(i);
    const bool here =
        column.samples && column.samples->frame == frame && column.samples->instance == instance;
    if (column.sampling || (!here && column.problem.isEmpty())) {
      return true;
    }
  }
  return false;
}

void SamplingModel::setColumn(std::size_t index, Column column) {
  Column& held = columns_.at(index);
  const bool news = column.samples != held.samples || column.problem != held.problem;
  const bool before = sampling();
  held = std::move(column);
  if (news) {
    Q_EMIT answered();
  }
  if (sampling() != before) {
    Q_EMIT samplingChanged();
  }
}

void SamplingModel::setSampling(std::size_t index) {
  const bool before = sampling();
  columns_.at(index).sampling = true;
  if (!before) {
    Q_EMIT samplingChanged();
  }
}

void SamplingModel::setProblem(const QString& problem) {
  if (problem != problem_) {
    problem_ = problem;
    Q_EMIT problemChanged();
  }
}

void SamplingModel::setHasNetwork(bool has_network) {
  if (has_network != has_network_) {
    has_network_ = has_network;
    Q_EMIT hasNetworkChanged();
  }
}

void SamplingModel::clear() {
  const bool sampled = sampling();
  const bool news = std::any_of(columns_.begin(), columns_.end(), [](const Column& column) {
    return column.samples || !column.problem.isEmpty();
  });
  columns_ = {};
  basin_question_ = {};
  basins_.reset();
  basins_awaited_ = false;
  if (news) {
    Q_EMIT answered();
  }
  setProblem({});
  if (sampled) {
    Q_EMIT samplingChanged();
  }
}

}  // namespace alidade
