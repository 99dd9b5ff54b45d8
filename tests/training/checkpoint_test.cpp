// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checkpoints: a resumed run ends with the same bits, whatever killed it, and damaged files are refused.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "problems.hpp"
#include "provenn/training/checkpoint.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;
using training::Checkpoint;
using training::CheckpointFile;
using training::TensorSource;
using training::TrainConfig;
using training::Trainer;

namespace {

/// Everything that a checkpoint must carry is in use: moments, plateau, best weights, history, dropout, batch norm.
TrainConfig rich_config(std::int64_t epochs) {
    TrainConfig config = problems::config(epochs, 4);
    config.optimizer.kind = training::OptimizerKind::adam;
    config.stopping.monitor = training::Monitor::loss;
    config.stopping.keep_best_weights = true;
    config.schedule.plateau.is_on = true;
    config.schedule.plateau.patience = 1;
    config.schedule.plateau.factor = 0.5;
    config.schedule.plateau.least_improvement = 0.2;
    return config;
}

Digest uninterrupted(std::int64_t epochs) {
    TensorSource source = problems::bars(14, 12, 1);
    Model model = problems::small_network();
    Trainer trainer = Trainer::make(model, source, rich_config(epochs)).value_or_throw();
    trainer.run().value_or_throw();
    return problems::digest_of(model);
}

std::string bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}
void write_bytes(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// Trains from the newest checkpoint, or from the start, to the end. What a killed program does when it is started
/// again.
Status train_or_resume(const std::string& path, std::int64_t epochs) {
    TensorSource source = problems::bars(14, 12, 1);
    CheckpointFile file(path);
    if (!file.exists()) {
        Model model = problems::small_network();
        PROVENN_ASSIGN(Trainer trainer, Trainer::make(model, source, rich_config(epochs)));
        return training::run_with_checkpoints(trainer, file, 1);
    }
    PROVENN_ASSIGN(auto found, file.load());
    PROVENN_ASSIGN(Trainer trainer, training::resume(found.checkpoint, source, rich_config(epochs)));
    return training::run_with_checkpoints(trainer, file, 1);
}

}  // namespace

TEST_CASE("four epochs are two, a checkpoint and two more, bit for bit", "[training][checkpoint][REQ-TRAIN-120]") {
    const support::TemporaryFolder folder;
    const Digest expected = uninterrupted(4);
    TensorSource source = problems::bars(14, 12, 1);
    // Between epochs, and in the middle of one.
    for (const int steps : {8, 5, 1, 15}) {
        INFO(steps << " steps");
        CheckpointFile file(folder.file("run.ckpt"));
        {
            Model model = problems::small_network();
            Trainer trainer = Trainer::make(model, source, rich_config(4)).value_or_throw();
            for (int i = 0; i < steps; ++i) trainer.step().value_or_throw();
            file.save(trainer).value_or_throw();
        }
        auto found = file.load().value_or_throw();
        CHECK_FALSE(found.is_previous);
        CHECK(found.checkpoint.state.total_steps == steps);
        Trainer trainer = training::resume(found.checkpoint, source, rich_config(4)).value_or_throw();
        trainer.run().value_or_throw();
        CHECK(trainer.history().size() == 4);
        CHECK(problems::digest_of(found.checkpoint.model) == expected);
    }
    CHECK_FALSE(uninterrupted(3) == expected);
}

TEST_CASE("a run of fewer epochs can be prolonged to the same bits", "[training][checkpoint][REQ-TRAIN-120]") {
    const support::TemporaryFolder folder;
    TensorSource source = problems::bars(14, 12, 1);
    CheckpointFile file(folder.file("run.ckpt"));
    Model model = problems::small_network();
    Trainer first = Trainer::make(model, source, rich_config(2)).value_or_throw();
    training::run_with_checkpoints(first, file).value_or_throw();
    auto found = file.load().value_or_throw();
    Trainer second = training::resume(found.checkpoint, source, rich_config(4)).value_or_throw();
    second.run().value_or_throw();
    CHECK(problems::digest_of(found.checkpoint.model) == uninterrupted(4));
}

TEST_CASE("a run that is killed again and again ends with the same bytes", "[training][checkpoint][REQ-TRAIN-121]") {
    // Rounds of kill -9; the sweep of a hundred is tests/training/kill_sweep.sh.
    const char* asked = std::getenv("PROVENN_KILL_ROUNDS");
    const int rounds = asked != nullptr ? std::atoi(asked) : 10;
    const support::TemporaryFolder folder;
    const std::string path = folder.file("run.ckpt");
    const std::int64_t epochs = 6;
    const Digest expected = uninterrupted(epochs);
    support::CounterRandom random(17);
    int killed = 0, ended = 0;
    while (killed + ended < rounds) {
        const pid_t child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) ::_exit(train_or_resume(path, epochs).ok() ? 0 : 1);
        ::usleep(static_cast<useconds_t>(random.next_integer(0, 60000)));
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        if (WIFSIGNALED(status)) {
            ++killed;
            CheckpointFile file(path);
            // At every moment one of the two files is whole, once the first save was through.
            if (file.exists()) CHECK(file.load().ok());
        } else {
            REQUIRE(WEXITSTATUS(status) == 0);
            ++ended;
            auto found = CheckpointFile(path).load().value_or_throw();
            CHECK(found.checkpoint.state.epoch == epochs);
            std::filesystem::remove(path);
            std::filesystem::remove(path + ".previous");
        }
    }
    CHECK(killed > 0);
    REQUIRE(train_or_resume(path, epochs).ok());
    auto found = CheckpointFile(path).load().value_or_throw();
    TensorSource source = problems::bars(14, 12, 1);
    Trainer trainer = training::resume(found.checkpoint, source, rich_config(epochs)).value_or_throw();
    trainer.run().value_or_throw();
    CHECK(problems::digest_of(found.checkpoint.model) == expected);
    // Temporary files of killed runs were removed.
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        files += entry.is_regular_file() ? 1 : 0;
    CHECK(files == 2);
}

TEST_CASE("a damaged checkpoint is refused and the one before it is used", "[training][checkpoint][REQ-TRAIN-122]") {
    const support::TemporaryFolder folder;
    const std::string path = folder.file("run.ckpt");
    TensorSource source = problems::bars(14, 12, 1);
    Model model = problems::small_network();
    CheckpointFile file(path);
    Trainer trainer = Trainer::make(model, source, rich_config(2)).value_or_throw();
    trainer.step().value_or_throw();
    file.save(trainer).value_or_throw();
    trainer.step().value_or_throw();
    file.save(trainer).value_or_throw();
    const std::string good = bytes_of(path);
    support::CounterRandom random(3);
    for (int round = 0; round < 60; ++round) {
        std::string bad = good;
        if (round < 40) {
            const auto at =
                static_cast<std::size_t>(random.next_integer(0, static_cast<std::int64_t>(good.size()) - 1));
            bad[at] = static_cast<char>(bad[at] ^ (1 << (round % 8)));
        } else {
            bad.resize(static_cast<std::size_t>(random.next_integer(0, static_cast<std::int64_t>(good.size()) - 1)));
        }
        write_bytes(path, bad);
        CheckpointFile damaged(path);
        auto found = damaged.load().value_or_throw();
        CHECK(found.is_previous);
        CHECK_FALSE(found.reason.empty());
        CHECK(found.checkpoint.state.total_steps == 1);
    }
    // Saving after that keeps the good previous file instead of the damaged newest one.
    CheckpointFile damaged(path);
    auto found = damaged.load().value_or_throw();
    const std::string previous = bytes_of(path + ".previous");
    Trainer resumed = training::resume(found.checkpoint, source, rich_config(2)).value_or_throw();
    damaged.save(resumed).value_or_throw();
    CHECK(bytes_of(path + ".previous") == previous);
    CHECK(CheckpointFile(path).load().value_or_throw().checkpoint.state.total_steps == 1);
    write_bytes(path, "");
    write_bytes(path + ".previous", "no checkpoint");
    CHECK_FALSE(CheckpointFile(path).load().ok());
}

TEST_CASE("resuming with other settings or data is refused, naming the difference",
          "[training][checkpoint][REQ-TRAIN-123]") {
    TensorSource source = problems::bars(14, 12, 1), other = problems::bars(15, 12, 1);
    Model model = problems::small_network();
    Trainer trainer = Trainer::make(model, source, rich_config(2)).value_or_throw();
    trainer.step().value_or_throw();
    const auto bytes = training::encode_checkpoint(trainer).value_or_throw();
    Checkpoint checkpoint = training::decode_checkpoint(bytes.span()).value_or_throw();
    TrainConfig config = rich_config(2);
    config.batch = 5;
    auto refused = training::resume(checkpoint, source, config);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::invalid_argument);
    CHECK_THAT(refused.error().message.c_str(), support::contains("batch = 4"));
    CHECK_FALSE(training::resume(checkpoint, other, rich_config(2)).ok());
    CHECK(training::resume(checkpoint, source, rich_config(2)).ok());
}

TEST_CASE("the history is written as CSV and JSON", "[training][history][REQ-TRAIN-124]") {
    training::EpochRecord record;
    record.epoch = 1;
    record.loss = 0.5;
    record.accuracy = 0.25;
    record.learning_rate = 0.001;
    record.seconds = 2.0;
    CHECK(training::history_csv({record}) ==
          "epoch,loss,accuracy,validation_loss,validation_accuracy,validation_auc,learning_rate,seconds\n"
          "1,0.5,0.25,,,,0.001,2\n");
    CHECK(training::history_json({record, record}).find("\"validation_auc\": null, \"learning_rate\": 0.001") !=
          std::string::npos);
    CHECK(training::history_json({}) == "[]\n");
}
