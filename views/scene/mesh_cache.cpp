// SPDX-License-Identifier: BSD-3-Clause
#include "views/scene/mesh_cache.h"

#include "core/base/log.h"

namespace alidade {
namespace {

std::size_t elementsOf(const Mesh& mesh) {
  return mesh.vertices.size() + mesh.faces.size();
}

}  // namespace

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
  elements_ = 0;
}

std::shared_ptr<const Mesh> MeshCache::request(int object_id) {
  if (const auto found = meshes_.find(object_id); found != meshes_.end()) {
    recent_.remove(object_id);
    recent_.push_front(object_id);
    return found->second;
  }
  if (dataset_ && asked_.insert(object_id).second) {
    pool_.start([this, dataset = dataset_, object_id] {
      auto mesh = dataset->mesh(object_id);
      if (!mesh) {
        log_warning("scene", mesh.error().message);
      }
      std::shared_ptr<const Mesh> read = mesh ? *mesh : nullptr;
      QMetaObject::invokeMethod(
          this, [this, dataset, object_id, read] { take(dataset, object_id, read); }, Qt::QueuedConnection);
    });
  }
  return nullptr;
}

void MeshCache::take(const std::shared_ptr<const Dataset>& dataset, int object_id,
                     std::shared_ptr<const Mesh> mesh) {
  if (dataset != dataset_ || !mesh) {
    return;
  }
  asked_.erase(object_id);
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
