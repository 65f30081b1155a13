// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <QProcess>
#include <QStringList>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/base/file.h"
#include "tests/support/test_registry.h"

namespace alidade::test {

namespace fs = std::filesystem;

/// What a run of the program left behind.
struct Outcome {
  int code = -1;  ///< exit code; -1 when it crashed or did not end
  QString out, err;

  /// What the error sentence says; empty unless there is exactly one line that begins with "alidade: ".
  QString sentence() const {
    QStringList found;
    for (const QString& line : err.split('\n')) {
      if (line.startsWith("alidade: ")) {
        found << line.mid(9);
      }
    }
    return found.size() == 1 ? found.front() : QString();
  }
  nlohmann::json json() const { return nlohmann::json::parse(out.toStdString(), nullptr, false); }
  std::string text() const { return ("exit code " + QString::number(code) + "\n" + out + err).toStdString(); }
};

/// The program in an environment without any display, in `folder`.
inline std::unique_ptr<QProcess> prepare(const QStringList& arguments, const fs::path& folder) {
  auto process = std::make_unique<QProcess>();
  QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
    environment.remove(name);
  }
  process->setProcessEnvironment(environment);
  process->setWorkingDirectory(QString::fromStdString(folder.string()));
  process->setProgram(qEnvironmentVariable("ALIDADE_BINARY"));
  process->setArguments(arguments);
  return process;
}

inline Outcome outcome_of(QProcess& process) {
  if (!process.waitForFinished(120000)) {
    process.kill();
    process.waitForFinished();
    return {-1, {}, QStringLiteral("it did not end (%1)").arg(process.errorString())};
  }
  const int code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
  return {code, QString::fromUtf8(process.readAllStandardOutput()),
          QString::fromUtf8(process.readAllStandardError())};
}

inline Outcome run_program(const QStringList& arguments, const fs::path& folder) {
  const auto process = prepare(arguments, folder);
  process->start();
  return outcome_of(*process);
}

/// The same by a line of the shell, in which "$B" is the program.
inline std::unique_ptr<QProcess> prepare_shell(const QString& line, const fs::path& folder) {
  auto process = prepare({QStringLiteral("-c"), "B=$ALIDADE_BINARY; " + line}, folder);
  process->setProgram(QStringLiteral("bash"));
  return process;
}

inline Outcome run_shell(const QString& line, const fs::path& folder) {
  const auto process = prepare_shell(line, folder);
  process->start();
  return outcome_of(*process);
}

/// A folder of its own with the recipes of a small set and of a small training.
class Workspace {
 public:
  Workspace() {
    write("set.toml",
          "split = \"cli\"\nseed = 3\nframes = 4\nwidth = 160\nheight = 120\nmodels_per_category = 2\n");
    write("train.toml",
          "[network]\nconfig = \"tiny\"\n[data]\ntrain = \"set.toml\"\ntest = \"set.toml\"\ntest_frames = 1\n"
          "[training]\nseed = 4\nbatch = 8\nnoise_draws = 2\npretrain_steps = 60\njoint_steps = 340\n"
          "log_every = 20\ncheckpoint_every = 40\n");
  }

  fs::path path(const std::string& name = "") const { return fs::path(folder_.path().toStdString()) / name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    const auto bytes = read_file(path(name), 1 << 28);
    return bytes ? *bytes : "unreadable: " + bytes.error().message;
  }
  bool has(const std::string& name) const { return fs::exists(path(name)); }
  Outcome run(const QStringList& arguments) const { return run_program(arguments, path()); }
  Outcome shell(const QString& line) const { return run_shell(line, path()); }
  /// Names of all files below a folder, sorted, hidden ones too.
  QStringList files(const std::string& folder = "") const {
    QStringList names;
    for (const auto& entry : fs::recursive_directory_iterator(path(folder))) {
      if (!entry.is_directory()) {
        names << QString::fromStdString(fs::relative(entry.path(), path(folder)).string());
      }
    }
    names.sort();
    return names;
  }
  void copy(const std::string& from, const std::string& to) const {
    fs::remove_all(path(to));
    fs::copy(path(from), path(to), fs::copy_options::recursive);
  }

 private:
  QTemporaryDir folder_;
};

}  // namespace alidade::test

/// Compares the exit code and shows all that the program said when it differs.
#define COMPARE_CODE(outcome, expected) QVERIFY2((outcome).code == (expected), (outcome).text().c_str())
