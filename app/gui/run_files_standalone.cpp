// SPDX-License-Identifier: BSD-3-Clause
// Histories of gradient contention, shared kernels, accuracies through branches and sweeps of quantization
// become runs; they need no dataset.
#include <type_traits>
#include <typeindex>
#include <variant>

#include <QFileInfo>

#include "app/gui/native_path.h"
#include "app/gui/run_files.h"
#include "core/base/log.h"
#include "core/base/sha256.h"
#include "core/exchange/branch_accuracy_file.h"
#include "core/exchange/contention_file.h"
#include "core/exchange/kernel_sharing_file.h"
#include "core/exchange/quantization_sweep_file.h"

namespace alidade {

/// What such a file holds.
struct RunFiles::Standalone {
  std::variant<std::shared_ptr<const ContentionHistory>, std::shared_ptr<const BranchAccuracy>,
               std::shared_ptr<const QuantizationSweep>, std::shared_ptr<const KernelSharing>>
      result;
  std::vector<std::string> notes;
  std::string sha256;

  std::string name() const {
    return std::visit([](const auto& held) { return held->name; }, result);
  }
  std::type_index type() const {
    return std::visit(
        [](const auto& held) {
          return std::type_index(typeid(typename std::decay_t<decltype(held)>::element_type));
        },
        result);
  }
  /// HeldRuns::Entry::kind
  const char* kind() const {
    static constexpr const char* kKinds[] = {"contention", "branch accuracy", "quantization sweep",
                                             "shared kernels"};
    return kKinds[result.index()];
  }
};

namespace {

/// On a job's thread.
Expected<RunFiles::Standalone> readStandalone(const std::filesystem::path& path, const JobContext& job) {
  RunFiles::Standalone read;
  const auto kind = recognize_file(path);
  if (!kind) {
    return kind.error();
  }
  auto digest = sha256_file(path, kMostHashedBytes, job.stop);
  if (!digest) {
    return digest.error();
  }
  read.sha256 = std::move(*digest);
  if (*kind == OpenableKind::kBranches) {
    auto accuracy = read_branch_accuracy(path, job.stop);
    if (!accuracy) {
      return accuracy.error();
    }
    read.result = std::make_shared<const BranchAccuracy>(std::move(*accuracy));
    return read;
  }
  if (*kind == OpenableKind::kSweep) {
    auto sweep = read_quantization_sweep(path, job.stop);
    if (!sweep) {
      return sweep.error();
    }
    read.result = std::make_shared<const QuantizationSweep>(std::move(*sweep));
    return read;
  }
  if (*kind == OpenableKind::kKernels) {
    auto kernels = read_kernel_sharing(path);
    if (!kernels) {
      return kernels.error();
    }
    read.result = std::make_shared<const KernelSharing>(std::move(kernels->sharing));
    read.notes = std::move(kernels->notes);
    return read;
  }
  auto file = read_contention_history(path);
  if (!file) {
    return file.error();
  }
  read.result = std::make_shared<const ContentionHistory>(std::move(file->history));
  read.notes = std::move(file->notes);
  return read;
}

QString followingText(const RunFiles::Standalone& read) {
  if (const auto* history = std::get_if<std::shared_ptr<const ContentionHistory>>(&read.result)) {
    return RunFiles::tr("follows its file: %1 epochs").arg((*history)->epochs.size());
  }
  if (const auto* sweep = std::get_if<std::shared_ptr<const QuantizationSweep>>(&read.result)) {
    return RunFiles::tr("follows its file: %1 networks").arg((*sweep)->points.size());
  }
  return RunFiles::tr("follows its file");
}

}  // namespace

void RunFiles::openStandalone(const Request& request) {
  auto read = std::make_shared<Standalone>();
  const auto work = [path = request.path, read](const JobContext& job) -> Expected<void> {
    auto file = readStandalone(bytesOfPath(path), job);
    if (!file) {
      return file.error();
    }
    *read = std::move(*file);
    return {};
  };
  const auto done = [this, request, read](const Expected<void>& outcome) {
    if (!outcome) {
      fail(request, outcome.error());
      return;
    }
    for (const std::string& note : read->notes) {
      log_info("open", note);
    }
    if (!read->notes.empty()) {
      Q_EMIT said(QString::fromStdString(read->notes.front()));
    }
    takeStandalone(request, *read);
  };
  jobs_.start(tr("Open %1").arg(QFileInfo(request.path).fileName()), work, done, JobLane::kFiles);
}

void RunFiles::takeStandalone(const Request& request, const Standalone& read) {
  const std::string name =
      read.name().empty() ? QFileInfo(request.path).completeBaseName().toStdString() : read.name();
  const RunId run =
      std::visit([&](const auto& result) { return session_.addRun(name, result, false); }, read.result);
  session_.editRun(run, [&](HeldRuns::Entry& entry) {
    entry.kind = read.kind();
    entry.file = bytesOfPath(request.path);
    entry.sha256 = read.sha256;
  });
  follow(request.path);
  if (!request.opened) {
    const bool free_a = session_.runs().chosen_run(session_.runs().find(run)->type, Run::kA) == 0;
    session_.proposeRun(free_a ? Run::kA : Run::kB, run);
    if (read.type() == typeid(QuantizationSweep)) {
      Q_EMIT sweepOpened(run);
    } else if (read.type() == typeid(KernelSharing)) {
      Q_EMIT kernelsOpened(run);
    } else {
      Q_EMIT contentionOpened(run);
    }
  }
  Q_EMIT resultOpened(run);
  if (request.opened) {
    request.opened({run});
  }
}

void RunFiles::readStandaloneAgain(const QString& path) {
  followed_[path].reading = true;
  auto read = std::make_shared<Standalone>();
  const auto work = [path, read](const JobContext& job) -> Expected<void> {
    auto file = readStandalone(bytesOfPath(path), job);
    if (!file) {
      return file.error();
    }
    *read = std::move(*file);
    return {};
  };
  const auto done = [this, path, read](const Expected<void>& outcome) {
    if (outcome) {
      takeStandaloneAgain(path, *read);
    }
    endReading(path, outcome);
  };
  jobs_.start(tr("Read %1 again").arg(QFileInfo(path).fileName()), work, done, JobLane::kFiles);
}

/// A file of the other kind in its place is nothing that the run could show.
void RunFiles::takeStandaloneAgain(const QString& path, const Standalone& read) {
  for (const RunId run : runsOf(path)) {
    const HeldRuns::Entry entry = *session_.runs().find(run);
    const bool same_kind = entry.type == read.type();
    if (entry.sha256 == read.sha256 || !same_kind) {
      continue;
    }
    followed_[path].grew = true;
    // Its state first: who hears of the new result finds it told.
    session_.editRun(run, [&](HeldRuns::Entry& held) {
      held.sha256 = read.sha256;
      held.state = followingText(read).toStdString();
    });
    std::visit([&](const auto& result) { session_.replaceRun(run, result); }, read.result);
  }
}

}  // namespace alidade
