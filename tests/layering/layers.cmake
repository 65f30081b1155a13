# SPDX-License-Identifier: BSD-3-Clause
# Who may include whom. A room is a folder; the longest match wins. alidade_layer(ROOM [MAY rooms...] [SEES libraries...]):
# MAY names the rooms whose headers it may include (itself always), SEES the libraries.

alidade_layer(core/base SEES json system)
alidade_layer(core/geometry MAY core/base SEES eigen)
alidade_layer(core/data MAY core/base core/geometry SEES eigen)
alidade_layer(core/io MAY core/base core/geometry core/data SEES eigen json zlib system)
alidade_layer(core/io/opencv MAY core/base core/geometry core/data core/io SEES opencv)
alidade_layer(core/data/procedural MAY core/base core/geometry core/data core/io SEES eigen json toml)
alidade_layer(core/results MAY core/base core/geometry core/data SEES eigen)
alidade_layer(core/evaluation MAY core/base core/geometry core/data core/results SEES eigen json)
alidade_layer(core/diffusion MAY core/base core/geometry SEES eigen json)
# The files of results: no torch, so that what only reads and writes them starts without it.
alidade_layer(core/exchange
  MAY core/base core/geometry core/data core/io core/diffusion core/results core/evaluation
  SEES eigen json)
alidade_layer(core/ops MAY core/base SEES system)
alidade_layer(core/ops/cuda MAY core/base core/ops SEES cuda)
alidade_layer(core/nn MAY core/base core/geometry core/data core/io core/ops core/diffusion SEES eigen json)
alidade_layer(core/nn/torch MAY core/base core/geometry core/data core/io core/ops core/diffusion core/nn
  SEES eigen json system torch)
alidade_layer(core/studies
  MAY core/base core/geometry core/data core/data/procedural core/io core/ops core/diffusion core/nn core/evaluation
      core/exchange core/results
  SEES eigen json toml)
alidade_layer(core/session MAY core/base core/geometry core/data core/results SEES eigen json)

# A format reader needs the dataset model and the file formats; BOP's also fills what an evaluation takes.
alidade_layer(plugins/bop MAY core/base core/geometry core/data core/io core/evaluation SEES eigen json)
# A loose frame is described by the same JSON entries as a BOP scene.
alidade_layer(plugins/single_frame MAY core/base core/geometry core/data core/io plugins/bop SEES eigen json)
set(plugins plugins/bop plugins/single_frame)

# Views show results; none knows how a result is computed, and none knows another view.
set(shown core/base core/geometry core/data core/evaluation core/results core/session)
# What a sampling laboratory asks for is the options of a sampler: plain data of core/diffusion.
alidade_layer(views/base MAY ${shown} core/diffusion SEES eigen qt)
alidade_layer(views/vtk MAY ${shown} views/base SEES eigen qt vtk gl)
alidade_layer(views/scene MAY ${shown} views/base views/vtk SEES eigen qt vtk gl)
alidade_layer(views/schedule_lab MAY ${shown} core/diffusion views/base SEES eigen qt)
foreach(view browser image inspector jobs log metrics mollweide predictions training)
  alidade_layer(views/${view} MAY ${shown} views/base SEES eigen qt)
endforeach()

# The command line is plain C++; the window and the figure renderer bring Qt. Nobody in app/ sees torch or VTK.
set(computing core/base core/geometry core/data core/data/procedural core/io core/ops core/diffusion core/nn
  core/evaluation core/exchange core/results core/studies core/session plugins/bop plugins/single_frame)
set(all_views views/base views/vtk views/scene views/browser views/image views/inspector views/jobs views/log
  views/metrics views/mollweide views/predictions views/schedule_lab views/training)
alidade_layer(app/cli MAY ${computing} SEES eigen json toml cli system)
alidade_layer(app/render MAY ${computing} ${all_views} app/cli SEES eigen json cli qt system)
alidade_layer(app/gui MAY ${computing} ${all_views} app/cli app/render SEES eigen json cli qt system)
alidade_layer(app MAY core/base app/cli app/render app/gui)

# Which library a header in angle brackets belongs to. Headers of the C++ library need no line; an unknown one is a breach.
alidade_library(qt "^Q")
alidade_library(vtk "^vtk")
alidade_library(torch "^(torch|ATen|c10)/")
alidade_library(opencv "^opencv2/")
alidade_library(eigen "^Eigen/")
alidade_library(json "^nlohmann/")
alidade_library(toml "^toml\\+\\+/")
alidade_library(cli "^CLI/")
alidade_library(zlib "^zlib\\.h$")
alidade_library(gl "^(EGL|GL)/")
alidade_library(cuda "^cuda")
alidade_library(system "^(dlfcn|fcntl|malloc|poll|signal|unistd)\\.h$|^sys/")
