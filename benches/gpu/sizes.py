"""How much is asked: of a GPU what is published, of the software adapter so much that all of it fits into the time."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    genes: tuple[int, ...]
    """Genes of a call of LSTM-α,β."""
    steps: tuple[int, ...]
    """Genes of a step of training."""
    changes: tuple[int, int]
    """Genes of two predictions of a change, whose difference counts."""
    change_steps: tuple[int, ...]
    learned: int
    """Genes of an epoch of a model of a change."""
    epochs: int
    length: int
    """Bases of a window of the small model with dilated blocks and of the published size."""
    variants: tuple[int, int]
    """Single bases of two commands, whose difference counts, of the small model."""
    published_variants: tuple[int, int]
    batches: tuple[int, ...]
    """Variants that PyTorch is given at once."""
    rounds: int
    page_genes: tuple[int, ...]
    """Genes of a call in Chromium."""
    page_rounds: int


HARDWARE = Sizes(
    genes=(1, 64, 1024, 6600),
    steps=(16, 256, 1024),
    changes=(660, 6600),
    change_steps=(16, 256),
    learned=1024,
    epochs=4,
    length=131_072,
    variants=(64, 4096),
    published_variants=(4, 36),
    batches=(4, 16, 64),
    rounds=3,
    page_genes=(1, 64, 1024, 6600),
    page_rounds=3,
)

SOFTWARE = Sizes(
    genes=(1, 8, 32),
    steps=(4, 16),
    changes=(8, 24),
    change_steps=(8,),
    learned=16,
    epochs=2,
    length=16_384,
    variants=(2, 6),
    published_variants=(1, 2),
    batches=(1, 4),
    rounds=2,
    page_genes=(1, 16),
    page_rounds=1,
)

SECONDS = {
    "tables": (130, 40),
    "sequence-published": (80, 25),
    "sequence-small": (60, 20),
    "changes": (60, 20),
    "variants-small": (50, 15),
    "variants-published": (50, 20),
    "page-tables": (150, 30),
    "page-sequence": (120, 20),
}
"""Seconds that each step may take at most, and without which it does not begin; in the order in which they run."""
