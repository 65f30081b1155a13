// SPDX-License-Identifier: BSD-3-Clause
#include "tests/cli/ranks.h"

#include <iterator>
#include <set>
#include <sstream>

using namespace alidade;
using namespace alidade::test;

namespace {

/// Addresses in this machine of the TCP sockets of a process, also of those that listen: "0100007F:9C40".
std::set<std::string> tcp_addresses(qint64 process) {
  const std::string place = "/proc/" + std::to_string(process);
  std::set<std::string> sockets, found;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(place + "/fd", failure)) {
    sockets.insert(fs::read_symlink(entry.path(), failure).string());
  }
  for (const char* table : {"/net/tcp", "/net/tcp6"}) {
    std::ifstream lines(place + table);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream stream(line);
      const std::vector<std::string> words{std::istream_iterator<std::string>(stream), {}};
      if (words.size() > 9 && sockets.contains("socket:[" + words[9] + "]")) {
        found.insert(words[1]);
      }
    }
  }
  return found;
}

}  // namespace

/// How ranks find each other, and which do not train together.
class RanksStartTest : public QObject {
  Q_OBJECT

  JointWorkspace work_;

  void nothingIsLeft() { QCOMPARE(work_.files("meeting"), QStringList()); }

 private Q_SLOTS:
  void initTestCase() {
    if (!can_train_in_several(work_)) {
      QSKIP("This build has no Gloo.");
    }
  }

  void aStartThatWasKilledIsNotMet() {
    Ranks half(work_);
    half.start_next(3, train_arguments("short.toml", "never"));
    half.start_next(3, train_arguments("short.toml", "never"));
    QVERIFY(half.wait_until([&] { return !work_.files("meeting").isEmpty(); }));
    half.at(0).waitForFinished(500);
    half.send(0, SIGKILL);
    half.send(1, SIGKILL);
    half.outcomes();
    Ranks ranks(work_);
    for (const Outcome& one : ranks.run(3, train_arguments("short.toml", "afterwards"))) {
      COMPARE_CODE(one, 0);
    }
    nothingIsLeft();
  }

  void ranksThatTrainOtherThingsAreRefused_data() {
    QTest::addColumn<QString>("recipe");
    QTest::addColumn<QString>("of_first");
    QTest::addColumn<QString>("of_last");
    QTest::newRow("tau") << "other.toml"
                         << "tau = 0.4"
                         << "tau = 0.45";
    QTest::newRow("sources") << "fewer.toml"
                             << "config = "
                             << "only = ";
    QTest::newRow("data") << "elsewhere/short.toml"
                          << "data rooms-views-train "
                          << "data rooms-views-train ";
  }

  void ranksThatTrainOtherThingsAreRefused() {
    QFETCH(QString, recipe);
    QFETCH(QString, of_first);
    QFETCH(QString, of_last);
    work_.write("other.toml", joint_recipe(20, 10, "0.45"));
    work_.write("fewer.toml",
                "[detector]\nonly = [\"scans\", \"views\"]\n" + joint_recipe(20, 10).substr(11));
    fs::create_directory(work_.path("elsewhere"));
    for (const char* name : {"short.toml", "scans.toml", "offices.toml"}) {
      work_.write(std::string("elsewhere/") + name, work_.read(name));
    }
    work_.write("elsewhere/views.toml", joint_rooms("views", 5));
    Ranks ranks(work_);
    ranks.start_next(3, train_arguments("short.toml", "refused"));
    ranks.start_next(3, train_arguments("short.toml", "refused"));
    ranks.start_next(3, train_arguments(recipe, "refused"));
    for (const Outcome& one : ranks.outcomes()) {
      COMPARE_CODE(one, 2);
      QVERIFY2(one.sentence().contains("rank 0 has") && one.sentence().contains(of_first) &&
                   one.sentence().contains("rank 2") && one.sentence().contains(of_last),
               one.text().c_str());
    }
    QVERIFY(!work_.has("refused") && !work_.has("refused-rank1"));
    nothingIsLeft();
  }

  void ranksAndSourcesMustBeAsMany() {
    Ranks ranks(work_);
    for (const Outcome& one : ranks.run(2, train_arguments("short.toml", "two"))) {
      COMPARE_CODE(one, 2);
      QVERIFY2(one.sentence().contains("2 processes for 3 sources"), one.text().c_str());
    }
    QVERIFY(!work_.has("two"));
    nothingIsLeft();
  }

  void nothingListensBeyondLoopback() {
    if (!fs::exists("/proc/self/net/tcp")) {
      QSKIP("The system does not tell who listens.");
    }
    Ranks ranks(work_);
    ranks.start(3, train_arguments("long.toml", "quiet"));
    std::set<std::string> found;
    QVERIFY(ranks.wait_until([&] {
      for (int rank = 0; rank < 3; ++rank) {
        found.merge(tcp_addresses(ranks.at(rank).processId()));
      }
      return work_.has("quiet/state.safetensors");
    }));
    QVERIFY(!found.empty());
    for (const std::string& address : found) {
      QVERIFY2(address.starts_with("0100007F:") || address.starts_with("00000000000000000000000001000000:"),
               address.c_str());
    }
    nothingIsLeft();
    QVERIFY(ranks.all_run());
  }
};

ALIDADE_TEST(RanksStartTest)
#include "ranks_start_test.moc"
