// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "core/base/expected.h"

namespace alidade {

/// What convolutions are computed with, by name in files and options: "plain", "sse4", "avx2", "avx512",
/// "avx512-vnni", and "amx", which oneDNN alone has.
enum class InstructionSet { kPlain, kSse4, kAvx2, kAvx512, kAvx512Vnni, kAmx };

/// The best that this processor has and that neither limit_instruction_set() nor the environment
/// (ONEDNN_MAX_CPU_ISA) forbids; oneDNN and our own kernels agree on it.
InstructionSet instruction_set();
std::string instruction_set_name(InstructionSet set);
/// kUsage for another name, with those that there are.
Expected<InstructionSet> named_instruction_set(const std::string& name);

/// Lets the process use nothing better than `most`. kUsage where something was computed before.
Expected<void> limit_instruction_set(InstructionSet most);

}  // namespace alidade
