// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <utility>

#include "core/evaluation/bop/bop_score.h"
#include "core/evaluation/bop/bop_score_prepared.h"
#include "core/evaluation/errors/vsd.h"

namespace alidade {
namespace {

constexpr double kReferenceWidth = 640.0;

Error stopped() {
  return {ErrorCode::kCancelled, "The evaluation was stopped."};
}

/// BOP measures MSPD in pixels of an image 640 wide; a width that nobody knows is taken as that.
double pixel_scale(const PinholeCamera& camera) {
  return camera.width > 0 ? kReferenceWidth / camera.width : 1.0;
}

/// BOP's visibility tolerance, metres.
double visibility_delta(const EvaluationInput& input) {
  return input.provenance.dataset == "itodd" ? 0.005 : 0.015;
}

/// Groups [first, last) belong to one image.
struct ImageGroups {
  std::size_t first = 0;
  std::size_t last = 0;
};

std::vector<ImageGroups> by_image(const std::vector<ObjectGroup>& groups) {
  std::vector<ImageGroups> images;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == 0 || groups[i].image != groups[i - 1].image) {
      images.push_back({i, i});
    }
    images.back().last = i + 1;
  }
  return images;
}

/// Computes the errors of one group after the other.
class GroupMeasurer {
 public:
  GroupMeasurer(const EvaluationInput& input, const std::map<int, PreparedObject>& prepared,
                const JobContext& job)
      : input_(input), prepared_(prepared), job_(job) {}

  Expected<void> distances(const ObjectGroup& g, std::vector<BopErrors>& errors) const {
    const PreparedObject& object = prepared_.at(g.object_id);
    const PinholeCamera& camera = input_.images[g.image].camera;
    for (const std::uint32_t e : g.estimates) {
      for (const std::uint32_t t : g.truths) {
        if (job_.stopped()) {
          return stopped();
        }
        const Rigid3& truth = input_.truth.rows[t].cam_from_obj;
        const Rigid3& estimate = input_.predictions.rows[e].cam_from_obj;
        BopErrors pair;
        pair.mssd = mssd_error(object, estimate, truth);
        pair.mspd = mspd_error(object, estimate, truth, camera) * pixel_scale(camera);
        errors.push_back(pair);
      }
    }
    return {};
  }

  /// Each pose is drawn once, however many others it is compared with.
  Expected<void> visible_surface(const ObjectGroup& g, const ImageF& measured,
                                 std::vector<BopErrors>& errors) const {
    const ObjectGeometry& object = input_.objects.at(g.object_id);
    PinholeCamera camera = input_.images[g.image].camera;
    camera.width = measured.width;
    camera.height = measured.height;
    VsdRule rule;
    rule.delta = visibility_delta(input_);
    rule.diameter = object.diameter;
    std::vector<ImageF> drawn(g.truths.size());
    for (std::size_t e = 0; e < g.estimates.size(); ++e) {
      const Rigid3& estimate = input_.predictions.rows[g.estimates[e]].cam_from_obj;
      ImageF drawn_estimate;
      for (std::size_t t = 0; t < g.truths.size(); ++t) {
        if (job_.stopped()) {
          return stopped();
        }
        auto& taus = errors[e * g.truths.size() + t].vsd;
        const Rigid3& truth = input_.truth.rows[g.truths[t]].cam_from_obj;
        if (!sphere_projections_overlap(object.diameter, estimate, truth)) {
          taus.fill(1.0);
          continue;
        }
        draw_once(object, truth, camera, drawn[t]);
        draw_once(object, estimate, camera, drawn_estimate);
        const auto values = vsd_error(measured, drawn[t], drawn_estimate, camera, rule);
        if (!values) {
          return values.error();
        }
        std::copy_n(values->begin(), taus.size(), taus.begin());
      }
    }
    return {};
  }

 private:
  static void draw_once(const ObjectGeometry& object, const Rigid3& pose, const PinholeCamera& camera,
                        ImageF& depth) {
    if (depth.empty()) {
      depth = render_depth(object, pose, camera);
    }
  }

  const EvaluationInput& input_;
  const std::map<int, PreparedObject>& prepared_;
  const JobContext& job_;
};

/// What to say of images whose depth is rejected; empty when there is none.
std::string rejection(const std::vector<std::string>& reasons) {
  std::size_t count = 0;
  std::string first;
  for (const std::string& reason : reasons) {
    if (!reason.empty()) {
      first = count++ == 0 ? reason : first;
    }
  }
  if (count == 0) {
    return {};
  }
  if (first.ends_with('.')) {
    first.pop_back();
  }
  return "the depth of " + std::to_string(count) + " of " + std::to_string(reasons.size()) +
         " images is rejected (" + first + ")";
}

}  // namespace

Expected<std::map<int, PreparedObject>> prepare_objects(const EvaluationInput& input) {
  std::map<int, PreparedObject> prepared;
  for (const PoseRow& row : input.truth.rows) {
    if (prepared.contains(row.object_id)) {
      continue;
    }
    auto object = PreparedObject::make(input.objects.at(row.object_id));
    if (!object) {
      return object.error();
    }
    prepared.emplace(row.object_id, std::move(*object));
  }
  return prepared;
}

Expected<GroupErrors> bop_errors_of(const EvaluationInput& input, const std::vector<ObjectGroup>& groups,
                                    bool with_vsd, const JobContext& job, std::string* no_vsd) {
  const auto prepared = prepare_objects(input);
  if (!prepared) {
    return prepared.error();
  }
  const GroupMeasurer measurer(input, *prepared, job);
  const auto images = by_image(groups);
  GroupErrors errors(groups.size());
  std::vector<std::string> rejected(images.size());
  auto done = for_each_parallel(images.size(), job, "measuring errors", [&](std::size_t i) -> Expected<void> {
    auto measured = with_vsd ? input.depth(groups[images[i].first].image) : Expected<ImageF>(ImageF{});
    if (!measured) {
      rejected[i] = measured.error().message;
    }
    for (std::size_t group = images[i].first; group < images[i].last; ++group) {
      auto computed = measurer.distances(groups[group], errors[group]);
      if (computed && with_vsd && measured) {
        computed = measurer.visible_surface(groups[group], *measured, errors[group]);
      }
      if (!computed) {
        return computed;
      }
    }
    return {};
  });
  if (!done) {
    return done.error();
  }
  if (no_vsd != nullptr) {
    *no_vsd = rejection(rejected);
  }
  return errors;
}

}  // namespace alidade
