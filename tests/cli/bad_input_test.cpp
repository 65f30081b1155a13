// SPDX-License-Identifier: BSD-3-Clause
#include <functional>

#include "core/io/safetensors.h"
#include "core/io/zip.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

namespace {

using Damage = std::function<void(const fs::path&)>;

void replace_with(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

void shrink(const fs::path& file, double share) {
  fs::resize_file(file, static_cast<std::uintmax_t>(share * static_cast<double>(fs::file_size(file))));
}

std::string bytes_of(const fs::path& file) {
  return *read_file(file, 1 << 28);
}

void flip_bit(const fs::path& file, double place) {
  std::string bytes = bytes_of(file);
  bytes[static_cast<std::size_t>(place * static_cast<double>(bytes.size()))] ^= 16;
  replace_with(file, bytes);
}

/// Another width in the header of a PNG, with the checksum that goes with it.
void lie_about_width(const fs::path& file, std::uint32_t width) {
  std::string bytes = bytes_of(file);
  const auto put = [&bytes](std::size_t at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) {
      bytes[at + i] = static_cast<char>(value >> (24 - 8 * i) & 255);
    }
  };
  put(16, width);
  put(29, crc32_of(std::string_view(bytes).substr(12, 17)));
  replace_with(file, bytes);
}

}  // namespace

Q_DECLARE_METATYPE(Damage)

/// Every bad input gets exit code 3 and one sentence that names it; what is good is still used.
class BadInputTest : public QObject {
  Q_OBJECT

  Workspace work_;
  int objects_ = 0;  ///< estimated in one undamaged scene

  Outcome infer(const QString& checkpoint, const QString& dataset) {
    fs::remove(work_.path("poses.npz"));
    return work_.run(
        {"infer", "--checkpoint", checkpoint, "--dataset", dataset, "--json", "-o", "poses.npz"});
  }

 private Q_SLOTS:
  void initTestCase() {
    work_.write("short.toml",
                "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\n[training]\nbatch = 4\n"
                "noise_draws = 2\npretrain_steps = 2\njoint_steps = 2\n");
    COMPARE_CODE(work_.run({"train", "short.toml", "-o", "run"}), 0);
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "good"}), 0);
    const auto one = infer("run/final.safetensors", "good");
    COMPARE_CODE(one, 0);
    objects_ = one.json().at("estimated").get<int>();
    // A second scene, so that a broken one has a neighbor that is not.
    work_.copy("good/test/000001", "good/test/000002");
    const auto two = infer("run/final.safetensors", "good");
    COMPARE_CODE(two, 0);
    QCOMPARE(two.json().at("estimated").get<int>(), 2 * objects_);
  }

  void damagedDatasetsStayUsable_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<Damage>("damage");
    const auto add = [](const char* name, const char* file, Damage damage) {
      QTest::newRow(name) << file << damage;
    };
    const Damage remove = [](const fs::path& file) { fs::remove(file); };
    const Damage no_json = [](const fs::path& file) { replace_with(file, "this is no JSON"); };
    const char* depth = "test/000002/depth/000001.png";
    add("depth missing", depth, remove);
    add("depth cut in half", depth, [](const fs::path& file) { shrink(file, 0.5); });
    add("depth cut to its header", depth, [](const fs::path& file) { fs::resize_file(file, 60); });
    add("depth empty", depth, [](const fs::path& file) { fs::resize_file(file, 0); });
    add("depth of 3 GB", depth, [](const fs::path& file) { fs::resize_file(file, std::uintmax_t{3} << 30); });
    add("depth bit-flipped", depth, [](const fs::path& file) { flip_bit(file, 0.5); });
    add("depth is text", depth, no_json);
    add("png promises gigapixels", depth, [](const fs::path& file) { lie_about_width(file, 1u << 30); });
    add("png promises too much", depth, [](const fs::path& file) { lie_about_width(file, 60000); });
    add("mask cut", "test/000002/mask_visib/000001_000000.png",
        [](const fs::path& file) { shrink(file, 0.5); });
    add("annotations no json", "test/000002/scene_gt.json", no_json);
    add("annotations cut", "test/000002/scene_gt.json", [](const fs::path& file) { shrink(file, 0.6); });
    add("annotations of 2 GB", "test/000002/scene_gt.json",
        [](const fs::path& file) { fs::resize_file(file, std::uintmax_t{2} << 30); });
    add("cameras no json", "test/000002/scene_camera.json", no_json);
    add("models no json", "models/models_info.json", no_json);
  }

  void damagedDatasetsStayUsable() {
    QFETCH(QString, file);
    QFETCH(Damage, damage);
    work_.copy("good", "bad");
    damage(work_.path("bad/" + file.toStdString()));
    const auto done = infer("run/final.safetensors", "bad");
    COMPARE_CODE(done, 3);
    QVERIFY2(!done.sentence().isEmpty(), done.text().c_str());
    const auto json = done.json();
    QVERIFY2(json.is_object(), done.text().c_str());
    // The neighbor scene is complete; the damaged file is named with what to do.
    QVERIFY(json.at("estimated").get<int>() >= objects_);
    QVERIFY(work_.has("poses.npz"));
    const std::string stem = fs::path(file.toStdString()).stem().string();
    const std::string folder = fs::path(file.toStdString()).parent_path().filename().string();
    const bool named =
        std::any_of(json.at("problems").begin(), json.at("problems").end(), [&](const auto& problem) {
          const auto text = problem.template get<std::string>();
          return text.find(folder + "/" + stem) != std::string::npos && text.find(';') != std::string::npos &&
                 text.back() == '.';
        });
    QVERIFY2(named, done.text().c_str());
  }

  void infoFindsTheDamageToo() {
    for (const char* file : {"test/000002/depth/000001.png", "test/000002/scene_gt.json"}) {
      work_.copy("good", "bad");
      shrink(work_.path("bad") / file, 0.5);
      const auto info = work_.run({"dataset", "info", "bad", "--check"});
      COMPARE_CODE(info, 3);
      QVERIFY2(info.sentence().contains(file), info.text().c_str());
      QVERIFY2(info.out.contains("8 frames") && !info.err.contains("libpng"), info.text().c_str());
    }
  }

  void aDatasetWithNothingToEstimate() {
    work_.copy("good", "bad");
    for (const char* scene : {"bad/test/000001/scene_gt.json", "bad/test/000002/scene_gt.json"}) {
      replace_with(work_.path(scene), "{");
    }
    const auto done = infer("run/final.safetensors", "bad");
    COMPARE_CODE(done, 3);
    QVERIFY2(done.err.contains("000001/scene_gt.json") && done.err.contains("000002/scene_gt.json"),
             done.text().c_str());
    QVERIFY(!work_.has("poses.npz"));
  }

  void foldersWithoutADataset() {
    fs::create_directories(work_.path("empty"));
    for (const char* folder : {"empty", "nowhere", "run"}) {
      const auto done = infer("run/final.safetensors", folder);
      COMPARE_CODE(done, 3);
      QVERIFY2(done.sentence().contains(folder), done.text().c_str());
      COMPARE_CODE(work_.run({"dataset", "info", folder}), 3);
    }
  }

  void badCheckpointsAreRefused_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<Damage>("damage");
    const auto add = [](const char* name, Damage damage) { QTest::newRow(name) << QString(name) << damage; };
    add("missing", [](const fs::path& file) { fs::remove(file); });
    add("empty", [](const fs::path& file) { fs::resize_file(file, 0); });
    add("cut in its header", [](const fs::path& file) { fs::resize_file(file, 300); });
    add("cut in its weights", [](const fs::path& file) { shrink(file, 0.7); });
    add("one byte short", [](const fs::path& file) { fs::resize_file(file, fs::file_size(file) - 1); });
    add("one byte long", [](const fs::path& file) { fs::resize_file(file, fs::file_size(file) + 1); });
    add("header bit-flipped", [](const fs::path& file) { flip_bit(file, 0.001); });
    add("weights bit-flipped", [](const fs::path& file) { flip_bit(file, 0.6); });
    add("text", [](const fs::path& file) { replace_with(file, "no weights"); });
    add("state of a run", [](const fs::path& file) {
      fs::copy_file(file.parent_path() / "run/state.safetensors", file, fs::copy_options::overwrite_existing);
    });
    add("another architecture", [](const fs::path& file) {
      auto content = *read_safetensors(file);
      auto config = nlohmann::json::parse(content.metadata.at("config"));
      config["head_width"] = 96;
      content.metadata["config"] = config.dump();
      QVERIFY(write_safetensors(file, content));
    });
    add("absurd architecture", [](const fs::path& file) {
      auto content = *read_safetensors(file);
      auto config = nlohmann::json::parse(content.metadata.at("config"));
      config["widths"][0] = 1000000000;
      content.metadata["config"] = config.dump();
      QVERIFY(write_safetensors(file, content));
    });
  }

  void badCheckpointsAreRefused() {
    QFETCH(Damage, damage);
    fs::copy_file(work_.path("run/final.safetensors"), work_.path("bad.safetensors"),
                  fs::copy_options::overwrite_existing);
    damage(work_.path("bad.safetensors"));
    const auto done = infer("bad.safetensors", "good");
    COMPARE_CODE(done, 3);
    const QString sentence = done.sentence();
    QVERIFY2(sentence.startsWith("bad.safetensors: ") && sentence.contains(';') && sentence.endsWith('.'),
             done.text().c_str());
    QVERIFY(done.out.isEmpty());
    QVERIFY(!work_.has("poses.npz"));
  }

  void unknownKeysOfRecipesAreNamed_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("tabletop, made") << "frames = 2\nframse = 3\n"
                                    << QStringList{"dataset", "make", "bad.toml", "-o", "made"};
    QTest::newRow("tabletop, inferred")
        << "frames = 2\nframse = 3\n"
        << QStringList{"infer", "--checkpoint", "run/final.safetensors", "--dataset", "bad.toml",
                       "-o",    "made"};
    QTest::newRow("training") << "[data]\ntrain = \"set.toml\"\n[training]\nframse = 3\n"
                              << QStringList{"train", "bad.toml", "-o", "made"};
    QTest::newRow("figure")
        << "{\"schema\": 1, \"figure\": \"image\", \"dataset\": \"good\", \"frame\": 0, \"framse\": 3}"
        << QStringList{"render", "bad.toml", "-o", "made"};
  }

  void unknownKeysOfRecipesAreNamed() {
    QFETCH(QString, text);
    QFETCH(QStringList, arguments);
    work_.write("bad.toml", text.toStdString());
    if (arguments.first() == "render") {
      fs::rename(work_.path("bad.toml"), work_.path("bad.json"));
      arguments.replace(1, "bad.json");
      arguments.replace(3, "made.pdf");
    }
    const QStringList before = work_.files();
    const auto done = work_.run(arguments);
    COMPARE_CODE(done, 3);
    QVERIFY2(done.sentence().contains("bad.") && done.sentence().contains("framse"), done.text().c_str());
    QCOMPARE(work_.files(), before);
    QVERIFY(!work_.has("made"));
  }
};

ALIDADE_TEST(BadInputTest)
#include "bad_input_test.moc"
