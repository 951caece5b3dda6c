"""The sequence model in PyTorch, timed by requests on stdin.

    python -m peers.sequence_torch FOLDED.safetensors CODES.u8 --threads 2 [--device cuda [--tf32]]

Batch norm is folded into the convolutions, as its own tools fold it for inference.
"""

import argparse

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from .sequence_model import DILATIONS, POOLS, one_hot
from .serve import Subject, serve


class SequenceModel(nn.Module):
    """Channels [N, 4, L] to tracks [N, bins, tracks]."""

    def __init__(self, folded: dict[str, torch.Tensor]) -> None:
        super().__init__()
        count = len(folded) // 2
        # [K, C, F] to PyTorch's [F, C, K].
        self.kernels = nn.ParameterList(folded[f"{index}.kernel"].permute(2, 1, 0).contiguous() for index in range(count))
        self.biases = nn.ParameterList(folded[f"{index}.bias"] for index in range(count))

    def convolve(self, index: int, x: torch.Tensor, dilation: int = 1) -> torch.Tensor:
        # All widths of this model are odd, so that padding is the same on both sides.
        kernel = self.kernels[index]
        return functional.conv1d(x, kernel, self.biases[index], padding=(kernel.shape[2] - 1) // 2 * dilation, dilation=dilation)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for index, pool in enumerate(POOLS):
            # Everything rectifies what it reads, and ReLU commutes with maxima and concatenation.
            x = functional.max_pool1d(self.convolve(index, x).relu_(), pool)
        for index, dilation in enumerate(DILATIONS, len(POOLS)):
            x = torch.cat([x, self.convolve(index, x, dilation).relu_()], dim=1)
        last = len(POOLS) + len(DILATIONS)
        y = self.convolve(last + 1, self.convolve(last, x).relu_())
        return functional.softplus(y).transpose(1, 2)


class SequenceTorch(Subject):
    """The module on a device."""

    names = ("prediction",)

    def __init__(self, folded: str, codes: np.ndarray, device: str) -> None:
        super().__init__(np.ascontiguousarray(one_hot(codes).T[None], dtype=np.float32))
        self.device = torch.device(device)
        self.model = SequenceModel(load_file(folded)).eval().to(self.device)

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        with torch.inference_mode():
            return (self.model(torch.from_numpy(values).to(self.device)).cpu().numpy(),)


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer requests for timings of PyTorch.")
    parser.add_argument("folded", help="what `peers.sequence_model` wrote")
    parser.add_argument("codes", help="codes of the bases, a byte each")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--tf32", action="store_true", help="let CUDA round factors of products to 10 bits, PyTorch's default for cuDNN")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.backends.cudnn.allow_tf32 = arguments.tf32
    torch.backends.cuda.matmul.allow_tf32 = arguments.tf32
    serve(SequenceTorch(arguments.folded, np.fromfile(arguments.codes, np.uint8), arguments.device))


if __name__ == "__main__":
    main()
