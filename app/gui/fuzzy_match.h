// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QString>

namespace alidade {

/// How well `query` is a subsequence of `text`, case ignored: 0 = not at all; starts of words, runs of
/// neighboring letters and early matches count more. An empty query matches everything with 1.
int fuzzyScore(const QString& query, const QString& text);

}  // namespace alidade
