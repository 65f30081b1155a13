// SPDX-License-Identifier: BSD-3-Clause
// The samplers against the oracle: SciPy's RK45 step for step, and the fixed-step schemes.
#include <cmath>

#include <QtTest>

#include "core/diffusion/sampler.h"
#include "core/geometry/rotation.h"
#include "tests/unit/ode_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr double kSameAlgorithm = 1e-6;

struct Run {
  MixtureField field;
  SampleSet set;
};

Run run_case(const nlohmann::json& entry, const VeSde& sde) {
  SamplerOptions options;
  options.kind = SamplerKind::kRk45;
  options.start_time = entry["T"];
  options.guidance = ode_guidance(entry["schedule"]);
  options.keep_trajectory = true;
  auto field = ode_mixture(entry["mixture"], sde);
  auto set = sample(field, sde, options, ode_array(entry["id"].get<std::string>() + "_x0"), {});
  return {std::move(field), std::move(*set)};
}

// Batches of one are stored in full, larger ones as first, middle and last state.
std::vector<double> stored_states(const SampleSet& set, std::size_t batch) {
  const std::size_t count = set.trajectory.size();
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    if (batch == 1 || i == 0 || i == count / 2 || i + 1 == count) {
      values.insert(values.end(), set.trajectory[i].begin(), set.trajectory[i].end());
    }
  }
  return values;
}

}  // namespace

class SamplersTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void rk45MatchesScipyStepForStep_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const auto& entry : ode_json("cases")) {
      const std::string label = entry["id"].get<std::string>() + " " + entry["mixture"].get<std::string>() +
                                " " + entry["schedule"].get<std::string>();
      QTest::newRow(label.c_str()) << index++;
    }
  }
  void rk45MatchesScipyStepForStep() {
    QFETCH(int, index);
    const VeSde sde;
    const auto entry = ode_json("cases").at(index);
    const std::string id = entry["id"];
    auto [field, set] = run_case(entry, sde);
    QCOMPARE(set.steps, entry["n_steps"].get<int>());
    QCOMPARE(set.evaluations, entry["nfev"].get<int>());
    QCOMPARE(set.first_bad_step, -1);
    QVERIFY(largest_difference(set.times, ode_array(id + "_t")) < kSameAlgorithm);
    QVERIFY(largest_difference(stored_states(set, entry["batch"]), ode_array(id + "_y")) < kSameAlgorithm);
    QVERIFY(largest_difference(set.states, flatten(entry["final"])) < kSameAlgorithm);
    const double allowed = 3.0 * entry["final_abs_diff_to_high_precision"].get<double>() + 1e-5;
    QVERIFY(largest_difference(set.states, flatten(entry["final_high_precision"])) <= allowed);
    checkDenoising(entry, sde, field, set);
    checkNormalizedPose(entry, set);
  }

  void denseOutputMatchesScipy() {
    const VeSde sde;
    const auto expected = ode_array("dense_y");
    const std::vector<double> start(expected.begin(), expected.begin() + 9);
    SamplerOptions options;
    options.kind = SamplerKind::kRk45;
    options.keep_trajectory = true;
    options.trajectory_points = static_cast<int>(expected.size() / 9);
    for (const auto& entry : ode_json("cases")) {
      // The array does not name its case: it starts from the same state.
      if (ode_array(entry["id"].get<std::string>() + "_x0") != start) {
        continue;
      }
      options.guidance = ode_guidance(entry["schedule"]);
      options.start_time = entry["T"];
      auto field = ode_mixture(entry["mixture"], sde);
      const auto set = sample(field, sde, options, start, {});
      QVERIFY(set);
      QVERIFY(largest_difference(set->times, ode_array("dense_t")) < 1e-12);
      QVERIFY(largest_difference(flatten(set->trajectory), expected) < kSameAlgorithm);
      return;
    }
    QFAIL("no case starts where the dense output does");
  }

  void fixedStepsMatchTheOracle() {
    const VeSde sde;
    const auto cases = ode_json("cases");
    for (const auto& entry : ode_json("fixed_step")) {
      const auto found = std::find_if(cases.begin(), cases.end(), [&](const auto& other) {
        return other["batch"] == entry["ddim_final"].size() && other["mixture"] == entry["mixture"];
      });
      QVERIFY(found != cases.end());
      auto field = ode_mixture(entry["mixture"], sde);
      SamplerOptions options;
      options.guidance = ode_guidance(entry["schedule"]);
      options.steps = entry["steps"];
      for (const auto& [kind, key] :
           {std::pair(SamplerKind::kDdim, "ddim_final"), {SamplerKind::kEuler, "euler_t_final"}}) {
        options.kind = kind;
        const auto set =
            sample(field, sde, options, ode_array((*found)["id"].get<std::string>() + "_x0"), {});
        QVERIFY(set);
        QCOMPARE(set->evaluations, options.steps);
        QVERIFY(largest_difference(set->states, flatten(entry[key])) < 1e-8);
      }
    }
  }

 private:
  // The reference's last step moves against the (scaled) score; the corrected one moves with it.
  void checkDenoising(const nlohmann::json& entry, const VeSde& sde, MixtureField& field,
                      const SampleSet& set) {
    std::vector<double> scores(set.states.size()), against(set.states), with(set.states);
    field.evaluate(set.states, sde.epsilon, scores);
    const double gain = sde.diffusion_squared(sde.epsilon) * ode_guidance(entry["schedule"])(sde.epsilon);
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const double step = gain * scores[i] * (1.0 - sde.epsilon) / 1000.0;
      against[i] -= step;
      with[i] += step;
    }
    QVERIFY(largest_difference(against, flatten(entry["final_denoised_reference_sign"])) < kSameAlgorithm);
    QVERIFY(largest_difference(with, flatten(entry["final_denoised_corrected_sign"])) < kSameAlgorithm);
  }

  void checkNormalizedPose(const nlohmann::json& entry, const SampleSet& set) {
    std::vector<double> poses(set.states);
    for (std::size_t first = 0; first < poses.size(); first += 9) {
      const Eigen::Matrix<double, 6, 1> sixd = Eigen::Map<Eigen::Matrix<double, 6, 1>>(poses.data() + first);
      const Eigen::Matrix3d R = rotation_from_sixd(sixd, SixDOrder::kXY);
      std::copy_n(R.data(), 6, poses.data() + first);
    }
    QVERIFY(largest_difference(poses, flatten(entry["final_normalised"])) < kSameAlgorithm);
  }
};

ALIDADE_TEST(SamplersTest)
#include "samplers_test.moc"
