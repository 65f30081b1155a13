// SPDX-License-Identifier: BSD-3-Clause
#include <QTest>

#include "core/quant/allocation.h"
#include "core/quant/mqat.h"
#include "core/quant/quantizer.h"
#include "tests/quant/quant_fixture.h"

using namespace alidade;
using namespace alidade::test;

namespace {

using Sets = std::map<std::size_t, std::vector<int>>;

/// Modules of packed/allocation*.json; `allowed` limits some of them to widths.
AllocationProblem problem_of(const nlohmann::json& json, const Sets& allowed = {}) {
  AllocationProblem problem;
  const auto widths = json.at("widths").get<std::vector<int>>();
  for (std::size_t m = 0; m < json.at("parameters").size(); ++m) {
    AllocationItem item{"module " + std::to_string(m), {}};
    for (std::size_t w = 0; w < widths.size(); ++w) {
      const auto set = allowed.find(m);
      const bool may = set == allowed.end() ||
                       std::find(set->second.begin(), set->second.end(), widths[w]) != set->second.end();
      item.options.push_back({std::to_string(widths[w]),
                              json.at("parameters").at(m).get<std::int64_t>() * widths[w],
                              json.at("omega").at(m).at(w).get<double>(), may});
    }
    problem.items.push_back(std::move(item));
  }
  return problem;
}

Sets sets_of(const nlohmann::json& json) {
  Sets sets;
  if (json.is_object()) {
    for (const auto& [module, widths] : json.items()) {
      sets[std::stoul(module)] = widths.get<std::vector<int>>();
    }
  }
  return sets;
}

std::vector<int> widths_of(const Allocation& allocation, const AllocationProblem& problem) {
  std::vector<int> widths;
  for (std::size_t i = 0; i < allocation.options.size(); ++i) {
    widths.push_back(std::stoi(problem.items[i].options[allocation.options[i]].label));
  }
  return widths;
}

/// Costs and losses of an assignment are those of its options.
bool adds_up(const Allocation& allocation, const AllocationProblem& problem) {
  std::int64_t cost = 0;
  double loss = 0.0;
  for (std::size_t i = 0; i < problem.items.size(); ++i) {
    const WidthOption& option = problem.items[i].options.at(allocation.options.at(i));
    cost += option.cost;
    loss += option.loss;
    if (!option.allowed) {
      return false;
    }
  }
  return cost == allocation.cost && loss == allocation.loss;
}

/// Random costs without a common divisor.
AllocationProblem odd_problem(std::size_t items, std::uint64_t seed) {
  Random random(seed);
  AllocationProblem problem;
  for (std::size_t i = 0; i < items; ++i) {
    AllocationItem item{"layer " + std::to_string(i), {}};
    std::int64_t cost = 1 + random.index(100);
    double loss = random.uniform();
    for (int w = 0; w < 5; ++w) {
      item.options.push_back({std::to_string(w), cost, loss});
      cost += 1 + random.index(100000);
      loss *= random.uniform(0.05, 0.7);
    }
    problem.items.push_back(std::move(item));
  }
  problem.unit = "ns";
  return problem;
}

double best_by_trying_all(const AllocationProblem& problem, std::int64_t budget, std::size_t item = 0) {
  if (budget < 0) {
    return std::numeric_limits<double>::infinity();
  }
  if (item == problem.items.size()) {
    return 0.0;
  }
  double best = std::numeric_limits<double>::infinity();
  for (const WidthOption& option : problem.items[item].options) {
    best = std::min(best, option.loss + best_by_trying_all(problem, budget - option.cost, item + 1));
  }
  return best;
}

}  // namespace

class AllocationTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void frontiersAgreeWithTheFixture() {
    const auto json = quant_json("packed/allocation");
    QCOMPARE(json.at("variants").size(), std::size_t{4});
    for (const auto& variant : json.at("variants")) {
      const AllocationProblem problem = problem_of(json, sets_of(variant.at("allowed")));
      const auto frontier = allocation_frontier(problem, std::size_t{1} << 22);
      QVERIFY(frontier && frontier->exact());
      QVERIFY(says(frontier->description(), "exact on a grid"));
      const auto& points = frontier->points();
      QCOMPARE(points.size(), variant.at("frontier_size_bits").size());
      for (std::size_t i = 0; i < points.size(); ++i) {
        QCOMPARE(points[i].cost, variant.at("frontier_size_bits").at(i).get<std::int64_t>());
        QCOMPARE(points[i].loss, variant.at("frontier_objective").at(i).get<double>());
        const Allocation allocation = frontier->allocation(i);
        QVERIFY(adds_up(allocation, problem));
        QCOMPARE(allocation.cost, points[i].cost);
        QCOMPARE(allocation.loss, points[i].loss);
      }
      QCOMPARE(cheapest_allocation(problem).cost, variant.at("minimum_bits").get<std::int64_t>());
      checkSolutions(variant, problem, *frontier);
    }
  }

  void largeFrontierAgreesWithTheFixture() {
    const auto json = quant_json("packed/allocation_large");
    const AllocationProblem problem = problem_of(json);
    const auto frontier = allocation_frontier(problem);
    QVERIFY(frontier && frontier->exact());
    QCOMPARE(frontier->grid() % 4608, std::int64_t{0});
    QCOMPARE(frontier->points().size(), json.at("frontier_length").get<std::size_t>());
    const auto& sample = json.at("frontier_sample");
    for (std::size_t i = 0; i < sample.at("index").size(); ++i) {
      const auto& point = frontier->points()[sample.at("index").at(i).get<std::size_t>()];
      QCOMPARE(point.cost, sample.at("size_bits").at(i).get<std::int64_t>());
      QCOMPARE(point.loss, sample.at("objective").at(i).get<double>());
    }
    for (const auto& solution : json.at("solutions")) {
      const auto budget = solution.at("budget_bits").get<std::int64_t>();
      const auto solved = frontier->solve(budget);
      QVERIFY(solved && adds_up(*solved, problem));
      QCOMPARE(solved->cost, solution.at("size_bits").get<std::int64_t>());
      QCOMPARE(solved->loss, solution.at("objective").get<double>());
    }
  }

  void aCoarseGridKeepsItsPromise() {
    const auto json = quant_json("packed/allocation");
    const AllocationProblem problem = problem_of(json);
    const auto exact = allocation_frontier(problem, std::size_t{1} << 22);
    const auto coarse = allocation_frontier(problem, 5000);
    QVERIFY(exact && coarse && !coarse->exact());
    QVERIFY(!says(coarse->description(), "exact"));
    QVERIFY(says(coarse->description(), std::to_string(coarse->cost_error())));
    for (const auto& point : exact->points()) {
      const auto solved = coarse->solve(point.cost);
      QVERIFY(solved && adds_up(*solved, problem));
      QVERIFY(solved->cost <= point.cost);
      QVERIFY(solved->loss >= point.loss);
      if (const auto smaller = exact->solve(point.cost - coarse->cost_error())) {
        QVERIFY(solved->loss <= smaller->loss);
      }
    }
    QVERIFY(!allocation_frontier(problem, 1));
  }

  void boundsFindWhatTryingAllFinds() {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const AllocationProblem problem = odd_problem(6, seed);
      const std::int64_t least = cheapest_allocation(problem).cost;
      for (const std::int64_t extra : {0, 50000, 200000, 600000, 100000000}) {
        const auto solved = solve_allocation(problem, least + extra);
        QVERIFY(solved && solved->exact && adds_up(solved->best, problem));
        QVERIFY(solved->best.cost <= least + extra);
        QVERIFY(std::abs(solved->best.loss - best_by_trying_all(problem, least + extra)) < 1e-12);
        QVERIFY(says(solved->description(), "exact after"));
      }
    }
  }

  void aNodeLimitSaysTheGap() {
    const AllocationProblem problem = odd_problem(200, 3);
    const std::int64_t budget = cheapest_allocation(problem).cost + 7000001;
    const auto stopped = solve_allocation(problem, budget, 50);
    QVERIFY(stopped && !stopped->exact && stopped->gap > 0.0);
    QVERIFY(says(stopped->description(), "stopped after 50 nodes: at most"));
    QVERIFY(!says(stopped->description(), "exact"));
    QVERIFY(stopped->best.cost <= budget && adds_up(stopped->best, problem));
    const auto better = solve_allocation(problem, budget, 3000000);
    QVERIFY(better->best.loss <= stopped->best.loss);
    QVERIFY(better->best.loss >= stopped->best.loss - stopped->gap - 1e-12);
  }

  void aBudgetBelowTheMinimumNamesThePins() {
    const auto json = quant_json("packed/allocation");
    const AllocationProblem pinned = problem_of(json, {{1, {8}}, {4, {16}}, {5, {2, 8}}});
    const auto refused = check_budget(pinned, 278388);
    QVERIFY(!refused);
    const std::string message = refused.error().message;
    QVERIFY2(says(message, "487854") && says(message, "module 1 (+198504), module 4 (+10962)"),
             message.c_str());
    QVERIFY(!says(message, "module 5"));
    QVERIFY(says(message, "it would take 278388"));
    const auto free = check_budget(problem_of(json), 1000);
    QVERIFY(says(free.error().message, "no pin is in the way"));
    QVERIFY(!allocation_frontier(pinned)->solve(278388));
    QVERIFY(!solve_allocation(pinned, 278388));
  }

  void badProblemsAreNamed() {
    AllocationProblem problem = odd_problem(3, 1);
    problem.items[1].options[2].cost = -1;
    QVERIFY(says(check_problem(problem).error().message, "layer 1, width 2"));
    problem = odd_problem(3, 1);
    problem.items[2].options[0].loss = std::nan("");
    QVERIFY(!allocation_frontier(problem));
    for (WidthOption& option : problem.items[2].options) {
      option = {"4", 1, 0.0, false};
    }
    QVERIFY(says(solve_allocation(problem, 1 << 30).error().message, "no width is allowed"));
    QVERIFY(!allocation_frontier({}));
  }

  void importanceAndAllocationAgreeWithTheFixture() {
    const auto json = quant_json("quant/ilp");
    const auto bits = json.at("bits").get<std::vector<int>>();
    AllocationProblem problem;
    for (std::size_t m = 0; m < json.at("modules").size(); ++m) {
      AllocationItem item{"module " + std::to_string(m), {}};
      for (std::size_t b = 0; b < bits.size(); ++b) {
        std::vector<LayerError> layers;
        std::int64_t size = 0;
        for (const auto& layer : json.at("modules").at(m)) {
          const auto weights = numbers_of(layer.at("W"));
          const LevelSet levels = *uniform_levels(bits[b]);
          const double scale = layer.at("scale").at(std::to_string(bits[b]));
          const auto quantized = quantize({"w", weights, 1}, levels, Scales{{scale}, {}});
          std::vector<double> codes;
          for (const auto code : quantized->codes) {
            codes.push_back(levels.values[code]);
          }
          QCOMPARE(largest_difference(codes, numbers_of(layer.at("codes").at(std::to_string(bits[b])))), 0.0);
          layers.push_back({layer.at("lambda"), static_cast<std::int64_t>(weights.size()),
                            squared_error(weights, dequantized(*quantized))});
          size += static_cast<std::int64_t>(weights.size()) * bits[b];
        }
        const double omega = module_importance(layers);
        const double expected = json.at("omega_per_module_per_bit").at(m).at(b);
        QVERIFY(std::abs(omega - expected) < 1e-12);
        QCOMPARE(size, json.at("size_bits").at(m).at(b).get<std::int64_t>());
        item.options.push_back({std::to_string(bits[b]), size, omega});
      }
      problem.items.push_back(std::move(item));
    }
    const auto frontier = allocation_frontier(problem);
    for (const auto& solution : json.at("solutions")) {
      const auto budget = static_cast<std::int64_t>(solution.at("budget_bits").get<double>());
      for (const auto& solved : {*frontier->solve(budget), solve_allocation(problem, budget)->best}) {
        QCOMPARE(widths_of(solved, problem), solution.at("choice_bits").get<std::vector<int>>());
        QVERIFY(std::abs(solved.loss - solution.at("objective").get<double>()) < 1e-12);
      }
    }
  }

  void theFlowIsThatOfAlgorithm1() {
    const std::vector<MqatModule> modules = {
        {"backbone", 900, 70.0}, {"pyramid", 500, 84.0}, {"head", 200, 82.0}};
    const auto flow = quantization_flow(modules, 79.0);
    QVERIFY(flow && flow->best == std::size_t{1});
    QCOMPARE(flow->order, (std::vector<std::size_t>{2, 0}));
    QVERIFY(flow->remark.empty());
    const auto none = quantization_flow(modules, 90.0);
    QVERIFY(none && !none->best);
    QCOMPARE(none->order, (std::vector<std::size_t>{2, 1, 0}));
    AllocationProblem problem;
    for (const MqatModule& module : modules) {
      problem.items.push_back(
          {module.name, {{"2", module.parameters * 2, 1.0}, {"8", module.parameters * 8, 0.0}}});
    }
    const auto pinned = pinned_problem(problem, *flow, "2");
    const auto solved = allocation_frontier(*pinned)->solve(1 << 20);
    QCOMPARE(widths_of(*solved, problem), (std::vector<int>{8, 2, 8}));
    QVERIFY(!pinned_problem(problem, *flow, "4"));
    QVERIFY(!quantization_flow({}, 0.0));
    const auto single = quantization_flow(std::span(modules).first(1), 79.0);
    QVERIFY(says(single->remark, "uniform"));
    QCOMPARE(assignment_label(std::vector<std::string>{"8", "2", "8"}), std::string("W8-2-8"));
    QCOMPARE(assignment_label(std::vector<std::string>{"8", "2", "8"}, 8), std::string("W8-2-8 A8"));
  }

 private:
  void checkSolutions(const nlohmann::json& variant, const AllocationProblem& problem,
                      const AllocationFrontier& frontier) {
    for (const auto& solution : variant.at("solutions")) {
      const auto budget = solution.at("budget_bits").get<std::int64_t>();
      const auto solved = frontier.solve(budget);
      const auto bounded = solve_allocation(problem, budget);
      QCOMPARE(static_cast<bool>(solved), solution.at("feasible").get<bool>());
      QCOMPARE(static_cast<bool>(bounded), static_cast<bool>(solved));
      if (solved) {
        QVERIFY(bounded->exact);
        QCOMPARE(solved->cost, solution.at("size_bits").get<std::int64_t>());
        QCOMPARE(solved->loss, solution.at("objective").get<double>());
        QCOMPARE(bounded->best.loss, solved->loss);
        QCOMPARE(widths_of(*solved, problem), solution.at("bits").get<std::vector<int>>());
      }
    }
  }
};

ALIDADE_TEST(AllocationTest)
#include "allocation_test.moc"
