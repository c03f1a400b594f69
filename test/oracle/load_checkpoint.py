"""Runs an exported checkpoint in PyTorch: `load_checkpoint.py <file.pt>`, with a request as JSON on stdin:
  {"model": <ModelConfig>, "inputs": [[...]], "puzzle_identifiers": [...]}
Loads it with weights_only=True, as a state dictionary, into the model that `test/bench/torch_step.py --check`
compares with the recorded gradients. Prints {"torch": ..., "names": [...], "logits": [...]} of the first supervision step.
"""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "bench"))

import torch
from torch_step import Trm

PREFIX = "model.inner."


def main():
    request = json.load(sys.stdin)
    state = torch.load(sys.argv[1], weights_only=True)
    params = {name.removeprefix(PREFIX): tensor for name, tensor in state.items()}
    starts = params.pop("H_init"), params.pop("L_init")
    table = params.pop("puzzle_emb.weights", None)
    model = Trm(request["model"], torch.float32, params)
    tokens = torch.tensor(request["inputs"])
    puzzles = None if table is None else table[torch.tensor(request["puzzle_identifiers"])]
    carry = (row.expand(len(tokens), model.front + tokens.shape[1], -1) for row in starts)
    with torch.inference_mode():
        _, logits, _ = model.step(tokens, puzzles, *carry)
    print(json.dumps({"torch": torch.__version__, "names": list(state), "logits": logits.flatten().tolist()}))


if __name__ == "__main__":
    main()
