// SPDX-License-Identifier: BSD-3-Clause
#include <atomic>
#include <new>
#include <system_error>

#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/failure.h"
#include "core/base/helper_threads.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/provenance.h"
#include "core/base/table.h"
#include "core/base/text_escape.h"
#include "core/base/text_table.h"
#include "core/diffusion/guidance.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using nlohmann::json;
using nlohmann::ordered_json;

/// Names out of files, on their way to a terminal, into JSON and into spreadsheets.
class HostileTextTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void whatActsOnATerminalIsWrittenOut() {
    QCOMPARE(visible_text("a\x1b[31m\tb\nc\x7f"), std::string("a\\x1B[31m\\tb\\nc\\x7F"));
    QCOMPARE(visible_text("\u202egnp.exe\u2066\u200f\u061c\u2028"),
             std::string("\\u202Egnp.exe\\u2066\\u200F\\u061C\\u2028"));
    QCOMPARE(visible_text("\u009b1A\r\b"), std::string("\\x9B1A\\x0D\\x08"));  // C1: CSI in one character
    QCOMPARE(visible_text("caf\xe9 \xed\xa0\x80 \xc0\xaf \xf0\x9f"),
             std::string("caf\\xE9 \\xED\\xA0\\x80 \\xC0\\xAF \\xF0\\x9F"));
    QCOMPARE(visible_lines("a\n\x1b]0;title\a\n"), std::string("a\n\\x1B]0;title\\x07\n"));
  }

  void otherTextStaysAsItIs() {
    for (const char* text : {"5°2cm – C∞ y", "日本語 Ünïcödé \\n", "שלום", "🙂 = 1", ""}) {
      QCOMPARE(visible_text(text), std::string(text));
      QCOMPARE(json_text(json(text)),
               "\"" + std::string(text == std::string("日本語 Ünïcödé \\n") ? "日本語 Ünïcödé \\\\n" : text) +
                   "\"");
    }
  }

  void tablesAndTheLogAreOneLinePerRow() {
    QCOMPARE(aligned_text({{"a\nb", "c"}, {"\u202e", "d"}}), std::string("a\\nb    c\n\\u202E  d\n"));
    Table table{{"x\x1b"}, {{std::string("a\rb")}}};
    QCOMPARE(to_text(table), std::string("x\\x1B\na\\x0Db\n"));
    LogEntry last;
    set_log_sink([&last](const LogEntry& entry) { last = entry; });
    log_warning("t", "file \x1b[2J: gone");
    set_log_sink({});
    QCOMPARE(last.text, std::string("file \\x1B[2J: gone"));
  }

  void jsonReplacesWhatIsNoUtf8AndEscapesTheRest() {
    QCOMPARE(json_text(json("caf\xe9")), std::string("\"caf\ufffd\""));
    QCOMPARE(json_text(ordered_json{{"k\xff", "\u202e\x7f\u0085"}}),
             std::string("{\"k\ufffd\":\"\\u202e\\u007f\\u0085\"}"));
    QCOMPARE(parse_json(json_text(json("\u202e\x7f")), "t")->get<std::string>(), std::string("\u202e\x7f"));
    const json plain{{"a", {1, 2}}};
    QCOMPARE(json_text(plain, 2), plain.dump(2));
    Provenance provenance;
    provenance.dataset = "caf\xe9";
    QCOMPARE(embedded_json(to_json(provenance)).at("dataset").get<std::string>(), std::string("caf\ufffd"));
    QCOMPARE(to_json(Table{{"n\xe9"}, {{std::string("\xe9")}}}), std::string("[{\"n\ufffd\":\"\ufffd\"}]"));
  }

  void jsonIsStrictWhereverItIsParsed() {
    const std::string deep = std::string(100000, '[') + std::string(100000, ']');
    const std::string deep_object = [] {
      std::string text;
      for (int i = 0; i < 100000; ++i) {
        text += "{\"a\":";
      }
      return text;
    }();
    for (const std::string& text :
         {deep, deep_object, std::string(100000, '['), std::string("{\"a\":1,\"a\":1}"),
          std::string("[{\"b\":{\"c\":1,\"c\":2}}]"), std::string("[1e400]")}) {
      QVERIFY(!parse_json(text, "t"));
      QVERIFY(!parse_ordered_json(text, "t"));
      QVERIFY(embedded_json(text).is_null());
      QVERIFY(!guidance_from_json(text, "t"));
      QVERIFY(!parse_json_members(text, "t", [](const std::string&, json&&) {}));
    }
    const auto twice = guidance_from_json(
        "{\"format\":\"alidade-guidance/1\",\"kind\":\"constant\",\"w0\":1,\"w0\":2}", "s.json");
    QVERIFY(!twice && twice.error().message.find("\"w0\" stands twice") != std::string::npos);
    // A provenance out of a file may hold anything as its recipe.
    Provenance provenance;
    provenance.recipe = deep;
    QVERIFY(embedded_json(to_json(provenance)).at("recipe").is_string());
    QCOMPARE(json_text(*parse_ordered_json("{\"b\":1,\"a\":[{}],\"c\":null}", "t")),
             std::string("{\"b\":1,\"a\":[{}],\"c\":null}"));
  }

  void membersComeOneByOne() {
    std::vector<std::string> seen;
    const auto take = [&seen](const std::string& key, json&& value) { seen.push_back(key + value.dump()); };
    const auto whole =
        parse_json_members("{\"2\": [{\"a\": {\"b\": []}}], \"1\": {}, \"x\": 3, \"\": null}", "t", take);
    QVERIFY(whole && *whole);
    QVERIFY((seen == std::vector<std::string>{"2[{\"a\":{\"b\":[]}}]", "1{}", "x3", "null"}));
    QVERIFY(!*parse_json_members("[{\"a\": 1}]", "t", take));
    const auto twice = parse_json_members("{\"1\": {}, \"2\": {}, \"1\": {}}", "t.json", take);
    QVERIFY(!twice && twice.error().message.find("\"1\" stands twice") != std::string::npos);
  }

  void csvTextIsNeverAFormula() {
    const Table table{{"=name", "n"},
                      {{std::string("=cmd|' /C calc'!A0"), -1.5},
                       {std::string("@SUM(A1)"), std::string("-1.5e-3")},
                       {std::string("+1+1"), std::string("+7")},
                       {std::string("\t=1"), std::string("-2+3")},
                       {std::string("\uFF1D1"), std::string("a=b-c")},
                       {std::string("-a,b"), {}}}};
    QCOMPARE(to_csv(table), std::string("'=name,n\n'=cmd|' /C calc'!A0,-1.5\n'@SUM(A1),-1.5e-3\n'+1+1,+7\n"
                                        "'\t=1,'-2+3\n'\uFF1D1,a=b-c\n\"'-a,b\",\n"));
  }

  void theLineAboveATableIsNoFormulaEither() {
    const std::string json_line = "{\"a\":\"x,=1+1\",\"b\":[\"@x\",-3],\"c\":\"a = b\",\"\\\"\":\"=1\"}";
    const std::string line = csv_comment(json_line);
    QCOMPARE(line, std::string("# {\"a\":\"x,\\u003d1+1\",\"b\":[\"\\u0040x\",-3],\"c\":\"a = b\",\"\\\"\":"
                               "\"\\u003d1\"}\n"));
    QVERIFY(json::parse(line.substr(2)) == json::parse(json_line));
    QCOMPARE(csv_comment("{\"alidade\":\"0.1.0\"}"), std::string("# {\"alidade\":\"0.1.0\"}\n"));
  }

  void lackOfMemoryHasOneSentence() {
    QCOMPARE(error_of(std::bad_alloc()).message, std::string(kOutOfMemory));
    QCOMPARE(
        error_of(std::runtime_error("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried "
                                    "to allocate 8 bytes.\nframe #0"))
            .message,
        std::string(kOutOfMemory));
    QCOMPARE(
        error_of(std::system_error(std::make_error_code(std::errc::resource_unavailable_try_again))).message,
        std::string(kOutOfMemory));
    const auto other = error_of(std::logic_error("odd\nstack"));
    QVERIFY(other.message.find("odd") != std::string::npos &&
            other.message.find("stack") == std::string::npos);
    QVERIFY(!is_out_of_memory(std::logic_error("odd")));
  }

  void anExceptionOfAHelperComesBack() {
    std::atomic<int> done{0};
    try {
      work_together(3, [&done](bool first) {
        ++done;
        if (!first) {
          throw std::bad_alloc();
        }
      });
      QFAIL("nothing was thrown");
    } catch (const std::bad_alloc&) {
      QCOMPARE(done.load(), 4);
    }
    done = 0;
    work_together(0, [&done](bool first) { done += first ? 1 : 100; });
    QCOMPARE(done.load(), 1);
  }
};

ALIDADE_TEST(HostileTextTest)
#include "hostile_text_test.moc"
