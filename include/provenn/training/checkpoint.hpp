// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checkpoints on disk: the newest and the one before it, of which one can always be loaded.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>

#include "provenn/files/atomic_save.hpp"
#include "provenn/training/checkpoint_codec.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// A checkpoint that was found.
struct FoundCheckpoint {
    Checkpoint checkpoint;
    bool is_previous = false;  ///< the newest could not be used
    std::string reason;        ///< why not
};

/// The files `path` (newest) and `path.previous` (the one before).
class CheckpointFile {
  public:
    explicit CheckpointFile(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] std::string previous_path() const { return path_ + ".previous"; }
    [[nodiscard]] bool exists() const {
        std::error_code ignored;
        return std::filesystem::exists(path_, ignored) || std::filesystem::exists(previous_path(), ignored);
    }

    /// Saves the run. The newest file becomes the previous one, unless it is known to be bad or unknown: killed at any
    /// moment, one of the two is whole. @errors io_failed, out_of_memory.
    Status save(const Trainer& trainer) {
        PROVENN_ASSIGN(const auto bytes, encode_checkpoint(trainer));
        if (!swept_) sweep();
        if (newest_is_good_ && std::rename(path_.c_str(), previous_path().c_str()) != 0) {
            return files::io_error(path_, "rename", errno);
        }
        newest_is_good_ = false;
        PROVENN_TRY(atomic_save(path_, bytes.span()));
        newest_is_good_ = true;
        return {};
    }

    /// The newest checkpoint that is whole. @errors those of the newest file, where the previous is of no use either.
    Result<FoundCheckpoint> load(layers::CustomLayerRegistry registry = {}) {
        auto newest = load_file(path_, registry);
        newest_is_good_ = newest.ok();
        if (newest) return FoundCheckpoint{std::move(newest).value(), false, {}};
        auto previous = load_file(previous_path(), registry);
        if (!previous) return newest.error();
        return FoundCheckpoint{std::move(previous).value(), true, newest.error().message.c_str()};
    }

  private:
    static Result<Checkpoint> load_file(const std::string& path, layers::CustomLayerRegistry registry) {
        PROVENN_ASSIGN(const auto file, MappedFile::open(path));
        auto found = decode_checkpoint(file.bytes(), registry);
        if (!found) return make_error(found.error().code, path, ": ", found.error().message);
        return found;
    }

    /// Removes temporary files that a killed run left beside the checkpoint.
    void sweep() {
        swept_ = true;
        std::error_code error;
        const std::filesystem::path path(path_);
        const std::string prefix = path.filename().string() + ".saving-";
        const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
        for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
            std::error_code ignored;
            if (at->path().filename().string().compare(0, prefix.size(), prefix) == 0) {
                std::filesystem::remove(at->path(), ignored);
            }
        }
    }

    std::string path_;
    bool newest_is_good_ = false;
    bool swept_ = false;
};

/// A trainer that goes on where the checkpoint was made, to the same bits as if nothing had happened.
/// @param checkpoint its model is trained further: it must outlive the trainer. State and moments are moved out.
/// @errors invalid_argument where the settings or the data differ from those of the checkpoint; those of Trainer::make.
[[nodiscard]] inline Result<Trainer> resume(Checkpoint& checkpoint, BatchSource& source, const TrainConfig& config) {
    const std::string difference = settings_difference(checkpoint.settings, settings_text(config, source));
    if (!difference.empty()) {
        return make_error(ErrorCode::invalid_argument,
                          "resume: the checkpoint was made with other settings: ", difference);
    }
    PROVENN_ASSIGN(Trainer trainer, Trainer::make(checkpoint.model, source, config));
    PROVENN_TRY(trainer.restore(std::move(checkpoint.state), std::move(checkpoint.moments)));
    return trainer;
}

/// Trainer::run with a checkpoint after every `steps` steps, and after each epoch where it is 0.
/// @errors those of Trainer::run and CheckpointFile::save.
[[nodiscard]] inline Status run_with_checkpoints(Trainer& trainer, CheckpointFile& file, std::int64_t steps = 0) {
    while (!trainer.is_finished()) {
        PROVENN_TRY(trainer.step());
        const bool is_due = steps > 0 ? trainer.state().total_steps % steps == 0 : trainer.state().step == 0;
        if (is_due || trainer.is_finished()) PROVENN_TRY(file.save(trainer));
    }
    return trainer.finish();
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
