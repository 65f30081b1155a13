#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Stands for anybody's method in the film of docs/workday.md: true poses, disturbed, written as Alidade reads them.

Usage: predictions.py GROUND_TRUTH.npz PREDICTIONS.npz
"""
import sys

import numpy as np

truth = np.load(sys.argv[1])
random = np.random.default_rng(7)
pose = truth["pose"].copy()
for one in pose:
    axis = random.normal(size=3)
    axis /= np.linalg.norm(axis)
    angle = np.deg2rad(random.gamma(2.0, 4.0))
    x, y, z = axis * angle
    turn = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    one[:3, :3] = one[:3, :3] @ (
        np.eye(3) + np.sin(angle) / angle * turn + (1 - np.cos(angle)) / angle**2 * turn @ turn)
    one[:3, 3] += random.normal(scale=0.008 * one[2, 3], size=3)
np.savez(sys.argv[2], image=truth["image"], instance=truth["instance"], category=truth["category"],
         size=truth["size"], pose=pose, score=random.uniform(0.5, 1.0, len(pose)))
print(len(pose), "poses in", sys.argv[2])
