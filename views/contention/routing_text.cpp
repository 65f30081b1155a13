// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/routing_text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStringList>

namespace alidade {
namespace {

QString listText(const std::vector<std::vector<std::string>>& groups) {
  QJsonArray lists;
  for (const auto& group : groups) {
    QJsonArray names;
    for (const std::string& name : group) {
      names.append(QString::fromStdString(name));
    }
    lists.append(names);
  }
  return QString::fromUtf8(QJsonDocument(lists).toJson(QJsonDocument::Compact));
}

}  // namespace

QString routingToml(const std::vector<std::vector<std::string>>& groups, const QString& remark) {
  QString line = remark;
  line.replace(QLatin1Char('\n'), QLatin1Char(' '));
  QString text = QStringLiteral("# %1\n").arg(line);
  for (const auto& group : groups) {
    QStringList names;
    for (const std::string& name : group) {
      names << QString::fromStdString(name);
    }
    QString listed = names.join(QLatin1String(", "));
    listed.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
    text += QStringLiteral("[[group]]\ncategories = \"%1\"\n").arg(listed);
  }
  return text;
}

QString routingJson(const std::vector<std::vector<std::string>>& groups) {
  return QStringLiteral("{\"groups\":%1}\n").arg(listText(groups));
}

}  // namespace alidade
