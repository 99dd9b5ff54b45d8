// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Opening data sets.
#include "open_data.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "provenn/data/patients.hpp"

namespace program {

namespace {

/// Parts of a text between commas.
std::vector<std::string> parts_of(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t first = 0; first <= text.size();) {
        const std::size_t comma = std::min(text.find(',', first), text.size());
        parts.push_back(text.substr(first, comma - first));
        first = comma + 1;
    }
    return parts;
}

/// Sets the amount that a name stands for. False where there is no such name.
bool set_amount(AugmentationConfig& config, const std::string& name, double amount) {
    if (name == "rotate") config.rotation_rad = amount * math::kPi / 180.0;
    else if (name == "shift") config.shift_height = config.shift_width = amount;
    else if (name == "zoom") config.zoom = amount;
    else if (name == "brightness") config.brightness = amount;
    else if (name == "contrast") config.contrast = amount;
    else if (name == "noise") config.noise = amount;
    else return false;
    return true;
}

void say_patients(const Context& context, const Dataset& dataset) {
    const PatientSummary summary = summarize_patients(dataset);
    if (summary.patients == 0) return;
    std::string text = std::to_string(summary.patients) + (summary.patients == 1 ? " patient in " : " patients in ") +
                       std::to_string(summary.samples) + " images: ";
    for (std::size_t i = 0; i < summary.examples.size(); ++i) text += (i > 0 ? ", " : "") + summary.examples[i];
    context.note(text + (summary.patients > 3 ? " ..." : ""));
    if (const std::string doubt = summary.doubt(); !doubt.empty()) context.warn(doubt);
}

}  // namespace

void add_data_options(Command& command, DataOptions& options) {
    command.optional_argument(
        "DATA", options.path,
        "Folder of class folders, .tar of one, MedMNIST .npz, folder of IDX files, or table .csv");
    command.option("--table", "FILE.csv", options.table,
                   "Instead of DATA: columns path and label, and perhaps patient, site, device, split");
    command.option("--patient-pattern", "PATTERN", options.patient_pattern,
                   "Where the patient stands in file names without their extension, such as '{patient}_*': * is any "
                   "text, ? one byte, | separates alternatives, upper and lower case differ; one patient stays on one "
                   "side");
    command.option("--classes", "A,B,...", options.classes, "Keep these classes, in this order");
    add_alpha_option(command, options.alpha);
    command.choice("--leaks", options.leaks, {"refuse", "drop", "report"},
                   "What to do with images or patients on two sides of splits that came with the data");
    command.number("--validation", options.validation, 0.0, 0.9, "Share for validation, where the data do not say");
    command.number("--test", options.test, 0.0, 0.9, "Share for testing, where the data do not say");
    command.number("--split-seed", options.split_seed, 0, std::int64_t{1} << 62, "Seed of the split");
    command.flag("--resplit", options.resplit, "Split anew, also where the data bring their own split");
}

void add_alpha_option(Command& command, std::string& alpha) {
    command.choice("--alpha", alpha, {"refuse", "ignore", "white", "black"},
                   "Images with a transparent channel that is not opaque: refuse them, drop the channel, or lay them "
                   "on white or black");
}

AlphaPolicy alpha_policy(const std::string& alpha) {
    for (const AlphaPolicy policy : {AlphaPolicy::ignore, AlphaPolicy::white, AlphaPolicy::black}) {
        if (alpha == to_string(policy)) return policy;
    }
    return AlphaPolicy::refuse;
}

Result<OpenedDataset> open_data(Context& context, const DataOptions& options, bool needs_training) {
    if (options.path.empty() == options.table.empty()) {
        return context.usage(make_error(ErrorCode::invalid_argument, "expected DATA or --table, found ",
                                        options.path.empty() ? "neither" : "both"));
    }
    DatasetOptions wanted;
    wanted.patient_pattern = options.patient_pattern;
    if (!options.classes.empty()) wanted.keep_classes = parts_of(options.classes);
    wanted.split = {.validation = options.validation, .test = options.test,
                    .seed = static_cast<std::uint64_t>(options.split_seed)};
    wanted.resplit = options.resplit;
    wanted.needs_training = needs_training;
    wanted.alpha = alpha_policy(options.alpha);
    wanted.leaks = options.leaks == "drop"     ? LeakPolicy::drop
                   : options.leaks == "report" ? LeakPolicy::report
                                               : LeakPolicy::refuse;
    auto opened = open_dataset(options.table.empty() ? options.path : options.table, wanted);
    if (!opened && opened.error().code == ErrorCode::data_leak) {
        context.advise("--leaks drop takes such samples out of training, --leaks report keeps them and says so");
    }
    if (!opened && opened.error().code == ErrorCode::empty_data) {
        context.advise(
            "--resplit splits the data anew; --validation 0 or --test 0 leaves a side empty; check the classes");
    }
    if (!opened && opened.error().code == ErrorCode::not_found) {
        return make_error(ErrorCode::io_failed, opened.error().message);
    }
    if (opened) say_patients(context, opened->dataset);
    return opened;
}

std::string data_text(const OpenedDataset& data) {
    std::string text = data.dataset.name + ": " + std::to_string(data.dataset.samples.size()) + " images (";
    for (const Split split : {Split::train, Split::validation, Split::test}) {
        text += std::string(split == Split::train ? "" : ", ") + to_string(split) + " " +
                std::to_string(data.dataset.members(split).size());
    }
    text += "), splits " + std::string(data.splits_came_with_data ? "from the data" : "made here") + ", " +
            to_string(data.report.grouping);
    if (data.report.has_leaks()) {
        text += "; LEAKS: " + std::to_string(data.report.copies_across_splits) + " copies and " +
                std::to_string(data.report.patients_across_splits) + " patients on two sides";
    }
    if (data.report.dropped > 0) text += "; " + std::to_string(data.report.dropped) + " samples dropped for leaks";
    return text + "\n";
}

Json data_json(const OpenedDataset& data) {
    const SplitReport& report = data.report;
    const PatientSummary patients = summarize_patients(data.dataset);
    Json sizes = Json::object();
    for (const Split split : {Split::train, Split::validation, Split::test}) {
        sizes[to_string(split)] = data.dataset.members(split).size();
    }
    return {{"name", data.dataset.name}, {"images", data.dataset.samples.size()}, {"sizes", std::move(sizes)},
            {"classes", data.dataset.class_names}, {"splits_came_with_data", data.splits_came_with_data},
            {"grouping", to_string(report.grouping)}, {"groups", report.groups},
            {"patients", patients.patients}, {"patients_with_one_image", patients.single_sample},
            {"identical_copies", report.identical_copies}, {"copies_across_splits", report.copies_across_splits},
            {"patients_across_splits", report.patients_across_splits},
            {"conflicting_labels", report.conflicting_labels}, {"dropped", report.dropped}};
}

Json data_options_json(const DataOptions& options) {
    return {{"table", options.table}, {"patient_pattern", options.patient_pattern}, {"classes", options.classes},
            {"alpha", options.alpha}, {"leaks", options.leaks}, {"validation", options.validation},
            {"test", options.test}, {"split_seed", options.split_seed}, {"resplit", options.resplit}};
}

Result<std::int32_t> positive_class(Context& context, const Dataset& dataset, const std::string& name) {
    const std::vector<std::string>& classes = dataset.class_names;
    if (name.empty()) {
        if (classes.size() == 2) {
            const std::string first = "'" + classes[0] + "'", second = "'" + classes[1] + "'";
            context.note("the positive class is " + second + ", the second: sensitivity (sens=) is the share of " +
                         second + " that is found, specificity (spec=) that of " + first + "; with --positive " +
                         first + " it is the other way round");
        }
        return std::int32_t{1};
    }
    const auto at = std::find(classes.begin(), classes.end(), name);
    if (at != classes.end()) return static_cast<std::int32_t>(at - classes.begin());
    std::string known;
    for (std::size_t i = 0; i < std::min<std::size_t>(classes.size(), 8); ++i) {
        known += (i > 0 ? ", " : "") + classes[i];
    }
    if (classes.size() > 8) known += " ...";
    return context.usage(
        make_error(ErrorCode::not_found, "--positive: no class '", name, "'; the classes are: ", known));
}

Result<AugmentationConfig> parse_augmentation(const std::string& text) {
    AugmentationConfig config;
    if (text.empty() || text == "none") return config;
    for (const std::string& part : parts_of(text)) {
        if (part == "flip" || part == "flip-vertical") {
            (part == "flip" ? config.flip_horizontal : config.flip_vertical) = true;
            continue;
        }
        const std::size_t equals = std::min(part.find('='), part.size());
        double amount = 0.0;
        const char* end = part.data() + part.size();
        const char* begin = part.data() + std::min(equals + 1, part.size());
        const auto read = std::from_chars(begin, end, amount);
        const bool is_number = begin != end && read.ec == std::errc() && read.ptr == end;
        if (!is_number || !set_amount(config, part.substr(0, equals), amount)) {
            return make_error(ErrorCode::invalid_argument, "--augment: expected flip, flip-vertical, rotate=DEGREES, ",
                              "shift=S, zoom=Z, brightness=B, contrast=C, noise=N, joined by commas, or none; found '",
                              part, "'");
        }
    }
    PROVENN_TRY(check_augmentation(config));
    return config;
}

}  // namespace program
