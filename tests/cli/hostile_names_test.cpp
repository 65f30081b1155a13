// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/program.h"

using namespace alidade;
using namespace alidade::test;

namespace {

/// Runs a shell line with the program as $ALIDADE_BINARY: names of any bytes are written as printf escapes.
Outcome shell(const QString& line, const fs::path& folder) {
  const auto process = prepare({"-c", line}, folder);
  process->setProgram("/bin/bash");
  process->start();
  return outcome_of(*process);
}

}  // namespace

/// Names that are no UTF-8 or that act on a terminal, in every command that prints or writes them.
class HostileNamesTest : public QObject {
  Q_OBJECT

  Workspace work_;

  Outcome run(const QString& line) { return shell("B=$ALIDADE_BINARY; " + line, work_.path()); }
  static bool isTame(const QString& text) {
    return std::none_of(text.begin(), text.end(), [](QChar c) {
      const char16_t unit = c.unicode();
      return (unit < 0x20 && unit != '\n') || (unit >= 0x7F && unit < 0xA0) ||
             (unit >= 0x202A && unit <= 0x202E) || (unit >= 0x2066 && unit <= 0x2069) || unit == 0x200F ||
             unit == QChar::ReplacementCharacter;
    });
  }

 private Q_SLOTS:
  void initTestCase() {
    work_.write("short.toml",
                "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\n[training]\nbatch = 4\n"
                "noise_draws = 2\npretrain_steps = 2\njoint_steps = 2\nlog_every = 1\n");
    COMPARE_CODE(work_.run({"train", "short.toml", "-o", "run"}), 0);
    COMPARE_CODE(work_.run({"dataset", "make", "set.toml", "-o", "good"}), 0);
    COMPARE_CODE(run("cp -r good $'caf\\xe9' && cp run/final.safetensors $'net\\xe9.safetensors' && "
                     "cp -r good $'bad\\x1b[31m\\n\\xe2\\x80\\xae'"),
                 0);
  }

  void namesThatAreNoUtf8Work_data() {
    QTest::addColumn<QString>("line");
    const char* const lines[] = {
        "$B infer --checkpoint $'net\\xe9.safetensors' --dataset $'caf\\xe9' --json",
        "$B infer --checkpoint $'net\\xe9.safetensors' --dataset $'caf\\xe9' -o $'p\\xe9.npz' --force",
        "$B sample --analytic --dataset $'caf\\xe9' --json",
        "$B sample --checkpoint $'net\\xe9.safetensors' --dataset $'caf\\xe9' -o $'s\\xe9.npz' --force",
        "$B dataset info $'caf\\xe9' --json",
        "$B dataset info $'caf\\xe9' --check",
        "$B dataset truth $'caf\\xe9' -o $'t\\xe9.npz' --force",
        "$B infer --checkpoint run/final.safetensors --dataset $'caf\\xe9' -o q.npz --force > table.txt && "
        "$B evaluate nocs --dataset $'caf\\xe9' --result q.npz --bootstrap 0 --json",
        "cp short.toml $'r\\xe9.toml'; rm -rf $'run\\xe9'; $B train $'r\\xe9.toml' -o $'run\\xe9'"};
    for (const char* line : lines) {
      QTest::newRow(line) << line;
    }
  }

  void namesThatAreNoUtf8Work() {
    QFETCH(QString, line);
    const auto done = run(line);
    COMPARE_CODE(done, 0);
    if (line.contains("--json")) {
      QVERIFY2(done.json().is_object() || done.json().is_array(), done.text().c_str());
      QVERIFY2(line.contains("evaluate") || done.out.contains(QStringLiteral("caf\uFFFD")),
               done.text().c_str());
    }
  }

  void nothingInANameReachesTheTerminal_data() {
    QTest::addColumn<QString>("line");
    const char* const bad = "$'bad\\x1b[31m\\n\\xe2\\x80\\xae'";
    const char* const lines[] = {
        "$B dataset info %1",
        "$B dataset info %1 --json",
        "$B dataset truth %1 -o t.npz --force",
        "$B infer --checkpoint run/final.safetensors --dataset %1",
        "$B infer --checkpoint run/final.safetensors --dataset %1 -o b.npz --force && "
        "$B evaluate nocs --dataset %1 --result b.npz --bootstrap 0",
        "$B sample --analytic --dataset %1 --frame %1",
        "$B dataset info nowhere/%1",
        "$B evaluate %1",
        "$B dataset info good %1 --x%1",
        "$B %1x",
        "$B train nowhere/%1 -o made",
        "$B render nowhere/%1 -o made.png"};
    for (const char* line : lines) {
      QTest::newRow(line) << QString(line).replace("%1", bad);
    }
  }

  void nothingInANameReachesTheTerminal() {
    QFETCH(QString, line);
    const auto done = run(line);
    QVERIFY2(done.code >= 0 && done.code < 126, done.text().c_str());
    QVERIFY2(isTame(done.out) && isTame(done.err), done.text().c_str());
  }

  void aNameStaysInItsLine() {
    const auto info = run("$B dataset info $'bad\\x1b[31m\\n\\xe2\\x80\\xae'");
    COMPARE_CODE(info, 0);
    QVERIFY2(info.out.startsWith("bad\\x1B[31m\\n\\u202E (BOP scenewise)\n"), info.text().c_str());
  }

  void aLogOfBracketsIsNoEndOfTheStack() {
    const std::string deep(100000, '[');
    const std::string log = work_.read("run/metrics.jsonl");
    for (const std::string& line : {deep, deep + std::string(100000, ']'), std::string("{\"step\":\"x\"}"),
                                    std::string("{\"step\":1,\"step\":1}"), std::string("7")}) {
      work_.copy("run", "deep");
      work_.write("deep/metrics.jsonl", line + "\n" + log);
      const auto done = work_.run({"train", "short.toml", "-o", "deep", "--resume"});
      COMPARE_CODE(done, 0);
      QVERIFY2(done.err.contains("metrics.jsonl: line 1: not a record; 1 such lines were left out"),
               done.text().c_str());
      QCOMPARE(work_.read("deep/metrics.jsonl"), log);
    }
  }

  void equalKeysAreRefused() {
    work_.write("twice.json", "{\"schema\": 1, \"figure\": \"image\", \"figure\": \"image\"}");
    const auto figure = work_.run({"render", "twice.json", "-o", "made.png"});
    COMPARE_CODE(figure, 3);
    QVERIFY2(figure.sentence().contains("\"figure\" stands twice"), figure.text().c_str());
    work_.write(
        "twice.json",
        "{\"format\": \"alidade-guidance/1\", \"kind\": \"none\", \"kind\": \"constant\", \"w0\": 1}");
    const auto schedule =
        work_.run({"sample", "--analytic", "--dataset", "good", "--guidance", "twice.json"});
    QVERIFY2(schedule.code == 2 || schedule.code == 3, schedule.text().c_str());
    QVERIFY2(schedule.sentence().contains("\"kind\" stands twice"), schedule.text().c_str());
  }
};

ALIDADE_TEST(HostileNamesTest)
#include "hostile_names_test.moc"
