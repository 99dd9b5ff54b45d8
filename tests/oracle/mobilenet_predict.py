# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Records what Keras makes of two photographs with the published MobileNet: mobilenet_predict.json, for three named ways of resizing.
Run it in this folder as `mobilenet_predict.py DATA`, with tf_keras (Keras 2, which reads the file as it is), tensorflow and pillow."""
import hashlib
import json
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import PIL
import tensorflow as tf
import tf_keras
from PIL import Image

DATA = pathlib.Path(sys.argv[1])
MODEL, PHOTOS = "mobilenet_v1_0.25_224_imagenet.h5", ["coffee.png", "chelsea.png"]


def bilinear_stretch(pixels):
    return tf_keras.layers.Resizing(224, 224, interpolation="bilinear")(pixels[None].astype(np.float32)).numpy()


def bilinear_center(pixels):
    return tf_keras.layers.Resizing(224, 224, interpolation="bilinear", crop_to_aspect_ratio=True)(pixels[None].astype(np.float32)).numpy()


def pil_bicubic_stretch(pixels):
    return np.asarray(Image.fromarray(pixels).resize((224, 224), Image.BICUBIC), np.float32)[None]


model = tf_keras.models.load_model(DATA / MODEL, compile=False)
record = {"script": "mobilenet_predict.py", "keras": tf_keras.__version__, "tensorflow": tf.__version__, "pillow": PIL.__version__,
          "files": {name: hashlib.sha256((DATA / name).read_bytes()).hexdigest() for name in [MODEL, *PHOTOS]}, "cases": []}
for photo in PHOTOS:
    pixels = np.asarray(Image.open(DATA / photo))
    for resize, crop, prepare in [("bilinear", "stretch", bilinear_stretch), ("bilinear", "center", bilinear_center),
                                  ("pil-bicubic", "stretch", pil_bicubic_stretch)]:
        scores = model.predict(prepare(pixels) / 127.5 - 1.0, verbose=0)[0]
        top = [int(k) for k in np.argsort(-scores)[:5]]
        record["cases"].append({"photo": photo, "resize": resize, "crop": crop,
                                "top": [{"class": k, "probability": round(float(scores[k]), 7)} for k in top]})
pathlib.Path("mobilenet_predict.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
