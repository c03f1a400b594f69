"""The symbol-equivariant, the convolutional, the axial and the line-sum TRM in PyTorch, written from the mathematics.

Recursion, heads and loss are those of TRM.
"""
import math

import torch
import torch.nn.functional as F

from torch_models import Trm, rms_norm

# Tokens that are not symbols: padding, and a blank cell.
PADDING = 0
FIRST_SYMBOL = 2
# What sums over lines are divided by.
LINE_LENGTH = 8
# Rows of the symbol-equivariant embedding.
THIS_SYMBOL, OTHER_SYMBOL, BLANK = range(3)


class SymbolEquivariantTrm(Trm):
    """A vector for each cell and symbol; symbols share all weights and meet only in their mean (arXiv 2603.02193).

    States are [S, B, K, D] for K symbols, cells first: mixing the cells is then one product of contiguous matrices.
    """

    first_token = FIRST_SYMBOL
    example_axis = 1

    @property
    def symbols(self):
        return self.config["vocabSize"] - FIRST_SYMBOL

    def shapes(self):
        width = self.config["hiddenSize"]
        return super().shapes() | {"embed_tokens.embedding_weight": (3, width), "lm_head.weight": (1, width)}

    def mixer_shapes(self, name):
        return self.mlp_shapes(f"{name}.mlp_t", self.config["seqLen"])

    def mlp_shapes(self, name, width):
        shapes = super().mlp_shapes(name, width)
        if name.endswith(".mlp"):
            shapes[f"{name}.mean_gate_up_proj.weight"] = shapes[f"{name}.gate_up_proj.weight"]
        return shapes

    def start(self, row, batch):
        return row.expand(self.config["seqLen"], batch, self.symbols, -1)

    def embed(self, tokens, puzzles):
        """Tokens [B, S] → [S, B, K, D]: whether the clue is this symbol, another one, or there is none."""
        clue = tokens.t()[..., None]
        symbol = torch.arange(self.symbols) + FIRST_SYMBOL
        row = torch.where(clue == symbol, THIS_SYMBOL, OTHER_SYMBOL).masked_fill(clue < FIRST_SYMBOL, BLANK)
        table = self.weight("embed_tokens.embedding_weight", self.dtype)
        return math.sqrt(self.config["hiddenSize"]) * F.embedding(row, table)

    def mix_positions(self, h, name):
        """SwiGLU over the cells for every example, symbol and channel, and the norm over the cells."""
        flat = h.flatten(1)
        gate, up = (self.weight(f"{name}.mlp_t.gate_up_proj.weight", h.dtype) @ flat).chunk(2)
        down = self.weight(f"{name}.mlp_t.down_proj.weight", h.dtype)
        return rms_norm(torch.addmm(flat, down, F.silu(gate) * up), 0).view_as(h)

    def mix_channels(self, h, name):
        """SwiGLU over [h ; mean over symbols of h]: the mean has weights of its own, since its product is shared."""
        own = self.linear(h, f"{name}.mlp.gate_up_proj")
        shared = self.linear(h.mean(2, keepdim=True), f"{name}.mlp.mean_gate_up_proj")
        gate, up = own.add_(shared).chunk(2, -1)
        return rms_norm(h + self.linear(F.silu(gate) * up, f"{name}.mlp.down_proj"), -1)

    def decode(self, z_h):
        """Logits [B, S, K]: a label is a token less `first_token`."""
        return self.linear(z_h, "lm_head")[..., 0].transpose(0, 1)

    def read_for_halting(self, z_h, present):
        return z_h.mean((0, 2))


class PaddedGrid:
    """Square grids with padding around the puzzle, where states are zero; a base class in front of the model's."""

    def embed(self, tokens, puzzles):
        return super().embed(tokens, puzzles) * self.present(tokens)

    @property
    def side(self):
        return math.isqrt(self.config["seqLen"])


class PaddedTrm(PaddedGrid, Trm):
    """States are [B, S, D]."""

    def present(self, tokens):
        """[B, S, 1]: 1 for cells of the puzzle, 0 for padding."""
        return (tokens != PADDING)[..., None].to(self.dtype)

    def read_for_halting(self, z_h, present):
        """The mean over the cells of the puzzle."""
        return z_h.sum(1) / present.sum(1).clamp(min=1)


class Convolution(PaddedGrid):
    """A 3×3 depthwise convolution as the mixer of a block."""

    def mixer_shapes(self, name):
        return {f"{name}.conv.weight": (self.config["hiddenSize"], 1, 3, 3)}

    def convolve(self, image, name):
        """[N, D, R, R], zero beyond the edges."""
        kernels = self.weight(f"{name}.conv.weight", image.dtype)
        return F.conv2d(image, kernels, padding=1, groups=len(kernels))


class ConvolutionalTrm(Convolution, PaddedTrm):
    """Mixes neighbouring cells (recurrent networks of arXiv 2106.04537, 2202.05826).

    As an image, states have channels last.
    """

    def mix_positions(self, h, name):
        image = h.view(len(h), self.side, self.side, -1).permute(0, 3, 1, 2)
        mixed = self.convolve(image, name)
        return rms_norm(h + mixed.permute(0, 2, 3, 1).reshape(h.shape), -1)


class SymbolEquivariantConvolutionalTrm(Convolution, SymbolEquivariantTrm):
    """Mixes neighbouring cells for each symbol separately, with the same kernels for all symbols."""

    def present(self, tokens):
        """[S, B, 1, 1]: 1 for cells of the puzzle, 0 for padding."""
        return (tokens.t() != PADDING)[..., None, None].to(self.dtype)

    def mix_positions(self, h, name):
        """Each example and symbol is one image."""
        images = h.permute(1, 2, 3, 0).reshape(-1, h.shape[-1], self.side, self.side)
        mixed = self.convolve(images, name).view(*h.shape[1:], -1)
        return rms_norm(h + mixed.permute(3, 0, 1, 2), -1)

    def read_for_halting(self, z_h, present):
        """The mean over the symbols and the cells of the puzzle."""
        return z_h.mean(2).sum(0) / present[..., 0].sum(0).clamp(min=1)


class AxialTrm(Trm):
    """Mixes the cells of each row and of each column (like the sparse MLP of arXiv 2109.05422).

    Both branches and the identity are added. All rows share an MLP over their R cells, all columns another one.
    """

    def mixer_shapes(self, name):
        side = math.isqrt(self.config["seqLen"])
        return self.mlp_shapes(f"{name}.mlp_row", side) | self.mlp_shapes(f"{name}.mlp_column", side)

    def mix_positions(self, h, name):
        grid = h.unflatten(1, (math.isqrt(h.shape[1]), -1))
        along_rows = self.swiglu(grid.movedim(2, -1), f"{name}.mlp_row").movedim(-1, 2)
        along_columns = self.swiglu(grid.movedim(1, -1), f"{name}.mlp_column").movedim(-1, 1)
        return rms_norm(h + (along_rows + along_columns).flatten(1, 2), -1)


class LineSumTrm(PaddedTrm):
    """Mixes cells through the lines of the grid: a cell receives a linear map of the sum over each line that it is on.

    Each direction (rows, columns, diagonals, antidiagonals) has one map; all of its lines share it.
    """

    def mixer_shapes(self, name):
        width = self.config["hiddenSize"]
        return {f"{name}.lines.weight": (width, 4 * width)}

    def line_numbers(self):
        """The number of each cell's line in every direction, [S] each, counted from 0."""
        cells = [(row, column) for row in range(self.side) for column in range(self.side)]
        return torch.tensor([
            [row for row, _ in cells],
            [column for _, column in cells],
            [row - column + self.side - 1 for row, column in cells],
            [row + column for row, column in cells]])

    def mix_positions(self, h, name):
        """Each line is mapped once, and its cells read the result."""
        maps = self.weight(f"{name}.lines.weight", h.dtype).chunk(4, -1)
        mixed = h
        for numbers, line_map in zip(self.line_numbers(), maps):
            empty = h.new_zeros(len(h), 2 * self.side - 1, h.shape[-1])
            sums = empty.index_add(1, numbers, h) / LINE_LENGTH
            mixed = mixed + F.linear(sums, line_map)[:, numbers]
        return rms_norm(mixed, -1)


FAMILIES = {"trm": Trm, "symbolEquivariant": SymbolEquivariantTrm, "convolutional": ConvolutionalTrm, "axial": AxialTrm,
            "lineSum": LineSumTrm}


def create_model(config, dtype, weights=None):
    family = FAMILIES[config["family"]]
    if family is SymbolEquivariantTrm and not config["mlpT"]:
        family = SymbolEquivariantConvolutionalTrm
    return family(config, dtype, weights)
