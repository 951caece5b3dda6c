//! The browsers and the software GPU that the tests need.

use crate::command::{Outcome, command, printed, run, step};
use std::path::{Path, PathBuf};

/// A browser: how a user names its program, and where it usually is.
struct Browser {
    /// Name in messages.
    name: &'static str,
    /// The environment variable that names its program.
    variable: &'static str,
    names: &'static [&'static str],
    places: &'static [&'static str],
    /// Below Windows' folders of programs.
    windows: &'static str,
    /// Packages that apt installs. A browser without any font draws no text.
    packages: &'static [&'static str],
}

const CHROMIUM: Browser = Browser {
    name: "Chromium or Chrome",
    variable: "CHROME_PATH",
    names: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
    ],
    places: &[
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ],
    windows: "Google/Chrome/Application/chrome.exe",
    packages: &["chromium", "fonts-dejavu-core"],
};

/// Chromium without its windows: pages run in it as in Chromium, in some 60 % of the time on two cores.
const HEADLESS_SHELL: Browser = Browser {
    name: "Chromium's headless shell",
    variable: "HEADLESS_SHELL_PATH",
    names: &["chromium-headless-shell", "chrome-headless-shell"],
    places: &[],
    windows: "",
    packages: &["chromium-headless-shell"],
};

const FIREFOX: Browser = Browser {
    name: "Firefox",
    variable: "FIREFOX_PATH",
    names: &["firefox-esr", "firefox"],
    places: &["/Applications/Firefox.app/Contents/MacOS/firefox"],
    windows: "Mozilla Firefox/firefox.exe",
    packages: &["firefox-esr", "fonts-dejavu-core"],
};

/// The Chromium or Chrome to test with: `CHROME_PATH`, or one with a usual name, or one that apt installs.
pub fn chromium() -> Outcome<PathBuf> {
    CHROMIUM.find_or_install()
}

/// The Firefox to test with: `FIREFOX_PATH`, or one with a usual name, or one that apt installs.
pub fn firefox() -> Outcome<PathBuf> {
    FIREFOX.find_or_install()
}

/// Chromium's headless shell: `HEADLESS_SHELL_PATH`, or one with a usual name, or one that apt installs. Where it
/// cannot be had, the tests run in `chromium` itself.
pub fn headless_shell(chromium: &Path) -> Outcome<PathBuf> {
    let named = std::env::var_os(HEADLESS_SHELL.variable).is_some_and(|path| !path.is_empty());
    match HEADLESS_SHELL.find_or_install() {
        Err(error) if !named => {
            println!("── {error}; the tests take longer in {}", chromium.display());
            Ok(chromium.to_path_buf())
        }
        found => found,
    }
}

impl Browser {
    fn find_or_install(&self) -> Outcome<PathBuf> {
        let Self { name, variable, .. } = self;
        if let Some(path) = std::env::var_os(variable).filter(|path| !path.is_empty()) {
            let path = PathBuf::from(path);
            return if path.is_file() {
                Ok(path)
            } else {
                Err(format!("{variable} is {}, where there is no file", path.display()))
            };
        }
        if let Some(path) = self.find() {
            return Ok(path);
        }
        let installed = apt_install(&format!("{name} for the tests"), self.packages);
        self.find().ok_or_else(|| {
            let reason = installed.err().map(|error| format!(" ({error})")).unwrap_or_default();
            format!("no browser to test with{reason}: install {name}, or set {variable} to its program")
        })
    }

    fn find(&self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        let named = self
            .names
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
        let windows = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"]
            .iter()
            .filter_map(std::env::var_os)
            .map(|folder| Path::new(&folder).join(self.windows));
        named
            .chain(self.places.iter().map(PathBuf::from))
            .chain(windows)
            .find(|path| path.is_file())
    }
}

/// On Linux, gives wgpu's native tests a Vulkan device in software where there is no driver at all. Without one they
/// skip themselves, so a machine where this is not possible is no error.
pub fn install_software_vulkan() {
    let driver = [
        "/usr/share/vulkan/icd.d",
        "/etc/vulkan/icd.d",
        "/usr/local/share/vulkan/icd.d",
    ]
    .iter()
    .any(|folder| std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()));
    if !cfg!(target_os = "linux") || driver {
        return;
    }
    if let Err(error) = apt_install(
        "a software Vulkan device for the native GPU tests",
        &["mesa-vulkan-drivers"],
    ) {
        println!("── no Vulkan driver ({error}): the native GPU tests skip themselves");
    }
}

/// Installs Debian packages, as root or by a sudo that asks no password.
fn apt_install(what: &str, packages: &[&str]) -> Outcome<()> {
    let here = Path::new(".");
    let asks = |program: &str, arguments: &[&str]| {
        let mut asked = command(here, here, program);
        asked.args(arguments);
        printed(asked)
    };
    if asks("apt-get", &["--version"]).is_none() {
        return Err("there is no apt-get here".to_owned());
    }
    let root = asks("id", &["-u"]).is_some_and(|id| id == "0");
    if !root && asks("sudo", &["-n", "true"]).is_none() {
        return Err(format!("needs root: sudo apt-get install {}", packages.join(" ")));
    }
    step(&format!("{what}: apt-get install {}", packages.join(" ")), || {
        let apt = |arguments: &[&str]| {
            let mut apt = command(here, here, if root { "env" } else { "sudo" });
            if !root {
                apt.args(["-n", "env"]);
            }
            apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"])
                .args(arguments);
            run(apt)
        };
        // An old list of packages names files that the mirrors have replaced.
        apt(&["update"])?;
        let mut install = vec!["install", "-y", "--no-install-recommends"];
        install.extend(packages);
        apt(&install)
    })
}
