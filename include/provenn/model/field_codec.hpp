// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FieldWriter and FieldReader: every layer's configuration as bytes, through its own list of fields.
#pragma once

#include <cstdint>
#include <type_traits>

#include "provenn/core/byte_io.hpp"
#include "provenn/layers/layer.hpp"
#include "provenn/model/input_contract.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Last valid value of each stored enumeration: bytes beyond it are refused.
constexpr std::uint8_t last_value(layers::Padding) { return static_cast<std::uint8_t>(layers::Padding::causal); }
constexpr std::uint8_t last_value(layers::PoolKind) { return static_cast<std::uint8_t>(layers::PoolKind::average); }
constexpr std::uint8_t last_value(layers::MergeKind) {
    return static_cast<std::uint8_t>(layers::MergeKind::concatenate);
}
constexpr std::uint8_t last_value(layers::Interpolation) {
    return static_cast<std::uint8_t>(layers::Interpolation::bicubic);
}
constexpr std::uint8_t last_value(layers::DropoutKind) {
    return static_cast<std::uint8_t>(layers::DropoutKind::gaussian_noise);
}
constexpr std::uint8_t last_value(layers::Activation) { return kernels::kActivationCount - 1; }
constexpr std::uint8_t last_value(ResizeMethod) { return static_cast<std::uint8_t>(ResizeMethod::area); }
constexpr std::uint8_t last_value(CropMethod) { return static_cast<std::uint8_t>(CropMethod::center_square); }
constexpr std::uint8_t last_value(ChannelOrder) { return static_cast<std::uint8_t>(ChannelOrder::grey); }
constexpr std::uint8_t last_value(OrientationPolicy) { return static_cast<std::uint8_t>(OrientationPolicy::refuse); }

/// Appends fields; the first failure is kept in `status()`.
class FieldWriter {
  public:
    explicit FieldWriter(Array<std::uint8_t>& target) : writer_(target) {}
    [[nodiscard]] const Status& status() const { return status_; }

    template <class Field>
    void operator()(const char*, const Field& field) {
        if constexpr (std::is_same_v<Field, bool>) {
            keep(writer_.u8(field ? 1 : 0));
        } else if constexpr (std::is_enum_v<Field>) {
            keep(writer_.u8(static_cast<std::uint8_t>(field)));
        } else if constexpr (std::is_integral_v<Field>) {
            keep(writer_.i64(static_cast<std::int64_t>(field)));
        } else if constexpr (std::is_same_v<Field, float>) {
            keep(writer_.f32(field));
        } else {
            structure(field);
        }
    }

  private:
    void structure(const layers::Extent2& extent) {
        keep(writer_.i64(extent.height));
        keep(writer_.i64(extent.width));
    }
    void structure(const layers::Border2& border) {
        for (const std::int64_t side : {border.top, border.bottom, border.left, border.right}) keep(writer_.i64(side));
    }
    void structure(const layers::ActivationConfig& activation) {
        (*this)("kind", activation.kind);
        for (const float number : {activation.alpha, activation.beta, activation.threshold, activation.upper}) {
            keep(writer_.f32(number));
        }
        (*this)("has_upper", activation.has_upper);
    }
    void structure(const Shape& shape) {
        keep(writer_.u8(static_cast<std::uint8_t>(shape.rank())));
        for (int axis = 0; axis < shape.rank(); ++axis) keep(writer_.i64(shape[axis]));
    }
    void structure(const Name& name) { keep(writer_.text(name.view())); }

    void keep(Status status) {
        if (status_.ok() && !status.ok()) status_ = status;
    }
    ByteWriter writer_;
    Status status_;
};

/// Reads fields back, checking every range; the first failure is kept in `status()`, later fields stay as they were.
class FieldReader {
  public:
    explicit FieldReader(ByteReader& reader) : reader_(reader) {}
    [[nodiscard]] const Status& status() const { return status_; }

    template <class Field>
    void operator()(const char* name, Field& field) {
        if (!status_.ok()) return;
        if constexpr (std::is_same_v<Field, bool>) {
            std::uint8_t byte = 0;
            take(reader_.u8(), byte);
            if (byte > 1) refuse(name, byte);
            field = byte == 1;
        } else if constexpr (std::is_enum_v<Field>) {
            std::uint8_t byte = 0;
            take(reader_.u8(), byte);
            if (byte > last_value(Field{})) return refuse(name, byte);
            field = static_cast<Field>(byte);
        } else if constexpr (std::is_integral_v<Field>) {
            std::int64_t number = 0;
            take(reader_.i64(), number);
            if (static_cast<std::int64_t>(static_cast<Field>(number)) != number) return refuse(name, number);
            field = static_cast<Field>(number);
        } else if constexpr (std::is_same_v<Field, float>) {
            take(reader_.f32(), field);
            if (!(field - field == 0.0f)) refuse_number(name);
        } else {
            structure(name, field);
        }
    }

  private:
    void structure(const char* name, layers::Extent2& extent) {
        (*this)(name, extent.height);
        (*this)(name, extent.width);
    }
    void structure(const char* name, layers::Border2& border) {
        (*this)(name, border.top);
        (*this)(name, border.bottom);
        (*this)(name, border.left);
        (*this)(name, border.right);
    }
    void structure(const char* name, layers::ActivationConfig& activation) {
        (*this)(name, activation.kind);
        (*this)(name, activation.alpha);
        (*this)(name, activation.beta);
        (*this)(name, activation.threshold);
        (*this)(name, activation.upper);
        (*this)(name, activation.has_upper);
    }
    void structure(const char* name, Shape& shape) {
        std::uint8_t rank = 0;
        take(reader_.u8(), rank);
        if (rank > Shape::kMaxRank) return refuse(name, rank);
        shape = Shape{};
        for (int axis = 0; axis < rank && status_.ok(); ++axis) {
            std::int64_t extent = 0;
            take(reader_.i64(), extent);
            shape.push_back(extent);
        }
    }
    void structure(const char*, Name& name) {
        std::string_view text;
        take(reader_.text(Name::capacity()), text);
        name = Name(text);
    }

    template <class T>
    void take(Result<T> result, T& target) {
        if (!result) {
            if (status_.ok()) status_ = result.error();
            return;
        }
        target = *result;
    }
    void refuse(const char* name, std::int64_t found) {
        if (status_.ok()) status_ = make_error(ErrorCode::corrupt_data, name, ": ", found, " is not a valid value");
    }
    void refuse_number(const char* name) {
        if (status_.ok()) status_ = make_error(ErrorCode::not_finite, name, ": NaN or infinity");
    }
    ByteReader& reader_;
    Status status_;
};

/// Appends a layer: its place in the list of layers, then its fields.
[[nodiscard]] inline Status write_layer(const layers::Layer& layer, Array<std::uint8_t>& target) {
    PROVENN_TRY(ByteWriter(target).u8(static_cast<std::uint8_t>(layer.index())));
    FieldWriter writer(target);
    layers::visit(layer, [&](const auto& config) { config.visit_fields(config, writer); });
    return writer.status();
}

namespace field_codec {
template <std::size_t KindIndex = 0>
layers::Layer layer_of_kind(std::size_t kind) {
    if constexpr (KindIndex + 1 < layers::kLayerKinds) {
        if (kind != KindIndex) return layer_of_kind<KindIndex + 1>(kind);
    }
    return layers::Layer(std::in_place_index<KindIndex>);
}
}  // namespace field_codec

/// @errors corrupt_data for an unknown layer or a field out of range.
[[nodiscard]] inline Result<layers::Layer> read_layer(ByteReader& reader) {
    PROVENN_ASSIGN(const std::uint8_t kind, reader.u8());
    if (kind >= layers::kLayerKinds) return make_error(ErrorCode::corrupt_data, "unknown layer type ", kind);
    layers::Layer layer = field_codec::layer_of_kind(kind);
    FieldReader fields(reader);
    layers::visit(layer, [&](auto& config) { config.visit_fields(config, fields); });
    PROVENN_TRY(fields.status());
    return layer;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
