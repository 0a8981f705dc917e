"""The model's layers as a graph that onnxruntime carries out: the pieces of a sentence in, what it means out.

Weights are whole numbers of 7 bits with a scale for each column, and what meets them is rounded to 8 bits when it does,
so that a processor multiplies many at once. Not 8 bits on both sides: then sums overflow on processors that have AVX2
and no more, and a sentence would lie elsewhere on another machine.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from components.e5.weights import Array, Weights

_MOST = 63  # of 7 bits with a sign
_MICROSOFT = "com.microsoft"  # operations that onnxruntime has beside the standard
_VERSIONS = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
_FORMAT = 8  # of the file: of the time of these operations


class Encoder:
    """A model that can be asked."""

    def __init__(self, weights: Weights) -> None:
        """On one thread: two would spin beside the hub and save little time."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        drawn = Graph(weights).model().SerializeToString()
        self._session = onnxruntime.InferenceSession(drawn, options, providers=["CPUExecutionProvider"])

    def meaning(self, pieces: Array) -> Array:
        """One row of unit length for a sentence, whose pieces are a row each."""
        [rows] = self._session.run(["meaning"], {"pieces": pieces})
        return np.asarray(rows[0])


class Graph:
    """The graph of a BERT: a normalisation, its layers one upon the other, and the mean of what comes out."""

    def __init__(self, weights: Weights) -> None:
        """Draws it; each step names its result."""
        self._weights = weights
        self._steps: list[NodeProto] = []
        self._constants: list[TensorProto] = []
        shape = weights.shape
        self._constant("heads apart", np.array([0, shape.heads, shape.width // shape.heads]))
        self._constant("heads together", np.array([0, shape.width]))
        self._constant("flat", np.array((shape.width // shape.heads) ** -0.5, np.float32))

        self._normalised("layer 0", "LayerNormalization", ["pieces"], "emb.ln")
        for number in range(shape.layers):
            self._layer(f"layer {number}", f"l{number}", f"layer {number + 1}")
        self._step("mean", "ReduceMean", [f"layer {shape.layers}"], axes=[0], keepdims=1)
        self._step("meaning", "LpNormalization", ["mean"], axis=-1, p=2)

    def model(self) -> ModelProto:
        """The whole of it, to be carried out."""
        width = self._weights.shape.width
        graph = helper.make_graph(
            self._steps,
            "multilingual-e5-small",
            [helper.make_tensor_value_info("pieces", TensorProto.FLOAT, ["pieces of a sentence", width])],
            [helper.make_tensor_value_info("meaning", TensorProto.FLOAT, [1, width])],
            self._constants,
        )
        return helper.make_model(graph, opset_imports=_VERSIONS, ir_version=_FORMAT)

    def _layer(self, before: str, key: str, after: str) -> None:
        """Every piece looks at all the others, and then thinks for itself."""
        width, inner = self._weights.shape.width, self._weights.shape.inner
        for part, turned in (("q", [1, 0, 2]), ("k", [1, 2, 0]), ("v", [1, 0, 2])):
            self._product(f"{key}.{part}", before, f"{key}.{part}", width)
            self._step(f"{key}.{part} apart", "Reshape", [f"{key}.{part}", "heads apart"])
            self._step(f"{key}.{part} by heads", "Transpose", [f"{key}.{part} apart"], perm=turned)
        self._step(f"{key} likeness", "MatMul", [f"{key}.q by heads", f"{key}.k by heads"])
        self._step(f"{key} flatter", "Mul", [f"{key} likeness", "flat"])
        self._step(f"{key} attention", "Softmax", [f"{key} flatter"], axis=-1)
        self._step(f"{key} seen", "MatMul", [f"{key} attention", f"{key}.v by heads"])
        self._step(f"{key} by pieces", "Transpose", [f"{key} seen"], perm=[1, 0, 2])
        self._step(f"{key} together", "Reshape", [f"{key} by pieces", "heads together"])
        self._product(f"{key} told", f"{key} together", f"{key}.ao", width)
        self._added(f"{key} middle", [f"{key} told", before], f"{key}.aln")
        self._product(f"{key} wide", f"{key} middle", f"{key}.fi", width)
        self._step(f"{key} bent", "Gelu", [f"{key} wide"], domain=_MICROSOFT)
        self._product(f"{key} thought", f"{key} bent", f"{key}.fo", inner)
        self._added(after, [f"{key} thought", f"{key} middle"], f"{key}.oln")

    def _product(self, result: str, rows: str, table: str, columns: int) -> None:
        weights = self._weights.matrix(f"{table}.w", columns)
        scale = np.abs(weights).max(axis=1) / _MOST
        whole = np.rint(weights / scale[:, np.newaxis]).astype(np.int8)
        inputs = [
            rows,
            self._constant(f"{table}.w", whole.T),
            self._constant(f"{table}.scale", scale),
            "",
            self._constant(f"{table}.b", self._weights.numbers(f"{table}.b")),
        ]
        self._step(result, "DynamicQuantizeMatMul", inputs, domain=_MICROSOFT)

    def _added(self, result: str, two: Sequence[str], table: str) -> None:
        self._normalised(result, "SkipLayerNormalization", two, table, domain=_MICROSOFT)

    def _normalised(
        self, result: str, operation: str, inputs: Sequence[str], table: str, domain: str = ""
    ) -> None:
        scale, shift = (
            self._constant(f"{table}.{part}", self._weights.numbers(f"{table}.{part}")) for part in "wb"
        )
        self._step(result, operation, [*inputs, scale, shift], domain=domain, epsilon=self._weights.epsilon)

    def _constant(self, name: str, value: npt.NDArray[np.generic]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _step(self, result: str, operation: str, inputs: Sequence[str], **settings: object) -> None:
        self._steps.append(helper.make_node(operation, inputs, [result], **settings))
