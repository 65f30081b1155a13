// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/recent_menus.h"

#include <QDir>
#include <QFileInfo>
#include <QFontMetrics>

#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kFolderPixels = 320;

}  // namespace

QString recentTitle(Recent kind) {
  switch (kind) {
    case Recent::kDatasets:
      return QObject::tr("Recent datasets");
    case Recent::kResults:
      return QObject::tr("Recent results");
    case Recent::kSessions:
      break;
  }
  return QObject::tr("Recent sessions");
}

QString recentText(const QString& path, const QFontMetrics& metrics, int width) {
  const QFileInfo info(QDir::cleanPath(path));
  const QString folder = QDir::toNativeSeparators(info.path());
  QString text = metrics.elidedText(info.fileName(), Qt::ElideMiddle, width) + QStringLiteral("   ") +
                 metrics.elidedText(folder, Qt::ElideLeft, width);
  return text.replace(QLatin1Char('&'), QLatin1String("&&"));  // "&" would be taken for a mnemonic
}

RecentMenus::RecentMenus(QMenu& menu, QAction* before, QObject* parent) : QObject(parent) {
  for (const Recent kind : kRecentKinds) {
    auto* made = new QMenu(recentTitle(kind), &menu);
    made->setToolTipsVisible(true);
    menu.insertMenu(before, made);
    menus_[static_cast<std::size_t>(kind)] = made;
    set(kind, {});
  }
}

void RecentMenus::set(Recent kind, const QStringList& paths) {
  QMenu& menu = this->menu(kind);
  menu.clear();
  for (const QString& path : paths) {
    QAction* action = menu.addAction(recentText(path, menu.fontMetrics(), kFolderPixels));
    action->setToolTip(plainToolTip(QDir::toNativeSeparators(path)));
    connect(action, &QAction::triggered, this, [this, kind, path] { Q_EMIT chosen(kind, path); });
  }
  menu.menuAction()->setEnabled(!paths.isEmpty());
  if (!paths.isEmpty()) {
    menu.addSeparator();
    QAction* clear = menu.addAction(tr("Clear this list"));
    clear->setToolTip(tr("Forget these names; no file is touched"));
    // Queued: the menu is in the middle of a click.
    connect(
        clear, &QAction::triggered, this, [this, kind] { Q_EMIT cleared(kind); }, Qt::QueuedConnection);
  }
}

QList<QAction*> RecentMenus::entries(Recent kind) const {
  const QList<QAction*> all = menu(kind).actions();
  return all.isEmpty() ? all : all.mid(0, all.size() - 2);
}

}  // namespace alidade
