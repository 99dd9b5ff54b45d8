// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Session: a plan with its working memory, made from a package whose known answers it has reproduced.
#pragma once

#include <utility>

#include "provenn/inference/known_answers.hpp"
#include "provenn/inference/plan.hpp"
#include "provenn/inference/preprocess.hpp"
#include "provenn/model/package.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A compiled model with one workspace, ready to run. @threads one thread at a time; make one session for each.
class Session {
  public:
    /// Compiles a model that is known to be good (just built, or just trained).
    /// @errors those of Plan::compile, out_of_memory.
    static Result<Session> from_model(const Model& model, const PlanOptions& options = {}) {
        Session session;
        PROVENN_ASSIGN(session.plan_, Plan::compile(model, options));
        PROVENN_TRY(session.arena_.resize(static_cast<std::size_t>(session.plan_.arena_size())));
        session.contract_ = model.input_contract;
        PROVENN_ASSIGN(session.class_names_, model.class_names.clone());
        return session;
    }

    /// Reads, checks and compiles a package, then recomputes its known answers bit for bit.
    /// @param package may be borrowed from a mapping or flash; it is not needed afterwards.
    /// @param executor hashes, copies, packs weights, and runs the known answers.
    /// @errors those of decode_package and compile; self_test_failed, also where the package has no known answers.
    static Result<Session> from_package(Bytes package, const PlanOptions& options = {},
                                        layers::CustomLayerRegistry registry = {},
                                        const Executor& executor = serial_executor()) {
        PROVENN_ASSIGN(const ContainerReader reader,
                       ContainerReader::open(package, ContainerKind::package, executor));
        PROVENN_ASSIGN(const Model model, decode_package(reader, registry, executor));
        auto answers = reader.section(package::kKnownAnswers);
        if (!answers) return make_error(ErrorCode::self_test_failed, model.name, ": the package has no known answers");
        PlanOptions chosen = options;
        chosen.executor = executor;
        PROVENN_ASSIGN(Session session, from_model(model, chosen));
        PROVENN_TRY(session.answers_.append(*answers));
        PROVENN_ASSIGN(session.binding_, package::binding(reader));
        PROVENN_TRY(session.self_test(executor));
        return session;
    }

    /// Recomputes the known answers, whenever a product wants to know that weights in memory and processor are still
    /// good.
    /// @errors self_test_failed, also for a session made from a model; out_of_memory.
    Status self_test(const Executor& executor = serial_executor()) {
        if (answers_.empty()) {
            return make_error(ErrorCode::self_test_failed,
                              "the session was not made from a package: it has no known answers");
        }
        return check_known_answers(plan_, arena_.data(), answers_, binding_, executor);
    }

    [[nodiscard]] const Plan& plan() const { return plan_; }
    [[nodiscard]] const InputContract& input_contract() const { return contract_; }
    [[nodiscard]] const Array<Name>& class_names() const { return class_names_; }

    /// As Plan::run, in this session's workspace.
    Result<RunReport> run(Span<const View<const float>> inputs, Span<const View<float>> outputs,
                          const Executor& executor = serial_executor(), const CancelCheck& cancel = {},
                          const StepObserver& observer = {}) {
        return plan_.run(inputs, outputs, arena_.data(), executor, cancel, observer);
    }

    /// One input, one output.
    Result<RunReport> run(const View<const float>& input, const View<float>& output,
                          const Executor& executor = serial_executor(), const CancelCheck& cancel = {}) {
        return run({&input, 1}, {&output, 1}, executor, cancel);
    }

    /// Preprocesses one image as the input contract says and runs it.
    /// @param output [1, ...] of the first output. @errors those of preprocess and run.
    Result<RunReport> run_image(const ImageView& image, const View<float>& output,
                                const Executor& executor = serial_executor(), const CancelCheck& cancel = {}) {
        const Shape& sample = plan_.input_shape(0);
        if (sample != (Shape{contract_.height, contract_.width, contract_.channels})) {
            return make_error(ErrorCode::input_refused, "the model has no input contract for images");
        }
        PROVENN_ASSIGN(auto input, Tensor<float>::zeros({1, sample[0], sample[1], sample[2]}));
        PROVENN_TRY(preprocess(image, contract_, View<float>(input.data(), sample)));
        return run(input.view(), output, executor, cancel);
    }

  private:
    Plan plan_;
    Array<float> arena_;
    InputContract contract_;
    Array<Name> class_names_;
    Array<std::uint8_t> answers_;  ///< section of the package
    Sha256Digest binding_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
