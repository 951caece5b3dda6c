//! Messages of an engine that panics: in wasm nothing else is visible but "unreachable".

use std::panic::PanicHookInfo;

#[cfg(not(feature = "wgpu"))]
use wasm_bindgen::prelude::*;
use web_sys::console;

/// Writes the reason to the console.
pub fn tell(panic: &PanicHookInfo<'_>) {
    console::error_1(&format!("An engine of Regulens stopped: {panic}").into());
}

/// Installed at the start of the engine; the WebGPU engine reports more, from the start of its device.
#[cfg(not(feature = "wgpu"))]
#[wasm_bindgen(start)]
fn listen() {
    std::panic::set_hook(Box::new(tell));
}
