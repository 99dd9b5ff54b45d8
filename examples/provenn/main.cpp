// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The program provenn: commands and their order in the help.
#include <fcntl.h>

#include "commands.hpp"

namespace {

/// Where a stream came closed, the next file that is opened would take its number, and results would go into it.
void occupy_closed_streams() {
    for (int stream = 0; stream < 3; ++stream) {
        if (::fcntl(stream, F_GETFD) < 0) (void)::open("/dev/null", O_RDONLY);  // writing to it fails, and is noticed
    }
}

}  // namespace

int main(int argument_count, char** arguments) {
    occupy_closed_streams();
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
