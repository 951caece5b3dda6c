//! Scores of any task, in words.

use std::fmt::Write as _;

use regulens::task::Score;

use super::words::counted;

/// `AUROC 0.9500, average precision 0.9400`.
pub fn figures<S: Score>(score: &S) -> String {
    let figures: Vec<String> = score
        .columns()
        .into_iter()
        .map(|(name, value)| format!("{name} {value:.4}"))
        .collect();
    figures.join(", ")
}

/// `200 genes`, with how many are of a class and called so; nothing where it was not recorded.
pub fn size<S: Score>(score: &S) -> Option<String> {
    let calls = score
        .calls()
        .map_or(String::new(), |calls| format!(", of which {calls}"));
    (score.n() > 0).then(|| counted(score.n(), S::COUNTED) + &calls)
}

/// A line a figure, names and numbers below each other; then what is not a number.
pub fn lines<'a>(
    set: &'a str,
    n: usize,
    figures: impl IntoIterator<Item = (&'a str, f64)>,
    others: &[(&'a str, String)],
) -> String {
    let mut rows = vec![(set, n.to_string())];
    rows.extend(figures.into_iter().map(|(name, value)| (name, format!("{value:.4}"))));
    rows.extend(others.iter().cloned());
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (name, value) in rows {
        writeln!(text, "{name:<width$}  {value}").expect("texts take any text");
    }
    text
}

#[cfg(test)]
mod tests {
    use regulens::task::on_off::OnOffScore;

    use super::*;

    #[test]
    fn figures_stand_below_each_other_behind_the_longest_name() {
        let score = OnOffScore {
            n: 20,
            auroc: 0.5,
            auprc: Some(0.25),
            on: Some(5),
            called_on: Some(20),
            ..OnOffScore::default()
        };
        let sign = [("longest", "none".to_owned())];
        assert_eq!(
            lines("genes", score.n, score.columns(), &sign),
            "genes              20\nAUROC              0.5000\naverage precision  0.2500\nlongest            none\n"
        );
        assert_eq!(figures(&score), "AUROC 0.5000, average precision 0.2500");
        assert_eq!(size(&score).unwrap(), "20 genes, of which 5 are on, 20 called on");
    }
}
