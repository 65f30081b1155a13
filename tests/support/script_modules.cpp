// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/script_modules.h"

#include <cstdio>
#include <cstdlib>
#include <map>

#include <torch/script.h>
#include <torch/torch.h>

namespace alidade::test {
namespace {

/// Modules by their dotted names; "" is the whole.
class ModuleTree {
 public:
  ModuleTree() { modules_.emplace("", torch::jit::Module("Wrapper")); }

  torch::jit::Module& at(const std::string& name) {
    if (const auto found = modules_.find(name); found != modules_.end()) {
      return found->second;
    }
    const auto [above, own] = split(name);
    torch::jit::Module& parent = at(above);
    auto& made =
        modules_.emplace(name, torch::jit::Module("Part" + std::to_string(modules_.size()))).first->second;
    parent.register_module(own, made);
    return made;
  }

  /// The name of what a tensor belongs to, and its own.
  static std::pair<std::string, std::string> split(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    return dot == std::string::npos ? std::pair{std::string(), name}
                                    : std::pair{name.substr(0, dot), name.substr(dot + 1)};
  }

 private:
  std::map<std::string, torch::jit::Module> modules_;
};

torch::Tensor made(const ScriptedTensor& tensor, bool is_parameter) {
  return torch::full(tensor.shape, tensor.value).set_requires_grad(is_parameter && !tensor.frozen);
}

}  // namespace

void write_script_module(const std::filesystem::path& file, const ScriptedModule& module) {
  try {
    ModuleTree tree;
    std::map<std::string, torch::Tensor> tensors;
    for (const ScriptedTensor& parameter : module.parameters) {
      tensors[parameter.name] = made(parameter, true);
    }
    for (const auto& [first, second] : module.tied) {
      tensors[second] = tensors.at(first);
    }
    for (const ScriptedTensor& parameter : module.parameters) {
      const auto [above, own] = ModuleTree::split(parameter.name);
      tree.at(above).register_parameter(own, tensors.at(parameter.name), false);
    }
    for (const ScriptedTensor& buffer : module.buffers) {
      const auto [above, own] = ModuleTree::split(buffer.name);
      tree.at(above).register_buffer(own, made(buffer, false));
    }
    if (!module.code.empty()) {
      tree.at("").define(module.code);
    }
    tree.at("").save(file.string());
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s: %s\n", file.c_str(), failure.what());
    std::abort();
  }
}

}  // namespace alidade::test
