// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Datasets from arrays: MedMNIST `.npz` and folders of IDX files.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "provenn/data/idx.hpp"
#include "provenn/data/npz.hpp"
#include "provenn/data/pixel_sources.hpp"
#include "provenn/files/mapped_file.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace array_dataset {

/// Images and labels of one split, before they are joined.
struct Part {
    Split split = Split::unassigned;
    Tensor<std::uint8_t> images;
    Tensor<std::int64_t> labels;
};

/// Joins parts into one dataset with one array of pixels.
inline Result<Dataset> join(const std::string& name, std::vector<Part> parts) {
    Dataset dataset;
    dataset.name = name;
    Shape shape = parts.front().images.shape();
    std::int64_t count = 0, classes = 0;
    for (const Part& part : parts) {
        const Shape& own = part.images.shape();
        bool agrees = (own.rank() == 3 || own.rank() == 4) && own.rank() == shape.rank();
        for (int axis = 1; agrees && axis < own.rank(); ++axis) agrees = own[axis] == shape[axis];
        if (!agrees) {
            return make_error(ErrorCode::shape_mismatch, name,
                              ": expected images [N, H, W] or [N, H, W, C] of one size, ", "found ", shape, " and ",
                              own);
        }
        if (own.rank() == 4 && own[3] > 4) {
            return make_error(ErrorCode::unsupported, name, ": expected at most 4 channels, found ", own,
                              " (a volume?)");
        }
        if (own[1] < 1 || own[2] < 1) return make_error(ErrorCode::empty_data, name, ": images without pixels ", own);
        if (part.labels.element_count() != own[0]) {
            return make_error(ErrorCode::shape_mismatch, name, ": ", own[0], " images but labels of shape ",
                              part.labels.shape());
        }
        for (const std::int64_t label : part.labels.span()) {
            if (label < 0 || label > 9999) return make_error(ErrorCode::corrupt_data, name, ": label ", label);
            classes = label + 1 > classes ? label + 1 : classes;
        }
        count += own[0];
    }
    shape.set(0, count);
    PROVENN_ASSIGN(auto pixels, Tensor<std::uint8_t>::zeros(shape));
    std::uint8_t* target = pixels.data();
    for (const Part& part : parts) {
        target = std::copy(part.images.span().begin(), part.images.span().end(), target);
        for (std::int64_t i = 0; i < part.labels.element_count(); ++i) {
            Sample sample;
            sample.name = std::string(to_string(part.split)) + "/" + std::to_string(i);
            sample.label = part.labels.data()[i];
            sample.split = part.split;
            dataset.samples.push_back(std::move(sample));
        }
    }
    if (dataset.samples.empty() || classes < 2)
        return make_error(ErrorCode::empty_data, name, ": fewer than 2 classes");
    for (std::int64_t label = 0; label < classes; ++label) dataset.class_names.push_back(std::to_string(label));
    dataset.pixels = std::make_shared<ArrayPixels>(std::move(pixels));
    return dataset;
}

/// An IDX file, plain or compressed, whichever of the two exists.
template <class T>
Result<Tensor<T>> read_idx_file(const std::string& stem) {
    std::error_code ignored;
    const std::string path = std::filesystem::exists(stem, ignored) ? stem : stem + ".gz";
    PROVENN_ASSIGN(const MappedFile file, MappedFile::open(path));
    return read_idx_tensor<T>(file.bytes(), path);
}

}  // namespace array_dataset

/// A MedMNIST file: {train,val,test}_{images,labels}, bytes, labels [N] or [N, 1].
/// @errors those of NpzReader, shape_mismatch, corrupt_data, empty_data, unsupported.
/// @req REQ-DATA-002
[[nodiscard]] inline Result<Dataset> open_medmnist(const std::string& path) {
    PROVENN_ASSIGN(const MappedFile file, MappedFile::open(path));
    PROVENN_ASSIGN(const NpzReader archive, NpzReader::open(file.bytes(), path));
    std::vector<array_dataset::Part> parts;
    const std::pair<const char*, Split> splits[] = {
        {"train", Split::train}, {"val", Split::validation}, {"test", Split::test}};
    for (const auto& [prefix, split] : splits) {
        if (!archive.has(std::string(prefix) + "_images") && !parts.empty()) continue;
        array_dataset::Part part;
        part.split = split;
        PROVENN_ASSIGN(part.images, archive.read<std::uint8_t>(std::string(prefix) + "_images"));
        PROVENN_ASSIGN(part.labels, archive.read<std::int64_t>(std::string(prefix) + "_labels"));
        parts.push_back(std::move(part));
    }
    return array_dataset::join(path, std::move(parts));
}

/// A folder with the four files of MNIST and its kin: train-images-idx3-ubyte, t10k-labels-idx1-ubyte ..., plain or
/// `.gz`.
/// @errors those of read_idx and gunzip, io_failed, shape_mismatch, corrupt_data, empty_data, unsupported.
/// @req REQ-DATA-002
[[nodiscard]] inline Result<Dataset> open_idx_folder(const std::string& folder) {
    std::vector<array_dataset::Part> parts;
    const std::pair<const char*, Split> splits[] = {{"/train", Split::train}, {"/t10k", Split::test}};
    for (const auto& [prefix, split] : splits) {
        array_dataset::Part part;
        part.split = split;
        PROVENN_ASSIGN(part.images, array_dataset::read_idx_file<std::uint8_t>(folder + prefix + "-images-idx3-ubyte"));
        PROVENN_ASSIGN(part.labels, array_dataset::read_idx_file<std::int64_t>(folder + prefix + "-labels-idx1-ubyte"));
        parts.push_back(std::move(part));
    }
    return array_dataset::join(folder, std::move(parts));
}

}  // namespace PROVENN_ABI
}  // namespace provenn
