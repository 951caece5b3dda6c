"""AttentiveChrome LSTM-α,β as an ONNX graph: six native bidirectional LSTM nodes, and attention around them.

    python -m peers.onnx_graph WEIGHTS.safetensors OUT.onnx

Written node by node, so that exporting needs no PyTorch, and so that nothing but the model is in it: shapes come from
constants, and only the number of genes is open.
"""

import argparse

import numpy as np
import onnx
from onnx import TensorProto, checker, helper, numpy_helper
from safetensors.numpy import load_file

from . import BINS, MARKS
from .weights import BIN_HIDDEN, MARK_HIDDEN

OPSET = 17

OUTPUTS = ("logit", "probability", "alpha", "beta")
"""The graph's outputs: [N], [N], [N, M, T], [N, M]. Its input is `signal`, [N, T, M]."""


def build(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The model with these weights, checked."""
    graph = Graph(weights)
    # ONNX's LSTM takes steps first: [T, N, D].
    graph.node("Transpose", ["signal"], ["steps"], perm=[1, 0, 2])
    marks = range(len(MARKS))
    graph.node("Split", ["steps"], [f"mark_{mark}" for mark in marks], axis=2)
    for mark in marks:
        graph.bilstm(f"rnn_hms.{mark}", f"mark_{mark}", f"states_{mark}", BIN_HIDDEN)
        graph.attend(f"rnn_hms.{mark}", f"states_{mark}", f"alpha_{mark}", f"embedding_{mark}", BINS, BIN_HIDDEN)
    graph.node("Concat", [f"alpha_{mark}" for mark in marks], ["alpha"], axis=1)
    graph.node("Concat", [f"embedding_{mark}" for mark in marks], ["embeddings"], axis=1)
    graph.node("Transpose", ["embeddings"], ["embedding_steps"], perm=[1, 0, 2])
    graph.bilstm("hm_level_rnn_1", "embedding_steps", "mark_states", MARK_HIDDEN)
    graph.attend("hm_level_rnn_1", "mark_states", "beta_row", "gene_row", len(MARKS), MARK_HIDDEN)
    graph.reshape("beta_row", "beta", [0, len(MARKS)])
    graph.reshape("gene_row", "gene", [0, 2 * MARK_HIDDEN])
    weight = graph.constant("fdiff1_1.weight", weights["fdiff1_1.weight"])
    bias = graph.constant("fdiff1_1.bias", weights["fdiff1_1.bias"])
    graph.node("Gemm", ["gene", weight, bias], ["logit_column"], transB=1)
    graph.reshape("logit_column", "logit", [-1])
    graph.node("Sigmoid", ["logit"], ["probability"])
    return graph.model()


class Graph:
    """Nodes and constants of a graph as it grows."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes = []
        self.constants = {}

    def node(self, kind: str, inputs: list[str], outputs: list[str], **attributes: object) -> None:
        """Adds a node, named by its first output."""
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], **attributes))

    def constant(self, name: str, value: np.ndarray) -> str:
        """Adds a constant, once, and gives its name."""
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def reshape(self, source: str, target: str, shape: list[int]) -> None:
        """0 keeps a dimension, -1 takes what is left."""
        name = self.constant("shape_" + "_".join(map(str, shape)), np.array(shape, np.int64))
        self.node("Reshape", [source, name], [target])

    def bilstm(self, prefix: str, x: str, states: str, hidden: int) -> None:
        """Adds an LSTM over x [T, N, D]; `states` is [T, 2, N, H]."""

        def both(name: str) -> np.ndarray:
            return np.stack([self.weights[f"{prefix}.rnn.{name}_l0{direction}"] for direction in ("", "_reverse")])

        w = self.constant(f"{prefix}.W", onnx_gates(both("weight_ih")))
        r = self.constant(f"{prefix}.R", onnx_gates(both("weight_hh")))
        b = self.constant(
            f"{prefix}.B", np.concatenate([onnx_gates(both("bias_ih")), onnx_gates(both("bias_hh"))], axis=1)
        )
        self.node("LSTM", [x, w, r, b], [states], direction="bidirectional", hidden_size=hidden)

    def attend(self, prefix: str, states: str, shares: str, weighted: str, steps: int, hidden: int) -> None:
        """Adds attention over states [T, 2, N, H]: `shares` [N, 1, T], `weighted` [N, 1, 2H]."""
        self.node("Transpose", [states], [f"{states}_by_gene"], perm=[2, 0, 1, 3])
        self.reshape(f"{states}_by_gene", f"{states}_joined", [0, steps, 2 * hidden])
        # A matrix of one column: onnxruntime-web's older WebGPU provider (JSEP) fails on a vector, which ONNX allows as
        # well.
        context = self.constant(f"{prefix}.context", self.weights[f"{prefix}.bin_attention.bin_context_vector"])
        self.node("MatMul", [f"{states}_joined", context], [f"{states}_scores"])
        self.reshape(f"{states}_scores", f"{states}_score_rows", [0, 1, steps])
        self.node("Softmax", [f"{states}_score_rows"], [shares], axis=2)
        self.node("MatMul", [shares, f"{states}_joined"], [weighted])

    def model(self) -> onnx.ModelProto:
        """The finished model."""

        def tensor(name: str, *shape: int) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["genes", *shape])

        shapes = {"logit": (), "probability": (), "alpha": (len(MARKS), BINS), "beta": (len(MARKS),)}
        graph = helper.make_graph(
            self.nodes,
            "attentive-chrome-lstm-alpha-beta",
            [tensor("signal", BINS, len(MARKS))],
            [tensor(name, *shapes[name]) for name in OUTPUTS],
            list(self.constants.values()),
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="regulens-benches"
        )
        # The version of the file format that came with the opset: newer ones only make older runtimes refuse the file.
        model.ir_version = helper.find_min_ir_version_for(model.opset_import)
        checker.check_model(model, full_check=True)
        return model


def onnx_gates(gates: np.ndarray) -> np.ndarray:
    """Gate blocks along axis 1 from PyTorch's order i, f, g, o to ONNX's i, o, f, g (it calls g c)."""
    i, f, g, o = np.split(gates, 4, axis=1)
    return np.concatenate([i, o, f, g], axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the model as ONNX.")
    parser.add_argument("weights", help="a state dict in safetensors")
    parser.add_argument("out", help="the ONNX file to write")
    arguments = parser.parse_args()
    onnx.save(build(load_file(arguments.weights)), arguments.out)


if __name__ == "__main__":
    main()
