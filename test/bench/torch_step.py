"""The same train and inference step in PyTorch, as a baseline: `npm run bench -- --torch <python>`.

Reads requests from stdin, one JSON object a line, and answers each with one line of JSON:
  {"make": {"model": <ModelConfig>, "batch": B, "dtype": "float32" | "bfloat16", "kind": "train" | "inference",
            "optimiser": <OptimiserConfig>, "threads": n, "compiled": true | false}}
  {"step": "elapsed" | "cpu"}  -> {"milliseconds": ...}: elapsed time, or processor time of the process
`torch_step.py --check <oracle case folder>` instead compares its loss and gradients with recorded ones.
"""
import json
import os
import sys
import time
import warnings

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

import torch  # noqa: E402

from tensor_file import read_tensors  # noqa: E402
from torch_families import create_model  # noqa: E402
from torch_models import Trm, total_loss  # noqa: E402
from torch_optimisers import Average, create_optimiser, sign_sgd  # noqa: E402

LEARNING_RATE = 1e-3
EMA_RATE = 0.999


class Task:
    """A model that runs one batch repeatedly and carries its state from step to step."""

    def __init__(self, model, batch, dtype, kind, optimiser, threads, compiled=False):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.kind, self.batch, self.max_gradient_norm = kind, batch, optimiser.get("maxGradientNorm")
        self.model = create_model(model, getattr(torch, dtype))
        weights = list(self.model.weights.values())
        self.optimiser, self.average = create_optimiser(weights, optimiser, LEARNING_RATE), Average(weights)
        self.step = torch.compile(self.model.step) if compiled else self.model.step
        shape, first = (batch, model["seqLen"]), self.model.first_token
        self.tokens = torch.randint(1, model["vocabSize"], shape)
        self.labels = torch.randint(max(1, first), model["vocabSize"], shape) - first
        self.puzzles = torch.zeros(batch, model["puzzleEmbNdim"], requires_grad=True)
        rows = torch.randn(2, model["hiddenSize"]).to(self.model.dtype)
        self.carry = tuple(self.model.start(row, batch).clone() for row in rows)

    def run(self):
        if self.kind == "inference":
            with torch.inference_mode():
                _, logits, _ = self.step(self.tokens, self.puzzles, *self.carry)
                logits.argmax(-1)
            return
        self.carry, logits, q = self.step(self.tokens, self.puzzles, *self.carry)
        (total_loss(logits, self.labels, q) / self.batch).backward()
        if self.max_gradient_norm:
            torch.nn.utils.clip_grad_norm_(self.model.weights.values(), self.max_gradient_norm)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.average.update(EMA_RATE)
        if self.model.front:
            sign_sgd(self.puzzles)


CLOCKS = {"elapsed": time.perf_counter, "cpu": time.process_time}


def milliseconds(run, clock):
    start = clock()
    run()
    return 1000 * (clock() - start)


def serve():
    task = None
    for line in sys.stdin:
        request = json.loads(line)
        if "make" in request:
            task = Task(**request["make"])
            answer = {"threads": torch.get_num_threads()}
        else:
            answer = {"milliseconds": milliseconds(task.run, CLOCKS[request["step"]])}
        print(json.dumps(answer), flush=True)


def check(folder):
    """Largest gradient error relative to each weight's largest gradient, and the loss, against recorded ones."""
    def read(name):
        return read_tensors(os.path.join(folder, f"{name}.safetensors"))

    with open(os.path.join(folder, "config.json")) as file:
        recorded = json.load(file)
    arch, data = recorded["arch"], recorded["data"]
    config = {"seqLen": data["seq_len"], "vocabSize": data["vocab_size"], "hiddenSize": arch["hidden_size"],
              "numHeads": arch["num_heads"], "expansion": arch["expansion"], "innerMultiple": 256,
              "lLayers": arch["L_layers"], "hCycles": arch["H_cycles"], "lCycles": arch["L_cycles"],
              "mlpT": arch["mlp_t"], "posEncodings": "none" if arch["mlp_t"] else arch["pos_encodings"],
              "puzzleEmbNdim": arch["puzzle_emb_ndim"], "puzzleEmbLen": arch["puzzle_emb_len"]}
    prefix = "model.inner."
    params = {name.removeprefix(prefix): tensor for name, tensor in read("params").items()}
    z_h, z_l = params.pop("H_init"), params.pop("L_init")
    table = params.pop("puzzle_emb.weights", torch.zeros(1, 0))
    batch = read("batches")
    tokens, labels = batch["b1.inputs"].long(), batch["b1.labels"].long()
    model = Trm(config, torch.float32, params)
    puzzles = table[batch["b1.puzzle_identifiers"].long()].requires_grad_(True) if model.front else None
    carry = (model.start(row, len(tokens)).clone() for row in (z_h, z_l))
    _, logits, q = model.step(tokens, puzzles, *carry)
    loss = total_loss(logits, labels, q)
    (loss / len(tokens)).backward()
    with open(os.path.join(folder, "results.json")) as file:
        expected = json.load(file)["train_steps"][0]["total_loss"]
    worst = abs(loss.item() / expected - 1)
    for name, gradient in read("grads_step1").items():
        own = puzzles.grad if name.endswith("puzzle_emb.local_weights") else params[name.removeprefix(prefix)].grad
        worst = max(worst, ((own - gradient).abs().max() / gradient.abs().max().clamp(min=1e-12)).item())
    print(json.dumps({"worst": worst}))
    return 0 if worst < 1e-4 else 1


if __name__ == "__main__":
    sys.exit(check(sys.argv[2]) if sys.argv[1:2] == ["--check"] else serve())
