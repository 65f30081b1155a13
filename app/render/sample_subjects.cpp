// SPDX-License-Identifier: BSD-3-Clause
#include "app/render/sample_subjects.h"

#include <algorithm>

#include "core/nn/compute.h"
#include "core/nn/registry/open_model.h"

namespace alidade {
namespace {

constexpr FrameLayers kLayers{.color = false, .depth = true, .masks = true, .nocs = false};

bool listed(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

SampleSource::SampleSource(const FigureInput& input, std::unique_ptr<ScoreModel> network)
    : input_(input), network_(std::move(network)) {}
SampleSource::~SampleSource() = default;
SampleSource::SampleSource(SampleSource&&) noexcept = default;

Expected<SampleSource> SampleSource::open(const FigureInput& input) {
  bind_compute_thread();
  if (input.checkpoint.empty()) {
    return SampleSource(input, nullptr);
  }
  auto network = open_score_model(input.checkpoint);
  if (!network) {
    return network.error();
  }
  return SampleSource(input, std::move(*network));
}

Expected<SampleSubject> SampleSource::subject(const Frame& frame, std::size_t position) const {
  return network_ ? sample_subject(frame, position, *network_, input_.options.seed)
                  : analytic_subject(frame.instances[position], frame.info.name, frame.index);
}

Expected<void> SampleSource::visitIn(const Frame& frame, const ObjectsChoice& objects, const Visit& visit) {
  for (std::size_t i = 0; i < frame.instances.size(); ++i) {
    const Instance& instance = frame.instances[i];
    if (!listed(objects.categories, instance.category) ||
        (objects.continuous && instance.symmetry.axes.empty())) {
      continue;
    }
    auto found = subject(frame, i);
    if (!found) {
      if (found.error().code != ErrorCode::kInput && found.error().code != ErrorCode::kFailed) {
        return found.error();
      }
      ++skipped_;
      continue;
    }
    if (auto visited = visit(*found); !visited) {
      return visited;
    }
  }
  return {};
}

Expected<void> SampleSource::visitAll(const ObjectsChoice& objects, const Visit& visit) {
  const Dataset& dataset = *input_.dataset;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    const auto& categories = dataset.frame_info(i).categories;
    if (std::any_of(categories.begin(), categories.end(),
                    [&](const std::string& name) { return listed(objects.categories, name); })) {
      const auto frame = dataset.load(i, kLayers);
      if (!frame) {
        return frame.error();
      }
      if (auto visited = visitIn(*frame, objects, visit); !visited) {
        return visited;
      }
    }
    input_.job.report("sampling", static_cast<std::int64_t>(i + 1),
                      static_cast<std::int64_t>(dataset.num_frames()));
  }
  return {};
}

Expected<void> SampleSource::visitOne(const ObjectsChoice::One& object, const Visit& visit) {
  const auto index = frame_index(object.frame, *input_.dataset, input_.recipe_file, object.key + ".frame");
  if (!index) {
    return index.error();
  }
  const auto frame = input_.dataset->load(*index, kLayers);
  if (!frame) {
    return frame.error();
  }
  const auto& instances = frame->instances;
  const auto found = std::find_if(instances.begin(), instances.end(),
                                  [&](const Instance& i) { return i.index == object.instance; });
  if (found == instances.end()) {
    return no_instance(*frame, input_.recipe_file, object.key + ".instance");
  }
  auto encoded = subject(*frame, static_cast<std::size_t>(found - instances.begin()));
  return encoded ? visit(*encoded) : Expected<void>(encoded.error());
}

Expected<void> SampleSource::visit(const ObjectsChoice& objects, const Visit& visit) {
  std::size_t visited = 0;
  const Visit counted = [&](SampleSubject& subject) {
    ++visited;
    return visit(subject);
  };
  Expected<void> done;
  if (objects.all) {
    done = visitAll(objects, counted);
  } else if (!objects.listed.empty()) {
    for (std::size_t i = 0; i < objects.listed.size() && done; ++i) {
      done = visitOne(objects.listed[i], counted);
    }
  } else if (input_.frame && input_.instance) {
    done = visitOne({input_.frame->index, *input_.instance, "view"}, counted);
  }
  if (done && visited == 0) {
    return input_error(input_.recipe_file, "view", "no object to sample was found in the dataset",
                       "choose others, with depth, mask and intrinsics");
  }
  return done;
}

Provenance SampleSource::provenance() const {
  Provenance provenance = input_.provenance;
  provenance.seed = input_.options.seed;
  if (network_) {
    provenance.checkpoint = network_->checkpoint_name();
    provenance.checkpoint_sha256 = network_->checkpoint_sha256();
  }
  return provenance;
}

std::string SampleSource::name() const {
  return network_ ? network_->checkpoint_name() : "the analytic field (no network)";
}

}  // namespace alidade
