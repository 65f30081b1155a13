// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/process_exchange.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <utility>

#include <unistd.h>

#if defined(USE_C10D_GLOO) && __has_include(<gloo/rendezvous/store.h>)
#define ALIDADE_HAS_GLOO
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#endif
#include <torch/torch.h>

#include "core/base/meeting_place.h"

namespace alidade {

#ifdef ALIDADE_HAS_GLOO
namespace {

/// How long ranks wait for each other at the start, and later for one that is still measuring; a rank that is
/// gone is noticed at once.
constexpr std::chrono::milliseconds kMeetingTime{60000}, kLongestWait{600000};
/// Gloo waits five times as long for a connection, also for one to a rank that has died.
constexpr std::chrono::milliseconds kConnectionTime = kMeetingTime / 5;

std::string first_line(const std::exception& problem) {
  const std::string text = problem.what();
  return shortened(text.substr(0, text.find('\n')), 200);
}

std::string name_of(const ProcessPlace& place) {
  return "training: rank " + std::to_string(place.rank) + " of " + std::to_string(place.ranks);
}

Error never_met(const ProcessPlace& place, const std::exception& problem) {
  return {ErrorCode::kFailed, name_of(place) + " has not met the others (" + first_line(problem) +
                                  "); see what those said, and start all of them with one mpirun, torchrun "
                                  "or srun."};
}

Error lost_rank(const ProcessPlace& place, const std::exception& problem) {
  return {ErrorCode::kFailed, name_of(place) + " has lost another one (" + first_line(problem) +
                                  "); see what that one said, and start all of them again with --resume."};
}

/// A store that is never destroyed: its destructor would write to the file anew after the meeting.
c10::intrusive_ptr<c10d::FileStore> kept_store(const std::filesystem::path& file, int ranks) {
  static std::mutex mutex;
  static auto& kept = *new std::vector<c10::intrusive_ptr<c10d::FileStore>>;
  const std::lock_guard guard(mutex);
  kept.push_back(c10::make_intrusive<c10d::FileStore>(file.string(), ranks));
  return kept.back();
}

/// Waits until every rank has come.
void await_all(c10d::Store& store, const ProcessPlace& place) {
  const auto key = [](int rank) { return "here" + std::to_string(rank); };
  std::vector<std::string> all;
  for (int rank = 0; rank < place.ranks; ++rank) {
    all.push_back(key(rank));
  }
  store.set(key(place.rank), std::vector<std::uint8_t>{1});
  store.wait(all, kMeetingTime);
}

using Group = c10d::ProcessGroupGloo;

/// Connects all ranks; what they do together may take so long.
c10::intrusive_ptr<Group> connected(const c10::intrusive_ptr<c10d::Store>& store, const std::string& name,
                                    const ProcessPlace& place, std::chrono::milliseconds time) {
  auto options = Group::Options::create(time);
  options->devices.push_back(Group::createDeviceForInterface(place.interface));
  options->threads = 1;
  return c10::make_intrusive<Group>(c10::make_intrusive<c10d::PrefixStore>(name, store), place.rank,
                                    place.ranks, options);
}

/// A group of processes, and where the tensors lie that it exchanges.
struct Lasting {
  c10::intrusive_ptr<c10d::ProcessGroup> group;
  torch::Device device = torch::kCPU;
};

/// The group that steps travel in.
Lasting lasting_group(const c10::intrusive_ptr<c10d::Store>& store, const ProcessPlace& place) {
#ifdef USE_C10D_NCCL
  // Compiled where libtorch has NCCL, and not tried: no machine with several GPUs was at hand.
  if (place.nccl) {
    setenv("NCCL_SOCKET_IFNAME", place.interface.c_str(), 0);
    auto options = c10d::ProcessGroupNCCL::Options::create();
    options->timeout = kLongestWait;
    const auto devices = std::max<std::size_t>(1, torch::cuda::device_count());
    const auto device = static_cast<c10::DeviceIndex>(static_cast<std::size_t>(place.rank) % devices);
    return {c10::make_intrusive<c10d::ProcessGroupNCCL>(
                c10::make_intrusive<c10d::PrefixStore>("nccl", store), place.rank, place.ranks, options),
            torch::Device(torch::kCUDA, device)};
  }
#endif
  return {connected(store, "lasting", place, kLongestWait)};
}

/// Whether this build and machine can do what is asked for.
Expected<void> check_exchange(const ProcessPlace& place) {
#ifdef USE_C10D_NCCL
  const bool possible = torch::cuda::device_count() > 0;
#else
  const bool possible = false;
#endif
  return place.nccl && !possible
             ? usage_error("ALIDADE_EXCHANGE = nccl needs a libtorch with NCCL and a GPU; leave it out to "
                           "exchange by Gloo.")
             : Expected<void>();
}

std::vector<torch::Tensor> gathered(const Lasting& lasting, int ranks, const torch::Tensor& own) {
  std::vector<torch::Tensor> inputs = {own.to(lasting.device)};
  std::vector<std::vector<torch::Tensor>> all(1);
  for (int rank = 0; rank < ranks; ++rank) {
    all[0].push_back(torch::empty_like(inputs[0]));
  }
  lasting.group->allgather(all, inputs)->wait();
  for (torch::Tensor& one : all[0]) {
    one = one.to(torch::kCPU);
  }
  return all[0];
}

class GlooExchange final : public GradientExchange {
 public:
  explicit GlooExchange(ProcessPlace place) : place_(std::move(place)) {}

  Expected<void> join() {
    if (auto possible = check_exchange(place_); !possible) {
      return possible;
    }
    const auto meeting = MeetingPlace::enter(place_.folder, place_.launch);
    if (!meeting) {
      return meeting.error();
    }
    try {
      const auto store = kept_store(meeting->file(), place_.ranks);
      store->setTimeout(kMeetingTime);
      await_all(*store, place_);
      // Who has died since it came shows in connections that are given up soon.
      const auto first = connected(store, "first", place_, kConnectionTime);
      gathered({first}, place_.ranks, torch::zeros({1}));
      lasting_ = lasting_group(store, place_);
    } catch (const std::exception& problem) {
      return never_met(place_, problem);
    }
    return {};
  }

  Expected<std::vector<std::string>> gather_texts(const std::string& own) override {
    try {
      auto length = torch::full({1}, static_cast<std::int64_t>(own.size()), torch::kInt64);
      std::int64_t longest = 0;
      std::vector<std::int64_t> lengths;
      for (const auto& one : gathered(lasting_, place_.ranks, length)) {
        lengths.push_back(one.item<std::int64_t>());
        longest = std::max(longest, lengths.back());
      }
      auto padded = torch::zeros({std::max<std::int64_t>(longest, 1)}, torch::kUInt8);
      std::memcpy(padded.data_ptr(), own.data(), own.size());
      std::vector<std::string> texts;
      for (const auto& one : gathered(lasting_, place_.ranks, padded)) {
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
  ProcessPlace place_;
  Lasting lasting_;
};

}  // namespace
#endif

Expected<std::optional<ProcessPlace>> process_place() {
  return process_place([](const char* name) { return std::getenv(name); }, std::to_string(getppid()));
}

Expected<std::unique_ptr<GradientExchange>> join_processes(const ProcessPlace& place,
                                                           [[maybe_unused]] const std::string& configuration,
                                                           [[maybe_unused]] int sources) {
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
  // Behind the comparison, so that ranks whose recipes have other sources are told of that.
  if (place.ranks != sources) {
    return usage_error("There are " + std::to_string(place.ranks) + " processes for " +
                       std::to_string(sources) +
                       " sources; start one for each source, or a single one for all.");
  }
  return std::unique_ptr<GradientExchange>(std::move(exchange));
#else
  return Error{ErrorCode::kFailed,
               "This build cannot train in several processes: libgloo-dev was not there when it "
               "was made; start a single process."};
#endif
}

}  // namespace alidade
