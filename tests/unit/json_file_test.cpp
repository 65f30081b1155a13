// SPDX-License-Identifier: BSD-3-Clause
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/io/json_file.h"
#include "tests/support/test_registry.h"

using namespace alidade;

class JsonFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void what_is_accepted() {
    const auto value =
        parse_json(" {\"a\": [1, -2.5e3, true, null, \"\\u00e9\"], \"b\": {\"a\": {}}}\n", "x");
    QVERIFY(value);
    QCOMPARE((*value)["a"][1].get<double>(), -2500.0);
    QCOMPARE((*value)["a"][4].get<std::string>(), std::string("é"));
    QVERIFY((*value)["b"]["a"].is_object());
    QVERIFY(parse_json("7", "x"));
    QVERIFY(parse_json("[{\"a\": 1}, {\"a\": 2}]", "x"));  // the same key in two objects
  }

  void refusals_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char* name, const QString& text, const QString& sentence) {
      QTest::newRow(name) << text << sentence;
    };
    row("nothing", "", "f.json: line 1, column 1: not valid JSON");
    row("blank", "  \n ", "not valid JSON");
    row("word", "hello", "line 1, column 1: not valid JSON");
    row("NaN", "[1,\n NaN]", "line 2, column 2: not valid JSON");
    row("Infinity", "[-Infinity]", "column 3: not valid JSON");
    row("1e400", "{\"a\": 1e400}", "a number that is not finite");
    row("-1e400 on line 3", "[\n1,\n-1e400]", "line 3, column 7: a number that is not finite");
    row("key twice", "{\"a\": 1,\n\"a\": 2}", "line 2, column 3: the key \"a\" stands twice");
    row("key twice, escaped", "{\"a\": 1, \"\\u0061\": 2}", "the key \"a\" stands twice");
    row("key twice, deep", "[{\"k\": {\"b\": 1, \"c\": 2, \"b\": 3}}]", "the key \"b\" stands twice");
    row("behind the value", "{} {}", "column 4: not valid JSON");
    row("comma at the end", "[1, 2,]", "column 7: not valid JSON");
    row("comment", "// a\n[]", "line 1, column 1: not valid JSON");
    row("single quotes", "{'a': 1}", "column 2: not valid JSON");
    row("leading zero", "[01]", "not valid JSON");
    row("cut off", "{\"a\": [1, 2", "not valid JSON");
    row("open text", "[\"abc", "not valid JSON");
    row("65 levels", QString(65, '[') + QString(65, ']'), "nested more than 64 levels deep");
    row("65 objects", QString("{\"a\":").repeated(65) + "1" + QString(65, '}'),
        "nested more than 64 levels deep");
    row("a million levels", QString(1000000, '['), "line 1, column 65: nested more than 64 levels deep");
  }

  void refusals() {
    QFETCH(QString, text);
    QFETCH(QString, sentence);
    const auto value = parse_json(text.toStdString(), "f.json");
    QVERIFY(!value);
    QCOMPARE(value.error().code, ErrorCode::kInput);
    QVERIFY2(value.error().message.find(sentence.toStdString()) != std::string::npos,
             value.error().message.c_str());
    QVERIFY(value.error().message.starts_with("f.json: "));
  }

  /// What stands in a file may be long; the sentence about it is not.
  void long_keys() {
    const std::string key(100000, 'k');
    const Error error = input_error("f.json", key, "the key \"" + key + "\" is not known", "remove it");
    QVERIFY(error.message.size() < 3000);
    QVERIFY(error.message.starts_with("f.json: kkk"));
    QVERIFY(error.message.ends_with("...; remove it."));
    QCOMPARE(shortened("0123456789", 10), std::string("0123456789"));
    QCOMPARE(shortened("0123456789a", 10), std::string("0123456..."));
    QCOMPARE(shortened("012345\u00e9\u00e9\u00e9", 10), std::string("012345..."));
  }

  void exactly_64_levels_are_allowed() {
    QVERIFY(parse_json(std::string(64, '[') + std::string(64, ']'), "x"));
  }

  void bytes_that_are_no_text() {
    QVERIFY(!parse_json(std::string("[\"\xff\xfe\"]"), "x"));
    QVERIFY(!parse_json(std::string("[\"a\0b\"]", 7), "x"));
    QVERIFY(!parse_json(std::string("\0\0\0\0", 4), "x"));
    const auto padded = parse_json(std::string("[1]\0 [2]", 8), "x");
    QVERIFY(!padded);
    QCOMPARE(padded.error().message,
             std::string("x: line 1, column 4: not valid JSON; correct the file there."));
    for (int byte = 0; byte < 256; ++byte) {
      const auto value =
          parse_json(std::string("[1") + static_cast<char>(byte), "x");  // sound only when finished
      QCOMPARE(static_cast<bool>(value), byte == ']');
    }
  }

  void files() {
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString() + "/a.json";
    QVERIFY(write_file_atomically(path, "[1, 2, 3]"));
    QCOMPARE(read_json(path, 9)->size(), std::size_t{3});
    QVERIFY(!read_json(path, 8));
    QVERIFY(!read_json(folder.path().toStdString(), 100));
    QVERIFY(!read_json(path + ".missing", 100));
  }
};

ALIDADE_TEST(JsonFileTest)
#include "json_file_test.moc"
