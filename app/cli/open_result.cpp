// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/open_result.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/sha256.h"
#include "core/exchange/branch_accuracy_file.h"
#include "core/exchange/contention_file.h"
#include "core/exchange/kernel_sharing_file.h"
#include "core/exchange/quantization_sweep_file.h"
#include "core/exchange/result_arrays.h"
#include "core/io/zip.h"
#include "plugins/bop/bop_results.h"

namespace alidade {
namespace {

constexpr std::size_t kHeadBytes = 4096;
constexpr std::string_view kArraySuffix = ".npy";
constexpr std::uintmax_t kMostJsonBytes = 16u << 20;

Expected<std::string> head_of(const std::filesystem::path& path) {
  auto file = open_file(path, kMostHashedBytes);
  if (!file) {
    return file.error();
  }
  std::string head(kHeadBytes, '\0');
  file->read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, file->gcount())));
  return head;
}

/// The header of BOP results, or a line of theirs where it is absent: seven fields, numbers in front.
bool looks_like_bop(std::string_view head) {
  const std::string_view line = head.substr(0, head.find_first_of("\r\n"));
  if (line.starts_with("scene_id,im_id,obj_id")) {
    return true;
  }
  const auto commas = std::count(line.begin(), line.end(), ',');
  return commas == 6 && std::isdigit(static_cast<unsigned char>(line.front())) != 0;
}

/// The length of a JSON header in eight bytes, then that header.
bool looks_like_safetensors(std::string_view head) {
  return head.size() > 8 && head[8] == '{' && head[5] == '\0' && head[6] == '\0' && head[7] == '\0';
}

/// What the names of its arrays say; an archive that cannot be read holds poses as far as they tell.
OpenableKind kind_of_arrays(const std::filesystem::path& path) {
  auto names = zip_names(path);
  if (!names) {
    return OpenableKind::kArrays;
  }
  for (std::string& name : *names) {
    if (name.ends_with(kArraySuffix)) {
      name.resize(name.size() - kArraySuffix.size());
    }
  }
  return looks_like_contention_history(*names) ? OpenableKind::kContention
         : looks_like_kernel_sharing(*names)   ? OpenableKind::kKernels
                                               : OpenableKind::kArrays;
}

OpenableKind kind_of_json(const std::filesystem::path& path) {
  const auto text = read_file(path, kMostJsonBytes);
  const auto json = text ? parse_json(*text, path.string()) : Expected<nlohmann::json>(text.error());
  if (!json || !json->is_object()) {
    return OpenableKind::kUnknown;
  }
  const auto format = json->find("format");
  if (format == json->end() || !format->is_string()) {
    return OpenableKind::kUnknown;
  }
  const auto name = format->get<std::string>();
  return name.starts_with("alidade-guidance") ? OpenableKind::kSchedule
         : name == "alidade-session"          ? OpenableKind::kSession
         : name == kBranchAccuracyFormat      ? OpenableKind::kBranches
         : name == kQuantizationSweepFormat   ? OpenableKind::kSweep
                                              : OpenableKind::kUnknown;
}

/// Frames by the numbers that BOP results name them with. Where several splits share numbers, those of the
/// split in the file's name count.
std::map<std::pair<int, int>, std::string> frames_by_number(const Dataset& dataset,
                                                            const bop::Results& results) {
  const std::string prefix = results.named ? results.named->split + "/" : std::string();
  std::map<std::pair<int, int>, std::string> names;
  for (std::size_t i = 0; i < dataset.num_frames(); ++i) {
    const FrameInfo& info = dataset.frame_info(i);
    const auto [place, is_new] = names.emplace(std::pair(info.scene_id, info.image_id), info.name);
    if (!is_new && !prefix.empty() && info.name.starts_with(prefix)) {
      place->second = info.name;
    }
  }
  return names;
}

std::string category_of(const Dataset& dataset, int object_id) {
  const ObjectModel* model = dataset.model(object_id);
  return model != nullptr ? model->category : "obj " + std::to_string(object_id);
}

Expected<PoseTable> bop_table(const std::filesystem::path& path, const Dataset& dataset,
                              const JobContext& job) {
  auto results = bop::read_results(path, job);
  if (!results) {
    return results.error();
  }
  PoseTable table;
  table.source = path.string();
  table.name = results->named ? results->named->method : path.stem().string();
  table.has_sizes = table.has_centers = false;
  table.notes = std::move(results->notes);
  const auto names = frames_by_number(dataset, *results);
  for (const bop::Estimate& estimate : results->estimates) {
    PoseRow row;
    row.object_id = estimate.object_id;
    row.cam_from_obj = estimate.cam_from_obj;
    row.score = estimate.score;
    row.seconds = estimate.seconds;
    const auto known = names.find({estimate.scene_id, estimate.image_id});
    char number[40];
    std::snprintf(number, sizeof number, "scene %d, image %d", estimate.scene_id, estimate.image_id);
    table.add(known == names.end() ? number : known->second, category_of(dataset, estimate.object_id),
              std::move(row));
  }
  return table;
}

Expected<OpenedResult> open_poses(PoseTable table, std::string kind, const Dataset& dataset,
                                  const JobContext& job) {
  auto result = result_on_dataset(dataset, std::move(table), job);
  if (!result) {
    return result.error();
  }
  OpenedResult opened;
  opened.kind = std::move(kind);
  opened.results.push_back(std::move(*result));
  return opened;
}

Expected<OpenedResult> open_arrays(const std::filesystem::path& path, const Dataset& dataset,
                                   const JobContext& job) {
  auto arrays = read_result_arrays(path);
  if (!arrays) {
    return arrays.error();
  }
  if (arrays->kind != ArraysKind::kSamples) {
    const bool truth = arrays->kind == ArraysKind::kGroundTruth;
    return open_poses(std::move(arrays->poses), truth ? "ground truth" : "poses", dataset, job);
  }
  auto results = results_on_dataset(dataset, arrays->samples, path.string(), job);
  if (!results) {
    return results.error();
  }
  return OpenedResult{std::move(*results), "samples", {}};
}

const char* what_it_holds(OpenableKind kind) {
  return kind == OpenableKind::kContention ? "a history of gradient contention"
         : kind == OpenableKind::kKernels  ? "shared kernels"
         : kind == OpenableKind::kBranches ? "accuracies through branches"
                                           : "a quantization sweep";
}

}  // namespace

Expected<OpenableKind> recognize_file(const std::filesystem::path& path) {
  const auto head = head_of(path);
  if (!head) {
    return head.error();
  }
  if (head->starts_with("PK\x03\x04") || head->starts_with("PK\x05\x06")) {
    return kind_of_arrays(path);
  }
  if (looks_like_safetensors(*head)) {
    return OpenableKind::kCheckpoint;
  }
  const auto first = head->find_first_not_of(" \t\r\n");
  if (first == std::string::npos) {
    return OpenableKind::kUnknown;
  }
  return (*head)[first] == '{'   ? kind_of_json(path)
         : looks_like_bop(*head) ? OpenableKind::kBopResults
                                 : OpenableKind::kUnknown;
}

Expected<OpenedResult> open_result(const std::filesystem::path& path, const Dataset& dataset,
                                   const JobContext& job) {
  const auto kind = recognize_file(path);
  if (!kind) {
    return kind.error();
  }
  if (needs_no_dataset(*kind)) {
    return input_error(path.string(), "", std::string("it holds ") + what_it_holds(*kind) + " and no poses",
                       "open it in the window");
  }
  if (*kind != OpenableKind::kArrays && *kind != OpenableKind::kBopResults) {
    return unknown_file(path);
  }
  const auto sha256 = sha256_file(path, kMostHashedBytes, job.stop);
  if (!sha256) {
    return sha256.error();
  }
  Expected<OpenedResult> opened = Error{};
  if (*kind == OpenableKind::kArrays) {
    opened = open_arrays(path, dataset, job);
  } else if (auto table = bop_table(path, dataset, job)) {
    opened = open_poses(std::move(*table), "BOP results", dataset, job);
  } else {
    opened = table.error();
  }
  if (opened) {
    opened->sha256 = *sha256;
  }
  return opened;
}

Error unknown_file(const std::filesystem::path& path) {
  return input_error(path.string(), "",
                     "it is no file that Alidade knows: neither results (.npz, BOP .csv), nor a history of "
                     "gradient contention, shared kernels, branch accuracies, a quantization sweep, a "
                     "checkpoint, a guidance "
                     "schedule or a session",
                     "open the folder around it if it is a part of a dataset");
}

}  // namespace alidade
