// SPDX-License-Identifier: BSD-3-Clause
// Sources in several processes: who they are, what they send, and that they compute what one process does.
#include <functional>
#include <map>
#include <thread>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include "core/nn/compute.h"
#include "core/nn/sparse_detector/detector_trainer.h"
#include "core/nn/sparse_detector/process_exchange.h"
#include "tests/detection/detector_scenes.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::test;

namespace {

Expected<std::optional<ProcessPlace>> place_in(const std::map<std::string, std::string>& environment) {
  return process_place(
      [&](const char* name) -> const char* {
        const auto found = environment.find(name);
        return found == environment.end() ? nullptr : found->second.c_str();
      },
      "4711");
}

DetectorConfig three_sources() {
  DetectorConfig config = test_detector();
  config.sources.push_back(test_source("offices", BoxForm::kAligned));
  return config;
}

DetectorTraining harmonized_training() {
  DetectorTraining training;
  training.seed = 3;
  training.steps = training.rate.steps = 20;
  training.combine.threshold = 0.99;
  return training;
}

double named_value(const NamedValues& values, const std::string& name) {
  for (const NamedValue& value : values) {
    if (value.name == name) {
      return value.value;
    }
  }
  return -1.0;
}

/// What 20 steps of a trainer lead to.
struct Outcome {
  std::string digest, problem;
  std::vector<double> losses;
  double triggered = 0.0;
};

void train_steps(DetectorTrainer& trainer, int steps, Outcome& outcome) {
  TestScenes scenes(1);
  scenes.samples.push_back({test_scene(77)});
  for (int i = 0; i < steps && outcome.problem.empty(); ++i) {
    const auto report = trainer.train(scenes.batches());
    if (!report) {
      outcome.problem = report.error().message;
      break;
    }
    outcome.losses.push_back(named_value(report->losses, "classes"));
    outcome.triggered += named_value(report->measures, "triggered");
  }
  outcome.digest = trainer.network().state_digest();
}

DetectorTrainer new_trainer(std::unique_ptr<GradientExchange> exchange) {
  bind_compute_thread();
  return {DetectorNetwork::create(three_sources(), 5), harmonized_training(), std::move(exchange)};
}

Outcome outcome_of(std::unique_ptr<GradientExchange> exchange, int steps) {
  DetectorTrainer trainer = new_trainer(std::move(exchange));
  Outcome outcome;
  train_steps(trainer, steps, outcome);
  return outcome;
}

/// Four steps, of which a rank that was killed has saved but two.
Outcome aligned_outcome(std::unique_ptr<GradientExchange> exchange, bool was_killed) {
  DetectorTrainer trainer = new_trainer(std::move(exchange));
  Outcome outcome;
  train_steps(trainer, 2, outcome);
  const SafeTensors saved = trainer.state();
  train_steps(trainer, 2, outcome);
  const auto restored = was_killed ? trainer.restore(saved, "saved") : Expected<void>();
  const auto aligned = restored ? trainer.align() : restored;
  outcome.problem = aligned ? outcome.problem : aligned.error().message;
  if (trainer.step() != 2) {
    outcome.problem = "it goes on from step " + std::to_string(trainer.step());
  }
  train_steps(trainer, 2, outcome);
  return outcome;
}

}  // namespace

class ProcessExchangeTest : public QObject {
  Q_OBJECT

 private:
  using Work = std::function<Outcome(int rank, std::unique_ptr<GradientExchange> exchange)>;

  /// Runs so many ranks beside each other.
  std::vector<Outcome> ranks_of(const std::string& launch, int ranks, int sources, const Work& work) {
    std::vector<Outcome> outcomes(static_cast<std::size_t>(ranks));
    std::vector<std::thread> threads;
    for (int rank = 0; rank < ranks; ++rank) {
      threads.emplace_back([&, rank] {
        ProcessPlace place;
        place.rank = rank;
        place.ranks = ranks;
        place.launch = launch;
        place.folder = folder_.path().toStdString();
        auto joined = join_processes(place, "same", sources);
        auto& outcome = outcomes[static_cast<std::size_t>(rank)];
        if (joined) {
          outcome = work(rank, std::move(*joined));
        } else {
          outcome.problem = joined.error().message;
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    return outcomes;
  }
  QStringList left_over() const { return QDir(folder_.path()).entryList(QDir::Files | QDir::Hidden); }

  QTemporaryDir folder_;

 private Q_SLOTS:
  void initTestCase() {
    configure_compute(1);
    bind_compute_thread();
  }

  void whoStartedUsSaysWhoWeAre() {
    QVERIFY(!*place_in({}));
    const auto mpi =
        place_in({{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "3"}, {"PMIX_NAMESPACE", "a"}});
    QVERIFY(mpi && *mpi);
    QCOMPARE((*mpi)->rank, 2);
    QCOMPARE((*mpi)->ranks, 3);
    QCOMPARE((*mpi)->interface, std::string("lo"));
    const auto torch = place_in({{"RANK", "0"}, {"WORLD_SIZE", "3"}, {"GLOO_SOCKET_IFNAME", "eth1"}});
    QVERIFY(torch && *torch);
    QCOMPARE((*torch)->launch, std::string("4711"));
    QCOMPARE((*torch)->interface, std::string("eth1"));
    const auto slurm = place_in({{"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}, {"SLURM_JOB_ID", "9"}});
    QVERIFY(slurm && *slurm);
    QCOMPARE((*slurm)->launch, std::string("9-"));
    // A folder that several machines see: they have no parent in common.
    const auto machines = place_in(
        {{"RANK", "0"}, {"WORLD_SIZE", "3"}, {"MASTER_PORT", "1"}, {"ALIDADE_MEETING_FOLDER", "/x"}});
    QVERIFY(machines && *machines);
    QCOMPARE((*machines)->launch, std::string("1-"));
    QVERIFY(!(*machines)->nccl);
    const auto cards = place_in({{"RANK", "0"}, {"WORLD_SIZE", "3"}, {"ALIDADE_EXCHANGE", "nccl"}});
    QVERIFY(cards && *cards && (*cards)->nccl);
    QVERIFY(!place_in({{"RANK", "0"}, {"WORLD_SIZE", "3"}, {"ALIDADE_EXCHANGE", "pigeons"}}));
    QVERIFY(!*place_in({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "1"}}));
    for (const auto& [rank, ranks] :
         {std::pair{"3", "3"}, std::pair{"-1", "2"}, std::pair{"x", "2"}, std::pair{"0", "0"}}) {
      QVERIFY(!place_in({{"RANK", rank}, {"WORLD_SIZE", ranks}}));
    }
  }

  void stepsComeBackFromTheirBytes() {
    const SourceStep step{2, {1.5f, -0.0f}, {3.0f}, {}, {4.0f, 5.0f}, {1e-300, 7.0}};
    const auto back = step_from_bytes(step_bytes(step));
    QVERIFY(back);
    QVERIFY(*back == step);
    const std::string bytes = step_bytes(step);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      QVERIFY(!step_from_bytes(bytes.substr(0, i)));
    }
    QVERIFY(!step_from_bytes(bytes + "x"));
  }

  void differentConfigurationsAreNamed() {
    QVERIFY(!configuration_difference({"a\nb", "a\nb"}));
    const auto difference = configuration_difference({"a\ntau = 0.4", "a\ntau = 0.4", "a\ntau = 0.5"});
    QVERIFY(difference);
    const std::string same(300, '-');
    const auto late = configuration_difference({same + "a", same + "b"});
    QVERIFY2(late && late->message.find("--a\"") != std::string::npos, late->message.c_str());
    QVERIFY(difference->message.find("rank 0 has \"tau = 0.4\", rank 2 \"tau = 0.5\"") != std::string::npos);
  }

  void threeProcessesComputeWhatOneDoes() {
    const Outcome alone = outcome_of(nullptr, 20);
    QVERIFY(alone.problem.empty());
    QVERIFY(alone.triggered > 0.0);
    for (const Outcome& one :
         ranks_of("equal", 3, 3, [](int, auto exchange) { return outcome_of(std::move(exchange), 20); })) {
      QVERIFY2(one.problem.empty(), one.problem.c_str());
      QCOMPARE(one.losses, alone.losses);
      QCOMPARE(one.digest, alone.digest);
    }
  }

  void aLostRankIsAnErrorEverywhere() {
    const auto outcomes = ranks_of("lost", 3, 3, [](int rank, auto exchange) {
      return outcome_of(std::move(exchange), rank == 1 ? 2 : 4);
    });
    QVERIFY(outcomes[1].problem.empty());
    for (const std::size_t rank : {0, 2}) {
      QVERIFY2(outcomes[rank].problem.find("--resume") != std::string::npos, outcomes[rank].problem.c_str());
    }
  }

  void ranksGoOnFromTheEarliestState() {
    const Outcome alone = outcome_of(nullptr, 4);
    for (const int killed : {0, 1}) {
      for (const Outcome& one : ranks_of("align", 3, 3, [killed](int rank, auto exchange) {
             return aligned_outcome(std::move(exchange), rank == killed);
           })) {
        QVERIFY2(one.problem.empty(), one.problem.c_str());
        QCOMPARE(one.digest, alone.digest);
      }
    }
  }

  void processesAndSourcesMustBeAsMany() {
    for (const Outcome& one : ranks_of("two", 2, 3, [](int, auto) { return Outcome(); })) {
      QVERIFY2(one.problem.find("2 processes for 3 sources") != std::string::npos, one.problem.c_str());
    }
  }

  void cleanup() { QCOMPARE(left_over(), QStringList()); }
};

ALIDADE_TEST(ProcessExchangeTest)

#include "process_exchange_test.moc"
