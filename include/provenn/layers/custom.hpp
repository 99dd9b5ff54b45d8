// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one open entry of the layer list: a layer that the product supplies.
#pragma once

#include <string_view>

#include "provenn/core/view.hpp"
#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// A layer type that a product registers with the loader. Functions must be pure: same input, same bits.
struct CustomLayerType {
    const char* name = "";    ///< as files name it
    void* context = nullptr;  ///< handed back to each function; outlives every model that uses it
    /// Output shape of one sample. `attributes` is the text stored with the layer.
    Result<Shape> (*output_shape)(void* context, std::string_view attributes, Span<const Shape> inputs) = nullptr;
    /// One sample, contiguous [H, W, C] views; must not throw, allocate, or keep state.
    void (*run)(void* context, std::string_view attributes, Span<const View<const float>> inputs,
                View<float> output) noexcept = nullptr;
    /// Gradient with respect to each input, or null for a layer that only inference needs.
    void (*backward)(void* context, std::string_view attributes, Span<const View<const float>> inputs,
                     View<const float> output_gradient, Span<const View<float>> input_gradients) noexcept = nullptr;
};

/// The custom layer types that a loader may use.
using CustomLayerRegistry = Span<const CustomLayerType>;

/// A node whose arithmetic is a registered function.
struct Custom {
    static constexpr const char* kType = "custom";
    Name type_name{};
    Name attributes{};
    const CustomLayerType* type = nullptr;  ///< resolved by the loader, never stored

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("type_name", self.type_name);
        visitor("attributes", self.attributes);
    }

    /// Finds the registered type. @errors not_found names the missing type.
    Status resolve(CustomLayerRegistry registry) {
        for (const CustomLayerType& candidate : registry) {
            if (type_name == candidate.name) {
                type = &candidate;
                return {};
            }
        }
        return make_error(ErrorCode::not_found, "custom layer type '", type_name, "' is not registered");
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        if (type == nullptr || type->output_shape == nullptr || type->run == nullptr) {
            return make_error(ErrorCode::not_found, "custom layer type '", type_name, "' is not registered");
        }
        return type->output_shape(type->context, attributes.view(), inputs);
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
