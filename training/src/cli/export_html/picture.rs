//! The picture of a page for readers without JavaScript: a plain drawing of what the live view shows first.

use std::fmt::Write as _;

use regulens::engine::Batch;
use regulens::weights::ModelCard;

/// Sizes in pixels of the picture, of a row, and of a row's drawing area.
const WIDTH: f32 = 880.0;
const LEFT: f32 = 130.0;
const ROW: f32 = 64.0;
const DRAWN: f32 = 48.0;
const HEAD: f32 = 34.0;

/// Dark enough on white; the marks' rows take turns.
const SIGNAL: &str = "#4a5bbf";
const ATTENTION: &str = "#c2410c";
const INK: &str = "#1f2430";

/// A gene's signal, mark by mark, with the attention over it. `values` [T, columns] of one gene, `seen` its prediction;
/// `measured` says of a column whether its mark was: what stands in for one that was not is no signal.
pub fn gene(card: &ModelCard, gene: &str, values: &[f32], seen: &Batch, measured: impl Fn(usize) -> bool) -> String {
    let columns = values.len() / card.bins.max(1);
    let predicted = match (seen.probability.first(), seen.fold_change.first(), seen.level.first()) {
        (Some(probability), ..) => format!("P(on) = {probability:.3}"),
        (_, Some(change), _) => format!("predicted log2 fold change {change:+.2}"),
        (.., Some(level)) => format!("predicted level {level:.2}"),
        _ => String::new(),
    };
    let rows = (0..columns).map(|column| {
        let mark = &card.marks[column % card.marks.len()];
        let cell = match (columns > card.marks.len(), column < card.marks.len()) {
            (false, _) => "",
            (true, true) => "A ",
            (true, false) => "B ",
        };
        if !measured(column) {
            return (format!("{cell}{mark}, not measured"), Vec::new(), None);
        }
        let signal: Vec<f32> = values.iter().skip(column).step_by(columns).copied().collect();
        // α has a row for each column, or one for all.
        let alpha = seen.alpha.chunks_exact(card.bins);
        let alpha = match alpha.len() {
            0 => None,
            1 => alpha.clone().next(),
            _ => alpha.clone().nth(column),
        };
        (format!("{cell}{mark}"), signal, alpha.map(<[f32]>::to_vec))
    });
    picture(
        &format!("{gene}, {predicted}"),
        "Bars: signal, each row on its own scale. Line: attention α.",
        rows,
    )
}

/// Predicted tracks along a sequence: `values` [bins, tracks].
pub fn tracks(card: &ModelCard, record: &str, values: &[f32], tracks: usize) -> String {
    /// Tracks that are shown.
    const SHOWN: usize = 6;
    let rows = (0..tracks.min(SHOWN)).map(|track| {
        let name = card.tracks.get(track).map(|track| track.name.clone());
        let name = name.filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| format!("track {}", track + 1));
        let values = values.iter().skip(track).step_by(tracks).copied().collect();
        (name, values, None)
    });
    picture(
        &format!("{record}, predicted"),
        &format!(
            "Predicted value of each bin of {} bp, each row on its own scale.",
            card.bin_size
        ),
        rows,
    )
}

/// A title, and rows of bars with a line over them.
fn picture(title: &str, legend: &str, rows: impl Iterator<Item = (String, Vec<f32>, Option<Vec<f32>>)>) -> String {
    let mut drawn = String::new();
    let mut bottom = HEAD;
    for (name, values, line) in rows {
        let base = bottom + ROW - 8.0;
        bottom += ROW;
        let _ = write!(
            drawn,
            "<text x=\"0\" y=\"{:.1}\" font-size=\"12\">{}</text>",
            base - DRAWN / 2.0,
            escape(&name)
        );
        let step = (WIDTH - LEFT) / values.len().max(1) as f32;
        let most = values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
        let mut bars = String::new();
        for (at, value) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
            let _ = write!(
                bars,
                "M{:.1} {base:.1}v-{:.1}h{step:.2}V{base:.1}z",
                LEFT + at as f32 * step,
                value / most * DRAWN
            );
        }
        let _ = write!(drawn, "<path d=\"{bars}\" fill=\"{SIGNAL}\" fill-opacity=\"0.6\"/>");
        if let Some(line) = line {
            let most = line.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
            let points: Vec<String> = line
                .iter()
                .enumerate()
                .map(|(at, value)| {
                    let x = LEFT + (at as f32 + 0.5) * step;
                    format!("{x:.1},{:.1}", base - value / most * DRAWN)
                })
                .collect();
            let _ = write!(
                drawn,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{ATTENTION}\" stroke-width=\"1.5\"/>",
                points.join(" ")
            );
        }
        let _ = write!(
            drawn,
            "<path d=\"M{LEFT} {base:.1}H{WIDTH}\" stroke=\"{INK}\" stroke-opacity=\"0.4\"/>"
        );
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{WIDTH}\" height=\"{0:.0}\" viewBox=\"0 0 \
            {WIDTH} {0:.0}\" font-family=\"sans-serif\" fill=\"{INK}\">\
         <title>{1}</title><rect width=\"{WIDTH}\" height=\"{0:.0}\" fill=\"#ffffff\"/>\
         <text x=\"0\" y=\"18\" font-size=\"14\" font-weight=\"bold\">{1}</text>{drawn}\
         <text x=\"0\" y=\"{2:.0}\" font-size=\"11\">{3}</text></svg>",
        bottom + 20.0,
        escape(title),
        bottom + 12.0,
        escape(legend)
    )
}

/// Text of XML. Control characters, which XML cannot hold, become spaces.
fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, each| {
        match each {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            each if each.is_control() => escaped.push(' '),
            each => escaped.push(each),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_genes_name_is_text_in_the_picture() {
        let card = ModelCard::new("attentive-chrome", "lstm", vec!["K<4".to_owned()], 2);
        let batch = Batch {
            probability: vec![0.5],
            ..Batch::default()
        };
        let drawn = gene(&card, "</noscript><script>", &[1.0, 2.0], &batch, |_| true);
        assert!(
            drawn.contains("&lt;/noscript&gt;&lt;script&gt;, P(on) = 0.500"),
            "{drawn}"
        );
        assert!(!drawn.contains("<script"), "{drawn}");
        assert!(drawn.contains(">K&lt;4<"));
    }

    #[test]
    fn a_mark_that_was_not_measured_has_no_bars_and_no_attention() {
        let card = ModelCard::new("attentive-chrome", "lstm", vec!["K4".to_owned(), "K9".to_owned()], 2);
        let batch = Batch {
            alpha: vec![0.5; 4],
            ..Batch::default()
        };
        let drawn = gene(&card, "A", &[1.0, 3.0, 2.0, 3.0], &batch, |column| column == 0);
        assert!(
            drawn.contains(">K4<") && drawn.contains(">K9, not measured<"),
            "{drawn}"
        );
        assert_eq!(drawn.matches("<polyline").count(), 1, "{drawn}");
        // Bars of both bins of K4; of K9 a path without any.
        assert_eq!(drawn.matches("v-").count(), 2, "{drawn}");
    }
}
