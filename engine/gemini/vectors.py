"""Vectors as they are stored: unit length, little-endian float32."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Buffer = bytes | bytearray | memoryview


def unit_vectors(rows: Sequence[Buffer], dimension: int) -> list[bytes | None]:
    """Unit-length float32 bytes of rows of `dimension` native doubles; None for a row of zeros or with NaN or infinity.

    Google returns unit vectors only at a model's full dimension.
    """
    numbers: npt.NDArray[np.float64] = np.frombuffer(b"".join(rows), dtype=np.float64).reshape(len(rows), dimension)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", numbers, numbers))
        good = np.isfinite(lengths) & (lengths > 0)
        data = (numbers * (1.0 / lengths)[:, None]).astype("<f4").tobytes()
    width = 4 * dimension
    vectors: list[bytes | None] = [data[at : at + width] for at in range(0, len(data), width)]
    for row in np.flatnonzero(~good):
        vectors[row] = None
    return vectors
