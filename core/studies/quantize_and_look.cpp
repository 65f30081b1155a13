// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/quantize_and_look.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/studies/infer.h"
#include "core/studies/pose_estimator.h"
#include "core/studies/weight_histograms.h"

namespace alidade {
namespace {

using ObjectKey = std::pair<std::size_t, int>;  // frame, instance

/// Puts numbers of `content` into the parameters named, which must be there.
Expected<void> put_weights(Model& model, const SafeTensors& content, const PackedCheckpoint& packed) {
  for (const auto& [name, tensor] : packed.packed) {
    const std::vector<double> wide = tensor_values(content.tensors.at(name));
    const std::vector<float> values(wide.begin(), wide.end());
    if (auto put = model.set_parameter_values(name, values); !put) {
      return put;
    }
  }
  return {};
}

/// A model with quantized weights for as long as this lives.
class QuantizedWeightsInPlace {
 public:
  QuantizedWeightsInPlace(Model& model, const SafeTensors& own, const PackedCheckpoint& packed)
      : model_(model), own_(own), packed_(packed) {}
  ~QuantizedWeightsInPlace() {
    // The same names took values just now.
    static_cast<void>(bool(put_weights(model_, own_, packed_)));
  }
  QuantizedWeightsInPlace(const QuantizedWeightsInPlace&) = delete;
  QuantizedWeightsInPlace& operator=(const QuantizedWeightsInPlace&) = delete;

  Expected<void> put() { return put_weights(model_, unpacked(packed_), packed_); }

 private:
  Model& model_;
  const SafeTensors& own_;
  const PackedCheckpoint& packed_;
};

/// Half of a job that estimates twice.
Expected<std::shared_ptr<const PoseResult>> estimate_half(const Dataset& dataset,
                                                          const std::shared_ptr<Model>& model,
                                                          const InferOptions& options, bool second,
                                                          const JobContext& job) {
  const auto estimator = make_estimator(model, options);
  if (!estimator) {
    return estimator.error();
  }
  const JobContext half{job.stop, [&](const Progress& progress) {
                          job.report(second ? "estimating with quantized weights" : "estimating as it is",
                                     progress.done + (second ? progress.total : 0), 2 * progress.total);
                        }};
  return infer_poses(dataset, **estimator, options.frames, half);
}

/// The result under the assignment's name, its recipe with what was done to the weights.
std::shared_ptr<const PoseResult> named_after(const PoseResult& result, const std::string& label,
                                              const std::string& quantization) {
  auto named = std::make_shared<PoseResult>(result);
  named->name += " · " + label;
  nlohmann::ordered_json recipe = embedded_json(result.provenance.recipe);
  if (!recipe.is_object()) {
    recipe = nlohmann::ordered_json::object();
  }
  recipe["quantization"] = embedded_json(quantization);
  named->provenance.recipe = json_text(recipe);
  return named;
}

/// Diagonals of the annotated boxes, metres.
Expected<std::map<ObjectKey, double>> diagonals(const Dataset& dataset, const PoseResult& result,
                                                const JobContext& job) {
  std::set<std::size_t> frames;
  for (const PoseEstimate& estimate : result.estimates) {
    frames.insert(estimate.frame);
  }
  std::map<ObjectKey, double> found;
  for (const std::size_t index : frames) {
    if (job.stopped()) {
      return Error{ErrorCode::kCancelled, "The comparison was stopped."};
    }
    const auto frame = dataset.load(index, {false, false, false, false});
    if (!frame) {
      return frame.error();
    }
    for (const Instance& instance : frame->instances) {
      found[{index, instance.index}] = instance.size.norm();
    }
  }
  return found;
}

double shift_of(const PoseError& error, double diagonal) {
  return error.translation + std::sin(0.5 * error.rotation_reduced) * diagonal;
}

WorsenedObject worsened(const PoseEstimate& full, const PoseEstimate* quantized, double diagonal) {
  WorsenedObject object{full.frame, full.frame_name, full.instance, full.category};
  object.rotation_full = full.error.rotation_reduced;
  object.translation_full = full.error.translation;
  object.shift_full = shift_of(full.error, diagonal);
  object.lost = quantized == nullptr;
  if (quantized != nullptr) {
    object.rotation_quantized = quantized->error.rotation_reduced;
    object.translation_quantized = quantized->error.translation;
    object.shift_quantized = shift_of(quantized->error, diagonal);
  }
  return object;
}

Expected<std::vector<WorsenedObject>> worsened_objects(const Dataset& dataset, const PoseResult& full,
                                                       const PoseResult& quantized, const JobContext& job) {
  const auto sizes = diagonals(dataset, full, job);
  if (!sizes) {
    return sizes.error();
  }
  std::vector<WorsenedObject> objects;
  for (const PoseEstimate& estimate : full.estimates) {
    const auto size = sizes->find({estimate.frame, estimate.instance});
    objects.push_back(worsened(estimate, quantized.find(estimate.frame, estimate.instance),
                               size == sizes->end() ? 0.0 : size->second));
  }
  std::stable_sort(objects.begin(), objects.end(), [](const WorsenedObject& a, const WorsenedObject& b) {
    return a.lost != b.lost ? a.lost : a.worsening() > b.worsening();
  });
  return objects;
}

}  // namespace

std::vector<std::size_t> spread_frames(std::size_t count, std::size_t all) {
  std::vector<std::size_t> frames;
  for (std::size_t i = 0; i < std::min(count, all); ++i) {
    frames.push_back(i * all / std::min(count, all));
  }
  return frames;
}

Expected<LookOutcome> quantize_and_look(const Dataset& dataset, const std::shared_ptr<Model>& model,
                                        const LookOptions& options, const JobContext& job) {
  const auto content = parameter_content(*model);
  if (!content) {
    return content.error();
  }
  const std::vector<WeightModule> modules = weight_modules(*model);
  const auto packed = quantize_modules(*content, model->checkpoint_name(), model->checkpoint_sha256(),
                                       modules, options.assignment, options.weights, job);
  if (!packed) {
    return packed.error();
  }
  if (packed->packed.empty()) {
    return usage_error("The assignment leaves every weight float32; give a module fewer bits.");
  }
  auto layers = weight_histograms(*content, modules, *packed, job);
  if (!layers) {
    return layers.error();
  }
  LookOutcome outcome;
  const auto full = estimate_half(dataset, model, options.infer, false, job);
  if (!full) {
    return full.error();
  }
  outcome.full = *full;
  const std::string label = module_label(modules, options.assignment);
  {
    QuantizedWeightsInPlace in_place(*model, *content, *packed);
    if (const auto put = in_place.put(); !put) {
      return put.error();
    }
    const auto estimated = estimate_half(dataset, model, options.infer, true, job);
    if (!estimated) {
      return estimated.error();
    }
    outcome.quantized = named_after(**estimated, label, packed->provenance.at("quantization"));
  }
  auto objects = worsened_objects(dataset, *outcome.full, *outcome.quantized, job);
  if (!objects) {
    return objects.error();
  }
  const std::string& checkpoint = model->checkpoint_name();
  outcome.look = std::make_shared<const QuantizedLook>(
      QuantizedLook{(checkpoint.empty() ? "" : checkpoint + " · ") + label, label, std::move(*layers),
                    std::move(*objects), outcome.quantized->provenance});
  return outcome;
}

}  // namespace alidade
