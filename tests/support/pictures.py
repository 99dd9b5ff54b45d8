# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A folder of small pictures of two classes, for tests that train."""
import struct
import zlib


def png(path, shade):
    """A grey-to-colour picture of 8x8 pixels."""
    rows = b"".join(b"\0" + bytes((shade + x + 2 * y + 20 * c) % 256 for x in range(8) for c in range(3)) for y in range(8))
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def pictures(folder):
    """Two classes that brightness tells apart, 20 pictures each, four for each patient."""
    for label, base in (("bright", 160), ("dark", 0)):
        (folder / label).mkdir(parents=True)
        for i in range(20):
            png(folder / label / f"P{label[0]}{i // 4}_{i}.png", base + i)
    return folder
