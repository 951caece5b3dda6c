//! Signal that no factor converts to read counts: ratios to a control, p-values and logarithms. Writes and reads the
//! note of a table on such marks.

/// The end of the note.
const END: &str = "cannot be turned into counts";

/// The note of a mark whose values are `what`, by the name of its file.
#[cfg(feature = "prepare")]
pub(crate) fn note(mark: &str, what: &str, file: &str) -> String {
    format!("{mark}: {what}, by the name of {file}: {END}")
}

/// Marks with such a note, each with the note.
pub(super) fn said_in(notes: &[String]) -> impl Iterator<Item = (&str, &str)> {
    let said = notes.iter().filter(|note| note.ends_with(END));
    said.filter_map(|note| Some((note.split_once(": ")?.0, note.as_str())))
}

/// True if a note says that a mark was not measured, and has a stand-in value.
pub(super) fn is_absent(notes: &[String], mark: &str) -> bool {
    let said = |note: &String| {
        note.strip_prefix(mark)
            .is_some_and(|rest| rest.starts_with(": not measured; "))
    };
    notes.iter().any(said)
}
