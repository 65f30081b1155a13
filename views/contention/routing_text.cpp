// SPDX-License-Identifier: BSD-3-Clause
#include "views/contention/routing_text.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace alidade {
namespace {

/// A list of lists of texts is written alike in JSON and TOML.
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
  return QStringLiteral("# %1\ngroups = %2\n").arg(line, listText(groups));
}

QString routingJson(const std::vector<std::vector<std::string>>& groups) {
  return QStringLiteral("{\"groups\":%1}\n").arg(listText(groups));
}

}  // namespace alidade
