// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/session/held_runs.h"
#include "core/sharing/sharing_numbers.h"
#include "views/base/evidence_model.h"

namespace alidade {

class SessionModel;
class OffsetPickModel;

/// What of shared kernels is looked at.
enum class KernelsPage { kCube, kMatrix, kCells };
inline constexpr KernelsPage kLastKernelsPage = KernelsPage::kCells;

/// What colors a cell. Weight: norm of the shared kernel, by the largest of the layer.
enum class KernelChannel { kGamma, kAlpha, kBeta, kProduct, kWeight };
inline constexpr KernelChannel kLastKernelChannel = KernelChannel::kWeight;

/// What is chosen; of a result that lacks what is named here the first there is counts.
struct KernelsChoice {
  KernelsPage page = KernelsPage::kCube;
  KernelChannel channel = KernelChannel::kGamma;
  std::string layer, source;
  bool exploded = false;  ///< planes as tiles in space, else side by side
  bool orbits = false;
  std::optional<double> tau;  ///< nothing = as recorded

  bool operator==(const KernelsChoice&) const = default;
};

/// Shared kernels: the chosen run of the session, what is looked at in it, and the other runs of the kind,
/// with which it is compared. Picking goes to OffsetPickModel.
class KernelsModel : public EvidenceModel {
  Q_OBJECT

 public:
  using Sharing = std::shared_ptr<const KernelSharing>;

  explicit KernelsModel(SessionModel* session);

  Sharing sharing() const;
  QString name() const;
  /// All runs of the kind, in the order in which they came.
  std::vector<Sharing> all() const;
  bool standsAlone() const override { return sharing() != nullptr; }

  /// Asks for the files of such runs, which somebody opens into the session.
  void askFiles(const QStringList& paths);
  QStringList takeAskedFiles();
  QStringList files() const;

  const KernelsChoice& choice() const { return choice_; }
  /// Equal choices emit nothing.
  void choose(const KernelsChoice& choice);
  /// Positions of the chosen layer and source; 0 where there is none of that name.
  std::size_t layer() const;
  std::size_t source() const;

  /// The picked offset of the chosen layer.
  std::optional<std::array<int, 3>> picked() const;
  /// Nothing = none.
  void pick(std::optional<std::array<int, 3>> offset);

 Q_SIGNALS:
  void filesAsked();
  void choiceChanged();  ///< or the pick

 private:
  void takeResults();

  SessionModel& session_;
  OffsetPickModel& pick_;
  QStringList asked_files_;
  std::vector<Sharing> held_;
  KernelsChoice choice_;
};

}  // namespace alidade
