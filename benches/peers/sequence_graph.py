"""The small sequence model as an ONNX graph: convolutions with batch norm folded in, rectified at once, as exporters
leave them.

    python -m peers.sequence_graph FOLDED.safetensors OUT.onnx [--length 131072]

The input is `sequence`, the bases' channels [1, 4, L]; the output `prediction`, [1, bins, tracks].
"""

import argparse

import numpy as np
import onnx
from onnx import TensorProto, checker, helper
from safetensors.numpy import load_file

from .onnx_graph import OPSET, Graph
from .sequence_model import DILATIONS, FILTERS, LENGTH, POOLS, TRACKS


def build(folded: dict[str, np.ndarray], length: int) -> onnx.ModelProto:
    """The model, checked."""
    graph = Graph(folded)

    def convolve(index: int, x: str, dilation: int = 1) -> str:
        kernel = folded[f"{index}.kernel"]
        padding = (len(kernel) - 1) * dilation
        weights = graph.constant(f"kernel_{index}", kernel.transpose(2, 1, 0))
        bias = graph.constant(f"bias_{index}", folded[f"{index}.bias"])
        attributes = {
            "kernel_shape": [len(kernel)],
            "dilations": [dilation],
            "pads": [padding // 2, padding - padding // 2],
        }
        graph.node("Conv", [x, weights, bias], [f"sum_{index}"], **attributes)
        return f"sum_{index}"

    def rectify(x: str) -> str:
        graph.node("Relu", [x], [f"rectified_{x}"])
        return f"rectified_{x}"

    # Everything rectifies what it reads, and ReLU commutes with maxima and concatenation: it follows each convolution,
    # where runtimes fuse it.
    x = "sequence"
    for index, pool in enumerate(POOLS):
        rectified = rectify(convolve(index, x))
        x = f"pooled_{index}"
        graph.node("MaxPool", [rectified], [x], kernel_shape=[pool], strides=[pool])
    for index, dilation in enumerate(DILATIONS, len(FILTERS)):
        y = rectify(convolve(index, x, dilation))
        graph.node("Concat", [x, y], [f"joined_{index}"], axis=1)
        x = f"joined_{index}"
    last = len(FILTERS) + len(DILATIONS)
    y = convolve(last + 1, rectify(convolve(last, x)))
    # Softplus as operations that every provider has.
    one = graph.constant("one", np.ones(1, np.float32))
    graph.node("Exp", [y], ["exponential"])
    graph.node("Add", ["exponential", one], ["above_one"])
    graph.node("Log", ["above_one"], ["tracks"])
    graph.node("Transpose", ["tracks"], ["prediction"], perm=[0, 2, 1])

    bins = length // int(np.prod(POOLS))
    made = helper.make_graph(
        graph.nodes,
        "sequence",
        [helper.make_tensor_value_info("sequence", TensorProto.FLOAT, [1, 4, length])],
        [helper.make_tensor_value_info("prediction", TensorProto.FLOAT, [1, bins, TRACKS])],
        list(graph.constants.values()),
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="regulens-benches")
    model.ir_version = helper.find_min_ir_version_for(model.opset_import)
    checker.check_model(model, full_check=True)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the sequence model as ONNX.")
    parser.add_argument("folded", help="what `peers.sequence_model` wrote")
    parser.add_argument("out", help="the ONNX file to write")
    parser.add_argument("--length", type=int, default=LENGTH)
    arguments = parser.parse_args()
    onnx.save(build(load_file(arguments.folded), arguments.length), arguments.out)


if __name__ == "__main__":
    main()
