// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>

#include "core/base/expected.h"
#include "core/results/quantization_sweep.h"

namespace alidade {

/// What such a file may at most hold.
inline constexpr std::size_t kMostSweepModules = 256;
inline constexpr std::size_t kMostSweepOptions = 255;
inline constexpr std::size_t kMostSweepLayers = 4096;
inline constexpr std::size_t kMostSweepPoints = 4096;
inline constexpr std::size_t kMostSweepAccuracies = 64;
inline constexpr std::size_t kMostSweepSensitivities = 65536;

/// The "format" of such a file.
inline constexpr const char* kQuantizationSweepFormat = "alidade-quantization-sweep";

/// The text of such a file (docs/formats.md, "Quantization sweeps"). Equal sweeps give equal bytes; what is
/// unknown is null.
std::string quantization_sweep_json(const QuantizationSweep& sweep);
/// Atomic. kUsage for a sweep that read_quantization_sweep would refuse, with its sentence.
Expected<void> write_quantization_sweep(const QuantizationSweep& sweep, const std::filesystem::path& path);

/// Reads what write_quantization_sweep wrote: fields of other names, values out of range and names that
/// nothing has are refused. kInput names file and place.
Expected<QuantizationSweep> read_quantization_sweep(const std::filesystem::path& path,
                                                    const std::stop_token& stop = {});
/// The same of a text; `name` is the file that messages speak of.
Expected<QuantizationSweep> parse_quantization_sweep(const std::string& text, const std::string& name);

}  // namespace alidade
