# SPDX-License-Identifier: BSD-3-Clause
"""Gram matrices of gradients by category, out of a PyTorch training loop, for `alidade` (docs/formats.md)."""
import numpy as np


class ContentionRecorder:
    def __init__(self, rows, blocks):
        """rows: names of categories; blocks: {name: list of shared parameters}, without any in common."""
        self.rows, self.blocks = list(rows), {name: list(part) for name, part in blocks.items()}
        self.epochs, self.grams = [], []

    def record(self, epoch, losses):
        """losses: {row: mean loss of its samples}, unscaled, without weight decay; call it before backward()."""
        import torch

        gradients = {}
        for row, loss in losses.items():
            gradients[row] = {}
            for block, part in self.blocks.items():
                parts = torch.autograd.grad(loss, part, retain_graph=True, allow_unused=True)
                flat = [(torch.zeros_like(p) if g is None else g).flatten() for p, g in zip(part, parts)]
                gradients[row][block] = torch.cat(flat).double().cpu().numpy()
        self.add(epoch, gradients)

    def add(self, epoch, gradients):
        """gradients: {row: {block: vector}}; rows that are missing are undefined in this epoch."""
        gram = np.full((len(self.blocks), len(self.rows), len(self.rows)), np.nan)
        there = [self.rows.index(row) for row in gradients]
        for b, block in enumerate(self.blocks):
            vectors = np.stack([np.asarray(g[block], np.float64) for g in gradients.values()])
            gram[b][np.ix_(there, there)] = vectors @ vectors.T
        self.epochs.append(float(epoch))
        self.grams.append(gram)

    def save(self, path):
        np.savez(path, rows=self.rows, blocks=list(self.blocks), epoch=self.epochs, gram=np.stack(self.grams))
