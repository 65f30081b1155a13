// SPDX-License-Identifier: BSD-3-Clause
#include "core/session/session_file.h"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

#include "core/base/json_text.h"

namespace alidade {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostRuns = 10000;
constexpr std::size_t kLongestText = 1 << 16;

ordered_json path_json(const SessionPath& path, const std::filesystem::path& folder) {
  const std::filesystem::path relative = path.path.lexically_relative(folder);
  ordered_json json;
  json["path"] = (relative.empty() ? path.path : relative).string();
  if (!path.sha256.empty()) {
    json["sha256"] = path.sha256;
  }
  return json;
}

ordered_json run_json(const SessionRun& run, const std::filesystem::path& folder) {
  ordered_json json;
  json["name"] = run.name;
  json["kind"] = run.kind;
  if (!run.note.empty()) {
    json["note"] = run.note;
  }
  json["style"] = run.style;
  if (run.styled) {
    json["styled"] = true;
  }
  json["file"] = path_json(run.file, folder);
  if (run.part != 0) {
    json["part"] = run.part;
  }
  if (run.unsaved) {
    json["unsaved"] = true;
  }
  if (run.is_a || run.is_b) {
    json["chosen"] = run.is_a && run.is_b ? "AB" : run.is_a ? "A" : "B";
  }
  if (run.in_tables) {
    json["in_tables"] = true;
  }
  return json;
}

/// The member of an object as text; empty when it is something else, or too long to be meant.
std::string text_of(const ordered_json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  if (found == json.end() || !found->is_string()) {
    return {};
  }
  auto text = found->get<std::string>();
  return text.size() <= kLongestText ? text : std::string();
}

int whole_of(const ordered_json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end() || !found->is_number_integer()) {
    return 0;
  }
  const auto number = found->get<std::int64_t>();
  return number >= 0 && number <= std::numeric_limits<int>::max() ? static_cast<int>(number) : 0;
}

SessionPath path_of(const ordered_json& json, const char* key, const std::filesystem::path& folder) {
  const auto found = json.find(key);
  if (found == json.end()) {
    return {};
  }
  const std::string text = text_of(*found, "path");
  // A zero byte would end the name early where the system reads it.
  if (text.empty() || text.find('\0') != std::string::npos) {
    return {};
  }
  return {(folder / text).lexically_normal(), text_of(*found, "sha256")};
}

std::optional<SessionRun> run_of(const ordered_json& json, const std::filesystem::path& folder) {
  if (!json.is_object()) {
    return std::nullopt;
  }
  SessionRun run;
  run.name = text_of(json, "name");
  run.kind = text_of(json, "kind");
  run.note = text_of(json, "note");
  run.style = whole_of(json, "style");
  run.file = path_of(json, "file", folder);
  run.part = whole_of(json, "part");
  run.unsaved = json.value("unsaved", ordered_json()) == true;
  run.in_tables = json.value("in_tables", ordered_json()) == true;
  run.styled = json.value("styled", ordered_json()) == true;
  const std::string chosen = text_of(json, "chosen");
  run.is_a = chosen.find('A') != std::string::npos;
  run.is_b = chosen.find('B') != std::string::npos;
  return run.name.empty() || run.file.path.empty() ? std::nullopt : std::optional(run);
}

void read_runs(const ordered_json& json, const std::filesystem::path& folder, const std::string& name,
               SessionFile& session) {
  const auto runs = json.find("runs");
  if (runs == json.end() || !runs->is_array()) {
    return;
  }
  for (std::size_t i = 0; i < std::min(runs->size(), kMostRuns); ++i) {
    if (auto run = run_of((*runs)[i], folder)) {
      session.runs.push_back(std::move(*run));
    } else {
      session.notes.push_back(name + ": runs[" + std::to_string(i) +
                              "] has no name or no file and is left out.");
    }
  }
}

}  // namespace

std::string session_to_json(const SessionFile& session, const std::filesystem::path& folder) {
  ordered_json json;
  json["format"] = "alidade-session";
  json["schema"] = SessionFile::kSchema;
  if (!session.dataset.path.empty()) {
    json["dataset"] = path_json(session.dataset, folder);
  }
  if (!session.checkpoint.path.empty()) {
    json["checkpoint"] = path_json(session.checkpoint, folder);
  }
  json["runs"] = ordered_json::array();
  for (const SessionRun& run : session.runs) {
    json["runs"].push_back(run_json(run, folder));
  }
  if (!session.frame.empty()) {
    json["selection"]["frame"] = session.frame;
    if (session.instance) {
      json["selection"]["instance"] = *session.instance;
    }
  }
  json["window"] = embedded_json(session.window);
  return json_text(json, 1) + "\n";
}

Expected<SessionFile> session_from_json(const std::string& text, const std::filesystem::path& folder,
                                        const std::string& name) {
  const auto parsed = parse_ordered_json(text, name);
  if (!parsed) {
    return parsed.error();
  }
  const ordered_json& json = *parsed;
  if (!json.is_object() || text_of(json, "format") != "alidade-session") {
    return input_error(name, "", "it is no session (\"format\": \"alidade-session\")",
                       "open a file that Save session as wrote");
  }
  const auto schema = json.find("schema");
  if (schema == json.end() || !schema->is_number_integer() || schema->get<std::int64_t>() < 1) {
    return input_error(name, "schema", "expected a whole number from 1",
                       "open a file that Save session as wrote");
  }
  if (schema->get<std::int64_t>() > SessionFile::kSchema) {
    return input_error(name, "schema",
                       "the session is of schema " + std::to_string(schema->get<std::int64_t>()) +
                           ", this version reads up to " + std::to_string(SessionFile::kSchema),
                       "open it with a newer Alidade");
  }
  SessionFile session;
  session.dataset = path_of(json, "dataset", folder);
  session.checkpoint = path_of(json, "checkpoint", folder);
  read_runs(json, folder, name, session);
  if (const auto selection = json.find("selection"); selection != json.end() && selection->is_object()) {
    session.frame = text_of(*selection, "frame");
    if (selection->contains("instance")) {
      session.instance = whole_of(*selection, "instance");
    }
  }
  if (const auto window = json.find("window"); window != json.end() && window->is_object()) {
    session.window = json_text(*window);
  }
  return session;
}

}  // namespace alidade
