//! Assembles a page.

use std::fmt::Write as _;

use super::block::{Block, base64_of_hex};
use super::error::PageError;
use super::looked::Looked;
use super::manifest::{Input, Manifest, Model, WholeRun};
use super::parts::Parts;

/// Texts and view of a page, with its data.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// The text below the title.
    pub caption: String,
    /// The first view.
    pub looked: Looked,
    /// The model.
    pub model: Model,
    /// The data.
    pub inputs: Vec<Input>,
    /// The whole run, if the page has a part of its genes.
    pub run: Option<WholeRun>,
    /// The assembly of the sequences, as set by the user.
    pub assembly: Option<String>,
    /// Weights and data.
    pub blocks: Vec<Block>,
    /// The first view as SVG, for readers without JavaScript; its texts are escaped already.
    pub picture: String,
}

impl Page {
    /// The file.
    ///
    /// # Errors
    /// [`PageError::Placeholder`] if the parts are of another version.
    pub fn assemble(self, parts: &Parts) -> Result<String, PageError> {
        let blocks = || {
            let engines = self.blocks.iter().chain(&parts.engines);
            engines.chain([&parts.view])
        };
        let program = format!("Regulens {}", parts.version);
        let manifest = Manifest {
            format_version: super::FORMAT_VERSION,
            program: program.clone(),
            title: self.title.clone(),
            caption: self.caption.clone(),
            looked: self.looked.clone(),
            model: self.model.clone(),
            inputs: self.inputs.clone(),
            run: self.run.clone(),
            date: None,
            site: None,
            symbols: None,
            measured: None,
            samples: None,
            assembly: self.assembly.clone(),
            blocks: blocks().map(|block| block.entry.clone()).collect(),
        };
        let mut data = format!(
            "<script type=\"application/json\" id=\"regulens-export\">{}</script>",
            manifest.text()
        );
        for block in blocks() {
            let _ = write!(data, "\n{}", block.element());
        }
        let Model {
            name, sha256, citation, ..
        } = &self.model;
        let values = [
            ("view-hash", base64_of_hex(&parts.view.entry.sha256)),
            ("title", escape(&self.title)),
            ("caption", escape(&self.caption)),
            ("model", escape(name)),
            ("sha256", escape(sha256)),
            ("program", escape(&program)),
            ("citation", escape(&citation.join(" "))),
            ("picture", self.picture.clone()),
            ("data", data),
        ];
        fill(&parts.template, &values)
    }
}

/// Text escaped for HTML, attributes included.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' | '<' | '>' | '"' | '\'' => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// Inserts values into the template; placeholders within values are ignored.
fn fill(template: &str, values: &[(&str, String)]) -> Result<String, PageError> {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, from)) = rest.split_once("{{") {
        text.push_str(before);
        let named = from.split_once("}}").filter(|(name, _)| is_name(name));
        let Some((name, after)) = named else {
            // Braces of a style or a script.
            text.push_str("{{");
            rest = from;
            continue;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        let Some((_, value)) = value else {
            return Err(PageError::Placeholder { name: name.to_owned() });
        };
        text.push_str(value);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

fn is_name(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use flate2::read::GzDecoder;

    use super::*;
    use crate::task::Task;
    use crate::weights::sha256;

    #[test]
    fn what_is_put_into_a_template_is_not_looked_at_again() {
        let values = [("a", "{{b}}".to_owned()), ("b", "B".to_owned())];
        let filled = fill("x{{a}}y{{b}}{{ c }}", &values).unwrap();
        assert_eq!(filled, "x{{b}}yB{{ c }}");
        assert!(fill("{{other}}", &values).is_err());
    }

    /// A page whose every text would be markup.
    fn nasty() -> (Page, Parts, &'static str) {
        let nasty = "</script><!--\"'{{title}}";
        let said = || nasty.to_owned();
        let parts = Parts {
            version: "1.2.3".to_owned(),
            template: "<title>{{title}}</title>{{data}}<i>{{view-hash}}</i>".to_owned(),
            view: Block::new("view", b"view()"),
            engines: vec![Block::new("engine-cpu", b"cpu")],
        };
        let page = Page {
            title: said(),
            caption: said(),
            looked: Looked {
                gene: Some(said()),
                ..Looked::default()
            },
            model: Model {
                name: said(),
                file: said(),
                family: said(),
                sha256: said(),
                task: Task::OnOff,
                verified: Some(false),
                symmetric: Some(true),
                citation: vec![said()],
            },
            inputs: Vec::new(),
            run: None,
            assembly: Some(said()),
            blocks: vec![Block::new("weights", &[7; 1000])],
            picture: String::new(),
        };
        (page, parts, nasty)
    }

    #[test]
    fn a_page_is_read_back_to_the_byte_and_no_text_becomes_markup() {
        let (page, parts, nasty) = nasty();
        let text = page.assemble(&parts).unwrap();
        // The manifest and three blocks.
        assert_eq!(text.matches("<script").count(), 4, "{text}");
        assert_eq!(text.matches("</script").count(), 4);
        assert!(!text.contains("<!--"));
        let inside = |id: &str| {
            let (_, from) = text.split_once(&format!("id=\"{id}\">")).unwrap();
            from.split_once('<').unwrap().0
        };
        let manifest: Manifest = serde_json::from_str(inside("regulens-export")).unwrap();
        assert_eq!(manifest.title, nasty);
        assert_eq!(manifest.assembly.as_deref(), Some(nasty));
        assert_eq!(manifest.model.citation, [nasty]);
        let ids: Vec<&str> = manifest.blocks.iter().map(|block| block.id.as_str()).collect();
        assert_eq!(ids, ["weights", "engine-cpu", "view"]);
        let packed = STANDARD.decode(inside("regulens-block-weights")).unwrap();
        let mut content = Vec::new();
        GzDecoder::new(packed.as_slice()).read_to_end(&mut content).unwrap();
        assert_eq!(content, [7; 1000]);
        assert_eq!(manifest.blocks[0].sha256, sha256(&content));
    }

    #[test]
    fn nothing_is_left_of_markup() {
        assert_eq!(escape("<b a=\"'\">&"), "&#60;b a=&#34;&#39;&#34;&#62;&#38;");
    }
}
