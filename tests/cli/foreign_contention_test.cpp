// SPDX-License-Identifier: BSD-3-Clause
// alidade contention on TorchScript modules of somebody else, as a user calls it.
#include <signal.h>

#include "core/exchange/contention_file.h"
#include "core/io/zip.h"
#include "tests/cli/program.h"
#include "tests/support/script_modules.h"

using namespace alidade;
using namespace alidade::test;

namespace {

ScriptedModule module_with(const std::string& body) {
  ScriptedModule module;
  module.parameters = {{"encoder.weight", {3}, 1.0f}, {"head.weight", {3}, 2.0f}};
  module.code = "\ndef loss(self, inputs: Dict[str, Tensor]) -> Tensor:\n" + body + "\n";
  return module;
}

constexpr char kLinear[] =
    "    return (self.encoder.weight * inputs[\"size\"]).sum(1) + "
    "(self.head.weight * inputs[\"translation\"]).sum(1)";
constexpr char kEndless[] =
    "    total = self.head.weight.detach().sum()\n    while bool(total > -1.0e30):\n        total = total + "
    "1.0\n"
    "    return total";

/// The children of a process that run still.
QStringList children_of(qint64 process) {
  const std::string id = std::to_string(process);
  std::ifstream list("/proc/" + id + "/task/" + id + "/children");
  std::string text;
  std::getline(list, text);
  return QString::fromStdString(text).split(' ', Qt::SkipEmptyParts);
}

}  // namespace

class ForeignContentionCommandTest : public QObject {
  Q_OBJECT

  Workspace work_;

  QStringList line(const QStringList& files, const QStringList& more = {"--run-program"}) const {
    return QStringList{"contention"} + files +
           QStringList{"--blocks",  "blocks.toml", "--dataset",    "small.toml",
                       "--batches", "2",           "--batch-size", "2"} +
           more;
  }

  /// A measurement that never ends, with its worker under way.
  std::unique_ptr<QProcess> endless() const {
    auto process = prepare(line({"endless.pt"}), work_.path());
    process->start();
    process->waitForStarted();
    for (int i = 0; i < 1000 && children_of(process->processId()).isEmpty(); ++i) {
      process->waitForFinished(20);
    }
    process->waitForFinished(3000);
    return process;
  }

 private Q_SLOTS:
  void initTestCase() {
#ifdef __SANITIZE_ADDRESS__
    QSKIP("the address sanitizer reserves more addresses than a worker is granted");
#endif
    work_.write("small.toml",
                "split = \"unit\"\nframes = 12\nwidth = 160\nheight = 120\nmodels_per_category = 2\n");
    work_.write("blocks.toml",
                "[[block]]\nname = \"front\"\nparameters = [\"encoder.\"]\n[[block]]\nname = \"back\"\n"
                "parameters = [\"head.\"]\n");
    fs::create_directory(work_.path("series"));
    for (const char* name : {"series/epoch-0002.pt", "series/epoch-0010.pt", "linear.pt"}) {
      write_script_module(work_.path(name), module_with(kLinear));
    }
    write_script_module(work_.path("endless.pt"), module_with(kEndless));
  }

  void aSeriesIsMeasuredAndWritten() {
    const auto done = work_.run(line({"series"}, {"--run-program", "-o", "a.npz"}));
    COMPARE_CODE(done, 0);
    QVERIFY2(done.out.contains("front") && done.out.contains("back"), done.text().c_str());
    COMPARE_CODE(work_.run(line({"series"}, {"--run-program", "-o", "b.npz"})), 0);
    QVERIFY(work_.read("a.npz") == work_.read("b.npz"));
    const auto file = read_contention_history(work_.path("a.npz"));
    QVERIFY2(file, file ? "" : file.error().message.c_str());
    QCOMPARE(file->history.epochs.size(), std::size_t{2});
    QCOMPARE(file->history.epochs[0].epoch, 2.0);
    QCOMPARE(file->history.epochs[1].epoch, 10.0);
    QCOMPARE(file->history.name, std::string("series"));
    QCOMPARE(file->history.rows.size(), std::size_t{6});
    const auto instances = work_.run(line({"linear.pt"}, {"--run-program", "--rows", "instance", "--json"}));
    COMPARE_CODE(instances, 0);
    QVERIFY(instances.json().is_array());
    QVERIFY2(instances.err.contains("every row is one batch"), instances.text().c_str());
  }

  void nothingRunsUnasked() {
    const QStringList before = work_.files();
    const auto refused = work_.run(line({"endless.pt"}, {"-o", "c.npz"}));
    COMPARE_CODE(refused, 2);
    QVERIFY2(refused.sentence().contains("program") && refused.sentence().contains("--run-program") &&
                 refused.sentence().contains("endless.pt"),
             refused.text().c_str());
    for (const QStringList& line :
         {QStringList{"contention", "linear.pt", "--dataset", "small.toml"},
          QStringList{"infer", "--checkpoint", "linear.pt", "--dataset", "small.toml"}}) {
      const auto unnamed = work_.run(line);
      COMPARE_CODE(unnamed, 3);
      QVERIFY2(unnamed.sentence().contains("TorchScript") && unnamed.sentence().contains("--blocks"),
               unnamed.text().c_str());
    }
    COMPARE_CODE(work_.run({"contention", "linear.pt", "--dataset", "small.toml", "--run-program"}), 2);
    QCOMPARE(work_.files(), before);
  }

  void wrongFilesAreNamed() {
    const std::string whole = work_.read("linear.pt");
    work_.write("cut.pt", whole.substr(0, whole.size() / 2));
    work_.write("pickle.pt", "\x80\x02}q\x01.");
    work_.write("weights.pt", *to_zip_bytes({{"w/data.pkl", "x"}, {"w/data/0", "x"}}));
    work_.write("new.pt2", *to_zip_bytes({{"n/archive_format", "pt2"}}));
    for (const char* name : {"cut.pt", "pickle.pt", "weights.pt", "new.pt2"}) {
      const auto refused = work_.run(line({name}));
      COMPARE_CODE(refused, 3);
      QVERIFY2(refused.sentence().contains(name), refused.text().c_str());
    }
    const auto weights = work_.run({"contention", "weights.pt", "--dataset", "small.toml"});
    COMPARE_CODE(weights, 3);
    QVERIFY2(weights.sentence().contains("weights and no program"), weights.text().c_str());
    write_script_module(work_.path("other.pt"), [] {
      ScriptedModule module = module_with(kLinear);
      module.parameters[0].shape = {1, 3};
      return module;
    }());
    const auto mixed = work_.run(line({"linear.pt", "other.pt"}));
    COMPARE_CODE(mixed, 3);
    QVERIFY2(mixed.sentence().contains("other.pt"), mixed.text().c_str());
    work_.write("wrong.toml", "[[block]]\nname = \"a\"\nparameters = [\"nothing\"]\n");
    QStringList wrong = line({"linear.pt"});
    wrong.replace(wrong.indexOf("blocks.toml"), "wrong.toml");
    const auto map = work_.run(wrong);
    COMPARE_CODE(map, 3);
    QVERIFY2(map.sentence().contains("wrong.toml") && map.sentence().contains("\"nothing\""),
             map.text().c_str());
  }

  void anEndlessLoopEndsWithTheCommand() {
    const auto process = endless();
    QCOMPARE(process->state(), QProcess::Running);
    const QStringList workers = children_of(process->processId());
    QCOMPARE(workers.size(), 1);
    ::kill(static_cast<pid_t>(process->processId()), SIGINT);
    const auto stopped = outcome_of(*process);
    COMPARE_CODE(stopped, 130);
    QVERIFY(!fs::exists("/proc/" + workers.front().toStdString() + "/exe"));
  }

  /// Nobody may be left behind where the command is killed.
  void aWorkerDiesWithItsOwner() {
    const auto process = endless();
    const QStringList workers = children_of(process->processId());
    QCOMPARE(workers.size(), 1);
    ::kill(static_cast<pid_t>(process->processId()), SIGKILL);
    QCOMPARE(outcome_of(*process).code, -1);
    const std::string place = "/proc/" + workers.front().toStdString() + "/exe";
    std::error_code gone;
    QTRY_VERIFY(fs::read_symlink(place, gone).empty());
  }

  void aWorkerThatDiesIsASentence() {
    const auto process = endless();
    const QStringList workers = children_of(process->processId());
    QCOMPARE(workers.size(), 1);
    ::kill(static_cast<pid_t>(workers.front().toInt()), SIGSEGV);
    const auto ended = outcome_of(*process);
    COMPARE_CODE(ended, 1);
    QVERIFY2(ended.sentence().contains("endless.pt") && ended.sentence().contains("signal 11"),
             ended.text().c_str());
  }

  void limitsAreSentences() {
    write_script_module(
        work_.path("large.pt"),
        module_with("    return self.head.weight.sum() + torch.zeros([1024, 1024, 1024, 256]).sum()"));
    const auto memory = work_.run(line({"large.pt"}, {"--run-program", "-o", "d.npz"}));
    COMPARE_CODE(memory, 1);
    QVERIFY2(memory.sentence().contains("large.pt") && memory.sentence().contains("--program-memory"),
             memory.text().c_str());
    QVERIFY(!work_.has("d.npz"));
    const auto time = work_.run(line({"endless.pt"}, {"--run-program", "--program-seconds", "4"}));
    COMPARE_CODE(time, 1);
    QVERIFY2(time.sentence().contains("4 seconds of processor time"), time.text().c_str());
  }

  void theWorkerIsNoCommandForUsers() {
    const auto alone = work_.run({"worker"});
    COMPARE_CODE(alone, 2);
    QVERIFY2(alone.sentence().contains("alidade contention"), alone.text().c_str());
    QVERIFY(!work_.run({"--help"}).out.contains("worker"));
  }
};

ALIDADE_TEST(ForeignContentionCommandTest)

#include "foreign_contention_test.moc"
