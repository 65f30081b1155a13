// SPDX-License-Identifier: BSD-3-Clause
#include "views/metrics/protocol_box.h"

#include <QAbstractItemView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

#include "core/evaluation/protocol.h"
#include "views/base/theme.h"
#include "views/base/view.h"

namespace alidade {
namespace {

constexpr int kHeadRole = Qt::UserRole + 1;      ///< true: the head of a family
constexpr int kObstacleRole = Qt::UserRole + 2;  ///< why the protocol cannot be chosen
constexpr int kProtocolLine = 26;
constexpr int kProtocolInset = 10;
constexpr int kProtocolWidth = 460;

QString familyTitle(const std::string& family) {
  const std::pair<const char*, const char*> titles[] = {{"nocs", "NOCS and HouseCat6D"},
                                                        {"omni6d", "Omni6DPose"},
                                                        {"bop", "BOP and distances of models"},
                                                        {"speed", "Spacecraft"},
                                                        {"indoor", "Boxes of indoor scenes"},
                                                        {"hypotheses", "Sets of samples"},
                                                        {"tracking", "Sequences"}};
  for (const auto& [name, title] : titles) {
    if (family == name) {
      return ProtocolBox::tr(title);
    }
  }
  return QString::fromStdString(family);
}

/// Heads, titles, and the second line of what is not possible.
class ProtocolDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override {
    return {kProtocolWidth,
            index.data(kObstacleRole).toString().isEmpty() ? kProtocolLine : 2 * kProtocolLine - 8};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Theme& colors = themeOf(option.palette);
    const bool head = index.data(kHeadRole).toBool();
    const QString obstacle = index.data(kObstacleRole).toString();
    const bool chosen = option.state & QStyle::State_Selected && !head && obstacle.isEmpty();
    painter->save();
    painter->fillRect(option.rect, chosen ? colors.selection : colors.surface);
    QFont font = uiFont();
    font.setPixelSize(head ? 11 : 13);
    font.setBold(head);
    painter->setFont(font);
    painter->setPen(head || !obstacle.isEmpty() ? colors.muted : colors.text);
    QRect line = option.rect.adjusted(head ? kProtocolInset : 2 * kProtocolInset, 0, -kProtocolInset, 0);
    line.setHeight(kProtocolLine);
    drawElided(painter, line, index.data().toString());
    if (!obstacle.isEmpty()) {
      font.setPixelSize(11);
      painter->setFont(font);
      drawElided(painter, line.translated(0, kProtocolLine - 10), obstacle);
    }
    if (head && index.row() > 0) {
      painter->setPen(colors.border);
      painter->drawLine(option.rect.topLeft(), option.rect.topRight());
    }
    painter->restore();
  }

 private:
  static void drawElided(QPainter* painter, const QRect& area, const QString& text) {
    painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                      painter->fontMetrics().elidedText(text, Qt::ElideRight, area.width()));
  }
};

}  // namespace

ProtocolBox::ProtocolBox(QWidget* parent) : QComboBox(parent) {
  setItemDelegate(new ProtocolDelegate(this));
  setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  setMinimumContentsLength(18);
  setMaxVisibleItems(20);
  view()->setMinimumWidth(kProtocolWidth);
}

void ProtocolBox::setProtocols(const std::map<QString, QString>& obstacles, const QString& chosen) {
  const QSignalBlocker quiet(this);
  clear();
  auto* items = qobject_cast<QStandardItemModel*>(model());
  std::string family;
  for (const Protocol& protocol : protocols()) {
    if (protocol.family != family) {
      family = protocol.family;
      auto* head = new QStandardItem(familyTitle(family));
      head->setFlags(Qt::NoItemFlags);
      head->setData(true, kHeadRole);
      items->appendRow(head);
    }
    const QString id = QString::fromStdString(protocol.id);
    const QString summary = QString::fromStdString(protocol.summary);
    auto* item = new QStandardItem(QString::fromStdString(protocol.title));
    item->setData(id, Qt::UserRole);
    item->setToolTip(wrappedToolTip(summary));
    if (const auto obstacle = obstacles.find(id); obstacle != obstacles.end()) {
      item->setFlags(Qt::NoItemFlags);
      item->setData(tr("Not for this data: %1").arg(obstacle->second), kObstacleRole);
      item->setToolTip(wrappedToolTip(tr("Not for this data: %1\n%2").arg(obstacle->second, summary)));
      item->setData(tr("%1, not for this data: %2").arg(item->text(), obstacle->second),
                    Qt::AccessibleTextRole);
    }
    items->appendRow(item);
    if (id == chosen) {
      setCurrentIndex(items->rowCount() - 1);
      setToolTip(item->toolTip());
    }
  }
}

}  // namespace alidade
