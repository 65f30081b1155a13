// SPDX-License-Identifier: BSD-3-Clause
#include "tests/fuzz/fuzz_target.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace alidade::fuzz {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestMessage = 4000;

std::map<std::string, Target>& registry() {
  static std::map<std::string, Target> targets;
  return targets;
}

/// In memory where that is possible: every input is written anew.
fs::path place_for_files() {
  const fs::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path();
}

/// A folder of this process, removed at its end.
class WorkFolder {
 public:
  WorkFolder() : path_(place_for_files() / ("alidade-fuzz-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

bool add_target(const char* name, Target target) {
  return registry().emplace(name, target).second;
}

const std::map<std::string, Target>& targets() {
  return registry();
}

fs::path as_file(const std::string& name, std::string_view bytes) {
  static const WorkFolder folder;
  const fs::path path = folder.path() / name;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  require(static_cast<bool>(out), "the input can be written to the folder for temporary files");
  return path;
}

void require(bool kept, const char* promise) {
  if (!kept) {
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
  }
}

bool judge(const Error* error, const std::string& name) {
  if (error != nullptr) {
    const std::string& message = error->message;
    require(!message.empty() && message.back() == '.', "a message is a sentence");
    require(message.find(name) != std::string::npos, "a message names the file");
    require(message.size() < kLongestMessage, "a message is short enough to be read");
  }
  return error == nullptr;
}

}  // namespace alidade::fuzz
