// SPDX-License-Identifier: BSD-3-Clause
#include "core/nn/sparse_detector/process_exchange.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <sstream>
#include <string_view>

namespace alidade {
namespace {

constexpr int kMostRanks = 4096;

/// The variables of one way to start processes.
struct Launcher {
  const char *rank, *ranks;
};
constexpr Launcher kLaunchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
    {"RANK", "WORLD_SIZE"},
    {"SLURM_PROCID", "SLURM_NTASKS"},
};

std::optional<int> whole_number(const char* text) {
  int number = 0;
  const std::string_view view(text);
  const auto [end, problem] = std::from_chars(view.data(), view.data() + view.size(), number);
  return problem == std::errc() && end == view.data() + view.size() ? std::optional(number) : std::nullopt;
}

template <class Number>
void put_numbers(std::string& bytes, const std::vector<Number>& numbers) {
  const std::uint64_t count = numbers.size();
  bytes.append(reinterpret_cast<const char*>(&count), sizeof(count));
  bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number));
}

/// Takes values off the front of bytes; false when there are too few.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  bool take(void* target, std::size_t size) {
    if (bytes_.size() < size) {
      return false;
    }
    std::memcpy(target, bytes_.data(), size);
    bytes_.remove_prefix(size);
    return true;
  }
  template <class Number>
  bool take(std::vector<Number>& numbers) {
    std::uint64_t count = 0;
    if (!take(&count, sizeof(count)) || count > bytes_.size() / sizeof(Number)) {
      return false;
    }
    numbers.resize(count);
    return count == 0 || take(numbers.data(), count * sizeof(Number));
  }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

/// The first line in which two texts differ, of each.
std::pair<std::string, std::string> different_lines(const std::string& a, const std::string& b) {
  std::istringstream first(a), second(b);
  std::string of_a, of_b;
  while (true) {
    const bool more_a = static_cast<bool>(std::getline(first, of_a)),
               more_b = static_cast<bool>(std::getline(second, of_b));
    of_a = more_a ? of_a : "";
    of_b = more_b ? of_b : "";
    if (of_a != of_b || (!more_a && !more_b)) {
      return {of_a, of_b};
    }
  }
}

/// Long lines from shortly before the place where they differ.
std::pair<std::string, std::string> from_difference(const std::pair<std::string, std::string>& lines) {
  constexpr std::size_t kBefore = 40;
  const auto& [a, b] = lines;
  std::size_t at = 0;
  while (at < std::min(a.size(), b.size()) && a[at] == b[at]) {
    ++at;
  }
  at -= std::min(at, kBefore);
  while (at > 0 && (static_cast<unsigned char>(a[at]) & 0xc0) == 0x80) {
    --at;  // not within a character
  }
  const std::string cut = at > 0 ? "..." : "";
  return {cut + a.substr(at), cut + b.substr(at)};
}

}  // namespace

Expected<std::optional<ProcessPlace>> process_place(const std::function<const char*(const char*)>& value,
                                                    const std::string& parent) {
  for (const Launcher& launcher : kLaunchers) {
    const char *rank = value(launcher.rank), *ranks = value(launcher.ranks);
    if (rank == nullptr || ranks == nullptr) {
      continue;
    }
    const auto own = whole_number(rank), all = whole_number(ranks);
    if (!own || !all || *all < 1 || *all > kMostRanks || *own < 0 || *own >= *all) {
      return usage_error(std::string(launcher.rank) + " = " + shortened(rank, 40) + " and " + launcher.ranks +
                         " = " + shortened(ranks, 40) +
                         " name no process; start all of them with one mpirun, " + "torchrun or srun.");
    }
    if (*all == 1) {
      return std::optional<ProcessPlace>();
    }
    ProcessPlace place;
    place.rank = *own;
    place.ranks = *all;
    for (const char* name : {"PMIX_NAMESPACE", "TORCHELASTIC_RUN_ID", "TORCHELASTIC_RESTART_COUNT",
                             "MASTER_ADDR", "MASTER_PORT", "SLURM_JOB_ID", "SLURM_STEP_ID"}) {
      const char* part = value(name);
      place.launch += part != nullptr ? std::string(part) + "-" : "";
    }
    if (const char* interface = value("GLOO_SOCKET_IFNAME")) {
      place.interface = interface;
    }
    if (const char* exchange = value("ALIDADE_EXCHANGE")) {
      place.nccl = std::string_view(exchange) == "nccl";
      if (!place.nccl && std::string_view(exchange) != "gloo") {
        return usage_error("ALIDADE_EXCHANGE = " + shortened(exchange, 40) + " is unknown; use gloo or nccl.");
      }
    }
    if (const char* folder = value("ALIDADE_MEETING_FOLDER")) {
      place.folder = folder;
    }
    // Who starts processes one by one is the parent of all on one machine; mpirun and srun name their start.
    if (std::string_view(launcher.rank) == "RANK" && place.folder.empty()) {
      place.launch += parent;
    }
    return std::optional(place);
  }
  return std::optional<ProcessPlace>();
}

std::string step_bytes(const SourceStep& step) {
  std::string bytes;
  const std::int64_t source = step.source;
  bytes.append(reinterpret_cast<const char*>(&source), sizeof(source));
  put_numbers(bytes, step.shared);
  put_numbers(bytes, step.own);
  put_numbers(bytes, step.statistics);
  put_numbers(bytes, step.own_statistics);
  put_numbers(bytes, step.losses);
  return bytes;
}

Expected<SourceStep> step_from_bytes(const std::string& bytes) {
  SourceStep step;
  ByteReader reader(bytes);
  std::int64_t source = 0;
  if (!reader.take(&source, sizeof(source)) || !reader.take(step.shared) || !reader.take(step.own) ||
      !reader.take(step.statistics) || !reader.take(step.own_statistics) || !reader.take(step.losses) ||
      !reader.empty() || source < 0 || source >= kMostRanks) {
    return Error{ErrorCode::kFailed,
                 "training: what another rank sent is no step; start all ranks with the same "
                 "program."};
  }
  step.source = static_cast<int>(source);
  return step;
}

std::optional<Error> configuration_difference(const std::vector<std::string>& of_ranks) {
  for (std::size_t rank = 1; rank < of_ranks.size(); ++rank) {
    if (of_ranks[rank] != of_ranks[0]) {
      const auto [first, other] = from_difference(different_lines(of_ranks[0], of_ranks[rank]));
      return usage_error("Ranks train different things: rank 0 has \"" + shortened(first, 200) + "\", rank " +
                         std::to_string(rank) + " \"" + shortened(other, 200) +
                         "\"; start all of them with the same recipe and data.");
    }
  }
  return std::nullopt;
}

}  // namespace alidade
