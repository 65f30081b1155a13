// SPDX-License-Identifier: BSD-3-Clause
#include "core/quant/inference/instruction_set.h"

#include <array>

#include <hwy/targets.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace alidade {
namespace {

constexpr std::array<const char*, 6> kInstructionSetNames = {"plain",  "sse4",        "avx2",
                                                             "avx512", "avx512-vnni", "amx"};

/// oneDNN's sets from the best down, with ours that they hold.
InstructionSet set_of_library(dnnl::cpu_isa isa) {
  switch (isa) {
    case dnnl::cpu_isa::sse41:
    case dnnl::cpu_isa::avx:
      return InstructionSet::kSse4;
    // AVX2 with VNNI has its own products in oneDNN, and none in our kernels.
    case dnnl::cpu_isa::avx2:
    case dnnl::cpu_isa::avx2_vnni:
      return InstructionSet::kAvx2;
    case dnnl::cpu_isa::avx512_core:
      return InstructionSet::kAvx512;
    case dnnl::cpu_isa::avx512_core_vnni:
    case dnnl::cpu_isa::avx512_core_bf16:
      return InstructionSet::kAvx512Vnni;
    case dnnl::cpu_isa::avx512_core_amx:
      return InstructionSet::kAmx;
    default:
      return InstructionSet::kPlain;
  }
}

dnnl::cpu_isa library_set(InstructionSet set) {
  switch (set) {
    case InstructionSet::kPlain:
    case InstructionSet::kSse4:
      return dnnl::cpu_isa::sse41;
    case InstructionSet::kAvx2:
      return dnnl::cpu_isa::avx2;
    case InstructionSet::kAvx512:
      return dnnl::cpu_isa::avx512_core;
    case InstructionSet::kAvx512Vnni:
      return dnnl::cpu_isa::avx512_core_vnni;
    case InstructionSet::kAmx:
      break;
  }
  return dnnl::cpu_isa::avx512_core_amx;
}

bool forced_plain = false;

InstructionSet found_set() {
  const InstructionSet set =
      forced_plain ? InstructionSet::kPlain : set_of_library(dnnl::get_effective_cpu_isa());
  // Our own kernels never use what oneDNN must not.
  std::int64_t disabled = 0;
#if HWY_ARCH_X86
  disabled |= set < InstructionSet::kAvx512 ? HWY_AVX3 | HWY_AVX3_DL : 0;
  disabled |= set < InstructionSet::kAvx2 ? HWY_AVX2 : 0;
  disabled |= set < InstructionSet::kSse4 ? HWY_SSE4 | HWY_SSSE3 : 0;
#endif
  hwy::DisableTargets(disabled);
  return set;
}

}  // namespace

InstructionSet instruction_set() {
  static const InstructionSet set = found_set();
  return set;
}

std::string instruction_set_name(InstructionSet set) {
  return kInstructionSetNames[static_cast<std::size_t>(set)];
}

Expected<InstructionSet> named_instruction_set(const std::string& name) {
  std::string names;
  for (std::size_t i = 0; i < kInstructionSetNames.size(); ++i) {
    if (name == kInstructionSetNames[i]) {
      return static_cast<InstructionSet>(i);
    }
    names += (i == 0 ? "" : ", ") + std::string(kInstructionSetNames[i]);
  }
  return usage_error("There is no instruction set \"" + name + "\"; use one of " + names + ".");
}

Expected<void> limit_instruction_set(InstructionSet most) {
  forced_plain = most == InstructionSet::kPlain;
  if (dnnl::set_max_cpu_isa(library_set(most)) != dnnl::status::success) {
    return usage_error("The instruction set cannot be limited any more: something was computed before.");
  }
  return {};
}

}  // namespace alidade
