"""Stands in for the reference's trainer, with the same functions, on the CPU: load_state.py starts it in this folder. The last argument is a
request as JSON: {"model": <ModelConfig>, "inputs": [[...]], "labels": [[...]], "rate", "betas", "decay", "ema_rate", "steps", "dtype"}.
Takes one step of AdamW and prints {"argv", "step", "total_steps", "type" of L_init, "weights": {name: [...]}, "averages": {name: [...]}}.
"""
import json
import os
import sys
from types import SimpleNamespace

import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "bench"))

from torch_models import Trm, total_loss  # noqa: E402

PREFIX = "_orig_mod.model.inner."


class EMAHelper:
    def __init__(self, mu):
        self.mu, self.shadow = mu, {}

    def register(self, module):
        self.shadow = {name: parameter.data.clone() for name, parameter in module.named_parameters()}

    def update(self, module):
        for name, parameter in module.named_parameters():
            self.shadow[name].mul_(self.mu).add_(parameter.data, alpha=1 - self.mu)


def add_to(module, name, tensor, is_buffer):
    """Registers a tensor under a name with dots."""
    *outer, last = name.split(".")
    for part in outer:
        if part not in dict(module.named_children()):
            module.add_module(part, torch.nn.Module())
        module = getattr(module, part)
    if is_buffer:
        module.register_buffer(last, tensor)
    else:
        module.register_parameter(last, torch.nn.Parameter(tensor))


def load_checkpoint(model, config):
    raise AssertionError("load_state.py replaces this function")


def create_model(config, metadata, rank, world_size):
    torch.manual_seed(9)
    model, width = torch.nn.Module(), config.model["hiddenSize"]
    for name, shape in Trm(config.model, torch.float32).shapes().items():
        add_to(model, PREFIX + name, torch.randn(shape), False)
    for name in ("H_init", "L_init"):
        add_to(model, PREFIX + name, torch.randn(width, dtype=getattr(torch, config.dtype)), True)
    load_checkpoint(model, config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0, betas=config.betas, weight_decay=config.decay)
    return model, [optimizer], [config.rate]


def init_train_state(config, metadata, rank, world_size):
    model, optimizers, rates = create_model(config, metadata, rank=rank, world_size=world_size)
    return SimpleNamespace(step=0, total_steps=config.steps, model=model, optimizers=optimizers, rates=rates)


def take_step(config, train_state):
    weights = {name[len(PREFIX) :]: parameter for name, parameter in train_state.model.named_parameters()}
    trm, buffers = Trm(config.model, torch.float32, weights), dict(train_state.model.named_buffers())
    tokens, labels = torch.tensor(config.inputs), torch.tensor(config.labels)
    carry = (trm.start(buffers[PREFIX + name].float(), len(tokens)) for name in ("H_init", "L_init"))
    _, logits, q = trm.step(tokens, None, *carry)
    (total_loss(logits, labels, q) / len(tokens)).backward()
    for optimizer, rate in zip(train_state.optimizers, train_state.rates):
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
    train_state.step += 1
    return buffers[PREFIX + "L_init"].dtype


def launch():
    config = SimpleNamespace(**json.loads(sys.argv[-1]))
    train_state = init_train_state(config, None, rank=0, world_size=1)
    averages = EMAHelper(config.ema_rate)
    averages.register(train_state.model)
    dtype = take_step(config, train_state)
    averages.update(train_state.model)

    def lists(named):
        return {name[len("_orig_mod.") :]: tensor.flatten().tolist() for name, tensor in named}

    print(json.dumps({"argv": sys.argv[1:-1], "step": train_state.step, "total_steps": train_state.total_steps,
                      "type": str(dtype), "weights": lists(train_state.model.named_parameters()),
                      "averages": lists(averages.shadow.items())}))
