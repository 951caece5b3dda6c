"""An ONNX graph in ONNX Runtime on the CPU, timed by requests on stdin.

python -m peers.onnx_session MODEL.onnx SIGNAL.f32|CODES.u8 --threads 2
"""

import argparse
from pathlib import Path

import numpy as np
import onnxruntime

from . import signal
from .sequence_model import one_hot
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
        [given] = self.session.get_inputs()
        self.given = given.name
        if self.given == "sequence":
            self.names = ("prediction",)

    def predict(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        return tuple(self.session.run(list(self.names), {self.given: values}))


def main() -> None:
    parser = argparse.ArgumentParser(description="Answer requests for timings of ONNX Runtime.")
    parser.add_argument("model", help="an ONNX file of peers.onnx_graph or peers.sequence_graph")
    parser.add_argument("values", type=Path, help="[genes, bins, marks], float32, or codes of bases (.u8), a byte each")
    parser.add_argument("--threads", type=int, required=True)
    arguments = parser.parse_args()
    if arguments.values.suffix == ".u8":
        codes = np.fromfile(arguments.values, np.uint8)
        values = np.ascontiguousarray(one_hot(codes).T[None], dtype=np.float32)
    else:
        values = signal.load(arguments.values)
    serve(OnnxSubject(arguments.model, values, arguments.threads))


if __name__ == "__main__":
    main()
