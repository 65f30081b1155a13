// SPDX-License-Identifier: BSD-3-Clause
#include "core/evaluation/nocs/nocs_sweep.h"

#include <algorithm>
#include <limits>

namespace alidade {
namespace {

/// Thresholds at which an estimate is matched: rows [row, row_end) by columns [column, column_end).
struct Region {
  std::uint16_t row, row_end, column, column_end;
};

/// The regions of all estimates, in the order of NocsCandidates::estimates.
struct Regions {
  std::vector<Region> list;
  std::vector<std::size_t> first{0};  ///< one more than estimates

  void add(std::size_t row, std::size_t row_end, std::size_t column, std::size_t column_end) {
    list.push_back({static_cast<std::uint16_t>(row), static_cast<std::uint16_t>(row_end),
                    static_cast<std::uint16_t>(column), static_cast<std::uint16_t>(column_end)});
  }
  void close_estimate() { first.push_back(list.size()); }
};

/// Number of thresholds that a value exceeds.
std::size_t exceeded(const std::vector<double>& thresholds, double value) {
  return static_cast<std::size_t>(std::lower_bound(thresholds.begin(), thresholds.end(), value) -
                                  thresholds.begin());
}

/// 0, the given indices, and the end; rising, each once.
void close_breaks(std::vector<std::size_t>* breaks, std::size_t end) {
  breaks->push_back(0);
  breaks->push_back(end);
  std::sort(breaks->begin(), breaks->end());
  breaks->erase(std::unique(breaks->begin(), breaks->end()), breaks->end());
}

class Sweep {
 public:
  Sweep(const NocsCandidates& all, const NocsGrid& grid)
      : all_(all), grid_(grid), kept_truths(all.categories), survives(all.estimates.size()) {}

  void visit(const NocsGroup& group) {
    add_overlap_regions(group);
    keep_survivors(all_, group, &matches_, &kept_);
    kept_truths[group.category] += kept_.truths.size();
    for (const std::size_t i : kept_.estimates) {
      survives[group.first_estimate + i] = 1;
    }
    add_pose_regions(group);
  }

 private:
  void add_overlap_regions(const NocsGroup& group) {
    if (group.truths == 1 && group.estimates == 1) {
      overlap.add(0, 1, 0, exceeded(grid_.overlaps, all_.pair(group, 0, 0).stored_overlap()));
      overlap.close_estimate();
      return;
    }
    columns_.clear();
    for (std::size_t i = 0; i < group.estimates * group.truths; ++i) {
      columns_.push_back(exceeded(grid_.overlaps, all_.pairs[group.first_pair + i].stored_overlap()));
    }
    close_breaks(&columns_, grid_.overlaps.size());
    rows_.assign({0, 1});
    run_blocks(group, [&](std::size_t, std::size_t column) {
      match_by_overlap(all_, group, grid_.overlaps[column], &matches_);
    });
    flush(group, &overlap);
  }

  void add_pose_regions(const NocsGroup& group) {
    const std::size_t row_end = grid_.degrees.size();
    const std::size_t column_end = grid_.centimetres.size();
    rows_.clear();
    columns_.clear();
    for (const std::size_t i : kept_.estimates) {
      for (const std::size_t j : kept_.truths) {
        const NocsPair& pair = all_.pair(group, i, j);
        const std::size_t row = exceeded(grid_.degrees, pair.degrees);
        const std::size_t column = exceeded(grid_.centimetres, pair.centimetres);
        if (row < row_end && column < column_end) {
          rows_.push_back(row);
          columns_.push_back(column);
        }
      }
    }
    if (group.truths == 1 && group.estimates == 1) {
      if (!rows_.empty()) {
        pose.add(rows_[0], row_end, columns_[0], column_end);
      }
      pose.close_estimate();
      return;
    }
    close_breaks(&rows_, row_end);
    close_breaks(&columns_, column_end);
    run_blocks(group, [&](std::size_t row, std::size_t column) {
      match_by_pose(all_, group, kept_, grid_.degrees[row], grid_.centimetres[column], &matches_);
    });
    flush(group, &pose);
  }

  /// Matches once per block of thresholds between two breaks.
  template <class Match>
  void run_blocks(const NocsGroup& group, Match&& match) {
    hits_.clear();
    for (std::size_t r = 0; group.truths > 0 && r + 1 < rows_.size(); ++r) {
      for (std::size_t c = 0; c + 1 < columns_.size(); ++c) {
        match(rows_[r], columns_[c]);
        hits_.insert(hits_.end(), matches_.truth_of.begin(), matches_.truth_of.end());
      }
    }
  }

  /// Turns the blocks in which an estimate was matched into regions, joined along the columns.
  void flush(const NocsGroup& group, Regions* regions) {
    const std::size_t blocks = columns_.size() - 1;
    for (std::size_t i = 0; i < group.estimates; ++i) {
      const auto hit = [&](std::size_t r, std::size_t c) {
        return hits_[(r * blocks + c) * group.estimates + i] >= 0;
      };
      for (std::size_t r = 0; !hits_.empty() && r + 1 < rows_.size(); ++r) {
        for (std::size_t c = 0; c < blocks; ++c) {
          std::size_t end = c;
          while (end < blocks && hit(r, end)) {
            ++end;
          }
          if (end > c) {
            regions->add(rows_[r], rows_[r + 1], columns_[c], columns_[end]);
            c = end;
          }
        }
      }
      regions->close_estimate();
    }
  }

  const NocsCandidates& all_;
  const NocsGrid& grid_;
  NocsMatches matches_;
  NocsKept kept_;
  std::vector<std::size_t> rows_, columns_;
  std::vector<int> hits_;

 public:
  Regions overlap, pose;
  std::vector<std::size_t> kept_truths;  ///< per category
  std::vector<char> survives;            ///< per estimate
};

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

/// AP and accuracy on a whole grid of thresholds for one class. As average_precision() with ApRule::kNocs:
/// from the last detection to the first, with the running maximum of the precision at every threshold.
class Surface {
 public:
  Surface(std::size_t rows, std::size_t columns, std::size_t truths)
      : columns_(columns),
        truths_(truths),
        found_(rows * columns),
        envelope_(rows * columns),
        area_(rows * columns),
        accuracy_(rows * columns) {
    recall_.reserve(truths + 1);
    for (std::size_t i = 0; i <= truths; ++i) {
      recall_.push_back(static_cast<double>(static_cast<float>(i) / static_cast<float>(truths)));
    }
  }

  void integrate(const std::vector<std::uint32_t>& ranking, const Regions& regions) {
    for (const std::uint32_t estimate : ranking) {
      each_cell(regions, estimate, [&](std::size_t cell) { ++found_[cell]; });
    }
    const auto detections = static_cast<double>(ranking.size());
    for (std::size_t cell = 0; cell < found_.size(); ++cell) {
      accuracy_[cell] = ranking.empty() ? kUndefined : found_[cell] / detections;
    }
    if (truths_ == 0) {
      area_.assign(area_.size(), ranking.empty() ? 0.0 : kUndefined);
      return;
    }
    for (std::size_t rank = ranking.size(); rank > 0; --rank) {
      each_cell(regions, ranking[rank - 1], [&](std::size_t cell) {
        const std::uint32_t found = found_[cell]--;
        envelope_[cell] = std::max(envelope_[cell], found / static_cast<double>(rank));
        area_[cell] += (recall_[found] - recall_[found - 1]) * envelope_[cell];
      });
    }
  }

  const std::vector<double>& ap() const { return area_; }
  const std::vector<double>& accuracy() const { return accuracy_; }

 private:
  template <class Visit>
  void each_cell(const Regions& regions, std::uint32_t estimate, Visit&& visit) const {
    for (std::size_t i = regions.first[estimate]; i < regions.first[estimate + 1]; ++i) {
      const Region region = regions.list[i];
      for (std::size_t row = region.row; row < region.row_end; ++row) {
        for (std::size_t column = region.column; column < region.column_end; ++column) {
          visit(row * columns_ + column);
        }
      }
    }
  }

  std::size_t columns_;
  std::size_t truths_;
  std::vector<double> recall_;
  std::vector<std::uint32_t> found_;
  std::vector<double> envelope_, area_, accuracy_;
};

}  // namespace

NocsGrid full_nocs_grid() {
  NocsGrid grid;
  for (int i = 0; i <= 100; ++i) {
    grid.overlaps.push_back(i / 100.0);
  }
  for (int i = 0; i <= 60; ++i) {
    grid.degrees.push_back(i);
  }
  grid.degrees.push_back(360.0);
  for (int i = 0; i <= 20; ++i) {
    grid.centimetres.push_back(0.5 * i);
  }
  grid.centimetres.push_back(100.0);
  return grid;
}

NocsCurves::NocsCurves(NocsGrid grid, std::size_t classes) : grid_(std::move(grid)), classes_(classes) {
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    const std::size_t width = i < 2 ? grid_.overlaps.size() : grid_.degrees.size() * grid_.centimetres.size();
    tables_[i].resize((classes + 1) * width);
  }
}

void NocsCurves::set_overlap_row(NocsMeasure measure, std::size_t row, const std::vector<double>& values) {
  std::copy(values.begin(), values.end(),
            tables_[index(measure)].begin() + static_cast<std::ptrdiff_t>(row * values.size()));
}

void NocsCurves::set_pose_row(NocsMeasure measure, std::size_t row, const std::vector<double>& values) {
  std::copy(values.begin(), values.end(),
            tables_[2 + index(measure)].begin() + static_cast<std::ptrdiff_t>(row * values.size()));
}

void NocsCurves::finish() {
  for (auto& table : tables_) {
    const std::size_t width = table.size() / (classes_ + 1);
    for (std::size_t i = 0; classes_ > 0 && i < width; ++i) {
      double sum = 0.0;
      for (std::size_t row = 0; row < classes_; ++row) {
        sum += table[row * width + i];
      }
      table[classes_ * width + i] = sum / static_cast<double>(classes_);
    }
  }
}

Expected<NocsCurves> nocs_curves(const NocsCandidates& all, const NocsGrid& grid, const JobContext& job) {
  const Error stopped{ErrorCode::kCancelled, "The evaluation was stopped."};
  Sweep sweep(all, grid);
  for (std::size_t i = 0; i < all.groups.size(); ++i) {
    if (i % 256 == 0 && job.stopped()) {
      return stopped;
    }
    sweep.visit(all.groups[i]);
  }
  NocsCurves curves(grid, all.categories);
  std::vector<std::uint32_t> kept;
  for (std::size_t category = 0; category < all.categories; ++category) {
    if (job.stopped()) {
      return stopped;
    }
    const auto& ranking = all.ranking[category];
    Surface overlaps(1, grid.overlaps.size(), all.truth_counts[category]);
    overlaps.integrate(ranking, sweep.overlap);
    curves.set_overlap_row(NocsMeasure::kAp, category, overlaps.ap());
    curves.set_overlap_row(NocsMeasure::kAccuracy, category, overlaps.accuracy());
    kept.clear();
    std::copy_if(ranking.begin(), ranking.end(), std::back_inserter(kept),
                 [&](std::uint32_t estimate) { return sweep.survives[estimate] != 0; });
    Surface poses(grid.degrees.size(), grid.centimetres.size(), sweep.kept_truths[category]);
    poses.integrate(kept, sweep.pose);
    curves.set_pose_row(NocsMeasure::kAp, category, poses.ap());
    curves.set_pose_row(NocsMeasure::kAccuracy, category, poses.accuracy());
  }
  curves.finish();
  return curves;
}

}  // namespace alidade
