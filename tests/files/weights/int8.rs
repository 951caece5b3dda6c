//! Weights as eight-bit integers: how near they stay, how small they are, and what is refused.

use std::collections::BTreeMap;

use half::f16;
use regulens::weights::{Dtype, ModelCard, Tensor, WeightFile, WeightsError};
use safetensors::tensor::{Dtype as Element, TensorView};
use safetensors::{SafeTensors, serialize};

use crate::weights::cards;

/// The file, and what is read from it.
fn stored(card: &ModelCard, tensors: &BTreeMap<String, Tensor>) -> (Vec<u8>, WeightFile) {
    let bytes = WeightFile::write(card, tensors, Dtype::I8).expect("a model");
    let model = WeightFile::read("a.safetensors", &bytes).expect("a model");
    (bytes, model)
}

/// A tensor's scales as another reader finds them; `None` where it is not of integers.
fn scales(file: &SafeTensors<'_>, name: &str) -> Option<Vec<f32>> {
    if file.tensor(name).expect("a tensor").dtype() != Element::I8 {
        return None;
    }
    let view = file.tensor(&format!("{name}.scale")).expect("its scales");
    assert_eq!(view.dtype(), Element::F16);
    assert_eq!(view.shape(), &file.tensor(name).expect("a tensor").shape()[..1]);
    let halves = view.data().as_chunks().0;
    Some(halves.iter().map(|&half| f16::from_le_bytes(half).to_f32()).collect())
}

/// A model whose every row has another magnitude, from far below the smallest float16 to near the largest, and some
/// zero.
fn of_all_magnitudes() -> (ModelCard, BTreeMap<String, Tensor>) {
    let (card, mut tensors) = cards::small(32, 5);
    let mut row = 0;
    for tensor in tensors.values_mut() {
        let columns = tensor.shape[1..].iter().product();
        for values in tensor.values.chunks_mut(columns) {
            let magnitude = match row % 25 {
                24 => 0.0,
                step => 10_f32.powf(step as f32 / 2.0 - 7.2),
            };
            values.iter_mut().for_each(|value| *value *= magnitude);
            row += 1;
        }
    }
    (card, tensors)
}

#[test]
fn no_weight_is_further_than_half_its_rows_scale_from_what_it_was() {
    let (card, tensors) = of_all_magnitudes();
    let (bytes, model) = stored(&card, &tensors);
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let (mut integers, mut largest_share) = (0, 0.0_f32);
    for (name, Tensor { shape, values }) in &tensors {
        let read = &model.tensors[name];
        assert_eq!(&read.shape, shape);
        let Some(scales) = scales(&file, name) else {
            // A vector, or too small to gain by it: float16.
            for (found, value) in read.values.iter().zip(values) {
                assert!((found - value).abs() <= value.abs() / 2048.0 + 3e-8, "{name}");
            }
            continue;
        };
        let columns = values.len() / shape[0];
        let rows = read.values.chunks(columns).zip(values.chunks(columns));
        for ((found, row), scale) in rows.zip(scales) {
            let largest = row.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            let exact = largest / 127.0;
            assert!(
                scale >= exact * (1.0 - 1e-6) && scale <= exact * (1.0 + 1.0 / 1024.0) + 6e-8,
                "{name}: {scale} for {exact}"
            );
            assert_eq!(scale == 0.0, largest == 0.0, "{name}: {scale} for {largest}");
            for (found, value) in found.iter().zip(row) {
                assert!(
                    (found - value).abs() <= scale / 2.0 * (1.0 + 1e-6),
                    "{name}: {found} for {value}, scale {scale}"
                );
                if scale > 0.0 {
                    largest_share = largest_share.max((found - value).abs() / scale);
                }
            }
            integers += row.len();
        }
    }
    assert_eq!(integers, 10 * 4096 + 2 * 4096 + 2 * 1024);
    assert!(largest_share > 0.49, "the bound is reached: {largest_share}");
}

#[test]
fn a_row_of_zeros_stays_zero() {
    let (card, mut tensors) = cards::small(32, 5);
    let name = "rnn_hms.0.rnn.weight_hh_l0";
    tensors.get_mut(name).expect("a tensor").values[32..64].fill(0.0);
    let (bytes, model) = stored(&card, &tensors);
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    assert_eq!(scales(&file, name).expect("integers")[1], 0.0);
    assert_eq!(model.tensors[name].values[32..64], [0.0; 32]);
    assert!(model.tensors[name].values[..32].iter().any(|value| *value != 0.0));
}

#[test]
fn vectors_and_single_columns_and_rows_stay_float16() {
    let (card, tensors) = cards::small(32, 5);
    let (bytes, _) = stored(&card, &tensors);
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    for (name, element) in [
        ("fdiff1_1.bias", Element::F16),
        ("fdiff1_1.weight", Element::F16),
        ("rnn_hms.0.rnn.weight_ih_l0", Element::F16),
        ("rnn_hms.0.rnn.bias_hh_l0_reverse", Element::F16),
        ("rnn_hms.0.bin_attention.bin_context_vector", Element::F16),
        ("rnn_hms.0.rnn.weight_hh_l0", Element::I8),
        ("hm_level_rnn_1.rnn.weight_ih_l0", Element::I8),
    ] {
        assert_eq!(file.tensor(name).expect("a tensor").dtype(), element, "{name}");
    }
    let scales = file.names().into_iter().filter(|name| name.ends_with(".scale"));
    assert_eq!(scales.count(), 14);
}

#[test]
fn scales_are_no_tensors_of_the_model() {
    let (card, tensors) = cards::small(32, 5);
    let (_, model) = stored(&card, &tensors);
    assert!(model.tensors.keys().eq(tensors.keys()));
    assert_eq!(model.card.parameters, 55_681);
    assert_eq!(model.card.dtype, Dtype::I8);
}

#[test]
fn a_file_of_integers_written_again_is_the_same_file() {
    let (card, tensors) = cards::small(32, 5);
    let (bytes, model) = stored(&card, &tensors);
    assert_eq!(
        WeightFile::write(&model.card, &model.tensors, Dtype::I8).expect("a model"),
        bytes
    );
}

#[test]
fn a_shipped_model_takes_at_most_75_kb_with_its_card() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/attentive-chrome-k562.safetensors");
    let shipped = std::fs::read(path).expect("the shipped model");
    let shipped = WeightFile::read(path, &shipped).expect("a model");
    let (bytes, model) = stored(&shipped.card, &shipped.tensors);
    // Profiles of training genes, what was measured of contrasts and of missing marks, and the record of the training
    // are counted by themselves.
    let mut card = shipped.card.clone();
    card.training = None;
    let (with_measured, _) = stored(&card, &shipped.tensors);
    let record = bytes.len() - with_measured.len();
    card.class_means = None;
    card.gene_ranges.clear();
    card.missing_marks = None;
    if let Some(explanation) = &mut card.explanation {
        explanation.contrast = None;
        explanation.contrasts.clear();
        explanation.roles_high.clear();
        explanation.roles_low.clear();
    }
    let (without, _) = stored(&card, &shipped.tensors);
    let measured = with_measured.len() - without.len();
    println!(
        "{} bytes, of which {measured} were measured, {record} record the training",
        bytes.len()
    );
    assert!(
        without.len() <= 75_000 && measured <= 6_000 && record <= 3_400,
        "{} bytes, {measured}, {record}",
        bytes.len()
    );
    assert_eq!(
        ModelCard {
            dtype: shipped.card.dtype,
            ..model.card
        },
        shipped.card
    );
}

#[test]
fn weights_beyond_float16_are_refused_wherever_they_are() {
    for name in ["fdiff1_1.bias", "rnn_hms.4.rnn.weight_hh_l0"] {
        let (card, mut tensors) = cards::small(32, 5);
        tensors.get_mut(name).expect("a tensor").values[0] = -1e6;
        let error = WeightFile::write(&card, &tensors, Dtype::I8).expect_err("no model");
        assert_eq!(error.code(), "weight-too-large");
        assert!(error.to_string().contains(name), "{error}");
    }
}

/// The tensor whose scales the tests below damage, of 128 rows.
const TENSOR: &str = "rnn_hms.0.rnn.weight_hh_l0";

/// Another tensor in place of the scales, or none.
type Scales = Option<(Element, Vec<usize>, Vec<u8>)>;

/// A file of integers in which the scales of [`TENSOR`] are others.
fn with_scales(scales: Scales) -> Vec<u8> {
    let (card, tensors) = cards::small(32, 5);
    let (bytes, _) = stored(&card, &tensors);
    let (_, header) = SafeTensors::read_metadata(&bytes).expect("a safetensors file");
    let file = SafeTensors::deserialize(&bytes).expect("a safetensors file");
    let of = format!("{TENSOR}.scale");
    let mut views: Vec<(String, TensorView<'_>)> = file.tensors().into_iter().filter(|(name, _)| *name != of).collect();
    if let Some((element, shape, content)) = &scales {
        let view = TensorView::new(*element, shape.clone(), content).expect("the shape's bytes");
        views.push((of, view));
    }
    serialize(views, header.metadata().clone()).expect("a safetensors file")
}

/// 128 scales in float32, of which one is another.
fn with_scale(index: usize, scale: f32) -> Scales {
    let mut scales = [0.01_f32; 128];
    scales[index] = scale;
    let bytes = scales.iter().flat_map(|scale| scale.to_le_bytes()).collect();
    Some((Element::F32, vec![128], bytes))
}

fn refusal(scales: Scales) -> WeightsError {
    WeightFile::read("model.safetensors", &with_scales(scales)).expect_err("no model")
}

#[test]
fn scales_that_cannot_be_used_name_their_tensor() {
    let cases = [
        (None, "missing"),
        (
            Some((Element::F16, vec![127], vec![0; 254])),
            "of the shape [127] for 128 rows",
        ),
        (
            Some((Element::F16, vec![128, 1], vec![0; 256])),
            "of the shape [128, 1] for 128 rows",
        ),
        (Some((Element::U8, vec![128], vec![1; 128])), "of U8 elements"),
        (Some((Element::I8, vec![128], vec![1; 128])), "of I8 elements"),
        (with_scale(5, f32::NAN), "with NaN at index 5"),
        (with_scale(127, f32::INFINITY), "with inf at index 127"),
        (with_scale(0, -0.25), "with -0.25 at index 0"),
    ];
    for (scales, words) in cases {
        let error = refusal(scales);
        assert_eq!(error.code(), "tensor-scale", "{error}");
        let words = format!("found scales of tensor `{TENSOR}` {words}; expected one finite");
        assert!(error.to_string().contains(&words), "`{words}` is not in: {error}");
        assert!(error.to_string().contains(&format!("`{TENSOR}.scale`")), "{error}");
    }
}

#[test]
fn scales_in_float32_are_read_too() {
    let model = WeightFile::read("a.safetensors", &with_scales(with_scale(0, 0.5))).expect("a model");
    let largest = model.tensors[TENSOR].values[..32]
        .iter()
        .fold(0.0_f32, |most, value| most.max(value.abs()));
    assert_eq!(largest, 63.5, "127 times the scale");
}

#[test]
fn a_scale_that_makes_weights_infinite_names_the_place() {
    let error = refusal(with_scale(0, 1e38));
    assert_eq!(error.code(), "weight-not-finite");
    assert!(error.to_string().contains(TENSOR), "{error}");
}

#[test]
fn a_scale_without_integers_is_a_tensor_like_any_other() {
    let (card, mut tensors) = cards::small(4, 2);
    let name = "fdiff1_1.bias.scale";
    tensors.insert(name.to_owned(), Tensor::new([1], vec![1.0]));
    let error = WeightFile::write(&card, &tensors, Dtype::F16).expect_err("no model");
    assert_eq!(error.code(), "tensor-unexpected");
    assert!(error.to_string().contains(name), "{error}");
}
