//! Texts in the forms that people have them in.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

/// A text of these lines in a form.
pub fn written(lines: &[String], form: Option<&str>) -> Vec<u8> {
    let gzip = |text: &str| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(text.as_bytes()).expect("memory");
        gzip.finish().expect("memory")
    };
    let text = |end: &str| lines.iter().map(|line| format!("{line}{end}")).collect::<String>();
    match form {
        None => text("\n").into_bytes(),
        Some("byte order mark") => format!("\u{feff}{}", text("\n")).into_bytes(),
        Some("carriage returns") => text("\r").into_bytes(),
        Some("carriage returns and line feeds") => text("\r\n").into_bytes(),
        Some("UTF-16") => format!("\u{feff}{}", text("\n"))
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect(),
        Some("gzip of two members") => {
            let (first, rest) = lines.split_at(1);
            let rest: String = rest.iter().map(|line| format!("{line}\n")).collect();
            [gzip(&format!("{}\n", first[0])), gzip(&rest)].concat()
        }
        Some(form) => panic!("no form {form}"),
    }
}
