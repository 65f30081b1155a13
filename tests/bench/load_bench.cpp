// SPDX-License-Identifier: BSD-3-Clause
// How long a dataset takes to open and its frames to load, layer by layer. Usage: alidade_load_bench DATASET
// [FRAMES]
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "plugins/builtin_readers.h"
#include "tests/bench/bench_clock.h"

using namespace alidade;

namespace {

/// Median over the first `frames` frames, each loaded three times.
double load_ms(const Dataset& dataset, std::size_t frames, const FrameLayers& layers) {
  std::size_t next = 0;
  return bench::median_ms(static_cast<int>(3 * frames), [&] {
    if (const auto frame = dataset.load(next++ % frames, layers); !frame) {
      std::fprintf(stderr, "%s\n", frame.error().message.c_str());
    }
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s DATASET [FRAMES]\n", argv[0]);
    return 2;
  }
  const DatasetReaders readers = builtin_readers();
  const auto dataset = readers.open(argv[1], {});
  if (!dataset || (*dataset)->num_frames() == 0) {
    std::fprintf(stderr, "%s\n", dataset ? "the dataset has no frames" : dataset.error().message.c_str());
    return 3;
  }
  const double open = bench::median_ms(5, [&] { (void)readers.open(argv[1], {}); });
  const Dataset& data = **dataset;
  const std::size_t frames =
      std::min<std::size_t>(data.num_frames(), argc > 2 ? std::max(1, std::atoi(argv[2])) : 20);
  const FrameLayers none{false, false, false, false};
  const double all = load_ms(data, frames, {}), base = load_ms(data, frames, none);
  const auto first = data.load(0, {});
  std::printf("%s: %zu frames of %d x %d, frame 0 has %zu instances\n", data.name().c_str(),
              data.num_frames(), first ? first->camera.width : 0, first ? first->camera.height : 0,
              first ? first->instances.size() : 0);
  std::printf("open %.2f ms (%.2f loads); load %.2f ms, without layers %.2f ms (%.4f of all)\n", open,
              open / all, all, base, base / all);
  const struct {
    const char* name;
    FrameLayers layers;
  } single[] = {{"color", {true, false, false, false}},
                {"depth", {false, true, false, false}},
                {"masks", {false, false, true, false}},
                {"nocs", {false, false, false, true}}};
  for (const auto& [name, layers] : single) {
    const double time = load_ms(data, frames, layers);
    std::printf("  %s alone %.2f ms (%.2f of all)\n", name, time, time / all);
  }
  return 0;
}
