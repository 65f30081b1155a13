// SPDX-License-Identifier: BSD-3-Clause
#include "app/gui/app_settings.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "core/base/json_text.h"

namespace alidade {
namespace {

constexpr std::uintmax_t kMaxBytes = 4u << 20;

/// The XDG base folder from its variable, or `fallback` below the home folder. Relative values are ignored,
/// as the specification has it.
std::filesystem::path baseFolder(const char* variable, const char* fallback) {
  const QString value = qEnvironmentVariable(variable);
  const QString folder = QDir::isAbsolutePath(value) ? value : QDir::home().filePath(QLatin1String(fallback));
  return std::filesystem::path(folder.toStdString()) / "alidade";
}

QString text(const std::filesystem::path& path) {
  return QString::fromStdString(path.string());
}

/// The object in `path`, or an empty one. A file that cannot be used is renamed to .bak.
QJsonObject readObject(const std::filesystem::path& path, QStringList* notes) {
  std::error_code missing;
  if (!std::filesystem::exists(path, missing)) {
    return {};
  }
  QString reason;
  const auto bytes = read_file(path, kMaxBytes);
  if (!bytes) {
    reason = QString::fromStdString(bytes.error().message);
  } else {
    QJsonParseError parse;
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(*bytes), &parse).object();
    const auto strict = parse_json(*bytes, path.string());  // Qt takes the last one of two equal keys
    const int schema = object.value(QLatin1String("schema")).toInt(0);
    if (parse.error != QJsonParseError::NoError || !strict) {
      reason = QStringLiteral("%1: not valid JSON").arg(text(path));
    } else if (schema > AppSettings::kSchema) {
      reason = QStringLiteral("%1: schema %2 is newer than this program").arg(text(path)).arg(schema);
    } else if (schema < 1) {
      reason = QStringLiteral("%1: no schema number").arg(text(path));
    } else {
      return object;
    }
  }
  std::error_code failed;
  std::filesystem::rename(path, std::filesystem::path(path.string() + ".bak"), failed);
  if (notes) {
    notes->append(reason + QStringLiteral("; kept as %1.bak, defaults are used.").arg(text(path.filename())));
  }
  return {};
}

QStringList recentOf(const QJsonValue& list) {
  QStringList paths;
  for (const QJsonValue& path : list.toArray()) {
    if (!path.toString().isEmpty() && paths.size() < AppSettings::kMaxRecent) {
      paths << path.toString();
    }
  }
  return paths;
}

QString writeObject(const std::filesystem::path& path, QJsonObject object) {
  object.insert(QLatin1String("schema"), AppSettings::kSchema);
  const auto written = write_file_atomically(path, QJsonDocument(object).toJson().toStdString());
  return written ? QString() : QString::fromStdString(written.error().message);
}

}  // namespace

void AppSettings::remember(QStringList& list, const QString& path) {
  const QString absolute = QFileInfo(path).absoluteFilePath();
  list.removeAll(absolute);
  list.prepend(absolute);
  while (list.size() > kMaxRecent) {
    list.removeLast();
  }
}

std::filesystem::path AppSettings::preferencesPath() {
  return baseFolder("XDG_CONFIG_HOME", ".config") / "settings.json";
}

std::filesystem::path AppSettings::statePath() {
  return baseFolder("XDG_STATE_HOME", ".local/state") / "window.json";
}

AppSettings AppSettings::load(QStringList* notes) {
  AppSettings settings;
  const QJsonObject preferences = readObject(preferencesPath(), notes);
  const QString theme = preferences.value(QLatin1String("theme")).toString();
  if (theme == QLatin1String("dark") || theme == QLatin1String("light")) {
    settings.theme = theme;
  }
  settings.keys = preferences.value(QLatin1String("keys")).toObject();
  const QJsonObject state = readObject(statePath(), notes);
  settings.recent = recentOf(state.value(QLatin1String("recent")));
  settings.recent_results = recentOf(state.value(QLatin1String("recent_results")));
  settings.recent_sessions = recentOf(state.value(QLatin1String("recent_sessions")));
  settings.last_checkpoint = state.value(QLatin1String("checkpoint")).toString();
  settings.result_folder = state.value(QLatin1String("results")).toString();
  settings.perspective = state.value(QLatin1String("perspective")).toString(settings.perspective);
  settings.tour_taken = state.value(QLatin1String("tour")).toBool();
  settings.layouts = state.value(QLatin1String("layouts")).toObject();
  settings.views = state.value(QLatin1String("views")).toObject();
  settings.further = state.value(QLatin1String("further")).toArray();
  settings.geometry = QByteArray::fromBase64(state.value(QLatin1String("geometry")).toString().toLatin1());
  return settings;
}

QStringList AppSettings::save() const {
  QStringList problems;
  problems << writeObject(preferencesPath(),
                          {{QStringLiteral("theme"), theme}, {QStringLiteral("keys"), keys}});
  problems << writeObject(statePath(),
                          {{QStringLiteral("recent"), QJsonArray::fromStringList(recent)},
                           {QStringLiteral("recent_results"), QJsonArray::fromStringList(recent_results)},
                           {QStringLiteral("recent_sessions"), QJsonArray::fromStringList(recent_sessions)},
                           {QStringLiteral("checkpoint"), last_checkpoint},
                           {QStringLiteral("results"), result_folder},
                           {QStringLiteral("perspective"), perspective},
                           {QStringLiteral("tour"), tour_taken},
                           {QStringLiteral("layouts"), layouts},
                           {QStringLiteral("views"), views},
                           {QStringLiteral("further"), further},
                           {QStringLiteral("geometry"), QString::fromLatin1(geometry.toBase64())}});
  problems.removeAll(QString());
  return problems;
}

}  // namespace alidade
