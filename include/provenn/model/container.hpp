// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The flat sectioned container that packages, checkpoints and feature caches share.
#pragma once

#include <cstdint>
#include <utility>

#include "provenn/core/byte_io.hpp"
#include "provenn/core/executor.hpp"
#include "provenn/core/sha256.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What a container holds. The numbers are part of the format.
enum class ContainerKind : std::uint16_t { package = 1, checkpoint = 2, feature_cache = 3 };

/// Format, all numbers little-endian:
///   header, 64 bytes: magic "PROVENN\x1a", u16 version, u16 kind, u32 section count, u64 file size, u64 zero,
///     root digest (32 bytes): SHA-256 of the header with this field zero, followed by the table
///   table, 64 bytes a section: u32 id, u32 flags (1 = critical), u64 offset, u64 size, u64 zero, digest (32 bytes)
///   sections in table order, each at the next multiple of 64, zero-padded to the end of the file
/// A section's digest is a hash tree over chunks of 1 MiB: leaf = SHA-256(0x00, chunk), node = SHA-256(0x01, left,
/// right) with an odd node carried up, and on top SHA-256(0x02, size as u64, root).
namespace container {

inline constexpr std::uint8_t kMagic[8] = {'P', 'R', 'O', 'V', 'E', 'N', 'N', 0x1a};
inline constexpr std::uint16_t kFormatVersion = 1;
inline constexpr std::size_t kAlignment = 64, kHeader_bytes = 64, kEntry_bytes = 64, kDigestOffset = 32;
inline constexpr std::size_t kChunk_bytes = std::size_t{1} << 20;
inline constexpr std::uint32_t kMaxSections = 1024;
inline constexpr std::uint32_t kCritical = 1;

inline std::size_t aligned(std::size_t size) { return (size + kAlignment - 1) / kAlignment * kAlignment; }

inline Sha256Digest leaf_digest(Bytes chunk) {
    const std::uint8_t tag = 0;
    return Sha256().update(Bytes{&tag, 1}).update(chunk).finish();
}
inline Sha256Digest node_digest(const Sha256Digest& left, const Sha256Digest& right) {
    const std::uint8_t tag = 1;
    return Sha256().update(Bytes{&tag, 1}).update(left.span()).update(right.span()).finish();
}

/// Joins leaves one after the other: complete subtrees wait at their level for a right neighbour, as in a binary
/// counter.
class HashTree {
  public:
    void add(Sha256Digest digest) {
        int level = 0;
        for (std::uint64_t carry = leaves_; (carry & 1) != 0; carry >>= 1) {
            digest = node_digest(waiting_[level++], digest);
        }
        waiting_[level] = digest;
        ++leaves_;
    }
    /// @requires there is a leaf.
    [[nodiscard]] Sha256Digest root() const {
        Sha256Digest root;
        bool has_root = false;
        for (int level = 0; level < 64; ++level) {
            if (((leaves_ >> level) & 1) == 0) continue;
            root = has_root ? node_digest(waiting_[level], root) : waiting_[level];
            has_root = true;
        }
        return root;
    }

  private:
    Sha256Digest waiting_[64];
    std::uint64_t leaves_ = 0;
};

/// Digest of a section's bytes. @threads tasks are leaves, which are independent of each other.
inline Sha256Digest section_digest(Bytes bytes, const Executor& executor = serial_executor()) {
    constexpr std::size_t kLeavesAtOnce = 64;
    const std::size_t leaves = bytes.empty() ? 1 : (bytes.size() + kChunk_bytes - 1) / kChunk_bytes;
    HashTree tree;
    for (std::size_t first = 0; first < leaves; first += kLeavesAtOnce) {
        const std::size_t count = leaves - first < kLeavesAtOnce ? leaves - first : kLeavesAtOnce;
        Sha256Digest digests[kLeavesAtOnce];
        executor.for_each(static_cast<std::int64_t>(count), [&](std::int64_t i) {
            const std::size_t begin = (first + static_cast<std::size_t>(i)) * kChunk_bytes;
            const std::size_t left = bytes.size() - begin;
            digests[i] = leaf_digest(bytes.subspan(begin, left < kChunk_bytes ? left : kChunk_bytes));
        });
        for (std::size_t i = 0; i < count; ++i) tree.add(digests[i]);
    }
    std::uint8_t top[9] = {2};
    for (int i = 0; i < 8; ++i)
        top[1 + i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(bytes.size()) >> (8 * i));
    return Sha256().update(Bytes{top, sizeof top}).update(tree.root().span()).finish();
}

/// Root digest of a header and table whose digest field is taken as zero.
inline Sha256Digest root_digest(Bytes header_and_table) {
    const std::uint8_t zeros[32] = {};
    return Sha256()
        .update(header_and_table.subspan(0, kDigestOffset))
        .update(Bytes{zeros, sizeof zeros})
        .update(header_and_table.subspan(kHeader_bytes, header_and_table.size() - kHeader_bytes))
        .finish();
}

}  // namespace container

/// Collects sections and joins them into one file image.
class ContainerWriter {
  public:
    Status add(std::uint32_t id, bool is_critical, Array<std::uint8_t> bytes) {
        return sections_.push_back({id, is_critical ? container::kCritical : 0u, std::move(bytes)});
    }

    Result<Array<std::uint8_t>> finish(ContainerKind kind) const {
        using namespace container;
        Array<std::uint8_t> file;
        ByteWriter writer(file);
        const std::size_t table_end = kHeader_bytes + sections_.size() * kEntry_bytes;
        std::size_t end = table_end;
        for (const Section& section : sections_) end = aligned(end) + section.bytes.size();
        end = aligned(end);
        PROVENN_TRY(file.reserve(end));
        PROVENN_TRY(writer.bytes({kMagic, sizeof kMagic}));
        PROVENN_TRY(writer.u16(kFormatVersion));
        PROVENN_TRY(writer.u16(static_cast<std::uint16_t>(kind)));
        PROVENN_TRY(writer.u32(static_cast<std::uint32_t>(sections_.size())));
        PROVENN_TRY(writer.u64(end));
        PROVENN_TRY(writer.u64(0));
        const std::uint8_t no_digest[32] = {};
        PROVENN_TRY(writer.bytes({no_digest, sizeof no_digest}));
        std::size_t offset = table_end;
        for (const Section& section : sections_) {
            PROVENN_TRY(writer.u32(section.id));
            PROVENN_TRY(writer.u32(section.flags));
            PROVENN_TRY(writer.u64(aligned(offset)));
            PROVENN_TRY(writer.u64(section.bytes.size()));
            PROVENN_TRY(writer.u64(0));
            PROVENN_TRY(writer.bytes(section_digest(section.bytes).span()));
            offset = aligned(offset) + section.bytes.size();
        }
        const Sha256Digest root = root_digest(file);
        for (std::size_t i = 0; i < 32; ++i) file[kDigestOffset + i] = root.span()[i];
        for (const Section& section : sections_) {
            PROVENN_TRY(writer.align(kAlignment));
            PROVENN_TRY(writer.bytes(section.bytes));
        }
        PROVENN_TRY(writer.align(kAlignment));
        return file;
    }

  private:
    struct Section {
        std::uint32_t id;
        std::uint32_t flags;
        Array<std::uint8_t> bytes;
    };
    Array<Section> sections_;
};

/// A checked container over borrowed bytes. Every byte of the file is covered by a check before `open` returns.
class ContainerReader {
  public:
    /// @errors corrupt_data, version_mismatch, hash_mismatch, limit_exceeded.
    /// @cost one pass of SHA-256 over the file; allocates the table only. @threads tasks are chunks of 1 MiB.
    static Result<ContainerReader> open(Bytes file, ContainerKind kind,
                                        const Executor& executor = serial_executor()) {
        using namespace container;
        ContainerReader reader;
        reader.file_ = file;
        PROVENN_ASSIGN(const std::uint32_t count, check_header(file, kind));
        const std::size_t table_end = kHeader_bytes + count * kEntry_bytes;
        if (table_end > file.size()) return truncated(table_end, file.size());
        const Sha256Digest root = root_digest(file.subspan(0, table_end));
        if (!same_bytes(root.span(), file.subspan(kDigestOffset, 32))) {
            return make_error(ErrorCode::hash_mismatch, "package: header or table was changed");
        }
        PROVENN_TRY(reader.read_table(count, table_end, executor));
        return reader;
    }

    /// The bytes of a section. @errors not_found.
    [[nodiscard]] Result<Bytes> section(std::uint32_t id) const {
        for (const Entry& entry : entries_) {
            if (entry.id == id) return file_.subspan(entry.offset, entry.size);
        }
        return make_error(ErrorCode::not_found, "package: section ", id, " is missing");
    }

    /// The digest of a section, as it was found to be when the file was opened. @errors not_found.
    [[nodiscard]] Result<Sha256Digest> digest(std::uint32_t id) const {
        for (const Entry& entry : entries_) {
            if (entry.id == id) return entry.digest;
        }
        return make_error(ErrorCode::not_found, "package: section ", id, " is missing");
    }

    /// A critical section that the caller does not know must not be ignored. @errors unsupported.
    [[nodiscard]] Status expect_known(Span<const std::uint32_t> known_ids) const {
        for (const Entry& entry : entries_) {
            bool is_known = (entry.flags & container::kCritical) == 0;
            for (const std::uint32_t id : known_ids) is_known = is_known || id == entry.id;
            if (!is_known) {
                return make_error(ErrorCode::unsupported, "package: critical section ", entry.id,
                                  " is unknown to this version");
            }
        }
        return {};
    }

  private:
    struct Entry {
        std::uint32_t id, flags;
        std::size_t offset, size;
        Sha256Digest digest;
    };

    static Error truncated(std::size_t expected, std::size_t found) {
        return make_error(ErrorCode::corrupt_data, "package: expected ", expected, " bytes, found ", found);
    }
    static bool same_bytes(Bytes a, Bytes b) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (a[i] != b[i]) return false;
        }
        return a.size() == b.size();
    }

    static Result<std::uint32_t> check_header(Bytes file, ContainerKind kind) {
        using namespace container;
        if (file.size() < kHeader_bytes) return truncated(kHeader_bytes, file.size());
        if (!same_bytes({kMagic, sizeof kMagic}, file.subspan(0, sizeof kMagic))) {
            return make_error(ErrorCode::corrupt_data, "package: this is not a Provenn file (wrong first bytes)");
        }
        ByteReader header(file.subspan(sizeof kMagic, kDigestOffset - sizeof kMagic), "package header");
        PROVENN_ASSIGN(const std::uint16_t version, header.u16());
        PROVENN_ASSIGN(const std::uint16_t found_kind, header.u16());
        PROVENN_ASSIGN(const std::uint32_t count, header.u32());
        PROVENN_ASSIGN(const std::uint64_t size, header.u64());
        PROVENN_ASSIGN(const std::uint64_t zero, header.u64());
        if (version != kFormatVersion) {
            return make_error(ErrorCode::version_mismatch, "package: expected format version ", kFormatVersion,
                              ", found ", version);
        }
        if (found_kind != static_cast<std::uint16_t>(kind)) {
            return make_error(ErrorCode::corrupt_data, "package: expected a container of kind ",
                              static_cast<std::uint16_t>(kind), ", found ", found_kind);
        }
        if (zero != 0) return make_error(ErrorCode::corrupt_data, "package: reserved bytes of the header are not zero");
        if (size != file.size()) {
            return make_error(ErrorCode::corrupt_data, "package: its header says ", size, " bytes, found ",
                              file.size());
        }
        if (count > kMaxSections) {
            return make_error(ErrorCode::limit_exceeded, "package: ", count, " sections, at most ", kMaxSections);
        }
        return count;
    }

    Status read_table(std::uint32_t count, std::size_t table_end, const Executor& executor) {
        using namespace container;
        ByteReader table(file_.subspan(kHeader_bytes, table_end - kHeader_bytes), "package table");
        std::size_t end = table_end;
        for (std::uint32_t i = 0; i < count; ++i) {
            Entry entry{};
            PROVENN_ASSIGN(entry.id, table.u32());
            PROVENN_ASSIGN(entry.flags, table.u32());
            PROVENN_ASSIGN(const std::uint64_t offset, table.u64());
            PROVENN_ASSIGN(const std::uint64_t size, table.u64());
            PROVENN_ASSIGN(const std::uint64_t zero, table.u64());
            PROVENN_ASSIGN(const Bytes digest, table.bytes(32));
            const bool tiles = offset == aligned(end) && offset <= file_.size() && size <= file_.size() - offset;
            if (!tiles || zero != 0 || entry.flags > kCritical) {
                return make_error(ErrorCode::corrupt_data, "package: section ", i, " does not follow the one before");
            }
            for (const Entry& other : entries_) {
                if (other.id == entry.id) {
                    return make_error(ErrorCode::corrupt_data, "package: two sections have the id ", entry.id);
                }
            }
            entry.offset = static_cast<std::size_t>(offset);
            entry.size = static_cast<std::size_t>(size);
            PROVENN_TRY(expect_zeros(end, entry.offset));
            entry.digest = section_digest(file_.subspan(entry.offset, entry.size), executor);
            if (!same_bytes(entry.digest.span(), digest)) {
                return make_error(ErrorCode::hash_mismatch, "package: the bytes of section ", entry.id,
                                  " were changed");
            }
            end = entry.offset + entry.size;
            PROVENN_TRY(entries_.push_back(entry));
        }
        if (file_.size() != aligned(end)) return truncated(aligned(end), file_.size());
        return expect_zeros(end, file_.size());
    }

    [[nodiscard]] Status expect_zeros(std::size_t begin, std::size_t end) const {
        for (std::size_t i = begin; i < end; ++i) {
            if (file_[i] != 0) {
                return make_error(ErrorCode::corrupt_data, "package: byte ", i, " between sections is not zero");
            }
        }
        return {};
    }

    Bytes file_;
    Array<Entry> entries_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
