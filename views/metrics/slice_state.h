// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <QJsonArray>

#include "core/evaluation/slices/slice.h"

namespace alidade {

/// Slices as pairs of name and expression, at most 64 KiB each: longer ones (a filter of thousands of frames)
/// are not kept in states.
QJsonArray savedSlices(const std::vector<Slice>& slices);

/// Those that are understood; others are left out.
std::vector<Slice> restoredSlices(const QJsonArray& saved);

}  // namespace alidade
