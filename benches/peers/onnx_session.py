"""The ONNX graph in ONNX Runtime on the CPU, timed by requests on stdin.

python -m peers.onnx_session MODEL.onnx SIGNAL.f32 --threads 2
"""

import argparse

import numpy as np
import onnxruntime

from . import signal
from .serve import Subject, serve


class OnnxSubject(Subject):
    """A session with every optimisation that ONNX Runtime has, which is its default; the number of threads is the only
    setting."""

    def __init__(self, model: str, values: np.ndarray, threads: int) -> None:
        super().__init__(values)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        return tuple(self.session.run(["logit", "alpha", "beta"], {"signal": values}))


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer requests for timings of ONNX Runtime.")
    parser.add_argument("model", help="an ONNX file of peers.onnx_graph")
    parser.add_argument("signal", help="[genes, bins, marks], float32, no header")
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    serve(OnnxSubject(arguments.model, signal.load(arguments.signal), arguments.threads))


if __name__ == "__main__":
    main()
