"""Keras's recurrent layers, as `keras_cases.py` asks them."""

import os

os.environ["KERAS_BACKEND"] = "jax"

from golden import write
from keras_cases import append, cases, libraries, masked, of, values

SEQUENCE, MASK = (2, 5, 3), masked((2, 5), [(0, 2), (1, 0), (1, 4), (1, 3)])
STATES = [values((2, 4), 1.3), values((2, 4), 0.9)]
ACT = {"activation": "softsign", "recurrent_activation": "hard_sigmoid"}
# A specification, shapes of the inputs, what the call is told.
ROWS = []
for kind, count in (("SimpleRNN", 1), ("GRU", 1), ("LSTM", 2)):
    more = {"activation": "softsign"} if kind == "SimpleRNN" else ACT
    ROWS += [
        (of(kind, 4), [SEQUENCE], {}),
        (of(kind, 4, return_sequences=True, return_state=True, **more), [SEQUENCE], {"initial_state": STATES[:count]}),
        (of(kind, 4, return_sequences=True, go_backwards=True, use_bias=False), [(3, 1, 2)], {}),
        (of(kind, 4, return_sequences=True, return_state=True), [SEQUENCE], {"mask": MASK, "initial_state": STATES[:count]}),
        (of(kind, 4, return_sequences=True, zero_output_for_mask=True, go_backwards=True, bias_initializer="ones"), [SEQUENCE], {"mask": MASK}),
        (of(kind, 4, zero_output_for_mask=True, kernel_initializer="he_normal"), [SEQUENCE], {"mask": MASK}),
        (of(kind, 4, unroll=True, return_state=True), [SEQUENCE], {"mask": MASK}),
        (of(kind, 4, dropout=0.4, seed=3, return_sequences=True), [SEQUENCE], {"training": True}),
        (of(kind, 4, dropout=0.4, seed=3), [SEQUENCE], {}),
        (of(kind, 4, dropout=0.3, recurrent_dropout=0.5, seed=5, return_sequences=True), [SEQUENCE], {"training": True}),
        (of(kind, 4, recurrent_dropout=0.5, seed=6), [SEQUENCE], {"training": True, "mask": MASK}),
        # On JAX a loop of GRU's own drops all at 1, where its cell drops nothing.
        *[(of(kind, 4, dropout=1.0, seed=6), [SEQUENCE], {"training": True}) for _ in range(kind != "GRU")],
        (of(kind + "Cell", 4), [(2, 3)], {"states": STATES[:count]}),
        (of(kind + "Cell", 4, use_bias=False, **more), [(2, 3)], {"states": STATES[:count]}),
        (of(kind + "Cell", 4, recurrent_dropout=0.5, dropout=0.2, seed=8), [(2, 3)], {"states": STATES[:count], "training": True}),
        (of("RNN", of(kind + "Cell", 4), return_sequences=True), [SEQUENCE], {"mask": MASK}),
    ]
ROWS += [
    (of("LSTM", 4, unit_forget_bias=False, bias_initializer="ones"), [SEQUENCE], {}),
    *[(of("GRU", 4, reset_after=False, **options), [SEQUENCE], call) for options, call in (({}, {}), ({"return_sequences": True, "use_bias": False}, {"mask": MASK}), ({"recurrent_dropout": 0.4, "dropout": 0.2, "seed": 2}, {"training": True}))],
    (of("GRUCell", 4, reset_after=False), [(2, 3)], {"states": STATES[:1]}),
    (of("RNN", of("StackedRNNCells", [of("LSTMCell", 3), of("GRUCell", 4, dropout=0.2, seed=4), of("SimpleRNNCell", 2)]), return_sequences=True), [SEQUENCE], {"mask": MASK, "training": True}),
    (of("RNN", of("StackedRNNCells", [of("LSTMCell", 3), of("LSTMCell", 4)]), return_state=True, go_backwards=True), [SEQUENCE], {}),
    (of("RNN", of("StackedRNNCells", [of("GRUCell", 3), of("SimpleRNNCell", 4)]), zero_output_for_mask=True, return_sequences=True), [SEQUENCE], {"mask": MASK}),
]

for row in ROWS:
    append(*row)
write("keras-sequences", cases, libraries())
