// SPDX-License-Identifier: BSD-3-Clause
#include "app/cli/command_list.h"
#include "plugins/bop/bop_reader.h"
#include "plugins/single_frame/single_frame_reader.h"

namespace alidade {

// The registration line of each sub-command and of each dataset format.

std::vector<CommandFactory> compute_commands() {
  return {add_dataset_command,  add_train_command,     add_infer_command, add_sample_command,
          add_evaluate_command, add_reproduce_command, add_device_command};
}

DatasetReaders builtin_readers() {
  DatasetReaders readers;
  readers.add(make_bop_reader());
  readers.add(make_single_frame_reader());
  return readers;
}

}  // namespace alidade
