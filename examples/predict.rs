//! Predicts which genes of a table are on, and where the model looked, mark by mark.
//!
//! ```sh
//! cargo run --release --example predict --features flex -- models/attentive-chrome-k562.safetensors TABLE.csv
//! ```

use std::error::Error;
use std::ops::ControlFlow;

use pollster::block_on;
use regulens::engine::{DeviceKind, Engine, PrepareOptions};
use regulens::input::SignalTable;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, table] = &arguments[..] else {
        return Err("expected MODEL TABLE".into());
    };
    let engine = Engine::load(model, &std::fs::read(model)?, &DeviceKind::Cpu.open()?)?;
    let table = SignalTable::read(table, &std::fs::read(table)?)?;
    for note in &table.notes {
        eprintln!("{note}");
    }
    // Marks are matched by name. Other bins, a missing mark or another scale need a decision, by `PrepareOptions`.
    let prepared = engine.prepare(&table, &PrepareOptions::default())?;
    let progress = |done, total| {
        eprint!("\r{done} of {total} genes");
        ControlFlow::Continue(())
    };
    let predictions = block_on(engine.predict(&prepared, 256, progress))?;
    eprintln!();

    let marks = &engine.card().marks;
    println!("gene\tprobability\t{}", marks.join("\t"));
    for (index, gene) in predictions.genes.iter().enumerate() {
        print!("{gene}\t{:.4}", predictions.values.probability[index]);
        // β, the attention over marks, which sums to 1; some variants have none.
        for weight in predictions
            .values
            .beta
            .chunks(marks.len())
            .nth(index)
            .unwrap_or_default()
        {
            print!("\t{weight:.4}");
        }
        println!();
    }
    Ok(())
}
