// SPDX-License-Identifier: BSD-3-Clause
#include <iterator>

#include "core/evaluation/protocol_list.h"

namespace alidade {
namespace {

std::vector<Protocol> all_protocols() {
  // The registration line of each family, in the order of menus.
  const std::vector<std::vector<Protocol> (*)()> families{
      nocs_protocols,   omni6d_protocols,     bop_protocols,         object_protocols,   spacecraft_protocols,
      indoor_protocols, hypothesis_protocols, calibration_protocols, tracking_protocols,
  };
  std::vector<Protocol> all;
  for (const auto make : families) {
    auto family = make();
    all.insert(all.end(), std::make_move_iterator(family.begin()), std::make_move_iterator(family.end()));
  }
  return all;
}

}  // namespace

const std::vector<Protocol>& protocols() {
  static const std::vector<Protocol> all = all_protocols();
  return all;
}

}  // namespace alidade
