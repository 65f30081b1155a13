// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/expected.h"
#include "core/io/safetensors.h"
#include "core/nn/vit/image_encoder.h"
#include "core/nn/vit/vision_transformer_config.h"

namespace alidade {

/// A parameter and the tensors of the file that make it: one, or query, key and value of Hugging Face, put
/// below each other.
struct EncoderTensor {
  ParameterInfo parameter;           ///< official name and shape
  std::vector<std::string> sources;  ///< names in the file
};

/// Weights of a vision transformer that were read and found complete.
struct EncoderFile {
  SafeTensors content;
  VisionTransformerConfig config;
  std::vector<EncoderTensor> tensors;  ///< every parameter of `config`
  std::string report;                  ///< "175 of 175 tensors ..."
  std::string sha256;                  ///< of the file's bytes

  /// Tensors of the file that are used.
  std::size_t used() const {
    std::size_t count = 0;
    for (const EncoderTensor& tensor : tensors) {
      count += tensor.sources.size();
    }
    return count;
  }
};

/// The same of tensors that were read; `name` stands in messages. Without the digest.
Expected<EncoderFile> encoder_file_of(SafeTensors content, const std::string& name,
                                      const ImageEncoderOptions& options);

/// Reads the file and finds out what is in it. Nothing is allocated for sizes that the file's own bytes do
/// not bear out.
Expected<EncoderFile> read_encoder_file(const std::filesystem::path& path,
                                        const ImageEncoderOptions& options);

}  // namespace alidade
