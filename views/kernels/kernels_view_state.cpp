// SPDX-License-Identifier: BSD-3-Clause
// What the view of shared kernels remembers.
#include <algorithm>
#include <optional>
#include <utility>

#include <QJsonArray>
#include <QJsonObject>

#include "views/base/session_model.h"
#include "views/kernels/kernels_view.h"

namespace alidade {
namespace {

constexpr int kMostSavedKernelFiles = 16;
constexpr int kMostSavedCoordinate = 1000000;

template <class Choice>
Choice savedKernelChoice(const QJsonValue& value, Choice last) {
  const int index = value.toInt(0);
  return index >= 0 && index <= static_cast<int>(last) ? static_cast<Choice>(index) : Choice{};
}

}  // namespace

QJsonObject KernelsView::saveState() const {
  const KernelsChoice& choice = model_.choice();
  QJsonObject state{{QStringLiteral("files"), QJsonArray::fromStringList(model_.files())},
                    {QStringLiteral("page"), static_cast<int>(choice.page)},
                    {QStringLiteral("channel"), static_cast<int>(choice.channel)},
                    {QStringLiteral("layer"), QString::fromStdString(choice.layer)},
                    {QStringLiteral("source"), QString::fromStdString(choice.source)},
                    {QStringLiteral("exploded"), choice.exploded},
                    {QStringLiteral("orbits"), choice.orbits}};
  if (choice.tau) {
    state.insert(QStringLiteral("tau"), *choice.tau);
  }
  if (const auto picked = model_.picked()) {
    state.insert(QStringLiteral("offset"), QJsonArray{(*picked)[0], (*picked)[1], (*picked)[2]});
  }
  return state;
}

void KernelsView::restoreState(const QJsonObject& state) {
  KernelsChoice choice;
  const auto text = [&](const char* key) { return state.value(QLatin1String(key)).toString().toStdString(); };
  choice.page = savedKernelChoice(state.value(QLatin1String("page")), kLastKernelsPage);
  choice.channel = savedKernelChoice(state.value(QLatin1String("channel")), kLastKernelChannel);
  choice.layer = text("layer");
  choice.source = text("source");
  choice.exploded = state.value(QLatin1String("exploded")).toBool();
  choice.orbits = state.value(QLatin1String("orbits")).toBool();
  if (state.value(QLatin1String("tau")).isDouble()) {
    choice.tau = state.value(QLatin1String("tau")).toDouble();
  }
  model_.choose(choice);
  QStringList files;
  for (const QJsonValue& file : state.value(QLatin1String("files")).toArray()) {
    if (file.isString() && files.size() < kMostSavedKernelFiles &&
        !model_.files().contains(file.toString())) {
      files << file.toString();
    }
  }
  model_.askFiles(files);
  const QJsonArray offset = state.value(QLatin1String("offset")).toArray();
  wanted_offset_.reset();
  if (offset.size() == 3) {
    wanted_offset_.emplace();
    for (int axis = 0; axis < 3; ++axis) {
      (*wanted_offset_)[static_cast<std::size_t>(axis)] = offset[axis].toInt(kMostSavedCoordinate);
    }
  }
  takeEvidence();
}

void KernelsView::pickWanted() {
  const auto sharing = model_.sharing();
  if (!wanted_offset_ || !sharing || sharing->layers.empty()) {
    return;
  }
  const auto wanted = *std::exchange(wanted_offset_, std::nullopt);
  const auto& offsets = sharing->layers[model_.layer()].offsets;
  if (std::find(offsets.begin(), offsets.end(), wanted) != offsets.end()) {
    model_.pick(wanted);
  }
}

}  // namespace alidade
