# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Derives the polynomials of include/provenn/kernels/body/math.inl: near-minimax fits (interpolation at Chebyshev nodes,
then iteratively reweighted least squares), rounded to float from the lowest term up. Prints the coefficients, lowest term first."""
import math

import numpy as np


def fit(name, function, low, high, degree, weight=None):
    """Polynomial p of `degree` on [low, high]; the weighted error weight(x) * (p(x) - function(x)) is levelled."""
    nodes = (low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (np.arange(2000) + 0.5) / 2000)
    values = np.array([function(x) for x in nodes])
    scale = np.array([1.0 if weight is None else weight(x) for x in nodes])
    terms = []
    remainder, free = values.copy(), degree
    for lowest in range(degree + 1):
        powers = np.stack([nodes ** k for k in range(lowest, degree + 1)], axis=1)
        levels = np.ones_like(nodes)
        for _ in range(60):
            solution = np.linalg.lstsq(powers * (scale * np.sqrt(levels))[:, None], remainder * scale * np.sqrt(levels), rcond=None)[0]
            error = np.abs(scale * (powers @ solution - remainder))
            levels = levels * (error + 1e-3 * error.max())
            levels /= levels.mean()
        term = float(np.float32(solution[0]))
        terms.append(term)
        remainder = remainder - term * nodes ** lowest
    print(f"{name}: weighted error {np.max(np.abs(scale * remainder)):.2e}")
    print("   ", ", ".join(f"{float.hex(t)}" for t in terms))
    return terms


def taylor(first, ratio, x, count=60):
    total, term = 0.0, first
    for n in range(count):
        total += term
        term *= ratio(n) * x
    return total


def main():
    # expm1(r) = r + r^2 p(r)
    fit("exp", lambda r: taylor(0.5, lambda n: 1.0 / (n + 3), r), -0.3477, 0.3477, 5, lambda r: abs(r))
    # log(1 + f) = f + f^2 (-1/2 + f p(f))
    fit("log", lambda f: sum((-f) ** n / (n + 3) for n in range(120)), math.sqrt(0.5) - 1, math.sqrt(2) - 1, 8, lambda f: f * f)
    # tanh(x) = x + x^3 p(x^2)
    def tanh_part(z):
        if z < 1e-3:
            return -1 / 3 + 2 / 15 * z - 17 / 315 * z * z
        x = math.sqrt(z)
        return (math.tanh(x) / x - 1) / z
    fit("tanh", tanh_part, 0.0, 0.626 ** 2, 5, lambda z: z)
    # erf(x) = x + x p(x^2) below 0.925
    fit("erf, small", lambda z: taylor(2 / math.sqrt(math.pi), lambda n: -(2 * n + 1) / ((2 * n + 3) * (n + 1.0)), z) - 1,
        0.0, 0.93 ** 2, 7)
    # erf(t) = 1 - exp(-p(t)) above it
    fit("erf, large", lambda t: -math.log(math.erfc(t)), 0.92, 4.02, 9, lambda t: math.erfc(t))


main()
