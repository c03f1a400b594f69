"""The tiny recursive model (TRM) in PyTorch, written from its paper (arXiv 2510.04871), and its loss.

Forward and backward run in the given dtype as in the published code: weights are kept in float32 and cast where they
are used; with bfloat16, norms and rotary positions are computed in float32 and the loss in float64.
"""
import math

import torch
import torch.nn.functional as F

IGNORED = -100
EPSILON = 1e-5
ROPE_BASE = 10000.0


def inner_width(width, expansion, multiple):
    return math.ceil(round(expansion * width * 2 / 3) / multiple) * multiple


def widen(x):
    """Half precision → float32; others unchanged."""
    return x.float() if x.dtype == torch.bfloat16 else x


def rms_norm(x, axis):
    wide = widen(x)
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


def attention(q, k, v):
    """[B, heads, L, head_dim] each."""
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v)
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    return scores.softmax(-1) @ v


class Trm:
    """The tiny recursive model; weights have their names in checkpoints, states are [B, L, D]."""

    # The token of the first logit.
    first_token = 0
    # The axis of the examples in a state.
    example_axis = 0

    def __init__(self, config, dtype, weights=None):
        self.config, self.dtype = config, dtype
        self.weights = weights if weights is not None else self.fresh()
        for weight in self.weights.values():
            weight.requires_grad_(True)
        head_dim = config["hiddenSize"] // config["numHeads"]
        self.front = config["puzzleEmbLen"] or math.ceil(config["puzzleEmbNdim"] / config["hiddenSize"])
        self.tables = None
        if config["posEncodings"] == "rope":
            self.tables = rotary_tables(self.front + config["seqLen"], head_dim)

    def shapes(self):
        """Shapes of the weights by name."""
        vocabulary, width = self.config["vocabSize"], self.config["hiddenSize"]
        shapes = {"embed_tokens.embedding_weight": (vocabulary, width), "lm_head.weight": (vocabulary, width),
                  "q_head.weight": (2, width), "q_head.bias": (2,)}
        for layer in range(self.config["lLayers"]):
            name = f"L_level.layers.{layer}"
            shapes |= self.mixer_shapes(name) | self.mlp_shapes(f"{name}.mlp", width)
        return shapes

    def mlp_shapes(self, name, width):
        inner = inner_width(width, self.config["expansion"], self.config["innerMultiple"])
        return {f"{name}.gate_up_proj.weight": (2 * inner, width), f"{name}.down_proj.weight": (width, inner)}

    def mixer_shapes(self, name):
        c = self.config
        width, heads = c["hiddenSize"], c["hiddenSize"] // c["numHeads"] * c["numHeads"]
        if c["mlpT"]:
            front = c["puzzleEmbLen"] or math.ceil(c["puzzleEmbNdim"] / width)
            return self.mlp_shapes(f"{name}.mlp_t", front + c["seqLen"])
        return {f"{name}.self_attn.qkv_proj.weight": (3 * heads, width),
                f"{name}.self_attn.o_proj.weight": (width, heads)}

    def fresh(self):
        fan_in = {name: math.prod(shape[1:]) or 1 for name, shape in self.shapes().items()}
        return {name: torch.randn(shape) / math.sqrt(fan_in[name]) for name, shape in self.shapes().items()}

    def start(self, row, batch):
        """The state of every example before its first step, from the row [D] of one position."""
        return row.expand(batch, self.front + self.config["seqLen"], -1)

    def weight(self, name, dtype):
        return self.weights[name].to(dtype)

    def linear(self, x, name):
        return F.linear(x, self.weight(f"{name}.weight", x.dtype))

    def swiglu(self, x, name):
        gate, up = self.linear(x, f"{name}.gate_up_proj").chunk(2, -1)
        return self.linear(F.silu(gate) * up, f"{name}.down_proj")

    def attend(self, x, name):
        batch, length, _ = x.shape
        qkv = self.linear(x, f"{name}.qkv_proj").view(batch, length, 3, self.config["numHeads"], -1)
        q, k, v = qkv.unbind(2)
        if self.tables:
            q, k = rotate(q, self.tables), rotate(k, self.tables)
        mixed = attention(*(part.transpose(1, 2) for part in (q, k, v)))
        return self.linear(mixed.transpose(1, 2).reshape(batch, length, -1), f"{name}.o_proj")

    def mix_positions(self, h, name):
        if self.config["mlpT"]:
            across = h.transpose(1, 2)
            return rms_norm(across + self.swiglu(across, f"{name}.mlp_t"), -1).transpose(1, 2)
        return rms_norm(h + self.attend(h, f"{name}.self_attn"), -1)

    def mix_channels(self, h, name):
        return rms_norm(h + self.swiglu(h, f"{name}.mlp"), -1)

    def net(self, z, injection, present):
        """The blocks on z + injection. `present`: 1 for cells of the puzzle, 0 for padding; None if all are alike."""
        h = z + injection
        for layer in range(self.config["lLayers"]):
            name = f"L_level.layers.{layer}"
            h = self.mix_channels(self.mix_positions(h, name), name)
            h = h if present is None else h * present
        return h

    def cycle(self, x, z_h, z_l, present):
        injection = z_h + x
        for _ in range(self.config["lCycles"]):
            z_l = self.net(z_l, injection, present)
        return self.net(z_h, z_l, present), z_l

    def present(self, tokens):
        return None

    def embed(self, tokens, puzzles):
        """[B, P + S, D]: the positions of the puzzle embedding [B, ndim], padded with zeros, then the cells."""
        width = self.config["hiddenSize"]
        cells = F.embedding(tokens, self.weight("embed_tokens.embedding_weight", self.dtype))
        if self.front:
            padded = F.pad(puzzles.to(self.dtype), (0, self.front * width - puzzles.shape[1]))
            cells = torch.cat([padded.view(-1, self.front, width), cells], 1)
        return math.sqrt(width) * cells

    def step(self, tokens, puzzles, z_h, z_l):
        """One supervision step of tokens [B, S] and puzzle embeddings [B, ndim].

        Returns the next carry, logits [B, S, V] and halting logits [B, 2]; only the last cycle has gradients.
        """
        x, present = self.embed(tokens, puzzles), self.present(tokens)
        if present is not None:
            z_h, z_l = z_h * present, z_l * present
        with torch.no_grad():
            for _ in range(self.config["hCycles"] - 1):
                z_h, z_l = self.cycle(x, z_h, z_l, present)
        z_h, z_l = self.cycle(x, z_h, z_l, present)
        read = self.read_for_halting(z_h, present)
        q = F.linear(read, self.weight("q_head.weight", read.dtype), self.weight("q_head.bias", read.dtype))
        return (z_h.detach(), z_l.detach()), self.decode(z_h), widen(q)

    def decode(self, z_h):
        return self.linear(z_h[:, self.front:], "lm_head")

    def read_for_halting(self, z_h, present):
        return z_h[:, 0]


def example_losses(logits, labels, q):
    """Losses of each example, [B] both: mean stablemax cross entropy (in float64) of its labelled cells; halting.

    logits [B, S, V], labels [B, S], q [B, 2]. The target of halting is "every labelled cell right".
    """
    wide = logits.double()
    scores = torch.where(wide >= 0, wide + 1, 1 / (1 - wide))
    valid = labels >= 0
    picked = scores.gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    cells = torch.where(valid, scores.sum(-1).log() - picked.log(), 0)
    correct = ((logits.argmax(-1) == labels) | ~valid).all(-1)
    halting = F.binary_cross_entropy_with_logits(q[:, 0], correct.to(q.dtype), reduction="none")
    return cells.sum(-1) / valid.sum(-1).clamp(min=1), halting


def total_loss(logits, labels, q):
    """Cross entropy and half the halting loss, summed over the examples."""
    cells, halting = example_losses(logits, labels, q)
    return cells.sum() + 0.5 * halting.sum()
