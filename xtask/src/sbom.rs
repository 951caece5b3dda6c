//! Components of a release, for other tools: CycloneDX's JSON, of the program and of the web parts. The same commit
//! gives the same bytes.

use crate::command::{Outcome, command};
use crate::notices;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The format that is written.
const SPECIFICATION: &str = "1.6";

/// A package that is linked or bundled.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Component {
    /// Its address among packages, by which the others name it.
    purl: String,
    name: String,
    version: String,
    licence: String,
    /// By which algorithm, and in hexadecimal.
    hash: (&'static str, String),
    /// Addresses.
    needs: BTreeSet<String>,
}

/// Writes both into a folder; gives their names.
pub fn write(root: &Path, out: &Path) -> Outcome<Vec<String>> {
    fs::create_dir_all(out).map_err(|error| format!("{}: {error}", out.display()))?;
    let all = all(root)?;
    for (name, text) in &all {
        let path = out.join(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(all.into_iter().map(|(name, _)| name).collect())
}

/// Names of files, with their content.
///
/// # Errors
/// Where a part has no licence or no checksum.
pub fn all(root: &Path) -> Outcome<Vec<(String, String)>> {
    let version = env!("CARGO_PKG_VERSION");
    let crates = crates(root)?;
    let [engines, program] = notices::linked(root)?;
    let chosen = |linked: &BTreeSet<String>| -> Outcome<Vec<Component>> {
        let of = |name: &String| crates.get(name).cloned().ok_or(format!("{name} is not in Cargo.lock"));
        linked.iter().map(of).collect()
    };
    let mut web = chosen(&engines)?;
    web.extend(packages(root)?);
    let each = [
        ("regulens", "The program, for one system or another", chosen(&program)?),
        ("regulens-web", "Page, npm package and pages of one file", web),
    ];
    let made = each.into_iter().map(|(name, says, components)| {
        let bom = bom(name, version, says, components)?;
        let text = serde_json::to_string_pretty(&bom).map_err(|error| error.to_string())?;
        Ok((format!("{name}-{version}.cdx.json"), text + "\n"))
    });
    made.collect()
}

/// The document. A part that is named and not listed is left out of what others need.
fn bom(name: &str, version: &str, says: &str, mut components: Vec<Component>) -> Outcome<Value> {
    components.sort_by(|a, b| a.purl.cmp(&b.purl));
    let known: BTreeSet<String> = components.iter().map(|component| component.purl.clone()).collect();
    let lacking = |what: &str, component: &Component| Err(format!("{}: it has no {what}", component.purl));
    for component in &components {
        if component.licence.is_empty() {
            return lacking("licence", component);
        }
        if component.hash.1.is_empty() {
            return lacking("checksum", component);
        }
    }
    let listed: Vec<Value> = components
        .iter()
        .map(|component| {
            json!({
                "type": "library",
                "bom-ref": component.purl,
                "name": component.name,
                "version": component.version,
                "purl": component.purl,
                "licenses": [{"expression": component.licence}],
                "hashes": [{"alg": component.hash.0, "content": component.hash.1}],
            })
        })
        .collect();
    let needs = components.iter().map(|component| {
        json!({"ref": component.purl, "dependsOn": component.needs.intersection(&known).collect::<Vec<_>>()})
    });
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": name,
                "name": name,
                "version": version,
                "description": says,
                "licenses": [{"expression": "MIT OR Apache-2.0"}],
            },
        },
        "components": listed,
        "dependencies": needs.collect::<Vec<_>>(),
    }))
}

/// Every crate of Cargo.lock, as `NAME VERSION`.
fn crates(root: &Path) -> Outcome<BTreeMap<String, Component>> {
    let mut metadata = command(root, root, "cargo");
    metadata.args(["metadata", "--locked", "--all-features", "--format-version", "1"]);
    let output = metadata.output().map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let lock = fs::read_to_string(root.join("Cargo.lock")).map_err(|error| format!("Cargo.lock: {error}"))?;
    Ok(of_metadata(&metadata, &checksums(&lock)))
}

fn of_metadata(metadata: &Value, checksums: &BTreeMap<String, String>) -> BTreeMap<String, Component> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let purls: BTreeMap<String, String> = list(&metadata["packages"])
        .iter()
        .map(|package| {
            let purl = format!("pkg:cargo/{}@{}", text(&package["name"]), text(&package["version"]));
            (text(&package["id"]), purl)
        })
        .collect();
    let needs: BTreeMap<String, BTreeSet<String>> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| {
            let each = list(&node["dependencies"]);
            (
                text(&node["id"]),
                each.iter().filter_map(|id| purls.get(&text(id)).cloned()).collect(),
            )
        })
        .collect();
    let components = list(&metadata["packages"]).into_iter().map(|package| {
        let (name, version, id) = (text(&package["name"]), text(&package["version"]), text(&package["id"]));
        let key = format!("{name} {version}");
        let component = Component {
            purl: purls[&id].clone(),
            // As crates of long ago write a choice.
            licence: text(&package["license"]).replace('/', " OR ").replace("  ", " "),
            hash: ("SHA-256", checksums.get(&key).cloned().unwrap_or_default()),
            needs: needs.get(&id).cloned().unwrap_or_default(),
            name,
            version,
        };
        (key, component)
    });
    components.collect()
}

/// Maps each `NAME VERSION` in Cargo.lock to the SHA-256 that cargo demands of its file.
fn checksums(lock: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in lock.split("[[package]]").skip(1) {
        let field = |name: &str| {
            let begin = format!("{name} = \"");
            entry
                .lines()
                .find_map(|line| line.strip_prefix(&begin)?.strip_suffix('"'))
        };
        if let (Some(name), Some(version), Some(sum)) = (field("name"), field("version"), field("checksum")) {
            found.insert(format!("{name} {version}"), sum.to_owned());
        }
    }
    found
}

/// The npm packages that are bundled: all that the page depends on, and what those depend on, but types.
fn packages(root: &Path) -> Outcome<Vec<Component>> {
    let path = root.join("www/package-lock.json");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lock: Value = serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    of_lock(&lock)
}

fn of_lock(lock: &Value) -> Outcome<Vec<Component>> {
    let names = |package: &Value| -> Vec<String> {
        let named = package["dependencies"].as_object();
        let named = named.into_iter().flat_map(|named| named.keys().cloned());
        named.filter(|name| !name.starts_with("@types/")).collect()
    };
    let mut waiting = names(&lock["packages"][""]);
    let mut found: BTreeMap<String, Component> = BTreeMap::new();
    while let Some(name) = waiting.pop() {
        let package = &lock["packages"][format!("node_modules/{name}")];
        let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
        let version = text("version");
        if version.is_empty() {
            return Err(format!("www/package-lock.json has no {name}"));
        }
        if found.contains_key(&name) {
            continue;
        }
        let needs = names(package);
        let purl = |name: &str| {
            let version = lock["packages"][format!("node_modules/{name}")]["version"].as_str();
            format!("pkg:npm/{}@{}", name.replace('@', "%40"), version.unwrap_or_default())
        };
        let component = Component {
            purl: purl(&name),
            licence: text("license"),
            hash: ("SHA-512", hexadecimal(&text("integrity"))?),
            needs: needs.iter().map(|name| purl(name)).collect(),
            name: name.clone(),
            version,
        };
        found.insert(name, component);
        waiting.extend(needs);
    }
    Ok(found.into_values().collect())
}

/// npm's `sha512-BASE64` as hexadecimal digits.
fn hexadecimal(integrity: &str) -> Outcome<String> {
    let wrong = || format!("`{integrity}` is no sha512 of npm's");
    let digits = integrity.strip_prefix("sha512-").ok_or_else(wrong)?;
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::new());
    for digit in digits.trim_end_matches('=').bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return Err(wrong()),
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    if bytes.len() == 64 {
        Ok(base16ct::lower::encode_string(&bytes))
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crate_of(name: &str, licence: &str) -> Value {
        json!({"id": format!("id-{name}"), "name": name, "version": "1.0.0", "license": licence})
    }

    #[test]
    fn a_crate_has_its_checksum_licence_and_what_it_needs() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"12ab\"\n\n\
            [[package]]\nname = \"ours\"\nversion = \"0.2.0\"\ndependencies = [\n \"a\",\n]\n";
        let sums = checksums(lock);
        assert_eq!(sums, [("a 1.0.0".to_owned(), "12ab".to_owned())].into());
        let metadata = json!({
            "packages": [crate_of("a", "MIT/Apache-2.0"), crate_of("b", "ISC")],
            "resolve": {"nodes": [{"id": "id-a", "dependencies": ["id-b", "id-none"]}, {"id": "id-b"}]},
        });
        let crates = of_metadata(&metadata, &sums);
        let a = &crates["a 1.0.0"];
        assert_eq!(
            (a.purl.as_str(), a.licence.as_str()),
            ("pkg:cargo/a@1.0.0", "MIT OR Apache-2.0")
        );
        assert_eq!(a.hash, ("SHA-256", "12ab".to_owned()));
        assert_eq!(a.needs, ["pkg:cargo/b@1.0.0".to_owned()].into());
    }

    #[test]
    fn npm_packages_are_those_that_the_page_reaches_without_types() {
        let integrity = format!("sha512-{}==", "A".repeat(86));
        let package =
            |needs: Value| json!({"version": "1.2.3", "license": "BSD", "integrity": integrity, "dependencies": needs});
        let lock = json!({"packages": {
            "": {"dependencies": {"x": "1", "@s/y": "1", "@types/x": "1"}, "devDependencies": {"z": "1"}},
            "node_modules/x": package(json!({"w": "1"})),
            "node_modules/@s/y": package(json!({})),
            "node_modules/w": package(json!({"x": "1"})),
            "node_modules/z": package(json!({})),
        }});
        let found = of_lock(&lock).unwrap();
        let purls: Vec<&str> = found.iter().map(|component| component.purl.as_str()).collect();
        assert_eq!(purls, ["pkg:npm/%40s/y@1.2.3", "pkg:npm/w@1.2.3", "pkg:npm/x@1.2.3"]);
        assert_eq!(found[0].hash.1, "0".repeat(128));
    }

    #[test]
    fn npms_sums_become_hexadecimal_digits() {
        let of = |digits: &str| hexadecimal(&format!("sha512-{digits}{}==", "A".repeat(86 - digits.len()))).unwrap();
        assert!(of("/+8B").starts_with("ffef01"), "{}", of("/+8B"));
        for wrong in ["", "sha1-AAAA", "sha512-AAAA", "sha512-####"] {
            assert!(hexadecimal(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_part_without_a_checksum_or_a_licence_is_refused() {
        let part = |licence: &str, sum: &str| Component {
            purl: "pkg:cargo/a@1".to_owned(),
            name: "a".to_owned(),
            version: "1".to_owned(),
            licence: licence.to_owned(),
            hash: ("SHA-256", sum.to_owned()),
            needs: ["pkg:cargo/not-listed@1".to_owned()].into(),
        };
        let made = bom("r", "1", "s", vec![part("MIT", "00")]).unwrap();
        assert_eq!(made["dependencies"], json!([{"ref": "pkg:cargo/a@1", "dependsOn": []}]));
        assert!(
            bom("r", "1", "s", vec![part("", "00")])
                .unwrap_err()
                .contains("licence")
        );
        assert!(
            bom("r", "1", "s", vec![part("MIT", "")])
                .unwrap_err()
                .contains("checksum")
        );
    }

    #[test]
    fn of_this_workspace_every_part_is_told_and_twice_the_same() {
        let root = crate::root();
        let [first, second] = [all(&root).unwrap(), all(&root).unwrap()];
        assert!(first == second);
        for ((name, text), part) in first.iter().zip(["pkg:cargo/clap@4", "pkg:npm/lit@3"]) {
            let bom: Value = serde_json::from_str(text).unwrap();
            let parts = bom["components"].as_array().unwrap();
            assert!(parts.len() > 60, "{name}: {}", parts.len());
            assert!(text.contains(part), "{name} has no {part}");
        }
    }
}
