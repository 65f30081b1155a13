// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/statistics/feature_space.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/evaluation/statistics/rank_correlation.h"

namespace alidade {
namespace {

/// Inner products of the rows with nothing on the diagonal.
Eigen::MatrixXd hollow_products(const Eigen::MatrixXd& features) {
  // The unbiased estimate does not depend on the origin; small numbers lose fewer digits.
  const Eigen::MatrixXd centered = features.rowwise() - features.colwise().mean();
  Eigen::MatrixXd products = centered * centered.transpose();
  products.diagonal().setZero();
  return products;
}

/// HSIC_1 of Song et al. 2012, Eq. 5, times n (n - 3).
double unbiased_hsic(const Eigen::MatrixXd& K, const Eigen::MatrixXd& L) {
  const double n = static_cast<double>(K.rows());
  const Eigen::VectorXd k = K.rowwise().sum(), l = L.rowwise().sum();
  return K.cwiseProduct(L).sum() + k.sum() * l.sum() / ((n - 1.0) * (n - 2.0)) - 2.0 / (n - 2.0) * k.dot(l);
}

}  // namespace

Eigen::MatrixXd row_distances(const Eigen::MatrixXd& features) {
  const Eigen::Index n = features.rows();
  Eigen::MatrixXd distances = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = i + 1; j < n; ++j) {
      distances(i, j) = distances(j, i) = (features.row(i) - features.row(j)).norm();
    }
  }
  return distances;
}

std::optional<double> neighbor_purity(const Eigen::MatrixXd& features, std::span<const int> labels,
                                      std::size_t count) {
  const auto n = static_cast<std::size_t>(features.rows());
  if (labels.size() != n || count == 0 || n <= count) {
    return std::nullopt;
  }
  const Eigen::MatrixXd distances = row_distances(features);
  double shares = 0.0;
  std::vector<std::size_t> order(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    order.erase(order.begin() + static_cast<std::ptrdiff_t>(i));
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                      [&](std::size_t a, std::size_t b) {
                        return std::pair(distances(i, a), a) < std::pair(distances(i, b), b);
                      });
    const auto alike = std::count_if(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                                     [&](std::size_t j) { return labels[j] == labels[i]; });
    shares += static_cast<double>(alike) / static_cast<double>(count);
    order.resize(n);
  }
  return shares / static_cast<double>(n);
}

std::optional<double> distance_agreement(const Eigen::MatrixXd& features, std::span<const int> labels,
                                         const Eigen::MatrixXd& other) {
  if (static_cast<Eigen::Index>(labels.size()) != features.rows() || other.rows() != features.rows() ||
      other.cols() != features.rows()) {
    return std::nullopt;
  }
  std::map<int, std::vector<Eigen::Index>> groups;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    groups[labels[i]].push_back(static_cast<Eigen::Index>(i));
  }
  double sum = 0.0;
  int found = 0;
  for (const auto& [label, rows] : groups) {
    std::vector<double> here, there;
    for (std::size_t i = 0; rows.size() >= 3 && i < rows.size(); ++i) {
      for (std::size_t j = i + 1; j < rows.size(); ++j) {
        here.push_back((features.row(rows[i]) - features.row(rows[j])).norm());
        there.push_back(other(rows[i], rows[j]));
      }
    }
    if (const auto correlation = rank_correlation(here, there)) {
      sum += *correlation;
      ++found;
    }
  }
  return found > 0 ? std::optional(sum / found) : std::nullopt;
}

std::optional<double> feature_similarity(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  if (a.rows() != b.rows() || a.rows() < 4) {
    return std::nullopt;
  }
  const Eigen::MatrixXd K = hollow_products(a), L = hollow_products(b);
  const double own = unbiased_hsic(K, K) * unbiased_hsic(L, L);
  const double similarity = own > 0.0 ? unbiased_hsic(K, L) / std::sqrt(own) : std::nan("");
  return std::isfinite(similarity) ? std::optional(similarity) : std::nullopt;
}

}  // namespace alidade
