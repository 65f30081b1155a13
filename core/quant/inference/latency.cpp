// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/latency.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

#include "core/base/random.h"

namespace alidade {
namespace {

constexpr std::uint64_t kImageSeed = 13;

std::vector<float> timing_image(const ImageShape& shape) {
  Random random(kImageSeed);
  std::vector<float> image(shape.count());
  for (float& value : image) {
    value = static_cast<float>(random.uniform());
  }
  return image;
}

/// Times of one network so far.
struct TimeRecord {
  std::vector<float> image;
  std::vector<std::vector<float>> outputs;
  std::vector<double> whole, processor;
  std::vector<std::vector<double>> layers;  ///< [row][repetition]
  std::vector<double> seconds;
};

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

Expected<void> time_once(const QuantizedGraph& graph, TimeRecord& record) {
  const double before = thread_seconds();
  const auto begin = std::chrono::steady_clock::now();
  if (auto done = graph.run(record.image, record.outputs); !done) {
    return done;
  }
  const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - begin;
  record.processor.push_back(thread_seconds() - before);
  record.whole.push_back(whole.count());
  if (auto done = graph.run(record.image, record.outputs, &record.seconds); !done) {
    return done;
  }
  record.layers.resize(record.seconds.size());
  for (std::size_t row = 0; row < record.seconds.size(); ++row) {
    record.layers[row].push_back(record.seconds[row]);
  }
  return {};
}

std::string row_note(const std::vector<MeasuredGraph>& graphs, std::size_t row) {
  const LayerReport& layer = graphs.back().graph->layers()[row];
  if (!layer.note.empty() || layer.weight_bits == 0) {
    return layer.note;
  }
  const bool is_slower =
      graphs.back().latency->layers[row].median_ms > graphs.front().latency->layers[row].median_ms;
  return layer.weight_bits < 32 && is_slower ? "slower than in float32" : "";
}

Table::Cell text_cell(const std::string& text) {
  return text.empty() ? Table::Cell() : Table::Cell(text);
}

}  // namespace

TimeSpread time_spread(std::vector<double> seconds) {
  if (seconds.empty()) {
    return {};
  }
  std::sort(seconds.begin(), seconds.end());
  const auto rank = [&seconds](double share) {
    const double at = std::ceil(share * static_cast<double>(seconds.size()));
    return 1000.0 * seconds[static_cast<std::size_t>(std::max(at, 1.0)) - 1];
  };
  return {rank(0.5), rank(0.95), rank(0.0)};
}

Expected<std::vector<Latency>> measure_latency(const std::vector<const QuantizedGraph*>& graphs, int repeats,
                                               const JobContext& job) {
  if (repeats < 1 || repeats > 100000) {
    return usage_error("A time is measured with 1 to 100,000 repetitions, not " + std::to_string(repeats) +
                       ".");
  }
  std::vector<TimeRecord> records(graphs.size());
  for (std::size_t i = 0; i < graphs.size(); ++i) {
    records[i].image = timing_image(graphs[i]->input());
  }
  // The first repetition, which loads caches, does not count.
  for (int repeat = -1; repeat < repeats; ++repeat) {
    for (std::size_t i = 0; i < graphs.size(); ++i) {
      if (job.stopped()) {
        return Error{ErrorCode::kCancelled, "Measuring was stopped."};
      }
      if (auto done = time_once(*graphs[i], records[i]); !done) {
        return done.error();
      }
      if (repeat < 0) {
        records[i].whole.clear();
        records[i].processor.clear();
        records[i].layers.clear();
      }
    }
    job.report("Measuring", repeat + 1, repeats);
  }
  std::vector<Latency> latencies;
  for (const TimeRecord& record : records) {
    latencies.push_back({time_spread(record.whole), time_spread(record.processor), {}});
    for (const std::vector<double>& layer : record.layers) {
      latencies.back().layers.push_back(time_spread(layer));
    }
  }
  return latencies;
}

std::set<std::string> slower_layers(const QuantizedGraph& packed, const Latency& packed_latency,
                                    const Latency& float_latency) {
  std::set<std::string> slower;
  for (std::size_t row = 0; row < packed.layers().size(); ++row) {
    const LayerReport& layer = packed.layers()[row];
    const bool has_codes = layer.weight_bits > 0 && layer.weight_bits < 32;
    if (has_codes && packed_latency.layers[row].median_ms > float_latency.layers[row].median_ms) {
      slower.insert(layer.name);
    }
  }
  return slower;
}

Table latency_table(const std::vector<MeasuredGraph>& graphs) {
  Table table;
  table.columns = {"layer", "weights", "computed by"};
  table.look.names = 3;
  table.look.columns.resize(3);
  for (const MeasuredGraph& measured : graphs) {
    table.columns.push_back(measured.name + " (ms)");
    table.columns.push_back(measured.name + " 95% (ms)");
    table.look.columns.insert(table.look.columns.end(), 2, {TableLook::Role::kValue, 4});
  }
  table.columns.insert(table.columns.end(), {"times as fast", "note"});
  table.look.columns.push_back({TableLook::Role::kValue, 2});
  table.look.columns.push_back({TableLook::Role::kNote, -1});
  const auto add = [&](std::vector<Table::Cell> cells, auto&& spread, const std::string& note) {
    for (const MeasuredGraph& measured : graphs) {
      const TimeSpread time = spread(*measured.latency);
      cells.emplace_back(time.median_ms);
      cells.emplace_back(time.p95_ms);
    }
    const double last = spread(*graphs.back().latency).median_ms;
    cells.push_back(last > 0.0 ? Table::Cell(spread(*graphs.front().latency).median_ms / last)
                               : Table::Cell());
    cells.push_back(text_cell(note));
    table.rows.push_back(std::move(cells));
  };
  for (std::size_t row = 0; row < graphs.back().graph->layers().size(); ++row) {
    const LayerReport& layer = graphs.back().graph->layers()[row];
    add(
        {layer.name, text_cell(layer.weights), layer.engine},
        [row](const Latency& latency) { return latency.layers[row]; }, row_note(graphs, row));
  }
  add(
      {std::string("end to end"), Table::Cell(), Table::Cell()},
      [](const Latency& latency) { return latency.whole; }, "");
  return table;
}

}  // namespace alidade
