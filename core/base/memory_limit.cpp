// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/memory_limit.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>

namespace alidade {

bool memory_is_limited() {
  constexpr std::array kinds{RLIMIT_AS, RLIMIT_DATA};
  return std::any_of(kinds.begin(), kinds.end(), [](auto kind) {
    rlimit limit{};
    return ::getrlimit(kind, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  });
}

bool could_allocate(std::size_t bytes) {
  void* memory =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory != MAP_FAILED && ::munmap(memory, bytes) == 0;
}

}  // namespace alidade
