// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/exchange/column_writer.h"
#include "core/exchange/kernel_sharing_file.h"

namespace alidade {
namespace {

/// A row of the file: an offset of a layer.
struct SharingRow {
  const LayerSharing* layer;
  std::int32_t number;  ///< of the layer
  std::size_t offset;
};

std::vector<SharingRow> rows_of(const KernelSharing& sharing) {
  std::vector<SharingRow> rows;
  for (std::size_t l = 0; l < sharing.layers.size(); ++l) {
    for (std::size_t j = 0; j < sharing.layers[l].offsets.size(); ++j) {
      rows.push_back({&sharing.layers[l], static_cast<std::int32_t>(l), j});
    }
  }
  return rows;
}

void append_use(const KernelUse& use, std::size_t offset, std::vector<double>& out) {
  for (const auto* norms : {&use.weight, &use.change, &use.gradient}) {
    out.push_back(offset < norms->size() ? (*norms)[offset] : std::numeric_limits<double>::quiet_NaN());
  }
}

void add_layers(const KernelSharing& sharing, ColumnWriter& file) {
  std::vector<std::string> names;
  for (const LayerSharing& layer : sharing.layers) {
    names.push_back(layer.name);
  }
  file.add_list("layer", names);
  file.add("layer_cell_m", sharing.layers, [](const LayerSharing& layer) { return layer.cell_m; });
  file.add("layer_raw_order", sharing.layers, [](const LayerSharing& layer) { return layer.raw_order; });
  file.add_numbers("layer_rows", sharing.layers, {sharing.sources.size(), 2},
                   [](const LayerSharing& layer, auto& out) {
                     for (const SourceSharing& source : layer.sources) {
                       out.push_back(static_cast<double>(source.inputs));
                       out.push_back(static_cast<double>(source.outputs));
                     }
                   });
}

void add_decisions(const KernelSharing& sharing, const std::vector<SharingRow>& rows, ColumnWriter& file) {
  std::vector<std::string> names;
  std::vector<std::int32_t> of;
  for (std::size_t k = 0; k < sharing.scenes.size(); ++k) {
    names.insert(names.end(), sharing.scenes[k].begin(), sharing.scenes[k].end());
    of.insert(of.end(), sharing.scenes[k].size(), static_cast<std::int32_t>(k));
  }
  file.add_list("scene", names);
  file.add("scene_source", of, [](std::int32_t source) { return source; });
  file.add_numbers("beta", rows, {names.size()}, [](const SharingRow& row, auto& out) {
    for (const SourceSharing& source : row.layer->sources) {
      for (const auto& beta : source.beta) {
        out.push_back(beta[row.offset]);
      }
    }
  });
  file.add_numbers("gamma", rows, {names.size()}, [](const SharingRow& row, auto& out) {
    for (const SourceSharing& source : row.layer->sources) {
      for (const auto& gamma : source.gamma) {
        out.push_back(gamma[row.offset]);
      }
    }
  });
}

ColumnWriter sharing_columns(const KernelSharing& sharing) {
  ColumnWriter file;
  const auto rows = rows_of(sharing);
  const std::size_t sources = sharing.sources.size();
  file.add_text("name", sharing.name);
  file.add_text("checkpoint", sharing.checkpoint);
  file.add_text("checkpoint_sha256", sharing.checkpoint_sha256);
  file.add_text("provenance", to_json(sharing.provenance));
  file.add("tau", std::array{sharing.tau}, [](double tau) { return tau; });
  file.add_list("source", sharing.sources);
  add_layers(sharing, file);
  file.add("offset_layer", rows, &SharingRow::number);
  file.add_numbers("offset", rows, {3}, [](const SharingRow& row, auto& out) {
    const auto& offset = row.layer->offsets[row.offset];
    out.insert(out.end(), offset.begin(), offset.end());
  });
  file.add("alpha", rows, [](const SharingRow& row) {
    return row.offset < row.layer->alpha.size() ? static_cast<double>(row.layer->alpha[row.offset])
                                                : std::numeric_limits<double>::quiet_NaN();
  });
  file.add_numbers("pairs", rows, {sources}, [](const SharingRow& row, auto& out) {
    for (const SourceSharing& source : row.layer->sources) {
      out.push_back(static_cast<double>(source.pairs[row.offset]));
    }
  });
  file.add_numbers("shared", rows, {3},
                   [](const SharingRow& row, auto& out) { append_use(row.layer->shared, row.offset, out); });
  file.add_numbers("exclusive", rows, {sources, 3}, [](const SharingRow& row, auto& out) {
    for (const SourceSharing& source : row.layer->sources) {
      append_use(source.exclusive, row.offset, out);
    }
  });
  add_decisions(sharing, rows, file);
  return file;
}

/// Lists of the lengths that the shapes of the file ask for.
bool fits(const KernelSharing& sharing) {
  const std::size_t sources = sharing.sources.size();
  return sharing.scenes.size() == sources &&
         std::all_of(sharing.layers.begin(), sharing.layers.end(), [&](const LayerSharing& layer) {
           const std::size_t offsets = layer.offsets.size();
           const auto is_full = [offsets](const auto& of_scene) { return of_scene.size() == offsets; };
           bool full = layer.sources.size() == sources;
           for (std::size_t k = 0; full && k < sources; ++k) {
             const SourceSharing& source = layer.sources[k];
             full = is_full(source.pairs) && source.beta.size() == sharing.scenes[k].size() &&
                    source.gamma.size() == source.beta.size() &&
                    std::all_of(source.beta.begin(), source.beta.end(), is_full) &&
                    std::all_of(source.gamma.begin(), source.gamma.end(), is_full);
           }
           return full;
         });
}

}  // namespace

Expected<std::string> kernel_sharing_bytes(const KernelSharing& sharing) {
  if (!fits(sharing)) {
    return usage_error("The decisions of a layer are not those of all sources, scenes and offsets.");
  }
  return sharing_columns(sharing).bytes("shared kernels");
}

Expected<void> write_kernel_sharing(const KernelSharing& sharing, const std::filesystem::path& path) {
  if (!fits(sharing)) {
    return usage_error("The decisions of a layer are not those of all sources, scenes and offsets.");
  }
  return sharing_columns(sharing).write(path);
}

}  // namespace alidade
