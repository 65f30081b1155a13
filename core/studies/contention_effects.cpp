// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/contention_effects.h"

#include <cmath>
#include <map>
#include <utility>

#include "core/nn/compute.h"
#include "core/nn/gram.h"

namespace alidade {
namespace {

Error effect_stopped() {
  return {ErrorCode::kCancelled, "the measurement was stopped; nothing was written."};
}

Expected<ParameterValues> values_of(const Model& model) {
  ParameterValues values;
  for (const ParameterInfo& parameter : model.parameters()) {
    auto read = model.parameter_values(parameter.name);
    if (!read) {
      return read.error();
    }
    values[parameter.name] = std::move(*read);
  }
  return values;
}

Expected<void> put_values(Model& model, const ParameterValues& values) {
  for (const auto& [name, numbers] : values) {
    if (auto put = model.set_parameter_values(name, numbers); !put) {
      return put;
    }
  }
  return {};
}

/// Adam (Kingma and Ba 2015) on plain numbers: a few steps of any model.
class PlainAdam {
 public:
  explicit PlainAdam(double rate) : rate_(rate) {}

  /// Parameters without any gradient stay as they are.
  void step(ParameterValues& values, const ParameterValues& gradients) {
    constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
    ++steps_;
    const double correction1 = 1.0 - std::pow(kBeta1, steps_), correction2 = 1.0 - std::pow(kBeta2, steps_);
    for (auto& [name, numbers] : values) {
      const std::vector<float>& gradient = gradients.at(name);
      Moments& moments = moments_[name];
      moments.first.resize(numbers.size());
      moments.second.resize(numbers.size());
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        const double g = gradient[i];
        moments.first[i] = static_cast<float>(kBeta1 * moments.first[i] + (1.0 - kBeta1) * g);
        moments.second[i] = static_cast<float>(kBeta2 * moments.second[i] + (1.0 - kBeta2) * g * g);
        numbers[i] -= static_cast<float>(rate_ * (moments.first[i] / correction1) /
                                         (std::sqrt(moments.second[i] / correction2) + kEpsilon));
      }
    }
  }

 private:
  struct Moments {
    std::vector<float> first, second;
  };

  double rate_;
  int steps_ = 0;
  std::map<std::string, Moments> moments_;
};

/// The batches of each row: what is trained on, and what is held out.
struct RowBatches {
  std::vector<const SubsetBatch*> trained, held_out;
};

Expected<std::vector<RowBatches>> batches_of_rows(const DiagnosticSubset& subset) {
  std::vector<std::vector<const SubsetBatch*>> all(subset.rows.size());
  for (const SubsetBatch& batch : subset.batches) {
    all[batch.row].push_back(&batch);
  }
  std::vector<RowBatches> rows;
  for (const auto& batches : all) {
    const auto half = batches.begin() + static_cast<std::ptrdiff_t>(batches.size() / 2);
    if (half == batches.begin()) {
      return Error{ErrorCode::kInput, "effects need two batches of each row at least; ask for more."};
    }
    rows.push_back({{batches.begin(), half}, {half, batches.end()}});
  }
  return rows;
}

Expected<std::vector<double>> held_out_losses(Model& model, const std::vector<RowBatches>& rows) {
  std::vector<double> losses;
  for (const RowBatches& row : rows) {
    double sum = 0.0;
    for (const SubsetBatch* batch : row.held_out) {
      const auto loss = model.aspect_loss(batch->examples, batch->seed, batch->aspect, nullptr);
      if (!loss) {
        return loss.error();
      }
      sum += loss->total;
    }
    losses.push_back(sum / static_cast<double>(row.held_out.size()));
  }
  return losses;
}

Expected<void> train_on(Model& model, const RowBatches& row, const EffectOptions& options,
                        ParameterValues values, const JobContext& job) {
  PlainAdam adam(options.rate);
  for (int step = 0; step < options.steps; ++step) {
    if (job.stopped()) {
      return effect_stopped();
    }
    const SubsetBatch& batch = *row.trained[static_cast<std::size_t>(step) % row.trained.size()];
    ParameterValues gradients;
    const auto loss = model.aspect_loss(batch.examples, batch.seed, batch.aspect, &gradients);
    if (!loss) {
      return loss.error();
    }
    adam.step(values, gradients);
    if (auto put = put_values(model, values); !put) {
      return put;
    }
  }
  return {};
}

/// Gradients of the first samples of a row, one by one, over some parameters.
Expected<std::vector<std::vector<float>>> sample_gradients(Model& model, const DiagnosticSubset& subset,
                                                           int row,
                                                           const std::vector<std::string>& parameters,
                                                           std::size_t most, std::vector<std::size_t>& places,
                                                           const JobContext& job) {
  std::vector<std::vector<float>> gradients;
  for (const SubsetBatch& batch : subset.batches) {
    for (const ModelExample* example : batch.examples) {
      if (batch.row != row || gradients.size() >= most) {
        continue;
      }
      if (job.stopped()) {
        return effect_stopped();
      }
      ParameterValues values;
      const ModelExample* const one[] = {example};
      if (const auto loss = model.aspect_loss(one, batch.seed, batch.aspect, &values); !loss) {
        return loss.error();
      }
      std::vector<float>& flat = gradients.emplace_back();
      for (const std::string& name : parameters) {
        flat.insert(flat.end(), values.at(name).begin(), values.at(name).end());
      }
      std::size_t place = 0;
      while (subset.examples[place].get() != example) {
        ++place;
      }
      places.push_back(place);
    }
  }
  return gradients;
}

std::vector<const std::vector<float>*> pointers_to(const std::vector<std::vector<float>>& rows) {
  std::vector<const std::vector<float>*> pointers;
  for (const auto& row : rows) {
    pointers.push_back(&row);
  }
  return pointers;
}

std::vector<double> lengths_of(const std::vector<std::vector<float>>& rows) {
  std::vector<double> lengths;
  for (const auto& row : rows) {
    double squares = 0.0;
    for (const float value : row) {
      squares += static_cast<double>(value) * value;
    }
    lengths.push_back(std::sqrt(squares));
  }
  return lengths;
}

}  // namespace

Expected<ContentionEffect> measure_effect(Model& model, const DiagnosticSubset& subset,
                                          const EffectOptions& options, const JobContext& job) {
  bind_compute_thread();
  const auto rows = batches_of_rows(subset);
  if (!rows) {
    return rows.error();
  }
  const auto begin = values_of(model);
  if (!begin) {
    return begin.error();
  }
  ContentionEffect effect;
  effect.steps = options.steps;
  effect.rate = options.rate;
  auto before = held_out_losses(model, *rows);
  if (!before) {
    return before.error();
  }
  effect.before = std::move(*before);
  for (std::size_t i = 0; i < rows->size(); ++i) {
    job.report("measuring effects", static_cast<std::int64_t>(i), static_cast<std::int64_t>(rows->size()));
    const auto trained = train_on(model, (*rows)[i], options, *begin, job);
    auto after = trained ? held_out_losses(model, *rows) : Expected<std::vector<double>>(trained.error());
    if (auto put = put_values(model, *begin); !put) {
      return put.error();
    }
    if (!after) {
      return after.error();
    }
    effect.after.insert(effect.after.end(), after->begin(), after->end());
  }
  return effect;
}

Expected<void> add_effect(ContentionHistory& history, const SeriesCheckpoint& last,
                          const std::vector<std::shared_ptr<const Dataset>>& sources,
                          const ContentionOptions& options, const EffectOptions& effect,
                          const JobContext& job) {
  const auto model = open_checkpoint(last.path, options);
  if (!model) {
    return model.error();
  }
  const auto subset = diagnostic_subset(**model, sources, options.subset, job);
  if (!subset) {
    return subset.error();
  }
  auto measured = measure_effect(**model, *subset, effect, job);
  if (!measured) {
    return measured.error();
  }
  measured->epoch = history.epochs.back().epoch;
  measured->step = history.epochs.back().step;
  history.effects.push_back(std::move(*measured));
  return {};
}

Expected<SamplePairs> measure_sample_pairs(Model& model, const DiagnosticSubset& subset, int row_a, int row_b,
                                           const std::vector<std::string>& parameters, std::size_t most,
                                           const JobContext& job) {
  bind_compute_thread();
  SamplePairs pairs;
  const auto a = sample_gradients(model, subset, row_a, parameters, most, pairs.a, job);
  if (!a) {
    return a.error();
  }
  const auto b = sample_gradients(model, subset, row_b, parameters, most, pairs.b, job);
  if (!b) {
    return b.error();
  }
  pairs.inner_products = inner_products(pointers_to(*a), pointers_to(*b));
  pairs.lengths_a = lengths_of(*a);
  pairs.lengths_b = lengths_of(*b);
  return pairs;
}

}  // namespace alidade
