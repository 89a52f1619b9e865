"""llama.cpp's own quantiser: an F32 file in, a smaller file out, the same bytes each time."""

import os
from pathlib import Path
from typing import Literal, get_args

from batdoc.models.backends.llama_library import check_is_gguf, library, reason
from batdoc.source.errors import ModelError

Quantization = Literal["q8_0", "q4_k_m", "f16"]
QUANTIZATIONS: tuple[Quantization, ...] = get_args(Quantization)
"""How the weights of an exported model can be stored."""


def quantize(source: Path, target: Path, quantization: Quantization) -> None:
    """Write a quantised copy of a model file.

    Args:
        source: An F32 or F16 GGUF file.
        target: The file to write; what stands there is replaced as it is written.
        quantization: q4_k_m falls back to larger types for matrices whose rows are not a multiple
            of 256 long.

    Raises:
        ModelError: llama.cpp could not do it.
    """
    check_is_gguf(source)
    llama = library()
    parameters = llama.llama_model_quantize_default_params()
    parameters.ftype = getattr(llama, f"LLAMA_FTYPE_MOSTLY_{quantization.upper()}")
    parameters.nthread = max(1, (os.cpu_count() or 1) - 1)
    status = llama.llama_model_quantize(os.fsencode(source), os.fsencode(target), parameters)
    if status != 0:
        raise ModelError(f"{source} cannot be quantised to {quantization}{reason()}")
