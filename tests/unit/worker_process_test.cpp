// SPDX-License-Identifier: BSD-3-Clause
// Workers: what they are given, what they say, how they end, and what the kernel refuses them.
#include "core/base/worker_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include <QTemporaryDir>
#include <QtTest>

#include "core/base/file.h"
#include "tests/support/confined.h"
#include "tests/support/test_registry.h"

using namespace alidade;

namespace {

WorkerOrder shell(const std::string& line, const std::string& request = "") {
  WorkerOrder order;
  order.program = "/bin/bash";
  order.arguments = {"-c", line};
  order.request = request;
  return order;
}

struct Told {
  Expected<WorkerEnd> end;
  std::vector<WorkerMessage> messages;

  std::string result() const {
    const auto bytes = read_file(end->result_path(), 1 << 20);
    return bytes ? *bytes : bytes.error().message;
  }
};

/// Runs it; a message of the kind 'd' is its last.
Told told_by(const WorkerOrder& order, const std::stop_token& stop = {}) {
  std::vector<WorkerMessage> messages;
  auto end = run_worker(
      order,
      [&](const WorkerMessage& message) {
        messages.push_back(message);
        return message.kind != 'd';
      },
      stop);
  return {std::move(end), std::move(messages)};
}

}  // namespace

class WorkerProcessTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void messagesArriveWholeInAnyPieces() {
    MessageReader reader;
    std::string bytes;
    for (const std::string& text : {std::string("a"), std::string(), std::string(300, 'x')}) {
      bytes += std::string{static_cast<char>(text.size() & 255), static_cast<char>(text.size() >> 8), 0, 0} +
               'k' + text;
    }
    std::vector<std::string> texts;
    for (const char byte : bytes) {
      reader.add({&byte, 1});
      while (const auto message = reader.next()) {
        QCOMPARE(message->kind, 'k');
        texts.push_back(message->text);
      }
    }
    QCOMPARE(texts, (std::vector<std::string>{"a", "", std::string(300, 'x')}));
    QVERIFY(!reader.broken());
    reader.add(std::string("\xff\xff\xff\x7f") + "k");  // 2 GB would have to be kept
    QVERIFY(!reader.next() && reader.broken());
  }

  void aWorkerHearsAndAnswers() {
    const Told told = told_by(shell(R"(read line; printf '\005\000\000\000phello' >&3; echo "$line!" >&4;)"
                                    R"( printf '\000\000\000\000d' >&3; sleep 100)",
                                    "asked\n"));
    QVERIFY(told.end && told.end->finished);
    QCOMPARE(told.messages.size(), std::size_t{2});
    QCOMPARE(told.messages[0].text, std::string("hello"));
    QCOMPARE(told.result(), std::string("asked!\n"));
  }

  void itHasNothingButWhatItIsGiven() {
    qputenv("ALIDADE_TEST_SECRET", "secret");
    const int open = ::open("/dev/null", O_RDONLY);  // not closed when a program is started
    const Told told =
        told_by(shell("env >&4; for d in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do "
                      "[ -e /proc/$$/fd/$d ] && printf '<%s>' $d >&4; done; ulimit -c -v -t >&4"));
    ::close(open);
    qunsetenv("ALIDADE_TEST_SECRET");
    QVERIFY(told.end && !told.end->finished);
    const std::string seen = told.result();
    QVERIFY2(seen.find("secret") == std::string::npos && seen.find("HOME=/") == std::string::npos,
             seen.c_str());
    QVERIFY2(seen.find("<0><1><2><3><4>") != std::string::npos && seen.find("<5>") == std::string::npos,
             seen.c_str());
    QVERIFY2(seen.find("8388608") != std::string::npos && seen.find("36000") != std::string::npos,
             seen.c_str());
  }

  void everyEndHasItsSentence() {
    const auto sentence = [](const std::string& line, std::uint64_t seconds = 100) {
      WorkerOrder order = shell(line);
      order.limits.processor_seconds = seconds;
      const Told told = told_by(order);
      return told.end ? why_it_ended(*told.end, order.limits) : told.end.error().message;
    };
    QCOMPARE(sentence("kill -SEGV $$"), std::string("was ended by signal 11 (Segmentation fault)"));
    QCOMPARE(sentence("exit 3"), std::string("ended without a result (exit code 3)"));
    QCOMPARE(sentence("while true; do :; done", 1), std::string("used up its 1 seconds of processor time"));
    QVERIFY(sentence("kill -KILL $$").starts_with("was killed (signal 9)"));
    QVERIFY(sentence("printf '\\377\\377\\377\\377\\377' >&3; sleep 100").starts_with("said something"));
    WorkerOrder nothing = shell("");
    nothing.program = "/nowhere/alidade";
    const Told told = told_by(nothing);
    QCOMPARE(why_it_ended(*told.end, nothing.limits), std::string("could not be started"));
  }

  /// With all that it has started.
  void aStopEndsIt() {
    QTemporaryDir folder;
    const std::string file = folder.filePath("alive").toStdString();
    std::stop_source stop;
    std::jthread later([&] {
      while (!std::filesystem::exists(file)) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      stop.request_stop();
    });
    const Told told =
        told_by(shell("(while true; do echo $BASHPID > " + file + "; done) & wait"), stop.get_token());
    QVERIFY(!told.end);
    QVERIFY(told.end.error().code == ErrorCode::kCancelled);
    std::filesystem::remove(file);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    QVERIFY(!std::filesystem::exists(file));
  }

  void theKernelRefuses() {
    QTemporaryDir folder;
    const std::string there = folder.filePath("there").toStdString(),
                      made = folder.filePath("made").toStdString();
    QVERIFY(write_file_atomically(there, "kept"));
    if (test::confined([] { return 0; }) == test::kUnconfined) {
      QSKIP("this kernel takes no filter");
    }
    QCOMPARE(test::confined([] { return ::socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EACCES ? 0 : 1; }), 0);
    QCOMPARE(test::confined([] { return ::socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? 0 : 1; }), 0);
    QCOMPARE(test::confined([&] { return ::open(made.c_str(), O_CREAT | O_WRONLY, 0600) < 0 ? 0 : 1; }), 0);
    QCOMPARE(test::confined([&] { return ::open(there.c_str(), O_RDWR) < 0 ? 0 : 1; }), 0);
    QCOMPARE(test::confined([&] { return ::open(there.c_str(), O_RDONLY | O_TRUNC) < 0 ? 0 : 1; }), 0);
    QCOMPARE(test::confined([&] { return ::unlink(there.c_str()) != 0 ? 0 : 1; }), 0);
    QCOMPARE(test::confined([&] { return ::rename(there.c_str(), made.c_str()) != 0 ? 0 : 1; }), 0);
    QCOMPARE(test::confined([] { return ::fork() < 0 ? 0 : 1; }), 0);
    QCOMPARE(test::confined([] { return ::execl("/bin/true", "true", nullptr) != 0 ? 0 : 1; }), 0);
    QCOMPARE(test::confined([] { return ::kill(::getppid(), 0) != 0 ? 0 : 1; }), 0);
    // What a computation needs goes on.
    QCOMPARE(test::confined([&] { return ::open(there.c_str(), O_RDONLY) >= 0 ? 0 : 1; }), 0);
    QCOMPARE(test::confined([] {
               std::atomic<int> ran{1};
               std::thread([&] { ran = 0; }).join();
               return ran.load();
             }),
             0);
    QVERIFY(std::filesystem::exists(there) && !std::filesystem::exists(made));
  }
};

ALIDADE_TEST(WorkerProcessTest)

#include "worker_process_test.moc"
