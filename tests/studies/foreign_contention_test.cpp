// SPDX-License-Identifier: BSD-3-Clause
// TorchScript modules of somebody else: their gradients in closed form, their blocks, and what they may not
// do.
#include <cmath>
#include <fstream>
#include <thread>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/contention/gram_statistics.h"
#include "core/contention/part_gram.h"
#include "core/io/zip.h"
#include "core/nn/torchscript/script_file.h"
#include "core/nn/torchscript/script_model.h"
#include "core/studies/foreign_contention.h"
#include "core/studies/plain/open_data.h"
#include "tests/support/confined.h"
#include "tests/support/script_modules.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using alidade::test::ScriptedModule;
using alidade::test::write_script_module;
namespace fs = std::filesystem;

namespace {

constexpr char kMap[] =
    "[[block]]\nname = \"front\"\nparameters = [\"encoder.\"]\n[[block]]\nname = \"back\"\n"
    "parameters = [\"head\"]\n";

/// Its gradients are the mean sizes and the mean translations of a batch.
ScriptedModule linear_module() {
  ScriptedModule module;
  module.parameters = {{"encoder.a.weight", {3}, 1.0f}, {"head.weight", {3}, 2.0f}};
  module.code = R"(
def loss(self, inputs: Dict[str, Tensor]) -> Tensor:
    return (self.encoder.a.weight * inputs["size"]).sum(1) + (self.head.weight * inputs["translation"]).sum(1)
)";
  return module;
}

/// The same with another body of its method.
ScriptedModule with_loss(const std::string& body,
                         const std::string& head = "inputs: Dict[str, Tensor]) -> Tensor") {
  ScriptedModule module = linear_module();
  module.code = "\ndef loss(self, " + head + ":\n" + body + "\n";
  return module;
}

bool says(const Error& error, const std::string& words) {
  return error.message.find(words) != std::string::npos;
}

}  // namespace

class ForeignContentionTest : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  std::shared_ptr<const Dataset> data_;

  fs::path path(const std::string& name) const { return fs::path(folder_.path().toStdString()) / name; }

  BlockMap map(const std::string& text = kMap) const {
    auto parsed = parse_block_map(text, path("blocks.toml"));
    return parsed ? *parsed : BlockMap{};
  }

  ForeignContention order(const std::vector<std::string>& files, const std::string& blocks = kMap) const {
    ForeignContention order;
    for (const std::string& file : files) {
      order.series.push_back({path(file), static_cast<double>(order.series.size() + 1)});
    }
    order.map = map(blocks);
    order.datasets = {path("set.toml").string()};
    order.subset.batches = 2;
    order.subset.batch_size = 2;
    order.subset.min_visible_fraction = 0.05;
    order.program = qEnvironmentVariable("ALIDADE_BINARY").toStdString();
    return order;
  }

  /// The Error of a module whose loss has this body, measured by a worker.
  Error error_of_module(const ScriptedModule& module, const std::string& blocks = kMap) const {
    write_script_module(path("wrong.pt"), module);
    const auto measured = measure_foreign_contention(order({"wrong.pt"}, blocks), JobContext{});
    return measured ? Error{ErrorCode::kFailed, "no error"} : measured.error();
  }

  /// The same without a process of its own, for what is found before anything is measured.
  Error error_of_opening(const ScriptedModule& module, const std::string& blocks = kMap) const {
    write_script_module(path("wrong.pt"), module);
    const auto opened = ScriptModel::open(path("wrong.pt"), map(blocks));
    return opened ? Error{ErrorCode::kFailed, "no error"} : opened.error();
  }

 private Q_SLOTS:
  void initTestCase() {
#ifdef __SANITIZE_ADDRESS__
    QSKIP("the address sanitizer reserves more addresses than a worker is granted");
#endif
    std::ofstream(path("set.toml")) << "split = \"unit\"\nframes = 12\nwidth = 160\nheight = 120\n"
                                       "models_per_category = 2\n";
    const auto opened = open_data(path("set.toml"), {}, JobContext{});
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    data_ = *opened;
    write_script_module(path("linear.pt"), linear_module());
  }

  void gradientsAreThoseOfTheClosedForm() {
    const auto asked = order({"linear.pt"});
    const auto measured = measure_foreign_contention(asked, JobContext{});
    QVERIFY2(measured, measured ? "" : measured.error().message.c_str());
    QCOMPARE(measured->architecture, std::string("TorchScript"));
    QCOMPARE(measured->blocks, (std::vector<std::string>{"front", "back"}));
    QCOMPARE(measured->tensors[0].module, std::string("encoder.a"));
    QCOMPARE(measured->tensors[1].module, std::string("head"));
    QCOMPARE(measured->epochs[0].checkpoint, std::string("linear.pt"));
    QCOMPARE(measured->epochs[0].checkpoint_sha256, *sha256_file(path("linear.pt"), 1 << 24, {}));
    // The same subset, drawn here: what its rows measure is in the dataset.
    const auto model = ScriptModel::open(path("linear.pt"), asked.map);
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    const auto subset = diagnostic_subset(**model, {data_}, asked.subset, JobContext{});
    QVERIFY(subset);
    QCOMPARE(measured->rows, subset->rows);
    const std::size_t rows = subset->rows.size();
    std::vector<Eigen::Vector3d> size(rows, Eigen::Vector3d::Zero()), place(rows, Eigen::Vector3d::Zero());
    for (std::size_t i = 0; i < subset->places.size(); ++i) {
      if (subset->example_rows[i] < 0) {
        continue;
      }
      const auto row = static_cast<std::size_t>(subset->example_rows[i]);
      const auto frame = data_->load(subset->places[i].frame, {});
      QVERIFY(frame);
      const auto instance =
          std::find_if(frame->instances.begin(), frame->instances.end(),
                       [&](const Instance& one) { return one.index == subset->places[i].instance; });
      size[row] += instance->size / static_cast<double>(subset->samples[row]);
      place[row] += instance->box_cam().frame_from_box.t / static_cast<double>(subset->samples[row]);
    }
    for (std::size_t a = 0; a < rows; ++a) {
      for (std::size_t b = 0; b < rows; ++b) {
        const double sizes = size[a].dot(size[b]), places = place[a].dot(place[b]);
        QVERIFY(std::abs(measured->epochs[0].grams[a * rows + b] - sizes) < 1e-5 * (std::abs(sizes) + 1e-3));
        QVERIFY(std::abs(measured->epochs[0].grams[rows * rows + a * rows + b] - places) < 1e-4);
      }
      const double loss = size[a].sum() + 2.0 * place[a].sum();
      QVERIFY(std::abs(measured->epochs[0].losses[a] - loss) < 1e-4);
    }
  }

  /// One loss for each object, or their mean: the same.
  void aMeanIsALossToo() {
    const ScriptedModule module = with_loss(
        "    return ((self.encoder.a.weight * inputs[\"size\"]).sum(1) + "
        "(self.head.weight * inputs[\"translation\"]).sum(1)).mean()");
    write_script_module(path("mean.pt"), module);
    const auto each = measure_foreign_contention(order({"linear.pt"}), JobContext{});
    const auto mean = measure_foreign_contention(order({"mean.pt"}), JobContext{});
    QVERIFY(each && mean);
    QCOMPARE(each->epochs[0].grams, mean->epochs[0].grams);
  }

  void aSeriesHasEffectsAndDoesNotChange() {
    auto asked = order({"linear.pt", "linear.pt"});
    asked.effects = EffectOptions{2, 1e-2};
    const auto measured = measure_foreign_contention(asked, JobContext{});
    QVERIFY2(measured, measured ? "" : measured.error().message.c_str());
    QCOMPARE(measured->epochs.size(), std::size_t{2});
    QCOMPARE(measured->epochs[0].grams, measured->epochs[1].grams);
    QCOMPARE(measured->effects.size(), std::size_t{1});
    QVERIFY(measured->effects[0].after[0] < measured->effects[0].before[0]);
  }

  /// The module itself checks what it is given; the m-th batches of all rows share their noise.
  void itIsGivenWhatIsDocumented() {
    ScriptedModule module = with_loss(R"(
    assert inputs["points"].size() == [2, 64, 3]
    assert inputs["rotation"].size() == [2, 3, 3]
    assert inputs["translation"].size() == [2, 3]
    assert inputs["size"].size() == [2, 3]
    assert inputs["symmetry_axis"].size() == [2, 3]
    assert inputs["color"].size() == [2, 3, 24, 24]
    assert inputs["pixels"].size() == [2, 64, 2]
    assert inputs["category"].size() == [2]
    assert inputs["category"].dtype == 4
    assert bool((inputs["category"] >= 0).all()) and bool((inputs["category"] < 6).all())
    assert bool((inputs["color"] >= 0.0).all()) and bool((inputs["color"] <= 1.0).all())
    assert bool((inputs["color"].max() > 0.1))
    assert bool((inputs["pixels"] > -1.0).all()) and bool((inputs["pixels"] < 24.0).all())
    assert bool((torch.det(inputs["rotation"]) > 0.99).all())
    assert bool(((inputs["points"].mean(1) - inputs["translation"]).norm(2, 1) < 0.5).all())
    turned = torch.bmm(inputs["rotation"], inputs["symmetry_axis"].unsqueeze(2))
    assert bool((turned.norm(2, 1) < 1.001).all())
    noise = torch.rand([3])
    return (self.encoder.a.weight * noise).sum() + self.head.weight.sum())");
    write_script_module(path("checks.pt"), module);
    const auto measured = measure_foreign_contention(
        order({"checks.pt"},
              std::string("[inputs]\npoints = 64\ncrop_px = 24\ncategories = [\"mug\", \"can\", "
                          "\"laptop\", \"camera\", \"bowl\", \"bottle\"]\n") +
                  kMap),
        JobContext{});
    QVERIFY2(measured, measured ? "" : measured.error().message.c_str());
    const auto& grams = measured->epochs[0].grams;
    QVERIFY(grams[0] > 0.0);
    for (std::size_t i = 0; i < 36; ++i) {
      QCOMPARE(grams[i], grams[0]);
    }
  }

  void frozenPartsAreUndefined() {
    ScriptedModule module = linear_module();
    module.parameters[0].frozen = true;
    write_script_module(path("frozen.pt"), module);
    const auto measured = measure_foreign_contention(order({"frozen.pt"}), JobContext{});
    QVERIFY2(measured, measured ? "" : measured.error().message.c_str());
    QVERIFY(measured->tensors[0].frozen && !measured->tensors[1].frozen);
    const auto front = find_part(*measured, PartKind::kBlock, "front"),
               back = find_part(*measured, PartKind::kBlock, "back");
    QVERIFY(front && back);
    const auto undefined = gram_statistics(part_gram(*measured, 0, *front), measured->samples);
    QVERIFY(std::isnan(undefined.mean_cosine) && undefined.pairs == 0);
    QVERIFY(gram_statistics(part_gram(*measured, 0, *back), measured->samples).pairs == 15);
    module.parameters[1].frozen = true;
    const Error none = error_of_opening(module);
    QVERIFY2(none.code == ErrorCode::kInput && says(none, "requires_grad"), none.message.c_str());
    // A series in which something is frozen later is not one series.
    const auto mixed = measure_foreign_contention(order({"linear.pt", "frozen.pt"}), JobContext{});
    QVERIFY(!mixed && says(mixed.error(), "frozen.pt"));
  }

  void parametersInNoBlockAreTheRest() {
    const auto measured = measure_foreign_contention(
        order({"linear.pt"}, "[[block]]\nname = \"only\"\nparameters = [\"head.weight\"]\n"), JobContext{});
    QVERIFY2(measured, measured ? "" : measured.error().message.c_str());
    QCOMPARE(measured->blocks, (std::vector<std::string>{"only", "(rest)"}));
    QCOMPARE(measured->tensors[0].block, std::string("(rest)"));
    QCOMPARE(measured->tensors[1].block, std::string("only"));
  }

  void wrongMapsAreNamed_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("said");
    const auto add = [](const char* name, const char* text, const char* said) {
      QTest::newRow(name) << text << said;
    };
    const char* const one = "[[block]]\nname = \"a\"\nparameters = [\"encoder\"]\n";
    const auto with = [one](const char* more) { return (std::string(one) + more); };
    add("no TOML", "[[block", "not valid TOML");
    add("empty", "", "names no block");
    add("unknown key", with("prefix = 3\n").c_str(), "prefix");
    add("unknown section", with("[block2]\n").c_str(), "block2");
    add("no name", "[[block]]\nparameters = [\"encoder\"]\n", "name");
    add("no parameters", "[[block]]\nname = \"a\"\n", "names no parameters");
    add("empty parameters", "[[block]]\nname = \"a\"\nparameters = []\n", "a list of names");
    add("no text", "[[block]]\nname = \"a\"\nparameters = [1]\n", "a list of names");
    add("twice", with(one).c_str(), "stands twice");
    add("overlap", with("[[block]]\nname = \"b\"\nparameters = [\"encoder.a.\"]\n").c_str(), "overlap");
    add("the same place", with("[[block]]\nname = \"b\"\nparameters = [\"encoder.\"]\n").c_str(), "overlap");
    add("points", with("[inputs]\npoints = 3\n").c_str(), "points");
    add("categories", with("[inputs]\ncategories = [\"mug\", \"mug\"]\n").c_str(), "categories");
    add("its own rest", "[[block]]\nname = \"(rest)\"\nparameters = [\"encoder\"]\n", "(rest)");
  }

  void wrongMapsAreNamed() {
    QFETCH(QString, text);
    QFETCH(QString, said);
    const auto parsed = parse_block_map(text.toStdString(), "blocks.toml");
    QVERIFY(!parsed);
    QVERIFY(parsed.error().code == ErrorCode::kInput);
    QVERIFY2(says(parsed.error(), "blocks.toml") && says(parsed.error(), said.toStdString()),
             parsed.error().message.c_str());
  }

  void mapsThatDoNotFitAreNamed() {
    const Error nothing =
        error_of_opening(linear_module(), "[[block]]\nname = \"a\"\nparameters = [\"encode\"]\n");
    QVERIFY2(nothing.code == ErrorCode::kInput && says(nothing, "\"encode\" names no parameter") &&
                 says(nothing, "\"encoder\", \"head\""),
             nothing.message.c_str());
    ScriptedModule module = linear_module();
    module.tied = {{"encoder.a.weight", "head.weight"}};
    const Error tied = error_of_opening(module);
    QVERIFY2(tied.code == ErrorCode::kInput && says(tied, "one tensor"), tied.message.c_str());
  }

  /// The gradient of a tied weight is that of both its uses.
  void tiedWeightsAreOneParameter() {
    ScriptedModule module = linear_module();
    module.tied = {{"encoder.a.weight", "head.weight"}};
    write_script_module(path("tied.pt"), module);
    const auto model = ScriptModel::open(
        path("tied.pt"), map("[[block]]\nname = \"all\"\nparameters = [\"encoder\", \"head\"]\n"));
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    QCOMPARE((*model)->parameters().size(), std::size_t{1});
    ContentionSubset options = order({}).subset;
    const auto subset = diagnostic_subset(**model, {data_}, options, JobContext{});
    QVERIFY(subset);
    ParameterValues gradients;
    const auto& batch = subset->batches.front().examples;
    const auto loss = (*model)->loss(batch, 1, &gradients);
    QVERIFY2(loss, loss ? "" : loss.error().message.c_str());
    // Along the weight itself, here of ones, the gradient of a linear loss is the loss.
    const auto& both = gradients.at((*model)->parameters().front().name);
    QVERIFY(std::abs(both[0] + both[1] + both[2] - loss->total) < 1e-5);
  }

  void seriesOfOtherArchitecturesAreRefused() {
    ScriptedModule module = linear_module();
    module.parameters[0].shape = {1, 3};
    write_script_module(path("other.pt"), module);
    const auto mixed = measure_foreign_contention(order({"linear.pt", "other.pt"}), JobContext{});
    QVERIFY(!mixed);
    QVERIFY2(mixed.error().code == ErrorCode::kInput && says(mixed.error(), "other.pt"),
             mixed.error().message.c_str());
  }

  void wrongModulesAreNamed() {
    const auto check = [&](const Error& error, const std::string& words) {
      QVERIFY2(error.code == ErrorCode::kInput && says(error, "wrong.pt") && says(error, words),
               error.message.c_str());
    };
    ScriptedModule bare = linear_module();
    bare.code = "\ndef forward(self, x: Tensor) -> Tensor:\n    return x\n";
    check(error_of_opening(bare), "no method \"loss\"");
    check(error_of_opening(with_loss("    return x", "x: Tensor) -> Tensor")), "Dict[str, Tensor]");
    check(error_of_opening(with_loss("    return 1.0", "inputs: Dict[str, Tensor]) -> float")), "float");
    ScriptedModule empty;
    empty.code =
        "\ndef loss(self, inputs: Dict[str, Tensor]) -> Tensor:\n    return inputs[\"size\"].sum()\n";
    check(error_of_opening(empty), "no parameters");
    check(error_of_module(with_loss("    return self.encoder.a.weight * inputs[\"size\"]")),
          "found shape 2 x 3");
    check(error_of_module(with_loss("    return self.head.weight.sum() / 0.0 + inputs[\"size\"].sum()")),
          "not finite");
    check(error_of_module(with_loss("    return torch.sqrt(self.head.weight.sum() - 6.0)")), "gradient");
    check(error_of_module(with_loss("    return inputs[\"size\"].sum()")), "depends on no parameter");
    check(error_of_module(with_loss("    return inputs[\"normals\"].sum()")), "normals");
    check(error_of_module(with_loss("    assert inputs[\"size\"].size(0) == 77, \"expected 77 objects\"\n    "
                                    "return self.head.weight.sum()")),
          "expected 77 objects");
  }

  /// Statistics that move while gradients are taken would make every number depend on the order.
  void aModuleThatChangesIsRefused() {
    ScriptedModule module =
        with_loss("    self.seen.add_(1.0)\n    return self.head.weight.sum() + self.encoder.a.weight.sum()");
    module.buffers = {{"seen", {1}, 0.0f}};
    const Error changed = error_of_module(module);
    QVERIFY2(says(changed, "the network changed"), changed.message.c_str());
  }

  void whatIsNoModuleIsNamed() {
    const auto said = [&](const std::string& name, const std::string& bytes) {
      std::ofstream(path(name), std::ios::binary) << bytes;
      const auto checked = check_script_file(path(name));
      return checked ? std::string("no error") : checked.error().message;
    };
    const auto archive = [](const std::map<std::string, std::string>& entries) {
      return *to_zip_bytes(entries);
    };
    QVERIFY(check_script_file(path("linear.pt")));
    QVERIFY(said("a.pt", "\x80\x02}q.").find("pickle") != std::string::npos);
    QVERIFY(said("a.pt", "hello").find("no file of PyTorch") != std::string::npos);
    QVERIFY(said("a.pt", "").find("no file of PyTorch") != std::string::npos);
    QVERIFY(said("a.pt", archive({{"a/data.pkl", "x"}, {"a/data/0", "x"}})).find("weights and no program") !=
            std::string::npos);
    QVERIFY(said("a.pt", archive({{"a/x", "x"}})).find("no module of TorchScript") != std::string::npos);
    QVERIFY(said("a.pt2", archive({{"a/archive_format", "pt2"}})).find("torch.export") != std::string::npos);
    const std::string whole = *read_file(path("linear.pt"), 1 << 24);
    for (const double share : {0.1, 0.5, 0.9, 0.99}) {
      const std::string cut =
          whole.substr(0, static_cast<std::size_t>(share * static_cast<double>(whole.size())));
      QVERIFY(said("cut.pt", cut).find("cut.pt") != std::string::npos);
    }
    QVERIFY(said("none.pt", "").find("none.pt") != std::string::npos);
    QVERIFY(!check_script_file(path("nowhere.pt")));
    // Flipped bytes: a sentence, whichever they are.
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 7) {
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
      std::ofstream(path("flipped.pt"), std::ios::binary) << flipped;
      const auto measured = measure_foreign_contention(order({"flipped.pt"}), JobContext{});
      QVERIFY(measured || !measured.error().message.empty());
    }
  }

  void anEndlessLoopIsStopped() {
    write_script_module(path("endless.pt"), with_loss(R"(
    total = self.head.weight.detach().sum()
    while bool(total > -1.0e30):
        total = total + 1.0
    return total)"));
    std::stop_source stop;
    std::jthread later([&] {
      std::this_thread::sleep_for(std::chrono::seconds(4));
      stop.request_stop();
    });
    JobContext job;
    job.stop = stop.get_token();
    const auto stopped = measure_foreign_contention(order({"endless.pt"}), job);
    QVERIFY(!stopped);
    QVERIFY2(stopped.error().code == ErrorCode::kCancelled, stopped.error().message.c_str());
    auto short_of_time = order({"endless.pt"});
    short_of_time.limits.processor_seconds = 5;
    const auto ended = measure_foreign_contention(short_of_time, JobContext{});
    QVERIFY(!ended);
    QVERIFY2(ended.error().code == ErrorCode::kFailed && says(ended.error(), "5 seconds of processor time") &&
                 says(ended.error(), "endless.pt"),
             ended.error().message.c_str());
  }

  void aTerabyteIsASentence() {
    const Error error = error_of_module(
        with_loss("    return self.head.weight.sum() + torch.zeros([1024, 1024, 1024, 256]).sum()"));
    QVERIFY2(error.code == ErrorCode::kFailed && says(error, "wrong.pt") && says(error, "memory"),
             error.message.c_str());
    // In steps that are small each for itself, and never touched.
    write_script_module(path("steps.pt"), with_loss(R"(
    kept: List[Tensor] = []
    for i in range(100000):
        kept.append(torch.empty([1024, 1024, 64]))
    return self.head.weight.sum() + kept[0].sum())"));
    auto asked = order({"steps.pt"});
    asked.limits.memory = std::uint64_t{4} << 30;
    const auto steps = measure_foreign_contention(asked, JobContext{});
    QVERIFY(!steps);
    QVERIFY2(steps.error().code == ErrorCode::kFailed && says(steps.error(), "memory"),
             steps.error().message.c_str());
  }

  /// TorchScript can write files by itself.
  void itCannotWriteFiles() {
    if (test::confined([] { return 0; }) == test::kUnconfined) {
      QSKIP("this kernel takes no filter");
    }
    const std::string target = path("written.bin").string();
    std::ofstream(path("mine.bin")) << "mine";
    error_of_module(with_loss("    torch.save(inputs[\"size\"], \"" + target +
                              "\")\n    torch.save(inputs[\"size\"], \"" + path("mine.bin").string() +
                              "\")\n    return self.head.weight.sum()"));
    QVERIFY(!fs::exists(target));
    QCOMPARE(*read_file(path("mine.bin"), 100), std::string("mine"));
    // It is the confinement that refuses: here, in this process, the same line writes.
    const std::string control = path("control.bin").string();
    write_script_module(path("control.pt"), with_loss("    torch.save(inputs[\"size\"], \"" + control +
                                                      "\")\n    return self.head.weight.sum()"));
    const auto model = ScriptModel::open(path("control.pt"), map());
    QVERIFY2(model, model ? "" : model.error().message.c_str());
    const auto subset = diagnostic_subset(**model, {data_}, order({}).subset, JobContext{});
    QVERIFY(subset && (*model)->loss(subset->batches.front().examples, 1, nullptr));
    QVERIFY(fs::exists(control));
  }
};

ALIDADE_TEST(ForeignContentionTest)

#include "foreign_contention_test.moc"
