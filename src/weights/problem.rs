//! Every way a model file can be wrong, each with its own variant and the offending name or offset in it.

use super::looks::LooksLike;
use crate::task::Task;

/// Problem with a model file: the content found, and the content expected instead.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    // The file as a whole.
    /// Not a file of that kind.
    #[error("found {found}; expected {expected}")]
    AnotherKind {
        /// Kind of file that it looks like.
        found: LooksLike,
        /// Kind of file that was asked for.
        expected: &'static str,
    },
    /// The file ends before its content does.
    #[error("found an end at byte {held}; expected {part} to reach to byte {needed}")]
    CutShort {
        /// The first part that is not whole.
        part: String,
        /// Bytes needed for it, from the start of the file.
        needed: u64,
        /// Bytes in the file.
        held: u64,
    },
    /// There are bytes after the last tensor.
    #[error("found {excess} bytes after the last tensor; expected the file to end at byte {end}")]
    TrailingBytes {
        /// Where the last tensor ends in the file.
        end: u64,
        /// Bytes after it.
        excess: u64,
    },

    /// The engine that loads first has not what the model needs.
    #[error("found an ensemble or calibrated probabilities; expected a single uncalibrated model")]
    AnotherEngine,

    // Several models in one file.
    /// There are too few of them to have a mean and a spread.
    #[error("found {found}; expected 2 or more models to join")]
    FewMembers {
        /// Number of models.
        found: usize,
    },
    /// One of them does not go with the others.
    #[error("found member {number}, which does not match the others: {difference}")]
    Member {
        /// Its number, counted from 1.
        number: usize,
        /// The fault in it.
        difference: String,
    },

    // The header of a safetensors file.
    /// The header's size is more than the file's.
    #[error("found a header of {claimed} bytes; expected at most {held}, the rest of the file")]
    HeaderExceedsFile {
        /// Bytes that the header claims to have.
        claimed: u64,
        /// Bytes after the size.
        held: u64,
    },
    /// The header is not the JSON of a safetensors file.
    #[error("found a header that is not a list of tensors ({reason}); expected the JSON of a safetensors file")]
    Header {
        /// The fault in it.
        reason: String,
    },
    /// The header's entry for a tensor does not fit the format or the file.
    #[error("found tensor `{tensor}` {reason}; expected consistent type, shape and position")]
    Entry {
        /// The tensor.
        tensor: String,
        /// The fault in its entry.
        reason: String,
    },

    // The card.
    /// There is no card.
    #[error("found tensors without a model card; expected one under `{}`", super::card::KEY)]
    NoCard,
    /// There is a card where weights from elsewhere were asked for.
    #[error("found a model card; expected weights without one")]
    AlreadyAModel,
    /// The card's JSON is not a card.
    #[error("found a model card with {reason}")]
    Card {
        /// The fault in it, and the content expected.
        reason: String,
    },
    /// The card is from a later version.
    #[error("found a model card of format version {found}; expected {known} or earlier")]
    CardTooNew {
        /// The card's version.
        found: u32,
        /// The newest version that this program reads.
        known: u32,
    },
    /// The model does what this version does not know.
    #[error("found a model of the task `{found}` ({writer}); expected {known}")]
    Task {
        /// The file's task.
        found: String,
        /// The version of the card's format and the program that wrote it, where the card names one.
        writer: String,
        /// Those that there are.
        known: String,
    },
    /// The card's task is not that of its family.
    #[error("found the task `{found}` in a card of the family `{family}` ({writer}); expected `{expected}`")]
    TaskOfFamily {
        /// The file's task.
        found: Task,
        /// The file's family.
        family: &'static str,
        /// As in [`Task`](Self::Task).
        writer: String,
        /// The family's task.
        expected: Task,
    },
    /// The model is of a family that this version does not run.
    #[error("found a model of the family `{found}`; expected {known}")]
    Family {
        /// The file's family.
        found: String,
        /// Those that there are.
        known: String,
    },
    /// The model is of a variant that this version does not run.
    #[error("found the variant `{found}` of {family}; expected {known}")]
    Variant {
        /// The file's family.
        family: String,
        /// The file's variant.
        found: String,
        /// Those that there are.
        known: String,
    },
    /// The model takes something else than it is asked to.
    #[error("found a model that reads {found} ({family}); expected one that reads {expected}")]
    AnotherInput {
        /// The file's family.
        family: String,
        /// Input that it takes.
        found: &'static str,
        /// Input that it was to take.
        expected: &'static str,
    },
    /// The command names another model than the weights are of.
    #[error("found weights whose file says `{found}`; expected `{expected}`")]
    AnotherModel {
        /// Family or variant by the file.
        found: String,
        /// Family or variant as asked for.
        expected: String,
    },
    /// Something states a size that the tensors do not have.
    #[error("found {stated} for {what} in {source_name}; expected {held}, according to the shapes of the tensors")]
    Size {
        /// The size.
        what: String,
        /// Who states it.
        source_name: String,
        /// The size as stated.
        stated: String,
        /// The size by the tensors' shapes.
        held: String,
    },
    /// Something that the weights do not tell was stated nowhere.
    #[error("found nothing that states {what}; expected it from {flag}")]
    Unknown {
        /// The flag that tells it, such as `--bins`.
        flag: &'static str,
        /// The missing information.
        what: String,
    },
    /// A statement about the weights makes no sense.
    #[error("found {found} for {what} in {source_name}; expected {expected}")]
    Statement {
        /// Name of the property that is stated.
        what: String,
        /// Who states it.
        source_name: String,
        /// Value that is stated, as it stands there.
        found: String,
        /// Value that was expected.
        expected: &'static str,
    },

    // The tensors.
    /// A tensor of the variant is not there.
    #[error("found no tensor `{tensor}`; expected it with the shape {expected}")]
    TensorMissing {
        /// The tensor.
        tensor: String,
        /// Its shape.
        expected: String,
    },
    /// A tensor is there that the variant does not have.
    #[error("found tensor `{tensor}`; expected only those of the variant `{variant}`")]
    TensorUnexpected {
        /// The tensor.
        tensor: String,
        /// The variant.
        variant: String,
    },
    /// A tensor has another shape than in the variant.
    #[error("found tensor `{tensor}` with the shape {found}; expected {expected}")]
    TensorShape {
        /// The tensor.
        tensor: String,
        /// Its shape in the file.
        found: String,
        /// Its shape in the variant.
        expected: String,
    },
    /// A tensor's elements are of a type that is not read here.
    #[error("found {found} in tensor `{tensor}`; expected {expected}")]
    ElementType {
        /// The tensor.
        tensor: String,
        /// Its elements' type.
        found: String,
        /// The types that are read.
        expected: String,
    },
    /// A weight is not a number, or so large that sums overflow.
    #[error("found {found} in tensor `{tensor}` at index {index}; expected finite numbers within ±4.3e9")]
    NotFinite {
        /// The tensor.
        tensor: String,
        /// The place, counted from 0 in row-major order.
        index: usize,
        /// The value.
        found: f32,
    },
    /// A variance is below zero.
    #[error("found {found} in tensor `{tensor}` at index {index}; expected variances from 0")]
    NegativeVariance {
        /// The tensor.
        tensor: String,
        /// The place, counted from 0.
        index: usize,
        /// The value.
        found: f32,
    },
    /// The scales of a tensor of integers cannot be used.
    #[error(
        "found scales of tensor `{tensor}` {reason}; expected one finite number of 0 or more per row in \
            `{tensor}.scale`"
    )]
    Scale {
        /// The tensor that they belong to.
        tensor: String,
        /// The fault in them.
        reason: String,
    },
    /// A weight is too large for the element type to write.
    #[error("found {found} in tensor `{tensor}` at index {index}; expected at most 65504, the largest float16")]
    TooLargeForF16 {
        /// The tensor.
        tensor: String,
        /// The place, counted from 0 in row-major order.
        index: usize,
        /// The value.
        found: f32,
    },

    // PyTorch's files.
    /// A pickle that is no pickle, or does not hang together.
    #[error("found {reason} at byte {offset} of {part}; expected what PyTorch writes")]
    Pickle {
        /// Where, in bytes from the start of `part`.
        offset: usize,
        /// The file, or the part of it that holds the pickle.
        part: &'static str,
        /// The fault there.
        reason: String,
    },
    /// A pickle asks for something that is not done here, such as to call a function.
    #[error("found {what} at byte {offset} of {part}; expected tensors and modules only")]
    PickleRefused {
        /// Where, in bytes from the start of `part`.
        offset: usize,
        /// The file, or the part of it that holds the pickle.
        part: &'static str,
        /// Operation that it asks for, with its name.
        what: String,
    },
    /// A pickle is larger than that of any model.
    #[error("found more than {limit} {what} at byte {offset} of {part}; expected fewer")]
    PickleTooLarge {
        /// Where, in bytes from the start of `part`.
        offset: usize,
        /// The file, or the part of it that holds the pickle.
        part: &'static str,
        /// Kind of content that there is too much of.
        what: &'static str,
        /// Largest amount that is allowed.
        limit: usize,
    },
    /// A zip archive that is damaged or not PyTorch's.
    #[error("found a zip archive {reason}; expected one written by PyTorch")]
    Archive {
        /// The fault in it.
        reason: String,
    },
    /// The values of a tensor do not lie where the pickle says.
    #[error("found storage `{storage}` {reason}; expected a complete one")]
    Storage {
        /// The storage's key.
        storage: String,
        /// The fault in it.
        reason: String,
    },
    /// A tensor is no view of its storage.
    #[error("found tensor `{tensor}` {reason}; expected a view of a storage")]
    View {
        /// The tensor.
        tensor: String,
        /// The fault in it.
        reason: String,
    },
    /// The file holds something, but no tensors by name.
    #[error("found {found}; expected a state dict or a module")]
    NoStateDict {
        /// Content of the file.
        found: String,
    },

    // TensorFlow's checkpoints.
    /// The index of a checkpoint does not hang together.
    #[error("found {reason} at byte {offset}; expected an index written by TensorFlow")]
    BundleIndex {
        /// Where, in bytes from the start of the file.
        offset: usize,
        /// The fault there.
        reason: String,
    },
    /// A checkpoint of a kind that TensorFlow can write and that is not read here.
    #[error("found {what}; expected {expected}")]
    BundleRefused {
        /// Content that is not read.
        what: String,
        /// Content that is read.
        expected: &'static str,
    },
    /// Bytes are not those that were written.
    #[error("found the CRC-32C {found:#010x} (masked) of {part}; expected {stated:#010x}")]
    Checksum {
        /// Part that was damaged, with its place.
        part: String,
        /// The checksum of the bytes as they are.
        found: u32,
        /// The checksum as it was written.
        stated: u32,
    },
    /// A file of a checkpoint's data is not there.
    #[error("found no `{shard}` beside it ({reason}); expected the data of its tensors there")]
    ShardMissing {
        /// The name of the file.
        shard: String,
        /// Why it cannot be read.
        reason: String,
    },
}

impl Problem {
    /// A stable name of the kind of problem, in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AnotherKind { .. } => "another-kind-of-file",
            Self::CutShort { .. } => "weights-cut-short",
            Self::TrailingBytes { .. } => "trailing-bytes",
            Self::AnotherEngine => "another-engine",
            Self::FewMembers { .. } => "few-members",
            Self::Member { .. } => "member",
            Self::HeaderExceedsFile { .. } => "header-exceeds-file",
            Self::Header { .. } => "header",
            Self::Entry { .. } => "tensor-entry",
            Self::NoCard => "no-card",
            Self::AlreadyAModel => "already-a-model",
            Self::Card { .. } => "card",
            Self::CardTooNew { .. } => "card-too-new",
            Self::Task { .. } => "unknown-task",
            Self::TaskOfFamily { .. } => "another-task",
            Self::Family { .. } => "unknown-family",
            Self::Variant { .. } => "unknown-variant",
            Self::AnotherInput { .. } => "another-input",
            Self::AnotherModel { .. } => "another-model",
            Self::Size { .. } => "sizes-disagree",
            Self::Unknown { .. } => "unknown-setting",
            Self::Statement { .. } => "statement",
            Self::TensorMissing { .. } => "tensor-missing",
            Self::TensorUnexpected { .. } => "tensor-unexpected",
            Self::TensorShape { .. } => "tensor-shape",
            Self::ElementType { .. } => "tensor-type",
            Self::NotFinite { .. } => "weight-not-finite",
            Self::NegativeVariance { .. } => "variance-negative",
            Self::Scale { .. } => "tensor-scale",
            Self::TooLargeForF16 { .. } => "weight-too-large",
            Self::Pickle { .. } => "pickle",
            Self::PickleRefused { .. } => "pickle-refused",
            Self::PickleTooLarge { .. } => "pickle-too-large",
            Self::Archive { .. } => "archive",
            Self::Storage { .. } => "storage",
            Self::View { .. } => "tensor-view",
            Self::NoStateDict { .. } => "no-state-dict",
            Self::BundleIndex { .. } => "bundle-index",
            Self::BundleRefused { .. } => "bundle-refused",
            Self::Checksum { .. } => "checksum",
            Self::ShardMissing { .. } => "shard-missing",
        }
    }

    /// Remedy for the user.
    pub fn remedy(&self) -> String {
        match self {
            Self::AnotherKind { found, .. } => found.remedy(),
            Self::CutShort { .. } | Self::TrailingBytes { .. } | Self::HeaderExceedsFile { .. } => {
                "Download or copy the file again."
            }
            Self::Header { .. } | Self::Entry { .. } | Self::Scale { .. } => {
                "The file is damaged or does not follow the format; download or write it again."
            }
            Self::AnotherEngine => "Load it with the full engine.",
            Self::FewMembers { .. } => "Give more models, or use the single one unchanged.",
            Self::Member { .. } => "Join single models of the same task, marks, bins and transform.",
            Self::NoCard => "Convert it to a model file with `regulens import`.",
            Self::AlreadyAModel => "It is already a model file; use it unchanged.",
            Self::Card { .. } | Self::TaskOfFamily { .. } => "Write the file again with Regulens, or correct its card.",
            Self::CardTooNew { .. } => "Update Regulens.",
            Self::Task { .. } | Self::Family { .. } | Self::Variant { .. } => {
                "Choose another model, or update \
                Regulens."
            }
            Self::AnotherInput { expected, .. } => return format!("Choose a model that reads {expected}."),
            Self::AnotherModel { .. } => "Name the family and variant of the file.",
            Self::Size { .. } => "Correct the statement, or use the weights that it describes.",
            Self::Unknown { flag, what } => {
                return format!("Give {flag}: the weights themselves do not state {what}.");
            }
            Self::Statement { .. } => "Correct it, or give the flag, which takes precedence.",
            Self::TensorMissing { .. } | Self::TensorUnexpected { .. } | Self::TensorShape { .. } => {
                "Check that the file has the family and variant that were named."
            }
            Self::ElementType { .. } => "Convert the tensor to float32 first.",
            Self::NotFinite { .. } | Self::NegativeVariance { .. } => {
                "The training diverged; use an earlier checkpoint, or train again."
            }
            Self::TooLargeForF16 { .. } => "Write the file as float32 (`--dtype f32`).",
            Self::Pickle { .. } | Self::Storage { .. } | Self::View { .. } => {
                "The file is damaged; download or copy it again, or save its state dict again."
            }
            Self::PickleRefused { .. } => {
                "Nothing in such a file is executed here; save only the model's state dict, with \
                    `torch.save(model.state_dict(), …)`."
            }
            Self::PickleTooLarge { .. } | Self::NoStateDict { .. } => {
                "Save only the model's state dict, with `torch.save(model.state_dict(), …)`."
            }
            Self::Archive { .. } => {
                "Download or copy the file again, or save the model's state dict with \
                    `torch.save(model.state_dict(), …)`."
            }
            Self::BundleIndex { .. } | Self::Checksum { .. } => {
                "The file is damaged, or the index and the data are from two checkpoints; download or copy all \
                    files of the checkpoint again."
            }
            Self::BundleRefused { .. } => {
                "Save the model again with TensorFlow 1's `tf.train.Saver` on an ordinary machine, with each \
                    variable in one piece."
            }
            Self::ShardMissing { .. } => {
                "Put all files of the checkpoint in one folder, under the names given by TensorFlow."
            }
        }
        .to_owned()
    }
}
