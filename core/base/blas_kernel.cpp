// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/blas_kernel.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

namespace alidade {
namespace {

constexpr const char* kVariable = "OPENBLAS_CORETYPE";
constexpr const char* kUnknown = "unknown";
constexpr std::array<std::string_view, 6> kWithAvx2{"Haswell",  "Zen",        "Excavator",
                                                    "SkylakeX", "Cooperlake", "SapphireRapids"};

struct Extensions {
  bool avx2 = false, avx512 = false;
};

Extensions processor_extensions() {
#if defined(__x86_64__)
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512vl");
  return {avx2, avx512};
#else
  return {};
#endif
}

}  // namespace

std::optional<std::string> better_blas_kernel(const std::string& chosen, bool has_avx2, bool has_avx512) {
  if (!has_avx2 || std::find(kWithAvx2.begin(), kWithAvx2.end(), chosen) != kWithAvx2.end()) {
    return std::nullopt;
  }
  return has_avx512 ? "SkylakeX" : "Haswell";
}

std::string blas_kernel() {
  // Which BLAS is loaded is known only at run time.
  const auto name = reinterpret_cast<char* (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  return name ? name() : kUnknown;
}

void restart_with_better_blas_kernel(char** arguments) {
  const std::string chosen = blas_kernel();
  if (chosen == kUnknown || std::getenv(kVariable)) {
    return;
  }
  const Extensions has = processor_extensions();
  const auto better = better_blas_kernel(chosen, has.avx2, has.avx512);
  if (better && setenv(kVariable, better->c_str(), 1) == 0) {
    execv("/proc/self/exe", arguments);
    unsetenv(kVariable);
  }
}

}  // namespace alidade
