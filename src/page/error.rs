//! Errors of assembling a page.

/// Problem of a site's parts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// A file that does not match the site's list.
    #[error(
        "{file}: found SHA-256 {found}; expected {expected}, which the site's list of parts names. Build the site \
            again: cargo xtask site."
    )]
    Hash {
        /// The file.
        file: String,
        /// SHA-256 of its content.
        found: String,
        /// SHA-256 in the list.
        expected: String,
    },
    /// An invalid list of parts.
    #[error(
        "{file}: found {found}; expected the list of a site's parts, of format {}. Give the site of this version of \
            Regulens.",
        super::FORMAT_VERSION
    )]
    Parts {
        /// The file.
        file: String,
        /// Content that was found instead.
        found: String,
    },
    /// A template with a placeholder that this version does not know.
    #[error(
        "the site's page for one file asks for {name}, which this version does not know. Give the site of this version \
            of Regulens."
    )]
    Placeholder {
        /// The name.
        name: String,
    },
}
