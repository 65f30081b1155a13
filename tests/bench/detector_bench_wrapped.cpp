// SPDX-License-Identifier: BSD-3-Clause
// The linker puts these in the place of what the detector calls (--wrap, CMakeLists.txt), so that nothing in
// it has to know of clocks: wrap_ is called, real_ is what it would have been.
#include "core/detection/suppression.h"
#include "core/ops/sparse/batch_norm.h"
#include "core/ops/sparse/convolution.h"
#include "core/ops/sparse/sparse_union.h"
#include "tests/bench/detector_bench.h"

namespace alidade::bench {
namespace {

using Map = const KernelMap&;
using Set = const VoxelSet&;
using Read = const float*;
using Offsets = std::span<const float* const>;
using Statistics = BatchStatistics<float>;

}  // namespace

#define ALIDADE_WRAPPED(symbol, part, result, name, parameters, arguments) \
  result real_##name parameters asm("__real_" symbol);                     \
  result wrap_##name parameters asm("__wrap_" symbol);                     \
  result wrap_##name parameters {                                          \
    const PartScope scope(DetectorPart::part);                             \
    return real_##name arguments;                                          \
  }

// clang-format off
ALIDADE_WRAPPED("_ZN7alidade15submanifold_mapERKNS_8VoxelSetEi", kMaps,
                Expected<KernelMap>, submanifold_map, (Set set, int kernel), (set, kernel))
ALIDADE_WRAPPED("_ZN7alidade11strided_mapERKNS_8VoxelSetEii", kMaps,
                Expected<MappedVoxels>, strided_map, (Set set, int kernel, int stride), (set, kernel, stride))
ALIDADE_WRAPPED("_ZN7alidade14transposed_mapERKNS_8VoxelSetEii", kMaps,
                Expected<MappedVoxels>, transposed_map, (Set set, int kernel, int stride), (set, kernel, stride))
ALIDADE_WRAPPED("_ZN7alidade12sparse_unionERKNS_8VoxelSetES2_", kMaps,
                Expected<SparseUnion>, sparse_union, (Set a, Set b), (a, b))
ALIDADE_WRAPPED("_ZN7alidade13SparseWeightsC1ESt4spanIKPKfLm18446744073709551615EEiiS3_", kConvolution,
                void, pack, (SparseWeights* self, Offsets offsets, int in, int out, Read factors),
                (self, offsets, in, out, factors))
ALIDADE_WRAPPED("_ZN7alidade13SparseWeights10transposedESt4spanIKPKfLm18446744073709551615EEii", kInputGradient,
                SparseWeights, transposed, (Offsets offsets, int in, int out), (offsets, in, out))
ALIDADE_WRAPPED("_ZN7alidade18sparse_convolutionERKNS_9KernelMapEPKfRKNS_13SparseWeightsEPfiRKNS_14SparseEpilogueE",
                kConvolution, void, convolution,
                (Map map, Read in, const SparseWeights& weights, float* out, int threads, const SparseEpilogue& end),
                (map, in, weights, out, threads, end))
ALIDADE_WRAPPED("_ZN7alidade33sparse_convolution_input_gradientERKNS_9KernelMapEPKfRKNS_13SparseWeightsEPfi",
                kInputGradient, void, input_gradient,
                (Map map, Read grad, const SparseWeights& weights, float* grad_in, int threads),
                (map, grad, weights, grad_in, threads))
ALIDADE_WRAPPED("_ZN7alidade34sparse_convolution_weight_gradientERKNS_9KernelMapEPKfiS4_iPfi", kWeightGradient,
                void, weight_gradient,
                (Map map, Read in, int channels, Read grad, int out_channels, float* grad_weights, int threads),
                (map, in, channels, grad, out_channels, grad_weights, threads))
ALIDADE_WRAPPED("_ZN7alidade19batch_norm_trainingIfEENS_15BatchStatisticsIT_EEPKS2_miS5_S5_PS2_S6_S6_dd", kNorms,
                Statistics, norm,
                (Read x, std::size_t rows, int channels, Read gain, Read shift, float* y, float* mean,
                 float* variance, double epsilon, double momentum),
                (x, rows, channels, gain, shift, y, mean, variance, epsilon, momentum))
ALIDADE_WRAPPED("_ZN7alidade19batch_norm_gradientIfEEvPKT_miS3_RKNS_15BatchStatisticsIS1_EES3_PS1_S8_S8_", kNorms,
                void, norm_gradient,
                (Read x, std::size_t rows, int channels, Read gain, const Statistics& statistics, Read grad_y,
                 float* grad_x, float* grad_gain, float* grad_shift),
                (x, rows, channels, gain, statistics, grad_y, grad_x, grad_gain, grad_shift))
ALIDADE_WRAPPED("_ZN7alidade8suppressESt4spanIKNS_10UprightBoxELm18446744073709551615EES0_IKdLm18446744073709551615EEmRKNS_11SuppressionE",
                kSuppression, std::vector<KeptBox>, suppress,
                (std::span<const UprightBox> boxes, std::span<const double> scores, std::size_t categories,
                 const Suppression& how),
                (boxes, scores, categories, how))
// clang-format on

#undef ALIDADE_WRAPPED

}  // namespace alidade::bench
