// SPDX-License-Identifier: BSD-3-Clause
#include "core/experiments/run_graph.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <QtTest>

#include "core/experiments/budget.h"
#include "core/papers/score_scaling/steps.h"
#include "tests/support/test_registry.h"

using namespace alidade;
using namespace alidade::score_scaling;

namespace {

StepGraph small_graph() {
  ReproduceSizes sizes;
  sizes.seeds = 3;
  ReproducePlan plan = make_plan(sizes, {});
  for (ReproduceStep& step : plan.steps) {
    step.seconds = 10.0;
  }
  return *StepGraph::make(graph_steps(plan, "", "", DatasetReaders{}, 1), "plan");
}

void rest() {
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

}  // namespace

class ReproduceRunTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void everyStepRunsOnceAndAfterWhatItNeeds() {
    const StepGraph graph = small_graph();
    for (const int workers : {1, 2, 5}) {
      std::mutex mutex;
      std::vector<int> done(graph.steps().size(), 0);
      bool in_order = true;
      const auto ran = run_steps(graph, workers, {}, [&](std::size_t step, int, const JobContext&) {
        {
          const std::lock_guard lock(mutex);
          for (std::size_t i = 0; i < graph.steps().size(); ++i) {
            in_order = in_order && (done[i] > 0 || !graph.needs_step(step, i));
          }
        }
        rest();
        const std::lock_guard lock(mutex);
        ++done[step];
        return Expected<void>();
      });
      QVERIFY(static_cast<bool>(ran));
      QVERIFY(in_order);
      QVERIFY(std::all_of(done.begin(), done.end(), [](int times) { return times == 1; }));
    }
  }

  void whatIsTimedRunsAlone() {
    const StepGraph graph = small_graph();
    std::atomic<int> running = 0, most = 0;
    std::atomic<bool> alone = true;
    const auto ran = run_steps(graph, 4, {}, [&](std::size_t step, int, const JobContext&) {
      const int now = ++running;
      most = std::max(most.load(), now);
      rest();
      if (graph.steps()[step].alone) {
        alone = alone && running == 1;
      }
      --running;
      return Expected<void>();
    });
    QVERIFY(static_cast<bool>(ran));
    QVERIFY(alone);
    QVERIFY2(most > 1, "nothing ran side by side");
  }

  void aFailureStopsTheOthers() {
    const StepGraph graph = small_graph();
    std::atomic<int> begun = 0;
    const auto ran =
        run_steps(graph, 2, {}, [&](std::size_t step, int, const JobContext& job) -> Expected<void> {
          ++begun;
          if (step == 1) {
            return Error{ErrorCode::kInput, "the disk is full."};
          }
          while (!job.stopped()) {
            rest();
          }
          return Error{ErrorCode::kCancelled, "stopped."};
        });
    QVERIFY(!ran);
    QCOMPARE(ran.error().message, std::string("the disk is full."));
    QCOMPARE(begun.load(), 2);
  }

  void anExceptionBecomesAnError() {
    const StepGraph graph = small_graph();
    const auto ran = run_steps(graph, 2, {}, [](std::size_t, int, const JobContext&) -> Expected<void> {
      throw std::runtime_error("out of memory");
    });
    QVERIFY(!ran);
    QVERIFY(ran.error().message.find("out of memory") != std::string::npos);
  }

  void aStopReachesTheSteps() {
    const StepGraph graph = small_graph();
    std::stop_source stop;
    const auto ran = run_steps(
        graph, 2, {stop.get_token(), {}}, [&](std::size_t, int, const JobContext& job) -> Expected<void> {
          stop.request_stop();
          return job.stopped() ? Expected<void>(Error{ErrorCode::kCancelled, "stopped."}) : Expected<void>();
        });
    QVERIFY(!ran);
    QCOMPARE(ran.error().code, ErrorCode::kCancelled);
  }

  void progressOfAllStepsGrowsToTheEnd() {
    const StepGraph graph = small_graph();
    std::int64_t last = 0, total = 0;
    bool grows = true;
    const JobContext job{{}, [&](const Progress& progress) {
                           grows = grows && progress.done >= last;
                           last = progress.done;
                           total = progress.total;
                         }};
    const auto ran = run_steps(graph, 3, job, [](std::size_t, int, const JobContext& own) {
      for (int i = 0; i <= 4; ++i) {
        own.report("working", i, 4);
      }
      return Expected<void>();
    });
    QVERIFY(static_cast<bool>(ran));
    QVERIFY(grows);
    QCOMPARE(last, total);
  }

  void aShortFirstPhaseIsNotTheStep() {
    const auto graph = StepGraph::make({{.name = "long", .seconds = 1000.0}}, "plan");
    QVERIFY(graph);
    std::int64_t first = -1, last = 0;
    const JobContext job{{}, [&](const Progress& progress) {
                           first = first < 0 ? progress.done : first;
                           last = progress.done;
                         }};
    QVERIFY(run_steps(*graph, 1, job, [](std::size_t, int, const JobContext& own) {
      own.report("reading", 1, 1);
      return Expected<void>();
    }));
    QVERIFY2(first < 100, std::to_string(first).c_str());
    QCOMPARE(last, std::int64_t{1000});
  }

  void sideBySideIsFasterThanOneAfterTheOther() {
    const StepGraph graph = small_graph();
    QCOMPARE(elapsed_seconds(graph, 1), graph.seconds());
    QVERIFY(elapsed_seconds(graph, 2) < 0.75 * graph.seconds());
    QVERIFY(elapsed_seconds(graph, 2) >= 0.5 * kSideBySideCost * graph.seconds());
  }
};

ALIDADE_TEST(ReproduceRunTest)
#include "reproduce_run_test.moc"
