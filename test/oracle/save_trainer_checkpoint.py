"""Trains an exported checkpoint by one step in PyTorch and saves it in the format of the reference's trainer:
`save_trainer_checkpoint.py <model.pt> <step file>`. Prints {"averaged": [names], "others": [names]}; every average is 0.25.
"""
import json
import sys
from collections import OrderedDict

import torch

BUFFERS = ("H_init", "L_init", "puzzle_emb.weights")


def main():
    state = torch.load(sys.argv[1], weights_only=True)
    weights = {name: torch.nn.Parameter(tensor.clone()) for name, tensor in state.items() if not name.endswith(BUFFERS)}
    optimiser = torch.optim.AdamW(weights.values(), lr=1e-3)
    for weight in weights.values():
        weight.grad = torch.ones_like(weight)
    optimiser.step()
    model = OrderedDict((name, weights[name].data if name in weights else tensor) for name, tensor in state.items())
    model._metadata = OrderedDict([("", {"version": 1})])
    averages = {name: torch.full_like(weight, 0.25) for name, weight in weights.items()}
    checkpoint = {"model": model, "optimizers": [optimiser.state_dict()], "step": 1, "ema_helper": averages}
    torch.save(checkpoint, sys.argv[2])
    print(json.dumps({"averaged": list(averages), "others": [name for name in state if name not in averages]}))


if __name__ == "__main__":
    main()
