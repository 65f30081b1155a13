// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/expected.h"
#include "core/base/provenance.h"

namespace alidade {

/// Which view made a figure, of what, and how it was set. With a Provenance beside it this is enough to show
/// the view again: data is named and known by digests, never by paths.
struct FigureOrigin {
  std::string view;                  ///< View::id; empty for a figure that no view made
  std::optional<std::size_t> frame;  ///< index in the dataset
  std::string frame_name;
  std::optional<int> object;  ///< Instance::index in the frame
  std::string category;       ///< of the object
  std::string run_a, run_b;   ///< names of the results that were A and B; empty for none
  /// View id -> JSON object that View::saveState gave: that of the view itself, and of those it depends on.
  std::map<std::string, std::string> states;

  bool operator==(const FigureOrigin&) const = default;
};

/// What stands in every exported figure.
struct FigureRecord {
  Provenance provenance;
  FigureOrigin origin;

  bool operator==(const FigureRecord&) const = default;
};

/// The members of to_json(Provenance), then those of the origin that are set; one line, ASCII. In the states
/// texts that are paths are left out.
std::string to_json(const FigureRecord& record);

/// The record in a text that anybody may have written: at most 1 MiB, members of another type count as
/// absent. kInput when it is not JSON or was not written by Alidade; `name` is the file it speaks of.
Expected<FigureRecord> figure_record_from_json(std::string_view text, const std::string& name);

}  // namespace alidade
