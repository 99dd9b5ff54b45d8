// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ModelBuilder: describes a network layer by layer. The first mistake is kept and reported by build().
#pragma once

#include <utility>

#include "provenn/model/model.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Adds inputs and layers and infers every shape. Calls after the first mistake do nothing, so that a network can be
/// written without a check behind each line; `build()` returns the mistake, with the layer's name in front.
class ModelBuilder {
  public:
    /// A value handed from layer to layer.
    struct Handle {
        Index value = -1;
    };

    explicit ModelBuilder(const Name& model_name = "model") { model_.name = model_name; }
    /// Continues an existing model; its outputs are given up, its layers and parameters stay.
    explicit ModelBuilder(Model existing) : model_(std::move(existing)) { model_.outputs.clear(); }

    /// The value that a layer, or else an input, computes; its last use where the layer is shared. @errors not_found.
    Handle value_of(std::string_view name) {
        for (std::size_t i = model_.values.size(); i-- > 0;) {
            if (model_.values[i].name == name) return {static_cast<Index>(i)};
        }
        return fail(Name(name), make_error(ErrorCode::not_found, "no layer or input has this name"));
    }

    /// An input of one sample's shape, such as [224, 224, 3].
    Handle input(const Name& name, const Shape& shape) {
        if (!status_.ok()) return {};
        for (int axis = 0; axis < shape.rank(); ++axis) {
            if (shape[axis] < 1) return fail(name, make_error(ErrorCode::invalid_argument, "input of shape ", shape));
        }
        for (const Index other : model_.inputs) {
            if (model_.value(other).name == name) {
                return fail(name, make_error(ErrorCode::duplicate_name, "the name is taken"));
            }
        }
        if (!is_name(name)) return fail(name, bad_name());
        const Status storable = check_value(shape);
        if (!storable) return fail(name, storable.error());
        const Handle handle = new_value(name, shape);
        keep(model_.inputs.push_back(handle.value));
        return handle;
    }

    /// A new layer used once.
    Handle add(const Name& name, const layers::Layer& config, Handle input) {
        const Handle inputs[] = {input};
        return add(name, config, Span<const Handle>(inputs));
    }
    Handle add(const Name& name, const layers::Layer& config, Span<const Handle> inputs) {
        if (!status_.ok()) return {};
        for (const LayerInstance& other : model_.layers) {
            if (other.name == name) return fail(name, make_error(ErrorCode::duplicate_name, "the name is taken"));
        }
        if (!is_name(name)) return fail(name, bad_name());
        LayerInstance layer;
        layer.name = name;
        layer.id = model_.next_layer_id++;
        layer.config = config;
        keep(model_.layers.push_back(std::move(layer)));
        if (!status_.ok()) return {};
        return apply(static_cast<Index>(model_.layers.size()) - 1, inputs);
    }

    /// Another use of an existing layer, with the same weights.
    Handle reuse(const Name& name, Handle input) {
        const Handle inputs[] = {input};
        return reuse(name, Span<const Handle>(inputs));
    }
    Handle reuse(const Name& name, Span<const Handle> inputs) {
        if (!status_.ok()) return {};
        auto found = model_.find_layer(name);
        if (!found) return fail(name, found.error());
        return apply(found.value(), inputs);
    }

    void output(Handle value) {
        if (!status_.ok()) return;
        if (!is_known(value)) return void(fail(model_.name, unknown_value()));
        keep(model_.outputs.push_back(value.value));
    }

    /// At most this many elements in all parameters together; readers set it to what their file can hold.
    void limit_parameters(std::int64_t most_elements) { most_elements_ = most_elements; }

    /// Shape of a value; rank 0 after a mistake.
    [[nodiscard]] Shape shape(Handle value) const {
        return is_known(value) ? model_.value(value.value).shape : Shape{};
    }
    /// The model so far, to set its contract, class names or numerics before build().
    Model& model() { return model_; }
    /// Success, or the first mistake.
    [[nodiscard]] const Status& status() const { return status_; }

    /// The finished model; parameters are zero (see model/initialize.hpp).
    /// @errors the first mistake of any call; empty_data without an input or output.
    Result<Model> build() {
        if (!status_.ok()) return status_.error();
        if (model_.inputs.empty() || model_.outputs.empty()) {
            return make_error(ErrorCode::empty_data, model_.name, ": a model needs an input and an output");
        }
        return std::move(model_);
    }

  private:
    [[nodiscard]] bool is_known(Handle handle) const {
        return handle.value >= 0 && static_cast<std::size_t>(handle.value) < model_.values.size();
    }
    static bool is_name(const Name& name) { return !name.truncated() && !name.empty(); }
    static Error bad_name() {
        return make_error(ErrorCode::invalid_argument, "a name has 1 to ", Name::capacity(), " bytes");
    }
    /// One sample's shape: rank 1 to 3, no empty axis, few enough elements that no later product of sizes overflows.
    static Status check_value(const Shape& shape) {
        constexpr std::int64_t kMostElements = std::int64_t{1} << 31;
        if (shape.rank() < 1 || shape.rank() > 3) {
            return make_error(ErrorCode::unsupported, "values have rank 1 to 3 (without the batch), found ", shape);
        }
        if (!shape.is_valid() || shape.element_count() > kMostElements) {
            return make_error(ErrorCode::limit_exceeded, "a value of shape ", shape, " is too large");
        }
        if (shape.element_count() < 1)
            return make_error(ErrorCode::invalid_argument, "a value of shape ", shape, " is empty");
        return {};
    }
    static Error unknown_value() {
        return make_error(ErrorCode::invalid_argument, "an input does not belong to this builder");
    }
    void keep(Status status) {
        if (status_.ok() && !status.ok()) status_ = status;
    }
    Handle fail(const Name& layer, const Error& error) {
        if (status_.ok()) status_ = make_error(error.code, layer, ": ", error.message);
        return {};
    }

    Handle new_value(const Name& name, const Shape& shape) {
        Value value;
        value.name = name;
        value.shape = shape;
        keep(model_.values.push_back(value));
        return {static_cast<Index>(model_.values.size()) - 1};
    }

    Handle apply(Index layer_index, Span<const Handle> inputs) {
        const Name name = model_.layer(layer_index).name;
        Node node;
        node.layer = layer_index;
        Array<Shape> shapes;
        if (inputs.size() > Model::kMaxInputs) {
            return fail(name, make_error(ErrorCode::limit_exceeded, "more than ", Model::kMaxInputs, " inputs"));
        }
        for (const Handle input : inputs) {
            if (!is_known(input)) return fail(name, unknown_value());
            keep(node.inputs.push_back(input.value));
            keep(shapes.push_back(model_.value(input.value).shape));
        }
        if (!status_.ok()) return {};
        auto shape = layers::output_shape(model_.layer(layer_index).config, shapes);
        if (!shape) return fail(name, shape.error());
        const Status storable = check_value(*shape);
        if (!storable) return fail(name, storable.error());
        add_or_check_parameters(layer_index, shapes);
        if (!status_.ok()) return {};
        const Handle output = new_value(name, *shape);
        node.output = output.value;
        keep(model_.nodes.push_back(std::move(node)));
        return status_.ok() ? output : Handle{};
    }

    void add_or_check_parameters(Index layer_index, Span<const Shape> shapes) {
        LayerInstance& layer = model_.layer(layer_index);
        const layers::ParameterSpecs specs = layers::parameters(layer.config, shapes);
        const bool is_first_use = layer.parameters.empty();
        for (std::size_t i = 0; i < specs.span().size(); ++i) {
            const layers::ParameterSpec& spec = specs.span()[i];
            if (!is_first_use) {
                const Shape& existing = model_.parameter(layer.parameters[i]).value.shape();
                if (existing != spec.shape) {
                    fail(layer.name, make_error(ErrorCode::shape_mismatch, spec.name, ": shared weights of shape ",
                                                existing, " cannot serve an input that needs ", spec.shape));
                    return;
                }
                continue;
            }
            Parameter parameter;
            (void)(parameter.name << layer.name << "/" << spec.name);
            if (parameter.name.truncated()) return void(fail(layer.name, bad_name()));
            parameter.role = spec.role;
            const std::int64_t room = most_elements_ - element_count_;
            if (!spec.shape.is_valid() || spec.shape.element_count() > room) {
                fail(layer.name, make_error(ErrorCode::limit_exceeded, spec.name, " of shape ", spec.shape,
                                            " exceeds the room for parameters"));
                return;
            }
            element_count_ += spec.shape.element_count();
            auto value = Tensor<float>::zeros(spec.shape);
            if (!value) return void(fail(layer.name, value.error()));
            parameter.value = std::move(value).value();
            keep(layer.parameters.push_back(static_cast<Index>(model_.parameters.size())));
            keep(model_.parameters.push_back(std::move(parameter)));
        }
    }

    Model model_;
    Status status_;
    std::int64_t most_elements_ = Shape::kMaxElements;
    std::int64_t element_count_ = 0;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
