// SPDX-License-Identifier: BSD-3-Clause
// Frames per second of the Tabletop generator, in memory, one thread; with color and without in one run.
#include <cstdio>

#include "core/data/procedural/tabletop.h"
#include "tests/bench/bench_clock.h"

using namespace alidade;

int main() {
  TabletopRecipe recipe;
  recipe.split = "bench";
  recipe.frames = 1000;
  const TabletopGenerator generator(recipe);
  std::size_t next = 0;
  const double all = bench::median_ms(60, [&] { generator.frame(next++ % 60); });
  next = 0;
  const double without = bench::median_ms(60, [&] {
    generator.frame(next++ % 60, {.color = false, .depth = true, .masks = true, .nocs = true});
  });
  std::printf("%d x %d: all layers %.1f frames/s, without color %.1f frames/s (ratio %.1f)\n", recipe.width,
              recipe.height, 1000.0 / all, 1000.0 / without, all / without);
  return 0;
}
