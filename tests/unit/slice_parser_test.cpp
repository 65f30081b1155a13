// SPDX-License-Identifier: BSD-3-Clause
#include <QtTest>

#include "core/evaluation/slices/slice.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

SliceFacts facts(double z, std::optional<double> visible, const char* category = "mug",
                 const char* image = "000001/000000") {
  SliceFacts made;
  made.numbers[static_cast<std::size_t>(SliceField::kZ)] = z;
  made.numbers[static_cast<std::size_t>(SliceField::kVisible)] = visible;
  if (visible) {
    made.numbers[static_cast<std::size_t>(SliceField::kOccluded)] = 1.0 - *visible;
  }
  made.category = category;
  made.image = image;
  return made;
}

/// 1, 0, or -1 where it is not known.
int holds(const char* expression, const SliceFacts& object) {
  const auto slice = parse_slice(expression);
  if (!slice) {
    qWarning("%s", slice.error().message.c_str());
    return -2;
  }
  const SliceAnswer answer = answer_of(slice->condition, object);
  return answer.holds ? static_cast<int>(*answer.holds) : -1;
}

}  // namespace

class SliceParserTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void comparesNumbersWithUnits() {
    for (const char* text :
         {"z > 1", "z > 1 m", "z>1m", "z > 100 cm", "z > 100cm", "z > 1000 mm", "Z >= 1.0001", "not z <= 1",
          "z != 1", "not (z = 1)", "z > .5 AND z < 2", "z ≥ 1"}) {
      QVERIFY2(holds(text, facts(1.5, 1.0)) == 1, text);
    }
    for (const char* text : {"z < 1 m", "z ≤ 1", "z = 1", "z in (1, 2)", "z > 2 or z < 1", "z ≠ 1.5"}) {
      QVERIFY2(holds(text, facts(1.5, 1.0)) == 0, text);
    }
    QCOMPARE(holds("z in (1, 150 cm)", facts(1.5, 1.0)), 1);
    QCOMPARE(holds("z not in (1, 150 cm)", facts(1.5, 1.0)), 0);
    QCOMPARE(holds("z > -1", facts(-0.5, 1.0)), 1);
    QCOMPARE(holds("z > 1e-1", facts(0.2, 1.0)), 1);
  }

  void sharesArePercentOrParts() {
    QCOMPARE(holds("occluded > 40 %", facts(1.0, 0.5)), 1);
    QCOMPARE(holds("occluded > 40%", facts(1.0, 0.7)), 0);
    QCOMPARE(holds("occluded > 0.4", facts(1.0, 0.5)), 1);
    QCOMPARE(holds("visible = 40 %", facts(1.0, 0.4)), 1);  // to the last bit
  }

  void comparesTexts() {
    QCOMPARE(holds("category = mug", facts(1.0, 1.0)), 1);
    QCOMPARE(holds("class = \"mug\"", facts(1.0, 1.0)), 1);
    QCOMPARE(holds("category != mug", facts(1.0, 1.0)), 0);
    QCOMPARE(holds("category in (bowl, 'mug')", facts(1.0, 1.0)), 1);
    QCOMPARE(holds("category = \"tea mug\"", facts(1.0, 1.0, "tea mug")), 1);
    QCOMPARE(holds("category = \"a \\\"b\\\\\"", facts(1.0, 1.0, "a \"b\\")), 1);
    QCOMPARE(holds("image = 000001/000000", facts(1.0, 1.0)), 1);
    QCOMPARE(holds("frame in (0, 7)", facts(1.0, 1.0, "mug", "7")), 1);
    QCOMPARE(holds("category = größe-1", facts(1.0, 1.0, "größe-1")), 1);
    for (const char* text : {"", "a", "a\"b", "\\", "a:b", "'", "é ∞"}) {
      QCOMPARE(holds(("category = " + slice_quoted(text)).c_str(), facts(1.0, 1.0, text)), 1);
    }
  }

  void andBindsCloserThanOr() {
    // true or (false and false) against (true or false) and false
    QCOMPARE(holds("z > 1 or z > 2 and z > 3", facts(1.5, 1.0)), 1);
    QCOMPARE(holds("(z > 1 or z > 2) and z > 3", facts(1.5, 1.0)), 0);
    QCOMPARE(holds("not z > 2 and z > 1", facts(1.5, 1.0)), 1);
    QCOMPARE(holds("not (z > 2 or z > 1)", facts(1.5, 1.0)), 0);
    QCOMPARE(holds("everything", facts(1.5, std::nullopt)), 1);
    QCOMPARE(holds("not everything", facts(1.5, std::nullopt)), 0);
  }

  /// Kleene: what is not known decides only where nothing else does.
  void unknownIsAThirdValue() {
    const SliceFacts unseen = facts(1.5, std::nullopt);
    QCOMPARE(holds("occluded > 40 %", unseen), -1);
    QCOMPARE(holds("not occluded > 40 %", unseen), -1);
    QCOMPARE(holds("occluded > 40 % or z > 1", unseen), 1);
    QCOMPARE(holds("occluded > 40 % or z > 2", unseen), -1);
    QCOMPARE(holds("z > 2 and occluded > 40 %", unseen), 0);
    QCOMPARE(holds("z > 1 and occluded > 40 %", unseen), -1);
    const auto slice = parse_slice("z > 1 and score > .5");
    const SliceAnswer answer = answer_of(slice->condition, unseen);
    QVERIFY(!answer.holds && answer.missing == SliceField::kScore);
    QVERIFY(slice->condition.asks(SliceField::kScore) && !slice->condition.asks(SliceField::kX));
  }

  void selectionsAreExpressions() {
    const std::string text =
        expression_of_objects({{"a", 2}, {"b \"q\"", std::nullopt}, {"a", 0}, {"b \"q\"", 7}, {"c", 1}});
    QCOMPARE(text, std::string("image in (\"b \\\"q\\\"\") or image = \"a\" and instance in (0, 2) or "
                               "image = \"c\" and instance in (1)"));
    const auto inside = [&](const char* image, int instance) {
      SliceFacts object = facts(1.0, 1.0, "mug", image);
      object.numbers[static_cast<std::size_t>(SliceField::kInstance)] = instance;
      return holds(text.c_str(), object);
    };
    QVERIFY(inside("a", 0) == 1 && inside("a", 2) == 1 && inside("a", 1) == 0);
    QVERIFY(inside("b \"q\"", 7) == 1 && inside("b \"q\"", 3) == 1);
    QVERIFY(inside("c", 1) == 1 && inside("c", 0) == 0 && inside("d", 1) == 0);
  }

  void namesStandBeforeTheColon() {
    const auto named = parse_slice("  far, hidden :  z > 1 m and image != \"a:b\" ");
    QVERIFY2(named, named ? "" : named.error().message.c_str());
    QCOMPARE(named->name, std::string("far, hidden"));
    QCOMPARE(named->expression, std::string("z > 1 m and image != \"a:b\""));
    const auto bare = parse_slice(" image = \"a:b\" ");
    QCOMPARE(bare->name, std::string("image = \"a:b\""));
    QCOMPARE(bare->name, bare->expression);
    QCOMPARE(parse_slice("z > 1: z > 1")->name, std::string("z > 1"));
  }

  void mistakesAreTold_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* text, const char* message) { QTest::newRow(text) << text << message; };
    row("", "\"\": the condition is empty; write for example occluded > 40 %.");
    row("far:", "\"\": the condition is empty; write for example occluded > 40 %.");
    row(": z > 1", "\"z > 1\": a name is expected before the colon.");
    row("z <", "\"z <\": at character 4 expected a number to compare z with, found the end.");
    row("z", "\"z\": at character 2 expected a comparison of z (<, <=, >, >=, =, != or in), found the end.");
    row("colour = red",
        "\"colour = red\": at character 1 \"colour\" is nothing that is known of an object; there are "
        "visible, "
        "occluded, x, y, z, distance, size, score, instance, object, scene, category and image.");
    row("category > mug",
        "\"category > mug\": at character 10 category is a text and is compared with =, != or in, found "
        "\">\".");
    row("occluded > 40",
        "\"occluded > 40\": at character 12 occluded is a share, written as 0 to 100 % or as 0 to 1, found "
        "\"40\".");
    row("z > 1 kg", "\"z > 1 kg\": at character 7 z is a length in m, cm or mm, found \"kg\".");
    row("z > 40 %", "\"z > 40 %\": at character 8 z is a length in m, cm or mm, found \"%\".");
    row("score > 5 cm", "\"score > 5 cm\": at character 11 score has no unit, found \"cm\".");
    row("score > 5cm", "\"score > 5cm\": at character 9 score has no unit, found \"cm\".");
    row("z > 1 z < 2", "\"z > 1 z < 2\": at character 7 expected \"and\", \"or\" or the end, found \"z\".");
    row("(z > 1", "\"(z > 1\": at character 7 expected a closing parenthesis, found the end.");
    row("z > 1)", "\"z > 1)\": at character 6 expected \"and\", \"or\" or the end, found \")\".");
    row("z in 1", "\"z in 1\": at character 6 expected a list in parentheses, found \"1\".");
    row("z in (1",
        "\"z in (1\": at character 8 expected a comma or a closing parenthesis in the list, found the end.");
    row("z not 1", "\"z not 1\": at character 7 expected \"in\" after \"not\", found \"1\".");
    row("é = 1 and", nullptr);
    row("category = \"mug", "\"category = \"mug\": at character 12 a quote opens that is not closed.");
    row("z > 1 and", nullptr);
    row("z > nan", "\"z > nan\": at character 5 expected a number to compare z with, found \"nan\".");
    row("z > 1e999", "\"z > 1e999\": at character 5 expected a number to compare z with, found \"1e999\".");
  }

  void mistakesAreTold() {
    QFETCH(QString, text);
    QFETCH(QString, message);
    const auto slice = parse_slice(text.toStdString());
    QVERIFY(!slice);
    QVERIFY(slice.error().code == ErrorCode::kUsage);
    QVERIFY(QString::fromStdString(slice.error().message).endsWith('.'));
    if (!message.isNull()) {
      QCOMPARE(QString::fromStdString(slice.error().message), message);
    }
  }

  void hostileTextsAreBounded() {
    QVERIFY(!parse_slice(std::string((1U << 20) + 1, ' ')));
    QVERIFY(!parse_slice(std::string(100000, '(')));
    std::string deep;
    for (int i = 0; i < 100000; ++i) {
      deep += "not ";
    }
    QVERIFY(!parse_slice(deep + "everything"));
    // A long list is one look-up, and a long chain is flat.
    std::string list = "image in (\"0\"", chain = "z > 0";
    for (int i = 1; i < 20000; ++i) {
      list += ", \"" + std::to_string(i) + "\"";
      chain += " and z > 0";
    }
    QCOMPARE(holds((list + ")").c_str(), facts(1.0, 1.0, "mug", "19999")), 1);
    QCOMPARE(holds(chain.c_str(), facts(1.0, 1.0)), 1);
    const auto strange = parse_slice(std::string("z > 1\0 and", 10));
    QVERIFY(!strange);
    QVERIFY(!parse_slice("\xff\xfe = \x80"));
  }
};

ALIDADE_TEST(SliceParserTest)
#include "slice_parser_test.moc"
