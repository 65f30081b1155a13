// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/fuzzy_match.h"

#include <algorithm>
#include <vector>

namespace alidade {

int fuzzyScore(const QString& query, const QString& text) {
  const QString pattern = QString(query).remove(QLatin1Char(' ')).toLower();
  const QString lower = text.toLower();
  const int n = static_cast<int>(lower.size());
  if (pattern.isEmpty()) {
    return 1;
  }
  // best[j]: score of the pattern so far with its last letter at j; 0 = impossible.
  std::vector<int> best(n, 0);
  for (int i = 0; i < pattern.size(); ++i) {
    std::vector<int> next(n, 0);
    int reachable = i == 0 ? 1 : 0;  // best of all placements of the previous letter left of j
    for (int j = 0; j < n; ++j) {
      if (lower[j] == pattern[i] && (reachable > 0 || (j > 0 && best[j - 1] > 0))) {
        const bool word_start = j == 0 || !lower[j - 1].isLetterOrNumber();
        const int run = i > 0 && j > 0 && best[j - 1] > 0 ? best[j - 1] + 12 : 0;
        next[j] = std::max(run, reachable) + (word_start ? 10 : 1);
      }
      if (i > 0) {
        reachable = std::max(reachable, best[j]);
      }
    }
    best.swap(next);
  }
  const auto top = std::max_element(best.begin(), best.end());
  if (top == best.end() || *top == 0) {
    return 0;
  }
  // Ties go to the shorter text and the earlier match.
  return *top * 100 - std::min(n, 60) - std::min(static_cast<int>(top - best.begin()), 30);
}

}  // namespace alidade
