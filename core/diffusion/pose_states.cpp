// SPDX-License-Identifier: BSD-3-Clause
#include "core/diffusion/pose_states.h"

#include <cmath>
#include <utility>

namespace alidade {

std::array<double, 9> PoseStates::encode(const Rigid3& pose) const {
  std::array<double, 9> state;
  Eigen::Map<Eigen::Matrix<double, 6, 1>>(state.data()) = sixd_from_rotation(pose.R, order);
  Eigen::Map<Eigen::Vector3d>(state.data() + 6) = translation_scale * (pose.t - centroid);
  return state;
}

Rigid3 PoseStates::decode(const double* state) const {
  const Eigen::Map<const Eigen::Matrix<double, 6, 1>> sixd(state);
  const Eigen::Map<const Eigen::Vector3d> translation(state + 6);
  return {rotation_from_sixd(sixd, order), centroid + translation / translation_scale};
}

std::vector<Rigid3> PoseStates::decode_all(std::span<const double> states) const {
  std::vector<Rigid3> poses;
  poses.reserve(states.size() / 9);
  for (std::size_t i = 0; i + 9 <= states.size(); i += 9) {
    poses.push_back(decode(states.data() + i));
  }
  return poses;
}

Expected<MixtureField> pose_mixture(std::span<const Rigid3> modes, const PoseStates& states,
                                    double rotation_std, double translation_std, const VeSde& sde) {
  if (!(rotation_std > 0.0) || !(translation_std > 0.0) || !std::isfinite(rotation_std + translation_std)) {
    return Error{ErrorCode::kUsage, "the deviations of a pose mixture must be positive numbers."};
  }
  std::vector<double> variance(9, rotation_std * rotation_std);
  for (int i = 6; i < 9; ++i) {
    variance[i] = std::pow(translation_std * states.translation_scale, 2.0);
  }
  std::vector<MixtureComponent> components;
  for (const Rigid3& mode : modes) {
    const auto mean = states.encode(mode);
    components.push_back({1.0, {mean.begin(), mean.end()}, variance});
  }
  return MixtureField::make(std::move(components), sde);
}

}  // namespace alidade
