// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The bytes of a checkpoint: model, settings, state, optimizer and best weights as sections of a container.
#pragma once

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "provenn/model/package.hpp"
#include "provenn/training/settings_text.hpp"
#include "provenn/training/trainer.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// What a checkpoint holds.
struct Checkpoint {
    Model model;
    std::string settings;
    TrainingState state;
    std::vector<Tensor<float>> moments;
};

namespace checkpoint {

inline constexpr std::uint32_t kModel = 1, kSettings = 2, kState = 3, kMoments = 4, kBest = 5;

/// The state's numbers in the order of the file; writer and reader go through the same list.
template <class State, class Visitor>
void visit_numbers(State& state, Visitor& visitor) {
    visitor(state.epoch);
    visitor(state.step);
    visitor(state.total_steps);
    visitor(state.stopped_early);
    visitor(state.sums.loss);
    visitor(state.sums.correct);
    visitor(state.sums.samples);
    visitor(state.sums.seconds);
    visitor(state.stopping.best);
    visitor(state.stopping.best_epoch);
    visitor(state.stopping.waited);
    visitor(state.learning_rate);
    visitor(state.plateau.scale);
    visitor(state.plateau.best);
    visitor(state.plateau.waited);
    visitor(state.plateau.cooling);
}
template <class Record, class Visitor>
void visit_record(Record& record, Visitor& visitor) {
    visitor(record.epoch);
    visitor(record.loss);
    visitor(record.accuracy);
    visitor(record.validation.loss);
    visitor(record.validation.accuracy);
    visitor(record.validation.auc);
    visitor(record.learning_rate);
    visitor(record.seconds);
}
inline constexpr std::size_t kRecord_bytes = 8 * 8;

struct NumberWriter {
    ByteWriter writer;
    Status status;

    void keep(const Status& result) {
        if (status.ok() && !result.ok()) status = result;
    }
    void operator()(std::int64_t value) { keep(writer.i64(value)); }
    void operator()(bool value) { keep(writer.u8(value ? 1 : 0)); }
    void operator()(double value) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        keep(writer.u64(bits));
    }
};
struct NumberReader {
    ByteReader& reader;
    Status status;

    template <class T>
    bool take(Result<T> result, T& target) {
        if (!status.ok()) return false;
        if (!result) status = result.error();
        if (result) target = *result;
        return result.ok();
    }
    /// Counts are never negative.
    void operator()(std::int64_t& value) {
        if (take(reader.i64(), value) && value < 0) {
            status = make_error(ErrorCode::corrupt_data, "checkpoint state: a count of ", value);
        }
    }
    void operator()(bool& value) {
        std::uint8_t byte = 0;
        if (take(reader.u8(), byte) && byte > 1) {
            status = make_error(ErrorCode::corrupt_data, "checkpoint state: a flag of ", byte);
        }
        value = byte == 1;
    }
    void operator()(double& value) {
        std::uint64_t bits = 0;
        if (take(reader.u64(), bits)) std::memcpy(&value, &bits, sizeof value);
    }
};

inline Result<Array<std::uint8_t>> encode_state(const TrainingState& state) {
    Array<std::uint8_t> bytes;
    NumberWriter numbers{ByteWriter(bytes), {}};
    visit_numbers(state, numbers);
    numbers(static_cast<std::int64_t>(state.history.size()));
    for (const EpochRecord& record : state.history) visit_record(record, numbers);
    PROVENN_TRY(numbers.status);
    return bytes;
}
inline Result<TrainingState> decode_state(Bytes bytes) {
    TrainingState state;
    ByteReader reader(bytes, "checkpoint state");
    NumberReader numbers{reader, {}};
    visit_numbers(state, numbers);
    std::int64_t records = 0;
    numbers(records);
    PROVENN_TRY(numbers.status);
    if (static_cast<std::uint64_t>(records) != reader.remaining() / kRecord_bytes) {
        return make_error(ErrorCode::corrupt_data, "checkpoint state: ", records, " epochs of history");
    }
    state.history.resize(static_cast<std::size_t>(records));
    for (EpochRecord& record : state.history) visit_record(record, numbers);
    PROVENN_TRY(numbers.status);
    PROVENN_TRY(reader.expect_end());
    return state;
}

/// Count, then for each tensor its rank, extents and elements; rank 255 for an empty one.
inline Result<Array<std::uint8_t>> encode_tensors(const std::vector<Tensor<float>>& tensors) {
    Array<std::uint8_t> bytes;
    ByteWriter writer(bytes);
    PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(tensors.size())));
    for (const Tensor<float>& tensor : tensors) {
        if (tensor.element_count() == 0) {
            PROVENN_TRY(writer.u8(255));
            continue;
        }
        PROVENN_TRY(writer.u8(static_cast<std::uint8_t>(tensor.shape().rank())));
        for (int axis = 0; axis < tensor.shape().rank(); ++axis) PROVENN_TRY(writer.i64(tensor.shape()[axis]));
        PROVENN_TRY(writer.bytes(tensor.bytes()));
    }
    return bytes;
}
inline Result<std::vector<Tensor<float>>> decode_tensors(Bytes bytes) {
    ByteReader reader(bytes, "checkpoint tensors");
    PROVENN_ASSIGN(const std::uint32_t count, reader.u32());
    if (count > reader.remaining()) return make_error(ErrorCode::corrupt_data, "checkpoint tensors: ", count);
    std::vector<Tensor<float>> tensors(count);
    for (Tensor<float>& tensor : tensors) {
        PROVENN_ASSIGN(const std::uint8_t rank, reader.u8());
        if (rank == 255) continue;
        if (rank > Shape::kMaxRank) return make_error(ErrorCode::corrupt_data, "checkpoint tensors: rank ", rank);
        Shape shape;
        for (int axis = 0; axis < rank; ++axis) {
            PROVENN_ASSIGN(const std::int64_t extent, reader.i64());
            shape.push_back(extent);
        }
        // Sizes are compared with the bytes that are there before anything is allocated.
        if (!shape.is_valid() ||
            static_cast<std::uint64_t>(shape.element_count()) > reader.remaining() / sizeof(float)) {
            return make_error(ErrorCode::corrupt_data, "checkpoint tensors: shape ", shape);
        }
        PROVENN_ASSIGN(const Bytes source,
                       reader.bytes(static_cast<std::uint64_t>(shape.element_count()) * sizeof(float)));
        PROVENN_ASSIGN(tensor, Tensor<float>::zeros(shape));
        if (!source.empty()) std::memcpy(tensor.data(), source.data(), source.size());
    }
    PROVENN_TRY(reader.expect_end());
    return tensors;
}

}  // namespace checkpoint

/// The run as a file image. @errors out_of_memory.
[[nodiscard]] inline Result<Array<std::uint8_t>> encode_checkpoint(const Trainer& trainer) {
    ContainerWriter writer;
    PROVENN_ASSIGN(auto model, encode_package(trainer.model(), {}));
    PROVENN_TRY(writer.add(checkpoint::kModel, true, std::move(model)));
    const std::string text = settings_text(trainer.config(), trainer.source());
    Array<std::uint8_t> settings;
    PROVENN_TRY(settings.append({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
    PROVENN_TRY(writer.add(checkpoint::kSettings, true, std::move(settings)));
    PROVENN_ASSIGN(auto state, checkpoint::encode_state(trainer.state()));
    PROVENN_TRY(writer.add(checkpoint::kState, true, std::move(state)));
    PROVENN_ASSIGN(auto moments, checkpoint::encode_tensors(trainer.update().moments()));
    PROVENN_TRY(writer.add(checkpoint::kMoments, true, std::move(moments)));
    PROVENN_ASSIGN(auto best, checkpoint::encode_tensors(trainer.state().best));
    PROVENN_TRY(writer.add(checkpoint::kBest, true, std::move(best)));
    return writer.finish(ContainerKind::checkpoint);
}

/// Checked whole before any of it is used. @errors those of ContainerReader and decode_package.
[[nodiscard]] inline Result<Checkpoint> decode_checkpoint(Bytes file, layers::CustomLayerRegistry registry = {}) {
    PROVENN_ASSIGN(const auto reader, ContainerReader::open(file, ContainerKind::checkpoint));
    const std::uint32_t known[] = {checkpoint::kModel, checkpoint::kSettings, checkpoint::kState, checkpoint::kMoments,
                                   checkpoint::kBest};
    PROVENN_TRY(reader.expect_known(Span<const std::uint32_t>(known)));
    Checkpoint found;
    PROVENN_ASSIGN(const Bytes model, reader.section(checkpoint::kModel));
    PROVENN_ASSIGN(found.model, decode_package(model, registry));
    PROVENN_ASSIGN(const Bytes settings, reader.section(checkpoint::kSettings));
    found.settings.assign(settings.begin(), settings.end());
    PROVENN_ASSIGN(const Bytes state, reader.section(checkpoint::kState));
    PROVENN_ASSIGN(found.state, checkpoint::decode_state(state));
    PROVENN_ASSIGN(const Bytes moments, reader.section(checkpoint::kMoments));
    PROVENN_ASSIGN(found.moments, checkpoint::decode_tensors(moments));
    PROVENN_ASSIGN(const Bytes best, reader.section(checkpoint::kBest));
    PROVENN_ASSIGN(found.state.best, checkpoint::decode_tensors(best));
    for (std::size_t i = 0; i < found.state.best.size(); ++i) {
        const bool fits = i < found.model.parameters.size() &&
                          (found.state.best[i].element_count() == 0 ||
                           found.state.best[i].shape() == found.model.parameters[i].value.shape());
        if (!fits) return make_error(ErrorCode::corrupt_data, "checkpoint: the best weights are not this model's");
    }
    return found;
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
