// SPDX-License-Identifier: BSD-3-Clause
#include <vector>

#include <QtTest>

#include "core/base/strict_toml.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

using TomlKind = TomlProblem::Kind;

struct TomlTarget {
  std::string name = "none";
  int count = 7;
  std::uint64_t seed = 0;
  double rate = 0.5, share = 0.5;
  int color = 0;
  std::filesystem::path data;
  std::vector<std::string> stages;
};

TomlSchema schema_of(TomlTarget& target) {
  TomlSchema schema;
  schema.keys = {{"name", toml_text(target.name)}};
  schema.sections = {{"a",
                      {{"count", toml_whole(target.count, 1, 20)},
                       {"seed", toml_whole(target.seed, 0, INT64_MAX)},
                       {"rate", toml_number(target.rate)},
                       {"share", toml_number(target.share, 0.0, 1.0)},
                       {"color", toml_choice(target.color, {{"red", 1}, {"blue", 2}})},
                       {"data", toml_path(target.data, "folder")}}}};
  schema.lists = {{"stage", [&target] {
                     return TomlKeys{{"name", toml_text(target.stages.emplace_back())}};
                   }}};
  return schema;
}

}  // namespace

class StrictTomlTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void fillsWhatIsThere() {
    TomlTarget target;
    std::set<std::string> present;
    const auto problem = read_toml(
        "name = \"x\"\n[a]\ncount = 20\nseed = 9223372036854775807\nrate = 3\nshare = 0.25\ncolor = "
        "\"blue\"\n"
        "data = \"../set\"\n[[stage]]\nname = \"one\"\n[[stage]]\nname = \"two\"\n",
        schema_of(target), &present);
    QVERIFY(!problem);
    QCOMPARE(target.name, std::string("x"));
    QCOMPARE(target.count, 20);
    QCOMPARE(target.seed, std::uint64_t{INT64_MAX});
    QCOMPARE(target.rate, 3.0);
    QCOMPARE(target.share, 0.25);
    QCOMPARE(target.color, 2);
    QCOMPARE(target.data, std::filesystem::path("folder/../set"));
    QCOMPARE(target.stages, (std::vector<std::string>{"one", "two"}));
    QVERIFY(present.contains("a") && present.contains("a.rate") && present.contains("name") &&
            present.contains("stage.name"));
  }

  void leavesWhatIsNotThere() {
    TomlTarget target;
    std::set<std::string> present;
    QVERIFY(!read_toml("# nothing\n", schema_of(target), &present));
    QCOMPARE(target.count, 7);
    QVERIFY(present.empty());
  }

  void saysWhatIsWrong_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("line");
    QTest::addColumn<QByteArray>("place");
    const auto add = [](const char* name, const char* text, TomlKind kind, int line, const char* place) {
      QTest::newRow(name) << QByteArray(text) << static_cast<int>(kind) << line << QByteArray(place);
    };
    add("not toml", "name = \"x\"\n[a\n", TomlKind::kSyntax, 2, ".");
    add("a key twice", "name = \"x\"\nname = \"y\"\n", TomlKind::kSyntax, 2, ".");
    add("unknown section", "\n[b]\ncount = 3\n", TomlKind::kUnknownSection, 2, "b.");
    add("a key for a section", "a = 3\n", TomlKind::kUnknownSection, 1, "a.");
    add("a section for a list", "[stage]\nname = \"one\"\n", TomlKind::kUnknownSection, 1, "stage.");
    add("a list of numbers", "stage = [1, 2]\n", TomlKind::kUnknownSection, 1, "stage.");
    add("unknown key", "[a]\ncount = 3\ncounts = 3\n", TomlKind::kUnknownKey, 3, "a.counts");
    add("unknown key of a list", "[[stage]]\nname = \"a\"\n[[stage]]\nsteps = 3\n", TomlKind::kUnknownKey, 4,
        "stage.steps");
    add("text for a number", "[a]\ncount = \"many\"\n", TomlKind::kBadValue, 2, "a.count");
    add("a real for a whole number", "[a]\ncount = 3.0\n", TomlKind::kBadValue, 2, "a.count");
    add("below the range", "[a]\ncount = 0\n", TomlKind::kBadValue, 2, "a.count");
    add("above the range", "[a]\ncount = 21\n", TomlKind::kBadValue, 2, "a.count");
    add("negative seed", "[a]\nseed = -1\n", TomlKind::kBadValue, 2, "a.seed");
    add("nan", "[a]\nshare = nan\n", TomlKind::kBadValue, 2, "a.share");
    add("flag for a number", "[a]\nrate = true\n", TomlKind::kBadValue, 2, "a.rate");
    add("date for a text", "name = 1979-05-27\n", TomlKind::kBadValue, 1, ".name");
    add("no such word", "[a]\ncolor = \"green\"\n", TomlKind::kBadValue, 2, "a.color");
    add("empty path", "[a]\ndata = \"\"\n", TomlKind::kBadValue, 2, "a.data");
    add("table for a key", "[a.count]\nx = 1\n", TomlKind::kBadValue, 1, "a.count");
  }

  void saysWhatIsWrong() {
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QFETCH(int, line);
    QFETCH(QByteArray, place);
    TomlTarget target;
    const auto problem = read_toml(text.toStdString(), schema_of(target));
    QVERIFY(problem.has_value());
    QCOMPARE(static_cast<int>(problem->kind), kind);
    QCOMPARE(problem->line, line);
    QCOMPARE(problem->section + "." + problem->key, place.toStdString());
    QCOMPARE(problem->kind == TomlKind::kBadValue || problem->kind == TomlKind::kSyntax,
             !problem->expected.empty());
  }

  void namesOfTheTop() {
    QCOMPARE(toml_names("x = 1\n[a]\nb = 2\n[[stage]]\n"), (std::set<std::string>{"x", "a", "stage"}));
    QVERIFY(toml_names("[a\n").empty());
  }
};

ALIDADE_TEST(StrictTomlTest)
#include "strict_toml_test.moc"
