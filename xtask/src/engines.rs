//! The WebAssembly engines: the same crate, built for the CPU twice with what a first prediction needs and twice with
//! all there is, once for WebGPU, and once for files alone.

use crate::command::{Outcome, command, run};
use crate::likeness::name_by_likeness;
use crate::node::node;
use crate::stamp::{Inputs, is_current, stamp_of, unless_current};
use crate::tools;
use std::fs;
use std::path::{Path, PathBuf};

/// One engine: what it is compiled with and how large its download may be.
pub struct Engine {
    /// Its folder under `pkg/wasm/` and the end of its files' names.
    pub name: &'static str,
    /// The cargo profile, settled in Cargo.toml.
    pub profile: &'static str,
    /// The devices that Burn is compiled with, and the instructions of our kernels.
    pub features: &'static str,
    /// Instructions that `wasm-opt` is not to refuse.
    pub instructions: &'static [&'static str],
    /// Most bytes of its wasm and JavaScript together after `gzip -9`.
    pub limit: u64,
}

/// Reads tables and says which genes are on, and nothing else. It loads first, so that the page answers at once.
pub const CPU: Engine = Engine {
    name: "cpu",
    profile: "wasm-cpu",
    features: "flex,tables",
    instructions: &[],
    limit: 325_000,
};

/// Loads in place of [`CPU`] where the browser has relaxed SIMD: its kernels multiply and add in one instruction. Its
/// dependencies are those of [`CPU`], compiled once.
pub const CPU_RELAXED: Engine = Engine {
    name: "cpu-relaxed",
    features: "flex,tables,relaxed-simd",
    instructions: &["--enable-relaxed-simd"],
    ..CPU
};

/// All that the CPU does: [`CPU`], models of a change, what predictions depend on, and sequences with their models,
/// variants and measured tracks. It loads with the first of these.
pub const FULL: Engine = Engine {
    name: "full",
    profile: "wasm-cpu",
    features: "flex,change,sequences,signal,attribution",
    instructions: &[],
    limit: 625_000,
};

/// [`FULL`] where the browser has relaxed SIMD.
pub const FULL_RELAXED: Engine = Engine {
    name: "full-relaxed",
    features: "flex,change,sequences,signal,attribution,relaxed-simd",
    instructions: &["--enable-relaxed-simd"],
    ..FULL
};

/// Engine of a page of one file whose model reads tables: nobody loads it from a server, and the npm package is without
/// it.
pub const TABLES: Engine = Engine {
    name: "tables",
    profile: "wasm-cpu",
    features: "flex,change,attribution",
    instructions: &[],
    // The spread of an ensemble's attention and contributions came in, and the fit of probabilities to labels.
    limit: 410_000,
};

/// Loads only where there is an adapter.
pub const WEBGPU: Engine = Engine {
    name: "webgpu",
    profile: "wasm-webgpu",
    features: "wgpu,change,sequences",
    instructions: &[],
    limit: 2_300_000,
};

/// Reads files and makes tables of them; knows no model, and no Burn is compiled for it.
pub const FILES: Engine = Engine {
    name: "files",
    profile: "wasm-cpu",
    features: "prepare",
    instructions: &[],
    // Genomes by slices and the exons of genes came in; nobody loads it for a first prediction.
    limit: 350_000,
};

/// Makes model files, of weights that were trained elsewhere or with a calibration on own genes; runs none. The page
/// alone has it, and loads it with the first of these.
pub const FOREIGN: Engine = Engine {
    name: "foreign",
    profile: "wasm-cpu",
    features: "import,calibrate",
    instructions: &[],
    // Calibration came in, which would cost the npm package 116 kB in the two engines that have all.
    limit: 335_000,
};

/// All of them, in the order in which they are built: the most wanted first.
pub const ALL: [Engine; 8] = [CPU, FULL, FILES, FULL_RELAXED, CPU_RELAXED, TABLES, FOREIGN, WEBGPU];

/// Passes of `wasm-opt`. Gzipped, the CPU engine's wasm has 568 kB with its names stripped only, 561 with `-O1`, 568
/// with `-O2` and `-Oz`: beyond `-O1` the file shrinks, but its repetitions, which gzip lives on, go faster than its
/// bytes. Functions of one module, and copies of one generic function, are alike: side by side they cost 18 kB less.
/// Loads take their offsets with them, since the stack's end is all that lies below 1024: 1 kB. Arguments that are
/// never read or always the same go, and functions that are alike become one: 2.8 kB of the engine that has all.
const PASSES: [&str; 7] = [
    "-O1",
    "--shrink-level=1",
    "--low-memory-unused",
    "--dae-optimizing",
    "--duplicate-function-elimination",
    "--reorder-functions-by-name",
    "--strip-producers",
];

/// Its second run puts functions in the order of their likeness, which the order by names above only guesses: 10 kB of
/// the engine that loads first, 22 kB of the one that has all, 190 kB of the one for WebGPU. In one run with the passes
/// above, before which functions look less alike, the one that has all stays 4 kB larger. The levels here only shorten
/// how it writes functions: 2 kB.
const ORDER: [&str; 4] = [
    "--optimize-level=1",
    "--shrink-level=1",
    "--low-memory-unused",
    "--reorder-functions-by-name",
];

impl Engine {
    /// Name of the step that builds it.
    pub fn step(&self) -> String {
        format!("engine {}", self.name)
    }

    /// Its folder.
    pub fn folder(&self, root: &Path) -> PathBuf {
        root.join("pkg/wasm").join(self.name)
    }

    /// The two files that a page downloads.
    pub fn files(&self, root: &Path) -> [PathBuf; 2] {
        let folder = self.folder(root);
        [
            folder.join(format!("regulens_{}_bg.wasm", self.name)),
            folder.join(format!("regulens_{}.js", self.name)),
        ]
    }

    fn inputs(&self, root: &Path) -> Outcome<Inputs> {
        let settings = [&[self.profile, self.features], &PASSES[..], &ORDER, self.instructions].concat();
        Inputs::new(root)
            .text(&settings.join(" "))
            .path("src")?
            .path("kernel")?
            .path("Cargo.toml")?
            .path("Cargo.lock")?
            .path(".cargo/config.toml")?
            .path("rust-toolchain.toml")?
            .path("xtask/tools/wasm-bindgen")?
            .path("xtask/tools/binaryen")?
            .path("xtask/src/likeness.rs")
    }

    /// True if it was built of its sources as they are.
    pub fn is_current(&self, root: &Path) -> Outcome<bool> {
        Ok(is_current(root, &self.step(), self.inputs(root)?, &self.files(root)))
    }

    /// Compiles it as [`build`](Self::build) does, which then finds it compiled: this part needs no other tool.
    pub fn compile(&self, root: &Path) -> Outcome<()> {
        if self.is_current(root)? {
            return Ok(());
        }
        let mut cargo = command(root, root, "cargo");
        cargo
            .args(["build", "--lib", "--profile", self.profile])
            .args(["--target", tools::WASM_TARGET, "--package", "regulens"])
            .args(["--no-default-features", "--features", self.features])
            .env_remove("RUSTC_WORKSPACE_WRAPPER");
        run(cargo)
    }

    /// Copies the files that a page downloads into a built page.
    pub fn place(&self, root: &Path, site: &Path) -> Outcome<()> {
        self.minify(root)?;
        self.copy_as(self, root, site)
    }

    /// Copies them under the names of another engine, which is not there yet.
    pub fn copy_as(&self, other: &Self, root: &Path, site: &Path) -> Outcome<()> {
        let [wasm, script] = self.files(root);
        let folder = site.join("regulens/wasm").join(other.name);
        let problem = |error: std::io::Error| format!("{}: {error}", folder.display());
        let [own, new] = [self, other].map(|engine| format!("regulens_{}_bg.wasm", engine.name));
        fs::create_dir_all(&folder).map_err(problem)?;
        let script = fs::read_to_string(&script).map_err(|error| format!("{}: {error}", script.display()))?;
        let script = script.replace(&own, &new).into_bytes();
        let wasm = fs::read(&wasm).map_err(|error| format!("{}: {error}", wasm.display()))?;
        for (name, bytes) in [(new, wasm), (format!("regulens_{}.js", other.name), script)] {
            // Whole at once: somebody may be waiting for it.
            let unfinished = folder.join("unfinished");
            fs::write(&unfinished, bytes)
                .and_then(|()| fs::rename(&unfinished, folder.join(name)))
                .map_err(problem)?;
        }
        Ok(())
    }

    /// Builds it, unless its sources are unchanged.
    pub fn build(&self, root: &Path) -> Outcome<()> {
        unless_current(root, &self.step(), self.inputs(root)?, &self.files(root), || {
            // It leaves another script, from whatever inputs.
            let _ = fs::remove_file(root.join(stamp_of(&self.script_step())));
            self.compile(root)?;
            let compiled = format!("target/{}/{}/regulens.wasm", tools::WASM_TARGET, self.profile);
            let mut bind = command(root, root, "wasm-bindgen");
            bind.args(["--target", "web", "--out-dir", &format!("pkg/wasm/{}", self.name)])
                .args(["--out-name", &format!("regulens_{}", self.name)])
                .arg(compiled);
            run(bind)?;
            self.check_constructors(root)?;
            self.optimise(root)
        })
    }

    /// Name of the step that makes its script small.
    fn script_step(&self) -> String {
        format!("script of engine {}", self.name)
    }

    /// Takes comments and long names out of the JavaScript that wasm-bindgen left beside the engine, once for each
    /// build of it: a second time would shorten names anew, and two builds would differ. esbuild is there by then.
    pub fn minify(&self, root: &Path) -> Outcome<()> {
        let [_, script] = self.files(root);
        let inputs = Inputs::new(root).path(&stamp_of(&self.step()))?;
        unless_current(root, &self.script_step(), inputs, std::slice::from_ref(&script), || {
            let smaller = script.with_extension("minified.js");
            let mut minify = node(root, root, root.join("www/minify.mjs"));
            minify.arg(&script).arg(&smaller);
            run(minify)?;
            fs::rename(&smaller, &script).map_err(|error| format!("{}: {error}", script.display()))
        })
    }

    /// Refuses a module whose constructors run again before every function that JavaScript calls: the linker marks
    /// these so.
    fn check_constructors(&self, root: &Path) -> Outcome<()> {
        const MARK: &[u8] = b".command_export";
        let [wasm, _] = self.files(root);
        let bytes = fs::read(&wasm).map_err(|error| format!("{}: {error}", wasm.display()))?;
        if bytes.windows(MARK.len()).any(|window| window == MARK) {
            return Err(format!(
                "{}: constructors run before every function that is called; call __wasm_call_ctors once at the start",
                wasm.display()
            ));
        }
        Ok(())
    }

    /// Makes the wasm file smaller in place; names of functions go as well.
    fn optimise(&self, root: &Path) -> Outcome<()> {
        let [wasm, _] = self.files(root);
        let problem = |error: std::io::Error| format!("{}: {error}", wasm.display());
        let smaller = wasm.with_extension("optimised.wasm");
        let optimise = |passes: &[&str]| {
            let mut optimise = node(root, root, tools::wasm_opt(root));
            optimise
                .args(passes)
                .args(self.instructions)
                .arg(&wasm)
                .arg("-o")
                .arg(&smaller);
            run(optimise)?;
            fs::rename(&smaller, &wasm).map_err(problem)
        };
        optimise(&PASSES)?;
        let named = name_by_likeness(&fs::read(&wasm).map_err(problem)?)
            .map_err(|error| format!("{}: {error}", wasm.display()))?;
        fs::write(&wasm, named).map_err(problem)?;
        optimise(&ORDER)
    }
}
