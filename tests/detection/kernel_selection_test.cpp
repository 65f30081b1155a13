// SPDX-License-Identifier: BSD-3-Clause
// One SF-KS convolution against the oracle (fixture sfks).
#include <algorithm>
#include <numeric>

#include <QTest>

#include "core/io/npz.h"
#include "core/nn/compute.h"
#include "core/nn/sparse_detector/kernel_selection_numbers.h"
#include "core/results/kernel_sharing.h"
#include "tests/detection/detection_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

using Npz = std::map<std::string, NpyArray>;

std::vector<std::int32_t> whole_numbers(const NpyArray& array) {
  const auto values = array.as_integers();
  return {values.begin(), values.end()};
}

SelectionArray numbers(const NpyArray& array) {
  SelectionArray out{{}, array.as_doubles()};
  for (const auto extent : array.shape) {
    out.shape.push_back(static_cast<std::int64_t>(extent));
  }
  return out;
}

/// Rows by scene, in their order within it: what our batches are; the fixture's rows are in any order.
std::vector<std::size_t> by_scene(const std::vector<std::int32_t>& coords) {
  std::vector<std::size_t> order(coords.size() / 4);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return coords[4 * a] < coords[4 * b]; });
  return order;
}

SelectionArray reordered(const SelectionArray& array, const std::vector<std::size_t>& order) {
  SelectionArray out = array;
  const std::size_t width = array.values.size() / order.size();
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::copy_n(array.values.begin() + static_cast<std::ptrdiff_t>(order[i] * width), width,
                out.values.begin() + static_cast<std::ptrdiff_t>(i * width));
  }
  return out;
}

/// A kernel map of each scene, or one for the whole batch, from the listed pairs.
std::vector<KernelMap> maps_of(const Npz& npz, bool per_scene, int volume) {
  const auto coords = whole_numbers(npz.at("coords")), out_coords = whole_numbers(npz.at("out_coords"));
  const auto pairs = whole_numbers(npz.at("pairs"));
  const auto in_order = by_scene(coords), out_order = by_scene(out_coords);
  const auto scene_of = [&](const std::vector<std::int32_t>& c, std::size_t row) {
    return per_scene ? c[4 * row] : 0;
  };
  std::vector<KernelMap> maps(per_scene ? static_cast<std::size_t>(coords[4 * in_order.back()]) + 1 : 1);
  std::vector<std::int32_t> in_row(in_order.size()), out_row(out_order.size());
  for (const std::size_t row : in_order) {
    in_row[row] = static_cast<std::int32_t>(maps[scene_of(coords, row)].inputs++);
  }
  for (const std::size_t row : out_order) {
    out_row[row] = static_cast<std::int32_t>(maps[scene_of(out_coords, row)].outputs++);
  }
  for (KernelMap& map : maps) {
    map.begin.push_back(0);
  }
  for (int j = 0; j < volume; ++j) {
    std::vector<std::vector<std::pair<std::int32_t, std::int32_t>>> found(maps.size());
    for (std::size_t p = 0; p + 2 < pairs.size(); p += 3) {
      if (pairs[p] == j) {
        const auto in = static_cast<std::size_t>(pairs[p + 1]), out = static_cast<std::size_t>(pairs[p + 2]);
        found[static_cast<std::size_t>(scene_of(coords, in))].emplace_back(out_row[out], in_row[in]);
      }
    }
    for (std::size_t s = 0; s < maps.size(); ++s) {
      std::sort(found[s].begin(), found[s].end());
      for (const auto& [out, in] : found[s]) {
        maps[s].output_rows.push_back(out);
        maps[s].input_rows.push_back(in);
      }
      maps[s].begin.push_back(static_cast<std::int64_t>(maps[s].input_rows.size()));
    }
  }
  return maps;
}

}  // namespace

class KernelSelectionTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    bind_compute_thread();
  }

  void everyCaseIsTheOracles() {
    for (const auto& one : fixture_json("sfks/cases.json")) {
      const std::string name = one.at("name").get<std::string>();
      const auto npz = read_npz(fixture("sfks/" + name + ".npz"));
      QVERIFY(npz);
      const int kernel = one.at("kernel_size").get<int>();
      const auto in_order = by_scene(whole_numbers(npz->at("coords")));
      const auto out_order = by_scene(whole_numbers(npz->at("out_coords")));
      SelectionArrays in;
      for (const auto& [key, array] : *npz) {
        if (key.starts_with("param_")) {
          in[key] = numbers(array);
        }
      }
      in["features"] = reordered(numbers(npz->at("features")), in_order);
      in["grad_out"] = reordered(numbers(npz->at("grad_out")), out_order);
      const auto maps = maps_of(*npz, one.at("per_scene").get<bool>(), kernel * kernel * kernel);
      const auto found = kernel_selection_numbers(in, maps, kernel, one.at("source").get<int>(),
                                                  one.at("tau").get<double>(), KernelChoice::kSelected);
      for (const auto& [key, array] : *npz) {
        if (!key.starts_with("value_") && !(key.starts_with("grad_") && key != "grad_out")) {
          continue;
        }
        QVERIFY2(found.contains(key), key.c_str());
        SelectionArray expected = numbers(array);
        if (key == "value_modulated" || key == "grad_features") {
          expected = reordered(expected, in_order);
        } else if (key == "value_conv" || key == "value_out") {
          expected = reordered(expected, out_order);
        }
        QVERIFY2(largest_gap(found.at(key).values, expected.values) < 1e-10, (name + " " + key).c_str());
      }
    }
  }

  /// alpha and the mean cosine are what the oracle says; alpha beta = tau counts as shared.
  void ofATieTheKernelIsShared() {
    const auto json = fixture_json("sfks/thresholds.json");
    for (const auto& row : json.at("rows")) {
      const auto gamma = row.at("gamma").get<std::vector<int>>();
      for (std::size_t j = 0; j < gamma.size(); ++j) {
        const double alpha = json.at("alpha").at(j).get<double>();
        const double beta = posterior(json.at("mean_cosine").at(j).get<double>());
        QCOMPARE(beta, json.at("beta").at(j).get<double>());
        QCOMPARE(shares_kernel(alpha, beta, row.at("tau").get<double>()), gamma[j] == 1);
      }
    }
  }

  void controlsChooseWithoutThePosterior() {
    const auto npz = read_npz(fixture("sfks/two_scenes_separate.npz"));
    QVERIFY(npz);
    SelectionArrays in;
    for (const auto& [key, array] : *npz) {
      if (key.starts_with("param_")) {
        in[key] = numbers(array);
      }
    }
    in["features"] = reordered(numbers(npz->at("features")), by_scene(whole_numbers(npz->at("coords"))));
    in["grad_out"] = reordered(numbers(npz->at("grad_out")), by_scene(whole_numbers(npz->at("out_coords"))));
    const auto maps = maps_of(*npz, true, 27);
    const auto gamma = [&](KernelChoice choice) {
      return kernel_selection_numbers(in, maps, 3, 1, 0.4249, choice).at("value_gamma").values;
    };
    const auto all = gamma(KernelChoice::kShared), none = gamma(KernelChoice::kExclusive);
    QCOMPARE(std::accumulate(all.begin(), all.end(), 0.0), 54.0);
    QCOMPARE(std::accumulate(none.begin(), none.end(), 0.0), 0.0);
    const auto prior = gamma(KernelChoice::kAlpha), drawn = gamma(KernelChoice::kRandom);
    QVERIFY(std::equal(prior.begin(), prior.begin() + 27, prior.begin() + 27));
    QVERIFY(std::equal(drawn.begin(), drawn.begin() + 27, drawn.begin() + 27));
    QCOMPARE(gamma(KernelChoice::kRandom), drawn);
  }
};

ALIDADE_TEST(KernelSelectionTest)

#include "kernel_selection_test.moc"
