// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/print.h"
#include "core/base/blas_kernel.h"
#include "core/base/json_text.h"
#include "core/ops/device.h"
#include "core/ops/op_check.h"

namespace alidade {
namespace {

struct DeviceOptions {
  std::string device;
  bool json = false;
};

double gigabytes(std::int64_t bytes) {
  return static_cast<double>(bytes) / 1e9;
}

void print_info_json(const Expected<std::unique_ptr<CudaOps>>& gpu) {
  nlohmann::ordered_json report;
  report["cpu"]["threads"] = std::thread::hardware_concurrency();
  report["cpu"]["blas_kernel"] = blas_kernel();
  report["cuda"]["available"] = static_cast<bool>(gpu);
  report["cuda"]["reason"] = gpu ? nlohmann::ordered_json() : nlohmann::ordered_json(gpu.error().message);
  report["cuda"]["devices"] = nlohmann::ordered_json::array();
  for (const auto& device : gpu ? (*gpu)->devices() : std::vector<DeviceInfo>()) {
    report["cuda"]["devices"].push_back(
        {{"name", device.name},
         {"memory_bytes", device.memory_bytes},
         {"compute_capability", std::to_string(device.major) + "." + std::to_string(device.minor)}});
  }
  print_text(json_text(report, 2) + "\n");
}

Expected<void> show_info(const DeviceOptions& options) {
  const auto gpu = CudaOps::open();
  if (options.json) {
    print_info_json(gpu);
    return {};
  }
  print("cpu      %u threads, BLAS kernel %s\n", std::thread::hardware_concurrency(), blas_kernel().c_str());
  if (!gpu) {
    print("cuda     unavailable: %s\n", gpu.error().message.c_str());
    return {};
  }
  int index = 0;
  for (const auto& device : (*gpu)->devices()) {
    print("cuda:%-3d %s, %.1f GB, compute capability %d.%d\n", index++, device.name.c_str(),
          gigabytes(device.memory_bytes), device.major, device.minor);
  }
  return {};
}

void print_checks(const std::vector<OpCheck>& checks, bool json) {
  nlohmann::ordered_json report = nlohmann::ordered_json::array();
  for (const auto& check : checks) {
    report.push_back({{"op", check.op},
                      {"device", check.device},
                      {"differences", check.differences},
                      {"clouds_per_second", check.clouds_per_second}});
  }
  if (json) {
    print_text(json_text(report, 2) + "\n");
    return;
  }
  print("%-22s %-8s %12s %16s\n", "operation", "device", "differences", "clouds/s");
  for (const auto& check : checks) {
    print("%-22s %-8s %12lld %16.0f\n", check.op.c_str(), check.device.c_str(),
          static_cast<long long>(check.differences), check.clouds_per_second);
  }
}

// The GPUs to check: the one asked for, or all there are. Asking for one that is missing is an error;
// otherwise the reason goes to stderr.
Expected<std::vector<int>> chosen_gpus(const Expected<std::unique_ptr<CudaOps>>& gpu,
                                       const std::string& asked) {
  if (!asked.empty()) {
    const auto device = parse_device(asked);
    if (!device) {
      return device.error();
    }
    if (*device < 0) {
      return std::vector<int>();
    }
    return gpu ? Expected<std::vector<int>>(std::vector<int>{*device})
               : Expected<std::vector<int>>(gpu.error());
  }
  std::vector<int> all;
  if (!gpu) {
    print_error("alidade: GPU not checked: %s\n", gpu.error().message.c_str());
    return all;
  }
  for (int i = 0; i < static_cast<int>((*gpu)->devices().size()); ++i) {
    all.push_back(i);
  }
  return all;
}

Expected<void> check_devices(const DeviceOptions& options) {
  const auto gpu = CudaOps::open();
  const auto gpus = chosen_gpus(gpu, options.device);
  if (!gpus) {
    return gpus.error();
  }
  std::vector<int> places{-1};
  places.insert(places.end(), gpus->begin(), gpus->end());
  std::vector<OpCheck> all;
  for (const int place : places) {
    const auto checks = check_ops(gpu ? gpu->get() : nullptr, place);
    if (!checks) {
      return checks.error();
    }
    all.insert(all.end(), checks->begin(), checks->end());
  }
  print_checks(all, options.json);
  for (const auto& check : all) {
    if (check.differences != 0) {
      return Error{ErrorCode::kMismatch,
                   check.op + " on " + check.device + " differs from its definition in " +
                       std::to_string(check.differences) + " values; do not use this device."};
    }
  }
  return {};
}

}  // namespace

void add_device_command(CLI::App& app, Action& action) {
  auto* command = app.add_subcommand("device");
  command->require_subcommand(1);
  const auto options = std::make_shared<DeviceOptions>();
  auto* info = command->add_subcommand("info", "List the CPU and the GPUs");
  info->add_flag("--json", options->json, "Machine-readable output");
  info->callback([options, &action] { action = [options](CommandContext&) { return show_info(*options); }; });
  auto* check =
      command->add_subcommand("check", "Run every operation on every device and compare with its definition");
  check->add_option("--device", options->device, "cpu, cuda or cuda:N (default: all there are)");
  check->add_flag("--json", options->json, "Machine-readable output");
  check->callback(
      [options, &action] { action = [options](CommandContext&) { return check_devices(*options); }; });
}

}  // namespace alidade
