// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/process_exchange.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#if defined(USE_C10D_GLOO) && __has_include(<gloo/rendezvous/store.h>)
#define ALIDADE_HAS_GLOO
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#include <torch/torch.h>

#include "core/base/sha256.h"

namespace alidade {

#ifdef ALIDADE_HAS_GLOO
namespace {

/// How long ranks wait for each other at the start, and later for one that is still measuring; a rank that is
/// gone is noticed at once.
constexpr std::chrono::milliseconds kMeetingTime{60000}, kLongestWait{600000};

/// A folder of this machine that only the user may write.
Expected<std::filesystem::path> own_folder() {
  if (const char* folder = std::getenv("XDG_RUNTIME_DIR"); folder != nullptr && *folder != '\0') {
    return std::filesystem::path(folder);
  }
  const auto folder = std::filesystem::temp_directory_path() / ("alidade-" + std::to_string(getuid()));
  struct stat found {};
  // Made for the user alone; one that is there already must be just that, and no link.
  mkdir(folder.c_str(), 0700);
  if (lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode) || found.st_uid != getuid() ||
      (found.st_mode & 077) != 0) {
    return Error{ErrorCode::kFailed, folder.string() +
                                         " is not a folder of yours alone, in which processes could "
                                         "meet; remove it or set ALIDADE_MEETING_FOLDER."};
  }
  return folder;
}

Error lost_rank(const ProcessPlace& place, const std::exception& problem) {
  std::string why = problem.what();
  why = why.substr(0, why.find('\n'));
  return {ErrorCode::kFailed, "training: rank " + std::to_string(place.rank) + " of " +
                                  std::to_string(place.ranks) + " has lost another one (" +
                                  shortened(why, 200) + "); start all of them again with --resume."};
}

class GlooExchange final : public GradientExchange {
 public:
  explicit GlooExchange(ProcessPlace place) : place_(std::move(place)) {}

  Expected<void> join() {
    const auto folder = place_.folder.empty() ? own_folder() : Expected<std::filesystem::path>(place_.folder);
    if (!folder) {
      return folder.error();
    }
    const auto file = *folder / sha256_hex(place_.launch).substr(0, 24);
    try {
      auto store = c10::make_intrusive<c10d::FileStore>(file.string(), place_.ranks);
      store->setTimeout(kMeetingTime);
      auto options = c10d::ProcessGroupGloo::Options::create(kLongestWait);
      options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForInterface(place_.interface));
      options->threads = 1;
      group_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store, place_.rank, place_.ranks, options);
    } catch (const std::exception& problem) {
      return lost_rank(place_, problem);
    }
    return {};
  }

  /// A text of every rank, in their order.
  Expected<std::vector<std::string>> gather_texts(const std::string& own) {
    try {
      auto length = torch::full({1}, static_cast<std::int64_t>(own.size()), torch::kInt64);
      std::int64_t longest = 0;
      std::vector<std::int64_t> lengths;
      for (const auto& one : gathered(length)) {
        lengths.push_back(one.item<std::int64_t>());
        longest = std::max(longest, lengths.back());
      }
      auto padded = torch::zeros({std::max<std::int64_t>(longest, 1)}, torch::kUInt8);
      std::memcpy(padded.data_ptr(), own.data(), own.size());
      std::vector<std::string> texts;
      for (const auto& one : gathered(padded)) {
        texts.emplace_back(static_cast<const char*>(one.data_ptr()),
                           static_cast<std::size_t>(lengths[texts.size()]));
      }
      return texts;
    } catch (const std::exception& problem) {
      return lost_rank(place_, problem);
    }
  }

  std::vector<int> own_sources() const override { return {place_.rank}; }

  Expected<std::vector<SourceStep>> gather(std::vector<SourceStep> own) override {
    const auto texts = gather_texts(step_bytes(own.at(0)));
    if (!texts) {
      return texts.error();
    }
    std::vector<SourceStep> steps;
    for (const std::string& text : *texts) {
      auto step = step_from_bytes(text);
      if (!step) {
        return step.error();
      }
      steps.push_back(std::move(*step));
    }
    return steps;
  }

 private:
  std::vector<torch::Tensor> gathered(torch::Tensor own) {
    std::vector<std::vector<torch::Tensor>> all(1);
    for (int rank = 0; rank < place_.ranks; ++rank) {
      all[0].push_back(torch::empty_like(own));
    }
    std::vector<torch::Tensor> inputs = {std::move(own)};
    group_->allgather(all, inputs)->wait();
    return all[0];
  }

  ProcessPlace place_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
};

}  // namespace
#endif

Expected<std::optional<ProcessPlace>> process_place() {
  return process_place([](const char* name) { return std::getenv(name); }, std::to_string(getppid()));
}

Expected<std::unique_ptr<GradientExchange>> join_processes(const ProcessPlace& place,
                                                           [[maybe_unused]] const std::string& configuration,
                                                           int sources) {
  if (place.ranks != sources) {
    return usage_error("There are " + std::to_string(place.ranks) + " processes for " +
                       std::to_string(sources) +
                       " sources; start one for each source, or a single one for all.");
  }
#ifdef ALIDADE_HAS_GLOO
  auto exchange = std::make_unique<GlooExchange>(place);
  if (auto joined = exchange->join(); !joined) {
    return joined.error();
  }
  const auto texts = exchange->gather_texts(configuration);
  if (!texts) {
    return texts.error();
  }
  if (const auto difference = configuration_difference(*texts)) {
    return *difference;
  }
  return std::unique_ptr<GradientExchange>(std::move(exchange));
#else
  return Error{ErrorCode::kFailed,
               "This build cannot train in several processes: libgloo-dev was not there when it "
               "was made; start a single process."};
#endif
}

}  // namespace alidade
