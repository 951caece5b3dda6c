"""The sequence model's ONNX graph in ONNX Runtime on the CPU, timed by requests on stdin.

python -m peers.sequence_onnx MODEL.onnx CODES.u8 --threads 2
"""

import argparse

import numpy as np
import onnxruntime

from .sequence_model import one_hot
from .serve import Subject, serve


class SequenceOnnx(Subject):
    """A session with every optimisation that ONNX Runtime has, which is its default; the number of threads is the only
    setting."""

    names = ("prediction",)

    def __init__(self, model: str, codes: np.ndarray, threads: int) -> None:
        super().__init__(np.ascontiguousarray(one_hot(codes).T[None], dtype=np.float32))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        return tuple(self.session.run(["prediction"], {"sequence": values}))


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer requests for timings of ONNX Runtime.")
    parser.add_argument("model", help="an ONNX file of peers.sequence_graph")
    parser.add_argument("codes", help="codes of the bases, a byte each")
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    serve(SequenceOnnx(arguments.model, np.fromfile(arguments.codes, np.uint8), arguments.threads))


if __name__ == "__main__":
    main()
