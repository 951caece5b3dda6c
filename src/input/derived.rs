//! Signal that no factor turns into counts of reads: ratios to a control, p-values and logarithms. A table says of a
//! mark in a note that it is such; here is how the note is written, and read.

/// The end of the note.
const END: &str = "cannot be turned into counts";

/// The note of a mark whose values are `what`, as the name of its file says.
#[cfg(feature = "prepare")]
pub(crate) fn note(mark: &str, what: &str, file: &str) -> String {
    format!("{mark}: {what}, by the name of {file}: {END}")
}

/// The marks of which notes say so, each with the whole note.
pub(super) fn said_in(notes: &[String]) -> impl Iterator<Item = (&str, &str)> {
    let said = notes.iter().filter(|note| note.ends_with(END));
    said.filter_map(|note| Some((note.split_once(": ")?.0, note.as_str())))
}

/// True where a note says that a mark was not measured, and a value stands in for it.
pub(super) fn is_absent(notes: &[String], mark: &str) -> bool {
    let said = |note: &String| {
        note.strip_prefix(mark)
            .is_some_and(|rest| rest.starts_with(": not measured; "))
    };
    notes.iter().any(said)
}
