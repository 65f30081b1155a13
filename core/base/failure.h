// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <exception>

#include "core/base/expected.h"

namespace alidade {

/// What the user is told when memory runs out, wherever that happens.
inline constexpr const char* kOutOfMemory =
    "there is not enough memory; end other programs, raise the limit that ulimit -v shows, or give it less "
    "to do "
    "at once.";

/// Whether that is what the exception speaks of.
bool is_out_of_memory(const std::exception& failure);

/// An exception of a library as an error in one line, for the places where it may end: main, threads, jobs.
/// Memory that ran out has one sentence, whoever asked for it.
Error error_of(const std::exception& failure);

}  // namespace alidade
