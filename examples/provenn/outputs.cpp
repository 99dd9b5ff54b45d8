// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checks of outputs before the work.
#include "outputs.hpp"

#include <cerrno>

#include <sys/stat.h>

#include "provenn/files/atomic_save.hpp"

namespace program {

namespace {

bool has_ending(const std::string& path, const std::vector<std::string>& endings) {
    for (const std::string& ending : endings) {
        if (path.size() > ending.size() && path.compare(path.size() - ending.size(), ending.size(), ending) == 0) {
            return true;
        }
    }
    return endings.empty();
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " or ") + word;
    return text;
}

/// The word of the command line that the name comes from.
std::string given_by(const Output& output) { return output.option.substr(0, output.option.find('\'')); }

/// Makes a file beside the output as saving will, and removes it: no other check knows all the reasons against it.
Status check_folder(const Output& output) {
    const std::string folder = files::folder_of(output.path);
    struct stat status = {};
    if (::stat(folder.c_str(), &status) != 0) {
        return make_error(ErrorCode::io_failed, output.option, " ", output.path, ": the folder ", folder, ": ",
                          files::system_reason(errno));
    }
    SaveOperations operations;
    std::string name;
    const int descriptor = files::create_beside(operations, output.path, name);
    if (descriptor < 0) {
        return make_error(ErrorCode::io_failed, output.option, " ", output.path, ": nothing can be saved in ", folder,
                          ": ", files::system_reason(errno));
    }
    operations.close(descriptor);
    operations.remove(name.c_str());
    return {};
}

}  // namespace

bool is_same_file(const std::string& a, const std::string& b) {
    struct stat first = {}, second = {};
    return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

Status check_output(Context& context, const Output& output, const std::vector<std::string>& inputs) {
    if (output.path.empty()) {
        return context.usage(make_error(ErrorCode::invalid_argument, output.option, ": the name is empty"),
                             "give " + output.option + " the name of the file to write");
    }
    if (!has_ending(output.path, output.endings)) {
        const std::string endings = joined(output.endings);
        return context.usage(make_error(ErrorCode::invalid_argument, output.option, " ", output.path,
                                        ": expected a name that ends in ", endings),
                             "rename " + output.option + " to what it shall become, a name that ends in " + endings);
    }
    for (const std::string& input : inputs) {
        if (!is_same_file(output.path, input)) continue;
        return context.usage(make_error(ErrorCode::invalid_argument, output.option, " ", output.path,
                                        " is the same file as the input ", input, ", which would be overwritten"),
                             "give " + given_by(output) + " another name");
    }
    struct stat status = {};
    if (::stat(output.path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
        context.advise("give " + given_by(output) + " the name of a file");
        const char* found = S_ISDIR(status.st_mode) ? "a folder" : "a pipe, socket or device";
        return make_error(ErrorCode::io_failed, output.option, " ", output.path,
                          ": expected a file or a new name, found ", found);
    }
    return check_folder(output);
}

}  // namespace program
