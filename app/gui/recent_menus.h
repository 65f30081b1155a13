// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include <QMenu>
#include <QObject>
#include <QStringList>

namespace alidade {

/// What was opened lately, by kind.
enum class Recent { kDatasets, kResults, kSessions };
inline constexpr std::array kRecentKinds{Recent::kDatasets, Recent::kResults, Recent::kSessions};

/// "Recent datasets".
QString recentTitle(Recent kind);
/// The name of a path and, muted by order alone, its folder cut to `width` pixels of `metrics`; ready for a
/// button or a menu.
QString recentText(const QString& path, const QFontMetrics& metrics, int width);

/// The submenus of File with what was opened lately, newest first.
class RecentMenus : public QObject {
  Q_OBJECT

 public:
  /// Adds the submenus to `menu`, before `before`.
  RecentMenus(QMenu& menu, QAction* before, QObject* parent);

  void set(Recent kind, const QStringList& paths);
  QMenu& menu(Recent kind) const { return *menus_[static_cast<std::size_t>(kind)]; }
  /// One for each path of a kind, in its order.
  QList<QAction*> entries(Recent kind) const;

 Q_SIGNALS:
  void chosen(alidade::Recent kind, const QString& path);
  /// The list of this kind shall be empty.
  void cleared(alidade::Recent kind);

 private:
  std::array<QMenu*, kRecentKinds.size()> menus_{};
};

}  // namespace alidade
