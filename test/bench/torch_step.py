"""The same train and inference step in PyTorch, as a baseline: `npm run bench -- --torch <python>`.

Reads requests from stdin, one JSON object a line, and answers each with one line of JSON:
  {"make": {"model": <ModelConfig>, "batch": B, "dtype": "float32" | "bfloat16", "kind": "train" | "inference",
            "threads": n, "compiled": true | false}}
  {"step": true}  -> {"milliseconds": ...}
`torch_step.py --check <oracle case folder>` instead compares its loss and gradients with recorded ones.

With bfloat16 the forward and backward run in bfloat16 as in the published code: weights kept in float32
and cast where they are used, norms and rotary positions computed in float32, the loss in float64.
"""
import json
import math
import os
import struct
import sys
import time
import warnings

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

import torch
import torch.nn.functional as F

IGNORED = -100
EPSILON = 1e-5
ROPE_BASE = 10000.0


def inner_width(width, expansion, multiple):
    return math.ceil(round(expansion * width * 2 / 3) / multiple) * multiple


def rms_norm(x, axis):
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().mean(axis, keepdim=True) + EPSILON)).to(x.dtype)


def rotary_tables(positions, head_dim):
    frequency = 1.0 / ROPE_BASE ** (torch.arange(0, head_dim, 2, dtype=torch.float32) / head_dim)
    angle = torch.outer(torch.arange(positions, dtype=torch.float32), frequency)
    angle = torch.cat([angle, angle], -1)[:, None, :]
    return angle.cos(), angle.sin()


def rotate(x, tables):
    cos, sin = tables
    wide = x.float()
    first, second = wide.chunk(2, -1)
    return (wide * cos + torch.cat([-second, first], -1) * sin).to(x.dtype)


class Trm:
    """The tiny recursive model; weights have their names in checkpoints, states are [B, L, D]."""

    def __init__(self, config, dtype, weights=None):
        self.config, self.dtype = config, dtype
        self.weights = weights if weights is not None else self.fresh()
        for weight in self.weights.values():
            weight.requires_grad_(True)
        head_dim = config["hiddenSize"] // config["numHeads"]
        self.front = config["puzzleEmbLen"] or math.ceil(config["puzzleEmbNdim"] / config["hiddenSize"])
        self.tables = rotary_tables(self.front + config["seqLen"], head_dim) if config["posEncodings"] == "rope" else None

    def fresh(self):
        c = self.config
        width, heads = c["hiddenSize"], c["hiddenSize"] // c["numHeads"] * c["numHeads"]
        tokens = c["seqLen"] + (c["puzzleEmbLen"] or math.ceil(c["puzzleEmbNdim"] / width))
        shapes = {"embed_tokens.embedding_weight": (c["vocabSize"], width), "lm_head.weight": (c["vocabSize"], width),
                  "q_head.weight": (2, width), "q_head.bias": (2,)}
        for layer in range(c["lLayers"]):
            def mlp(name, size):
                inner = inner_width(size, c["expansion"], c["innerMultiple"])
                shapes[f"L_level.layers.{layer}.{name}.gate_up_proj.weight"] = (2 * inner, size)
                shapes[f"L_level.layers.{layer}.{name}.down_proj.weight"] = (size, inner)
            if c["mlpT"]:
                mlp("mlp_t", tokens)
            else:
                shapes[f"L_level.layers.{layer}.self_attn.qkv_proj.weight"] = (3 * heads, width)
                shapes[f"L_level.layers.{layer}.self_attn.o_proj.weight"] = (width, heads)
            mlp("mlp", width)
        return {name: torch.randn(shape) / math.sqrt(shape[-1]) for name, shape in shapes.items()}

    def linear(self, x, name):
        return F.linear(x, self.weights[f"{name}.weight"].to(x.dtype))

    def swiglu(self, x, name):
        gate, up = self.linear(x, f"{name}.gate_up_proj").chunk(2, -1)
        return self.linear(F.silu(gate) * up, f"{name}.down_proj")

    def attend(self, x, name):
        batch, length, _ = x.shape
        q, k, v = self.linear(x, f"{name}.qkv_proj").view(batch, length, 3, self.config["numHeads"], -1).unbind(2)
        if self.tables:
            q, k = rotate(q, self.tables), rotate(k, self.tables)
        mixed = F.scaled_dot_product_attention(*(part.transpose(1, 2) for part in (q, k, v)))
        return self.linear(mixed.transpose(1, 2).reshape(batch, length, -1), f"{name}.o_proj")

    def net(self, z, injection):
        h = z + injection
        for layer in range(self.config["lLayers"]):
            name = f"L_level.layers.{layer}"
            if self.config["mlpT"]:
                across = h.transpose(1, 2)
                h = rms_norm(across + self.swiglu(across, f"{name}.mlp_t"), -1).transpose(1, 2)
            else:
                h = rms_norm(h + self.attend(h, f"{name}.self_attn"), -1)
            h = rms_norm(h + self.swiglu(h, f"{name}.mlp"), -1)
        return h

    def cycle(self, x, z_h, z_l):
        for _ in range(self.config["lCycles"]):
            z_l = self.net(z_l, z_h + x)
        return self.net(z_h, z_l), z_l

    def embed(self, tokens, puzzles):
        """[B, P + S, D]: the positions of the puzzle embedding [B, ndim], padded with zeros, then the cells."""
        width = self.config["hiddenSize"]
        cells = F.embedding(tokens, self.weights["embed_tokens.embedding_weight"].to(self.dtype))
        if self.front:
            padded = F.pad(puzzles.to(self.dtype), (0, self.front * width - puzzles.shape[1]))
            cells = torch.cat([padded.view(-1, self.front, width), cells], 1)
        return math.sqrt(width) * cells

    def step(self, tokens, puzzles, z_h, z_l):
        """Returns the next carry, logits and halting logits; only the last cycle has gradients."""
        x = self.embed(tokens, puzzles)
        with torch.no_grad():
            for _ in range(self.config["hCycles"] - 1):
                z_h, z_l = self.cycle(x, z_h, z_l)
        z_h, z_l = self.cycle(x, z_h, z_l)
        first = z_h[:, 0]
        q = F.linear(first, self.weights["q_head.weight"].to(first.dtype), self.weights["q_head.bias"].to(first.dtype))
        return (z_h.detach(), z_l.detach()), self.linear(z_h[:, self.front :], "lm_head"), q.float()


def total_loss(logits, labels, q):
    """Stablemax cross entropy (in float64) of each example's labelled cells, and half the halting loss, summed."""
    wide = logits.double()
    scores = torch.where(wide >= 0, wide + 1, 1 / (1 - wide))
    valid = labels != IGNORED
    picked = scores.gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    cells = torch.where(valid, scores.sum(-1).log() - picked.log(), 0)
    lm = (cells.sum(-1) / valid.sum(-1).clamp(min=1)).sum()
    correct = ((logits.argmax(-1) == labels) | ~valid).all(-1)
    return lm + 0.5 * F.binary_cross_entropy_with_logits(q[:, 0], correct.to(q.dtype), reduction="sum")


class Optimiser:
    """AdamATan2 with weight decay, and the moving average of the weights."""

    def __init__(self, weights, rate=1e-3, decay=0.1, betas=(0.9, 0.95), keep=0.999):
        self.weights, self.rate, self.decay, self.betas, self.keep = weights, rate, decay, betas, keep
        self.m, self.v = ([torch.zeros_like(w) for w in weights] for _ in range(2))
        self.average = [w.detach().clone() for w in weights]
        self.t = 0

    @torch.no_grad()
    def update(self):
        self.t += 1
        first, second = self.betas
        size, root = self.rate / (1 - first**self.t), 1 / math.sqrt(1 - second**self.t)
        for w, m, v, average in zip(self.weights, self.m, self.v, self.average):
            m.lerp_(w.grad, 1 - first)
            v.lerp_(w.grad.square(), 1 - second)
            w.mul_(1 - self.rate * self.decay).sub_(torch.atan2(m, v.sqrt().mul_(root)), alpha=size)
            average.lerp_(w, 1 - self.keep)
            w.grad = None


@torch.no_grad()
def sign_sgd(puzzles, rate=1e-3, decay=0.1):
    """Updates the rows of the puzzle table that are in the batch, each once."""
    puzzles.mul_(1 - rate * decay).sub_(puzzles.grad.sign(), alpha=rate)
    puzzles.grad = None


class Task:
    """A model that runs one batch repeatedly and carries its state from step to step."""

    def __init__(self, model, batch, dtype, kind, threads, compiled=False):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.kind, self.batch = kind, batch
        self.model = Trm(model, getattr(torch, dtype))
        self.optimiser = Optimiser(list(self.model.weights.values()))
        self.step = torch.compile(self.model.step) if compiled else self.model.step
        shape = (batch, model["seqLen"])
        self.tokens, self.labels = (torch.randint(1, model["vocabSize"], shape) for _ in range(2))
        self.puzzles = torch.zeros(batch, model["puzzleEmbNdim"], requires_grad=True)
        start = torch.randn(2, model["hiddenSize"]).to(self.model.dtype)
        self.carry = tuple(row.expand(batch, self.model.front + shape[1], -1).clone() for row in start)

    def run(self):
        if self.kind == "inference":
            with torch.inference_mode():
                _, logits, _ = self.step(self.tokens, self.puzzles, *self.carry)
                logits.argmax(-1)
            return
        self.carry, logits, q = self.step(self.tokens, self.puzzles, *self.carry)
        (total_loss(logits, self.labels, q) / self.batch).backward()
        self.optimiser.update()
        if self.model.front:
            sign_sgd(self.puzzles)


def milliseconds(run):
    start = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - start)


def serve():
    task = None
    for line in sys.stdin:
        request = json.loads(line)
        if "make" in request:
            task = Task(**request["make"])
            answer = {"threads": torch.get_num_threads()}
        else:
            answer = {"milliseconds": milliseconds(task.run)}
        print(json.dumps(answer), flush=True)


DTYPES = {"F32": torch.float32, "I32": torch.int32, "U8": torch.uint8}


def read_safetensors(path):
    with open(path, "rb") as file:
        data = bytearray(file.read())
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = torch.frombuffer(data[start:end], dtype=DTYPES[entry["dtype"]]).view(entry["shape"]).clone()
    return tensors


def check(folder):
    """Largest gradient error relative to each weight's largest gradient, and the loss, against recorded ones."""
    with open(os.path.join(folder, "config.json")) as file:
        recorded = json.load(file)
    arch, data = recorded["arch"], recorded["data"]
    config = {"seqLen": data["seq_len"], "vocabSize": data["vocab_size"], "hiddenSize": arch["hidden_size"],
              "numHeads": arch["num_heads"], "expansion": arch["expansion"], "innerMultiple": 256, "lLayers": arch["L_layers"],
              "hCycles": arch["H_cycles"], "lCycles": arch["L_cycles"], "mlpT": arch["mlp_t"],
              "posEncodings": "none" if arch["mlp_t"] else arch["pos_encodings"],
              "puzzleEmbNdim": arch["puzzle_emb_ndim"], "puzzleEmbLen": arch["puzzle_emb_len"]}
    prefix = "model.inner."
    params = {name.removeprefix(prefix): tensor for name, tensor in read_safetensors(os.path.join(folder, "params.safetensors")).items()}
    z_h, z_l = params.pop("H_init"), params.pop("L_init")
    table = params.pop("puzzle_emb.weights", torch.zeros(1, 0))
    batch = read_safetensors(os.path.join(folder, "batches.safetensors"))
    tokens, labels = batch["b1.inputs"].long(), batch["b1.labels"].long()
    model = Trm(config, torch.float32, params)
    puzzles = table[batch["b1.puzzle_identifiers"].long()].requires_grad_(True) if model.front else None
    carry = (row.expand(len(tokens), model.front + tokens.shape[1], -1).clone() for row in (z_h, z_l))
    _, logits, q = model.step(tokens, puzzles, *carry)
    loss = total_loss(logits, labels, q)
    (loss / len(tokens)).backward()
    with open(os.path.join(folder, "results.json")) as file:
        expected = json.load(file)["train_steps"][0]["total_loss"]
    worst = abs(loss.item() / expected - 1)
    for name, gradient in read_safetensors(os.path.join(folder, "grads_step1.safetensors")).items():
        mine = puzzles.grad if name.endswith("puzzle_emb.local_weights") else params[name.removeprefix(prefix)].grad
        worst = max(worst, ((mine - gradient).abs().max() / gradient.abs().max().clamp(min=1e-12)).item())
    print(json.dumps({"worst": worst}))
    return 0 if worst < 1e-4 else 1


if __name__ == "__main__":
    sys.exit(check(sys.argv[2]) if sys.argv[1:2] == ["--check"] else serve())
