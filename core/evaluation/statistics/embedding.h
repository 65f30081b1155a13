// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <Eigen/Core>

#include "core/base/job.h"

namespace alidade {

/// The rows of `features` [N, F] in the plane of their two largest principal components [N, 2], centered.
/// The sign of a component is that which makes its largest entry (by magnitude) positive.
Eigen::MatrixXd principal_plane(const Eigen::MatrixXd& features);

struct TsneOptions {
  double perplexity = 30.0;  ///< at most (N - 1) / 3 is used
  int iterations = 750;      ///< the first third with exaggerated attraction
};

/// Exact t-SNE (van der Maaten and Hinton 2008, all pairs) of the rows of `features` [N, F]: [N, 2]. Starts
/// at the principal plane in place of random numbers, so equal features give equal bits. N^2 work per
/// iteration: meant for at most some 1000 rows. Below four rows, or when stopped, the start is returned.
Eigen::MatrixXd tsne(const Eigen::MatrixXd& features, const TsneOptions& options, const JobContext& job);

/// `points` [N, 2] turned and mirrored about their mean onto `reference` [N, 2] (orthogonal Procrustes), to
/// show two embeddings alike: neither has axes of its own.
Eigen::MatrixXd turned_onto(const Eigen::MatrixXd& points, const Eigen::MatrixXd& reference);

}  // namespace alidade
