// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torchscript/torch/script_program.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include <torch/csrc/jit/python/update_graph_executor_opt.h>

#include "core/base/failure.h"
#include "core/nn/torch/module_parameters.h"

namespace alidade {
namespace {

constexpr char kLossMethod[] = "loss";
constexpr char kSeeNetworksOfOthers[] = "see \"Networks of others\" in docs/contention.md";

/// The line that says what is wrong, of a text that also tells where it was and who called whom.
std::string said_in_one_line(const std::string& text) {
  constexpr std::string_view kOfEveryOne = "RuntimeError: ";
  std::size_t begin = text.rfind("Error: ");
  begin = begin == std::string::npos ? text.find_first_not_of("\n ") : text.rfind('\n', begin) + 1;
  std::string line = begin == std::string::npos ? "" : text.substr(begin, text.find('\n', begin) - begin);
  if (line.starts_with(kOfEveryOne)) {
    line.erase(0, kOfEveryOne.size());
  }
  line.resize(line.find_last_not_of(". ") + 1);
  return line.empty() ? "it failed without a word" : line;
}

std::string shape_in_words(const torch::Tensor& tensor) {
  std::string text;
  for (const std::int64_t extent : tensor.sizes()) {
    text += (text.empty() ? "" : " x ") + std::to_string(extent);
  }
  return text.empty() ? "a single number" : "shape " + text;
}

bool is_same_numbers(const torch::Tensor& a, const torch::Tensor& b) {
  return a.numel() > 0 && a.data_ptr() == b.data_ptr() && a.sizes() == b.sizes() &&
         a.strides() == b.strides();
}

bool takes_gradient(const torch::Tensor& tensor) {
  return tensor.requires_grad() && tensor.is_floating_point();
}

}  // namespace

Error script_failure(const std::string& file, const std::string& doing, const std::exception& failure) {
  if (is_out_of_memory(failure)) {
    return {ErrorCode::kFailed,
            file +
                ": its program asked for more memory than it may have; raise --program-memory or take "
                "smaller batches."};
  }
  const auto* own = dynamic_cast<const c10::Error*>(&failure);
  const std::string text = own != nullptr ? own->what_without_backtrace() : failure.what();
  return input_error(file, doing, said_in_one_line(text), kSeeNetworksOfOthers);
}

torch::jit::Module load_script(std::string bytes) {
  // Gradients as the network's own operations give them, the same at the first call and at the third.
  torch::jit::setGraphExecutorOptimize(false);
  std::istringstream stream(std::move(bytes));
  torch::jit::Module module = torch::jit::load(stream, torch::Device(torch::kCPU));
  module.eval();
  return module;
}

Expected<void> check_loss_method(const torch::jit::Module& module, const std::string& file) {
  const auto method = module.find_method(kLossMethod);
  if (!method) {
    return input_error(file, "", "it has no method \"loss\"", kSeeNetworksOfOthers);
  }
  const c10::FunctionSchema& schema = method->function().getSchema();
  const auto inputs = c10::DictType::create(c10::StringType::get(), c10::TensorType::get());
  if (schema.arguments().size() != 2 || *schema.arguments()[1].type() != *inputs ||
      schema.returns().size() != 1 || !schema.returns()[0].type()->isSubtypeOf(*c10::TensorType::get())) {
    std::ostringstream found;
    found << schema;
    return input_error(file, "method \"loss\"",
                       "expected loss(self, inputs: Dict[str, Tensor]) -> Tensor, found " + found.str(),
                       kSeeNetworksOfOthers);
  }
  return {};
}

Expected<std::vector<ScriptParameter>> script_parameters(const torch::jit::Module& module,
                                                         const std::string& file) {
  std::vector<ScriptParameter> parameters;
  for (const auto& item : module.named_parameters()) {
    const auto tied = std::find_if(parameters.begin(), parameters.end(), [&](const ScriptParameter& known) {
      return is_same_numbers(known.first(), item.value);
    });
    if (tied == parameters.end()) {
      parameters.push_back({item.name, {item.value}, {}, !takes_gradient(item.value)});
      continue;
    }
    tied->other_names.push_back(item.name);
    if (!tied->first().is_same(item.value)) {
      tied->tensors.push_back(item.value);
    }
  }
  if (parameters.empty()) {
    return input_error(file, "", "it has no parameters, as after torch.jit.freeze",
                       "save the module as it was trained");
  }
  if (std::all_of(parameters.begin(), parameters.end(), [](const auto& p) { return p.frozen; })) {
    return input_error(file, "", "all of its parameters are frozen (requires_grad is off)",
                       "save it with requires_grad on for what was trained");
  }
  return parameters;
}

Expected<torch::Tensor> run_loss(const torch::jit::Module& module, const c10::IValue& batch,
                                 std::int64_t samples, const std::string& file) {
  const c10::IValue answer = module.get_method(kLossMethod)({batch});
  const torch::Tensor& losses = answer.toTensor();
  const bool fits = losses.defined() && losses.is_floating_point() &&
                    (losses.dim() == 0 || (losses.dim() == 1 && losses.size(0) == samples));
  if (!fits) {
    return input_error(file, "method \"loss\"",
                       "expected one loss for each of the " + std::to_string(samples) +
                           " objects or their mean, in floating point, found " +
                           (losses.defined() ? shape_in_words(losses) : std::string("nothing")),
                       kSeeNetworksOfOthers);
  }
  torch::Tensor mean = losses.mean();
  if (!std::isfinite(mean.item<double>())) {
    return input_error(file, "method \"loss\"", "the loss of a batch is not finite",
                       "look for a division by 0 or a root of 0");
  }
  return mean;
}

Expected<ParameterValues> script_gradients(const std::vector<ScriptParameter>& parameters,
                                           const torch::Tensor& loss, const std::string& file) {
  std::vector<torch::Tensor> wanted;
  for (const ScriptParameter& parameter : parameters) {
    if (!parameter.frozen) {
      wanted.insert(wanted.end(), parameter.tensors.begin(), parameter.tensors.end());
    }
  }
  if (!loss.requires_grad()) {
    return input_error(file, "method \"loss\"", "the loss of a batch depends on no parameter",
                       "compute it without torch.no_grad and detach");
  }
  const auto gradients = torch::autograd::grad({loss}, wanted, {}, false, false, true);
  ParameterValues out;
  std::size_t next = 0;
  for (const ScriptParameter& parameter : parameters) {
    torch::Tensor sum = torch::zeros_like(parameter.first());
    for (std::size_t i = 0; !parameter.frozen && i < parameter.tensors.size(); ++i, ++next) {
      sum = gradients[next].defined() ? sum + gradients[next] : sum;
    }
    std::vector<float>& values = out[parameter.name] = plain_values(sum);
    if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
      return input_error(file, "parameter \"" + parameter.name + "\"", "its gradient is not finite",
                         "look for a division by 0 or a root of 0 in the method \"loss\"");
    }
  }
  return out;
}

}  // namespace alidade
