// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/program_module.h"

#include <dlfcn.h>

#include <cstdlib>

#include "core/base/memory_limit.h"
#include "core/base/program_part.h"

namespace alidade {

Expected<const void*> open_program_module(const ProgramModule& module) {
  const auto path = find_program_part(module.file);
  if (!path) {
    return path.error();
  }
  const std::string name = module.file;
  if (path->empty()) {
    return Error{ErrorCode::kFailed, std::string(module.subject) + " need the part " + name +
                                         ", which is not installed with this program; install all parts of "
                                         "Alidade together, or build it with ALIDADE_WITH_IMAGE_IO=ON."};
  }
  if (memory_is_limited()) {
    // OpenCV brings OpenBLAS, whose threads wait for ever for buffers that the limit does not allow: also
    // where the user asks for threads, since nothing of a module is computed with them.
    ::setenv("OPENBLAS_NUM_THREADS", "1", 1);
  }
  void* library = ::dlopen(path->c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* reason = ::dlerror();
    return Error{ErrorCode::kFailed,
                 "the part " + name + " does not open: " + (reason ? reason : "unknown reason") + "."};
  }
  auto* entry = reinterpret_cast<ModuleEntry*>(::dlsym(library, module.entry));
  const void* table = entry ? entry(ALIDADE_VERSION) : nullptr;
  if (table == nullptr) {
    return Error{ErrorCode::kFailed,
                 "the part " + name + " belongs to another version of Alidade; reinstall both together."};
  }
  return table;
}

}  // namespace alidade
