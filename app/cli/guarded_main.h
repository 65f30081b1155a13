// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// What every main does: runs `program` and returns its exit code. An exception that reaches this place, or
/// that a thread did not catch, ends the process with one sentence and exit code 1 in place of an abort.
int guarded_main(int (*program)(int argc, char** argv), int argc, char** argv);

}  // namespace alidade
