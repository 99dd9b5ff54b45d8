// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program provenn: commands and their order in the help.
#include "commands.hpp"

int main(int argument_count, char** arguments) {
    program::CommandLine line;
    program::add_inspect(line);
    program::add_predict(line);
    program::add_run(line);
    program::add_train(line);
    program::add_finetune(line);
    program::add_evaluate(line);
    program::add_convert(line);
    program::add_compare(line);
    program::add_selftest(line);
    return line.run(argument_count, arguments);
}
