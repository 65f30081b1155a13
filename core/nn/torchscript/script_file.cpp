// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/torchscript/script_file.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/io/zip.h"

namespace alidade {
namespace {

constexpr char kSaveScript[] =
    "give the module that torch.jit.script(wrapper).save(\"FILE.pt\") writes (docs/contention.md)";

Error no_script(const std::filesystem::path& path, const std::string& what) {
  return input_error(path.string(), "", what, kSaveScript);
}

/// Whether an entry lies at this place in the archive's one folder.
bool has_entry(const std::vector<std::string>& names, std::string_view place) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::string_view(name).substr(std::min(name.find('/'), name.size())).starts_with(place);
  });
}

bool is_exported_program(const std::filesystem::path& path, const std::vector<std::string>& names) {
  const bool named = std::any_of(names.begin(), names.end(), [](const std::string& name) {
    return name.ends_with("serialized_exported_program.json") || name.ends_with("archive_format");
  });
  return named || path.extension() == ".pt2";
}

Expected<std::string> first_bytes(const std::filesystem::path& path) {
  auto file = open_file(path, kMostHashedBytes);
  if (!file) {
    return file.error();
  }
  std::array<char, 4> bytes{};
  file->read(bytes.data(), bytes.size());
  return std::string(bytes.data(), static_cast<std::size_t>(file->gcount()));
}

}  // namespace

bool named_as_torch_file(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 5> kNames{".pt", ".pth", ".pt2", ".ts", ".pkl"};
  return std::find(kNames.begin(), kNames.end(), path.extension().string()) != kNames.end();
}

Expected<void> check_script_file(const std::filesystem::path& path) {
  constexpr char kPickle = '\x80', kPickleEnd = 6;
  const auto begin = first_bytes(path);
  if (!begin) {
    return begin.error();
  }
  if (begin->size() > 1 && (*begin)[0] == kPickle && (*begin)[1] < kPickleEnd) {
    return no_script(path, "it is a pickle (weights or whole objects of Python), which is never run here");
  }
  if (!begin->starts_with("PK")) {
    return no_script(path, "it is no file of PyTorch: expected the archive (ZIP) of a TorchScript module");
  }
  const auto names = zip_names(path);
  if (!names) {
    return names.error();
  }
  if (is_exported_program(path, *names)) {
    return no_script(path, "it is a program of torch.export (.pt2), which libtorch 1.13 cannot read");
  }
  if (!has_entry(*names, "/data.pkl") || !has_entry(*names, "/code/")) {
    return no_script(path, has_entry(*names, "/data.pkl") ? "it holds weights and no program"
                                                          : "it is an archive, but no module of TorchScript");
  }
  return {};
}

Error torch_file_error(const std::filesystem::path& path) {
  const auto checked = check_script_file(path);
  return checked ? input_error(path.string(), "", "it is a TorchScript module of somebody else, a program",
                               "measure its gradients with `alidade contention --blocks FILE`")
                 : checked.error();
}

}  // namespace alidade
