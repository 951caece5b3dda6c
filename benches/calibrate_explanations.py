#!/usr/bin/env python3
"""Which explanation wins the deletion test, for each model of tables that ships: puts the choice into the models'
cards.

    python3 benches/calibrate_explanations.py --cells FOLDER [--out FILE.md] [--program FILE] && cargo xtask catalogue

FOLDER has the sample of QData/DeepDiffChrome. The genes are those of validation, by the files that the model's own card
names as such: test genes choose nothing. Files of int8 weights are tested by themselves. It needs Python 3.11 and
nothing else, and takes minutes on one core.
"""

import argparse
import datetime
import json
import re
import struct
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEY = "regulens.card"
# A change takes ten times as long as a gene: two tables of 200 bins, and more encoders. So fewer genes, drawn by the
# program's seed.
GENES_OF_A_CHANGE = 60
COLUMNS = ("attention", "saliency", "gradient-x-input", "integrated-gradients", "occlusion", "signal")


def card(model: Path) -> dict:
    with model.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.loads(json.loads(file.read(length))["__metadata__"][KEY])


def validation(about: dict, cells: Path) -> list[Path]:
    """The tables of validation genes, as the card's record of the training names them."""
    named = re.search(r"validation \d+ genes \(([^)]*)\)", about["training"]["split"])
    if not named:
        raise SystemExit(f"{about['name']}: its card names no table of validation genes")
    tables = [cells / name for name in named[1].split(", ")]
    for table in tables:
        if ".valid." not in table.name or not table.is_file():
            raise SystemExit(f"{table}: expected a table of validation genes there")
    return tables


def calibrate(program: Path, model: Path, cells: Path) -> dict:
    about = card(model)
    tables = validation(about, cells)
    words = [word for flag, table in zip(("--input", "--input-b"), tables) for word in (flag, table)]
    chosen = about["training"]["recipe"].get("select_bins")
    if chosen:
        words += ["--select-bins", chosen]
    if len(tables) == 2:
        words += ["--genes", GENES_OF_A_CHANGE]
    names = [about[key]["name"] for key in ("cell_type", "cell_type_b") if key in about]
    new = model.with_suffix(".new")
    try:
        subprocess.run(
            [program, "calibrate", "explanations", "--model", model, *map(str, words)]
            + ["--data", f"validation genes of {' and '.join(names)}", "--threads", "1", "--out", new],
            check=True,
        )
        new.replace(model)
    finally:
        new.unlink(missing_ok=True)
    return card(model)["explanation"]


def row(name: str, choice: dict) -> str:
    cells = []
    for column in COLUMNS:
        if column not in choice["tested"]:
            cells.append("")
            continue
        area, ahead, error = (
            choice[key][choice["tested"].index(column)] for key in ("areas", "ahead_of_signal", "standard_errors")
        )
        text = f"{area:.3f}" + ("" if column == "signal" else f" ({ahead:+.3f} ± {error:.3f})")
        cells.append(f"**{text}**" if column == choice["best"] else text)
    return f"| `{name}` | " + " | ".join(cells) + " |"


def report(found: dict[str, dict]) -> list[str]:
    lines = [f"# Which explanation wins on validation genes? {datetime.date.today().isoformat()}", ""]
    lines += ["`python3 benches/calibrate_explanations.py --cells FOLDER --out FILE`", ""]
    lines += [
        "Each shipped model of tables on validation genes, all 200 of whether a gene is on, and of a change "
        f"{GENES_OF_A_CHANGE} drawn at random: the mean area,",
        "in brackets by how much it is ahead of the signal's own size, gene by gene, ± standard error. **Bold** is "
        "what the page shows",
        "first: the largest among attention, integrated gradients and, of whether a gene is on, saliency. Occlusion is "
        "close to the test",
        "itself, and gradient × input is not drawn; they are listed and cannot win.",
        "",
    ]
    titles = (
        ("Whether a gene is on", "the predicted class's probability", lambda name: "deep-diff" not in name),
        ("A change between two cell types", "the log2 fold change in its direction", lambda name: "deep-diff" in name),
    )
    for title, what, belongs in titles:
        named = {name: choice for name, choice in found.items() if belongs(name)}
        if not named:
            continue
        lines += [f"## {title}", "", f"Area under the fall of {what}.", ""]
        lines += ["| | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
        lines += [row(name, choice) for name, choice in named.items()] + [""]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="a table of what was found")
    parser.add_argument("--program", type=Path, default=ROOT / "target" / "tests" / "regulens")
    parser.add_argument("--models", type=Path, default=ROOT / "models", help="the folder whose models get their choice")
    given = parser.parse_args()
    began = time.monotonic()
    models = [model for model in sorted(given.models.glob("*.safetensors")) if card(model)["marks"]]
    found = {model.stem: calibrate(given.program.resolve(), model, given.cells.resolve()) for model in models}
    print(f"{len(found)} models in {time.monotonic() - began:.0f} s on one core")
    if given.out:
        given.out.write_text("\n".join(report(found)).rstrip() + "\n")


if __name__ == "__main__":
    main()
