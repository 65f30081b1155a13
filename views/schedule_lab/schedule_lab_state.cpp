// SPDX-License-Identifier: BSD-3-Clause
// What the schedule lab keeps between two starts of the program, and schedules in files.
#include <algorithm>
#include <cmath>

#include <QAction>
#include <QJsonArray>
#include <QSpinBox>

#include "core/base/file.h"
#include "views/schedule_lab/schedule_lab_view.h"
#include "views/schedule_lab/schedule_panel.h"
#include "views/schedule_lab/time_bar.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMostScheduleBytes = 1 << 20;

QJsonObject toJson(const SamplerOptions& options) {
  return {{QStringLiteral("sampler"), QString::fromStdString(to_text(options.kind))},
          {QStringLiteral("steps"), options.steps},
          {QStringLiteral("start_time"), options.start_time},
          {QStringLiteral("rtol"), options.rtol},
          {QStringLiteral("atol"), options.atol},
          {QStringLiteral("joint_step"), options.joint_step},
          {QStringLiteral("snr"), options.langevin_snr},
          {QStringLiteral("denoise"), options.final_denoise},
          {QStringLiteral("guidance"), QString::fromStdString(to_text(options.guidance))}};
}

/// Anything that is not understood stays at its default.
SamplerOptions fromJson(const QJsonObject& json) {
  SamplerOptions options;
  if (const auto kind = parse_sampler(json.value(QLatin1String("sampler")).toString().toStdString())) {
    options.kind = *kind;
  }
  const auto number = [&json](const char* key, double value, double low, double high) {
    return std::clamp(json.value(QLatin1String(key)).toDouble(value), low, high);
  };
  options.steps = std::clamp(json.value(QLatin1String("steps")).toInt(options.steps), 1, 1000);
  options.start_time = number("start_time", options.start_time, 0.01, 1.0);
  options.rtol = number("rtol", options.rtol, 1e-9, 0.1);
  options.atol = number("atol", options.atol, 1e-9, 0.1);
  options.langevin_snr = number("snr", options.langevin_snr, 0.001, 10.0);
  options.joint_step = json.value(QLatin1String("joint_step")).toBool(options.joint_step);
  options.final_denoise = json.value(QLatin1String("denoise")).toBool(options.final_denoise);
  if (const auto guidance = parse_guidance(json.value(QLatin1String("guidance")).toString().toStdString())) {
    options.guidance = *guidance;
  }
  return options;
}

}  // namespace

QJsonObject ScheduleLabView::saveState() const {
  QJsonArray columns;
  for (const SamplerOptions& options : this->columns()) {
    columns.append(toJson(options));
  }
  return {{QStringLiteral("columns"), columns},
          {QStringLiteral("current"), static_cast<int>(current())},
          {QStringLiteral("samples"), count_->value()},
          {QStringLiteral("seed"), seed_->value()},
          {QStringLiteral("analytic"), model_.request().analytic},
          {QStringLiteral("from_regression"), model_.request().from_regression},
          {QStringLiteral("time"), model_.time()},
          {QStringLiteral("lock"), static_cast<int>(time_->lock())},
          {QStringLiteral("loop"), time_->looping()},
          {QStringLiteral("logarithmic"), panel_->logarithmic()},
          {QStringLiteral("export_curves"), export_curves_->isChecked()}};
}

void ScheduleLabView::restoreState(const QJsonObject& state) {
  const QJsonArray columns = state.value(QLatin1String("columns")).toArray();
  SamplingRequest request = model_.request();
  if (!columns.isEmpty()) {
    request.columns.clear();
    for (const QJsonValue& column : columns) {
      if (request.columns.size() < kMostSamplingColumns) {
        request.columns.push_back(fromJson(column.toObject()));
      }
    }
  }
  const auto current = static_cast<std::size_t>(std::max(0, state.value(QLatin1String("current")).toInt()));
  request.num_samples =
      std::clamp(state.value(QLatin1String("samples")).toInt(50), count_->minimum(), count_->maximum());
  request.seed = static_cast<std::uint64_t>(
      std::clamp(state.value(QLatin1String("seed")).toInt(0), seed_->minimum(), seed_->maximum()));
  request.analytic = state.value(QLatin1String("analytic")).toBool();
  request.from_regression = state.value(QLatin1String("from_regression")).toBool();
  time_->setLock(static_cast<TimeLock>(std::clamp(state.value(QLatin1String("lock")).toInt(), 0, 2)));
  time_->setLooping(state.value(QLatin1String("loop")).toBool());
  panel_->setLogarithmic(state.value(QLatin1String("logarithmic")).toBool());
  export_curves_->setChecked(state.value(QLatin1String("export_curves")).toBool());
  model_.ask(request, current);
  const QJsonValue time = state.value(QLatin1String("time"));
  if (time.isDouble() && std::isfinite(time.toDouble())) {
    time_->setTime(std::clamp(time.toDouble(), 0.0, 1.0));
  }
}

bool ScheduleLabView::loadSchedule(const QString& path) {
  const auto text = read_file(path.toStdString(), kMostScheduleBytes);
  if (!text) {
    panel_->refuse(QString::fromStdString(text.error().message));
    return false;
  }
  const auto guidance = guidance_from_json(*text, path.toStdString());
  if (!guidance) {
    panel_->refuse(QString::fromStdString(guidance.error().message));
    return false;
  }
  SamplerOptions schedule = model_.shownSchedule();
  schedule.guidance = *guidance;
  model_.setShownSchedule(schedule);
  panel_->showSchedule();  // in place of what was refused before, though the file holds the same curve
  return true;
}

bool ScheduleLabView::saveSchedule(const QString& path) {
  const auto written = write_file_atomically(path.toStdString(), to_json(model_.shownSchedule().guidance));
  if (!written) {
    panel_->refuse(QString::fromStdString(written.error().message));
    return false;
  }
  return true;
}

}  // namespace alidade
