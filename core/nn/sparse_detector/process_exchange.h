// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/expected.h"
#include "core/nn/sparse_detector/gradient_exchange.h"

namespace alidade {

/// Which of several processes this one is, as whoever started them says.
struct ProcessPlace {
  int rank = 0, ranks = 1;
  std::string launch;            ///< equal for the processes of one start, unlike for any other
  std::string interface = "lo";  ///< network interface that Gloo listens on: GLOO_SOCKET_IFNAME
  /// Where the processes meet: ALIDADE_MEETING_FOLDER, on a disk that all machines see; empty = a folder of
  /// this machine that is the user's own.
  std::filesystem::path folder{};
  /// ALIDADE_EXCHANGE=nccl: steps travel between GPUs, where libtorch has NCCL; "gloo" otherwise.
  bool nccl = false;
};

/// From the environment that mpirun (OMPI_COMM_WORLD_RANK, _SIZE), torchrun (RANK, WORLD_SIZE) or srun
/// (SLURM_PROCID, SLURM_NTASKS) sets; `value` gives a variable or null, `parent` names the parent process.
/// Nothing for a single process. kUsage for numbers that cannot be.
Expected<std::optional<ProcessPlace>> process_place(const std::function<const char*(const char*)>& value,
                                                    const std::string& parent);
/// The same from this process's environment.
Expected<std::optional<ProcessPlace>> process_place();

/// A step as bytes for another process of this machine's kind, and back; kFailed for bytes that are none.
std::string step_bytes(const SourceStep& step);
Expected<SourceStep> step_from_bytes(const std::string& bytes);

/// Joins the other processes by torch.distributed's Gloo, one source per rank, in the order of ranks. They
/// meet in a file of the folder; nothing listens beyond the interface. Each tells `configuration`, and all
/// refuse where two differ, with the first line that does, or where ranks and sources are not as many
/// (kUsage). Later on a lost rank is an Error everywhere. kFailed where the build lacks Gloo.
Expected<std::unique_ptr<GradientExchange>> join_processes(const ProcessPlace& place,
                                                           const std::string& configuration, int sources);

/// The sentence for configurations of ranks that differ; nothing when all are equal.
std::optional<Error> configuration_difference(const std::vector<std::string>& of_ranks);

}  // namespace alidade
