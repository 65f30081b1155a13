// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

#include "views/base/demand.h"

namespace alidade {

/// What a session holds of one kind of evidence, and what views want of it. Views choose, show, and say with
/// demand() that they are visible; who computes (app/gui) follows that and fills in. A session has one model
/// of each type (SessionModel::model). Lives on the GUI thread.
class EvidenceModel : public QObject {
  Q_OBJECT

 public:
  explicit EvidenceModel(QObject* parent = nullptr) : QObject(parent) {}

  Demand& demand() { return demand_; }
  const Demand& demand() const { return demand_; }
  /// There is something to show and to export, though no dataset is open.
  virtual bool standsAlone() const { return false; }

 Q_SIGNALS:
  /// What stands alone came, went or changed.
  void evidenceChanged();

 private:
  Demand demand_;
};

}  // namespace alidade
