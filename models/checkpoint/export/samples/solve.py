"""Solves a puzzle with an exported model: python3 solve.py sudoku.onnx 1.....3..2.....4   (pip install onnxruntime numpy)"""
import json
import sys

import numpy as np
import onnxruntime as ort

session = ort.InferenceSession(sys.argv[1])
symbols = json.loads(session.get_modelmeta().custom_metadata_map["vocabulary"])
tokens = np.array([[symbols.index(symbol) for symbol in sys.argv[2]]], dtype=np.int32)
preds, = session.run(["preds"], {"inputs": tokens})
print("".join(symbols[token] for token in preds[0]))
