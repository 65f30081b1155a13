// SPDX-License-Identifier: BSD-3-Clause
#include <array>
#include <cstdlib>
#include <limits>

#include <QCoreApplication>
#include <QProcess>
#include <QTest>

#include "core/quant/inference/image_kernels.h"
#include "core/quant/inference/instruction_set.h"
#include "core/quant/inference/latency.h"
#include "core/quant/inference/packed_convolution.h"
#include "core/quant/inference/packed_layers.h"
#include "tests/quant/inference_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

constexpr const char* kSetVariable = "ALIDADE_TEST_INSTRUCTION_SET";

/// A convolution of each kind of extent: channels that fill no vector, strides, wide kernels, one pixel.
const std::array<ConvolutionGeometry, 7> kGeometries = {{{3, 24, 3, 2, 1, 13, 12},
                                                         {24, 40, 3, 1, 1, 10, 9},
                                                         {40, 17, 1, 1, 0, 6, 7},
                                                         {8, 80, 5, 2, 2, 9, 9},
                                                         {64, 64, 3, 1, 1, 8, 8},
                                                         {5, 3, 3, 1, 0, 4, 19},
                                                         {32, 33, 1, 1, 0, 1, 1}}};

LayerNode layer_of(const ConvolutionGeometry& g, const CodeGrid& grid) {
  LayerNode node = random_layer("layer", g.in_channels, g.out_channels, g.kernel, g.stride, -1, grid,
                                static_cast<std::uint64_t>(g.columns()));
  node.padding = g.padding;
  return node;
}

/// Weights and codes that go as far as they can: what saturates 16 bits where something is wrong.
struct IntegerCase {
  IntegerWeights weights;
  std::vector<std::uint8_t> codes;
};

IntegerCase integer_case(const ConvolutionGeometry& g, const CodeGrid& grid, const std::string& levels,
                         bool extreme, std::vector<double> scales = {}) {
  const LayerNode node = layer_of(g, grid);
  QuantizedWeights packed = packed_layer(node, levels);
  Random random(g.columns() + 7);
  IntegerCase made;
  for (std::size_t i = 0; i < g.input().count(); ++i) {
    made.codes.push_back(static_cast<std::uint8_t>(
        extreme ? grid.largest() : random.index(static_cast<std::uint32_t>(grid.largest()) + 1)));
  }
  if (extreme) {
    for (std::size_t i = 0; i < packed.codes.size(); ++i) {
      const auto last = static_cast<std::uint8_t>(packed.levels.values.size() - 1);
      packed.codes[i] = i / packed.columns % 2 == 0 ? last : 0;
    }
  }
  if (!scales.empty()) {
    packed.scales.values = std::move(scales);
  }
  made.weights = *integer_weights(packed, node);
  return made;
}

struct Way {
  const char* name;
  TensorForm input;
  Expected<std::unique_ptr<Convolution>> convolution;
};

std::vector<Way> ways(const ConvolutionTask& task, const IntegerWeights& weights) {
  std::vector<Way> all;
  all.push_back(
      {"own", packed_input_form(task.geometry, task.input), make_packed_convolution(task, weights)});
  // To oneDNN all levels are bytes: those of 8 bits stand for the others.
  if (weights.bits == 8 && library_is_exact(weights, task.input)) {
    all.push_back(
        {"oneDNN", library_input_form(task.geometry, task.input), make_library_convolution(task, weights)});
  }
  return all;
}

/// The result of a way, in the task's form.
AlignedBytes computed(const Way& way, const ConvolutionTask& task, const std::vector<std::uint8_t>& codes) {
  const ImageShape shape = task.geometry.output();
  AlignedBytes output(task.output.bytes(shape.height, shape.width));
  AlignedBytes scratch((*way.convolution)->scratch_bytes());
  const std::vector<std::uint8_t> input = laid_out(codes, task.geometry.input(), way.input);
  (*way.convolution)->run(input.data(), output.data(), scratch.data());
  return output;
}

}  // namespace

class InferenceTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    if (const char* name = std::getenv(kSetVariable)) {
      QVERIFY(limit_instruction_set(*named_instruction_set(name)));
    }
    qInfo("instruction set: %s", instruction_set_name(instruction_set()).c_str());
  }

  void eachInstructionSetInAProcess_data() {
    QTest::addColumn<QString>("set");
    for (const char* name : {"plain", "sse4", "avx2", "avx512", "avx512-vnni"}) {
      QTest::newRow(name) << QString(name);
    }
  }

  void eachInstructionSetInAProcess() {
    QFETCH(QString, set);
    if (std::getenv(kSetVariable) != nullptr) {
      return;  // in the process that this started
    }
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(kSetVariable, set);
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QCoreApplication::applicationFilePath(),
                  {"inference_test", "sumsAreThoseOfTheReference", "codesAreThoseOfTheReference",
                   "networkIsThatOfTheReference"});
    QVERIFY(process.waitForFinished(120000));
    const QByteArray text = process.readAll();
    QVERIFY2(process.exitCode() == 0, text.constData());
    for (const QByteArray& line : text.split('\n')) {
      if (line.contains("instruction set") || line.contains("of codes")) {
        qInfo("%s", line.constData());
      }
    }
  }

  void sumsAreThoseOfTheReference() {
    for (const ConvolutionGeometry& g : kGeometries) {
      // How weights are packed depends on no extents.
      const bool is_first = &g == &kGeometries[1];
      const std::vector<const char*> all{"8",       "4",      "6",          "3",      "2",
                                         "ternary", "binary", "balanced15", "powers3"};
      for (std::size_t i = 0; i < (is_first ? all.size() : 2); ++i) {
        const char* levels = all[i];
        for (const CodeGrid& grid :
             {CodeGrid{0.02F, 0, 8}, CodeGrid{0.02F, 131, 8}, CodeGrid{0.02F, 64, 7}}) {
          for (const bool extreme : {false, true}) {
            const IntegerCase made = integer_case(g, grid, levels, extreme);
            const TensorForm sums{TensorForm::Kind::kSums, {}, 0, g.out_channels};
            const std::vector<float> bias(static_cast<std::size_t>(g.out_channels), 0.0F);
            const ConvolutionTask task{"layer", g, bias, false, grid, sums};
            const auto expected = reference_sums(g, made.weights.values, made.codes, grid.zero);
            for (const Way& way : ways(task, made.weights)) {
              QVERIFY2(way.convolution, way.convolution ? "" : way.convolution.error().message.c_str());
              const AlignedBytes found = computed(way, task, made.codes);
              const bool equal = separated(reinterpret_cast<const std::int32_t*>(found.data()), g.output(),
                                           sums) == expected;
              QVERIFY2(equal, qPrintable(QString("%1: %2 -> %3, kernel %4, levels %5, zero %6, extreme %7")
                                             .arg((*way.convolution)->engine().c_str())
                                             .arg(g.in_channels)
                                             .arg(g.out_channels)
                                             .arg(g.kernel)
                                             .arg(levels)
                                             .arg(grid.zero)
                                             .arg(extreme)));
            }
          }
        }
      }
    }
  }

  void codesAreThoseOfTheReference() {
    std::size_t all = 0, different = 0;
    for (const ConvolutionGeometry& g : kGeometries) {
      for (const char* levels : {"8", "3"}) {
        for (const CodeGrid& grid :
             {CodeGrid{0.02F, 0, 8}, CodeGrid{0.02F, 131, 8}, CodeGrid{0.04F, 64, 7}}) {
          for (const bool relu : {false, true}) {
            // Scales of both signs, as a folded norm leaves them, and a dead channel.
            std::vector<double> scales = random_weights(static_cast<std::size_t>(g.out_channels), 3, 0.02);
            scales[1] = 0.0;
            const IntegerCase made = integer_case(g, grid, levels, false, scales);
            const std::vector<float> bias = layer_of(g, grid).bias;
            const CodeGrid next{0.03F, relu ? 0 : 100, grid.bits};
            const auto expected = reference_values(
                g, made.weights, reference_sums(g, made.weights.values, made.codes, grid.zero), grid, bias,
                relu);
            TensorForm form{TensorForm::Kind::kCodes, next, 0, g.out_channels};
            for (const int border : {0, 2}) {
              form.border = border;
              form.stride = border == 0 ? g.out_channels : (g.out_channels + 3) / 4 * 4;
              const ConvolutionTask task{"layer", g, bias, relu, grid, form};
              for (const Way& way : ways(task, made.weights)) {
                if (border != 0 && std::string(way.name) == "oneDNN") {
                  continue;  // it writes no border
                }
                const AlignedBytes found = computed(way, task, made.codes);
                const auto* bytes = reinterpret_cast<const std::uint8_t*>(found.data());
                const auto codes = separated(bytes, g.output(), form);
                for (std::size_t i = 0; i < codes.size(); ++i) {
                  const int off = std::abs(codes[i] - reference_code(expected[i], next));
                  QVERIFY2(off <= 1, way.name);
                  ++all;
                  different += static_cast<std::size_t>(off);
                }
                QVERIFY(border == 0 || std::all_of(bytes, bytes + g.out_channels,
                                                   [&next](std::uint8_t code) { return code == next.zero; }));
              }
            }
          }
        }
      }
    }
    qInfo("%zu of %zu of codes differ by one", different, all);
    QVERIFY(different * 10000 < all);
  }

  void realResultsAreThoseOfTheReference() {
    const CodeGrid grid{0.02F, 131, 8};
    for (const ConvolutionGeometry& g : kGeometries) {
      const IntegerCase made = integer_case(g, grid, "4", false);
      const std::vector<float> bias = layer_of(g, grid).bias;
      const auto expected = reference_values(
          g, made.weights, reference_sums(g, made.weights.values, made.codes, grid.zero), grid, bias, true);
      const ConvolutionTask task{"layer", g, bias, true, grid, float_form(g.out_channels)};
      for (const Way& way : ways(task, made.weights)) {
        const AlignedBytes found = computed(way, task, made.codes);
        const auto values = separated(reinterpret_cast<const float*>(found.data()), g.output(), task.output);
        QVERIFY(largest_difference(expected, {values.begin(), values.end()}) < 1e-5);
      }
    }
  }

  void referenceIsFakeQuantization() {
    // What a network trained with rounded weights and activations computes in real numbers.
    const ConvolutionGeometry g = kGeometries[1];
    const CodeGrid grid{0.02F, 131, 8};
    const LayerNode node = layer_of(g, grid);
    const QuantizedWeights packed = packed_layer(node, "3");
    const auto made = integer_case(g, grid, "3", false);
    const auto values =
        reference_values(g, made.weights, reference_sums(g, made.weights.values, made.codes, grid.zero), grid,
                         node.bias, false);
    LayerGraph graph;
    graph.input_channels = g.in_channels;
    graph.nodes = {node};
    graph.nodes[0].relu = false;
    graph.nodes[0].input_scale = 0.0F;
    graph.outputs = {0};
    std::vector<float> image;
    for (const std::uint8_t code : made.codes) {
      image.push_back(grid.scale * static_cast<float>(code - grid.zero));
    }
    const auto real = reference_run(graph, {{"layer", packed}}, image, g.in_height, g.in_width);
    QVERIFY(real);
    QVERIFY(largest_difference((*real)[0], values) < 1e-5);
  }

  void networkIsThatOfTheReference() {
    for (const int bits : {8, 7}) {
      const LayerGraph graph = small_network(bits);
      for (const char* levels : {"8", "4"}) {
        const PackedLayers packed = pack_all(graph, levels);
        const std::vector<float> image = random_image(3 * 32 * 48, 5);
        const auto expected = reference_run(graph, packed, image, 32, 48);
        for (const InferenceOptions& options :
             {InferenceOptions{}, InferenceOptions{{}, true, false}, InferenceOptions{{}, false, true}}) {
          const auto network = QuantizedGraph::build(graph, packed, 32, 48, options);
          QVERIFY2(network, network ? "" : network.error().message.c_str());
          std::vector<std::vector<float>> outputs;
          // Twice: buffers are used again.
          QVERIFY(network->run(image, outputs));
          QVERIFY(network->run(image, outputs));
          QCOMPARE(outputs.size(), std::size_t{2});
          for (std::size_t i = 0; i < 2; ++i) {
            const std::vector<double> found(outputs[i].begin(), outputs[i].end());
            // Codes that round the other way move results by a share of a step.
            QVERIFY(signal_to_noise((*expected)[i], found) > 40.0);
          }
        }
      }
    }
  }

  void floatNetworkIsThatOfTheReference() {
    LayerGraph graph = small_network(8);
    const std::vector<float> image = random_image(3 * 32 * 48, 5);
    for (LayerNode& node : graph.nodes) {
      node.input_scale = 0.0F;
    }
    const auto expected = reference_run(graph, {}, image, 32, 48);
    const auto network = QuantizedGraph::build(graph, {}, 32, 48);
    QVERIFY(network);
    std::vector<std::vector<float>> outputs;
    QVERIFY(network->run(image, outputs));
    for (std::size_t i = 0; i < 2; ++i) {
      QVERIFY(largest_difference((*expected)[i], {outputs[i].begin(), outputs[i].end()}) < 1e-4);
    }
    // Weights alone are quantized: the same network with other weights.
    const PackedLayers packed = pack_all(graph, "4");
    const auto weights_only = QuantizedGraph::build(graph, packed, 32, 48);
    QVERIFY(weights_only && weights_only->run(image, outputs));
    QVERIFY(says(weights_only->layers()[1].note, "not quantized"));
    const auto real = reference_run(graph, packed, image, 32, 48);
    QVERIFY(largest_difference((*real)[0], {outputs[0].begin(), outputs[0].end()}) < 1e-4);
  }

  void pixelsThatAreNoNumbersAreTheLowestCode() {
    const float bad = std::numeric_limits<float>::quiet_NaN(), far = std::numeric_limits<float>::infinity();
    const ImageShape shape{1, 1, 20};
    const TensorForm form{TensorForm::Kind::kCodes, {0.1F, 3, 7}, 0, 1};
    std::vector<float> image(20, bad);
    image[1] = far;
    image[2] = -far;
    image[18] = far;
    std::vector<std::uint8_t> codes(64 + 20);
    quantize_image(image.data(), shape, form, codes.data());
    for (std::size_t i = 0; i < 20; ++i) {
      QCOMPARE(static_cast<int>(codes[i]), i == 1 || i == 18 ? 127 : 0);
    }
  }

  void layersTellWhatTheyCost() {
    const LayerGraph graph = small_network(8);
    PackedLayers packed = pack_all(graph, "4");
    const InferenceOptions options{{"stem"}, false, true};
    const auto network = QuantizedGraph::build(graph, packed, 32, 48, options);
    QVERIFY(network);
    const LayerReport& stem = network->layers()[1];
    QCOMPARE(stem.name, std::string("stem"));
    QCOMPARE(stem.multiply_adds, std::int64_t{16 * 24 * 12 * 27});
    QCOMPARE(stem.bit_operations(), stem.multiply_adds * 32 * 32);
    QVERIFY(says(stem.note, "kept in float32"));
    const LayerReport& next = network->layers()[2];
    QCOMPARE(next.bit_operations(), std::int64_t{8 * 12 * 24 * 108} * 4 * 8);
    // 27 steps of four inputs, two tiles of 16 channels, in groups of eight units.
    QCOMPARE(next.weight_bytes >= 54 * 32, true);
    QVERIFY(next.weight_bytes <= 56 * 32 + 2 * 32 * sizeof(float));
    std::int64_t sum = 0;
    for (const LayerReport& row : network->layers()) {
      sum += row.bit_operations();
    }
    QCOMPARE(bit_operations(*network), sum);
  }

  void foldedNormsGoIntoTheScales() {
    // A norm that was folded multiplies the rows of codes, by numbers of either sign.
    LayerGraph graph = small_network(8);
    PackedCheckpoint checkpoint;
    for (LayerNode& node : graph.nodes) {
      if (node.kind != LayerNode::Kind::kConvolution) {
        continue;
      }
      const QuantizedWeights weights = packed_layer(node, "3");
      checkpoint.packed[node.name + ".weight"] = {
          {node.out_channels, node.in_channels, node.kernel, node.kernel}, weights};
      const std::vector<double> values = dequantized(weights);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const double factor = 0.5 - static_cast<double>(i / weights.columns % 7) / 6.0;
        node.weight[i] = static_cast<float>(factor * values[i]);
      }
    }
    const auto layers = packed_layers(graph, checkpoint, "net");
    QVERIFY2(layers, layers ? "" : layers.error().message.c_str());
    for (const LayerNode& node : graph.nodes) {
      if (node.kind == LayerNode::Kind::kConvolution) {
        QVERIFY(largest_difference(dequantized(layers->at(node.name)),
                                   {node.weight.begin(), node.weight.end()}) < 1e-6);
      }
    }
    graph.nodes[2].weight[5] += 0.5F;
    const auto other = packed_layers(graph, checkpoint, "net");
    QVERIFY(!other && says(other.error().message, "c2.weight"));
    checkpoint.packed["missing.weight"] = checkpoint.packed["c1.weight"];
    graph.nodes[2].weight[5] -= 0.5F;
    const auto missing = packed_layers(graph, checkpoint, "net");
    QVERIFY(!missing && says(missing.error().message, "missing.weight"));
  }

  void severalLayersMayShareWeights() {
    LayerGraph graph = small_network(8);
    // The head of both levels.
    graph.nodes[9] = graph.nodes[8];
    graph.nodes[9].inputs = {4};
    graph.nodes[9].input_scale = graph.nodes[8].input_scale;
    const PackedLayers packed = pack_all(graph, "4");
    const auto network = QuantizedGraph::build(graph, packed, 32, 48);
    QVERIFY2(network, network ? "" : network.error().message.c_str());
    const std::vector<float> image = random_image(3 * 32 * 48, 6);
    std::vector<std::vector<float>> outputs;
    QVERIFY(network->run(image, outputs));
    const auto expected = reference_run(graph, packed, image, 32, 48);
    const std::vector<double> found(outputs[1].begin(), outputs[1].end());
    QVERIFY(signal_to_noise((*expected)[1], found) > 40.0);
  }

  void timesAreTakenOfEachLayer() {
    const LayerGraph graph = small_network(8);
    const auto plain = QuantizedGraph::build(graph, {}, 32, 48);
    const auto packed = QuantizedGraph::build(graph, pack_all(graph, "4"), 32, 48);
    QVERIFY(plain && packed);
    const auto times = measure_latency({&*plain, &*packed}, 5, {});
    QVERIFY(times && times->size() == 2);
    QCOMPARE((*times)[1].layers.size(), packed->layers().size());
    for (const Latency& latency : *times) {
      QVERIFY(latency.whole.least_ms > 0.0 && latency.whole.least_ms <= latency.whole.median_ms);
      QVERIFY(latency.whole.median_ms <= latency.whole.p95_ms);
    }
    const Table table = latency_table({{"float32", &*plain, &(*times)[0]}, {"W4", &*packed, &(*times)[1]}});
    QCOMPARE(table.rows.size(), packed->layers().size() + 1);
    QCOMPARE(table.rows[0].size(), table.columns.size());
    const std::set<std::string> slower = slower_layers(*packed, (*times)[1], (*times)[0]);
    for (std::size_t row = 0; row + 1 < table.rows.size(); ++row) {
      const bool noted = table.rows[row].back() == Table::Cell(std::string("slower than in float32"));
      QCOMPARE(noted, slower.contains(packed->layers()[row].name));
    }
    QVERIFY(!measure_latency({&*plain}, 0, {}));
    const TimeSpread spread = time_spread({0.004, 0.001, 0.002, 0.003});
    QCOMPARE(spread.median_ms, 2.0);
    QCOMPARE(spread.p95_ms, 4.0);
    QCOMPARE(spread.least_ms, 1.0);
  }

  void buffersThatAreNeededAtOnceLieApart() {
    Random random(4);
    std::vector<WorkingBuffer> buffers;
    for (int i = 0; i < 60; ++i) {
      const int first = static_cast<int>(random.index(30));
      buffers.push_back({random.index(5000), first, first + static_cast<int>(random.index(6))});
    }
    const MemoryLayout layout = lay_out(buffers);
    std::size_t all = 0;
    for (std::size_t a = 0; a < buffers.size(); ++a) {
      QCOMPARE(layout.offsets[a] % 64, std::size_t{0});
      QVERIFY(layout.offsets[a] + buffers[a].bytes + 64 <= layout.bytes);
      all += buffers[a].bytes;
      for (std::size_t b = 0; b < a; ++b) {
        const bool together = buffers[a].first <= buffers[b].last && buffers[b].first <= buffers[a].last;
        const bool apart = layout.offsets[a] + buffers[a].bytes + 64 <= layout.offsets[b] ||
                           layout.offsets[b] + buffers[b].bytes + 64 <= layout.offsets[a];
        QVERIFY(!together || apart);
      }
    }
    QVERIFY(layout.bytes < all);
  }

  void whatMakesNoSenseIsRefused() {
    const LayerGraph good = small_network(8);
    const auto refusal = [](const LayerGraph& graph, const PackedLayers& packed) {
      const auto network = QuantizedGraph::build(graph, packed, 32, 48);
      return network ? std::string() : network.error().message;
    };
    LayerGraph graph = good;
    graph.nodes[1].inputs = {5};
    QVERIFY(says(refusal(graph, {}), "\"c1\""));
    graph = good;
    graph.nodes[1].bias.pop_back();
    QVERIFY(says(refusal(graph, {}), "23 biases for 24 channels"));
    graph = good;
    graph.nodes[1].input_zero = 256;
    QVERIFY(says(refusal(graph, {}), "none of the codes"));
    graph = good;
    graph.nodes[6].inputs = {3, 4};
    QVERIFY(says(refusal(graph, {}), "differ in shape"));
    graph = good;
    graph.nodes[2].input_scale = std::numeric_limits<float>::quiet_NaN();
    QVERIFY(says(refusal(graph, {}), "no positive number"));
    QVERIFY(says(refusal(good, {{"c3", packed_layer(good.nodes[1], "4")}}), "has no layer \"c3\""));
    QVERIFY(says(refusal(good, {{"c2", packed_layer(good.nodes[1], "4")}}), "do not have the size"));
    PackedLayers packed{{"c1", packed_layer(good.nodes[1], "4")}};
    packed["c1"].scales.values[3] = std::numeric_limits<double>::infinity();
    QVERIFY(says(refusal(good, packed), "is no number"));
    // Powers of two with eight exponents reach 128: they are computed in float32, and the row says so.
    packed = {{"c1", packed_layer(good.nodes[1], "powers5")}};
    const auto network = QuantizedGraph::build(good, packed, 32, 48);
    QVERIFY(network && says(network->layers()[2].note, "no whole numbers"));
    std::vector<std::vector<float>> outputs;
    QVERIFY(!network->run(std::vector<float>(5), outputs));
  }
};

ALIDADE_TEST(InferenceTest)
#include "inference_test.moc"
