// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <map>
#include <memory>
#include <vector>

#include <QObject>
#include <QString>

#include "core/evaluation/published.h"
#include "core/evaluation/report.h"
#include "core/evaluation/statistics.h"

namespace alidade {

/// The two results of a session.
enum class Run { kA, kB };

/// What the results score under the chosen protocol. A view chooses the protocol and says that it wants
/// numbers; the workbench computes and fills in. Lives on the GUI thread.
class EvaluationModel : public QObject {
  Q_OBJECT

 public:
  /// One result's numbers.
  struct Side {
    std::shared_ptr<const EvaluationReport> report;
    bool evaluating = false;  ///< being computed: `report` is of an older result or protocol, or null
    QString problem;          ///< why there is no report; one sentence
  };

  using QObject::QObject;

  /// Protocol::id; emits protocolChanged.
  void setProtocol(const QString& id);
  const QString& protocol() const { return protocol_; }
  /// A view that shows numbers is visible. Nothing is computed while none is.
  void setWanted(bool wanted);
  bool wanted() const { return wanted_; }
  /// Tries once more what failed or was cancelled.
  void askAgain() { Q_EMIT againAsked(); }

  const Side& side(Run run) const { return sides_[static_cast<std::size_t>(run)]; }
  std::shared_ptr<const EvaluationReport> reportA() const { return side(Run::kA).report; }
  std::shared_ptr<const EvaluationReport> reportB() const { return side(Run::kB).report; }
  bool evaluating() const { return side(Run::kA).evaluating || side(Run::kB).evaluating; }
  /// A against B; null until computed, and when the two cannot be compared.
  std::shared_ptr<const PairedTest> comparison() const { return comparison_; }
  /// Why a protocol cannot run on the open data, by Protocol::id; those that can are absent.
  const std::map<QString, QString>& obstacles() const { return obstacles_; }
  const std::vector<PublishedTable>& published() const { return published_; }

  // For the workbench.
  void setEvaluating(Run run);
  void setReport(Run run, std::shared_ptr<const EvaluationReport> report);
  void setProblem(Run run, const QString& problem);
  void clearSide(Run run);
  void setComparison(std::shared_ptr<const PairedTest> comparison);
  void setObstacles(std::map<QString, QString> obstacles);
  void setPublished(std::vector<PublishedTable> tables);

 Q_SIGNALS:
  void protocolChanged();
  void wantedChanged();
  void againAsked();
  void reportsChanged();  ///< a side or the comparison changed
  void obstaclesChanged();
  void publishedChanged();

 private:
  void setSide(Run run, Side side);

  QString protocol_ = QStringLiteral("nocs-exact");
  bool wanted_ = false;
  std::array<Side, 2> sides_;
  std::shared_ptr<const PairedTest> comparison_;
  std::map<QString, QString> obstacles_;
  std::vector<PublishedTable> published_;
};

}  // namespace alidade
