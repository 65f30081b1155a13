// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/problem_lines.h"

#include "app/cli/print.h"
#include "core/base/text_escape.h"

namespace alidade {
namespace {

void print_problem_lines(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) {
    print_error("problem: %s\n", visible_text(sentence).c_str());
  }
}

}  // namespace

void print_problems(const Dataset& dataset) {
  print_problem_lines(problem_sentences(dataset));
}

void print_problems(const FrameProblems& found) {
  print_problem_lines(found.sentences());
}

}  // namespace alidade
