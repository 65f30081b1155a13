// SPDX-License-Identifier: BSD-3-Clause
#include <sys/stat.h>

#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

/// What is printed and what is written arrives, or the program says that it did not.
class OutputChecksTest : public QObject {
  Q_OBJECT

  Workspace work_;

  static QString figure() {
    return QString::fromStdString(source_path("resources/recipes/figures/mollweide.json"));
  }
  static QString sampling() {
    return QStringLiteral("sample --analytic --dataset set.toml --instance 0 -k 4");
  }
  /// The program with a standard output that is full, closed, or a pipe whose reader is gone.
  static QStringList losing(const QString& arguments) {
    return {"$B " + arguments + " > /dev/full", "$B " + arguments + " >&-",
            "exec 8> >(exit); wait $!; $B " + arguments + " >&8"};
  }
  bool is_device(const char* name) const {
    struct stat info {};
    return ::stat(name, &info) == 0 && S_ISCHR(info.st_mode);
  }

 private Q_SLOTS:
  void initTestCase() {
    work_.write("short.toml",
                "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\n[training]\nbatch = 4\n"
                "noise_draws = 2\npretrain_steps = 2\njoint_steps = 2\n");
    COMPARE_CODE(work_.run({"train", "short.toml", "-o", "run"}), 0);
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "set"}), 0);
    COMPARE_CODE(work_.shell("$B infer --checkpoint run/final.safetensors --dataset set -k 2 -o poses.npz"),
                 0);
    COMPARE_CODE(work_.shell("$B " + sampling() + " -o samples.npz"), 0);
  }

  void lostOutputIsAnError_data() {
    QTest::addColumn<QString>("arguments");
    for (const char* arguments :
         {"--version", "--help", "evaluate --help", "train --help", "render --help", "evaluate --list",
          "evaluate --list --json", "dataset info set", "dataset info set --json", "device info",
          "device info --json", "infer --checkpoint run/final.safetensors --dataset set -k 2",
          "infer --checkpoint run/final.safetensors --dataset set -k 2 --json",
          "evaluate nocs --dataset set --result poses.npz --bootstrap 0",
          "evaluate nocs --dataset set --result poses.npz --bootstrap 0 --json",
          "dataset truth set -o truth.npz --force", "dataset make set.toml --frames 1 -o one --force",
          "sample --analytic --dataset set.toml --instance 0 -k 4",
          "sample --analytic --dataset set.toml --instance 0 -k 4 --json"}) {
      QTest::newRow(arguments) << arguments;
    }
  }

  void lostOutputIsAnError() {
    QFETCH(QString, arguments);
    COMPARE_CODE(work_.shell("$B " + arguments + " > /dev/null"), 0);
    for (const QString& line : losing(arguments)) {
      const auto done = work_.shell(line);
      COMPARE_CODE(done, 1);
      QVERIFY2(done.sentence().contains("standard output"), done.text().c_str());
    }
  }

  // What is said of progress and problems counts too.
  void lostMessagesAreAnError() {
    COMPARE_CODE(work_.shell("$B dataset make set.toml --frames 1 -o lost 2> /dev/full"), 1);
    COMPARE_CODE(work_.shell("$B dataset make set.toml --frames 1 -o lost --force 2>&-"), 0);  // as asked for
  }

  void aFailedStandardOutputCostsNoFile() {
    const QString evaluate = "evaluate nocs --dataset set --result poses.npz --bootstrap 0 --force";
    for (int how = 0; how < 3; ++how) {
      COMPARE_CODE(work_.shell(losing(sampling() + " -o again.npz --force")[how]), 1);
      QCOMPARE(work_.read("again.npz").size(), work_.read("samples.npz").size());
      COMPARE_CODE(work_.shell(losing(evaluate + " -o report.json --csv table.csv")[how]), 1);
      QVERIFY(nlohmann::json::accept(work_.read("report.json")));
      QVERIFY(work_.read("table.csv").find(',') != std::string::npos);
      for (const char* name : {"again.npz", "report.json", "table.csv"}) {
        fs::remove(work_.path(name));
      }
    }
    // A closed stream's number is not taken by a file, which would get what is printed.
    COMPARE_CODE(work_.shell("$B infer --checkpoint run/final.safetensors --dataset set -k 2 -o bare.npz "
                             "<&- >&- 2>&-"),
                 1);
    QVERIFY(work_.read("bare.npz") == work_.read("poses.npz"));
  }

  void aFailedFileCostsNoTable() {
    work_.write("file", "not a folder");
    const QString commands[] = {
        sampling() + " -o %1",
        QStringLiteral("infer --checkpoint run/final.safetensors --dataset set -k 2 -o %1"),
        QStringLiteral(
            "evaluate nocs --dataset set --result poses.npz --bootstrap 0 -o %1 --csv good.csv --force")};
    for (const QString& command : commands) {
      for (const char* output : {"file/x", "/dev/full", "/proc/version/x"}) {
        const auto failed = work_.shell("$B " + command.arg(output));
        COMPARE_CODE(failed, 1);
        QVERIFY2(failed.out.count('\n') > 3, failed.text().c_str());
        QVERIFY2(failed.sentence().contains(output), failed.text().c_str());
      }
      fs::remove(work_.path("good.csv"));
    }
    QCOMPARE(work_.read("file"), std::string("not a folder"));
  }

  // A limit on the size of files is a full disk, not the end of the process.
  void aFileSizeLimitIsAWriteError() {
    const auto failed =
        work_.shell("ulimit -f 1; $B sample --analytic --dataset set.toml --instance 0 -k 400 -o large.npz");
    COMPARE_CODE(failed, 1);
    QVERIFY2(failed.sentence().contains("large.npz") && failed.out.count('\n') > 3, failed.text().c_str());
    QVERIFY(!work_.has("large.npz"));
    QCOMPARE(work_.files().filter("large").size(), 0);
  }

  void renderAsksBeforeItOverwrites() {
    work_.write("figure.svg", "mine");
    const auto refused = work_.run({"render", figure(), "-o", "figure.svg"});
    COMPARE_CODE(refused, 2);
    QVERIFY2(refused.sentence().contains("figure.svg") && refused.sentence().contains("--force"),
             refused.text().c_str());
    QCOMPARE(work_.read("figure.svg"), std::string("mine"));
    COMPARE_CODE(work_.run({"render", figure(), "-o", "figure.svg", "--force"}), 0);
    QVERIFY(work_.read("figure.svg").starts_with("<?xml"));
  }

  void linksAndDevicesStayWhatTheyAre() {
    fs::create_directory(work_.path("store"));
    const std::string expected = work_.read("poses.npz");
    const QString infer = "$B infer --checkpoint run/final.safetensors --dataset set -k 2 -o ";
    for (const char* target : {"store/old.npz", "store/new.npz"}) {
      if (QString(target).contains("old")) {
        work_.write(target, "old");
      }
      fs::remove(work_.path("link.npz"));
      fs::create_symlink(target, work_.path("link.npz"));
      COMPARE_CODE(work_.shell(infer + "link.npz --force"), 0);
      QVERIFY(fs::is_symlink(work_.path("link.npz")));
      QVERIFY(work_.read(target) == expected);
    }
    COMPARE_CODE(work_.shell(infer + "/dev/null --force"), 0);
    QVERIFY(is_device("/dev/null"));
    fs::create_symlink("/dev/full", work_.path("full.pdf"));
    COMPARE_CODE(work_.shell("$B render " + figure() + " -o full.pdf --force"), 1);
    QVERIFY(fs::is_symlink(work_.path("full.pdf")) && is_device("/dev/full"));
    COMPARE_CODE(work_.shell("mkfifo pipe; cat pipe > through.npz & " + infer +
                             "pipe --force; code=$?; wait; exit $code"),
                 0);
    QVERIFY(fs::is_fifo(work_.path("pipe")));
    QVERIFY(work_.read("through.npz") == expected);
    const auto unread = work_.shell(infer + "pipe --force");
    COMPARE_CODE(unread, 1);
    QVERIFY2(unread.sentence().contains("nobody reads this pipe"), unread.text().c_str());
    // What standard output goes to is written behind what was printed.
    COMPARE_CODE(
        work_.shell(
            "$B evaluate nocs --dataset set --result poses.npz --bootstrap 0 -o /dev/stdout --force > both"),
        0);
    QVERIFY(work_.read("both").find("NOCS") < work_.read("both").find("\"protocol\""));
  }

  void anyLegalNameIsWritten() {
    const std::string name(251, 'n');
    const std::string file = name + ".npz";
    COMPARE_CODE(work_.run({"infer", "--checkpoint", "run/final.safetensors", "--dataset", "set", "-k", "2",
                            "-o", QString::fromStdString(file)}),
                 0);
    QVERIFY(work_.read(file) == work_.read("poses.npz"));
    const std::string folder(255, 'f');
    for (const char* force : {"", "--force"}) {
      COMPARE_CODE(work_.shell("$B dataset make set.toml -o " + QString::fromStdString(folder) + " " + force),
                   0);
      QCOMPARE(work_.files(folder), work_.files("set"));
    }
  }

  void pageSizesAreExactInEveryTimeZone() {
    work_.write("84x63.json", [&] {
      auto recipe = nlohmann::json::parse(*read_file(figure().toStdString(), 1 << 20));
      recipe["height_mm"] = 63;
      for (const char* key : {"dataset", "checkpoint"}) {
        recipe[key] =
            (fs::path(figure().toStdString()).parent_path() / recipe[key].get<std::string>()).string();
      }
      return recipe.dump();
    }());
    std::string first;
    for (const char* zone : {"UTC", "XXX-5:30", "YYY+11", "Europe/Berlin", "UTC"}) {
      COMPARE_CODE(work_.shell(QString("TZ=%1 $B render 84x63.json -o zone.pdf --force").arg(zone)), 0);
      const std::string pdf = work_.read("zone.pdf");
      QVERIFY(pdf.find("/MediaBox [0 0 238.110 178.583]") != std::string::npos);
      QVERIFY(pdf.find("/CreationDate (D:20000101000000Z)") != std::string::npos);
      QVERIFY(first.empty() || pdf == first);
      first = pdf;
    }
    // Every offset in the first cross-reference table still leads to its object.
    const auto table = first.find("\nxref\n0 ");
    QVERIFY(table != std::string::npos);
    auto line = first.find('\n', table + 6) + 1;
    for (int object = 0; first[line] >= '0' && first[line] <= '9'; ++object, line += 20) {
      const auto offset = static_cast<std::size_t>(std::stol(first.substr(line, 10)));
      const std::string head = std::to_string(object) + " 0 obj";
      QVERIFY2(first[line + 17] == 'f' || first.compare(offset, head.size(), head) == 0, head.c_str());
    }
  }
};

ALIDADE_TEST(OutputChecksTest)
#include "output_checks_test.moc"
