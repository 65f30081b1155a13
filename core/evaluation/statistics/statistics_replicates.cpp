// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/statistics/statistics_replicates.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <thread>

#include "core/base/helper_threads.h"
#include "core/base/random.h"

namespace alidade {
namespace {

constexpr double kUndefinedValue = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMaxValues = std::size_t{1} << 26;  // 512 MiB
constexpr unsigned kMaxThreads = 8;

Expected<void> check_options(const BootstrapOptions& options) {
  if (options.replicates < 2 || options.replicates > 100000) {
    return Error{ErrorCode::kUsage, "The bootstrap takes 2 to 100000 replicates, not " +
                                        std::to_string(options.replicates) + "."};
  }
  if (!(options.level > 0.0 && options.level < 1.0)) {
    return Error{ErrorCode::kUsage, "The level of an interval lies between 0 and 1, 0.95 for example."};
  }
  return {};
}

std::size_t cell_count(const EvaluationReport& report) {
  return report.rows.size() * report.columns.size();
}

/// The mean that `mean_estimator` would give, from values that are there already.
double mean_of_rows(const MeanOf& mean, std::span<const double> values, std::size_t columns,
                    std::size_t column) {
  double sum = 0.0;
  std::size_t count = 0;
  for (const std::size_t row : mean.rows) {
    const double value = values[row * columns + column];
    if (std::isnan(value) && mean.needs_all) {
      return kUndefinedValue;
    }
    if (!std::isnan(value) || mean.absent) {
      sum += std::isnan(value) ? *mean.absent : value;
      ++count;
    }
  }
  return count == 0 ? kUndefinedValue : sum / static_cast<double>(count);
}

/// All cells of a report under `weights`, row after row.
void evaluate_cells(const EvaluationReport& report, std::span<const std::uint32_t> weights,
                    std::span<double> values, const JobContext& job) {
  const std::size_t columns = report.columns.size();
  for (std::size_t i = 0; i < values.size() && !job.stopped(); ++i) {
    const MetricCell& cell = report.rows[i / columns].cells[i % columns];
    const auto value = cell.estimator && !cell.mean_of ? cell.estimator(weights) : std::nullopt;
    values[i] = value && std::isfinite(*value) ? *value : kUndefinedValue;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const MetricCell& cell = report.rows[i / columns].cells[i % columns];
    if (cell.estimator && cell.mean_of) {
      values[i] = mean_of_rows(*cell.mean_of, values, columns, i % columns);
    }
  }
}

}  // namespace

void bootstrap_weights(std::uint64_t seed, std::uint64_t replicate, std::span<std::uint32_t> weights) {
  std::fill(weights.begin(), weights.end(), 0U);
  const auto count = static_cast<std::uint32_t>(weights.size());
  Random random(mix_seed(mix_seed(seed, replicate), count));
  for (std::uint32_t i = 0; i < count; ++i) {
    ++weights[random.index(count)];
  }
}

std::span<const double> Replicates::of(std::size_t report, std::size_t row, std::size_t column) const {
  const std::size_t cell = offsets_[report] + row * reports_[report]->columns.size() + column;
  return std::span(values_).subspan(cell * replicates_, replicates_);
}

void Replicates::evaluate(std::size_t replicate, std::span<std::uint32_t> weights, std::span<double> cells,
                          const JobContext& job) {
  bootstrap_weights(seed_, replicate, weights);
  for (std::size_t i = 0; i < reports_.size(); ++i) {
    evaluate_cells(*reports_[i], weights, cells.subspan(offsets_[i], offsets_[i + 1] - offsets_[i]), job);
  }
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    values_[cell * replicates_ + replicate] = cells[cell];
  }
}

void Replicates::evaluate_all(const JobContext& job) {
  std::atomic<std::size_t> next{0};
  const auto work = [&](bool reports_progress) {
    std::vector<std::uint32_t> weights(reports_.front()->images.size());
    std::vector<double> buffer(offsets_.back());
    for (std::size_t r = next++; r < replicates_ && !job.stopped(); r = next++) {
      evaluate(r, weights, buffer, job);
      if (reports_progress) {
        job.report("bootstrap", static_cast<std::int64_t>(std::min(next.load(), replicates_)),
                   static_cast<std::int64_t>(replicates_));
      }
    }
  };
  work_together(std::clamp(std::thread::hardware_concurrency(), 1U, kMaxThreads) - 1, work);
}

Expected<Replicates> Replicates::draw(std::span<const EvaluationReport* const> reports,
                                      const BootstrapOptions& options, const JobContext& job) {
  if (auto checked = check_options(options); !checked) {
    return checked.error();
  }
  Replicates drawn;
  drawn.reports_.assign(reports.begin(), reports.end());
  drawn.replicates_ = static_cast<std::size_t>(options.replicates);
  drawn.seed_ = options.seed;
  drawn.offsets_.push_back(0);
  for (const EvaluationReport* report : reports) {
    drawn.offsets_.push_back(drawn.offsets_.back() + cell_count(*report));
  }
  const std::size_t cells = drawn.offsets_.back();
  if (cells > kMaxValues / drawn.replicates_) {
    return Error{ErrorCode::kUsage, std::to_string(drawn.replicates_) + " replicates of " +
                                        std::to_string(cells) +
                                        " cells do not fit into 512 MiB; take fewer replicates."};
  }
  drawn.values_.assign(cells * drawn.replicates_, kUndefinedValue);
  if (cells > 0) {
    drawn.evaluate_all(job);
  }
  if (job.stopped()) {
    return Error{ErrorCode::kCancelled, "The bootstrap was stopped."};
  }
  return drawn;
}

std::string bootstrap_obstacle(const EvaluationReport& report) {
  return report.images.size() < 2 ? "resampling images takes at least two of them" : std::string();
}

std::string image_difference(const EvaluationReport& a, const EvaluationReport& b) {
  const std::size_t shared = std::min(a.images.size(), b.images.size());
  for (std::size_t i = 0; i < shared; ++i) {
    if (a.images[i] != b.images[i]) {
      return "image " + std::to_string(i + 1) + " is '" + a.images[i] + "' in " + a.name + " and '" +
             b.images[i] + "' in " + b.name;
    }
  }
  if (a.images.size() != b.images.size()) {
    return a.name + " has " + std::to_string(a.images.size()) + " images, " + b.name + " has " +
           std::to_string(b.images.size());
  }
  return {};
}

void add_reason(std::string* reason, const std::string& text) {
  *reason += (reason->empty() ? "" : "; ") + text;
}

std::string defined_share(std::size_t defined, std::size_t replicates) {
  return "only " + std::to_string(defined) + " of " + std::to_string(replicates) + " resamples define it";
}

}  // namespace alidade
