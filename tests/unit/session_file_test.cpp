// SPDX-License-Identifier: BSD-3-Clause
#include <QtTest>

#include "core/session/session_file.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

SessionFile fullSession() {
  SessionFile session;
  session.dataset = {"/data/sets/table", "d5"};
  session.checkpoint = {"/data/nets/demo.safetensors", "c1"};
  SessionRun saved{"demo \u00b7 exp 1\u20138", "poses", "the first", 2, {"/data/runs/a.npz", "aa"}, 1, false, true, false};
  SessionRun own{"two", "estimated", "", 0, {"/home/u/.state/run.npz", ""}, 0, true, false, true};
  own.in_tables = true;
  own.styled = true;
  session.runs = {saved, own};
  session.frame = "000001/000003";
  session.instance = 2;
  session.window = R"({"perspective":"lab","views":{"image":{"zoom":1.5}}})";
  return session;
}

}  // namespace

class SessionFileTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void itComesBackFromAnotherFolder() {
    const SessionFile session = fullSession();
    const std::string json = session_to_json(session, "/data/sessions");
    QVERIFY(json.find("\"../sets/table\"") != std::string::npos);
    QVERIFY(json.find("/data/") == std::string::npos);
    const auto back = session_from_json(json, "/data/sessions", "s.json");
    QVERIFY2(back, back ? "" : back.error().message.c_str());
    QVERIFY(*back == session);
    // The folder as a whole has moved.
    const auto moved = session_from_json(json, "/mnt/copy/sessions", "s.json");
    QCOMPARE(moved->runs.front().file.path, std::filesystem::path("/mnt/copy/runs/a.npz"));
    QCOMPARE(session_to_json(*back, "/data/sessions"), json);
  }

  void aNewerSchemaIsRefused() {
    const auto refused = session_from_json(R"({"format": "alidade-session", "schema": 2})", "/", "s.json");
    QVERIFY(!refused);
    const QString sentence = QString::fromStdString(refused.error().message);
    QVERIFY2(sentence.contains("schema 2") && sentence.contains("up to 1") && sentence.contains("newer Alidade"),
             qPrintable(sentence));
    for (const char* text : {"", "[]", "{}", "{\"format\": \"alidade-session\"}",
                             "{\"format\": \"alidade-session\", \"schema\": \"1\"}",
                             "{\"format\": \"alidade-session\", \"schema\": 0}"}) {
      QVERIFY2(!session_from_json(text, "/", "s.json"), text);
    }
  }

  void whatIsNoRunIsLeftOut() {
    const auto session = session_from_json(
        R"({"format": "alidade-session", "schema": 1, "dataset": 7, "selection": [], "window": "x",
            "runs": [3, {"name": "a"}, {"name": "b", "file": {"path": "b.npz"}, "style": -4, "part": 1e99}]})",
        "/s", "s.json");
    QVERIFY2(session, session ? "" : session.error().message.c_str());
    QCOMPARE(session->runs.size(), std::size_t{1});
    QCOMPARE(session->runs[0].file.path, std::filesystem::path("/s/b.npz"));
    QCOMPARE(session->runs[0].style, 0);
    QVERIFY(!session->runs[0].in_tables && !session->runs[0].styled);  // as in files of before
    QCOMPARE(session->notes.size(), std::size_t{2});
    QVERIFY(session->dataset.path.empty() && session->window == "{}" && !session->instance);
  }
};

ALIDADE_TEST(SessionFileTest)
#include "session_file_test.moc"
