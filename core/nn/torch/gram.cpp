// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/gram.h"

#include <algorithm>

#include <torch/torch.h>

namespace alidade {
namespace {

/// Numbers from..from+count of each row, in double.
torch::Tensor columns_of(std::span<const std::vector<float>* const> rows, std::size_t from,
                         std::size_t count) {
  auto out = torch::empty({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(count)},
                          torch::kFloat64);
  double* to = out.data_ptr<double>();
  for (const auto* row : rows) {
    to = std::copy_n(row->data() + from, count, to);
  }
  return out;
}

}  // namespace

std::vector<double> inner_products(std::span<const std::vector<float>* const> a,
                                   std::span<const std::vector<float>* const> b) {
  // Few columns at a time: the rows in double never stand in memory as a whole.
  constexpr std::size_t kColumns = 1 << 14;
  const torch::NoGradGuard no_gradient;
  const std::size_t length = a.empty() ? 0 : a.front()->size();
  auto sum = torch::zeros({static_cast<std::int64_t>(a.size()), static_cast<std::int64_t>(b.size())},
                          torch::kFloat64);
  const bool same = a.data() == b.data() && a.size() == b.size();
  for (std::size_t from = 0; from < length; from += kColumns) {
    const std::size_t count = std::min(kColumns, length - from);
    const auto left = columns_of(a, from, count);
    sum.addmm_(left, (same ? left : columns_of(b, from, count)).t());
  }
  return {sum.data_ptr<double>(), sum.data_ptr<double>() + sum.numel()};
}

}  // namespace alidade
