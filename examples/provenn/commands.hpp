// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The commands of the program, one unit each.
#pragma once

#include "command_line.hpp"

namespace program {

void add_inspect(CommandLine& line);
void add_predict(CommandLine& line);
void add_run(CommandLine& line);
void add_train(CommandLine& line);
void add_finetune(CommandLine& line);
void add_evaluate(CommandLine& line);
void add_convert(CommandLine& line);
void add_compare(CommandLine& line);
void add_selftest(CommandLine& line);

}  // namespace program
