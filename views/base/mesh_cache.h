// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <list>
#include <map>
#include <memory>
#include <set>

#include <QObject>
#include <QThreadPool>

#include "core/data/dataset.h"

namespace alidade {

/// The meshes of the frame's objects by object id, read now; objects without one are left out.
std::map<int, std::shared_ptr<const Mesh>> meshesOf(const Dataset& dataset, const Frame& frame);

/// Meshes of one dataset, read on a thread of its own and kept while their vertices and faces stay below a
/// bound; least recently asked for go first. GUI thread.
class MeshCache : public QObject {
  Q_OBJECT

 public:
  explicit MeshCache(QObject* parent = nullptr, std::size_t most_elements = 8'000'000);
  /// Waits for the mesh that is being read.
  ~MeshCache() override;

  /// Forgets the meshes of another dataset.
  void setDataset(std::shared_ptr<const Dataset> dataset);
  /// The mesh if it is here; else null, and loaded() follows once it was read. An object without a mesh is
  /// asked for once.
  std::shared_ptr<const Mesh> request(int object_id);
  /// Those of the frame's objects that are here; the others are asked for.
  std::map<int, std::shared_ptr<const Mesh>> requestAll(const Frame& frame);
  /// A mesh was asked for and is not read yet.
  bool awaited(const Frame& frame) const;

 Q_SIGNALS:
  void loaded(int object_id);
  /// There is no such mesh, or it cannot be read.
  void missed(int object_id);

 private:
  void take(const std::shared_ptr<const Dataset>& dataset, int object_id, std::shared_ptr<const Mesh> mesh);

  std::shared_ptr<const Dataset> dataset_;
  std::size_t most_elements_;
  std::size_t elements_ = 0;
  std::map<int, std::shared_ptr<const Mesh>> meshes_;
  std::list<int> recent_;  ///< latest first
  std::set<int> asked_;    ///< on their way
  std::set<int> missing_;  ///< cannot be read
  QThreadPool pool_;
};

}  // namespace alidade
