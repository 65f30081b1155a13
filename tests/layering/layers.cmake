# SPDX-License-Identifier: BSD-3-Clause
# Who may include whom. A room is a folder; the longest match wins. alidade_layer(ROOM [MAY rooms...] [SEES libraries...]):
# MAY names the rooms whose headers it may include (itself always; "views/*" is every room below views), SEES the libraries.
# alidade_layers_below(FOLDER ...): every folder in FOLDER that has no line of its own is such a room.

alidade_layer(core/base SEES json system toml)
alidade_layer(core/geometry MAY core/base SEES eigen)
alidade_layer(core/geometry/opencv MAY core/base core/geometry SEES eigen opencv)
alidade_layer(core/data MAY core/base core/geometry SEES eigen)
alidade_layer(core/io MAY core/base core/geometry core/data SEES eigen json zlib system)
alidade_layer(core/io/opencv MAY core/base core/geometry core/data core/io SEES opencv)
alidade_layer(core/data/procedural MAY core/base core/geometry core/data core/io SEES eigen json)
alidade_layer(core/data/procedural/rooms
  MAY core/base core/geometry core/data core/data/procedural SEES eigen json)
alidade_layer(core/results MAY core/base core/geometry core/data SEES eigen)
# Evaluation: reports, their texts and statistics; what a protocol is; pose errors; a folder per family of protocols.
set(evaluation core/evaluation core/evaluation/*)
alidade_layer(core/evaluation/report MAY core/base)
alidade_layer(core/evaluation/statistics MAY core/base core/results core/evaluation/report SEES eigen)
alidade_layer(core/evaluation/text MAY core/base core/evaluation/report core/evaluation/statistics SEES json)
alidade_layer(core/evaluation MAY core/base core/geometry core/data core/evaluation/report SEES eigen)
alidade_layer(core/evaluation/errors
  MAY core/base core/geometry core/data core/results core/evaluation core/evaluation/statistics SEES eigen)
set(under_protocols core/base core/geometry core/evaluation core/evaluation/report core/evaluation/statistics)
foreach(family nocs omni6d indoor)
  alidade_layer(core/evaluation/${family} MAY ${under_protocols} SEES eigen)
endforeach()
alidade_layer(core/evaluation/bop MAY ${under_protocols} core/evaluation/errors SEES eigen)
alidade_layer(core/evaluation/objects
  MAY ${under_protocols} core/evaluation/errors core/evaluation/bop SEES eigen)
# Parts of a ground truth, evaluated by any protocol.
alidade_layer(core/evaluation/slices MAY ${under_protocols})
alidade_layer(core/diffusion MAY core/base core/geometry SEES eigen json)
# Gradients of categories against each other, from Gram matrices alone.
alidade_layer(core/contention MAY core/base core/results core/evaluation/statistics SEES eigen)
# Which kernels are shared between sources of data, from decisions and counts alone.
alidade_layer(core/sharing MAY core/base core/results)
# Low-bit weights: quantizers, the packed file, bits for a budget, traces; no torch.
alidade_layer(core/quant MAY core/base core/io SEES json)
# Networks computed from packed weights.
alidade_layer(core/quant/inference MAY core/base core/quant SEES dnnl highway system)
# What charts and budgets ask of measured assignments of bits; numbers alone.
alidade_layer(core/sweep MAY core/base core/results core/quant core/evaluation/report core/evaluation/statistics)
# The files of results: no torch, so that what only reads and writes them starts without it.
alidade_layer(core/exchange
  MAY core/base core/geometry core/data core/io core/diffusion core/results core/contention core/sharing ${evaluation}
  SEES eigen json)
# What an indoor detector learns and answers: boxes, assignment, losses, suppression, harmonized gradients; no torch.
alidade_layer(core/detection MAY core/base core/geometry SEES eigen)
alidade_layer(core/ops MAY core/base SEES system)
alidade_layer(core/ops/cuda MAY core/base core/ops SEES cuda)
# Sparse tensors; convolution by our own kernels.
alidade_layer(core/ops/sparse MAY core/base SEES highway)
# The loop, its run folder and its log; it knows a network only as a Trainer, which a network's own folder implements.
alidade_layer(core/training MAY core/base core/data core/io core/results SEES json toml)
# Each network has a folder under core/nn; torch headers stay in folders named torch.
set(under_nn core/base core/geometry core/data core/io core/ops core/ops/sparse core/diffusion core/training core/contention
  core/quant core/quant/inference core/detection core/results)
set(networks pose_diffusion decompose torchscript vit keypoint quantization sparse_detector)
# The image encoder (vit) and layers that can be quantized are parts of others: every network may see them. They see none.
set(shared_networks core/nn/vit core/nn/quantization core/nn/quantization/torch)
alidade_layer(core/nn MAY ${under_nn} SEES eigen json)
alidade_layer(core/nn/torch MAY ${under_nn} core/nn
  SEES eigen json system torch)
foreach(network ${networks})
  alidade_layer(core/nn/${network} MAY ${under_nn} core/nn ${shared_networks} SEES eigen json)
  alidade_layer(core/nn/${network}/torch MAY ${under_nn} core/nn core/nn/torch core/nn/${network} ${shared_networks}
    SEES eigen json system torch)
endforeach()
# The registry names every network, as does the table of trainings in core/studies; who opens a checkpoint sees the
# registry and no network.
list(TRANSFORM networks PREPEND core/nn/ OUTPUT_VARIABLE network_rooms)
alidade_layer(core/nn/registry MAY core/base core/nn core/quant/inference ${network_rooms})
# Use cases that run no network: the light program is made of them.
alidade_layer(core/studies/plain
  MAY core/base core/geometry core/data core/data/procedural core/data/procedural/rooms core/io core/contention ${evaluation} core/exchange core/results
  SEES eigen json system)
alidade_layer(core/studies
  MAY core/studies/plain core/base core/geometry core/data core/data/procedural core/data/procedural/rooms core/io core/ops core/diffusion core/nn core/nn/registry
      ${network_rooms} core/contention ${evaluation} core/exchange core/results core/training core/quant
      core/quant/inference core/detection core/ops/sparse
  SEES eigen json)
alidade_layer(core/experiments
  MAY core/base core/data core/evaluation/report core/evaluation/statistics core/evaluation/text
  SEES json)
# Every folder below core/papers is one paper; none knows another.
file(GLOB papers RELATIVE "${ROOT}" "${ROOT}/core/papers/*/*.h")
list(TRANSFORM papers REPLACE "/[^/]*$" "")
list(REMOVE_DUPLICATES papers)
foreach(paper ${papers})
  alidade_layer(${paper}
    MAY core/base core/geometry core/data core/io core/diffusion core/nn ${network_rooms} core/contention ${evaluation}
        core/exchange core/results core/studies core/studies/plain core/training core/experiments core/quant
        core/quant/inference core/sweep core/nn/registry
    SEES eigen json)
endforeach()
alidade_layer(core/papers MAY core/base core/experiments ${papers})
alidade_layer(core/session MAY core/base core/geometry core/data core/results SEES eigen json)

# Dataset formats: every folder below plugins. A format reader needs the dataset model and the file formats; BOP's also
# fills what an evaluation takes, and a loose frame is described by the same JSON entries as a BOP scene.
set(formats core/base core/geometry core/data core/io)
alidade_layers_below(plugins MAY ${formats} SEES eigen json)
alidade_layer(plugins/bop MAY ${formats} core/evaluation SEES eigen json)
alidade_layer(plugins/single_frame MAY ${formats} plugins/bop SEES eigen json)
# The table of the formats.
alidade_layer(plugins MAY core/base core/data)

# Views: every folder below views. They show results; none knows how a result is computed, and none knows another view.
# Those that need more have a line of their own.
set(shown core/base core/geometry core/data core/contention core/sharing core/quant core/sweep ${evaluation} core/results
  core/session)
# What a sampling laboratory asks for is the options of a sampler: plain data of core/diffusion.
alidade_layer(views/base MAY ${shown} core/diffusion SEES eigen qt)
alidade_layer(views/base/chart MAY core/base views/base SEES qt)
alidade_layers_below(views MAY ${shown} views/base views/base/chart SEES eigen qt)
# Any table of choices and scores, for views that have one.
alidade_layer(views/quantization MAY ${shown} views/base views/base/chart views/parallel SEES eigen qt)
alidade_layer(views/vtk MAY ${shown} views/base SEES eigen qt vtk gl)
alidade_layer(views/scene MAY ${shown} views/base views/vtk SEES eigen qt vtk gl)
alidade_layer(views/rooms MAY ${shown} views/base views/vtk SEES eigen qt vtk gl)
alidade_layer(views/schedule_lab MAY ${shown} core/diffusion views/base views/base/chart SEES eigen qt)

# The command line is plain C++; the window and the figure renderer bring Qt. Nobody in app/ sees torch or VTK, and the
# light program (app/cli) nothing that runs a network: its libraries would be loaded for every command.
set(light core/base core/geometry core/data core/data/procedural core/data/procedural/rooms core/io core/contention core/sharing ${evaluation} core/exchange core/results
  core/studies/plain plugins plugins/*)
set(computing ${light} core/ops core/diffusion core/nn core/nn/registry core/quant core/quant/inference core/sweep core/training core/studies
  core/experiments core/papers core/session)
alidade_layer(app/cli MAY ${light} SEES eigen json toml cli system)
# A sweep over assignments is what the reproduction of MQAT does, for one network of the user's.
alidade_layer(app/compute MAY ${computing} core/papers/mqat app/cli SEES eigen json toml cli system)
alidade_layer(app/render MAY ${computing} views/* views/base/chart app/cli SEES eigen json cli qt system)
alidade_layer(app/gui MAY ${computing} views/* views/base/chart app/cli app/render SEES eigen json cli qt system)
alidade_layer(app MAY core/base core/nn app/cli app/render app/gui SEES system)

# Which library a header in angle brackets belongs to. Headers of the C++ library need no line; an unknown one is a breach.
alidade_library(qt "^Q")
alidade_library(vtk "^vtk")
alidade_library(torch "^(torch|ATen|c10|gloo)/")
alidade_library(opencv "^opencv2/")
alidade_library(eigen "^Eigen/")
alidade_library(json "^nlohmann/")
alidade_library(toml "^toml\\+\\+/")
alidade_library(cli "^CLI/")
alidade_library(zlib "^zlib\\.h$")
alidade_library(gl "^(EGL|GL)/")
alidade_library(cuda "^cuda")
alidade_library(dnnl "^(oneapi/)?dnnl")
alidade_library(highway "^hwy/")
alidade_library(system "^(dlfcn|fcntl|malloc|poll|signal|unistd)\\.h$|^(sys|linux)/")
