// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include <QObject>
#include <QString>
#include <QStringList>

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

  /// In all scenes or in the selected one, by the head of that name; once a detector that is being opened is
  /// there. Without a name the head is the one that fits the scenes, else it is asked for.
  void detect(bool whole, const QString& head = {});
  /// Opens the bundled rooms and the bundled detector, and detects.
  void trySample();

 Q_SIGNALS:
  void detected(int run);
  /// None of the detector's heads fits the scenes by its name or its classes: which one shall answer?
  void headAsked(const QStringList& heads, bool whole);
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
