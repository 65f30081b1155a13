// SPDX-License-Identifier: BSD-3-Clause
#include <csignal>

#include "core/io/image_file.h"
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// The bundled figures, rendered without any display.
class RenderCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

  /// A small figure of a frame of the workspace's set, with further keys.
  void write_recipe(const std::string& name, const nlohmann::json& keys = nlohmann::json::object()) const {
    nlohmann::json recipe{{"schema", 1}, {"figure", "image"}, {"dataset", "set.toml"}, {"dpi", 60}};
    recipe.update(keys);
    work_.write(name, recipe.dump());
  }
  /// Empty when it is no picture.
  ImageU8 picture(const std::string& name) const {
    auto image = read_color(work_.path(name));
    return image ? std::move(*image) : ImageU8();
  }

  static QString recipe(const QString& name) {
    return QString::fromStdString(source_path("resources/recipes/figures/")) + name + ".json";
  }

 private Q_SLOTS:
  void everyFigureTwiceWithTheSameBytes_data() {
    QTest::addColumn<QString>("name");
    for (const auto& entry : fs::directory_iterator(source_path("resources/recipes/figures"))) {
      if (entry.path().extension() == ".json") {
        QTest::newRow(entry.path().stem().c_str()) << QString::fromStdString(entry.path().stem().string());
      }
    }
  }

  void everyFigureTwiceWithTheSameBytes() {
    QFETCH(QString, name);
    const std::string first = name.toStdString() + ".pdf", second = name.toStdString() + "-again.pdf";
    const auto rendered = work_.run({"render", recipe(name), "-o", QString::fromStdString(first)});
    COMPARE_CODE(rendered, 0);
    COMPARE_CODE(work_.run({"render", recipe(name), "-o", QString::fromStdString(second)}), 0);
    QVERIFY(work_.read(first).starts_with("%PDF-"));
    QVERIFY(work_.read(first).size() > 2000);
    QVERIFY(work_.read(first) == work_.read(second));
  }

  void checkFindsAChangedByte() {
    COMPARE_CODE(work_.run({"render", recipe("mollweide"), "-o", "figure.svg"}), 0);
    COMPARE_CODE(work_.run({"render", recipe("mollweide"), "--check", "figure.svg"}), 0);
    std::string bytes = work_.read("figure.svg");
    bytes[bytes.size() / 2] ^= 1;
    work_.write("figure.svg", bytes);
    const auto differs = work_.run({"render", recipe("mollweide"), "--check", "figure.svg"});
    COMPARE_CODE(differs, 4);
    QVERIFY2(differs.sentence().contains("figure.svg"), differs.text().c_str());
    QVERIFY2(work_.read("figure.svg") == bytes, "--check changed the file");
  }

  void theNumbersComeAlong() {
    COMPARE_CODE(work_.run({"render", recipe("predictions"), "-o", "numbers.csv"}), 0);
    const QStringList lines =
        QString::fromStdString(work_.read("numbers.csv")).split('\n', Qt::SkipEmptyParts);
    QVERIFY(lines.size() > 2);
    QVERIFY(lines.first().contains(','));
  }

  void aWrongExtensionIsNamed() {
    const auto refused = work_.run({"render", recipe("mollweide"), "-o", "figure.doc"});
    COMPARE_CODE(refused, 2);
    QVERIFY2(refused.sentence().contains(".doc") || refused.sentence().contains("figure.doc"),
             refused.text().c_str());
    QVERIFY(!work_.has("figure.doc"));
  }

  void aReferenceIsComparedByItsPixels() {
    write_recipe("plain.json");
    write_recipe("masks.json", {{"view", {{"masks", true}}}});
    COMPARE_CODE(work_.run({"render", "plain.json", "-o", "plain.png"}), 0);
    const auto same = work_.run({"render", "plain.json", "-o", "same.pdf", "--reference", "plain.png"});
    COMPARE_CODE(same, 0);
    QVERIFY2(same.out.startsWith("0 % of "), same.text().c_str());
    QVERIFY(work_.read("same.pdf").starts_with("%PDF-"));

    const auto other = work_.run(
        {"render", "masks.json", "-o", "masks.png", "--reference", "plain.png", "--difference", "where.png"});
    COMPARE_CODE(other, 4);
    QVERIFY2(other.sentence().contains("plain.png") && other.sentence().contains("0.1 %"),
             other.text().c_str());
    const ImageU8 masks = picture("masks.png"), plain = picture("plain.png"), where = picture("where.png");
    QVERIFY(where.width == plain.width && where.height == plain.height && !plain.empty());
    int different = 0;
    for (int y = 0; y < plain.height; ++y) {
      for (int x = 0; x < plain.width; ++x) {
        const auto *a = masks.pixel(x, y), *b = plain.pixel(x, y), *shown = where.pixel(x, y);
        const bool differs =
            std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])}) > 8;
        different += differs ? 1 : 0;
        QCOMPARE(shown[0] == 214 && shown[1] == 39 && shown[2] == 40, differs);
      }
    }
    QVERIFY(different > 0);
    const double share = 100.0 * different / (plain.width * plain.height);
    QVERIFY2(other.out.startsWith(QString::asprintf("%.4g %% of ", share)), other.text().c_str());
    COMPARE_CODE(work_.run({"render", "masks.json", "--reference", "plain.png", "--reference-threshold",
                            QString::number(share / 100.0 + 1e-6)}),
                 0);
    QVERIFY(picture("plain.png").data == plain.data);
  }

  void aReferenceOfAnotherSizeIsSaidWithBoth() {
    write_recipe("plain.json");
    write_recipe("wide.json", {{"width_mm", 120}});
    COMPARE_CODE(work_.run({"render", "plain.json", "-o", "narrow.png"}), 0);
    const auto other = work_.run({"render", "wide.json", "-o", "wide.png", "--reference", "narrow.png"});
    COMPARE_CODE(other, 4);
    for (const char* name : {"wide.png", "narrow.png"}) {
      const ImageU8 size = picture(name);
      const QString text = QString("%1 x %2 pixels").arg(size.width).arg(size.height);
      QVERIFY2(other.sentence().contains(text), other.text().c_str());
    }
  }

  void aReferenceMustBeAPicture() {
    write_recipe("plain.json");
    work_.write("text.png", "no picture");
    const auto text = work_.run({"render", "plain.json", "-o", "none.png", "--reference", "text.png"});
    COMPARE_CODE(text, 3);
    QVERIFY2(text.sentence().contains("text.png"), text.text().c_str());
    QVERIFY(!work_.has("none.png"));
    COMPARE_CODE(work_.run({"render", "plain.json", "-o", "none.png", "--difference", "where.png"}), 2);
  }

  void eachFrameIsTheFigureOfItsRecipe() {
    write_recipe("film.json");
    const QStringList line{"render", "film.json", "--frames", "1-3", "-o", "film/f_%04d.png"};
    const auto made = work_.run(line);
    COMPARE_CODE(made, 0);
    QCOMPARE(work_.files("film"), (QStringList{"f_0001.png", "f_0002.png", "f_0003.png"}));
    QVERIFY2(made.out.contains("ffmpeg -framerate 10 -start_number 1 -i 'film/f_%04d.png' "),
             made.text().c_str());
    for (const int frame : {1, 2, 3}) {
      write_recipe("one.json", {{"frame", frame}});
      COMPARE_CODE(work_.run({"render", "one.json", "-o", "one.png", "--force"}), 0);
      QVERIFY(work_.read("one.png") == work_.read("film/f_000" + std::to_string(frame) + ".png"));
    }
    const auto again = work_.run(line);
    COMPARE_CODE(again, 2);
    QVERIFY2(again.sentence().contains("f_0001.png") && again.sentence().contains("--force"),
             again.text().c_str());
    COMPARE_CODE(work_.run(line + QStringList{"--force"}), 0);
  }

  void framesThatCannotBeAreRefused() {
    write_recipe("film.json");
    const auto none = [this](const QStringList& line) {
      const auto refused = work_.run(QStringList{"render"} + line);
      return refused.code == 2 && !work_.has("none") ? QString() : QString::fromStdString(refused.text());
    };
    QCOMPARE(none({"film.json", "--frames", "0-4", "-o", "none/%d.png"}), QString());
    QCOMPARE(none({"film.json", "--frames", "0-1", "-o", "none/same.png"}), QString());
    QCOMPARE(none({"film.json", "--frames", "0-1", "-o", "none/%d.png", "--check", "film.json"}), QString());
    QCOMPARE(none({recipe("accuracy"), "--frames", "0-1", "-o", "none/%d.png"}), QString());
    const auto accuracy = work_.run({"render", recipe("accuracy"), "--frames", "0-1", "-o", "none/%d.png"});
    QVERIFY2(accuracy.sentence().contains("accuracy") && accuracy.sentence().contains("kinds image, scene"),
             accuracy.text().c_str());
  }

  void aStopKeepsWholeFigures() {
    work_.write("long.toml", "split = \"long\"\nseed = 3\nframes = 9000\nwidth = 160\nheight = 120\n");
    write_recipe("long.json", {{"dataset", "long.toml"}});
    const auto process =
        prepare({"render", "long.json", "--frames", "all", "-o", "long/%d.png"}, work_.path());
    process->start();
    while (!work_.has("long/2.png") && process->state() != QProcess::NotRunning) {
      process->waitForFinished(10);
    }
    if (const auto id = static_cast<pid_t>(process->processId()); id > 0) {
      ::kill(id, SIGINT);
    }
    const auto stopped = outcome_of(*process);
    COMPARE_CODE(stopped, 130);
    const QStringList files = work_.files("long");
    const QString said = QString("after %1 of 9000 figures").arg(files.size());
    QVERIFY2(files.size() >= 3 && stopped.sentence().contains(said), stopped.text().c_str());
    for (const QString& file : files) {
      QVERIFY2(!picture("long/" + file.toStdString()).empty(), qPrintable(file));
    }
  }
};

ALIDADE_TEST(RenderCommandTest)
#include "render_command_test.moc"
