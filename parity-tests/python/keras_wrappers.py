"""Keras's Bidirectional, TimeDistributed and ConvLSTM layers, as `keras_cases.py` asks them."""

from golden import write
from keras_cases import append, cases, libraries, masked, of, values

SEQUENCE, MASK = (2, 5, 3), masked((2, 5), [(0, 2), (1, 0), (1, 4), (1, 3)])
IMAGE = {1: (2, 3, 7, 2), 2: (1, 3, 5, 4, 2), 3: (1, 2, 4, 3, 5, 2)}
ROWS = [
    *[(of("Bidirectional", of(kind, 3, return_sequences=sequences, return_state=state), merge_mode=mode), [SEQUENCE], call)
      for kind, sequences, state, mode, call in (
          ("LSTM", True, False, "concat", {}), ("GRU", False, False, "sum", {"mask": MASK}), ("SimpleRNN", True, False, "mul", {"mask": MASK}),
          ("LSTM", True, True, "ave", {"mask": MASK, "initial_state": [values((2, 3), 1.1 + i) for i in range(4)]}), ("GRU", True, True, None, {}), ("LSTM", False, False, None, {}))],
    (of("Bidirectional", of("LSTM", 3, return_sequences=True), backward_layer=of("GRU", 2, return_sequences=True, go_backwards=True)), [SEQUENCE], {}),
    (of("TimeDistributed", of("Dense", 4, activation="relu")), [SEQUENCE], {}),
    (of("TimeDistributed", of("Conv1D", 2, 3, padding="same")), [(2, 3, 5, 2)], {"mask": masked((2, 3), [(1, 2)])}),
    (of("TimeDistributed", of("LSTM", 3)), [(2, 3, 4, 2)], {}),
    (of("TimeDistributed", of("LSTM", 3)), [(2, 3, 4, 2)], {"mask": masked((2, 3, 4), [(1, 2, 0), (0, 0, 3)])}),
    *[(of(f"ConvLSTM{n}D", 2, size, **options), [IMAGE[n]], call)
      for n, size, options, call in (
          (1, 3, {}, {}), (1, 2, {"strides": 2, "return_sequences": True, "padding": "same"}, {"mask": masked((2, 3), [(0, 1), (1, 2)])}),
          (1, 3, {"dropout": 0.3, "recurrent_dropout": 0.4, "seed": 7}, {"training": True}), (1, 3, {"return_state": True, "padding": "same"}, {}),
          (2, [2, 3], {"return_sequences": True, "return_state": True, "go_backwards": True}, {}), (2, 3, {"padding": "same", "use_bias": False, "activation": "softsign", "recurrent_activation": "hard_sigmoid"}, {}), (2, 2, {"dilation_rate": [2, 1]}, {}),
          (3, 2, {}, {}), (3, [1, 2, 3], {"padding": "same", "unit_forget_bias": False, "return_sequences": True}, {}), (3, 2, {"dropout": 0.5, "seed": 1}, {"training": True}))],
]

for row in ROWS:
    append(*row)
write("keras-wrappers", cases, libraries())
