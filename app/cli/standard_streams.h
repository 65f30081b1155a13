// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace alidade {

/// Call first of all. Where a standard stream is closed, the next file opened would take its number, and what
/// is printed would go into that file. From here on printing to a closed standard output fails instead; a
/// closed standard error swallows what it gets.
void guard_standard_streams();

/// The exit code of a program that ends with `code`: 1 in place of 0, and a sentence, where something that
/// was printed did not arrive (a full disk, a reader that is gone).
int checked_exit_code(int code);

}  // namespace alidade
