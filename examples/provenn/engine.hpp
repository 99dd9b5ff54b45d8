// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Engine: the one unit of the program that compiles models and runs them; the others need not know the kernels.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "context.hpp"
#include "provenn/model/model.hpp"

namespace program {

/// The kernels and threads that the options ask for.
class Machine {
  public:
    /// @errors isa_unavailable, out_of_memory.
    static Result<Machine> make(const CommonOptions& options);
    Machine(Machine&&) noexcept;
    Machine& operator=(Machine&&) noexcept;
    ~Machine();

    [[nodiscard]] std::string isa() const;
    [[nodiscard]] int threads() const;

    struct Parts;
    [[nodiscard]] const Parts& parts() const { return *parts_; }

  private:
    Machine();
    std::unique_ptr<Parts> parts_;
};

/// Instruction sets that this build and processor have, fastest last.
[[nodiscard]] std::vector<std::string> available_isas();

/// A compiled model with a workspace.
class Engine {
  public:
    /// @param outputs values of the model to give out; empty: its own outputs. @errors those of Plan::compile.
    static Result<Engine> make(const Model& model, const Machine& machine, std::int64_t max_batch,
                               const std::vector<Index>& outputs = {});
    Engine(Engine&&) noexcept;
    ~Engine();

    /// Runs any number of samples, a batch at a time. @param inputs [N, ...] for each input.
    /// @param on_progress called with the samples done, may be empty.
    /// @errors shape_mismatch, not_finite where a result is NaN or infinite, out_of_memory.
    Result<std::vector<Tensor<float>>> run(const std::vector<Tensor<float>>& inputs,
                                           const std::function<void(std::int64_t)>& on_progress = {});
    /// Whether the known answers of a section are reproduced. @errors self_test_failed, corrupt_data.
    Status check_answers(Bytes section, const Sha256Digest& binding);

  private:
    struct Parts;
    Engine();
    std::unique_ptr<Parts> parts_;
};

/// The steps of a model's plan, for people and for programs; the trace is one run for chrome://tracing.
struct PlanFinding {
    std::string text;
    Json json, trace;
};
/// @param runs how many runs to measure; 0: none, and no trace. @errors those of Plan::compile.
[[nodiscard]] Result<PlanFinding> inspect_plan(const Model& model, const Machine& machine, std::int64_t runs);

/// The model of a package whose known answers this machine reproduced. @errors those of decode_package,
/// self_test_failed.
[[nodiscard]] Result<Model> read_package(Bytes file, const Machine& machine);

/// Known answers of a model, as a package stores them.
[[nodiscard]] Result<Array<std::uint8_t>> answers_of(const Model& model);

/// Writes a package with its known answers. @errors those of save_package.
[[nodiscard]] Status write_package(const std::string& path, const Model& model);

}  // namespace program
