// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What counts as better, and when patience ends.
#include "provenn/training/early_stopping.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::training;

TEST_CASE("losses improve downwards, areas and accuracies upwards", "[training][early_stopping][REQ-TRAIN-116]") {
    EpochRecord record;
    EarlyStopping loss, auc;
    const EarlyStoppingConfig on_loss{Monitor::validation_loss, 2, 0.05, false};
    const EarlyStoppingConfig on_auc{Monitor::validation_auc, 2, 0.0, false};
    const double losses[] = {1.0, 0.97, 0.8, kNotMeasured, 0.81}, areas[] = {0.5, 0.6, 0.6, 0.7, 0.1};
    const bool loss_better[] = {true, false, true, false, false}, auc_better[] = {true, true, false, true, false};
    for (int i = 0; i < 5; ++i) {
        record.epoch = i + 1;
        record.validation.loss = losses[i];
        record.validation.auc = areas[i];
        CHECK(loss.improves(on_loss, record) == loss_better[i]);
        CHECK(auc.improves(on_auc, record) == auc_better[i]);
        CHECK(loss.should_stop(on_loss) == (i == 4));
        CHECK_FALSE(auc.should_stop(on_auc));
    }
    CHECK(loss.best_epoch == 3);
    CHECK(auc.best_epoch == 4);
    EarlyStoppingConfig never = on_loss;
    never.patience = 0;
    CHECK_FALSE(loss.should_stop(never));
}
