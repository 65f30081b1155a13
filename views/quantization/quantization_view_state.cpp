// SPDX-License-Identifier: BSD-3-Clause
// What the quantization view remembers.
#include <algorithm>
#include <cmath>

#include <QJsonArray>
#include <QJsonObject>

#include "views/base/session_model.h"
#include "views/parallel/parallel_panel.h"
#include "views/quantization/quantization_view.h"

namespace alidade {
namespace {

constexpr int kMostSavedFiles = 16, kMostLimits = 256, kMostAxes = 1024;

template <class Choice>
Choice savedChoice(const QJsonValue& value, Choice last) {
  const int index = value.toInt(0);
  return index >= 0 && index <= static_cast<int>(last) ? static_cast<Choice>(index) : Choice{};
}

QJsonObject savedLimits(const AllowedLevels& allowed) {
  QJsonObject limits;
  for (const auto& [module, levels] : allowed) {
    QJsonArray names;
    for (const std::string& name : levels) {
      names.append(QString::fromStdString(name));
    }
    limits.insert(QString::fromStdString(module), names);
  }
  return limits;
}

AllowedLevels restoredLimits(const QJsonObject& limits) {
  AllowedLevels allowed;
  for (auto limit = limits.begin(); limit != limits.end() && allowed.size() < kMostLimits; ++limit) {
    std::vector<std::string> names;
    for (const QJsonValue& name : limit.value().toArray()) {
      if (name.isString() && names.size() < kMostLimits) {
        names.push_back(name.toString().toStdString());
      }
    }
    if (!names.empty()) {
      allowed[limit.key().toStdString()] = std::move(names);
    }
  }
  return allowed;
}

/// Brushes as [axis, low, high]; ends that are not limited are left to the axis.
QJsonObject savedLook(const ParallelLook& look) {
  QJsonArray order, brushes;
  for (const std::size_t axis : look.order) {
    order.append(static_cast<int>(axis));
  }
  for (std::size_t i = 0; i < look.brushes.size(); ++i) {
    if (look.brushes[i] && std::isfinite(look.brushes[i]->low) && std::isfinite(look.brushes[i]->high)) {
      brushes.append(QJsonArray{static_cast<int>(i), look.brushes[i]->low, look.brushes[i]->high});
    }
  }
  return {{QStringLiteral("order"), order}, {QStringLiteral("brushes"), brushes}};
}

ParallelLook restoredLook(const QJsonObject& saved) {
  ParallelLook look;
  for (const QJsonValue& axis : saved.value(QLatin1String("order")).toArray()) {
    const int index = axis.toInt(-1);
    if (index >= 0 && index < kMostAxes && look.order.size() < kMostAxes) {
      look.order.push_back(static_cast<std::size_t>(index));
    }
  }
  for (const QJsonValue& value : saved.value(QLatin1String("brushes")).toArray()) {
    const QJsonArray brush = value.toArray();
    const int index = brush.size() == 3 ? brush[0].toInt(-1) : -1;
    if (index >= 0 && index < kMostAxes) {
      look.brushes.resize(std::max(look.brushes.size(), static_cast<std::size_t>(index) + 1));
      look.brushes[static_cast<std::size_t>(index)] = ParallelBrush{brush[1].toDouble(), brush[2].toDouble()};
    }
  }
  return look;
}

}  // namespace

QJsonObject QuantizationView::saveState() const {
  const QuantizationChoice& choice = model_.choice();
  return {{QStringLiteral("files"), QJsonArray::fromStringList(model_.files())},
          {QStringLiteral("page"), static_cast<int>(choice.page)},
          {QStringLiteral("cost"), static_cast<int>(choice.cost)},
          {QStringLiteral("metric"), QString::fromStdString(choice.metric)},
          {QStringLiteral("published"), choice.published},
          {QStringLiteral("calibration"), choice.calibration},
          {QStringLiteral("score"), QString::fromStdString(choice.score)},
          {QStringLiteral("other_score"), QString::fromStdString(choice.other_score)},
          {QStringLiteral("layers"), choice.layers},
          {QStringLiteral("module"), QString::fromStdString(choice.module)},
          {QStringLiteral("budget"), choice.budget},
          {QStringLiteral("allowed"), savedLimits(choice.allowed)},
          {QStringLiteral("parallel"), savedLook(parallel_->look())},
          {QStringLiteral("point"), QString::fromStdString(model_.pointName())}};
}

void QuantizationView::restoreState(const QJsonObject& state) {
  const auto text = [&state](const char* key) {
    return state.value(QLatin1String(key)).toString().toStdString();
  };
  QuantizationChoice choice;
  choice.page = savedChoice(state.value(QLatin1String("page")), kLastQuantizationPage);
  choice.cost = savedChoice(state.value(QLatin1String("cost")), SweepCost::kLatency);
  choice.metric = text("metric");
  choice.published = state.value(QLatin1String("published")).toBool();
  choice.calibration = state.value(QLatin1String("calibration")).toBool(true);
  choice.score = text("score");
  choice.other_score = text("other_score");
  choice.layers = state.value(QLatin1String("layers")).toBool();
  choice.module = text("module");
  choice.budget = state.value(QLatin1String("budget")).toDouble(choice.budget);
  choice.allowed = restoredLimits(state.value(QLatin1String("allowed")).toObject());
  model_.choose(choice);
  QStringList files;
  for (const QJsonValue& file : state.value(QLatin1String("files")).toArray()) {
    if (file.isString() && files.size() < kMostSavedFiles && !model_.files().contains(file.toString())) {
      files << file.toString();
    }
  }
  model_.askFiles(files);
  takeEvidence();
  parallel_->setLook(restoredLook(state.value(QLatin1String("parallel")).toObject()));
  model_.setPointName(text("point"));
}

}  // namespace alidade
