/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include <stdint.h>

/* The C interface between Alidade and its GPU module. Raise the number with every change of a signature or a
 * meaning. */
#define ALIDADE_OPS_ABI 1

/* Every function gives 0 on success, else a status of the GPU runtime, and writes a sentence into
   message[size]. All pointers are host memory; batch clouds of n points each lie one after another. Meanings:
   core/ops/point_ops.h. */
typedef struct AlidadeOpsDevice {
  char name[256];
  int64_t memory_bytes;
  int32_t major;
  int32_t minor;
} AlidadeOpsDevice;

#ifdef __cplusplus
extern "C" {
#endif

typedef int AlidadeOpsAbi(void);
/* `driver` is 0 where no driver is installed. */
typedef int AlidadeOpsCount(int* devices, int* driver, char* message, int size);
typedef int AlidadeOpsDescribe(int device, AlidadeOpsDevice* description, char* message, int size);
/* points [batch, n, 3] -> order [batch, count] */
typedef int AlidadeOpsFarthestPointOrder(int device, const float* points, int batch, int n, int count,
                                         int32_t* order, char* message, int size);
/* points [batch, n, 3] -> neighbors [batch, centers, k] */
typedef int AlidadeOpsBallNeighbors(int device, const float* points, int batch, int n, int centers,
                                    float radius, int k, int32_t* neighbors, char* message, int size);

#ifdef __cplusplus
}
#endif
