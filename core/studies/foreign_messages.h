// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "core/base/expected.h"
#include "core/base/job.h"
#include "core/studies/foreign_contention.h"

namespace alidade {

// What goes between the measurement of a foreign series and its worker, as JSON text.

enum class ForeignMessage : char { kProgress = 'p', kRemark = 'r', kError = 'e', kDone = 'd' };

/// All of an order but its limits.
std::string foreign_request(const ForeignContention& order);
Expected<ForeignContention> parse_foreign_request(const std::string& text);

std::string progress_text(const Progress& progress);
/// Nothing for what is none.
std::optional<Progress> progress_in(const std::string& text);

std::string error_text(const Error& error);
/// An Error in any case: what the worker meant to say, or that it cannot be understood.
Error error_in(const std::string& text);

}  // namespace alidade
