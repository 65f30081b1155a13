// SPDX-License-Identifier: BSD-3-Clause
#include "views/base/mesh_cache.h"

#include <algorithm>

#include "core/base/log.h"

namespace alidade {
namespace {

std::size_t elementsOf(const Mesh& mesh) {
  return mesh.vertices.size() + mesh.faces.size();
}

}  // namespace

std::map<int, std::shared_ptr<const Mesh>> meshesOf(const Dataset& dataset, const Frame& frame) {
  std::map<int, std::shared_ptr<const Mesh>> meshes;
  for (const Instance& instance : frame.instances) {
    if (meshes.contains(instance.object_id)) {
      continue;
    }
    if (auto mesh = dataset.mesh(instance.object_id)) {
      meshes[instance.object_id] = *mesh;
    }
  }
  return meshes;
}

MeshCache::MeshCache(QObject* parent, std::size_t most_elements)
    : QObject(parent), most_elements_(most_elements) {
  pool_.setMaxThreadCount(1);
}

MeshCache::~MeshCache() {
  pool_.clear();
  pool_.waitForDone();
}

void MeshCache::setDataset(std::shared_ptr<const Dataset> dataset) {
  pool_.clear();
  dataset_ = std::move(dataset);
  meshes_.clear();
  recent_.clear();
  asked_.clear();
  missing_.clear();
  elements_ = 0;
}

std::shared_ptr<const Mesh> MeshCache::request(int object_id) {
  if (const auto found = meshes_.find(object_id); found != meshes_.end()) {
    recent_.remove(object_id);
    recent_.push_front(object_id);
    return found->second;
  }
  if (dataset_ && !missing_.contains(object_id) && asked_.insert(object_id).second) {
    pool_.start([this, dataset = dataset_, object_id] {
      auto mesh = dataset->mesh(object_id);
      if (!mesh) {
        log_warning("mesh", mesh.error().message);
      }
      std::shared_ptr<const Mesh> read = mesh ? *mesh : nullptr;
      QMetaObject::invokeMethod(
          this, [this, dataset, object_id, read] { take(dataset, object_id, read); }, Qt::QueuedConnection);
    });
  }
  return nullptr;
}

std::map<int, std::shared_ptr<const Mesh>> MeshCache::requestAll(const Frame& frame) {
  std::map<int, std::shared_ptr<const Mesh>> meshes;
  for (const Instance& instance : frame.instances) {
    if (auto mesh = request(instance.object_id)) {
      meshes[instance.object_id] = std::move(mesh);
    }
  }
  return meshes;
}

bool MeshCache::awaited(const Frame& frame) const {
  return std::any_of(frame.instances.begin(), frame.instances.end(),
                     [this](const Instance& instance) { return asked_.contains(instance.object_id); });
}

void MeshCache::take(const std::shared_ptr<const Dataset>& dataset, int object_id,
                     std::shared_ptr<const Mesh> mesh) {
  if (dataset != dataset_) {
    return;
  }
  asked_.erase(object_id);
  if (!mesh) {
    missing_.insert(object_id);
    Q_EMIT missed(object_id);
    return;
  }
  elements_ += elementsOf(*mesh);
  meshes_[object_id] = std::move(mesh);
  recent_.push_front(object_id);
  while (elements_ > most_elements_ && recent_.size() > 1) {
    const auto oldest = meshes_.find(recent_.back());
    elements_ -= elementsOf(*oldest->second);
    meshes_.erase(oldest);
    recent_.pop_back();
  }
  Q_EMIT loaded(object_id);
}

}  // namespace alidade
