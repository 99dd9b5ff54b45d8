# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Records what Pillow, TensorFlow and Keras make of images of random bytes: resample.bin and resample.json (versions, hashes).
resample.bin: for 200 sizes and each Pillow method, the first 8 bytes of the SHA-256 of Pillow's bytes; then for 12 sizes the
float32 pixels of tf.image.resize nearest, bilinear and area (little-endian); then the bytes of keras load_img of a BMP with
its default filter, and of Keras' Resizing with crop_to_aspect_ratio (float32).
Run it in this folder with pillow < 13, tensorflow and keras installed: Pillow 9.5 and 12.0 give the same record; from 13 on Pillow
resizes rows before columns where that is cheaper, which rounds other bytes."""
import hashlib
import io
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np
import PIL
import tensorflow as tf
from PIL import Image

assert int(PIL.__version__.split(".")[0]) < 13, PIL.__version__
MASK = (1 << 64) - 1


def bits(seed, counter):
    """CounterRandom of tests/support/random.hpp."""
    z = (seed * 0xD1B54A32D192ED03 + (counter + 1) * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def picture(seed, height, width, channels):
    values = [bits(seed, i) >> 56 for i in range(height * width * channels)]
    return np.array(values, np.uint8).reshape(height, width, channels)


def sizes(case, most):
    """Height, width, new height, new width, channels of a case."""
    return [1 + bits(1000 + case, k) % most for k in range(4)] + [1 + 2 * (bits(1000 + case, 4) % 2)]


data = b""
for case in range(200):
    height, width, new_height, new_width, channels = sizes(case, 90)
    image = Image.fromarray(picture(case, height, width, channels).squeeze(2) if channels == 1 else picture(case, height, width, 3))
    for method in (Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.NEAREST):
        data += hashlib.sha256(image.resize((new_width, new_height), method).tobytes()).digest()[:8]
for case in range(200, 212):
    height, width, new_height, new_width, channels = sizes(case, 30)
    image = tf.constant(picture(case, height, width, channels))
    for method in ("nearest", "bilinear", "area"):
        data += np.asarray(tf.image.resize(image, (new_height, new_width), method)).astype("<f4").tobytes()
file = io.BytesIO()
Image.fromarray(picture(300, 37, 23, 3)).save(file, "BMP")
file.seek(0)
data += np.asarray(keras.utils.load_img(file, target_size=(16, 19))).tobytes()
for height, width in ((31, 20), (12, 40)):
    layer = keras.layers.Resizing(9, 13, interpolation="bilinear", crop_to_aspect_ratio=True)
    data += np.asarray(layer(picture(301, height, width, 3).astype(np.float32))).astype("<f4").tobytes()

with open("resample.bin", "wb") as file:
    file.write(data)
with open("resample.json", "w", encoding="ascii") as file:
    json.dump({"script": "tests/oracle/resample.py", "script_sha256": hashlib.sha256(open(__file__, "rb").read()).hexdigest(),
               "sha256": hashlib.sha256(data).hexdigest(), "pillow": PIL.__version__, "keras": keras.__version__,
               "tensorflow": tf.__version__, "numpy": np.__version__}, file, indent=1)
    file.write("\n")
print(len(data), "bytes")
