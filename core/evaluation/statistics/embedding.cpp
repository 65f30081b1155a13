// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/statistics/embedding.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Eigenvalues>
#include <Eigen/SVD>

namespace alidade {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

MatrixXd squared_distances(const MatrixXd& x) {
  const VectorXd squares = x.rowwise().squaredNorm();
  MatrixXd d = -2.0 * x * x.transpose();
  d.colwise() += squares;
  d.rowwise() += squares.transpose();
  return d.cwiseMax(0.0);
}

/// Similarities of one row to the others whose entropy is log(perplexity), by bisection of the precision.
VectorXd row_similarities(VectorXd distances, Index self, double perplexity) {
  // Only differences count; without the least one exp() would underflow for far rows.
  distances[self] = distances.maxCoeff();
  distances.array() -= distances.minCoeff();
  const double wanted = std::log(perplexity);
  double low = 0.0, high = 0.0, precision = 1.0 / std::max(1e-300, distances.mean());
  VectorXd p;
  for (int step = 0; step < 100; ++step) {
    p = (-precision * distances.array()).exp();
    p[self] = 0.0;
    const double sum = p.sum();
    const double entropy = std::log(sum) + precision * p.dot(distances) / sum;
    p /= sum;
    if (std::abs(entropy - wanted) < 1e-7) {
      break;
    }
    (entropy > wanted ? low : high) = precision;
    precision = high == 0.0 ? 2.0 * precision : 0.5 * (low + high);
  }
  return p;
}

/// The symmetric joint similarities; their sum is 1.
MatrixXd joint_similarities(const MatrixXd& features, double perplexity) {
  const MatrixXd d = squared_distances(features);
  MatrixXd p(d.rows(), d.cols());
  for (Index i = 0; i < d.rows(); ++i) {
    p.row(i) = row_similarities(d.row(i).transpose(), i, perplexity).transpose();
  }
  return ((p + p.transpose()) / (2.0 * static_cast<double>(p.rows()))).cwiseMax(1e-12);
}

/// Gradient of the Kullback-Leibler divergence.
MatrixXd gradient_of(const MatrixXd& p, double exaggeration, const MatrixXd& y) {
  MatrixXd weight = (1.0 + squared_distances(y).array()).inverse();
  weight.diagonal().setZero();
  const MatrixXd force = (exaggeration * p - weight / weight.sum()).cwiseProduct(weight);
  return 4.0 * (force.rowwise().sum().asDiagonal() * y - force * y);
}

}  // namespace

MatrixXd principal_plane(const MatrixXd& features) {
  MatrixXd plane = MatrixXd::Zero(features.rows(), 2);
  if (features.rows() < 2) {
    return plane;
  }
  const MatrixXd centered = features.rowwise() - features.colwise().mean();
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(centered.transpose() * centered);
  const Index last = features.cols() - 1;
  for (Index k = 0; k < std::min<Index>(2, features.cols()); ++k) {
    VectorXd axis = solver.eigenvectors().col(last - k);
    Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    plane.col(k) = (axis[largest] < 0.0 ? -1.0 : 1.0) * (centered * axis);
  }
  return plane;
}

MatrixXd tsne(const MatrixXd& features, const TsneOptions& options, const JobContext& job) {
  constexpr double kStartSpread = 1e-4, kExaggeration = 12.0, kLeastGain = 0.01;
  MatrixXd y = principal_plane(features);
  const double n = static_cast<double>(y.rows());
  const double spread = y.rows() > 0 ? std::sqrt(y.col(0).squaredNorm() / n) : 0.0;
  if (y.rows() < 4 || !(spread > 0.0)) {
    return y;
  }
  const MatrixXd p = joint_similarities(features, std::min(options.perplexity, (n - 1.0) / 3.0));
  const double rate = std::max(n / kExaggeration / 4.0, 10.0);
  y *= kStartSpread / spread;
  MatrixXd velocity = MatrixXd::Zero(y.rows(), 2), gain = MatrixXd::Ones(y.rows(), 2);
  for (int i = 0; i < options.iterations && !job.stopped(); ++i) {
    const bool early = i < options.iterations / 3;
    const MatrixXd gradient = gradient_of(p, early ? kExaggeration : 1.0, y);
    // Delta-bar-delta as in the authors' program: faster while the direction stays.
    for (Index k = 0; k < y.size(); ++k) {
      const bool turned = gradient(k) * velocity(k) > 0.0;
      gain(k) = std::max(kLeastGain, turned ? 0.8 * gain(k) : gain(k) + 0.2);
    }
    velocity = (early ? 0.5 : 0.8) * velocity - rate * gain.cwiseProduct(gradient);
    y += velocity;
    y.rowwise() -= y.colwise().mean().eval();
  }
  return y;
}

MatrixXd turned_onto(const MatrixXd& points, const MatrixXd& reference) {
  const Eigen::RowVectorXd mean = points.colwise().mean();
  const MatrixXd centered = points.rowwise() - mean;
  const MatrixXd target = reference.rowwise() - reference.colwise().mean();
  const Eigen::JacobiSVD<MatrixXd> svd(centered.transpose() * target,
                                       Eigen::ComputeFullU | Eigen::ComputeFullV);
  return (centered * (svd.matrixU() * svd.matrixV().transpose())).rowwise() + mean;
}

}  // namespace alidade
