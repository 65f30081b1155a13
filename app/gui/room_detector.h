// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include <QObject>
#include <QString>

#include "core/results/detection_result.h"

namespace alidade {

class Workbench;
struct SceneScore;

/// Detects objects in the open indoor scenes with the open detector, as a job. What was found becomes A, and
/// the A before it B, unless the user chose a B; the queue of samples gets the scenes, worst first.
class RoomDetector : public QObject {
  Q_OBJECT

 public:
  explicit RoomDetector(Workbench& workbench, QObject* parent = nullptr);

  /// In all scenes or in the selected one; once a detector that is being opened is there. Says what is
  /// missing.
  void detect(bool whole);
  /// Opens the bundled rooms and the bundled detector, and detects.
  void trySample();

 Q_SIGNALS:
  void detected(int run);
  void failed(const QString& sentence);
  void said(const QString& sentence);

 private:
  struct Outcome;

  void detectWhenReady();
  void take(const Outcome& outcome);
  void queueWorst(const std::vector<SceneScore>& scores);

  Workbench& workbench_;
  bool waits_ = false;  ///< to detect as soon as scenes and detector are there
  bool whole_ = true;
};

}  // namespace alidade
