"""AttentiveChrome LSTM-α,β in plain NumPy, by the equations of its paper and the layout of its published weights.

In float64 it is what every runtime's float32 is measured against; it is not meant to be fast.

    python -m peers.reference WEIGHTS.safetensors SIGNAL.f32 GENES OUT.f32
"""

import argparse

import numpy as np
from safetensors.numpy import load_file

from . import BINS, MARKS


def forward(weights: dict[str, np.ndarray], signal: np.ndarray, dtype: type = np.float64) -> dict[str, np.ndarray]:
    """Outputs for a signal [N, T, M]: logit [N], probability [N], alpha [N, M, T], beta [N, M]."""
    weights = {name: tensor.astype(dtype) for name, tensor in weights.items()}
    signal = signal.astype(dtype)
    alphas, embeddings = [], []
    for mark in range(signal.shape[2]):
        states = bilstm(weights, f"rnn_hms.{mark}", signal[:, :, mark : mark + 1])
        alpha, embedding = attend(weights, f"rnn_hms.{mark}", states)
        alphas.append(alpha)
        embeddings.append(embedding)
    states = bilstm(weights, "hm_level_rnn_1", np.stack(embeddings, axis=1))
    beta, gene = attend(weights, "hm_level_rnn_1", states)
    logit = gene @ weights["fdiff1_1.weight"][0] + weights["fdiff1_1.bias"][0]
    return {"logit": logit, "probability": sigmoid(logit), "alpha": np.stack(alphas, axis=1), "beta": beta}


def bilstm(weights: dict[str, np.ndarray], prefix: str, x: np.ndarray) -> np.ndarray:
    """States [N, T, 2H] of the forward direction, then of the reverse one, each at the position of its bin; x is [N, T,
    D]."""
    directions = []
    for suffix, order in (("", 1), ("_reverse", -1)):
        part = {
            name: weights[f"{prefix}.rnn.{name}_l0{suffix}"]
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        hidden = part["weight_hh"].shape[1]
        h = np.zeros((x.shape[0], hidden), x.dtype)
        c = np.zeros_like(h)
        states = np.empty((*x.shape[:2], hidden), x.dtype)
        for t in range(x.shape[1])[::order]:
            z = x[:, t] @ part["weight_ih"].T + part["bias_ih"] + h @ part["weight_hh"].T + part["bias_hh"]
            i, f, g, o = np.split(z, 4, axis=1)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            h = sigmoid(o) * np.tanh(c)
            states[:, t] = h
        directions.append(states)
    return np.concatenate(directions, axis=2)


def attend(weights: dict[str, np.ndarray], prefix: str, states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Attention [N, T] over states [N, T, C], and their sum weighted by it, [N, C]."""
    scores = states @ weights[f"{prefix}.bin_attention.bin_context_vector"][:, 0]
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return shares, np.einsum("nt,ntc->nc", shares, states)


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x), by tanh, which does not overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def main() -> None:
    parser = argparse.ArgumentParser(description="Compute the first genes of a signal in float64.")
    parser.add_argument("weights", help="a state dict in safetensors")
    parser.add_argument("signal", help="[genes, bins, marks], float32, no header")
    parser.add_argument("genes", type=int, help="how many genes to compute")
    parser.add_argument(
        "out", help="the file to write: logit, probability, alpha and beta, one after the other, float32"
    )
    arguments = parser.parse_args()
    signal = np.fromfile(arguments.signal, "<f4").reshape(-1, BINS, len(MARKS))[: arguments.genes]
    outputs = forward(load_file(arguments.weights), signal)
    parts = [outputs[name].ravel() for name in ("logit", "probability", "alpha", "beta")]
    np.concatenate(parts).astype("<f4").tofile(arguments.out)


if __name__ == "__main__":
    main()
