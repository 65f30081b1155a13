// SPDX-License-Identifier: BSD-3-Clause
// `alidade_evaluation_bench [PART...]`: speed of the evaluation protocols against the reference arithmetic.
#include "tests/bench/evaluation_bench.h"

#include <cstdio>
#include <string>
#include <vector>

namespace {

struct Part {
  const char* name;
  int (*run)();
};

// One line per part; the part lives in evaluation_bench_<name>.cpp.
const std::vector<Part>& parts() {
  static const std::vector<Part> all = {
      {"nocs", alidade::bench::bench_nocs},
      {"bop", alidade::bench::bench_bop},
      {"boxes", alidade::bench::bench_boxes},
      {"bootstrap", alidade::bench::bench_bootstrap},
  };
  return all;
}

int run_part(const std::string& name) {
  for (const Part& part : parts()) {
    if (name == part.name) {
      std::printf("== %s\n", part.name);
      return part.run();
    }
  }
  std::fprintf(stderr, "alidade_evaluation_bench: no part '%s'; parts:", name.c_str());
  for (const Part& part : parts()) {
    std::fprintf(stderr, " %s", part.name);
  }
  std::fprintf(stderr, "\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> wanted(argv + 1, argv + argc);
  if (wanted.empty()) {
    for (const Part& part : parts()) {
      wanted.emplace_back(part.name);
    }
  }
  int worst = 0;
  for (const std::string& name : wanted) {
    const int code = run_part(name);
    worst = code > worst ? code : worst;
  }
  return worst;
}
