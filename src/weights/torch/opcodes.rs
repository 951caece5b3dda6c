//! Opcodes of Python's pickles, with the names of CPython's `pickle.py`.

pub const ADDITEMS: u8 = 0x90;
pub const APPEND: u8 = b'a';
pub const APPENDS: u8 = b'e';
pub const BINBYTES: u8 = b'B';
pub const BINFLOAT: u8 = b'G';
pub const BINGET: u8 = b'h';
pub const BININT: u8 = b'J';
pub const BININT1: u8 = b'K';
pub const BININT2: u8 = b'M';
pub const BINPERSID: u8 = b'Q';
pub const BINPUT: u8 = b'q';
pub const BINSTRING: u8 = b'T';
pub const BINUNICODE: u8 = b'X';
pub const BUILD: u8 = b'b';
pub const DICT: u8 = b'd';
pub const DUP: u8 = b'2';
pub const EMPTY_DICT: u8 = b'}';
pub const EMPTY_LIST: u8 = b']';
pub const EMPTY_SET: u8 = 0x8f;
pub const EMPTY_TUPLE: u8 = b')';
pub const FRAME: u8 = 0x95;
pub const GLOBAL: u8 = b'c';
pub const LIST: u8 = b'l';
pub const LONG1: u8 = 0x8a;
pub const LONG4: u8 = 0x8b;
pub const LONG_BINGET: u8 = b'j';
pub const LONG_BINPUT: u8 = b'r';
pub const MARK: u8 = b'(';
pub const MEMOIZE: u8 = 0x94;
pub const NEWFALSE: u8 = 0x89;
pub const NEWOBJ: u8 = 0x81;
pub const NEWTRUE: u8 = 0x88;
pub const NONE: u8 = b'N';
pub const POP: u8 = b'0';
pub const POP_MARK: u8 = b'1';
pub const PROTO: u8 = 0x80;
pub const REDUCE: u8 = b'R';
pub const SETITEM: u8 = b's';
pub const SETITEMS: u8 = b'u';
pub const SHORT_BINBYTES: u8 = b'C';
pub const SHORT_BINSTRING: u8 = b'U';
pub const SHORT_BINUNICODE: u8 = 0x8c;
pub const STACK_GLOBAL: u8 = 0x93;
pub const STOP: u8 = b'.';
pub const TUPLE: u8 = b't';
pub const TUPLE1: u8 = 0x85;
pub const TUPLE2: u8 = 0x86;
pub const TUPLE3: u8 = 0x87;

/// Opcodes that are not supported: PyTorch writes none of them.
const REFUSED: [(u8, &str); 20] = [
    (b'F', "FLOAT"),
    (b'I', "INT"),
    (b'L', "LONG"),
    (b'P', "PERSID"),
    (b'S', "STRING"),
    (b'V', "UNICODE"),
    (b'g', "GET"),
    (b'i', "INST"),
    (b'o', "OBJ"),
    (b'p', "PUT"),
    (0x82, "EXT1"),
    (0x83, "EXT2"),
    (0x84, "EXT4"),
    (0x8d, "BINUNICODE8"),
    (0x8e, "BINBYTES8"),
    (0x91, "FROZENSET"),
    (0x92, "NEWOBJ_EX"),
    (0x96, "BYTEARRAY8"),
    (0x97, "NEXT_BUFFER"),
    (0x98, "READONLY_BUFFER"),
];

/// Name of an unsupported opcode for a message.
pub fn describe(opcode: u8) -> String {
    match REFUSED.iter().find(|(known, _)| *known == opcode) {
        Some((_, name)) => format!("the opcode {name} (0x{opcode:02x})"),
        None => format!("the opcode 0x{opcode:02x}"),
    }
}
