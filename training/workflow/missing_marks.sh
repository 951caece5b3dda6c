#!/usr/bin/env bash
# Puts into the card of every shipped model of tables what a missing mark costs it on the test genes:
#   training/workflow/missing_marks.sh DEEPDIFF_DATA [REGULENS] [MODELS]
# DEEPDIFF_DATA has Cell1.test.csv.gz, Cell1.expr.csv.gz and the same of Cell2, of QData/DeepDiffChrome (K562 and H1).
# The weights stay as they are; run `cargo xtask catalogue` afterwards.
set -euo pipefail

data=$1
regulens=${2:-regulens}
models=${3:-$(dirname "$0")/../../models}

for model in "$models"/*.safetensors; do
  case $(basename "$model") in
    basenji-*) continue ;;
    deep-diff-*-k562-h1.safetensors)
      of=(--data "test genes" --input "$data"/Cell{1,2}.test.csv.gz --expression "$data"/Cell{1,2}.expr.csv.gz)
      ;;
    *-k562.safetensors | *-k562-ensemble.safetensors)
      of=(--data "test genes of K562" --select-bins 51-150)
      of+=(--input "$data/Cell1.test.csv.gz" --expression "$data/Cell1.expr.csv.gz")
      ;;
    *-h1.safetensors | *-h1-ensemble.safetensors)
      of=(--data "test genes of H1" --select-bins 51-150)
      of+=(--input "$data/Cell2.test.csv.gz" --expression "$data/Cell2.expr.csv.gz")
      ;;
    *)
      echo "$model: its name has neither k562 nor h1, so its test genes are not known here" >&2
      exit 1
      ;;
  esac
  echo "$(basename "$model")"
  "$regulens" calibrate missing-marks --model "$model" "${of[@]}" --out "$model.new" 2>&1 | grep -v '^Cell\|^bins'
  mv "$model.new" "$model"
done
