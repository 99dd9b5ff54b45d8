// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Opening data of every kind, made here and real: PneumoniaMNIST, malaria cells, brain MRI, Fashion-MNIST.
#include "provenn/data/open_dataset.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include <sys/stat.h>

#include "provenn/data/patients.hpp"
#include "provenn/data/png_writer.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

using namespace provenn;

namespace {

std::string png_file(int value) {
    auto pixels = Tensor<std::uint8_t>::zeros({2, 3, 1}).value_or_throw();
    for (auto& pixel : pixels.span()) pixel = static_cast<std::uint8_t>(value);
    return support::to_text(write_png(pixels).value_or_throw().span());
}

void write_class(const support::TemporaryFolder& folder, const std::string& name, int count, int first) {
    for (int i = 0; i < count; ++i) folder.write(name + "/i" + std::to_string(i) + ".png", png_file(first + i));
}

std::map<Split, int> counts_of(const Dataset& dataset) {
    std::map<Split, int> counts;
    for (const Sample& sample : dataset.samples) ++counts[sample.split];
    return counts;
}

void check_error(const Result<OpenedDataset>& opened, ErrorCode code, const std::string& text) {
    REQUIRE_FALSE(opened.ok());
    CHECK(opened.error().code == code);
    CHECK_THAT(std::string(opened.error().message.view()), support::contains(text));
}

}  // namespace

TEST_CASE("patients are found in file names", "[data][name_pattern][REQ-DATA-004]") {
    const auto malaria = NamePattern::parse("{patient}Thin*|{patient}thin*").value_or_throw();
    CHECK(malaria.patient("valid_set/Parasitized/C100P61ThinF_IMG_1.png").value_or_throw() == "C100P61");
    CHECK(malaria.patient("C59P20thinF_IMG_2.png").value_or_throw() == "C59P20");
    CHECK(malaria.patient("ThinF_IMG.png").error().code == ErrorCode::invalid_argument);
    // Upper and lower case are told apart, and the P of .png is no part of the name.
    const auto letter = NamePattern::parse("{patient}P*").value_or_throw();
    CHECK(letter.patient("Parasitized/C100P61ThinF_IMG_1.png").value_or_throw() == "C100");
    CHECK(letter.patient("C201pThinF_IMG_2.PNG").error().code == ErrorCode::invalid_argument);
    CHECK(letter.patient("C201ThinF_IMG_2.PNG").error().code == ErrorCode::invalid_argument);
    const auto whole = NamePattern::parse("{patient}").value_or_throw();
    CHECK(whole.patient("a.b/scan.7.png").value_or_throw() == "scan.7");
    CHECK(whole.patient("a.b/scan").value_or_throw() == "scan");
    CHECK(whole.patient(".scan").value_or_throw() == ".scan");
    const auto two = NamePattern::parse("p{patient}-?|{patient}_*_x*").value_or_throw();
    CHECK(two.patient("p17-a.png").value_or_throw() == "17");
    CHECK(two.patient("dir_1_x.d/9_1_2_x.jpg").value_or_throw() == "9");
    CHECK_FALSE(two.patient("17.png").ok());
    for (const char* bad : {"", "*", "{patient}{patient}", "{patient}_*|x", "{patient}*********"}) {
        CHECK(NamePattern::parse(bad).error().code == ErrorCode::invalid_argument);
    }
}

TEST_CASE("a folder of class folders, with and without split folders",
          "[data][open_dataset][image_folder][REQ-DATA-001]") {
    const support::TemporaryFolder folder;
    write_class(folder, "cat", 10, 0);
    write_class(folder, "Dog", 10, 100);
    folder.write("cat/notes.txt", "not an image");
    folder.write("cat/._i0.png", "what macOS leaves");
    const auto opened = open_dataset(folder.path().string() + "/").value_or_throw();
    CHECK(opened.dataset.class_names == std::vector<std::string>{"Dog", "cat"});
    REQUIRE(opened.dataset.samples.size() == 20);
    CHECK(opened.dataset.samples[0].name == "Dog/i0.png");
    CHECK(opened.dataset.samples[10].label == 1);
    CHECK(opened.dataset.pixels->read(11, OrientationPolicy::refuse, nullptr).value_or_throw().pixels8.data()[0] == 1);
    CHECK_FALSE(opened.splits_came_with_data);
    CHECK(opened.report.grouping == Grouping::ungrouped);
    CHECK(opened.dataset.has_splits());

    const support::TemporaryFolder given;
    write_class(given, "train/a", 10, 0);
    write_class(given, "train/b", 10, 20);
    write_class(given, "TEST/a", 3, 40);
    write_class(given, "TEST/b", 3, 60);
    const auto kept = open_dataset(given.path().string()).value_or_throw();
    CHECK(kept.splits_came_with_data);
    auto counts = counts_of(kept.dataset);
    CHECK(counts[Split::test] == 6);
    CHECK(counts[Split::validation] == 4);  // 15 % of 10 and 10, rounded up by the first turn
    CHECK(counts[Split::train] == 16);
    const auto plain = open_dataset(given.path().string(), {.split = {.validation = 0}}).value_or_throw();
    CHECK(counts_of(plain.dataset)[Split::train] == 20);
}

TEST_CASE("pipes and folders without images are refused, for a class would be missing silently",
          "[data][open_dataset][image_folder][REQ-DATA-001]") {
    const support::TemporaryFolder folder;
    write_class(folder, "train/cat", 2, 0);
    write_class(folder, "train/dog", 2, 10);
    folder.write(".thumbs/x.txt", "hidden");
    folder.write("__MACOSX/cat/._i0.png", "what macOS adds to archives");
    DatasetOptions options;
    options.split = {.validation = 0.0, .test = 0.0, .seed = 1};
    REQUIRE(open_dataset(folder.path().string(), options).ok());
    std::filesystem::create_directory(folder.file("train/cat-2"));
    check_error(open_dataset(folder.path().string(), options), ErrorCode::empty_data, "cat-2: the folder holds no");
    folder.write("train/cat-2/scan.tif", "II*");
    check_error(open_dataset(folder.path().string(), options), ErrorCode::empty_data, "cat-2: the folder holds no");
    std::filesystem::remove_all(folder.file("train/cat-2"));
    const std::string pipe = folder.file("train/dog/i7.png");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    check_error(open_dataset(folder.path().string(), options), ErrorCode::io_failed, "i7.png: expected an image file");
    for (const char* name : {"pipe", "pipe.tar", "pipe.npz", "pipe.csv"}) {
        REQUIRE(::mkfifo(folder.file(name).c_str(), 0600) == 0);
        check_error(open_dataset(folder.file(name), options), ErrorCode::io_failed, "found a pipe");
    }
}

TEST_CASE("folders that are no dataset say what was expected", "[data][open_dataset][image_folder][REQ-DATA-001]") {
    const support::TemporaryFolder folder;
    check_error(open_dataset(folder.file("none")), ErrorCode::not_found, "no such file or folder");
    check_error(open_dataset(folder.path().string()), ErrorCode::empty_data, "each in a folder named for its class");
    write_class(folder, "cat", 2, 0);
    check_error(open_dataset(folder.path().string()), ErrorCode::empty_data, "found 1 class: cat");
    folder.write("loose.png", png_file(1));
    check_error(open_dataset(folder.path().string()), ErrorCode::invalid_argument, "'loose.png' is in no class folder");
    std::filesystem::remove(folder.file("loose.png"));
    write_class(folder, "dog", 2, 9);
    write_class(folder, "Cat", 2, 5);
    check_error(open_dataset(folder.path().string()), ErrorCode::duplicate_name, "'Cat' and 'cat' differ only in case");
    std::filesystem::remove_all(folder.file("Cat"));
    check_error(open_dataset(folder.path().string()), ErrorCode::empty_data, "too few samples");
    std::filesystem::create_symlink(folder.file("dog/i0.png"), folder.file("dog/link.png"));
    check_error(open_dataset(folder.path().string()), ErrorCode::policy_refused, "links are not followed");
    check_error(open_dataset(folder.write("x.h5", "HDF")), ErrorCode::unsupported, "MedMNIST .npz");

    const support::TemporaryFolder mixed;
    write_class(mixed, "train/a", 5, 0);
    write_class(mixed, "b", 5, 10);
    check_error(open_dataset(mixed.path().string()), ErrorCode::invalid_argument, "5 of 10 samples have no split");
    const support::TemporaryFolder no_train;
    write_class(no_train, "val/a", 9, 0);
    write_class(no_train, "test/b", 9, 10);
    check_error(open_dataset(no_train.path().string()), ErrorCode::empty_data, "resplit");
    CHECK(open_dataset(no_train.path().string(), {.resplit = true}).ok());
    const support::TemporaryFolder lacking;
    write_class(lacking, "train/a", 9, 0);
    write_class(lacking, "train/b", 9, 10);
    write_class(lacking, "test/a", 9, 20);
    check_error(open_dataset(lacking.path().string()), ErrorCode::empty_data, "class 'b' has no sample for test");
}

TEST_CASE("identical images on two sides are refused, dropped or reported", "[data][open_dataset][REQ-DATA-006]") {
    const support::TemporaryFolder folder;
    write_class(folder, "train/a", 10, 0);
    write_class(folder, "train/b", 10, 20);
    write_class(folder, "test/a", 3, 9);  // 9 is in train
    write_class(folder, "test/b", 3, 60);
    const std::string path = folder.path().string();
    check_error(open_dataset(path), ErrorCode::data_leak, "test/a/i0.png and train/a/i9.png are identical");
    const auto dropped = open_dataset(path, {.leaks = LeakPolicy::drop}).value_or_throw();
    CHECK(dropped.report.dropped == 1);
    CHECK(dropped.dataset.samples.size() == 25);
    const auto kept = open_dataset(path, {.leaks = LeakPolicy::report}).value_or_throw();
    CHECK(kept.report.copies_across_splits == 1);
}

TEST_CASE("PneumoniaMNIST: its counts, its repeated images, its leaks",
          "[data][open_dataset][array_dataset][REQ-DATA-002][REQ-DATA-006]") {
    const auto path = support::shared_data("pneumoniamnist.npz");
    if (!path) return;
    auto stored = open_medmnist(*path).value_or_throw();
    auto counts = counts_of(stored);
    CHECK(counts[Split::train] == 4708);
    CHECK(counts[Split::validation] == 524);
    CHECK(counts[Split::test] == 624);
    CHECK(stored.class_names == std::vector<std::string>{"0", "1"});
    const SplitReport report = inspect_splits(stored).value_or_throw();
    CHECK(report.identical_copies == 18 + 8 + 3);  // repeated in train; of train in validation; repeated in test
    CHECK(report.conflicting_labels == 0);
    CHECK(report.copies_across_splits == 8);
    check_error(open_dataset(*path), ErrorCode::data_leak, "8 copies");
    const auto dropped = open_dataset(*path, {.leaks = LeakPolicy::drop}).value_or_throw();
    CHECK(dropped.report.dropped == 10);  // two of the 8 are twice in train
    CHECK(dropped.report.identical_copies == 16 + 3);
    const Image image = stored.pixels->read(0, OrientationPolicy::refuse, nullptr).value_or_throw();
    CHECK((image.height == 28 && image.width == 28 && image.channels == 1));
}

TEST_CASE("malaria cells are split by patient", "[data][open_dataset][REQ-DATA-004][REQ-DATA-005]") {
    const auto path = support::shared_data("malaria_cells_1000.tar");
    if (!path) return;
    check_error(open_dataset(*path), ErrorCode::empty_data, "resplit");
    const DatasetOptions options{.patient_pattern = "{patient}Thin*|{patient}thin*", .resplit = true};
    const auto opened = open_dataset(*path, options).value_or_throw();
    CHECK(opened.dataset.class_names == std::vector<std::string>{"Parasitized", "Uninfected"});
    CHECK(opened.dataset.samples.size() == 1000);
    CHECK(opened.report.grouping == Grouping::by_patient);
    CHECK_FALSE(opened.report.has_leaks());
    std::map<std::string, std::set<Split>> sides;
    for (const Sample& sample : opened.dataset.samples) sides[sample.patient].insert(sample.split);
    const PatientSummary patients = summarize_patients(opened.dataset);
    CHECK((patients.samples == 1000 && patients.patients == 188 && sides.size() == 188));
    CHECK(patients.examples == std::vector<std::string>{"C100P61", "C101P62", "C104P65"});
    CHECK(patients.doubt().empty());
    check_error(open_dataset(*path, {.patient_pattern = "{patient}thin*", .resplit = true}),
                ErrorCode::invalid_argument, "upper and lower case");
    const auto each = open_dataset(*path, {.patient_pattern = "{patient}", .resplit = true}).value_or_throw();
    CHECK(summarize_patients(each.dataset).single_sample == 1000);
    for (const auto& [patient, seen] : sides) CHECK(seen.size() == 1);
    auto counts = counts_of(opened.dataset);
    CHECK((counts[Split::test] > 130 && counts[Split::test] < 170));
    CHECK((counts[Split::validation] > 130 && counts[Split::validation] < 170));
    // The folders' own split has the same patients on both sides: what the resplit is for.
    auto given = open_image_tar(*path).value_or_throw();
    opening::find_patients(given, options.patient_pattern).value_or_throw();
    CHECK(inspect_splits(given).value_or_throw().patients_across_splits > 50);
}

TEST_CASE("brain MRI: 22 groups of identical files stay together",
          "[data][open_dataset][image_folder][REQ-DATA-005][REQ-DATA-006]") {
    const auto path = support::shared_data("brain_mri_253.tar");
    if (!path) return;
    const auto opened = open_dataset(*path).value_or_throw();
    CHECK(opened.dataset.class_names == std::vector<std::string>{"no", "yes"});
    CHECK(opened.dataset.samples.size() == 253);
    const auto copies = splitting::first_copies(opened.dataset).value_or_throw();
    std::set<std::size_t> repeated;
    for (std::size_t i = 0; i < copies.size(); ++i) {
        if (copies[i] == i) continue;
        repeated.insert(copies[i]);
        CHECK(opened.dataset.samples[i].split == opened.dataset.samples[copies[i]].split);
    }
    CHECK(repeated.size() == 22);

    // Five files called .jpg are PNG with alpha, one of them not opaque: with a policy every image is grey or RGB.
    const auto refused = open_dataset(*path).value_or_throw();
    const auto laid = open_dataset(*path, {.alpha = AlphaPolicy::white}).value_or_throw();
    int transparent = 0;
    for (std::size_t i = 0; i < 253; ++i) {
        const Image given = refused.dataset.pixels->read(i, OrientationPolicy::apply, nullptr).value_or_throw();
        transparent += given.has_alpha ? 1 : 0;
        const Image image = laid.dataset.pixels->read(i, OrientationPolicy::apply, nullptr).value_or_throw();
        CHECK((image.channels == 1 || image.channels == 3));
        CHECK(refused.dataset.pixels->digest(i).value_or_throw() == laid.dataset.pixels->digest(i).value_or_throw());
    }
    CHECK(transparent == 5);
}

TEST_CASE("Fashion-MNIST of the Debian package: three classes, relabelled",
          "[data][open_dataset][array_dataset][REQ-DATA-002][REQ-DATA-007]") {
    const std::string folder = "/usr/share/datasets/fashion-mnist";
    if (!std::filesystem::exists(folder)) return support::skip("no " + folder + ": apt install dataset-fashion-mnist");
    const auto opened =
        open_dataset(folder, {.keep_classes = {"9", "0", "4"}, .leaks = LeakPolicy::drop}).value_or_throw();
    auto counts = counts_of(opened.dataset);
    CHECK(counts[Split::test] == 3000);
    CHECK(counts[Split::train] + counts[Split::validation] + opened.report.dropped == 18000);
    CHECK(opened.dataset.class_names == std::vector<std::string>{"9", "0", "4"});
    CHECK(opened.dataset.samples[0].name == "train/0");  // an ankle boot
    CHECK(opened.dataset.samples[0].label == 0);
}
