// SPDX-License-Identifier: BSD-3-Clause
#include <functional>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/contention/aligned_history.h"
#include "core/contention/gram_statistics.h"
#include "core/exchange/contention_file.h"
#include "core/io/zip.h"
#include "tests/unit/contention_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

using Arrays = std::map<std::string, NpyArray>;

/// Everything that a history can hold, small.
ContentionHistory full_history() {
  ContentionHistory history = small_history(SmallNetwork());
  history.epochs.resize(2);
  history.epochs[0].checkpoint = "step-000.safetensors";
  history.epochs[0].checkpoint_sha256 = std::string(64, 'a');
  history.epochs[1].losses = {1.0, 2.0, std::numeric_limits<double>::quiet_NaN(), 0.5};
  history.epochs[1].batch_grams.clear();
  history.architecture = "small";
  history.row_kind = "source";
  history.space = ContentionSpace::kUpdate;
  history.tensors[0].frozen = true;
  history.routing = {0, 0, 1, 1};
  history.branches = {"H 1", "L 2"};
  history.difficulty = {0.1, 0.2, 0.3, std::numeric_limits<double>::quiet_NaN()};
  ContentionEffect effect;
  effect.epoch = 1.0;
  effect.step = 5;
  effect.steps = 50;
  effect.rate = 1e-3;
  effect.before = {1, 2, 3, 4};
  for (int i = 0; i < 16; ++i) {
    effect.after.push_back(0.1 * i);
  }
  history.effects = {effect};
  history.provenance = current_provenance();
  history.provenance.recipe = "{\"subset\":5}";
  history.provenance.seed = 7;
  return history;
}

void compare_histories(const ContentionHistory& a, const ContentionHistory& b) {
  QCOMPARE(a.name, b.name);
  QCOMPARE(a.architecture, b.architecture);
  QCOMPARE(a.row_kind, b.row_kind);
  QVERIFY(a.space == b.space && a.rows == b.rows && a.samples == b.samples && a.blocks == b.blocks);
  QVERIFY(a.batch_rows == b.batch_rows && a.routing == b.routing && a.branches == b.branches);
  QVERIFY(contention_difference(a.difficulty, b.difficulty) == 0.0);
  QVERIFY(a.provenance == b.provenance);
  QCOMPARE(a.tensors.size(), b.tensors.size());
  for (std::size_t t = 0; t < a.tensors.size(); ++t) {
    const auto &x = a.tensors[t], &y = b.tensors[t];
    QVERIFY(x.name == y.name && x.layer == y.layer && x.module == y.module && x.block == y.block);
    QVERIFY(x.size == y.size && x.frozen == y.frozen);
  }
  QCOMPARE(a.epochs.size(), b.epochs.size());
  for (std::size_t e = 0; e < a.epochs.size(); ++e) {
    const auto &x = a.epochs[e], &y = b.epochs[e];
    QVERIFY(x.epoch == y.epoch && x.step == y.step && x.checkpoint == y.checkpoint);
    QVERIFY(x.checkpoint_sha256 == y.checkpoint_sha256);
    QVERIFY(contention_difference(x.grams, y.grams) == 0.0);
    QVERIFY(contention_difference(x.batch_grams, y.batch_grams) == 0.0);
    QVERIFY(contention_difference(x.losses, y.losses) == 0.0);
  }
  QCOMPARE(a.effects.size(), b.effects.size());
  for (std::size_t f = 0; f < a.effects.size(); ++f) {
    const auto &x = a.effects[f], &y = b.effects[f];
    QVERIFY(x.epoch == y.epoch && x.step == y.step && x.steps == y.steps && x.rate == y.rate);
    QVERIFY(x.before == y.before && x.after == y.after);
  }
}

/// Gram matrices of two blocks, as somebody else's training writes them.
Arrays foreign_grams() {
  return {{"rows", NpyArray::from(std::vector<std::string>{"mug", "can"})},
          {"blocks", NpyArray::from(std::vector<std::string>{"body", "head"})},
          {"epoch", NpyArray::from(std::vector<double>{0, 10})},
          {"gram", NpyArray::from(std::vector<double>{4, 1, 1, 9, 2, -1, -1, 2, 1, 0, 0, 1, 3, 1, 1, 3},
                                  {2, 2, 2, 2})}};
}

/// Gradients of four batches of three rows on two blocks, two epochs, in single precision.
struct GradientDump {
  GradientDump() {
    const auto body = random_gradients(8, 700, 3), head = random_gradients(8, 40, 4);
    for (const auto& [name, vectors] : {std::pair("body", &body), std::pair("head", &head)}) {
      std::vector<float> values;
      for (const auto& batch : *vectors) {
        std::vector<double> rounded;
        for (const double value : batch) {
          values.push_back(static_cast<float>(value));
          rounded.push_back(values.back());
        }
        gradients[name].push_back(rounded);
      }
      arrays[std::string("gradient/") + name] = NpyArray::from(values, {2, 4, (*vectors)[0].size()});
    }
    arrays["rows"] = NpyArray::from(std::vector<std::string>{"mug", "can", "shoe"});
    arrays["batch_row"] = NpyArray::from(std::vector<std::string>{"can", "mug", "can", "mug"});
  }
  Arrays arrays;
  std::map<std::string, std::vector<std::vector<double>>> gradients;  ///< [epoch * 4 + batch]
};

}  // namespace

class ContentionFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatIsWrittenIsReadBack() {
    const auto history = full_history();
    QVERIFY(write_contention_history(history, path("a.npz")) &&
            write_contention_history(history, path("b.npz")));
    QCOMPARE(*read_file(path("a.npz"), 1 << 24), *read_file(path("b.npz"), 1 << 24));
    const auto file = read_contention_history(path("a.npz"));
    QVERIFY2(static_cast<bool>(file), file ? "" : file.error().message.c_str());
    compare_histories(file->history, history);
    QVERIFY(file->notes.empty());
    auto plain = small_history(SmallNetwork());
    plain.batch_rows.clear();
    for (auto& epoch : plain.epochs) {
      epoch.batch_grams.clear();
    }
    QVERIFY(write_contention_history(plain, path("a.npz")));
    compare_histories(read_contention_history(path("a.npz"))->history, plain);
  }

  void foreignGramMatricesOfBlocks() {
    const auto file = read(foreign_grams());
    QVERIFY2(static_cast<bool>(file), file ? "" : file.error().message.c_str());
    const auto& history = file->history;
    QCOMPARE(history.name, std::string("input"));
    QCOMPARE(history.tensors.size(), 2u);
    QVERIFY(history.tensors[1].block == "head" && history.epochs[1].epoch == 10.0);
    const auto head = part_gram(history, 1, *find_part(history, PartKind::kBlock, "head"));
    QVERIFY(head.values == (std::vector<double>{3, 1, 1, 3}));
    QVERIFY(history.samples.empty() && history.batch_rows.empty() && history.routing.empty());
  }

  void gradientsBecomeGramMatrices() {
    const GradientDump dump;
    const auto file = read(dump.arrays);
    QVERIFY2(static_cast<bool>(file), file ? "" : file.error().message.c_str());
    const auto& history = file->history;
    QVERIFY(history.blocks == (std::vector<std::string>{"body", "head"}));
    QVERIFY(history.batch_rows == (std::vector{1, 0, 1, 0}));
    QCOMPARE(history.tensors[0].size, 700);
    for (std::size_t e = 0; e < 2; ++e) {
      std::size_t block = 0;
      for (const std::string& name : history.blocks) {
        const auto first = dump.gradients.at(name).begin() + static_cast<long>(4 * e);
        const std::vector<std::vector<double>> batches(first, first + 4);
        std::vector<std::vector<double>> means(3);
        for (const std::size_t b : {0u, 1u}) {
          auto& mean = means[b == 0 ? 1 : 0];
          for (std::size_t i = 0; i < batches[b].size(); ++i) {
            mean.push_back(0.5 * (batches[b][i] + batches[b + 2][i]));
          }
        }
        const auto gram = part_gram(history, e, *find_part(history, PartKind::kBlock, name));
        QVERIFY(contention_difference(gram.values, gram_of_vectors(means)) < 1e-12);
        const std::vector<double> all(
            history.epochs[e].batch_grams.begin() + static_cast<long>(16 * block),
            history.epochs[e].batch_grams.begin() + static_cast<long>(16 * block + 16));
        QVERIFY(contention_difference(all, gram_of_vectors(batches)) < 1e-12);
        ++block;
      }
    }
    QVERIFY(write_contention_history(history, path("own.npz")));
    compare_histories(read_contention_history(path("own.npz"))->history, history);
  }

  void oneEpochOfGradientsNeedsNoAxis() {
    GradientDump dump;
    for (const char* key : {"gradient/body", "gradient/head"}) {
      NpyArray& array = dump.arrays[key];
      array.shape.erase(array.shape.begin());
      array.data.resize(array.data.size() / 2);
    }
    dump.arrays["epoch"] = NpyArray::from(std::vector<double>{30});
    dump.arrays["blocks"] = NpyArray::from(std::vector<std::string>{"head", "body"});
    const auto file = read(dump.arrays);
    QVERIFY(file && file->history.epochs.size() == 1 && file->history.epochs[0].epoch == 30.0);
    QVERIFY(file->history.tensors[0].name == "head" && file->history.tensors[0].size == 40);
  }

  void filesInAnotherOrderAreMatchedByName() {
    const auto whole = small_history(SmallNetwork());
    auto first = whole, second = whole;
    first.epochs.resize(2);
    second.epochs.erase(second.epochs.begin(), second.epochs.begin() + 2);
    const std::vector<std::string> other{"mug", "bottle", "laptop", "camera"};
    auto moved = *with_rows(second, other, "x");
    QVERIFY(moved.rows == other && moved.samples == (std::vector<std::int64_t>{12, 15, 10, 13}));
    QVERIFY(write_contention_history(first, path("1.npz")) && write_contention_history(moved, path("2.npz")));
    const std::vector<std::filesystem::path> files{path("2.npz"), path("1.npz")};
    const auto joined = read_contention_histories(std::vector{files[1], files[0]});
    QVERIFY2(static_cast<bool>(joined), joined ? "" : joined.error().message.c_str());
    compare_histories(joined->history, whole);
    const auto reversed = read_contention_histories(files);
    QVERIFY(reversed && reversed->history.rows == other && reversed->history.epochs[0].epoch == 0.0);
    const auto a = part_gram(whole, 0, parts_of(whole, PartKind::kNetwork)[0]);
    const auto b = part_gram(reversed->history, 0, parts_of(whole, PartKind::kNetwork)[0]);
    QVERIFY(a.at(0, 3) == b.at(1, 0) && a.at(1, 2) == b.at(3, 2));
    const auto refused = [&](const std::function<void(ContentionHistory&)>& change) {
      auto changed = second;
      change(changed);
      const auto result = joined_histories(first, changed, "x.npz");
      return result ? std::string() : result.error().message;
    };
    QVERIFY(refused([](auto&) {}).empty());
    QVERIFY(refused([](auto& h) { h.rows[2] = "shoe"; }) ==
            "x.npz: rows: \"laptop\" is missing; compare histories of the same rows.");
    QVERIFY(refused([](auto& h) { h.architecture = "other"; }).find("another architecture") !=
            std::string::npos);
    QVERIFY(refused([](auto& h) { h.tensors[3].size = 1; }).find("tensors or blocks") != std::string::npos);
    QVERIFY(refused([](auto& h) { h.space = ContentionSpace::kUpdate; }).find("another kind") !=
            std::string::npos);
    QVERIFY(refused([](auto& h) { h.routing = {0, 0, 0, 0}; }).find("routed otherwise") != std::string::npos);
    QVERIFY(refused([](auto& h) { h.samples[0] = 3; }).find("samples or batches") != std::string::npos);
    QVERIFY(refused([](auto& h) { h.epochs[0].epoch = 1.0; }).find("there twice") != std::string::npos);
    QVERIFY(!read_contention_histories({}));
  }

  // Written by docs/contention_recorder.py with NumPy: a row is missing in the first epoch, the second one
  // was measured in another order of rows.
  void theRecordersFileIsRead() {
    const auto file =
        read_contention_history(source_path("tests/fuzz/seeds/contention_history/recorder.npz"));
    QVERIFY2(static_cast<bool>(file), file ? "" : file.error().message.c_str());
    const auto& history = file->history;
    QVERIFY(history.rows == (std::vector<std::string>{"mug", "can", "shoe"}) && history.epochs.size() == 2);
    for (const ContentionPart& part : parts_of(history, PartKind::kBlock)) {
      const auto first = gram_statistics(part_gram(history, 0, part), history.samples);
      QVERIFY(first.pairs == 1 && std::isfinite(first.cosine(0, 2)) && std::isnan(first.to_others[1]));
      QCOMPARE(gram_statistics(part_gram(history, 1, part), history.samples).pairs, 3u);
    }
  }

  void keysTellWhatAFileIs() {
    QVERIFY(write_contention_history(full_history(), path("a.npz")));
    const auto names = zip_names(path("a.npz"));
    QVERIFY(names && std::is_sorted(names->begin(), names->end()));
    std::vector<std::string> keys;
    for (const std::string& name : *names) {
      keys.push_back(name.substr(0, name.rfind('.')));
    }
    QVERIFY(looks_like_contention_history(keys));
    QVERIFY(looks_like_contention_history({"batch_row", "gradient/x", "rows"}));
    QVERIFY(!looks_like_contention_history({"image", "pose"}) && !looks_like_contention_history({"rows"}));
    QVERIFY(write_file_atomically(path("b.npz"), "PK\x03\x04 not an archive, and long enough"));
    QVERIFY(!zip_names(path("b.npz")) && !zip_names(path("none.npz")));
  }

  void damagedFilesAreRefusedByPlace_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<int>("damage");
    const auto row = [this](const char* key, const char* sentence, std::function<void(Arrays&)> damage) {
      damages_.push_back(std::move(damage));
      QTest::newRow((std::to_string(damages_.size()) + " " + key).c_str())
          << key << sentence << static_cast<int>(damages_.size()) - 1;
    };
    using Texts = std::vector<std::string>;
    using Numbers = std::vector<double>;
    const auto put = [](const char* key, NpyArray array) {
      return [key, array](Arrays& arrays) { arrays[key] = array; };
    };
    const auto drop = [](const char* key) { return [key](Arrays& arrays) { arrays.erase(key); }; };
    const auto cell = [](const char* key, std::size_t at, double value) {
      return [key, at, value](Arrays& arrays) {
        std::memcpy(arrays.at(key).data.data() + 8 * at, &value, sizeof value);
      };
    };
    const double nan = std::numeric_limits<double>::quiet_NaN(), infinite = 1.0 / 0.0;
    row("rows", "none of that name", drop("rows"));
    row("rows", "the name \"mug\" is there twice",
        put("rows", NpyArray::from(Texts{"mug", "can", "mug", "x"})));
    row("rows", "1 to 256 rows, found 0", put("rows", NpyArray::from(Texts{})));
    row("samples", "expected a number of samples", [](Arrays& a) {
      const std::int64_t negative = -3;
      std::memcpy(a.at("samples").data.data(), &negative, 8);
    });
    row("samples", "expected shape (4,), found (2,)",
        put("samples", NpyArray::from(std::vector<std::int64_t>{1, 2})));
    row("difficulty", "expected a finite number or NaN", cell("difficulty", 1, infinite));
    row("routing", "expected the number of a branch for \"laptop\"",
        put("routing", NpyArray::from(std::vector<std::int32_t>{0, 1, 2, 0})));
    row("routing", "for \"bottle\"", put("routing", NpyArray::from(std::vector<std::int32_t>{-1, 1, 0, 0})));
    row("space", "expected \"gradient\" or \"update\"", put("space", NpyArray::from(Texts{"hessian"})));
    row("gram", "or arrays named \"gradient/BLOCK\"", drop("gram"));
    row("gram", "it stands beside gradients", put("gradient/x", NpyArray::from(Numbers{1}, {1, 1})));
    row("gram", "expected 2 x 12 x 4 x 4 numbers, found 2 x 12 x 16", [](Arrays& a) {
      a.at("gram").shape = {2, 12, 16};
    });
    row("gram", "expected 1 to 100000 epochs", put("gram", NpyArray::from(Numbers{}, {0, 12, 4, 4})));
    row("gram[1, 3]", "rows 0 and 1: expected a finite number", cell("gram", (12 + 3) * 16 + 1, infinite));
    row("gram[1, 3]", "row 1: expected the square of a length, found -2",
        cell("gram", (12 + 3) * 16 + 5, -2.0));
    row("gram[0, 2]", "rows 1 and 2: expected a symmetric matrix", cell("gram", 2 * 16 + 6, 0.5));
    row("gram[0, 2]", "exceeds both lengths", [](Arrays& a) {
      for (const std::size_t at : {2u * 16 + 6, 2u * 16 + 9}) {
        const double value = 1e6;
        std::memcpy(a.at("gram").data.data() + 8 * at, &value, 8);
      }
    });
    row("gram[0, 1]", "expected NaN all along a row without samples", cell("gram", 16, nan));
    row("epoch", "expected the epochs of \"gram\"", drop("epoch"));
    row("epoch[1]", "finite numbers that rise", cell("epoch", 1, 0.0));
    row("epoch[0]", "finite numbers that rise", cell("epoch", 0, nan));
    row("epoch", "one number for each of the 2 epochs, found 3", [&](Arrays& a) {
      a["epoch"] = NpyArray::from(Numbers{0, 1, 2});
      for (const char* key : {"step", "loss", "checkpoint", "checkpoint_sha256"}) {
        a.erase(key);
      }
    });
    row("loss", "expected shape (2, 4)", put("loss", NpyArray::from(Numbers{1, 2})));
    row("step", "expected whole numbers", put("step", NpyArray::from(Numbers{1.5, 2})));
    row("tensor", "is there twice", [](Arrays& a) {
      auto names = a.at("tensor").as_texts();
      names[1] = names[0];
      a["tensor"] = NpyArray::from(names);
    });
    row("tensor_block[3]", "expected a name that \"blocks\" lists", [](Arrays& a) {
      auto names = a.at("tensor_block").as_texts();
      names[3] = "psi";
      a["tensor_block"] = NpyArray::from(names);
    });
    row("tensor_size[0]", "expected a number of parameters", [](Arrays& a) {
      const std::int64_t negative = -1;
      std::memcpy(a.at("tensor_size").data.data(), &negative, 8);
    });
    row("blocks", "expected the names of the blocks", [](Arrays& a) {
      a.erase("tensor");
      a.erase("blocks");
    });
    row("batch_row", "expected the row of each batch", drop("batch_row"));
    row("batch_row[0]", "expected a row, found \"4\"", [](Arrays& a) {
      const std::int32_t four = 4;
      std::memcpy(a.at("batch_row").data.data(), &four, 4);
    });
    row("batch_gram[0, 0]", "row 0: expected the square of a length", cell("batch_gram", 0, -1.0));
    row("batch_gram", "expected 2 x 3 x 50 x 50 numbers",
        put("batch_gram", NpyArray::from(Numbers{1}, {1, 1, 1, 1})));
    row("effect_epoch", "expected effect_rate and effect_steps", drop("effect_rate"));
    row("effect_epoch", "expected effect_before and effect_after", drop("effect_after"));
    row("effect_epoch[0]", "expected a finite epoch and rate", cell("effect_rate", 0, nan));
  }

  void damagedFilesAreRefusedByPlace() {
    QFETCH(QString, key);
    QFETCH(QString, sentence);
    QFETCH(int, damage);
    QVERIFY(write_contention_history(full_history(), path("a.npz")));
    auto arrays = *read_npz(path("a.npz"));
    damages_[static_cast<std::size_t>(damage)](arrays);
    expect_refusal(arrays, key.toStdString(), sentence.toStdString());
  }

  void damagedGradientsAreRefused() {
    const auto refuse = [this](const char* place, const char* sentence,
                               const std::function<void(Arrays&)>& damage) {
      GradientDump dump;
      damage(dump.arrays);
      expect_refusal(dump.arrays, place, sentence);
    };
    refuse("batch_row", "expected the row of each batch", [](Arrays& a) { a.erase("batch_row"); });
    refuse("batch_row[1]", "expected a row, found \"cup\"", [](Arrays& a) {
      a["batch_row"] = NpyArray::from(std::vector<std::string>{"can", "cup", "can", "mug"});
    });
    refuse("rows", "none of that name", [](Arrays& a) { a.erase("rows"); });
    refuse("gradient/head", "with as many epochs as the other blocks and 4 batches", [](Arrays& a) {
      a["gradient/head"] = NpyArray::from(std::vector<double>(12, 1.0), {1, 4, 3});
    });
    refuse("gradient/body", "and 3 batches", [](Arrays& a) {
      a["batch_row"] = NpyArray::from(std::vector<std::string>{"can", "mug", "can"});
    });
    refuse("gradient/head[1, 2]", "expected finite numbers", [](Arrays& a) {
      const float nan = std::numeric_limits<float>::quiet_NaN();
      std::memcpy(a.at("gradient/head").data.data() + 4 * (6 * 40 + 3), &nan, 4);
    });
    refuse("gradient/head", "a name that \"blocks\" lists",
           [](Arrays& a) { a["blocks"] = NpyArray::from(std::vector<std::string>{"body"}); });
    refuse("blocks", "for each of its names", [](Arrays& a) {
      a["blocks"] = NpyArray::from(std::vector<std::string>{"body", "head", "neck"});
    });
    refuse("gradient/head", "expected numbers of shape",
           [](Arrays& a) { a["gradient/head"] = NpyArray::from(std::vector<std::string>{"x"}); });
  }

  void sumsInSinglePrecisionAreNoted() {
    auto arrays = foreign_grams();
    arrays["gram"] = NpyArray::from(
        std::vector<double>{1, 1.000001, 1.000001, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1}, {2, 2, 2, 2});
    const auto file = read(arrays);
    QVERIFY(file && file->notes.size() == 1);
    QVERIFY(file->notes[0].find("double precision") != std::string::npos);
  }

 private:
  std::filesystem::path path(const std::string& name) const {
    return folder_.path().toStdString() + "/" + name;
  }
  Expected<ContentionFile> read(const Arrays& arrays) const {
    if (auto written = write_npz(path("input.npz"), arrays); !written) {
      return written.error();
    }
    return read_contention_history(path("input.npz"));
  }
  void expect_refusal(const Arrays& arrays, const std::string& place, const std::string& sentence) const {
    const auto file = read(arrays);
    QVERIFY(!file);
    const std::string& message = file.error().message;
    QVERIFY2(file.error().code == ErrorCode::kInput && message.find(place) != std::string::npos &&
                 message.find(sentence) != std::string::npos &&
                 message.find("input.npz") != std::string::npos,
             message.c_str());
  }

  QTemporaryDir folder_;
  std::vector<std::function<void(Arrays&)>> damages_;
};

ALIDADE_TEST(ContentionFileTest)
#include "contention_file_test.moc"
