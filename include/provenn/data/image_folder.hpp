// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Datasets from folders of class folders, on disk or inside a tar.
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "provenn/data/pixel_sources.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace image_folder {

/// Last folder of a path is the class; a folder named for a split above it (train, valid_set, val, test ...) sets it.
struct Place {
    std::string class_name;
    Split split = Split::unassigned;
};

inline std::string lower(std::string_view text) {
    std::string result(text);
    for (char& byte : result) {
        if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
    }
    return result;
}

inline Split split_of_folder(std::string_view folder) {
    const std::string name = lower(folder);
    for (const char* train : {"train", "training", "train_set", "training_set"}) {
        if (name == train) return Split::train;
    }
    for (const char* validation : {"val", "valid", "validation", "valid_set", "validation_set", "val_set"}) {
        if (name == validation) return Split::validation;
    }
    for (const char* test : {"test", "testing", "test_set", "testing_set"}) {
        if (name == test) return Split::test;
    }
    return Split::unassigned;
}

inline bool has_image_ending(std::string_view path) {
    const std::string name = lower(path);
    for (const std::string_view ending : {".png", ".jpg", ".jpeg", ".bmp"}) {
        if (name.size() > ending.size() && std::string_view(name).substr(name.size() - ending.size()) == ending)
            return true;
    }
    return false;
}

/// Place of a relative path such as `valid_set/Parasitized/x.png`. @errors invalid_argument without a class folder.
inline Result<Place> place_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
    if (parts.size() < 2) {
        return make_error(ErrorCode::invalid_argument, "image '", parts.empty() ? "" : parts[0],
                          "' is in no class folder: expected CLASS/image");
    }
    Place place;
    place.class_name = parts[parts.size() - 2];
    for (std::size_t i = 0; i + 2 < parts.size(); ++i) {
        if (const Split split = split_of_folder(parts[i]); split != Split::unassigned) place.split = split;
    }
    return place;
}

/// @errors empty_data for fewer than 2 classes, duplicate_name for names that differ only in case.
inline Status check_class_names(const Dataset& dataset) {
    if (dataset.class_names.size() < 2) {
        return make_error(ErrorCode::empty_data, dataset.name,
                          ": expected images (.png .jpg .jpeg .bmp) of at least 2 ",
                          "classes, each in a folder named for its class, found ", dataset.class_names.size(),
                          dataset.class_names.size() == 1 ? " class: " : " classes",
                          dataset.class_names.size() == 1 ? dataset.class_names[0] : std::string());
    }
    std::map<std::string, std::string> seen;
    for (const std::string& name : dataset.class_names) {
        const auto [at, is_new] = seen.emplace(lower(name), name);
        if (is_new) continue;
        return make_error(ErrorCode::duplicate_name, dataset.name, ": classes '", at->second, "' and '", name,
                          "' differ only in case");
    }
    return {};
}

/// Fills samples and class names from relative paths, which must be sorted by bytes.
/// @errors those of place_of and check_class_names.
inline Status fill(const std::vector<std::string>& paths, Dataset& dataset) {
    std::vector<Place> places;
    for (const std::string& path : paths) {
        PROVENN_ASSIGN(Place place, place_of(path));
        dataset.class_names.push_back(place.class_name);
        places.push_back(std::move(place));
    }
    std::sort(dataset.class_names.begin(), dataset.class_names.end());
    dataset.class_names.erase(std::unique(dataset.class_names.begin(), dataset.class_names.end()),
                              dataset.class_names.end());
    PROVENN_TRY(check_class_names(dataset));
    for (std::size_t i = 0; i < paths.size(); ++i) {
        Sample sample;
        sample.name = paths[i];
        sample.split = places[i].split;
        const auto at = std::lower_bound(dataset.class_names.begin(), dataset.class_names.end(), places[i].class_name);
        sample.label = at - dataset.class_names.begin();
        dataset.samples.push_back(std::move(sample));
    }
    return {};
}

}  // namespace image_folder

namespace image_folder {
/// Whether a part of the path starts with a dot: what systems and editors leave beside images (`._x.png`, `.thumbs/`).
inline bool is_hidden(std::string_view path) {
    return path.substr(0, 1) == "." || path.find("/.") != std::string_view::npos;
}

/// Relative paths of the images below `root`, sorted by bytes.
inline Result<std::vector<std::string>> list(const std::string& root) {
    namespace fs = std::filesystem;
    std::error_code error;
    std::vector<std::string> paths, folders;
    fs::recursive_directory_iterator at(root, error);
    while (!error && at != fs::recursive_directory_iterator()) {
        std::string path = at->path().lexically_relative(root).generic_string();
        const fs::file_type type = at->symlink_status(error).type();
        if (error) break;
        const bool is_image = has_image_ending(path) && !is_hidden(path);
        if (type == fs::file_type::symlink && (is_image || (at->is_directory(error) && !is_hidden(path)))) {
            return make_error(ErrorCode::policy_refused, root, "/", path,
                              ": is a link; links are not followed, and leaving the image out silently would be worse");
        }
        if (is_image && type != fs::file_type::regular && type != fs::file_type::directory) {
            return make_error(ErrorCode::io_failed, root, "/", path, ": expected an image file, found a pipe, socket ",
                              "or device");
        }
        const bool is_left = is_hidden(path) || path.compare(0, 8, "__MACOSX") == 0;  // by systems, beside the images
        if (type == fs::file_type::directory && !is_left) folders.push_back(path);
        if (type == fs::file_type::regular && is_image) paths.push_back(std::move(path));
        at.increment(error);
    }
    if (error) return make_error(ErrorCode::io_failed, root, ": ", error.message());
    std::sort(paths.begin(), paths.end());
    for (const std::string& folder : folders) {
        const auto first = std::lower_bound(paths.begin(), paths.end(), folder + "/");
        if (paths.empty() || (first != paths.end() && first->compare(0, folder.size() + 1, folder + "/") == 0))
            continue;
        return make_error(ErrorCode::empty_data, root, "/", folder, ": the folder holds no PNG, JPEG or BMP image; a ",
                          "class would be missing silently: fill the folder, or take it out of the data");
    }
    return paths;
}
}  // namespace image_folder

/// Every PNG, JPEG and BMP below `root`, in the order of the bytes of their paths. The last folder is the class, a
/// folder above it may name the split. Names that start with a dot are passed over; links, pipes and folders without
/// any image are refused.
/// @errors io_failed, empty_data, invalid_argument, duplicate_name, policy_refused.
/// @req REQ-DATA-001
[[nodiscard]] inline Result<Dataset> open_image_folder(const std::string& root) {
    PROVENN_ASSIGN(auto paths, image_folder::list(root));
    Dataset dataset;
    dataset.name = root;
    PROVENN_TRY(image_folder::fill(paths, dataset));
    for (std::string& path : paths) path = (std::filesystem::path(root) / path).string();
    dataset.pixels = std::make_shared<FilePixels>(std::move(paths));
    return dataset;
}

/// The same for the members of a tar. @errors those of TarReader::open, and as above. @req REQ-DATA-001
[[nodiscard]] inline Result<Dataset> open_image_tar(const std::string& path) {
    PROVENN_ASSIGN(MappedFile file, MappedFile::open(path));
    PROVENN_ASSIGN(TarReader tar, TarReader::open(file.bytes(), path));
    std::vector<std::pair<std::string, std::size_t>> members;
    for (std::size_t i = 0; i < tar.entries().size(); ++i) {
        const std::string& name = tar.entries()[i].name;
        if (image_folder::has_image_ending(name) && !image_folder::is_hidden(name)) members.emplace_back(name, i);
    }
    std::sort(members.begin(), members.end());
    std::vector<std::string> names;
    std::vector<std::size_t> entries;
    for (auto& [name, entry] : members) {
        names.push_back(name);
        entries.push_back(entry);
    }
    Dataset dataset;
    dataset.name = path;
    PROVENN_TRY(image_folder::fill(names, dataset));
    dataset.pixels = std::make_shared<TarPixels>(std::move(file), std::move(tar), std::move(entries));
    return dataset;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
