// SPDX-License-Identifier: BSD-3-Clause
#include "core/contention/part_gram.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

namespace alidade {
namespace {

constexpr double kNoGram = std::numeric_limits<double>::quiet_NaN();

const std::string& name_of(const ContentionTensor& tensor, PartKind kind) {
  switch (kind) {
    case PartKind::kBlock:
      return tensor.block;
    case PartKind::kModule:
      return tensor.module;
    case PartKind::kLayer:
      return tensor.layer;
    default:
      return tensor.name;
  }
}

void add_tensor(ContentionPart& part, const ContentionTensor& tensor, std::size_t index) {
  if (!tensor.frozen) {
    part.tensors.push_back(index);
    part.size += tensor.size;
  }
}

/// Where a row has samples, and where no routing leads it past the part.
std::vector<char> present_rows(const PartGram& gram, bool routed) {
  std::vector<char> present(gram.rows);
  for (std::size_t i = 0; i < gram.rows; ++i) {
    present[i] = std::isfinite(gram.at(i, i)) && (gram.at(i, i) > 0.0 || !routed) ? 1 : 0;
  }
  return present;
}

void add_gram(PartGram& gram, const double* values) {
  for (std::size_t i = 0; i < gram.rows; ++i) {
    for (std::size_t j = 0; j < gram.rows; ++j) {
      const std::size_t at = i * gram.rows + j;
      gram.values[at] += values[at];
      if (values[i * gram.rows + i] > 0.0 && values[j * gram.rows + j] > 0.0) {
        gram.shared[at] = 1;
      }
    }
  }
}

}  // namespace

std::vector<ContentionPart> parts_of(const ContentionHistory& history, PartKind kind) {
  std::vector<ContentionPart> parts;
  if (kind == PartKind::kNetwork) {
    parts.push_back({kind, "network", {}, {}, 0});
  }
  std::map<std::string, std::size_t, std::less<>> places;
  for (const std::string& block : history.blocks) {
    if (kind == PartKind::kBlock && places.emplace(block, parts.size()).second) {
      parts.push_back({kind, block, block, {}, 0});
    }
  }
  for (std::size_t i = 0; i < history.tensors.size(); ++i) {
    const ContentionTensor& tensor = history.tensors[i];
    std::size_t place = 0;
    if (kind != PartKind::kNetwork) {
      const std::string& name = name_of(tensor, kind);
      const auto [found, is_new] = places.emplace(name, parts.size());
      if (is_new) {
        parts.push_back({kind, name, tensor.block, {}, 0});
      }
      place = found->second;
    }
    add_tensor(parts[place], tensor, i);
  }
  return parts;
}

std::optional<ContentionPart> find_part(const ContentionHistory& history, PartKind kind,
                                        std::string_view name) {
  auto parts = parts_of(history, kind);
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const ContentionPart& part) { return part.name == name; });
  return found == parts.end() ? std::nullopt : std::optional(std::move(*found));
}

std::vector<std::size_t> PartGram::others(std::size_t i) const {
  std::vector<std::size_t> list;
  for (std::size_t j = 0; j < rows; ++j) {
    const bool converged = at(j, j) == 0.0 || at(i, i) == 0.0;
    if (j != i && present[i] != 0 && present[j] != 0 && (converged || shares(i, j))) {
      list.push_back(j);
    }
  }
  return list;
}

PartGram part_gram(const ContentionHistory& history, std::size_t epoch, const ContentionPart& part) {
  PartGram gram;
  gram.rows = history.rows.size();
  const std::size_t cells = gram.rows * gram.rows;
  gram.values.assign(cells, part.tensors.empty() ? kNoGram : 0.0);
  gram.shared.assign(cells, 0);
  const std::vector<double>& grams = history.epochs[epoch].grams;
  for (const std::size_t tensor : part.tensors) {
    add_gram(gram, grams.data() + tensor * cells);
  }
  gram.present = present_rows(gram, !history.routing.empty());
  return gram;
}

PartGram plain_gram(std::vector<double> values, std::size_t rows) {
  PartGram gram;
  gram.rows = rows;
  gram.values.assign(rows * rows, 0.0);
  gram.shared.assign(rows * rows, 0);
  add_gram(gram, values.data());
  gram.present = present_rows(gram, false);
  return gram;
}

double least_eigenvalue(const PartGram& gram) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < gram.rows; ++i) {
    if (gram.present[i] != 0) {
      rows.push_back(i);
    }
  }
  const auto count = static_cast<Eigen::Index>(rows.size());
  Eigen::MatrixXd matrix(count, count);
  for (Eigen::Index i = 0; i < count; ++i) {
    for (Eigen::Index j = 0; j < count; ++j) {
      matrix(i, j) = gram.at(rows[static_cast<std::size_t>(i)], rows[static_cast<std::size_t>(j)]);
    }
  }
  if (count == 0 || !matrix.allFinite() || matrix.trace() <= 0.0) {
    return kNoGram;
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix, Eigen::EigenvaluesOnly);
  return solver.eigenvalues()(0) / matrix.trace();
}

}  // namespace alidade
