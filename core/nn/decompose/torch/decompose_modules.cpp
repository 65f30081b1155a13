// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/decompose/torch/decompose_modules.h"

#include <utility>

namespace alidade {
namespace {

/// The rows of each group that has any.
std::vector<std::pair<std::int64_t, torch::Tensor>> rows_of_groups(const torch::Tensor& group,
                                                                   std::size_t groups) {
  std::vector<std::pair<std::int64_t, torch::Tensor>> out;
  for (std::int64_t g = 0; g < static_cast<std::int64_t>(groups); ++g) {
    auto rows = (group == g).nonzero().squeeze(1);
    if (rows.numel() > 0) {
      out.emplace_back(g, std::move(rows));
    }
  }
  return out;
}

/// Does `run(copy, rows)` for each copy of a block that rows are routed to, and puts the tensors that it
/// gives back into the order of the batch. A copy that nobody is routed to is left out: it has no gradient.
template <class Run>
std::vector<torch::Tensor> run_routed(const torch::nn::ModuleList& copies, const torch::Tensor& group,
                                      Run run) {
  if (copies->size() == 1) {
    return run(0, torch::Tensor());
  }
  std::vector<std::vector<torch::Tensor>> parts;
  std::vector<torch::Tensor> order;
  for (const auto& [copy, rows] : rows_of_groups(group, copies->size())) {
    parts.push_back(run(copy, rows));
    order.push_back(rows);
  }
  const auto back = torch::cat(order).argsort();
  std::vector<torch::Tensor> out;
  for (std::size_t i = 0; i < parts.front().size(); ++i) {
    std::vector<torch::Tensor> all;
    for (const auto& part : parts) {
      all.push_back(part[i]);
    }
    out.push_back(torch::cat(all).index_select(0, back));
  }
  return out;
}

torch::Tensor rows_of(const torch::Tensor& all, const torch::Tensor& rows) {
  return rows.defined() ? all.index_select(0, rows) : all;
}

}  // namespace

DecomposeModuleImpl::DecomposeModuleImpl(const DecomposeConfig& config) {
  backbone = register_module("backbone", torch::nn::ModuleList());
  correspondence = register_module("correspondence", torch::nn::ModuleList());
  head = register_module("head", torch::nn::ModuleList());
  const auto copies = [&config](SplitBlock block) { return config.split == block ? config.groups() : 1; };
  for (int i = 0; i < copies(SplitBlock::kBackbone); ++i) {
    backbone->push_back(PointBackbone(config));
  }
  for (int i = 0; i < copies(SplitBlock::kCorrespondence); ++i) {
    // A shared one is the high branch (AG-Pose's), whatever the groups of another block are given.
    const bool split = config.split == SplitBlock::kCorrespondence;
    correspondence->push_back(
        CorrespondenceBranch(config, split ? config.capacities[i] : BranchCapacity::kHigh));
  }
  for (int i = 0; i < copies(SplitBlock::kHead); ++i) {
    head->push_back(CorrespondenceHead(config));
  }
}

DecomposeOutput DecomposeModuleImpl::forward(const DecomposeInputs& inputs) {
  const auto features = run_routed(backbone, inputs.group, [&](std::int64_t copy, const torch::Tensor& rows) {
    auto& block = backbone->at<PointBackboneImpl>(copy);
    return std::vector<torch::Tensor>{block.forward(rows.defined() ? inputs.select(rows) : inputs)};
  });
  const auto found = run_routed(correspondence, inputs.group, [&](std::int64_t copy, const auto& rows) {
    const auto out = correspondence->at<CorrespondenceBranchImpl>(copy).forward(rows_of(features[0], rows),
                                                                                rows_of(inputs.points, rows));
    return std::vector<torch::Tensor>{out.keypoints, out.features, out.nocs, out.reconstruction, out.offsets};
  });
  const Correspondence all{found[0], found[1], found[2], found[3], found[4]};
  const auto pose = run_routed(head, inputs.group, [&](std::int64_t copy, const auto& rows) {
    const Correspondence part{
        rows_of(all.keypoints, rows), rows_of(all.features, rows), rows_of(all.nocs, rows), {}, {}};
    const PoseTensors out = head->at<CorrespondenceHeadImpl>(copy).forward(part);
    return std::vector<torch::Tensor>{out.R, out.t, out.size};
  });
  return {all, {pose[0], pose[1], pose[2]}};
}

}  // namespace alidade
