//! The functions that a pickle may call, and their stand-ins. Nothing is imported or executed.

/// Result of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callable {
    /// A dictionary, empty or of the given pairs.
    Dictionary,
    /// A dictionary that is empty whatever the arguments.
    DefaultDictionary,
    /// The given items as a list.
    Set,
    /// A tensor from (storage, offset, shape, strides, …).
    Tensor,
    /// A tensor from (tensor, …).
    Parameter,
    /// A value that no weight depends on.
    Nothing,
}

const CALLABLES: [(&str, &str, Callable); 12] = [
    ("collections", "OrderedDict", Callable::Dictionary),
    ("collections", "defaultdict", Callable::DefaultDictionary),
    ("builtins", "set", Callable::Set),
    ("__builtin__", "set", Callable::Set),
    ("torch._utils", "_rebuild_tensor", Callable::Tensor),
    ("torch._utils", "_rebuild_tensor_v2", Callable::Tensor),
    ("torch._utils", "_rebuild_parameter", Callable::Parameter),
    ("torch._utils", "_rebuild_parameter_with_state", Callable::Parameter),
    ("torch", "Size", Callable::Nothing),
    ("torch", "device", Callable::Nothing),
    ("torch.serialization", "_get_layout", Callable::Nothing),
    (
        "torch.nn.backends.thnn",
        "_get_thnn_function_backend",
        Callable::Nothing,
    ),
];

/// Stand-in for a call of `module.name`, if it is allowed.
pub fn callable(module: &str, name: &str) -> Option<Callable> {
    let known = CALLABLES
        .iter()
        .find(|(in_module, known, _)| (*in_module, *known) == (module, name))?;
    Some(known.2)
}
