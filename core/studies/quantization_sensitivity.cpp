// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/quantization_sensitivity.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <utility>

#include "core/quant/mqat.h"
#include "core/quant/quantizer.h"

namespace alidade {
namespace {

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Mean over images with the percentile interval of its bootstrap.
IntervalNumber resampled_mean(const std::vector<double>& values, const BootstrapOptions& options) {
  IntervalNumber number{mean_of(values)};
  if (values.size() < 2 || !std::isfinite(number.value)) {
    return number;
  }
  std::vector<std::uint32_t> weights(values.size());
  std::vector<double> means;
  for (int r = 0; r < options.replicates; ++r) {
    bootstrap_weights(options.seed, static_cast<std::uint64_t>(r), weights);
    double sum = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      sum += weights[i] * values[i];
    }
    means.push_back(sum / static_cast<double>(values.size()));
  }
  std::sort(means.begin(), means.end());
  const Interval interval = percentile_interval(means, options.level);
  return {number.value, interval.low, interval.high};
}

std::vector<double> differences(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> out(a.size());
  std::transform(a.begin(), a.end(), b.begin(), out.begin(), std::minus<>());
  return out;
}

/// -10 log10 of signal over noise of one output.
double noise_db(const std::vector<float>& clean, const std::vector<float>& noisy) {
  double signal = 0.0, noise = 0.0;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const double value = clean[i], off = static_cast<double>(noisy[i]) - value;
    signal += value * value;
    noise += off * off;
  }
  return 10.0 * std::log10(noise / signal);
}

/// The measurements of one network, and what they are compared with.
class SensitivityStudy {
 public:
  SensitivityStudy(const SensitivityInput& input, const SensitivityOptions& options, const JobContext& job)
      : input_(input), options_(options), job_(job), network_(input.network->copy()) {
    for (const KeypointSample* sample : input.images) {
      examples_.push_back(keypoint_example(*sample));
    }
  }

  Expected<void> prepare();
  Expected<void> measure(const std::vector<SensitivityPart>& parts);
  std::vector<SweepSensitivity> results;

 private:
  enum class What { kBoth, kWeights, kInputs };

  Expected<std::unique_ptr<KeypointNetwork>> quantized(const std::vector<std::string>& weights,
                                                       What what) const;
  Expected<std::vector<double>> losses(KeypointNetwork& network) const;
  std::vector<double> noises(KeypointNetwork& network) const;
  Expected<void> measure_alone(const SensitivityPart& part);
  Expected<void> measure_together(const std::vector<SensitivityPart>& parts);
  Expected<void> measure_curvature(const std::vector<SensitivityPart>& parts);
  Expected<void> measure_fisher(const std::vector<SensitivityPart>& parts);
  /// Rise of the loss with these weights quantized.
  Expected<void> add_rise(const SensitivityPart& part, const std::string& score, What what);
  void add(const SensitivityPart& part, const std::string& score, const IntervalNumber& number,
           const std::string& unit = {}) {
    results.push_back({score, unit, part.name, options_.levels, number});
  }
  Expected<void> going_on() const {
    return job_.stopped()
               ? Expected<void>(Error{ErrorCode::kCancelled, "The study of sensitivity was stopped."})
               : Expected<void>();
  }

  const SensitivityInput& input_;
  const SensitivityOptions& options_;
  const JobContext& job_;
  std::unique_ptr<KeypointNetwork> network_;
  std::vector<std::unique_ptr<ModelExample>> examples_;
  std::vector<double> losses_, scores_;                           ///< [image] of full precision
  std::vector<std::vector<float>> outputs_;                       ///< [image]
  std::map<std::string, std::vector<double>> weights_, changes_;  ///< values, and Q(w) - w, of each weight
};

Expected<std::unique_ptr<KeypointNetwork>> SensitivityStudy::quantized(
    const std::vector<std::string>& weights, What what) const {
  PostTrainingQuantization how;
  how.per_channel = options_.per_channel;
  how.activation_bits = what == What::kWeights ? 0 : options_.activation_bits;
  for (const std::string& weight : weights) {
    how.levels[weight] = what == What::kInputs ? "32" : options_.levels;
  }
  auto made = quantize_after_training(*input_.network, how, input_.calibration);
  return made ? Expected<std::unique_ptr<KeypointNetwork>>(std::move(made->network))
              : Expected<std::unique_ptr<KeypointNetwork>>(made.error());
}

Expected<std::vector<double>> SensitivityStudy::losses(KeypointNetwork& network) const {
  std::vector<double> all;
  for (const auto& example : examples_) {
    const ModelExample* one = example.get();
    const auto loss = network.loss({&one, 1}, 0, nullptr);
    if (!loss) {
      return loss.error();
    }
    all.push_back(loss->total);
  }
  return all;
}

std::vector<double> SensitivityStudy::noises(KeypointNetwork& network) const {
  std::vector<double> all;
  for (std::size_t i = 0; i < input_.images.size(); ++i) {
    all.push_back(noise_db(outputs_[i], network.outputs(input_.images[i]->input)));
  }
  return all;
}

Expected<void> SensitivityStudy::prepare() {
  auto clean = losses(*network_);
  if (!clean) {
    return clean.error();
  }
  losses_ = std::move(*clean);
  for (const KeypointSample* sample : input_.images) {
    outputs_.push_back(network_->outputs(sample->input));
  }
  if (input_.scores) {
    auto scores = input_.scores(*network_);
    if (!scores) {
      return scores.error();
    }
    scores_ = std::move(*scores);
  }
  return {};
}

Expected<void> SensitivityStudy::add_rise(const SensitivityPart& part, const std::string& score, What what) {
  auto network = quantized(part.weights, what);
  if (!network) {
    return network.error();
  }
  const auto noisy = losses(**network);
  if (!noisy) {
    return noisy.error();
  }
  add(part, score, resampled_mean(differences(*noisy, losses_), options_.bootstrap));
  return going_on();
}

Expected<void> SensitivityStudy::measure_alone(const SensitivityPart& part) {
  auto network = quantized(part.weights, What::kBoth);
  if (!network) {
    return network.error();
  }
  const auto noisy = losses(**network);
  if (!noisy) {
    return noisy.error();
  }
  add(part, "only_this", resampled_mean(differences(*noisy, losses_), options_.bootstrap));
  add(part, "sqnr_alone", resampled_mean(noises(**network), options_.bootstrap), "dB");
  if (input_.scores) {
    const auto scores = input_.scores(**network);
    if (!scores) {
      return scores.error();
    }
    if (scores->size() != scores_.size()) {
      return usage_error("The pose metric has another number of images for every network.");
    }
    auto fall = differences(scores_, *scores);
    std::transform(fall.begin(), fall.end(), fall.begin(), [](double share) { return 100.0 * share; });
    add(part, "metric", resampled_mean(fall, options_.bootstrap), "percentage points");
  }
  if (auto added = add_rise(part, "weights_only", What::kWeights); !added) {
    return added;
  }
  return options_.activation_bits > 0 ? add_rise(part, "activations_only", What::kInputs) : Expected<void>();
}

Expected<void> SensitivityStudy::measure_together(const std::vector<SensitivityPart>& parts) {
  std::vector<std::string> before, all;
  for (const SensitivityPart& part : parts) {
    all.insert(all.end(), part.weights.begin(), part.weights.end());
  }
  auto whole = quantized(all, What::kBoth);
  if (!whole) {
    return whole.error();
  }
  const auto worst = losses(**whole);
  if (!worst) {
    return worst.error();
  }
  for (const SensitivityPart& part : parts) {
    before.insert(before.end(), part.weights.begin(), part.weights.end());
    std::vector<std::string> others;
    std::copy_if(all.begin(), all.end(), std::back_inserter(others), [&](const std::string& weight) {
      return std::find(part.weights.begin(), part.weights.end(), weight) == part.weights.end();
    });
    auto accumulated = quantized(before, What::kBoth), without = quantized(others, What::kBoth);
    if (!accumulated || !without) {
      return !accumulated ? accumulated.error() : without.error();
    }
    const auto better = losses(**without);
    if (!better) {
      return better.error();
    }
    add(part, "all_but_this", resampled_mean(differences(*worst, *better), options_.bootstrap));
    add(part, "sqnr_accumulated", resampled_mean(noises(**accumulated), options_.bootstrap), "dB");
    if (auto fine = going_on(); !fine) {
      return fine;
    }
  }
  // What quantization does to every weight, apart from corrected biases.
  for (const std::string& weight : all) {
    const auto clean = network_->parameter_values(weight), noisy = (*whole)->parameter_values(weight);
    if (!clean || !noisy) {
      return !clean ? clean.error() : noisy.error();
    }
    weights_[weight].assign(clean->begin(), clean->end());
    changes_[weight] = differences({noisy->begin(), noisy->end()}, weights_[weight]);
  }
  return {};
}

Expected<void> SensitivityStudy::measure_curvature(const std::vector<SensitivityPart>& parts) {
  std::vector<std::string> names;
  for (const auto& [name, values] : weights_) {
    names.push_back(name);
  }
  const auto traces = keypoint_traces(*network_, input_.images, names, options_.traces, job_);
  if (!traces) {
    return traces.error();
  }
  for (const SensitivityPart& part : parts) {
    std::vector<LayerError> layers;
    double variance = 0.0;
    for (const std::string& weight : part.weights) {
      const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), weight) - names.begin());
      const TraceEstimate& trace = (*traces)[at];
      const auto& change = changes_.at(weight);
      const double error = std::inner_product(change.begin(), change.end(), change.begin(), 0.0);
      const auto count = static_cast<std::int64_t>(change.size());
      layers.push_back({trace.mean, count, error});
      variance += std::pow(layer_importance({trace.standard_error, count, error}), 2);
    }
    const double value = module_importance(layers);
    const double half = 1.96 * std::sqrt(variance) / static_cast<double>(layers.size());
    add(part, "hessian", {value, value - half, value + half});
  }
  return {};
}

Expected<void> SensitivityStudy::measure_fisher(const std::vector<SensitivityPart>& parts) {
  std::vector<std::vector<double>> shares(parts.size());
  for (const auto& example : examples_) {
    const ModelExample* one = example.get();
    ParameterValues gradients;
    if (const auto loss = network_->loss({&one, 1}, 0, &gradients); !loss) {
      return loss.error();
    }
    for (std::size_t p = 0; p < parts.size(); ++p) {
      double sum = 0.0;
      for (const std::string& weight : parts[p].weights) {
        const auto& gradient = gradients.at(weight);
        const auto& change = changes_.at(weight);
        for (std::size_t i = 0; i < change.size(); ++i) {
          sum += std::pow(static_cast<double>(gradient[i]) * change[i], 2);
        }
      }
      shares[p].push_back(0.5 * sum);
    }
    if (auto fine = going_on(); !fine) {
      return fine;
    }
  }
  for (std::size_t p = 0; p < parts.size(); ++p) {
    add(parts[p], "fisher", resampled_mean(shares[p], options_.bootstrap));
  }
  return {};
}

Expected<void> SensitivityStudy::measure(const std::vector<SensitivityPart>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    job_.report("sensitivity", static_cast<std::int64_t>(i), static_cast<std::int64_t>(parts.size()));
    if (auto measured = measure_alone(parts[i]); !measured) {
      return measured;
    }
  }
  for (auto step : {&SensitivityStudy::measure_together, &SensitivityStudy::measure_curvature,
                    &SensitivityStudy::measure_fisher}) {
    if (step == &SensitivityStudy::measure_curvature && options_.traces.most_probes == 0) {
      continue;
    }
    if (auto measured = (this->*step)(parts); !measured) {
      return measured;
    }
  }
  return {};
}

}  // namespace

Expected<std::vector<SweepSensitivity>> measure_sensitivity(const SensitivityInput& input,
                                                            const std::vector<SensitivityPart>& parts,
                                                            const SensitivityOptions& options,
                                                            const JobContext& job) {
  const bool has_weights = std::all_of(parts.begin(), parts.end(),
                                       [](const SensitivityPart& part) { return !part.weights.empty(); });
  if (input.images.empty() || parts.empty() || !has_weights) {
    return usage_error("Sensitivity is measured on images, of parts that have weights.");
  }
  SensitivityStudy study(input, options, job);
  if (auto prepared = study.prepare(); !prepared) {
    return prepared.error();
  }
  if (auto measured = study.measure(parts); !measured) {
    return measured.error();
  }
  return std::move(study.results);
}

}  // namespace alidade
