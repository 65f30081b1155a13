// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/further_views.h"

#include <algorithm>

namespace alidade {
namespace {

constexpr QLatin1Char kBeforeNumber('.');

QString furtherId(const QString& kind, int number) {
  return kind + kBeforeNumber + QString::number(number);
}

}  // namespace

QString kindOfView(const QString& id) {
  return id.section(kBeforeNumber, 0, 0);
}

int numberOfView(const QString& id) {
  return isFurtherView(id) ? id.section(kBeforeNumber, 1).toInt() : 1;
}

bool isFurtherView(const QString& id) {
  return id.contains(kBeforeNumber);
}

QString nextViewId(const QString& kind, const Docks& docks) {
  for (int number = 2; number <= kMostViewsOfAKind; ++number) {
    if (const QString id = furtherId(kind, number); !docks.contains(id)) {
      return id;
    }
  }
  return {};
}

const ViewSpec* specOfView(const std::vector<ViewSpec>& table, const QString& id) {
  const QString kind = kindOfView(id);
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const ViewSpec& spec) { return kind == QLatin1String(spec.id); });
  return found == table.end() || (isFurtherView(id) && !found->several) ? nullptr : &*found;
}

QStringList furtherViewsOf(const QJsonArray& list, const std::vector<ViewSpec>& table) {
  QStringList ids;
  for (const QJsonValue& entry : list) {
    const QString id = entry.toString();
    const int number = numberOfView(id);
    // Rebuilt, so that "image.02" is no second name of "image.2".
    if (isFurtherView(id) && specOfView(table, id) && number >= 2 && number <= kMostViewsOfAKind &&
        id == furtherId(kindOfView(id), number) && !ids.contains(id)) {
      ids << id;
    }
  }
  return ids;
}

}  // namespace alidade
