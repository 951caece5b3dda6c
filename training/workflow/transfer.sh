#!/usr/bin/env bash
# Puts into the card of every shipped model of whether genes are on its figures on the test genes of either cell type:
#   training/workflow/transfer.sh DEEPDIFF_DATA [REGULENS] [MODELS]
# DEEPDIFF_DATA has Cell1.test.csv.gz, Cell1.expr.csv.gz and the same of Cell2, of QData/DeepDiffChrome (K562 and H1).
# The weights stay as they are; run `cargo xtask catalogue` afterwards.
set -euo pipefail

data=$1
regulens=${2:-regulens}
models=${3:-$(dirname "$0")/../../models}

for model in "$models"/*.safetensors; do
  case $(basename "$model") in
    basenji-* | deep-diff-*) continue ;;
  esac
  echo "$(basename "$model")"
  for of in Cell1=K562 Cell2=H1; do
    table=${of%=*} cell=${of#*=}
    "$regulens" calibrate transfer --model "$model" --cell-type "$cell" --data "test genes of $cell" \
      --input "$data/$table.test.csv.gz" --expression "$data/$table.expr.csv.gz" --select-bins 51-150 \
      --out "$model.new" 2>&1 | grep "^$cell: "
    mv "$model.new" "$model"
  done
done
