// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/torch/detector_layout.h"

#include <charconv>
#include <sstream>

namespace alidade {
namespace {

constexpr char kSourcePart[] = "source";

std::vector<std::string> parts_of(const std::string& name) {
  std::vector<std::string> parts;
  std::istringstream stream(name);
  for (std::string part; std::getline(stream, part, '.');) {
    parts.push_back(part);
  }
  return parts;
}

void append(std::vector<float>& to, const torch::Tensor& tensor) {
  const auto plain = tensor.detach().contiguous();
  to.insert(to.end(), plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel());
}

void append_gradient(std::vector<float>& to, const torch::Tensor& parameter) {
  if (parameter.grad().defined()) {
    append(to, parameter.grad());
  } else {
    to.resize(to.size() + static_cast<std::size_t>(parameter.numel()), 0.0F);
  }
}

/// Copies the next values of a flat list.
class FlatReader {
 public:
  explicit FlatReader(const std::vector<float>& values) : values_(values) {}
  void take(torch::Tensor tensor) {
    std::copy_n(values_.data() + at_, tensor.numel(), tensor.data_ptr<float>());
    at_ += tensor.numel();
  }

 private:
  const std::vector<float>& values_;
  std::int64_t at_ = 0;
};

}  // namespace

int tensor_owner(const std::string& name) {
  for (const std::string& part : parts_of(name)) {
    if (part.starts_with(kSourcePart)) {
      int owner = -1;
      const char *begin = part.data() + sizeof(kSourcePart) - 1, *end = part.data() + part.size();
      if (const auto [stop, problem] = std::from_chars(begin, end, owner);
          problem == std::errc() && stop == end) {
        return owner;
      }
    }
  }
  return -1;
}

std::string tensor_group(const std::string& name) {
  const auto parts = parts_of(name);
  return parts.size() > 1 && parts[0] == "backbone" ? parts[1] : parts[0];
}

DetectorLayout::DetectorLayout(const torch::nn::Module& module) {
  std::size_t at = 0;
  for (const auto& item : module.named_parameters()) {
    parameters_.push_back({item.value(), tensor_owner(item.key())});
    if (parameters_.back().owner < 0) {
      const auto count = static_cast<std::size_t>(item.value().numel());
      shared_.push_back({item.key(), tensor_group(item.key()), at, count});
      at += count;
    }
  }
  for (const auto& item : module.named_buffers()) {
    statistics_.push_back({item.value(), tensor_owner(item.key())});
  }
}

std::size_t DetectorLayout::values_of(int owner) const {
  std::size_t values = 0;
  for (const Owned& one : parameters_) {
    values += one.owner == owner ? static_cast<std::size_t>(one.tensor.numel()) : 0;
  }
  return values;
}

SourceStep DetectorLayout::step_of(int source) const {
  SourceStep step;
  step.source = source;
  step.shared.reserve(values_of(-1));
  step.own.reserve(values_of(source));
  for (const Owned& one : parameters_) {
    if (one.owner < 0 || one.owner == source) {
      append_gradient(one.owner < 0 ? step.shared : step.own, one.tensor);
    }
  }
  for (const Owned& one : statistics_) {
    if (one.owner < 0 || one.owner == source) {
      append(one.owner < 0 ? step.statistics : step.own_statistics, one.tensor);
    }
  }
  return step;
}

void DetectorLayout::put(const CombinedStep& combined) {
  FlatReader gradients(combined.shared), running(combined.statistics);
  for (Owned& one : parameters_) {
    one.tensor.mutable_grad() = torch::zeros_like(one.tensor);
    if (one.owner < 0) {
      gradients.take(one.tensor.grad());
    }
  }
  for (Owned& one : statistics_) {
    if (one.owner < 0) {
      running.take(one.tensor);
    }
  }
  for (const SourceStep& source : combined.sources) {
    FlatReader own(source.own), own_running(source.own_statistics);
    for (Owned& one : parameters_) {
      if (one.owner == source.source) {
        own.take(one.tensor.grad());
      }
    }
    for (Owned& one : statistics_) {
      if (one.owner == source.source) {
        own_running.take(one.tensor);
      }
    }
  }
}

std::vector<torch::Tensor> DetectorLayout::statistics() const {
  std::vector<torch::Tensor> values;
  for (const Owned& one : statistics_) {
    values.push_back(one.tensor.clone());
  }
  return values;
}

void DetectorLayout::set_statistics(const std::vector<torch::Tensor>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    statistics_[i].tensor.copy_(values[i]);
  }
}

}  // namespace alidade
