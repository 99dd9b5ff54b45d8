// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The native package: a model as the sections of a container, and back, checked whole.
#pragma once

#include <cstring>
#include <utility>

#include "provenn/core/finite.hpp"
#include "provenn/model/builder.hpp"
#include "provenn/model/container.hpp"
#include "provenn/model/field_codec.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Section ids of a package.
namespace package {
inline constexpr std::uint32_t kGraph = 1, kTensors = 2, kInputContract = 3, kKnownAnswers = 4;
/// Of layers, nodes, their inputs, class names: thousands of times what networks have, and few enough that work which
/// grows with the square of their number stays short.
inline constexpr std::uint32_t kMaxCount = 1u << 14;

/// Values are numbered inputs first, then one for each node: the builder's own order.
inline Result<Array<std::uint32_t>> canonical_values(const Model& model) {
    Array<std::uint32_t> number;
    PROVENN_TRY(number.resize(model.values.size()));
    std::uint32_t next = 0;
    for (const Index input : model.inputs) number[static_cast<std::size_t>(input)] = next++;
    for (const Node& node : model.nodes) number[static_cast<std::size_t>(node.output)] = next++;
    return number;
}

inline Status write_names(ByteWriter& writer, const Array<Name>& names) {
    PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(names.size())));
    for (const Name& name : names) PROVENN_TRY(writer.text(name.view()));
    return {};
}

inline Result<Array<std::uint8_t>> encode_graph(const Model& model) {
    Array<std::uint8_t> bytes;
    ByteWriter writer(bytes);
    FieldWriter fields(bytes);
    PROVENN_ASSIGN(const auto number, canonical_values(model));
    PROVENN_TRY(writer.text(model.name.view()));
    PROVENN_TRY(writer.u8(static_cast<std::uint8_t>(model.numerics)));
    PROVENN_TRY(write_names(writer, model.class_names));
    PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(model.inputs.size())));
    for (const Index input : model.inputs) {
        PROVENN_TRY(writer.text(model.value(input).name.view()));
        fields("shape", model.value(input).shape);
    }
    PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(model.layers.size())));
    for (const LayerInstance& layer : model.layers) {
        PROVENN_TRY(writer.text(layer.name.view()));
        PROVENN_TRY(writer.u32(layer.id));
        PROVENN_TRY(writer.u8(layer.trainable ? 1 : 0));
        PROVENN_TRY(write_layer(layer.config, bytes));
    }
    PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(model.nodes.size())));
    for (const Node& node : model.nodes) {
        PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(node.layer)));
        PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(node.inputs.size())));
        for (const Index input : node.inputs) PROVENN_TRY(writer.u32(number[static_cast<std::size_t>(input)]));
    }
    PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(model.outputs.size())));
    for (const Index output : model.outputs) PROVENN_TRY(writer.u32(number[static_cast<std::size_t>(output)]));
    PROVENN_TRY(fields.status());
    return bytes;
}

/// A directory of the parameters in the model's order, then their elements, each at the next multiple of 64.
inline Result<Array<std::uint8_t>> encode_tensors(const Model& model) {
    Array<std::uint8_t> bytes;
    ByteWriter writer(bytes);
    PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(model.parameters.size())));
    for (const Parameter& parameter : model.parameters) {
        PROVENN_TRY(writer.text(parameter.name.view()));
        PROVENN_TRY(writer.u64(static_cast<std::uint64_t>(parameter.value.element_count())));
        PROVENN_TRY(writer.u8(static_cast<std::uint8_t>(parameter.source.origin)));
        PROVENN_TRY(writer.bytes(parameter.source.file.span()));
        PROVENN_TRY(writer.bytes(parameter.source.tensor.span()));
        PROVENN_TRY(writer.text(parameter.source.path.view()));
    }
    for (const Parameter& parameter : model.parameters) {
        PROVENN_TRY(writer.align(container::kAlignment));
        PROVENN_TRY(writer.bytes(parameter.value.bytes()));
    }
    return bytes;
}

class GraphDecoder {
  public:
    GraphDecoder(Bytes bytes, layers::CustomLayerRegistry registry, std::int64_t most_elements)
        : reader_(bytes, "package graph"), registry_(registry) {
        builder_.limit_parameters(most_elements);
    }

    Result<Model> run() {
        PROVENN_ASSIGN(const std::string_view name, reader_.text(Name::capacity()));
        builder_.model().name = Name(name);
        PROVENN_ASSIGN(const std::uint8_t numerics, reader_.u8());
        if (numerics > static_cast<std::uint8_t>(Numerics::fast)) {
            return make_error(ErrorCode::corrupt_data, "package graph: numerics ", numerics);
        }
        builder_.model().numerics = static_cast<Numerics>(numerics);
        PROVENN_TRY(read_class_names());
        PROVENN_TRY(read_inputs());
        PROVENN_TRY(read_layers());
        PROVENN_TRY(read_nodes());
        PROVENN_TRY(read_outputs());
        PROVENN_TRY(reader_.expect_end());
        return finish();
    }

  private:
    Result<std::uint32_t> count(const char* what) {
        PROVENN_ASSIGN(const std::uint32_t found, reader_.u32());
        // Every counted thing takes at least four bytes: a larger count is a lie.
        if (found > kMaxCount || found > reader_.remaining() / 4 + 1) {
            return make_error(ErrorCode::corrupt_data, "package graph: ", found, " ", what);
        }
        return found;
    }
    Status read_class_names() {
        PROVENN_ASSIGN(const std::uint32_t names, count("class names"));
        for (std::uint32_t i = 0; i < names; ++i) {
            PROVENN_ASSIGN(const std::string_view text, reader_.text(Name::capacity()));
            PROVENN_TRY(builder_.model().class_names.push_back(Name(text)));
        }
        return {};
    }
    Status read_inputs() {
        PROVENN_ASSIGN(const std::uint32_t inputs, count("inputs"));
        for (std::uint32_t i = 0; i < inputs; ++i) {
            PROVENN_ASSIGN(const std::string_view text, reader_.text(Name::capacity()));
            Shape shape;
            FieldReader fields(reader_);
            fields("shape", shape);
            PROVENN_TRY(fields.status());
            PROVENN_TRY(values_.push_back(builder_.input(Name(text), shape)));
        }
        return builder_.status();
    }
    Status read_layers() {
        PROVENN_ASSIGN(const std::uint32_t layers, count("layers"));
        for (std::uint32_t i = 0; i < layers; ++i) {
            LayerInstance layer;
            PROVENN_ASSIGN(const std::string_view text, reader_.text(Name::capacity()));
            layer.name = Name(text);
            PROVENN_ASSIGN(layer.id, reader_.u32());
            PROVENN_ASSIGN(const std::uint8_t trainable, reader_.u8());
            if (trainable > 1) return make_error(ErrorCode::corrupt_data, layer.name, ": trainable ", trainable);
            layer.trainable = trainable == 1;
            PROVENN_ASSIGN(layer.config, read_layer(reader_));
            if (auto* custom = std::get_if<layers::Custom>(&layer.config)) PROVENN_TRY(custom->resolve(registry_));
            PROVENN_TRY(layers_.push_back(std::move(layer)));
        }
        return {};
    }
    Status read_nodes() {
        PROVENN_ASSIGN(const std::uint32_t nodes, count("nodes"));
        for (std::uint32_t i = 0; i < nodes; ++i) {
            PROVENN_ASSIGN(const std::uint32_t layer, reader_.u32());
            PROVENN_ASSIGN(const std::uint32_t inputs, count("node inputs"));
            Array<ModelBuilder::Handle> handles;
            for (std::uint32_t k = 0; k < inputs; ++k) {
                PROVENN_ASSIGN(const std::uint32_t value, reader_.u32());
                if (value >= values_.size()) return make_error(ErrorCode::corrupt_data, "node ", i, ": value ", value);
                PROVENN_TRY(handles.push_back(values_[value]));
            }
            // Layers stand in the order of their first use.
            if (layer > used_layers_ || layer >= layers_.size()) {
                return make_error(ErrorCode::corrupt_data, "node ", i, ": layer ", layer);
            }
            const LayerInstance& source = layers_[layer];
            const bool is_first_use = layer == used_layers_;
            PROVENN_TRY(values_.push_back(is_first_use ? builder_.add(source.name, source.config, handles)
                                                       : builder_.reuse(source.name, handles)));
            used_layers_ += is_first_use ? 1 : 0;
            PROVENN_TRY(builder_.status());
        }
        if (used_layers_ != layers_.size()) return make_error(ErrorCode::corrupt_data, "package graph: unused layers");
        return {};
    }
    Status read_outputs() {
        PROVENN_ASSIGN(const std::uint32_t outputs, count("outputs"));
        for (std::uint32_t i = 0; i < outputs; ++i) {
            PROVENN_ASSIGN(const std::uint32_t value, reader_.u32());
            if (value >= values_.size()) return make_error(ErrorCode::corrupt_data, "output ", i, ": value ", value);
            builder_.output(values_[value]);
        }
        return {};
    }
    Result<Model> finish() {
        PROVENN_ASSIGN(Model model, builder_.build());
        model.next_layer_id = 1;
        for (std::size_t i = 0; i < layers_.size(); ++i) {
            model.layers[i].id = layers_[i].id;
            model.layers[i].trainable = layers_[i].trainable;
            for (std::size_t k = 0; k < i; ++k) {
                if (model.layers[k].id == layers_[i].id) {
                    return make_error(ErrorCode::corrupt_data, layers_[i].name, ": layer id used twice");
                }
            }
            if (layers_[i].id >= model.next_layer_id) model.next_layer_id = layers_[i].id + 1;
        }
        return model;
    }

    ByteReader reader_;
    layers::CustomLayerRegistry registry_;
    ModelBuilder builder_;
    Array<ModelBuilder::Handle> values_;
    Array<LayerInstance> layers_;
    std::size_t used_layers_ = 0;
};

inline Result<Array<std::uint8_t>> encode_contract(const Model& model) {
    Array<std::uint8_t> bytes;
    FieldWriter fields(bytes);
    InputContract::visit_fields(model.input_contract, fields);
    PROVENN_TRY(fields.status());
    return bytes;
}

/// What known answers are bound to: one digest over graph, tensors with their origins, and input contract.
inline Sha256Digest binding(const Sha256Digest& graph, const Sha256Digest& tensors, const Sha256Digest& contract) {
    return Sha256().update(graph.span()).update(tensors.span()).update(contract.span()).finish();
}
/// @errors out_of_memory.
inline Result<Sha256Digest> binding(const Model& model) {
    PROVENN_ASSIGN(const auto graph, encode_graph(model));
    PROVENN_ASSIGN(const auto tensors, encode_tensors(model));
    PROVENN_ASSIGN(const auto contract, encode_contract(model));
    using container::section_digest;
    return binding(section_digest(graph), section_digest(tensors), section_digest(contract));
}
/// @errors not_found.
inline Result<Sha256Digest> binding(const ContainerReader& reader) {
    PROVENN_ASSIGN(const Sha256Digest graph, reader.digest(kGraph));
    PROVENN_ASSIGN(const Sha256Digest tensors, reader.digest(kTensors));
    PROVENN_ASSIGN(const Sha256Digest contract, reader.digest(kInputContract));
    return binding(graph, tensors, contract);
}

inline Status read_digest(ByteReader& reader, Digest& digest) {
    PROVENN_ASSIGN(const Bytes bytes, reader.bytes(sizeof digest.bytes));
    std::memcpy(digest.bytes, bytes.data(), sizeof digest.bytes);
    return {};
}

/// @threads tasks are tensors.
inline Status copy_tensors(const Array<Bytes>& sources, Model& model, const Executor& executor) {
    Array<bool> is_finite;
    PROVENN_TRY(is_finite.resize(sources.size()));
    executor.for_each(static_cast<std::int64_t>(sources.size()), [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        Tensor<float>& value = model.parameters[at].value;
        if (!sources[at].empty()) std::memcpy(value.data(), sources[at].data(), sources[at].size());
        is_finite[at] = all_finite(value.span());
    });
    for (std::size_t i = 0; i < is_finite.size(); ++i) {
        if (is_finite[i]) continue;
        return make_error(ErrorCode::not_finite, model.parameters[i].name, ": NaN or infinity");
    }
    return {};
}

inline Status decode_tensors(Bytes bytes, Model& model, const Executor& executor) {
    ByteReader reader(bytes, "package tensors");
    PROVENN_ASSIGN(const std::uint32_t count, reader.u32());
    if (count != model.parameters.size()) {
        return make_error(ErrorCode::corrupt_data, "package tensors: expected ", model.parameters.size(), ", found ",
                          count);
    }
    for (Parameter& parameter : model.parameters) {
        PROVENN_ASSIGN(const std::string_view name, reader.text(Name::capacity()));
        PROVENN_ASSIGN(const std::uint64_t elements, reader.u64());
        PROVENN_ASSIGN(const std::uint8_t origin, reader.u8());
        const bool fits = parameter.name == name && origin <= static_cast<std::uint8_t>(Origin::imported) &&
                          elements == static_cast<std::uint64_t>(parameter.value.element_count());
        if (!fits) return make_error(ErrorCode::corrupt_data, "package tensors: entry of ", parameter.name);
        parameter.source.origin = static_cast<Origin>(origin);
        PROVENN_TRY(read_digest(reader, parameter.source.file));
        PROVENN_TRY(read_digest(reader, parameter.source.tensor));
        PROVENN_ASSIGN(const std::string_view path, reader.text(Name::capacity()));
        parameter.source.path = Name(path);
    }
    Array<Bytes> sources;
    for (const Parameter& parameter : model.parameters) {
        while (reader.position() % container::kAlignment != 0) {
            PROVENN_ASSIGN(const std::uint8_t zero, reader.u8());
            if (zero != 0) return make_error(ErrorCode::corrupt_data, "package tensors: padding is not zero");
        }
        PROVENN_ASSIGN(const Bytes source, reader.bytes(parameter.value.bytes().size()));
        PROVENN_TRY(sources.push_back(source));
    }
    PROVENN_TRY(reader.expect_end());
    return copy_tensors(sources, model, executor);
}

}  // namespace package

/// The model as a file image. @param known_answers section made by inference/known_answers.hpp, or empty for none.
/// @numerics the same model gives the same bytes.
[[nodiscard]] inline Result<Array<std::uint8_t>> encode_package(const Model& model, Array<std::uint8_t> known_answers) {
    ContainerWriter writer;
    PROVENN_ASSIGN(auto graph, package::encode_graph(model));
    PROVENN_ASSIGN(auto tensors, package::encode_tensors(model));
    PROVENN_ASSIGN(auto contract, package::encode_contract(model));
    PROVENN_TRY(writer.add(package::kGraph, true, std::move(graph)));
    PROVENN_TRY(writer.add(package::kTensors, true, std::move(tensors)));
    PROVENN_TRY(writer.add(package::kInputContract, true, std::move(contract)));
    if (!known_answers.empty()) PROVENN_TRY(writer.add(package::kKnownAnswers, true, std::move(known_answers)));
    return writer.finish(ContainerKind::package);
}

/// The model of an opened package; it owns copies of its tensors. Every field is checked against its range before use.
/// @errors corrupt_data, limit_exceeded, unsupported, not_finite, not_found (custom), and what the builder refuses.
[[nodiscard]] inline Result<Model> decode_package(const ContainerReader& reader,
                                                  layers::CustomLayerRegistry registry = {},
                                                  const Executor& executor = serial_executor()) {
    const std::uint32_t known[] = {package::kGraph, package::kTensors, package::kInputContract, package::kKnownAnswers};
    PROVENN_TRY(reader.expect_known(Span<const std::uint32_t>(known)));
    PROVENN_ASSIGN(const Bytes graph, reader.section(package::kGraph));
    PROVENN_ASSIGN(const Bytes tensors, reader.section(package::kTensors));
    PROVENN_ASSIGN(const Bytes contract, reader.section(package::kInputContract));
    package::GraphDecoder decoder(graph, registry, static_cast<std::int64_t>(tensors.size() / sizeof(float)));
    PROVENN_ASSIGN(Model model, decoder.run());
    PROVENN_TRY(package::decode_tensors(tensors, model, executor));
    ByteReader contract_reader(contract, "package input contract");
    FieldReader fields(contract_reader);
    InputContract::visit_fields(model.input_contract, fields);
    PROVENN_TRY(fields.status());
    PROVENN_TRY(contract_reader.expect_end());
    return model;
}
/// A model from a file image, which may be borrowed from flash or a mapping and is not needed afterwards.
/// @errors also corrupt_data, hash_mismatch, version_mismatch of the container. It does not run the known answers: what
/// is used for computing comes through Session::from_package.
[[nodiscard]] inline Result<Model> decode_package(Bytes file, layers::CustomLayerRegistry registry = {}) {
    PROVENN_ASSIGN(const auto reader, ContainerReader::open(file, ContainerKind::package));
    return decode_package(reader, registry);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
