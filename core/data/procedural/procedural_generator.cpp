// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/procedural_generator.h"

#include <cctype>
#include <cstdio>
#include <utility>

#include "core/base/random.h"
#include "core/base/sha256.h"

namespace alidade {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

/// Generates on load.
class ProceduralDataset : public Dataset {
 public:
  explicit ProceduralDataset(std::shared_ptr<const ProceduralGenerator> generator)
      : generator_(std::move(generator)),
        digest_(sha256_hex(lower_case(generator_->set().generator) + " 1 " + generator_->set().recipe_json)) {
    for (int i = 0; i < generator_->set().frames; ++i) {
      infos_.push_back(generator_->frame_info(static_cast<std::size_t>(i)));
    }
  }

  std::string name() const override { return generator_->set().name; }
  std::string format() const override { return generator_->set().generator + " (procedural)"; }
  std::filesystem::path root() const override { return {}; }
  std::size_t num_frames() const override { return infos_.size(); }
  const FrameInfo& frame_info(std::size_t index) const override { return infos_[index]; }
  const std::vector<ObjectModel>& models() const override { return generator_->models(); }
  const std::vector<DatasetProblem>& problems() const override { return problems_; }
  const std::string& digest() const override { return digest_; }

  Expected<Frame> load(std::size_t index, const FrameLayers& layers) const override {
    if (index >= infos_.size()) {
      return Error{ErrorCode::kUsage, "There is no frame " + std::to_string(index) + " in " + name() + "."};
    }
    return generator_->frame(index, layers, nullptr);
  }

  Expected<std::shared_ptr<const Mesh>> mesh(int object_id) const override {
    auto mesh = generator_->mesh(object_id);
    if (mesh == nullptr) {
      return Error{ErrorCode::kUsage,
                   "There is no model " + std::to_string(object_id) + " in " + name() + "."};
    }
    return mesh;
  }

 private:
  std::shared_ptr<const ProceduralGenerator> generator_;
  std::string digest_;
  std::vector<FrameInfo> infos_;
  std::vector<DatasetProblem> problems_;
};

}  // namespace

std::string procedural_frame_name(int scene_id, int image_id) {
  char name[48];
  std::snprintf(name, sizeof name, "%06d/%06d", scene_id, image_id);
  return name;
}

std::uint64_t name_hash(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return hash;
}

std::uint64_t split_seed(std::uint64_t seed, const std::string& split, std::uint64_t stream) {
  return mix_seed(mix_seed(seed, name_hash(split)), stream);
}

std::shared_ptr<const Dataset> make_procedural_dataset(std::shared_ptr<const ProceduralGenerator> generator) {
  return std::make_shared<const ProceduralDataset>(std::move(generator));
}

}  // namespace alidade
