// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include <QString>

#include "core/base/table.h"
#include "core/sharing/seed_agreement.h"
#include "views/kernels/kernels_model.h"

namespace alidade {

/// A text of this room, translated.
QString kernelWords(const char* text);
/// "(−1, 0, 1)"; "index 7" where the order is not known.
QString offsetText(const LayerSharing& layer, std::size_t offset);
/// "12,340", "4.1 M"
QString pairsText(std::int64_t pairs);
/// "γ", "α·β"
QString channelSign(KernelChannel channel);
/// "γ shared", for a list
QString channelName(KernelChannel channel);
/// "γ: share of scenes that share the kernel"
QString channelText(KernelChannel channel);
/// "62 %", "–"
QString percentText(double share);
/// "stage1 · block0 · conv1" of "backbone.stage1.block0.conv1"
QString layerText(const std::string& name);
/// "agreement of 3 networks 0.85 (by chance 0.62, κ 0.61)"; says so where there is nothing to compare.
QString agreementText(const SeedAgreement& agreement);
/// "faces"
QString orbitText(const std::string& name);
/// Empty for what is not finite.
Table::Cell knownCell(double value);

}  // namespace alidade
