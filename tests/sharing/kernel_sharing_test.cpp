// SPDX-License-Identifier: BSD-3-Clause
// What is computed from shared kernels, against mathematics.
#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/sha256.h"
#include "core/ops/sparse/kernel_map.h"
#include "core/sharing/cell_states.h"
#include "core/sharing/gamma_interval.h"
#include "core/sharing/join_sharing.h"
#include "core/sharing/offset_order.h"
#include "core/sharing/orbits.h"
#include "core/sharing/seed_agreement.h"
#include "core/sharing/sharing_numbers.h"
#include "tests/support/kernel_sharings.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

/// One offset, one source, `shared` of `scenes` scenes share it at tau 0.5.
LayerSharing oneOffset(std::size_t scenes, std::size_t shared) {
  LayerSharing layer;
  layer.name = "one";
  layer.offsets = {{0, 0, 0}};
  layer.alpha = {1.0f};
  SourceSharing source;
  source.pairs = {10};
  source.outputs = 10;
  for (std::size_t s = 0; s < scenes; ++s) {
    source.beta.push_back({s < shared ? 0.75f : 0.25f});
    source.gamma.push_back({static_cast<std::uint8_t>(s < shared)});
  }
  layer.sources.push_back(source);
  return layer;
}

std::shared_ptr<const KernelSharing> votes(const std::vector<std::uint8_t>& gamma) {
  auto made = std::make_shared<KernelSharing>();
  made->sources = {"a"};
  made->scenes = {{"scene"}};
  LayerSharing layer;
  layer.name = "layer";
  for (std::size_t j = 0; j < gamma.size(); ++j) {
    layer.offsets.push_back({static_cast<int>(j), 0, 0});
  }
  layer.alpha.assign(gamma.size(), 0.5f);
  SourceSharing source;
  source.pairs.assign(gamma.size(), 1);
  source.beta = {std::vector<float>(gamma.size(), 0.5f)};
  source.gamma = {gamma};
  layer.sources = {source};
  made->layers = {layer};
  return made;
}

}  // namespace

class KernelSharingTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void orbitsOfCubesHaveTheirSizes() {
    const auto three = orbits_of(kernel_offsets(3));
    QCOMPARE(three.size(), std::size_t{4});
    const std::vector<std::pair<std::string, std::size_t>> expected{
        {"center", 1}, {"faces", 6}, {"edges", 12}, {"corners", 8}};
    for (std::size_t i = 0; i < 4; ++i) {
      QCOMPARE(three[i].name, expected[i].first);
      QCOMPARE(three[i].members.size(), expected[i].second);
    }
    const auto two = orbits_of(kernel_offsets(2));
    QCOMPARE(two.size(), std::size_t{1});
    QCOMPARE(two.front().name, std::string("corners"));
    // Burnside: 5 x 5 x 5 has as many orbits as sorted triples of 0, 1, 2.
    const auto five = orbits_of(kernel_offsets(5));
    QCOMPARE(five.size(), std::size_t{10});
    std::size_t cells = 0;
    for (const KernelOrbit& orbit : five) {
      cells += orbit.members.size();
    }
    QCOMPARE(cells, std::size_t{125});
  }

  void tauDecidesAsThePaperSays() {
    const LayerSharing layer = oneOffset(4, 1);
    QCOMPARE(share_ratio(layer, 0, std::nullopt).offsets, 0.25);
    QCOMPARE(share_ratio(layer, 0, 0.75).offsets, 0.25);  // a tie is shared
    QCOMPARE(share_ratio(layer, 0, 0.7501).offsets, 0.0);
    QCOMPARE(share_ratio(layer, 0, 0.25).offsets, 1.0);
    QVERIFY(std::isnan(share_ratio(oneOffset(0, 0), 0, 0.5).offsets));
  }

  void pairsWeighTheShare() {
    LayerSharing layer = oneOffset(2, 2);
    layer.offsets.push_back({1, 0, 0});
    layer.alpha.push_back(0.0f);
    layer.sources[0].pairs.push_back(30);
    for (std::size_t s = 0; s < 2; ++s) {
      layer.sources[0].beta[s].push_back(1.0f);
      layer.sources[0].gamma[s].push_back(0);
    }
    const ShareRatio ratio = share_ratio(layer, 0, std::nullopt);
    QCOMPARE(ratio.offsets, 0.5);
    QCOMPARE(ratio.pairs, 0.25);
  }

  void histogramCountsEveryDecisionOnce() {
    const KernelSharing sharing = test::kernelSharing();
    const auto all = product_histogram(sharing, {}, {}, 50);
    std::int64_t decisions = 0;
    for (const auto& scenes : sharing.scenes) {
      decisions += static_cast<std::int64_t>(scenes.size());
    }
    decisions *= 27 * 4;
    QCOMPARE(std::accumulate(all.begin(), all.end(), std::int64_t{0}), decisions);
    // The share above tau is what recorded decisions say.
    double shared = 0.0;
    for (std::size_t l = 0; l < sharing.layers.size(); ++l) {
      for (std::size_t k = 0; k < 3; ++k) {
        shared += share_ratio(sharing.layers[l], k, {}).offsets * 27.0 *
                  static_cast<double>(sharing.scenes[k].size());
      }
    }
    QVERIFY(std::abs(share_at(sharing, {}, {}, sharing.tau) - shared / static_cast<double>(decisions)) <
            1e-9);
    LayerSharing one = oneOffset(1, 1);
    one.sources[0].beta[0][0] = 1.0f;
    KernelSharing end;
    end.layers = {one};
    QCOMPARE(product_histogram(end, {}, {}, 4).back(), std::int64_t{1});
  }

  void intervalIsThatOfTheBinomial() {
    // 40 of 100 scenes: the bootstrap is Binomial(100, 0.4) / 100, whose 2.5 % and 97.5 % points are 0.31 and
    // 0.50.
    const auto interval = gamma_intervals(oneOffset(100, 40), 0, std::nullopt, 7, 20000).front();
    QCOMPARE(interval.value, 0.4);
    QVERIFY2(std::abs(interval.low - 0.31) <= 0.011, qPrintable(QString::number(interval.low)));
    QVERIFY2(std::abs(interval.high - 0.50) <= 0.011, qPrintable(QString::number(interval.high)));
    const auto sure = gamma_intervals(oneOffset(9, 9), 0, std::nullopt).front();
    QCOMPARE(sure.low, 1.0);
    QCOMPARE(sure.high, 1.0);
    const auto again = gamma_intervals(oneOffset(100, 40), 0, std::nullopt, 7, 20000).front();
    QCOMPARE(again.low, interval.low);
    QVERIFY(std::isnan(gamma_intervals(oneOffset(0, 0), 0, std::nullopt).front().low));
  }

  void agreementIsFleissKappa() {
    // Three networks, four offsets: votes 3, 0, 2, 1 of 3. Alike pairs: 1, 1, 1/3, 1/3.
    const std::vector<std::shared_ptr<const KernelSharing>> files{votes({1, 0, 1, 0}), votes({1, 0, 1, 1}),
                                                                  votes({1, 0, 0, 0})};
    const auto agreement = seed_agreement(files, files[0]->layers[0], "a", std::nullopt);
    QCOMPARE(agreement.networks, std::size_t{3});
    const std::vector<double> expected{1.0, 1.0, 1.0 / 3.0, 1.0 / 3.0};
    for (std::size_t j = 0; j < 4; ++j) {
      QVERIFY(std::abs(agreement.offsets[j] - expected[j]) < 1e-12);
    }
    QVERIFY(std::abs(agreement.observed - 2.0 / 3.0) < 1e-12);
    QVERIFY(std::abs(agreement.expected - 0.5) < 1e-12);
    QVERIFY(std::abs(agreement.kappa - 1.0 / 3.0) < 1e-12);
    QVERIFY(seed_agreement(std::span(files).first(1), files[0]->layers[0], "a", {}).offsets.empty());
    QVERIFY(seed_agreement(files, files[0]->layers[0], "b", {}).offsets.empty());
    const std::vector<std::shared_ptr<const KernelSharing>> alike{votes({1, 1}), votes({1, 1})};
    QVERIFY(std::isnan(seed_agreement(alike, alike[0]->layers[0], "a", {}).kappa));
  }

  void deadCellsAreNotThoseThatAreNotSelected() {
    LayerSharing layer = oneOffset(3, 3);  // always shared: the own kernel is never selected
    layer.shared = {{1.0f}, {0.0f}, {0.0f}};
    layer.sources[0].exclusive = {{1.0f}, {0.0f}, {0.0f}};
    const CellState shared = cell_states(layer, {}).front(), own = cell_states(layer, 0).front();
    QVERIFY(shared.dead() && shared.untouched && shared.no_gradient && !shared.not_selected &&
            !shared.no_pairs);
    QVERIFY(!own.dead() && own.not_selected && own.no_gradient);
    layer.sources[0].pairs = {0};
    QVERIFY(cell_states(layer, 0).front().dead());
    layer.shared = {};
    layer.sources[0].pairs = {1};
    QVERIFY(!cell_states(layer, {}).front().dead() && !cell_states(layer, {}).front().known);
    // A published network: 9 of 27 weights in use.
    LayerSharing foreign;
    foreign.offsets = kernel_offsets(3);
    foreign.shared.weight.assign(27, 0.0f);
    std::fill_n(foreign.shared.weight.begin() + 9, 9, 0.5f);
    KernelSharing network;
    network.layers = {foreign};
    const auto counts = count_cells(network);
    QCOMPARE(counts.size(), std::size_t{1});
    QCOMPARE(counts.front().dead, std::size_t{18});
  }

  void filesOfOneNetworkAreJoined() {
    const KernelSharing whole = test::kernelSharing();
    KernelSharing first = whole, second = whole;
    for (std::size_t k = 0; k < 3; ++k) {
      KernelSharing& without = k == 0 ? second : first;
      without.scenes[k].clear();
      for (LayerSharing& layer : without.layers) {
        SourceSharing empty;
        empty.pairs.assign(27, 0);
        layer.sources[k] = empty;
      }
    }
    first.provenance.dataset = "scans";
    first.provenance.dataset_sha256 = "ab";
    second.provenance.dataset = "views";
    second.provenance.dataset_sha256 = "c";
    QVERIFY(join_sharing(first, second));
    QVERIFY(first.scenes == whole.scenes);
    QCOMPARE(first.provenance.dataset, std::string("scans, views"));
    QCOMPARE(first.provenance.dataset_sha256, sha256_hex("abc"));
    for (std::size_t l = 0; l < whole.layers.size(); ++l) {
      for (std::size_t k = 0; k < 3; ++k) {
        const SourceSharing &a = first.layers[l].sources[k], &b = whole.layers[l].sources[k];
        QVERIFY(a.gamma == b.gamma && a.beta == b.beta && a.pairs == b.pairs && a.outputs == b.outputs);
      }
    }
    const auto twice = join_sharing(first, second);
    QVERIFY(!twice && twice.error().message.find("is in both") != std::string::npos);
    QVERIFY(first.scenes == whole.scenes);
    KernelSharing other = test::kernelSharing(2);
    QVERIFY(!join_sharing(first, other));
  }

  void probeFindsTheOrderOfALibrary() {
    // A library with z fastest that reads at output - offset: its index j stands for the mirrored offset.
    std::vector<KernelOffset> foreign;
    for (int x = -1; x <= 1; ++x) {
      for (int y = -1; y <= 1; ++y) {
        for (int z = -1; z <= 1; ++z) {
          foreign.push_back({-x, -y, -z});
        }
      }
    }
    OrderProbe probe;
    probe.center = {10, 20, 30};
    for (int x = 7; x <= 13; ++x) {
      for (int y = 17; y <= 23; ++y) {
        for (int z = 27; z <= 33; ++z) {
          probe.cells.push_back({x, y, z});
          const KernelOffset offset{10 - x, 20 - y, 30 - z};  // input - output
          const auto index = std::find(foreign.begin(), foreign.end(), offset);
          probe.values.push_back(index == foreign.end() ? 0.0
                                                        : static_cast<double>(index - foreign.begin() + 1));
        }
      }
    }
    const auto order = order_of_probe(probe, 27, "file");
    QVERIFY(order);
    QCOMPARE(*order, foreign);
    QCOMPARE(in_our_order(*order), kernel_offsets(3));
    // There and back again.
    std::vector<double> kernel(27 * 6);
    std::iota(kernel.begin(), kernel.end(), 1.0);
    const auto ours = kernel_offsets(3);
    const auto moved = reordered_kernel(kernel, 6, *order, ours);
    QVERIFY(moved);
    QVERIFY(*moved != kernel);
    QCOMPARE(*reordered_kernel(*moved, 6, ours, *order), kernel);
    probe.values[0] = 1.0;
    QVERIFY(!order_of_probe(probe, 27, "file"));
    probe.values.assign(probe.values.size(), 0.0);
    QVERIFY(!order_of_probe(probe, 27, "file"));
    probe.values[3] = 1.5;
    QVERIFY(!order_of_probe(probe, 27, "file"));
  }
};

ALIDADE_TEST(KernelSharingTest)
#include "kernel_sharing_test.moc"
