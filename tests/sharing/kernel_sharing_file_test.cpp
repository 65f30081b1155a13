// SPDX-License-Identifier: BSD-3-Clause
// The file of shared kernels, and kernels of other libraries.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/exchange/kernel_gradients.h"
#include "core/exchange/kernel_sharing_file.h"
#include "core/io/npz.h"
#include "core/io/safetensors.h"
#include "core/ops/sparse/kernel_map.h"
#include "core/sharing/offset_order.h"
#include "tests/support/kernel_sharings.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

using Arrays = std::map<std::string, NpyArray>;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

/// What a script of a stranger writes: one layer of 27 offsets, 2 inputs and 3 outputs, z fastest.
struct ForeignKernel {
  std::vector<KernelOffset> order;
  std::vector<double> values;

  ForeignKernel() {
    for (int x = -1; x <= 1; ++x) {
      for (int y = -1; y <= 1; ++y) {
        for (int z = -1; z <= 1; ++z) {
          order.push_back({x, y, z});
        }
      }
    }
    for (std::size_t i = 0; i < 27 * 6; ++i) {
      values.push_back(static_cast<double>(i / 6) + 1.0);
    }
  }

  /// The answer of that library to a block of 5 x 5 x 5 around (0, 0, 0).
  void add_probe(Arrays& arrays) const {
    std::vector<std::int32_t> cells;
    std::vector<float> answers;
    for (int x = -2; x <= 2; ++x) {
      for (int y = -2; y <= 2; ++y) {
        for (int z = -2; z <= 2; ++z) {
          cells.insert(cells.end(), {x, y, z});
          const auto found = std::find(order.begin(), order.end(), KernelOffset{-x, -y, -z});
          answers.push_back(found == order.end() ? 0.0f : static_cast<float>(found - order.begin() + 1));
        }
      }
    }
    arrays["probe/27/center"] = NpyArray::from(std::vector<std::int32_t>{0, 0, 0});
    arrays["probe/27/cells"] = NpyArray::from(cells, {125, 3});
    arrays["probe/27/values"] = NpyArray::from(answers, {125, 1});
  }

  Arrays arrays() const {
    Arrays made;
    made["layer"] = NpyArray::from(std::vector<std::string>{"conv1"});
    made["kernel/conv1"] = NpyArray::from(values, {27, 2, 3});
    return made;
  }
};

bool same_use(const KernelUse& a, const KernelUse& b) {
  return a == b;
}

}  // namespace

class KernelSharingFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatIsWrittenIsRead() {
    const KernelSharing made = test::kernelSharing();
    QVERIFY(write_kernel_sharing(made, path("a.npz")));
    const auto file = read_kernel_sharing(path("a.npz"));
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    const KernelSharing& read = file->sharing;
    QCOMPARE(read.name, made.name);
    QCOMPARE(read.tau, made.tau);
    QCOMPARE(read.sources, made.sources);
    QCOMPARE(read.scenes, made.scenes);
    QVERIFY(read.provenance == made.provenance);
    QCOMPARE(read.layers.size(), made.layers.size());
    for (std::size_t l = 0; l < read.layers.size(); ++l) {
      const LayerSharing &a = read.layers[l], &b = made.layers[l];
      QCOMPARE(a.name, b.name);
      QCOMPARE(a.cell_m, b.cell_m);
      QVERIFY(a.offsets == b.offsets && a.alpha == b.alpha && same_use(a.shared, b.shared));
      for (std::size_t k = 0; k < a.sources.size(); ++k) {
        QVERIFY(a.sources[k].beta == b.sources[k].beta && a.sources[k].gamma == b.sources[k].gamma);
        QVERIFY(a.sources[k].pairs == b.sources[k].pairs && a.sources[k].outputs == b.sources[k].outputs);
        QVERIFY(same_use(a.sources[k].exclusive, b.sources[k].exclusive));
      }
    }
    QCOMPARE(*kernel_sharing_bytes(read), *kernel_sharing_bytes(made));
  }

  void foreignKernelsAreOrderedByTheirProbe() {
    const ForeignKernel foreign;
    Arrays arrays = foreign.arrays();
    auto file = read(arrays);
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    QVERIFY(file->sharing.layers[0].raw_order);
    QCOMPARE(file->notes.size(), std::size_t{1});
    foreign.add_probe(arrays);
    file = read(arrays);
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    const LayerSharing& layer = file->sharing.layers[0];
    QVERIFY(!layer.raw_order && file->notes.empty());
    QVERIFY(layer.offsets == kernel_offsets(3));
    for (std::size_t j = 0; j < 27; ++j) {
      const auto index =
          std::find(foreign.order.begin(), foreign.order.end(), layer.offsets[j]) - foreign.order.begin();
      QVERIFY(std::abs(layer.shared.weight[j] - static_cast<float>(index + 1) * std::sqrt(6.0f)) < 1e-4f);
    }
    // Written by us, read by us: the same.
    QVERIFY(write_kernel_sharing(file->sharing, path("ours.npz")));
    const auto ours = read_kernel_sharing(path("ours.npz"));
    QVERIFY2(ours, ours ? "" : ours.error().message.c_str());
    QVERIFY(ours->sharing.layers[0].shared == layer.shared &&
            ours->sharing.layers[0].offsets == layer.offsets);
  }

  void layoutsOfLibrariesAreRead() {
    // The same kernel as spconv has it: out, x, y, z, in.
    const ForeignKernel foreign;
    std::vector<double> turned(27 * 6);
    for (std::size_t j = 0; j < 27; ++j) {
      for (std::size_t i = 0; i < 2; ++i) {
        for (std::size_t o = 0; o < 3; ++o) {
          turned[(o * 27 + j) * 2 + i] = foreign.values[(j * 2 + i) * 3 + o];
        }
      }
    }
    Arrays arrays = foreign.arrays();
    const auto flat = read(arrays);
    arrays["kernel/conv1"] = NpyArray::from(turned, {3, 3, 3, 3, 2});
    arrays["layout"] = NpyArray::from(std::vector<std::string>{"okkki"});
    const auto spread = read(arrays);
    QVERIFY(flat && spread);
    QVERIFY(flat->sharing.layers[0].shared == spread->sharing.layers[0].shared);
  }

  void untouchedWeightsOfOthersAreFound() {
    const ForeignKernel foreign;
    Arrays arrays = foreign.arrays();
    std::vector<double> initial = foreign.values;
    for (std::size_t i = 0; i < 9 * 6; ++i) {
      initial[i] += 1e-12;  // nine cells moved, by very little
    }
    arrays["initial/conv1"] = NpyArray::from(initial, {27, 2, 3});
    const auto file = read(arrays);
    QVERIFY(file);
    const auto& change = file->sharing.layers[0].shared.change;
    QCOMPARE(std::count(change.begin(), change.end(), 0.0f), std::ptrdiff_t{18});
  }

  void badFilesAreRefused_data() {
    QTest::addColumn<int>("damage");
    QTest::addColumn<QString>("said");
    const auto add = [&](const char* name, const char* said, std::function<void(Arrays&)> damage) {
      QTest::newRow(name) << static_cast<int>(damages_.size()) << said;
      damages_.push_back(std::move(damage));
    };
    add("tau", "tau", [](Arrays& a) { a["tau"] = NpyArray::from(std::vector<double>{1.5}); });
    add("no tau", "tau", [](Arrays& a) { a.erase("tau"); });
    add("gamma of 2", "gamma[0]", [](Arrays& a) { set(a["gamma"], 0, 2.0); });
    add("beta NaN", "beta[0]", [](Arrays& a) { set(a["beta"], 0, kNothing); });
    add("alpha beyond 1", "alpha[3]", [](Arrays& a) { set(a["alpha"], 3, 1.01); });
    add("alpha of some", "alpha", [](Arrays& a) { set(a["alpha"], 3, kNothing); });
    add("negative pairs", "pairs[0]", [](Arrays& a) { set(a["pairs"], 0, -1.0); });
    add("broken pairs", "pairs[0]", [](Arrays& a) { set(a["pairs"], 0, 1e300); });
    add("infinite norm", "shared[0]",
        [](Arrays& a) { set(a["shared"], 0, std::numeric_limits<double>::infinity()); });
    add("offset of half a cell", "offset[0]", [](Arrays& a) { set(a["offset"], 0, 0.5); });
    add("far offset", "offset[0]", [](Arrays& a) { set(a["offset"], 0, 1e18); });
    add("no offsets", "offset_layer", [](Arrays& a) { a.erase("offset_layer"); });
    add("unknown layer", "offset_layer[",
        [](Arrays& a) { a["offset_layer"] = NpyArray::from(std::vector<std::int32_t>(108, 9)); });
    add("short beta", "beta", [](Arrays& a) {
      a["beta"] = NpyArray::from(std::vector<double>{1.0}, {1, 1});
    });
    add("texts for pairs", "pairs",
        [](Arrays& a) { a["pairs"] = NpyArray::from(std::vector<std::string>(108, "many")); });
    add("source of no name", "scene_source[",
        [](Arrays& a) { a["scene_source"] = NpyArray::from(std::vector<std::int32_t>(40, 7)); });
    add("same layer twice", "layer",
        [](Arrays& a) { a["layer"] = NpyArray::from(std::vector<std::string>(4, "same")); });
    add("no layers", "layer", [](Arrays& a) { a["layer"] = NpyArray::from(std::vector<std::string>{}); });
  }
  void badFilesAreRefused() {
    QFETCH(int, damage);
    QFETCH(QString, said);
    QVERIFY(write_kernel_sharing(test::kernelSharing(), path("whole.npz")));
    Arrays arrays = *read_npz(path("whole.npz"));
    damages_[static_cast<std::size_t>(damage)](arrays);
    const auto file = read(arrays);
    QVERIFY(!file);
    const QString message = QString::fromStdString(file.error().message);
    QVERIFY2(
        file.error().code == ErrorCode::kInput && message.contains(said) && message.contains("input.npz"),
        qPrintable(message));
  }

  void badKernelsOfOthersAreRefused() {
    const ForeignKernel foreign;
    const auto expect = [&](Arrays arrays, const char* said) {
      const auto file = read(arrays);
      QVERIFY2(!file, said);
      QVERIFY2(QString::fromStdString(file.error().message).contains(QLatin1String(said)),
               file.error().message.c_str());
    };
    Arrays arrays = foreign.arrays();
    arrays["layout"] = NpyArray::from(std::vector<std::string>{"kik"});
    expect(arrays, "layout");
    arrays = foreign.arrays();
    arrays["kernel/conv1"] = NpyArray::from(std::vector<double>(4, 1.0), {2, 2});
    expect(arrays, "dimensions");
    arrays = foreign.arrays();
    arrays["kernel/conv1"] = NpyArray::from(std::vector<double>(1000, 1.0), {1000, 1, 1});
    expect(arrays, "offsets");
    arrays = foreign.arrays();
    set(arrays["kernel/conv1"], 5, kNothing);
    expect(arrays, "finite");
    arrays = foreign.arrays();
    arrays["layer"] = NpyArray::from(std::vector<std::string>{"conv1", "conv2"});
    expect(arrays, "kernel/conv2");
    arrays = foreign.arrays();
    foreign.add_probe(arrays);
    arrays["probe/27/values"] = NpyArray::from(std::vector<float>(125, 3.0f));
    expect(arrays, "two outputs");
    arrays = foreign.arrays();
    arrays["initial/conv1"] = NpyArray::from(std::vector<double>(6, 1.0), {1, 2, 3});
    expect(arrays, "shape");
  }

  void cutFilesAreRefused() {
    QVERIFY(write_kernel_sharing(test::kernelSharing(1, 1), path("whole.npz")));
    const auto bytes = read_file(path("whole.npz"), std::uintmax_t{1} << 24);
    QVERIFY(bytes);
    for (std::size_t length = 0; length < bytes->size(); length += bytes->size() / 61 + 1) {
      QVERIFY(write_file_atomically(path("cut.npz"), bytes->substr(0, length)));
      QVERIFY(!read_kernel_sharing(path("cut.npz")));
    }
  }

  void gradientsComeFromTheStateOfATraining() {
    KernelSharing made = test::kernelSharing(1, 1);
    SafeTensors state;
    const auto put = [&](const std::string& kernel, std::vector<float> moments) {
      TensorEntry entry{"F32", {27, 1, 2}, {}};
      moments.resize(54, 4.0f);
      entry.bytes.assign(reinterpret_cast<const char*>(moments.data()), moments.size() * sizeof(float));
      state.tensors["moment2.backbone.stem.conv." + kernel] = entry;
    };
    put("shared", {0.0f, 0.0f, 9.0f, 16.0f});
    for (const char* own : {"source0", "source1", "source2"}) {
      put(own, {});
    }
    QVERIFY(write_safetensors(path("state.safetensors"), state));
    QVERIFY(add_seen_gradients(made, path("state.safetensors")));
    QCOMPARE(made.layers[0].shared.gradient[0], 0.0f);
    QCOMPARE(made.layers[0].shared.gradient[1], 5.0f);
    QCOMPARE(made.layers[0].sources[2].exclusive.gradient[26], std::sqrt(8.0f));
    state.tensors.erase("moment2.backbone.stem.conv.source2");
    QVERIFY(write_safetensors(path("other.safetensors"), state));
    const KernelSharing before = made;
    const auto refused = add_seen_gradients(made, path("other.safetensors"));
    QVERIFY(!refused && QString::fromStdString(refused.error().message).contains("source2"));
    QVERIFY(made.layers[0].shared == before.layers[0].shared);
  }

  void unevenListsAreNotWritten() {
    KernelSharing made = test::kernelSharing();
    made.layers[1].sources[2].beta.pop_back();
    QVERIFY(!write_kernel_sharing(made, path("uneven.npz")));
    QVERIFY(!std::filesystem::exists(path("uneven.npz")));
  }

 private:
  static void set(NpyArray& array, std::size_t index, double value) {
    std::vector<double> values = array.as_doubles();
    values[index] = value;
    array = NpyArray::from(values, array.shape);
  }
  std::filesystem::path path(const std::string& name) const {
    return folder_.path().toStdString() + "/" + name;
  }
  Expected<KernelSharingFile> read(const Arrays& arrays) const {
    if (auto written = write_npz(path("input.npz"), arrays); !written) {
      return written.error();
    }
    return read_kernel_sharing(path("input.npz"));
  }

  QTemporaryDir folder_;
  std::vector<std::function<void(Arrays&)>> damages_;
};

ALIDADE_TEST(KernelSharingFileTest)
#include "kernel_sharing_file_test.moc"
