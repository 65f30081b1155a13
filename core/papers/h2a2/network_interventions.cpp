// SPDX-License-Identifier: BSD-3-Clause
#include <array>
#include <cmath>

#include "core/nn/compute.h"
#include "core/papers/h2a2/network_measures.h"
#include "core/studies/detect.h"

namespace alidade::h2a2 {
namespace {

constexpr int kOffsetOrbits = 4;
constexpr double kRatios[] = {0.3, 0.4, 0.45, 0.55, 0.6, 0.7};
constexpr int kForceShared = 1, kForceExclusive = 0, kFree = -1;

int orbit_of(const std::array<int, 3>& offset) {
  int orbit = 0;
  for (const int coordinate : offset) {
    orbit += coordinate != 0 ? 1 : 0;
  }
  return orbit;
}

/// A network searches scenes again and again, its decisions forced in turn.
class InterventionStudy {
 public:
  InterventionStudy(DetectorNetwork& network, const std::vector<std::vector<DetectorSample>>& samples,
                    const JobContext& job)
      : network_(network), samples_(samples), job_(job) {}

  Expected<Interventions> run() {
    auto sharing = sharing_in(network_, samples_, job_);
    if (!sharing) {
      return sharing.error();
    }
    sharing_ = std::move(*sharing);
    Intervention none;
    if (auto measured = measure(none); !measured) {
      return measured.error();
    }
    result_.map25 = none.map25;
    result_.map50 = none.map50;
    result_.loss = none.loss;
    for (const auto part :
         {&InterventionStudy::whole, &InterventionStudy::ratios, &InterventionStudy::layers}) {
      if (auto done = (this->*part)(); !done) {
        return done.error();
      }
    }
    return result_;
  }

 private:
  /// All layers, shared and exclusive.
  Expected<void> whole() {
    for (const char* decision : {"shared", "exclusive"}) {
      Intervention one{"", -1, decision};
      for (const LayerSharing& layer : sharing_.layers) {
        force(layer, -1, one);
      }
      describe(one);
      if (auto done = keep(one); !done) {
        return done;
      }
    }
    return {};
  }

  Expected<void> ratios() {
    const DetectorConfig& config = network_.config();
    for (const double ratio : kRatios) {
      Intervention one{"", -1, "ratio", ratio};
      describe(one);
      network_.set_threshold(ratio / (1.0 + std::exp(-config.offset_start)));
      auto done = keep(one);
      network_.set_threshold(config.tau);
      if (!done) {
        return done;
      }
    }
    return {};
  }

  /// Each layer as a whole, then each of its orbits turned.
  Expected<void> layers() {
    for (const LayerSharing& layer : sharing_.layers) {
      for (const char* decision : {"shared", "exclusive"}) {
        if (auto done = force_and_keep(layer, -1, decision); !done) {
          return done;
        }
      }
      for (int orbit = 0; orbit < kOffsetOrbits; ++orbit) {
        if (auto done = force_and_keep(layer, orbit, "turned"); !done) {
          return done;
        }
      }
    }
    return {};
  }

  Expected<void> force_and_keep(const LayerSharing& layer, int orbit, const char* decision) {
    Intervention one{layer.name, orbit, decision};
    if (!force(layer, orbit, one)) {
      return {};
    }
    describe(one);
    return keep(one);
  }

  /// Forces the offsets of an orbit (-1: all); false where the layer has none.
  bool force(const LayerSharing& layer, int orbit, const Intervention& one) {
    std::vector<int> decisions(layer.offsets.size(), kFree);
    bool any = false;
    for (std::size_t j = 0; j < decisions.size(); ++j) {
      if (orbit >= 0 && orbit_of(layer.offsets[j]) != orbit) {
        continue;
      }
      any = true;
      decisions[j] = one.decision == "shared"                                 ? kForceShared
                     : one.decision == "turned" && mean_share(layer, j) < 0.5 ? kForceShared
                                                                              : kForceExclusive;
    }
    return any && network_.force_kernels(layer.name, decisions);
  }

  double mean_share(const LayerSharing& layer, std::size_t offset) const {
    double sum = 0.0;
    for (const SourceSharing& source : layer.sources) {
      sum += source.shared(offset);
    }
    return sum / static_cast<double>(layer.sources.size());
  }

  /// Mean of alpha x beta, and the share of shared kernels, over what is forced.
  void describe(Intervention& one) const {
    double scores = 0.0, shares = 0.0, count = 0.0;
    for (const LayerSharing& layer : sharing_.layers) {
      for (std::size_t j = 0; j < layer.offsets.size() && (one.layer.empty() || one.layer == layer.name);
           ++j) {
        if (one.orbit >= 0 && orbit_of(layer.offsets[j]) != one.orbit) {
          continue;
        }
        for (const SourceSharing& source : layer.sources) {
          scores += static_cast<double>(layer.alpha[j]) * source.mean_beta(j);
          shares += source.shared(j);
          count += 1.0;
        }
      }
    }
    one.alpha_beta = count > 0.0 ? scores / count : 0.0;
    one.shared = count > 0.0 ? shares / count : 0.0;
  }

  /// Measures with what is forced, keeps the change and sets everything free.
  Expected<void> keep(Intervention one) {
    job_.report("forcing decisions", static_cast<std::int64_t>(result_.all.size()), 0);
    const auto measured = measure(one);
    for (const LayerSharing& layer : sharing_.layers) {
      if (auto freed = network_.force_kernels(layer.name, {}); !freed) {
        return freed;
      }
    }
    if (!measured) {
      return measured;
    }
    one.map25 -= result_.map25;
    one.map50 -= result_.map50;
    one.loss -= result_.loss;
    result_.all.push_back(std::move(one));
    return {};
  }

  Expected<void> measure(Intervention& one) {
    const double sources = static_cast<double>(samples_.size());
    for (std::size_t k = 0; k < samples_.size(); ++k) {
      const auto accuracy = measure_detector(network_, static_cast<int>(k), samples_[k], {job_.stop, {}});
      if (!accuracy) {
        return accuracy.error();
      }
      one.map25 += accuracy->map25 / sources;
      one.map50 += accuracy->map50 / sources;
      for (const DetectorSample& sample : samples_[k]) {
        DetectorExample example;
        example.source = static_cast<int>(k);
        example.sample = sample;
        const ModelExample* batch[] = {&example};
        const auto loss = network_.loss(batch, 0, nullptr);
        if (!loss) {
          return loss.error();
        }
        one.loss += loss->total / (sources * static_cast<double>(samples_[k].size()));
      }
    }
    return {};
  }

  DetectorNetwork& network_;
  const std::vector<std::vector<DetectorSample>>& samples_;
  const JobContext& job_;
  KernelSharing sharing_;
  Interventions result_;
};

}  // namespace

Expected<Interventions> intervene_in_run(SceneShelf& shelf, const SceneOrder& order, const JobContext& job) {
  bind_compute_thread();
  const auto network = open_detector(order.checkpoint);
  if (!network) {
    return network.error();
  }
  const auto samples =
      samples_of_sources(shelf, (*network)->config(), order.sources, order.scenes, order.points, job);
  return samples ? InterventionStudy(**network, *samples, job).run()
                 : Expected<Interventions>(samples.error());
}

}  // namespace alidade::h2a2
