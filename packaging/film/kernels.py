#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a made-up file of shared kernels (docs/formats.md) for pictures: kernels.py FILE SEED."""
import json
import sys

import numpy as np

SOURCES, SCENES, TAU = ["rooms-scan", "rooms-view", "rooms-office"], 50, 0.3
OFFSETS = np.array([(x, y, z) for z in (-1, 0, 1) for y in (-1, 0, 1) for x in (-1, 0, 1)])
FAR = np.sqrt((OFFSETS**2).sum(1))


def layer(number, drawn, common):
    """alpha, pairs, beta, norms of the shared and the own kernels of a layer; corners of deep layers rest on nothing."""
    alpha = 0.93 - 0.17 * FAR - 0.03 * number + 0.04 * common.normal(size=27) + 0.03 * drawn.normal(size=27)
    pairs, beta, own = np.zeros((27, 3)), [], np.zeros((27, 3, 3))
    for k in range(3):
        voxels = 180000 / 1.9**number / (1 + 1.2 * k)
        pairs[:, k] = np.floor(voxels * np.exp(-1.6 * FAR) / (1 + 1.2 * np.abs(OFFSETS[:, 2])))
        mean = 0.74 - (0.045 if k == 2 else 0.012) * number + 0.05 * common.normal(size=27)
        beta.append(np.clip(mean[:, None] + 0.07 * drawn.normal(size=(27, SCENES)), 0, 1))
        own[:, k] = np.stack([0.4 + 0.3 * np.exp(-FAR), np.full(27, 0.2), np.full(27, 0.01)], 1)
    shared = np.stack([0.5 + 0.5 * np.exp(-FAR), np.full(27, 0.1), np.full(27, 0.02)], 1)
    alpha, beta = np.clip(alpha, 0, 1), np.concatenate(beta, 1)
    gamma = (alpha[:, None] * beta >= TAU).astype(float)
    for k in range(3):
        own[gamma[:, k * SCENES:(k + 1) * SCENES].all(1), k, 1:] = 0
    dead = [0, 2, 6, 8, 18] if number == 8 else []
    pairs[dead], shared[dead, 1:], own[dead, :, 1:] = 0, 0, 0
    return alpha, pairs, beta, gamma, shared, own


def main(path, seed):
    drawn, common = np.random.default_rng(seed), np.random.default_rng(0)
    names = ["backbone.stem.conv"] + [f"backbone.stage{s}.block0.conv{c}" for s in range(1, 5) for c in (1, 2)]
    alpha, pairs, beta, gamma, shared, own = (np.concatenate(a) for a in zip(*(layer(i, drawn, common)
                                                                              for i in range(len(names)))))
    rows = np.array([[[180000 // 1.9**i // (1 + 1.2 * k)] * 2 for k in range(3)] for i in range(len(names))])
    np.savez(path, name=np.array([f"made up, seed {seed}"]), checkpoint=np.array(["made.safetensors"]),
             provenance=np.array([json.dumps({"version": "0.1.0", "seed": seed})]), tau=np.array([TAU]),
             source=np.array(SOURCES), scene=np.array([f"scene {i}" for i in range(3 * SCENES)]),
             scene_source=np.repeat(np.arange(3, dtype=np.int32), SCENES), layer=np.array(names), layer_rows=rows,
             layer_cell_m=np.array([0.02 * 2.0**((i + 1) // 2) for i in range(len(names))]),
             offset_layer=np.repeat(np.arange(len(names), dtype=np.int32), 27), alpha=alpha, pairs=pairs, beta=beta,
             offset=np.tile(OFFSETS, (len(names), 1)).astype(float), gamma=gamma, shared=shared, exclusive=own)


main(sys.argv[1], int(sys.argv[2]))
