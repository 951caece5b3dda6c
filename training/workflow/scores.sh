#!/usr/bin/env bash
# Measures again the scores in the card of every shipped model of whether genes are on, with its simple predictors:
#   training/workflow/scores.sh DEEPDIFF_DATA [REGULENS] [MODELS]
# DEEPDIFF_DATA has Cell1.train.csv.gz, valid, test and expr, and the same of Cell2, of QData/DeepDiffChrome (K562 and
# H1). The weights stay as they are; run `cargo xtask catalogue` afterwards.
set -euo pipefail

data=$1
regulens=${2:-regulens}
models=${3:-$(dirname "$0")/../../models}

for model in "$models"/*.safetensors; do
  case $(basename "$model") in
    # Ensembles have theirs from the training (ensembles.py).
    basenji-* | deep-diff-* | *-ensemble.safetensors) continue ;;
    *-k562.safetensors) cell=$data/Cell1 ;;
    *-h1.safetensors) cell=$data/Cell2 ;;
    *)
      echo "$model: its name has neither k562 nor h1, so its genes are not known here" >&2
      exit 1
      ;;
  esac
  basename "$model"
  "$regulens" calibrate scores --model "$model" --train "$cell.train.csv.gz" --valid "$cell.valid.csv.gz" \
    --test "$cell.test.csv.gz" --expression "$cell.expr.csv.gz" --select-bins 51-150 --out "$model.new" \
    2> >(grep -v '^Cell')
  mv "$model.new" "$model"
done
