// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/problem_lines.h"

#include <cstdio>

namespace alidade {
namespace {

void print_problem_lines(const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) {
    std::fprintf(stderr, "problem: %s\n", sentence.c_str());
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
