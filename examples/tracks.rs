//! Predicts tracks along the records of a FASTA file, as a table of bins.
//!
//! ```sh
//! cargo run --release --example tracks --features flex -- models/basenji-yeast-atac.safetensors GENOME.fa > bins.tsv
//! ```

use std::error::Error;

use pollster::block_on;
use regulens::engine::{DeviceKind, TrackEngine};
use regulens::sequence::{Fasta, Shape, Windows};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, fasta] = &arguments[..] else {
        return Err("expected MODEL FASTA".into());
    };
    let engine = TrackEngine::load(model, &std::fs::read(model)?, &DeviceKind::Cpu.open()?)?;
    let fasta = Fasta::read(fasta, &std::fs::read(fasta)?)?;
    let shape: Shape = engine.shape().into();
    let names: Vec<&str> = engine.card().tracks.iter().map(|track| track.name.as_str()).collect();

    println!("sequence\tstart\tend\t{}", names.join("\t"));
    for record in &fasta.records {
        // Windows of the model's length cover the record; each keeps some of the bins that it predicts.
        let covered = Windows::of(record.codes.len(), &shape);
        covered
            .note(record.codes.len(), &shape)
            .iter()
            .for_each(|note| eprintln!("{}: {note}", record.name));
        for window in covered.windows {
            let batch = block_on(engine.predict(&window.codes(&record.codes, shape.length), false))?;
            let bins: Vec<&[f32]> = batch.prediction.chunks(names.len()).collect();
            for (bin, values) in (window.first_bin..).zip(&bins[window.keep]) {
                let [start, end] = [bin, bin + 1].map(|bin| (bin * shape.bin).min(record.codes.len()));
                let values: Vec<String> = values.iter().map(f32::to_string).collect();
                println!("{}\t{start}\t{end}\t{}", record.name, values.join("\t"));
            }
        }
    }
    Ok(())
}
