// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything of the lab: files, data, training, transfer, evaluation, on top of what runs on the device.
#pragma once

#include "provenn/adapters/tbb.hpp"
#include "provenn/evaluation/binary_metrics.hpp"
#include "provenn/evaluation/comparison.hpp"
#include "provenn/evaluation/confusion_matrix.hpp"
#include "provenn/evaluation/intervals.hpp"
#include "provenn/evaluation/special_functions.hpp"
#include "provenn/files/atomic_save.hpp"
#include "provenn/files/bit_reader.hpp"
#include "provenn/files/crc32.hpp"
#include "provenn/files/gzip.hpp"
#include "provenn/files/huffman_decoder.hpp"
#include "provenn/files/inflate.hpp"
#include "provenn/files/limits.hpp"
#include "provenn/files/mapped_file.hpp"
#include "provenn/files/member_name.hpp"
#include "provenn/files/tar_reader.hpp"
#include "provenn/files/zip_format.hpp"
#include "provenn/files/zip_reader.hpp"
#include "provenn/inference.hpp"
