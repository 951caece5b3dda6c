//! A writer of pickles, enough to make PyTorch's files of both formats and files that PyTorch would never write.

/// A value to pickle.
#[derive(Clone, Debug)]
pub enum Item {
    None,
    Bool(bool),
    Int(i64),
    Text(String),
    Tuple(Vec<Self>),
    List(Vec<Self>),
    Dict(Vec<(Self, Self)>),
    /// A class or function by module and name.
    Global(&'static str, &'static str),
    /// A call of a function with a tuple of arguments.
    Call(Box<Self>, Vec<Self>),
    /// An object of a class with attributes.
    Object(Box<Self>, Vec<(Self, Self)>),
    Persistent(Box<Self>),
    /// Opcodes as they are.
    Raw(Vec<u8>),
}

pub fn text(text: &str) -> Item {
    Item::Text(text.to_owned())
}

pub fn call(module: &'static str, name: &'static str, arguments: Vec<Item>) -> Item {
    Item::Call(Box::new(Item::Global(module, name)), arguments)
}

/// `collections.OrderedDict` with entries under texts.
pub fn ordered(entries: Vec<(&str, Item)>) -> Item {
    let mut bytes = pickle_fragment(&call("collections", "OrderedDict", vec![]), 2);
    bytes.push(b'(');
    for (name, item) in entries {
        bytes.extend(pickle_fragment(&text(name), 2));
        bytes.extend(pickle_fragment(&item, 2));
    }
    bytes.push(b'u');
    Item::Raw(bytes)
}

/// A tensor as `torch.save` puts it: a view of the storage `key` of `count` elements.
pub fn tensor(class: &'static str, key: &str, count: i64, offset: i64, shape: &[i64], strides: &[i64]) -> Item {
    let sizes = |sizes: &[i64]| Item::Tuple(sizes.iter().map(|size| Item::Int(*size)).collect());
    call(
        "torch._utils",
        "_rebuild_tensor_v2",
        vec![
            Item::Persistent(Box::new(storage(class, key, count))),
            Item::Int(offset),
            sizes(shape),
            sizes(strides),
            Item::Bool(false),
            call("collections", "OrderedDict", vec![]),
        ],
    )
}

/// The id of a storage.
pub fn storage(class: &'static str, key: &str, count: i64) -> Item {
    Item::Tuple(vec![
        text("storage"),
        Item::Global("torch", class),
        text(key),
        text("cuda:0"),
        Item::Int(count),
    ])
}

/// The same as a parameter of a module.
pub fn parameter(tensor: Item) -> Item {
    let hooks = call("collections", "OrderedDict", vec![]);
    call(
        "torch._utils",
        "_rebuild_parameter",
        vec![tensor, Item::Bool(true), hooks],
    )
}

/// A module as it is pickled: an object with parameters and modules in it.
pub fn module(class: Item, parameters: Vec<(&str, Item)>, modules: Vec<(&str, Item)>) -> Item {
    let attributes = vec![
        (text("training"), Item::Bool(false)),
        (text("_parameters"), ordered(parameters)),
        (text("_buffers"), ordered(vec![])),
        (text("_modules"), ordered(modules)),
    ];
    Item::Object(Box::new(class), attributes)
}

/// A whole pickle of protocol 2, as PyTorch writes, or of 4.
pub fn pickle(item: &Item, protocol: u8) -> Vec<u8> {
    let mut bytes = vec![0x80, protocol];
    let fragment = pickle_fragment(item, protocol);
    if protocol >= 4 {
        bytes.push(0x95);
        bytes.extend((fragment.len() as u64 + 1).to_le_bytes());
    }
    bytes.extend(fragment);
    bytes.push(b'.');
    bytes
}

/// The opcodes that leave a value on the stack.
pub fn pickle_fragment(item: &Item, protocol: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes, item, protocol);
    bytes
}

fn write(bytes: &mut Vec<u8>, item: &Item, protocol: u8) {
    match item {
        Item::None => bytes.push(b'N'),
        Item::Bool(value) => bytes.push(if *value { 0x88 } else { 0x89 }),
        Item::Int(value) => write_int(bytes, *value),
        Item::Text(text) => {
            match u8::try_from(text.len()) {
                Ok(length) if protocol >= 4 => bytes.extend([0x8c, length]),
                _ => {
                    bytes.push(b'X');
                    bytes.extend((text.len() as u32).to_le_bytes());
                }
            }
            bytes.extend(text.as_bytes());
            memoize(bytes, protocol);
        }
        Item::Tuple(items) => {
            let marked = items.len() > 3 || (items.is_empty() && protocol < 2);
            if marked {
                bytes.push(b'(');
            }
            items.iter().for_each(|item| write(bytes, item, protocol));
            bytes.push(match items.len() {
                0 => b')',
                1 => 0x85,
                2 => 0x86,
                3 => 0x87,
                _ => b't',
            });
            memoize(bytes, protocol);
        }
        Item::List(items) => {
            bytes.extend(b"](");
            items.iter().for_each(|item| write(bytes, item, protocol));
            bytes.push(b'e');
        }
        Item::Dict(entries) => {
            bytes.push(b'}');
            write_entries(bytes, entries, protocol);
        }
        Item::Global(module, name) if protocol >= 4 => {
            write(bytes, &text(module), protocol);
            write(bytes, &text(name), protocol);
            bytes.push(0x93);
            memoize(bytes, protocol);
        }
        Item::Global(module, name) => bytes.extend(format!("c{module}\n{name}\n").bytes()),
        Item::Call(function, arguments) => {
            write(bytes, function, protocol);
            write(bytes, &Item::Tuple(arguments.clone()), protocol);
            bytes.push(b'R');
        }
        Item::Object(class, attributes) => {
            write(bytes, class, protocol);
            bytes.extend(b")\x81}");
            write_entries(bytes, attributes, protocol);
            bytes.push(b'b');
        }
        Item::Persistent(id) => {
            write(bytes, id, protocol);
            bytes.push(b'Q');
        }
        Item::Raw(raw) => bytes.extend(raw),
    }
}

fn write_entries(bytes: &mut Vec<u8>, entries: &[(Item, Item)], protocol: u8) {
    bytes.push(b'(');
    for (key, value) in entries {
        write(bytes, key, protocol);
        write(bytes, value, protocol);
    }
    bytes.push(b'u');
}

fn write_int(bytes: &mut Vec<u8>, value: i64) {
    if let Ok(value) = u8::try_from(value) {
        bytes.extend([b'K', value]);
    } else if let Ok(value) = u16::try_from(value) {
        bytes.push(b'M');
        bytes.extend(value.to_le_bytes());
    } else if let Ok(value) = i32::try_from(value) {
        bytes.push(b'J');
        bytes.extend(value.to_le_bytes());
    } else {
        bytes.extend([0x8a, 8]);
        bytes.extend(value.to_le_bytes());
    }
}

/// Memoizes after each value, as real picklers do, so that the memo is exercised.
fn memoize(bytes: &mut Vec<u8>, protocol: u8) {
    if protocol >= 4 {
        bytes.push(0x94);
    } else {
        bytes.extend([b'q', 7]);
    }
}
