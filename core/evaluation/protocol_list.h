// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "core/evaluation/protocol.h"

namespace alidade {

// One maker per family; each lives in the file named after it, and protocols.cpp lists them.
std::vector<Protocol> nocs_protocols();         ///< nocs-*, housecat-*, genpose
std::vector<Protocol> omni6d_protocols();       ///< omni6d-script, omni6d-analytic
std::vector<Protocol> bop_protocols();          ///< bop19, bop24
std::vector<Protocol> object_protocols();       ///< add, adi, add-s in both directions, swisscube
std::vector<Protocol> spacecraft_protocols();   ///< speed, speed-plus
std::vector<Protocol> indoor_protocols();       ///< indoor 3D detection mAP
std::vector<Protocol> hypothesis_protocols();   ///< sets of K samples
std::vector<Protocol> calibration_protocols();  ///< whether the spread of K samples may be believed
std::vector<Protocol> tracking_protocols();     ///< sequences

}  // namespace alidade
