"""How much is asked: of a GPU what is published, of the software adapter so much that all of it fits into the time."""

from dataclasses import dataclass

ORDER = (
    "tables",
    "sequence-published",
    "page-tables",
    "page-sequence",
    "changes",
    "sequence-small",
    "variants-published",
    "variants-small",
)
"""Steps, the most wanted first."""


@dataclass(frozen=True)
class Share:
    most: int
    """Seconds of a step; what earlier steps left of theirs comes on top."""
    least: int
    """Seconds without which it does not begin."""


@dataclass(frozen=True)
class Sizes:
    seconds: dict[str, Share]
    """450 s in all at most: unpacking and looking for devices need the rest of 470."""
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
    published_rounds: int
    """The same of variants at the published size."""
    page_genes: tuple[int, ...]
    """Genes of a call in Chromium."""
    page_rounds: int
    compiled: tuple[str, ...] = ORDER
    """Steps in which PyTorch is also compiled."""
    published_trains: bool = True
    page_sequence_runtimes: int | None = None
    """The first so many; all without it."""

    def omitted(self, step: str) -> list[str]:
        """What a step leaves out, for the result to say."""
        found = []
        if step not in self.compiled and step in ("sequence-published", "sequence-small", "changes"):
            found.append("torch.compile, whose compilation takes longer than the step here")
        if step == "sequence-published" and not self.published_trains:
            found.append("the training step, which takes minutes here")
        if step == "page-sequence" and self.page_sequence_runtimes:
            found.append(f"runtimes after the first {self.page_sequence_runtimes}, whose calls take most of a minute")
        if step == "variants-published" and self.published_rounds < self.rounds:
            found.append(f"rounds after the first {self.published_rounds}")
        return found


HARDWARE = Sizes(
    seconds={
        "tables": Share(105, 40),
        "sequence-published": Share(70, 25),
        "page-tables": Share(100, 30),
        "page-sequence": Share(45, 15),
        "changes": Share(40, 20),
        "sequence-small": Share(25, 15),
        "variants-published": Share(30, 15),
        "variants-small": Share(20, 10),
    },
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
    published_rounds=3,
    page_genes=(1, 64, 1024, 6600),
    page_rounds=2,
)

SOFTWARE = Sizes(
    seconds={
        "tables": Share(60, 15),
        "sequence-published": Share(55, 15),
        "page-tables": Share(90, 15),
        "page-sequence": Share(75, 15),
        "changes": Share(55, 10),
        "sequence-small": Share(40, 10),
        "variants-published": Share(45, 10),
        "variants-small": Share(20, 5),
    },
    genes=(1, 16),
    steps=(16,),
    changes=(1, 17),
    change_steps=(16,),
    learned=16,
    epochs=2,
    length=16_384,
    variants=(1, 5),
    published_variants=(1, 2),
    batches=(1, 4),
    rounds=2,
    published_rounds=1,
    page_genes=(1, 16),
    page_rounds=1,
    compiled=("tables",),
    published_trains=False,
    page_sequence_runtimes=2,
)
