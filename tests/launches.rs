//! Number of launches that the GPU sees, counted in CubeCL's own log. One test, since the log belongs to the whole
//! process.

#![cfg(all(feature = "wgpu", not(target_arch = "wasm32")))]

mod common;

use std::fs;
use std::path::Path;
use std::time::Duration;

use burn::tensor::Tensor;
use regulens::engine::Engine;
use regulens::kernel::block::{Block, block, codes, first_block};
use regulens::kernel::context::attention_head;
use regulens::kernel::{BiLstmWeights, bilstm};
use regulens::weights::Dtype;

#[test]
fn all_time_steps_of_all_encoders_and_directions_are_one_launch() {
    let log = std::env::temp_dir().join(format!("regulens-launches-{}.log", std::process::id()));
    // SAFETY: the only test of this process, before anything else has started a thread.
    unsafe { std::env::set_var("CUBECL_DEBUG_LOG", &log) };
    let Some((_, device)) = common::gpus().into_iter().next() else {
        return;
    };

    // Weights are made once; only the recurrence itself runs between two counts.
    let [genes, steps, encoders, hidden] = [70, 100, 5, 32];
    let weights = BiLstmWeights {
        input: Tensor::ones([encoders, 2, 4 * hidden, 1], &device),
        recurrent: Tensor::zeros([encoders, 2, 4 * hidden, hidden], &device),
        bias: Tensor::zeros([encoders, 2, 4 * hidden], &device),
    };
    let x = Tensor::ones([genes, steps, encoders, 1], &device);
    bilstm(x.clone(), &weights).into_data();
    let before = launches(&log);
    bilstm(x, &weights).into_data();
    let after = launches(&log);
    assert_eq!(after.len() - before.len(), 1, "{:#?}", &after[before.len()..]);

    // Blocks of a sequence and attention between its bins: as many for a long sequence as for a short one.
    let shape = Block {
        dilation: 1,
        pool: 4,
        rectify: true,
    };
    let (channels, filters) = (8, 12);
    for (length, name, most) in [(64, "short", [2, 1, 6]), (640, "long", [2, 1, 6])] {
        let bases = codes(&vec![2; 8 * length], 1, &device);
        let first = Tensor::ones([15, 4, channels], &device);
        let kernel = Tensor::ones([5, channels, filters], &device);
        let [bias, more] = [channels, filters].map(|size| Tensor::zeros([size], &device));
        let weight = Tensor::ones([filters, filters], &device);
        let run = || {
            let before = launches(&log).len();
            let x = first_block(bases.clone(), first.clone(), bias.clone(), 8);
            let _ = x.clone().into_data();
            let blocks = launches(&log).len();
            let h = block(x, kernel.clone(), more.clone(), shape);
            let _ = h.clone().into_data();
            let head = launches(&log).len();
            let rows = 0..h.dims()[1];
            let attended = attention_head(h, weight.clone(), more.clone(), None, true, rows, false);
            let _ = attended.context.into_data();
            let after = launches(&log);
            (
                [blocks - before, head - blocks, after.len() - head],
                after[before..].to_vec(),
            )
        };
        run();
        let (counts, pass) = run();
        common::say(&format!("a {name} sequence: {counts:?} launches"));
        assert!(
            counts.iter().zip(most).all(|(&count, most)| count <= most),
            "{counts:?}: {pass:#?}"
        );
    }

    // The whole forward pass of the published model: how few launches, for one gene and for many.
    let Some(model) = common::model("lstm-alpha-beta.full", steps, encoders, Dtype::F32) else {
        return;
    };
    let engine = Engine::load("golden", &model, &device).expect("a golden model loads");
    for genes in [1, 70] {
        let values = vec![1.0; genes * steps * encoders];
        let before = launches(&log).len();
        pollster::block_on(engine.predict_batch(&values, genes)).expect("the device answers");
        let pass = &launches(&log)[before..];
        common::say(&format!("a forward pass of {genes} genes: {} launches", pass.len()));
        let recurrences = pass.iter().filter(|line| line.contains("BilstmForward")).count();
        assert_eq!(recurrences, 2, "one for each level: {pass:#?}");
        assert!(pass.len() <= MOST, "{} launches: {pass:#?}", pass.len());
    }
    let _ = fs::remove_file(&log);
}

/// A stock LSTM, at thirty operations a time step, would pass this in its first step.
const MOST: usize = 12;

/// The log's lines that tell of a launch, once the log has come to rest: it is written by a thread of its own.
fn launches(log: &Path) -> Vec<String> {
    let mut size = None;
    loop {
        let now = fs::metadata(log).map(|file| file.len()).ok();
        if size == now && now.is_some() {
            break;
        }
        size = now;
        std::thread::sleep(Duration::from_millis(300));
    }
    let text = fs::read_to_string(log).expect("CubeCL writes its log");
    text.lines()
        .filter(|line| line.starts_with("| "))
        .map(str::to_owned)
        .collect()
}
