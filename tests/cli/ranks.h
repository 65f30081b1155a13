// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

#include "tests/cli/program.h"

namespace alidade::test {

inline std::string joint_rooms(const std::string& source, int seed = 4) {
  return "generator = \"rooms\"\nsource = \"" + source + "\"\nset = \"" + source +
         "\"\nsplit = \"train\"\nseed = " + std::to_string(seed) +
         "\nscenes = 2\npoints = 1000\nmin_box_points = 10\n";
}

/// SF-KS and NGH on three sources, norms shared: all that ranks exchange.
inline std::string joint_recipe(int steps, int checkpoint_every, const std::string& tau = "0.4") {
  return "[detector]\nconfig = \"tiny\"\nchoice = \"selected\"\ntau = " + tau +
         "\noffset_start = 1.4\nnorm = \"shared\"\n"
         "[[source]]\nname = \"scans\"\ntrain = \"scans.toml\"\n"
         "[[source]]\nname = \"views\"\ntrain = \"views.toml\"\n"
         "[[source]]\nname = \"offices\"\ntrain = \"offices.toml\"\n"
         "[harmony]\ncombine = \"harmonized\"\nthreshold = 0.99\n"
         "[training]\nseed = 4\nbatch = 2\nlog_every = 1\nsteps = " +
         std::to_string(steps) + "\ncheckpoint_every = " + std::to_string(checkpoint_every) + "\n";
}

/// With three sources of Rooms, and the folder that ranks meet in.
class JointWorkspace : public Workspace {
 public:
  JointWorkspace() {
    for (const char* source : {"scans", "views", "offices"}) {
      write(std::string(source) + ".toml", joint_rooms(source));
    }
    write("short.toml", joint_recipe(20, 10));
    write("long.toml", joint_recipe(40, 5));
    fs::create_directory(path("meeting"));
    fs::permissions(path("meeting"), fs::perms::owner_all);
  }
};

inline QStringList train_arguments(const QString& recipe, const QString& folder, bool resume = false) {
  QStringList all{"train", recipe, "-o", folder};
  return resume ? all << "--resume" : all;
}

enum class Launcher { kTorchrun, kSrun };

/// The environment of one rank as its launcher sets it, without those of launchers that started the tests.
/// Ranks meet in the folder "meeting" of the workspace.
inline QProcessEnvironment rank_environment(const QProcessEnvironment& base, const fs::path& folder,
                                            Launcher launcher, int rank, int ranks) {
  QProcessEnvironment environment = base;
  for (const QString& name : base.keys()) {
    for (const char* foreign :
         {"OMPI_", "PMIX_", "SLURM_", "TORCHELASTIC_", "MASTER_", "GLOO_", "ALIDADE_M"}) {
      if (name.startsWith(QLatin1String(foreign))) {
        environment.remove(name);
      }
    }
  }
  environment.remove(QStringLiteral("RANK"));
  environment.remove(QStringLiteral("WORLD_SIZE"));
  environment.insert(QStringLiteral("XDG_RUNTIME_DIR"),
                     QString::fromStdString((folder / "meeting").string()));
  const QString own = QString::number(rank), all = QString::number(ranks);
  if (launcher == Launcher::kTorchrun) {
    environment.insert("RANK", own);
    environment.insert("WORLD_SIZE", all);
    environment.insert("MASTER_ADDR", "127.0.0.1");
    environment.insert("MASTER_PORT", "29500");
  } else {
    environment.insert("SLURM_PROCID", own);
    environment.insert("SLURM_NTASKS", all);
    environment.insert("SLURM_JOB_ID", "4711");
    environment.insert("SLURM_STEP_ID", "0");
  }
  return environment;
}

/// Several processes of the program that train together. Those that still run are killed at the end.
class Ranks {
 public:
  explicit Ranks(const Workspace& work, Launcher launcher = Launcher::kTorchrun)
      : work_(work), launcher_(launcher) {}
  ~Ranks() {
    for (const auto& process : processes_) {
      process->kill();
      process->waitForFinished();
    }
  }

  /// Starts the next rank of so many, in a folder of the workspace.
  void start_next(int ranks, const QStringList& arguments, const std::string& folder = "") {
    auto process = prepare(arguments, work_.path(folder));
    process->setProcessEnvironment(rank_environment(process->processEnvironment(), work_.path(), launcher_,
                                                    static_cast<int>(processes_.size()), ranks));
    process->start();
    processes_.push_back(std::move(process));
  }
  void start(int ranks, const QStringList& arguments) {
    for (int rank = 0; rank < ranks; ++rank) {
      start_next(ranks, arguments);
    }
  }

  QProcess& at(int rank) { return *processes_.at(static_cast<std::size_t>(rank)); }
  void send(int rank, int signal) {
    if (const auto id = static_cast<pid_t>(at(rank).processId()); id > 0) {  // 0 would be all of ours
      ::kill(id, signal);
    }
  }
  bool all_run() const {
    for (const auto& process : processes_) {
      if (process->state() == QProcess::NotRunning) {
        return false;
      }
    }
    return true;
  }
  /// Waits until this is so, as long as all of them run; false when one has ended.
  template <class Condition>
  bool wait_until(const Condition& so) {
    while (!so()) {
      if (!all_run()) {
        return false;
      }
      processes_.front()->waitForFinished(5);
      for (const auto& process : processes_) {
        process->waitForFinished(0);
      }
    }
    return true;
  }
  std::vector<Outcome> outcomes() {
    std::vector<Outcome> ended;
    for (const auto& process : processes_) {
      ended.push_back(outcome_of(*process));
    }
    return ended;
  }
  std::vector<Outcome> run(int ranks, const QStringList& arguments) {
    start(ranks, arguments);
    return outcomes();
  }

 private:
  const Workspace& work_;
  Launcher launcher_;
  std::vector<std::unique_ptr<QProcess>> processes_;
};

/// Whether this build has Gloo: what is refused in any case is refused for another reason without it.
inline bool can_train_in_several(const Workspace& work) {
  Ranks ranks(work);
  return !ranks.run(2, train_arguments("short.toml", "probe")).front().err.contains("This build cannot");
}

}  // namespace alidade::test
