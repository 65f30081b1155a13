// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

namespace alidade {

/// Where a result or a figure comes from; travels inside every file that Alidade writes. It holds
/// no wall-clock time, so that the same work gives the same bytes.
struct Provenance {
  std::string version;  ///< version of Alidade
  std::string recipe;   ///< the options that made the result, as JSON text
  std::uint64_t seed = 0;
  std::string checkpoint;  ///< file name of the checkpoint; empty when none was used
  std::string checkpoint_sha256;
  std::string dataset;         ///< name of the dataset; empty when none was used
  std::string dataset_sha256;  ///< Dataset::digest()

  bool operator==(const Provenance&) const = default;
};

/// Provenance with the running version filled in.
Provenance current_provenance();

/// One JSON object on one line, keys in the order of the struct, empty fields left out.
std::string to_json(const Provenance& provenance);

}  // namespace alidade
