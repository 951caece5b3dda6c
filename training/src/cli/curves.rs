//! The curves of a training, from the history in a model's card: losses above, other metrics on validation data below.

use plotters::coord::Shift;
use plotters::prelude::*;
use regulens::weights::card::TrainingHistory;

use super::error::CliError;

const SIZE: (u32, u32) = (640, 520);
/// Colours that people with any colour vision tell apart (Okabe and Ito).
const COLOURS: [RGBColor; 4] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
];
const FONT: (&str, u32) = ("sans-serif", 13);

/// A column of a history: its name, and its value at each epoch where there is one.
type Curve<'a> = (&'a str, Vec<(f64, f64)>);

/// The curves as SVG. `best` is the epoch whose weights the model has.
///
/// # Errors
/// If no column has two numbers.
pub fn svg(title: &str, history: &TrainingHistory, best: usize) -> Result<String, CliError> {
    let TrainingHistory {
        columns,
        epochs,
        values,
    } = history;
    let curves: Vec<Curve<'_>> = columns
        .iter()
        .zip(values)
        .map(|(name, values)| {
            let points = epochs.iter().zip(values);
            let points = points.filter_map(|(&epoch, value)| Some((epoch as f64, (*value)?)));
            (name.as_str(), points.collect::<Vec<_>>())
        })
        .filter(|(_, points)| points.len() > 1)
        .collect();
    if curves.is_empty() {
        return Err(CliError::Data(
            "the card's history has fewer than two epochs, too few for a curve; train for more epochs".to_owned(),
        ));
    }
    let (losses, others): (Vec<Curve<'_>>, Vec<Curve<'_>>) =
        curves.into_iter().partition(|(name, _)| name.contains("loss"));
    let mut svg = String::new();
    draw(&mut svg, title, [&losses, &others], best)
        .map_err(|problem| CliError::Data(format!("the curves cannot be drawn: {problem}")))?;
    Ok(svg)
}

fn draw(
    svg: &mut String,
    title: &str,
    panels: [&[Curve<'_>]; 2],
    best: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled(title, ("sans-serif", 16))?;
    let drawn: Vec<&[Curve<'_>]> = panels.into_iter().filter(|curves| !curves.is_empty()).collect();
    for (area, curves) in root.split_evenly((drawn.len(), 1)).iter().zip(&drawn) {
        panel(area, curves, best)?;
    }
    root.present()?;
    Ok(())
}

fn panel(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    curves: &[Curve<'_>],
    best: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let points = || curves.iter().flat_map(|(_, points)| points);
    let span = |of: fn(&(f64, f64)) -> f64| {
        points()
            .map(of)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            })
    };
    let (first, last) = span(|point| point.0);
    let (low, high) = span(|point| point.1);
    let room = ((high - low) * 0.05).max(1e-6);
    // The legend stands above the curves.
    let top = high + (high - low) * 0.5 + room;
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .x_label_area_size(32)
        .y_label_area_size(56)
        .build_cartesian_2d(first..last, low - room..top)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .label_style(FONT)
        .x_desc("epoch")
        .x_label_formatter(&|epoch| format!("{epoch:.0}"))
        .draw()?;
    let best = best as f64;
    chart
        .draw_series(LineSeries::new([(best, low - room), (best, top)], BLACK.mix(0.5)))?
        .label(format!("epoch {best} was kept"))
        .legend(|(x, y)| PathElement::new([(x, y), (x + 16, y)], BLACK.mix(0.5)));
    for ((name, points), colour) in curves.iter().zip(COLOURS) {
        chart
            .draw_series(LineSeries::new(points.iter().copied(), colour.stroke_width(2)))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .label_font(FONT)
        .background_style(WHITE.mix(0.8))
        .position(SeriesLabelPosition::UpperRight)
        .draw()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> TrainingHistory {
        TrainingHistory {
            columns: ["training loss", "validation loss", "validation AUROC"]
                .map(str::to_owned)
                .to_vec(),
            epochs: vec![1, 2, 3],
            values: vec![
                vec![Some(0.7), Some(0.5), Some(0.4)],
                vec![Some(0.7), Some(0.6), Some(0.65)],
                vec![None, Some(0.8), Some(0.82)],
            ],
        }
    }

    #[test]
    fn every_column_is_a_curve_with_its_name_and_the_kept_epoch_is_marked() {
        let drawn = svg("A model", &history(), 2).unwrap();
        for text in [
            "A model",
            "training loss",
            "validation loss",
            "validation AUROC",
            "epoch 2 was kept",
            "</svg>",
        ] {
            assert!(drawn.contains(text), "{text}");
        }
        // Two of kept epochs and three of columns, besides axes and marks of the legend.
        assert!(drawn.matches("stroke-width=\"2\"").count() >= 3);
        assert_eq!(drawn, svg("A model", &history(), 2).unwrap());
    }

    #[test]
    fn one_epoch_is_no_curve() {
        let mut one = history();
        one.epochs.truncate(1);
        assert!(svg("A model", &one, 1).is_err());
    }
}
