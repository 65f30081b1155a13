// SPDX-License-Identifier: BSD-3-Clause
#include "core/sharing/join_sharing.h"

#include <algorithm>
#include <string>

#include "core/base/sha256.h"

namespace alidade {
namespace {

bool same_layers(const KernelSharing& a, const KernelSharing& b) {
  return std::equal(a.layers.begin(), a.layers.end(), b.layers.begin(), b.layers.end(),
                    [](const LayerSharing& one, const LayerSharing& other) {
                      return one.name == other.name && one.offsets == other.offsets &&
                             one.alpha == other.alpha;
                    });
}

void join_source(SourceSharing& to, const SourceSharing& more) {
  to.beta.insert(to.beta.end(), more.beta.begin(), more.beta.end());
  to.gamma.insert(to.gamma.end(), more.gamma.begin(), more.gamma.end());
  for (std::size_t j = 0; j < to.pairs.size() && j < more.pairs.size(); ++j) {
    to.pairs[j] += more.pairs[j];
  }
  to.inputs += more.inputs;
  to.outputs += more.outputs;
}

/// Both datasets; the digest is that of their digests one after the other.
void join_provenance(Provenance& to, const Provenance& more) {
  if (more.dataset.empty() || to.dataset == more.dataset) {
    return;
  }
  if (to.dataset.empty()) {
    to.dataset = more.dataset;
    to.dataset_sha256 = more.dataset_sha256;
    return;
  }
  to.dataset += ", " + more.dataset;
  Sha256 sha;
  sha.add(to.dataset_sha256);
  sha.add(more.dataset_sha256);
  to.dataset_sha256 = sha.hex();
}

}  // namespace

Expected<void> join_sharing(KernelSharing& to, const KernelSharing& more) {
  if (to.checkpoint_sha256 != more.checkpoint_sha256 || to.sources != more.sources || to.tau != more.tau ||
      !same_layers(to, more)) {
    return usage_error("The files of shared kernels are of different networks (" + to.checkpoint + ", " +
                       more.checkpoint + "); join those of one checkpoint.");
  }
  for (std::size_t k = 0; k < to.scenes.size(); ++k) {
    for (const std::string& scene : more.scenes[k]) {
      if (std::find(to.scenes[k].begin(), to.scenes[k].end(), scene) != to.scenes[k].end()) {
        return usage_error("Scene \"" + scene + "\" of source \"" + to.sources[k] +
                           "\" is in both files of shared kernels; join files of different scenes.");
      }
    }
  }
  for (std::size_t k = 0; k < to.scenes.size(); ++k) {
    to.scenes[k].insert(to.scenes[k].end(), more.scenes[k].begin(), more.scenes[k].end());
    for (std::size_t l = 0; l < to.layers.size(); ++l) {
      join_source(to.layers[l].sources[k], more.layers[l].sources[k]);
    }
  }
  join_provenance(to.provenance, more.provenance);
  return {};
}

}  // namespace alidade
