// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include <QString>

#include "core/contention/cosine_intervals.h"
#include "core/results/contention_history.h"
#include "views/contention/contention_model.h"

namespace alidade {

/// "–" for what is undefined, else two decimals and a true minus sign.
QString cosineText(double value);
/// "−0.41 to −0.02"; empty where the interval is undefined.
QString intervalText(const ContentionInterval& interval);
/// Parameters: "940", "12.3 k", "1.24 M".
QString countText(std::int64_t count);
/// A number of three digits: "0.0123", "4.20e−7".
QString normText(double value);
/// "update space, Adam" or "gradient space".
QString spaceText(ContentionSpace space);
/// "cosine of mean gradients".
QString readingText(ContentionReading reading);
/// "block", "module", "layer", "tensor", "network".
QString kindText(PartKind kind);
/// What rows are called, several of them: "categories", "loss terms".
QString rowsText(const ContentionHistory& history);

}  // namespace alidade
