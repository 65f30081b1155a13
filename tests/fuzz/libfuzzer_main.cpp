// SPDX-License-Identifier: BSD-3-Clause
// Clang's libFuzzer drives the targets: PROGRAM TARGET [options of libFuzzer] [folders].
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutation.h"

namespace {

constexpr char kChosen[] = "ALIDADE_FUZZ_TARGET";  // kept for the processes that libFuzzer starts
alidade::fuzz::Target chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  const auto& targets = alidade::fuzz::targets();
  if (*argc > 1 && targets.contains((*argv)[1])) {
    ::setenv(kChosen, (*argv)[1], 1);
    (*argv)[1] = (*argv)[0];
    ++*argv;
    --*argc;
  }
  const char* name = std::getenv(kChosen);
  const auto found = name ? targets.find(name) : targets.end();
  if (found == targets.end()) {
    std::fprintf(stderr, "Name a target first:\n");
    for (const auto& [known, target] : targets) {
      std::fprintf(stderr, "  %s\n", known.c_str());
    }
    std::exit(2);
  }
  chosen = found->second;
  return 0;
}

extern "C" std::size_t LLVMFuzzerMutate(unsigned char* data, std::size_t size, std::size_t most);

/// Archives are edited behind their checksums; all else is libFuzzer's.
extern "C" std::size_t LLVMFuzzerCustomMutator(unsigned char* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with("PK") && seed % 2 == 0) {
    alidade::Random random(seed);
    const std::string changed = alidade::fuzz::mutated(bytes, random);
    if (!changed.empty() && changed.size() <= most) {
      std::memcpy(data, changed.data(), changed.size());
      return changed.size();
    }
  }
  return LLVMFuzzerMutate(data, size, most);
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  chosen({reinterpret_cast<const char*>(data), size});
  return 0;
}
