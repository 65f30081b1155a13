// SPDX-License-Identifier: BSD-3-Clause
#include "core/studies/foreign_contention.h"

#include <utility>

#include "core/base/log.h"
#include "core/exchange/contention_file.h"
#include "core/nn/torchscript/script_file.h"
#include "core/studies/foreign_messages.h"

namespace alidade {
namespace {

/// What the worker said, as it comes.
struct Heard {
  const JobContext& job;
  std::optional<Error> error;

  /// Whether more is to come.
  bool take(const WorkerMessage& message) {
    switch (static_cast<ForeignMessage>(message.kind)) {
      case ForeignMessage::kProgress:
        if (const auto progress = progress_in(message.text)) {
          job.report(progress->step, progress->done, progress->total);
        }
        return true;
      case ForeignMessage::kRemark:
        log_warning("contention", message.text);
        return true;
      case ForeignMessage::kError:
        error = error_in(message.text);
        return false;
      case ForeignMessage::kDone:
        return false;
    }
    return true;
  }
};

}  // namespace

Expected<void> check_foreign_series(const std::vector<SeriesCheckpoint>& series) {
  for (const SeriesCheckpoint& checkpoint : series) {
    if (auto checked = check_script_file(checkpoint.path); !checked) {
      return checked;
    }
  }
  return {};
}

Expected<ContentionHistory> measure_foreign_contention(const ForeignContention& order,
                                                       const JobContext& job) {
  if (auto checked = check_foreign_series(order.series); !checked) {
    return checked.error();
  }
  Heard heard{job, std::nullopt};
  const auto end = run_worker(
      {order.program,
       {"--threads", std::to_string(order.threads), "worker"},
       foreign_request(order),
       order.limits},
      [&](const WorkerMessage& message) { return heard.take(message); }, job.stop);
  if (!end) {
    return end.error();
  }
  if (heard.error) {
    return *heard.error;
  }
  if (!end->finished) {
    return Error{ErrorCode::kFailed, "the worker process that ran " + order.series.front().path.string() +
                                         (order.series.size() > 1 ? " and its successors " : " ") +
                                         why_it_ended(*end, order.limits) + "; nothing was written."};
  }
  auto file = read_contention_history(end->result_path());
  if (!file) {
    return Error{ErrorCode::kFailed,
                 "the worker process handed over no proper history (" + file.error().message + ")."};
  }
  return std::move(file->history);
}

}  // namespace alidade
