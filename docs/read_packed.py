#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Opens the packed checkpoints that `alidade quantize apply` writes, with NumPy alone.

    python3 docs/read_packed.py model.packed.safetensors

prints a line for each packed tensor: its name, rows, columns, bits, SHA-256 of its
codes (a byte each, row by row) and of its float32 values.
`read_packed(path)` gives, by name, the codes, the float32 tensor that they stand for, and the label of the levels.
"""
import hashlib
import json
import struct
import sys

import numpy as np

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U8": "u1",
         "BOOL": "?"}


def read_tensors(path):
    """Tensors and metadata of a safetensors file; types that NumPy lacks (BF16) stay bytes."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        kind = TYPES.get(entry["dtype"])
        tensors[name] = np.frombuffer(data[begin:end], kind).reshape(entry["shape"]) if kind else data[begin:end]
    return tensors, metadata


def unpack_codes(words, columns, bits):
    """Codes [rows, columns] of rows of 32-bit words: code i lies in bits i * bits and following, little-endian."""
    stream = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=1, bitorder="little")
    groups = stream[:, : columns * bits].reshape(words.shape[0], columns, bits)
    return (groups << np.arange(bits, dtype=np.uint8)).sum(axis=2).astype(np.uint8)


def read_packed(path):
    """Packed tensors by name: (codes [rows, columns], float32 values in the tensor's own shape, levels)."""
    tensors, metadata = read_tensors(path)
    result = {}
    for group in json.loads(metadata["quantization_config"])["config_groups"].values():
        bits = group["weights"]["num_bits"]
        if group["format"] == "pack-quantized":
            levels = np.arange(2**bits, dtype=np.float64) - 2 ** (bits - 1)
        else:
            levels = tensors["alidade_levels." + group["weights"]["levels"]].astype(np.float64)
        for name in group["targets"]:
            rows, columns = tensors[name + "_shape"]
            codes = unpack_codes(tensors[name + "_packed"], columns, bits)
            values = (levels[codes] * tensors[name + "_scale"].astype(np.float64)).astype(np.float32)
            shape = tensors.get(name + "_full_shape", (rows, columns))
            result[name] = (codes, values.reshape(shape), levels)
    return result


if __name__ == "__main__":
    for name, (codes, values, levels) in sorted(read_packed(sys.argv[1]).items()):
        bits = max(1, (len(levels) - 1).bit_length())
        digest = hashlib.sha256(codes.tobytes()).hexdigest()
        print(name, codes.shape[0], codes.shape[1], bits, digest, hashlib.sha256(values.tobytes()).hexdigest())
