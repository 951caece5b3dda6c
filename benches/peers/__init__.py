"""What the peers of Regulens are given: the same weights, the same values, and the model in their own form.

    weights      the model's tensors, drawn from a seed and written as a state dict in safetensors
    signal       the values of a table as float32 [genes, bins, marks]
    onnx_graph   the model as an ONNX graph of native LSTM nodes
    reference    the same forward pass in float64, by the paper's equations

    sequence_model, sequence_graph, published_sizes    the same of models of the Basenji family
    onnx_session                                       ONNX Runtime with either graph
    torch_subject                                      PyTorch's modules, timed: predictions and steps of training
    torch_model, sequence_torch, change_torch          modules: tables, sequences, and DeepDiff Raw+Aux, for `gpu.sh`
    variants_torch                                     scores of variants, for `variant_speed.py`

Each file is also a command, run from `benches/`: `python -m peers.weights weights.safetensors`.
Shapes: N genes, T bins, M marks, H hidden units of a direction.
"""

MARKS = ("H3K27me3", "H3K36me3", "H3K4me1", "H3K4me3", "H3K9me3")
"""The marks of AttentiveChrome's published tables, in their order."""

BINS = 100
"""T of AttentiveChrome's published tables."""
