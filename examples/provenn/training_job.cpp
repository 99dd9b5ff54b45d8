// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A training run from data to package and record.
#include "training_job.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>

#include "lab.hpp"
#include "outputs.hpp"
#include "provenn/evaluation/report_json.hpp"
#include "provenn/evaluation/report_text.hpp"
#include "provenn/files/atomic_save.hpp"
#include "provenn/files/mapped_file.hpp"
#include "provenn/model/fingerprint.hpp"
#include "run_record.hpp"

namespace program {

namespace {

/// `out` ends in .pvn.
std::string record_path(const std::string& out) { return out.substr(0, out.size() - 4) + ".run.json"; }
/// The package until its record is written.
std::string unfinished_path(const std::string& out) { return out + ".unfinished"; }

std::string time_text() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", ::gmtime_r(&now, &parts));
    return text;
}

Json history_of(const TrainedHistory& trained) {
    auto parsed = parse_json(training::history_json(trained.epochs), "history");
    return parsed ? std::move(*parsed) : Json::array();
}

Json options_json(const TrainingOptions& options) {
    return {{"epochs", options.epochs}, {"batch", options.batch}, {"seed", options.seed},
            {"learning_rate", options.learning_rate}, {"weight_decay", options.weight_decay},
            {"bn_momentum", options.bn_momentum < 0.0 ? Json() : Json(options.bn_momentum)},
            {"optimizer", options.optimizer}, {"augment", options.augment}, {"views", options.views},
            {"patience", options.patience}, {"class_weights", options.class_weights},
            {"threshold_for", options.threshold_for}, {"positive", options.positive}};
}

/// Checked before hours of training, not after.
Result<ReportOptions> report_options(Context& context, const Dataset& dataset, const TrainingOptions& options) {
    ReportOptions wanted;
    if (!options.threshold_for.empty()) {
        auto rule = evaluation::parse_threshold_rule(options.threshold_for);
        if (!rule) return context.usage(rule.error());
        if (dataset.class_names.size() != 2) {
            return context.usage(make_error(ErrorCode::invalid_argument, "--threshold-for needs two classes, found ",
                                            dataset.class_names.size()));
        }
        wanted.rule = *rule;
    }
    PROVENN_ASSIGN(wanted.positive_class, positive_class(context, dataset, options.positive));
    return wanted;
}

std::string result_text(const TrainedHistory& trained, const TrainingOptions& options, double seconds) {
    std::string text = std::to_string(trained.epochs.size()) + " epochs in " + fixed(seconds, 1) + " s";
    if (trained.stopped_early) text += ", stopped early";
    if (!trained.epochs.empty()) {
        const training::EpochRecord& last = trained.epochs.back();
        text += "; last: loss " + fixed(last.loss, 4) + ", accuracy " + fixed(last.accuracy, 4);
        if (last.validation.loss == last.validation.loss) {
            text += "; validation loss " + fixed(last.validation.loss, 4) + ", accuracy " +
                    fixed(last.validation.accuracy, 4) + " (the best epoch's weights are kept)";
        }
    }
    text += "\n";
    if (!trained.proof.tensors.empty()) {
        text += "proof of freezing: training changed " + std::string(trained.proof.holds() ? "none" : "SOME") + " of " +
                std::to_string(trained.proof.tensors.size()) + " frozen tensors; " +
                std::to_string(trained.proof.publishers_tensors()) + " have the publisher's hash\n";
    }
    return text + "saved " + options.out + " and " + record_path(options.out) + "\n";
}

/// What is known before the test images are looked at.
struct FinishedRun {
    TrainedHistory trained;
    ReportOptions wanted;
    std::string started;
    Json program;
    double seconds = 0.0;
};

/// Reports on the package as it was written (the tested network is the one that is shipped), and writes the record.
Status report_and_record(const Machine& machine, const OpenedDataset& data, const TrainingOptions& options,
                         const JobOrigin& origin, const FinishedRun& run, std::string& text, Json& record) {
    PROVENN_ASSIGN(const auto package, read_file(unfinished_path(options.out)));
    PROVENN_ASSIGN(const Model shipped, read_package(package.span(), machine));
    PROVENN_ASSIGN(const Digest digest, fingerprint(shipped));
    const TrainedHistory& trained = run.trained;
    PROVENN_ASSIGN(Json files, files_json(data.dataset));
    record = {{"program", run.program}, {"command", origin.command}, {"model", origin.model}, {"source", origin.source},
              {"out", options.out}, {"package_sha256", sha256(package.span()).hex().c_str()},
              {"fingerprint", digest.hex().c_str()}, {"started", run.started}, {"training_seconds", run.seconds},
              {"isa", machine.isa()}, {"threads", machine.threads()}, {"options", options_json(options)},
              {"data_options", origin.data_options}, {"model_options", origin.model_options},
              {"input_contract", contract_json(shipped.input_contract)}, {"data", data_json(data)},
              {"files", std::move(files)},
              {"cached_samples", trained.cached_samples}, {"stopped_early", trained.stopped_early},
              {"history", history_of(trained)}, {"layers", layer_status_json(shipped)},
              {"proof_of_freezing", to_json(trained.proof)}};
    text = data_text(data) + result_text(trained, options, run.seconds);
    if (!data.dataset.members(Split::test).empty()) {
        PROVENN_ASSIGN(const SplitReportOf made, report_on(shipped, machine, data.dataset, run.wanted));
        text += evaluation::to_text(made.report);
        record["test"] = evaluation::to_json(made.report);
        record["test_seconds"] = made.seconds;
    }
    PROVENN_ASSIGN(std::string bytes, dump_json(record));
    bytes += '\n';
    return atomic_save(record_path(options.out),
                       Bytes{reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

/// Gives the package its name, now that its record is written.
Status name_package(const std::string& out) {
    SaveOperations operations;
    if (operations.rename(unfinished_path(out).c_str(), out.c_str()) != 0) {
        const Error error = files::io_error(out, "rename", errno);
        operations.remove(record_path(out).c_str());
        return error;
    }
    return files::sync_folder(operations, files::folder_of(out));
}

}  // namespace

void add_training_options(Command& command, TrainingOptions& options) {
    command.required_option("--out", "M.pvn", options.out, "The package to write; M.run.json is written beside it");
    command.number("--epochs", options.epochs, 1, 100000, "Times that each training image is seen");
    command.number("--lr", options.learning_rate, 0.0, 100.0, "Learning rate");
    command.number("--batch", options.batch, 1, 4096, "Images in one step");
    command.number("--seed", options.seed, 0, std::int64_t{1} << 62, "Seed of weights, order and augmentation");
    command.flag("--class-weights", options.class_weights, "Weigh classes so that each counts the same together");
    command.option("--augment", "LIST", options.augment,
                   "flip,flip-vertical,rotate=DEGREES,shift=S,zoom=Z,brightness=B,contrast=C,noise=N");
    command.choice("--optimizer", options.optimizer, {"adam", "sgd", "rmsprop"}, "sgd has momentum 0.9");
    command.number("--weight-decay", options.weight_decay, 0.0, 1.0, "Decoupled; never touches a frozen tensor");
    command.number("--bn-momentum", options.bn_momentum, 0.0, 1.0,
                   "What each step keeps of a trainable batch norm's moving statistics (default: as the model says)");
    command.option("--checkpoint", "FILE", options.checkpoint, "Save the run there after each epoch");
    command.flag("--resume", options.resume, "Go on from --checkpoint, to the same bytes as without a break");
    command.number("--patience", options.patience, 0, 100000,
                   "Stop after this many epochs without improvement; 0: never");
    command.number("--views", options.views, 0, 1000,
                   "Augmented views of an image behind a frozen trunk; 0: 4 with augmentation, else 1");
    command.option("--threshold-for", "RULE", options.threshold_for,
                   "Two classes: sens=0.95, spec=0.9 or youden, chosen on the validation images");
    command.option("--positive", "CLASS", options.positive, 
                   "Two classes: the positive one, which sens= is about (default: the second, and says so)");
}

Status check_outputs(Context& context, const TrainingOptions& options, const std::vector<std::string>& inputs) {
    PROVENN_TRY(check_output(context, {"--out", options.out, {".pvn"}}, inputs));
    PROVENN_TRY(check_output(context, {"--out's record", record_path(options.out), {}}, inputs));
    PROVENN_TRY(check_output(context, {"--out's unfinished package", unfinished_path(options.out), {}}, inputs));
    if (!options.checkpoint.empty()) {
        PROVENN_TRY(check_output(context, {"--checkpoint", options.checkpoint, {}}, inputs));
    }
    PROVENN_TRY(check_checkpoint(context, options));
    if (auto augmentation = parse_augmentation(options.augment); !augmentation) {
        return context.usage(augmentation.error());
    }
    return {};
}

Result<ExitCode> run_training(Context& context, const Machine& machine, Model model, OpenedDataset& data,
                              const TrainingOptions& options, const JobOrigin& origin) {
    PROVENN_ASSIGN(const ReportOptions wanted, report_options(context, data.dataset, options));
    FinishedRun run{{}, wanted, time_text(), program_json(context.arguments)};
    const auto start = std::chrono::steady_clock::now();
    PROVENN_ASSIGN(run.trained, train_model(context, machine, model, data.dataset, options));
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    PROVENN_TRY(write_package(unfinished_path(options.out), model));
    std::string text;
    Json record;
    Status finished = report_and_record(machine, data, options, origin, run, text, record);
    if (finished) finished = name_package(options.out);
    if (!finished) {
        context.advise("the trained network is kept, without report and record, in " + unfinished_path(options.out));
        return finished.error();
    }
    PROVENN_TRY(context.print(text, record));
    return run.trained.proof.holds() ? ExitCode::ok : ExitCode::no;
}

}  // namespace program
