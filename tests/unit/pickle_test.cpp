// SPDX-License-Identifier: BSD-3-Clause
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "core/io/pickle.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

using Kind = PickleValue::Kind;

Expected<PickleValue> parse(const std::string& bytes) {
  return parse_pickle(bytes, "x.pkl");
}

std::string sentence(const std::string& bytes) {
  const auto value = parse(bytes);
  return value ? "it was read" : value.error().message;
}

/// A text as protocol 2 has it.
std::string text(const std::string& value) {
  return "X" + std::string(1, static_cast<char>(value.size())) + std::string(3, '\0') + value;
}

const std::string kProto("\x80\x02", 2);

}  // namespace

class PickleTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  /// tests/fuzz/seeds/pickle was written by Python's pickle and NumPy 1.24.
  void what_python_wrote_is_read_data() {
    QTest::addColumn<QString>("file");
    for (const char* protocol : {"2", "3", "4", "5"}) {
      QTest::newRow(protocol) << QStringLiteral("tests/fuzz/seeds/pickle/numpy%1.pkl").arg(protocol);
    }
  }

  void what_python_wrote_is_read() {
    QFETCH(QString, file);
    const auto value = read_pickle(test::source_path(file.toStdString()));
    QVERIFY2(value, value ? "" : value.error().message.c_str());
    QVERIFY(value->kind == Kind::kDict);
    QCOMPARE(*value->find("a")->numbers(3), (std::vector<double>{0, 1, 2}));
    QVERIFY(!value->find("a")->numbers(2));
    QCOMPARE(*value->find("b")->number(), 2.5);
    QCOMPARE(value->find("c")->array->as_texts(), (std::vector<std::string>{"x", "yy"}));
    QCOMPARE(*value->find("d")->numbers(4), (std::vector<double>{0, 1, 2, 3}));
    QVERIFY(value->find("e")->kind == Kind::kBytes);
    QCOMPARE(value->find("e")->text, std::string("a\xff"
                                                 "b"));
    const PickleValue& tuple = *value->find("f");
    QVERIFY(tuple.kind == Kind::kTuple);
    std::vector<std::int64_t> wholes;
    for (std::size_t i = 0; i < 7; ++i) {
      wholes.push_back(*tuple.items[i].whole());
    }
    QCOMPARE(wholes, (std::vector<std::int64_t>{1, -2, std::int64_t{1} << 40, -129, 70000, 1, 0}));
    QVERIFY(tuple.items[7].kind == Kind::kNone);
    QCOMPARE(value->find("g")->text, std::string("C∞"));
    QCOMPARE(*value->find("h")->whole(), std::int64_t{-3});
    QVERIFY(value->find("i")->kind == Kind::kBool);
    QCOMPARE(*value->find("again")->numbers(3), (std::vector<double>{0, 1, 2}));
    QVERIFY(value->find("none") == nullptr);
  }

  void what_is_written_is_read() {
    const auto value = PickleValue::dict(
        {{"list",
          PickleValue::list({PickleValue::of(std::int64_t{-5}), PickleValue::of(std::int64_t{1} << 50),
                             PickleValue::of(0.1), PickleValue::of(true), PickleValue()})},
         {"text", PickleValue::of("Schön")}});
    const auto back = parse(to_pickle_bytes(value));
    QVERIFY(back);
    QCOMPARE(to_pickle_bytes(*back), to_pickle_bytes(value));
    QCOMPARE(*back->find("list")->items[1].whole(), std::int64_t{1} << 50);
    QCOMPARE(*back->find("list")->items[2].number(), 0.1);
    QCOMPARE(back->find("text")->text, std::string("Schön"));
  }

  void other_objects_are_named_and_not_executed() {
    const std::string touch = "alidade_pickle_was_here";
    QTemporaryDir folder;
    const std::string mark = folder.path().toStdString() + "/" + touch;
    // The classical attack: os.system("touch ...").
    const std::string attack = kProto + "cos\nsystem\n" + text("touch " + mark) + "\x85R.";
    QVERIFY2(sentence(attack).find("\"os.system\"") != std::string::npos, sentence(attack).c_str());
    QVERIFY(!QFile::exists(QString::fromStdString(mark)));
    const std::string stacked = "\x80\x04" + text("builtins") + text("eval") + "\x93" + text("1") + "\x85R.";
    QVERIFY2(sentence(stacked).find("\"builtins.eval\"") != std::string::npos, sentence(stacked).c_str());
    for (const std::string& bytes : {kProto + "cos\nsystem\n.", kProto + "ccollections\nOrderedDict\n)R.",
                                     kProto + "cmodule\nClass\n)\x81.", kProto + "(imodule\nClass\n.",
                                     kProto + text("id") + "Q.", kProto + "\x82\x01.", kProto + "(\x8f."}) {
      QVERIFY2(sentence(bytes).find("named here and not executed") != std::string::npos,
               sentence(bytes).c_str());
    }
    // Names of NumPy for something else than NumPy means with them.
    QVERIFY(!parse(kProto + "cnumpy\nndarray\n)R."));
    QVERIFY(!parse(kProto + "cnumpy\nndarray\n."));
    QVERIFY(!parse(kProto + "c_codecs\nencode\n" + text("a") + text("rot13") + "\x86R."));
  }

  void arrays_of_objects_are_refused() {
    const std::string dtype = "cnumpy\ndtype\n" + text("O8") + "\x89\x88\x87R(K\x03" + text("|") +
                              "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb";
    const std::string array = kProto + "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK" +
                              std::string(1, '\0') + "\x85" + text("b") + "\x87R(K\x01K\x01\x85" + dtype +
                              "\x89](K\x01"
                              "etb.";
    QVERIFY2(sentence(array).find("array of objects") != std::string::npos, sentence(array).c_str());
  }

  void every_truncation_and_a_tail_are_refused() {
    for (const char* name : {"numpy2.pkl", "numpy4.pkl", "numpy5.pkl"}) {
      const auto bytes =
          read_file(test::source_path(std::string("tests/fuzz/seeds/pickle/") + name), 1 << 20);
      for (std::size_t size = 0; size < bytes->size(); ++size) {
        QVERIFY2(!parse(bytes->substr(0, size)), name);
      }
      QVERIFY(!parse(*bytes + "tail"));
    }
  }

  void lengths_that_lie_allocate_nothing() {
    QVERIFY(!parse(kProto + "X\xff\xff\xff\xff"
                            "a."));
    QVERIFY(
        !parse(std::string("\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7f"
                           "a.",
                           13)));
    QVERIFY(!parse(kProto + "\x8b\xff\xff\xff\xff."));
  }

  void what_holds_itself_is_refused() {
    QVERIFY2(sentence(kProto + "]q\x01h\x01"
                               "a.")
                     .find("holds itself") != std::string::npos,
             sentence(kProto + "]q\x01h\x01"
                               "a.")
                 .c_str());
    std::string deep = kProto;
    for (int i = 0; i < 100000; ++i) {
      deep += "]";
    }
    for (int i = 1; i < 100000; ++i) {
      deep += "a";
    }
    QVERIFY(!parse(deep + "."));
  }

  /// Lists of the list before them, ten times each: ten levels are ten thousand million values.
  void references_do_not_multiply_without_end() {
    std::string bomb = kProto +
                       "(](K\x01"
                       "eq" +
                       std::string(1, '\0');
    for (char i = 0; i < 10; ++i) {
      bomb += "](";
      for (int k = 0; k < 10; ++k) {
        bomb += "h";
        bomb += i;
      }
      bomb += "eq";
      bomb += static_cast<char>(i + 1);
    }
    bomb += "1h\x0a.";  // all off the stack, and the last one back on it
    QVERIFY2(sentence(bomb).find("2000000 values") != std::string::npos, sentence(bomb).c_str());
    std::string texts = kProto + text(std::string(100, 'x')) + "q" + std::string(1, '\0') + "0](";
    texts.reserve(400000);
    for (int i = 0; i < 100000; ++i) {
      texts += "h";
      texts += '\0';
    }
    QVERIFY(!parse(texts + "e."));
  }

  void other_protocols_are_named() {
    QVERIFY(sentence(std::string("\x80\x06N.", 4)).find("protocol 6") != std::string::npos);
    QVERIFY(!parse("I1\n."));
    QVERIFY(!parse("a text"));
    QVERIFY(!parse(""));
  }
};

ALIDADE_TEST(PickleTest)
#include "pickle_test.moc"
