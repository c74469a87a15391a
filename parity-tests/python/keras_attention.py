"""Keras's attention layers, EinsumDense and ReversibleEmbedding, as `keras_cases.py` asks them."""

import numpy as np

from golden import write
from keras_cases import append, cases, libraries, masked, of

# Features of heads whose root is a float32: Keras rounds it. A query that sees nothing gets in float64 what it does not get in float32, so each sees something.
Q, V, K = (2, 3, 4), (2, 5, 4), (2, 5, 4)
KEYS, QUERIES = masked((2, 5), [(0, 4), (1, 3), (1, 2)]), masked((2, 3), [(1, 2)])
PAIRS = masked((2, 3, 5), [(0, 1, 1), (1, 0, 3), (1, 2, 4)])
MASKS, CAUSAL, SCORES = {"mask": [QUERIES, KEYS]}, {"use_causal_mask": True}, {"return_attention_scores": True}
ROWS = [
    *[(of(name, **options), shapes, call)
      for name in ("Attention", "AdditiveAttention")
      for options, shapes, call in (({}, [Q, V], {}), ({"use_scale": name == "Attention"}, [Q, V, K], MASKS), ({"dropout": 0.4, "seed": 3}, [Q, V], {"training": True}), ({"dropout": 0.4, "seed": 3}, [Q, V], {**SCORES, **CAUSAL}), ({}, [Q, (2, 5, 4)], {**MASKS, **CAUSAL, **SCORES}))],
    (of("Attention", score_mode="concat"), [Q, V], {}), (of("Attention", score_mode="concat", use_scale=True), [Q, V, K], MASKS), (of("Attention"), [Q, (2, 5, 7), K], {"mask": [QUERIES, None]}),
    *[(of("MultiHeadAttention", 2, 4, **options), shapes, call)
      for options, shapes, call in (
          ({}, [Q, (2, 5, 6)], {}), ({"value_dim": 4, "output_shape": 5, "bias_initializer": "ones"}, [Q, (2, 5, 6), (2, 5, 3)], SCORES), ({"use_bias": False, "output_shape": [2, 3]}, [Q, V], {"attention_mask": PAIRS}),
          ({}, [Q, Q], CAUSAL), ({"use_gate": True, "value_dim": 2}, [Q, V], {"value_mask": KEYS, **SCORES}), ({}, [Q, V], {"key_mask": KEYS, **CAUSAL}), ({}, [Q, V], {"attention_mask": masked((2, 3, 5), [(0, 1), (1, 2, 0)])}),
          ({"dropout": 0.3}, [Q, V], {"attention_mask": masked((2, 3, 5), [(0, 1), (1, 2, 0)]), **SCORES}), ({"dropout": 0.3, "seed": 5}, [Q, V], {"training": True, "attention_mask": PAIRS}), ({"sliding_window": 2}, [(2, 5, 4), V], {}), ({"sliding_window": 2}, [(2, 5, 4), V], {**CAUSAL, **SCORES}),
          ({"attention_axes": 2}, [(2, 3, 4, 5), (2, 3, 2, 5)], {}), ({"attention_axes": [1, 2]}, [(2, 3, 2, 4), (2, 2, 3, 4)], SCORES), ({}, [(1, 2, 3, 4), (1, 2, 3, 4)], {}), ({"attention_axes": [-2], "output_shape": 3}, [(2, 3, 4, 5), (2, 3, 2, 5)], {**SCORES, "attention_mask": masked((2, 3, 4, 2), [(0, 1, 1, 1)])}))],
    *[(of("GroupQueryAttention", 4, *heads, **options), shapes, call)
      for heads, options, shapes, call in (
          ([4, 2], {}, [Q, V], {}), ([2, 1], {"use_bias": False, "use_gate": True}, [Q, V, K], SCORES), ([3, 3], {}, [Q, Q], CAUSAL), ([4, 2], {}, [Q, V], {"attention_mask": PAIRS, "value_mask": KEYS, "query_mask": QUERIES}),
          ([2, 1], {"dropout": 0.5, "seed": 2, "sliding_window": 2}, [Q, Q], {"training": True}))],
    *[(of("EinsumDense", equation, shape, **options), [inputs], {})
      for equation, shape, options, inputs in (
          ("ab,bc->ac", 3, {"bias_axes": "c", "activation": "relu"}, (4, 5)), ("abc,cd->abd", [None, 4], {"bias_axes": "d", "kernel_initializer": "he_normal"}, (2, 3, 5)), ("...x,xy->...y", 4, {"bias_axes": "y"}, (2, 3, 5)), ("abc,cde->abde", [None, 2, 3], {"bias_axes": "de"}, (2, 3, 4)),
          ("abcd,cde->abe", [None, 3], {}, (2, 3, 2, 4)), ("abc,cd->abd", [3, 4], {"bias_axes": "bd"}, (2, 3, 5)), ("ab...,bc->ac...", 3, {"bias_axes": "c", "bias_initializer": "ones"}, (2, 4, 3, 2)), ("abc,bd->adc", [4, 5], {"bias_axes": "d"}, (2, 3, 5)))],
    *[(of("ReversibleEmbedding", 6, 4, **options), [Q], {"reverse": True}) for options in ({}, {"tie_weights": False}, {"logit_soft_cap": 0.7}, {"embeddings_initializer": "glorot_normal", "mask_zero": True})],
]

for row in ROWS:
    append(*row)
write("keras-attention", cases, libraries())
