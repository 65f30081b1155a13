// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/expected.h"

namespace alidade {

/// A file or folder that a session knows, with the SHA-256 that it had; empty = not known.
struct SessionPath {
  std::filesystem::path path;  ///< absolute
  std::string sha256;

  bool operator==(const SessionPath&) const = default;
};

/// A run as a session remembers it.
struct SessionRun {
  std::string name, kind, note;
  int style = 0;
  SessionPath file;  ///< that holds the result
  int part = 0;      ///< which of several results in the file
  /// The file is the session's own copy of a result that was never saved.
  bool unsaved = false;
  bool is_a = false, is_b = false;
  bool in_tables = false;  ///< tables and curves show it beside A and B
  bool styled = false;     ///< the user chose the style

  bool operator==(const SessionRun&) const = default;
};

/// What a session is: what was open, computed, selected and shown.
struct SessionFile {
  static constexpr int kSchema = 1;

  SessionPath dataset, checkpoint;
  std::vector<SessionRun> runs;
  std::string frame;                ///< name of the selected frame; empty = none
  std::optional<int> instance;      ///< Instance::index
  std::string window = "{}";        ///< JSON object: layouts and views, which only the window reads
  std::vector<std::string> notes{};  ///< of reading: what was left out, one sentence each

  bool operator==(const SessionFile&) const = default;
};

/// As JSON (docs/formats.md, "Sessions"), with paths relative to `folder`, where the file is going to be.
std::string session_to_json(const SessionFile& session, const std::filesystem::path& folder);

/// Reads such a text; relative paths start from `folder`. kInput for no session, and for one of a newer
/// schema: it is not read in part. A run that cannot be understood is left out and noted. `name` stands in
/// messages.
Expected<SessionFile> session_from_json(const std::string& text, const std::filesystem::path& folder,
                                        const std::string& name);

}  // namespace alidade
